// The list of targets, of which only what is looked at is sent and drawn.
import { $, el, number, showHost, until, words } from './page.js';
import { spark } from './plots.js';
import { follow } from './wire.js';

const overscan = 10;
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
  : reading.value == null ? `${reading.metric}: no reading`
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
    el('span', { class: ['error', 'blind'].includes(row.standing) ? 'clip error' : 'clip', title: row.said }, row.said),
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

const showAll = view => {
  showHost(view, view.evaluatedAt);
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
  const sums = view.total === 0 ? '' : `${view.ready.toLocaleString('en')} replicas ready, ${view.wanted.toLocaleString('en')} wanted`;
  if ($('sums').textContent !== sums) $('sums').textContent = sums;
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

/** Follows and draws what can be seen of the list; again: whether or not it has moved. */
export const look = again => {
  if ($('list-view').hidden) return;
  const [first, count] = wanted();
  if (!again && first >= list.first - overscan / 2 && first <= list.first + overscan / 2 && list.count === count) return;
  [list.first, list.count] = [first, count];
  draw();
  // Redrawn from what is known at once; the server is asked when the scrolling rests.
  clearTimeout(scrolling);
  scrolling = setTimeout(() => follow(`view/live?${query()}`, onList), again ? 0 : 80);
};

export const searched = () => {
  list.rows.clear();
  scrollTo({ top: 0 });
  clearTimeout(searched.timer);
  searched.timer = setTimeout(() => look(true), 150);
};

/** Draws all rows anew: they have another height. */
export const redraw = () => {
  list.nodes.forEach(old => old.node.remove());
  list.nodes = new Map();
  look(true);
};
