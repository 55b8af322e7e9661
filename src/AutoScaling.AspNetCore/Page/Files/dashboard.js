'use strict';
// The dashboard: a list of targets of which only what is looked at is sent and drawn, and one target with its plots.
performance.mark('autoscaling-start');
(() => {
  const { spark, plot, number, clock } = window.autoScalingPlots;
  const $ = id => document.getElementById(id);
  const words = {
    error: 'Error', blind: 'No metrics', warning: 'Warning', saturated: 'At maximum', paused: 'Paused', fine: 'Fine', off: 'Disabled',
  };
  const overscan = 10;

  const el = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) node.setAttribute(key, '');
      else if (value != null && value !== false) node.setAttribute(key, value);
    }
    node.append(...children.filter(child => child != null));
    return node;
  };

  const until = at => at == null ? '' : ` until ${clock(at)}`;

  // ---- live connection: one, to what is looked at ----
  let source = null, retry = null, followed = null;

  const live = (state, text) => {
    $('live').dataset.state = state;
    if ($('live-text').textContent !== text) $('live-text').textContent = text;
  };

  const follow = (url, onView) => {
    source?.close();
    clearTimeout(retry);
    followed = [url, onView];
    if (document.hidden) return;
    const mine = new EventSource(url);
    source = mine;
    mine.addEventListener('view', event => {
      if (source !== mine) return;
      live('on', 'live');
      onView(JSON.parse(event.data));
    });
    mine.onerror = () => {
      if (source !== mine) return;
      live('off', 'no connection, trying again');
      // A browser does not try again by itself where it was refused.
      if (mine.readyState === EventSource.CLOSED) retry = setTimeout(() => follow(url, onView), 5000);
    };
  };

  // A page that nobody sees keeps no connection: a browser has few for one host.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && followed) follow(...followed);
    else source?.close();
  });

  const fetchJson = async (url, options) => {
    const answer = await fetch(url, { credentials: 'same-origin', ...options });
    // A site that asks to sign in sends elsewhere.
    if (answer.redirected) throw new Error('You are signed in no longer. Load the page again.');
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    const body = isJson ? await answer.json() : await answer.text();
    if (!answer.ok) throw new Error(isJson && body.detail ? body.detail : `The server answered ${answer.status}.`);
    return body;
  };

  // ---- the list ----
  const list = { rows: new Map(), nodes: new Map(), matching: 0, first: 0, count: 0, painted: false };

  const rowHeight = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 76;

  const query = () => {
    const q = new URLSearchParams();
    if ($('search').value.trim()) q.set('search', $('search').value.trim());
    if ($('standing').value) q.set('standing', $('standing').value);
    q.set('offset', list.first);
    q.set('limit', list.count);
    return q.toString();
  };

  const wanted = () => {
    const height = rowHeight(), top = $('rows').getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / height) - overscan);
    return [first, Math.min(200, Math.ceil(innerHeight / height) + 2 * overscan)];
  };

  const readingText = reading => reading.missing ? `${reading.metric}: cannot be read`
    : `${reading.metric} ${number(reading.value)}${reading.target != null ? ` of ${number(reading.target)}` : ''}`;

  const rowNode = (row, index) => {
    const name = el('span', { role: 'cell', class: 'name' },
      el('a', { href: `#/target/${encodeURIComponent(row.name)}` }, row.name),
      el('span', { class: 'badge', 'data-standing': row.standing }, words[row.standing] ?? row.standing));
    const replicas = el('span', { role: 'cell', class: 'replicas' },
      el('span', { class: 'big' }, row.ready == null ? '–'
        : row.wanted != null && row.wanted !== row.ready ? `${row.ready} → ${row.wanted}`
        : `${row.ready}`),
      el('span', { class: 'small' }, ` of ${row.min}–${row.max}`));
    const readings = el('span', { role: 'cell', class: 'readings' }, ...row.readings.slice(0, 3).map(r =>
      el('span', {
        class: r.missing || (r.target != null && r.value > r.target) ? 'reading over' : 'reading',
        title: r.missing,
      }, readingText(r))));
    const why = el('span', { role: 'cell', class: 'why-cell' },
      el('span', { class: row.standing === 'error' ? 'clip error' : 'clip', title: row.said }, row.said),
      row.heldBack ? el('span', { class: 'held', title: row.heldBack }, `Held back: ${row.heldBack}${until(row.until)}`) : null);
    const node = el('div', { role: 'row', class: 'row', 'aria-rowindex': index + 2, 'data-standing': row.standing },
      name, el('span', { role: 'cell', class: 'spark-cell' }, spark(row.spark)), replicas, readings, why);
    node.style.transform = `translateY(${index * rowHeight()}px)`;
    return node;
  };

  const draw = () => {
    const box = $('rows'), focused = document.activeElement?.closest?.('#rows [role=row]')?.dataset.index;
    box.style.height = `${list.matching * rowHeight()}px`;
    const fresh = new Map();
    for (let i = list.first; i < Math.min(list.first + list.count, list.matching); i++) {
      const row = list.rows.get(i);
      if (!row) continue;
      const text = JSON.stringify(row), old = list.nodes.get(i);
      if (old && old.text === text) { fresh.set(i, old); continue; }
      const node = rowNode(row, i);
      node.dataset.index = i;
      if (old && focused === String(i)) { old.node.replaceWith(node); node.querySelector('a').focus({ preventScroll: true }); }
      else if (old) old.node.replaceWith(node);
      fresh.set(i, { node, text });
    }
    for (const [i, old] of list.nodes) if (!fresh.has(i)) old.node.remove();
    // In the order of the rows, for who goes through them by keyboard or screen reader.
    let before = null;
    for (const { node } of fresh.values()) {
      if (node.parentNode !== box || (before ? before.nextSibling : box.firstChild) !== node)
        box.insertBefore(node, before ? before.nextSibling : box.firstChild);
      before = node;
    }
    list.nodes = fresh;
  };

  const heading = title => { if ($('title').textContent !== title) [$('title').textContent, document.title] = [title, title]; };

  const showAll = view => {
    heading(view.title);
    const leads = view.leadership == null ? '' : view.leadership.leads ? `This copy (${view.leadership.identity}) leads.`
      : `This copy stands by; ${view.leadership.leader ?? 'nobody'} leads. What it shows may be old.`;
    if ($('leads').textContent !== leads) $('leads').textContent = leads;
    $('troubles').hidden = view.troubles.length === 0;
    $('troubles').firstElementChild.replaceChildren(...view.troubles.map(t => el('li', {}, t)));
  };

  const onList = view => {
    showAll(view);
    if (view.matching !== list.matching) list.rows.clear();
    list.matching = view.matching;
    view.rows.forEach((row, i) => list.rows.set(view.offset + i, row));
    const bad = ['error', 'blind', 'warning', 'saturated', 'paused', 'off'].filter(s => view.counts[s])
      .map(s => `${view.counts[s].toLocaleString('en')} ${words[s].toLowerCase()}`).join(', ');
    const count = `${view.matching === view.total ? '' : `${view.matching.toLocaleString('en')} of `}`
      + `${view.total.toLocaleString('en')} target${view.total === 1 ? '' : 's'}${bad ? `; ${bad}` : ''}`;
    if ($('count').textContent !== count) $('count').textContent = count;
    $('table').setAttribute('aria-rowcount', view.matching + 1);
    $('empty').hidden = view.matching > 0;
    if (view.matching === 0) $('empty').textContent = view.total === 0
      ? 'There is no policy yet, so nothing is scaled.'
      : 'No target is so.';
    draw();
    if (!list.painted) {
      list.painted = true;
      requestAnimationFrame(() => {
        performance.mark('autoscaling-painted');
        performance.measure('autoscaling-first-paint', 'autoscaling-start', 'autoscaling-painted');
      });
    }
  };

  let scrolling = 0;
  const look = again => {
    if ($('list-view').hidden) return;
    const [first, count] = wanted();
    if (!again && first >= list.first - overscan / 2 && first <= list.first + overscan / 2 && list.count === count) return;
    [list.first, list.count] = [first, count];
    draw();
    // Redrawn from what is known at once; the server is asked when the scrolling rests.
    clearTimeout(scrolling);
    scrolling = setTimeout(() => follow(`view/live?${query()}`, onList), again ? 0 : 80);
  };

  const searched = () => {
    list.rows.clear();
    scrollTo({ top: 0 });
    clearTimeout(searched.timer);
    searched.timer = setTimeout(() => look(true), 150);
  };

  // ---- one target ----
  let shown = null, last = null, lastText = '', policyText = '';
  const chosen = new Map();

  const facts = view => [
    ['Replicas', `${view.ready ?? '–'} ready, ${view.desired ?? '–'} set, ${view.wanted ?? '–'} wanted`],
    ['Range', `${view.min} to ${view.max}`],
    ['State', `${words[view.standing]}${view.mode === 'recommend' ? ', only recommends' : ''}`],
    ['Evaluated', view.evaluatedAt ? `${clock(view.evaluatedAt)}${view.nextAt ? `, next ${clock(view.nextAt)}` : ''}` : 'not yet'],
    ...view.readings.map(r => [r.metric, r.missing ? `cannot be read: ${r.missing}`
      : `${number(r.value)}${r.target != null ? `, target ${number(r.target)}` : ''}`]),
    ...(view.heldBack ? [['Held back by', `${view.heldBack}${until(view.until)}`]] : []),
  ];

  const figure = (view, title, lines, band, markOf) => {
    const explained = el('p', { class: 'explained' }, chosen.get(title) ?? 'Choose a mark to read why.');
    const onMark = p => { chosen.set(title, `${clock(p.at)}: ${p.said}`); explained.textContent = chosen.get(title); };
    const drawing = plot({ title, points: view.points, lines, band, markOf, onMark });
    const table = el('table', {}, el('caption', { class: 'quiet' }, `${title}, newest first`),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Time'),
        ...lines.map(l => el('th', { scope: 'col' }, l.name)), el('th', { scope: 'col' }, 'Why'))),
      el('tbody', {}, ...view.points.slice(-120).reverse().map(p => el('tr', {}, el('td', {}, clock(p.at)),
        ...lines.map(l => el('td', {}, number(l.of(p)))), el('td', {}, p.said ?? '')))));
    return el('figure', {}, el('figcaption', {}, title), drawing,
      el('p', { class: 'legend', 'aria-hidden': 'true' }, ...lines.map(l => el('span', { class: `k-${l.className}` }, l.name))),
      explained, el('details', { 'data-key': title }, el('summary', {}, `${title} as a table`),
        el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${title} as a table` }, table)));
  };

  const figures = view => {
    const wantedLine = { name: 'Wanted', className: 'wanted', steps: true, of: p => p.wanted };
    const all = [
      figure(
        view, 'Load, in replicas that the rules ask for',
        [{ name: 'Asked for', className: 'asked', steps: true, of: p => p.asked }], null, p => p.asked ?? p.wanted),
      figure(
        view, 'Replicas',
        [{ name: 'Ready', className: 'ready', steps: true, of: p => p.ready }, wantedLine], p => [p.min, p.max], p => p.wanted),
    ];
    view.metrics.forEach((metric, i) => {
      const lines = [{ name: metric, className: 'value', of: p => p.values[i] }];
      if (view.targets[i] != null) lines.push({ name: 'Target', className: 'target', of: () => view.targets[i] });
      all.push(figure(view, metric, lines, null, p => p.values[i]));
    });
    return all;
  };

  const onTarget = view => {
    // What has not changed stays as it is, under the mouse and for who reads it.
    const text = JSON.stringify({ ...view, at: null, nextAt: null });
    if (text === lastText) return;
    [last, lastText] = [view, text];
    heading(view.title);
    const body = $('target-body');
    const open = new Set([...body.querySelectorAll('details[open]')].map(d => d.dataset.key));
    const focused = document.activeElement,
      key = focused && body.contains(focused) ? focused.dataset.key ?? focused.getAttribute('aria-label') : null;
    const changed = view.points.filter(p => p.said).slice(-50).reverse();
    const buttons = view.canControl ? el('p', { class: 'buttons', role: 'group', 'aria-label': 'Steer' },
      ...Object.entries(actions).filter(([, a]) => !a.when || a.when(view)).map(([name, action]) => {
        const button = el('button', { type: 'button', class: action.plain ? 'plain' : null, 'data-key': name }, action.label);
        button.addEventListener('click', () => action.fields ? ask(name, action) : act(name, action, {}));
        return button;
      })) : el('p', { class: 'quiet' }, 'You may look, and not steer.');
    body.replaceChildren(...[
      el('p', { class: 'why', 'data-standing': view.standing }, view.said),
      view.override ? el('p', { class: 'held' }, view.override) : null,
      view.warning ? el('p', { class: 'held' }, view.warning) : null,
      buttons,
      el('dl', { class: 'facts' }, ...facts(view).map(([term, text]) => el('div', {}, el('dt', {}, term), el('dd', {}, text)))),
      el('h3', {}, 'What the rules say'),
      view.rules.length ? el('ul', {}, ...view.rules.map(r => el('li', {}, r))) : el('p', { class: 'quiet' }, 'Nothing yet.'),
      el('h3', {}, 'Plots'),
      el('div', { class: 'plots' }, ...figures(view)),
      el('h3', {}, 'Scalings and errors, newest first'),
      changed.length ? el('ol', {}, ...changed.map(p => el('li', { class: p.failed ? 'error' : null }, `${clock(p.at)}: ${p.said}`)))
        : el('p', { class: 'quiet' }, 'None since this page has known the target.'),
      el('h3', {}, 'Shadows, and what they would have done'),
      view.shadows.length
        ? el('ul', {}, ...view.shadows.map(s => el('li', {}, shadowLine(view, s))))
        : el('p', { class: 'quiet' }, 'The policy has none.'),
      el('h3', {}, 'Policy'),
      el('pre', { tabindex: '0', role: 'region', 'aria-label': 'Policy as YAML', id: 'policy' }, policyText),
    ].filter(Boolean));
    for (const d of body.querySelectorAll('details')) d.open = open.has(d.dataset.key);
    if (key) [...body.querySelectorAll('[data-key],[aria-label]')]
      .find(n => (n.dataset.key ?? n.getAttribute('aria-label')) === key)
      ?.focus({ preventScroll: true });
  };

  const shadowLine = (view, shadow) => {
    const share = shadow.decisions ? ` It differed in ${shadow.differences} of ${shadow.decisions} evaluations.` : '';
    const line = el('span', {}, `${shadow.name}: ${shadow.said ?? 'has not decided yet.'}${share} `);
    if (!view.canControl) return line;
    const remove = el('button', { type: 'button', class: 'plain', 'data-key': `remove ${shadow.name}` }, `Remove ${shadow.name}`);
    remove.addEventListener('click', () => send('DELETE', `shadow?${new URLSearchParams({ target: view.name, name: shadow.name })}`));
    line.append(remove);
    return line;
  };

  const loadPolicy = async name => {
    try { policyText = await fetchJson(`policy?${new URLSearchParams({ name })}`); } catch (e) { policyText = e.message; }
    if ($('policy')) $('policy').textContent = policyText;
  };

  // ---- steering ----
  const reason = { name: 'reason', label: 'Why', type: 'text' };
  const untilField = { name: 'until', label: 'Until (empty: until someone resumes it)', type: 'datetime-local' };
  const replicas = { name: 'replicas', label: 'Replicas', type: 'number', required: true, value: view => view.wanted ?? view.min };
  const actions = {
    resume: { label: 'Resume', when: view => view.override },
    pause: {
      label: 'Pause', title: 'Pause', plain: true, fields: [{
        name: 'kind', label: 'What is paused', type: 'select',
        options: [['pause', 'all scaling'], ['pauseScaleUp', 'scale-ups'], ['pauseScaleDown', 'scale-downs']],
      }, reason, untilField],
    },
    hold: { label: 'Hold at a count', title: 'Hold', plain: true, fields: [replicas, reason, untilField] },
    scale: { label: 'Scale once', title: 'Scale', plain: true, fields: [replicas, reason] },
    evaluate: { label: 'Evaluate now', plain: true },
    shadow: {
      label: 'Add a shadow', title: 'Add', method: 'PUT', plain: true,
      fields: [{ name: 'name', label: 'Name', type: 'text', required: true },
        { name: 'changes', label: 'What it says differently, a setting a line: rules[0].cpuTarget: 60', type: 'textarea', required: true }],
    },
  };

  let asked = null;
  const ask = (name, action) => {
    asked = { name, action, target: shown };
    $('dialog-heading').textContent = `${action.label}: ${shown}`;
    $('dialog-ok').textContent = action.title;
    $('dialog-error').textContent = '';
    $('dialog-fields').replaceChildren(...action.fields.map(field => {
      const input = field.type === 'select'
        ? el('select', { name: field.name }, ...field.options.map(([v, t]) => el('option', { value: v }, t)))
        : field.type === 'textarea' ? el('textarea', { name: field.name, rows: 4, required: field.required })
          : el('input', {
              name: field.name, type: field.type, required: field.required,
              min: field.type === 'number' ? 0 : null, maxlength: 500, autocomplete: 'off',
            });
      if (field.value && last) input.value = field.value(last);
      return el('label', {}, field.label, input);
    }));
    $('dialog').showModal();
  };

  const bodyOf = form => {
    const body = {};
    for (const [key, value] of new FormData(form)) {
      if (value === '') continue;
      body[key] = key === 'replicas' ? Number(value) : key === 'until' ? new Date(value).toISOString() : value;
      if (key === 'changes') {
        body.changes = Object.fromEntries(value.split('\n').filter(line => line.trim()).map(line => {
          const colon = line.indexOf(':');
          if (colon < 1) throw new Error(`A line must be a setting, a colon and a value, but is '${line}'.`);
          return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
        }));
      }
    }
    return body;
  };

  const say = text => {
    $('said').textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { $('said').textContent = ''; }, 12000);
  };

  const send = async (method, url, body) => {
    try {
      const answer = await fetchJson(url, {
        method,
        headers: body ? { 'content-type': 'application/json' } : {},
        body: body ? JSON.stringify(body) : undefined,
      });
      say(answer.said);
      if (shown) { loadPolicy(shown); openTarget(shown); }
      return null;
    } catch (e) {
      say(e.message);
      return e.message;
    }
  };

  const act = (name, action, body, target = shown) => send(action.method ?? 'POST', name, { target, ...body });

  // ---- where we are ----
  const openTarget = name => follow(`view/target/live?${new URLSearchParams({ name })}`, view => { if (shown === name) onTarget(view); });

  const route = () => {
    const match = /^#\/target\/(.+)$/.exec(location.hash);
    shown = match ? decodeURIComponent(match[1]) : null;
    $('list-view').hidden = shown != null;
    $('target-view').hidden = shown == null;
    if (shown == null) { scrollTo(0, route.scroll ?? 0); look(true); return; }
    [policyText, lastText] = ['', ''];
    chosen.clear();
    $('target-heading').textContent = shown;
    $('target-body').replaceChildren(el('p', { class: 'quiet' }, 'Loading.'));
    scrollTo(0, 0);
    $('target-heading').focus({ preventScroll: true });
    const name = shown;
    fetchJson(`view/target?${new URLSearchParams({ name })}`).then(
      view => { if (shown === name) { onTarget(view); openTarget(name); loadPolicy(name); } },
      e => { $('target-body').replaceChildren(el('p', { class: 'error' }, e.message)); });
  };

  addEventListener('hashchange', route);
  addEventListener('scroll', () => { if (shown == null) { route.scroll = scrollY; look(false); } }, { passive: true });
  addEventListener('resize', () => { list.nodes.forEach(old => old.node.remove()); list.nodes = new Map(); look(true); });
  $('search').addEventListener('input', searched);
  $('standing').addEventListener('change', searched);
  $('search-form').addEventListener('submit', event => event.preventDefault());
  $('dialog-cancel').addEventListener('click', () => $('dialog').close());
  $('dialog-form').addEventListener('submit', async event => {
    event.preventDefault();
    let error;
    try { error = await act(asked.name, asked.action, bodyOf($('dialog-form')), asked.target); } catch (e) { error = e.message; }
    if (error) $('dialog-error').textContent = error;
    else $('dialog').close();
  });
  route();
})();
