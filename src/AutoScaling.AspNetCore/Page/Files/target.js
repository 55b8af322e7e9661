// One target: facts, plots, shadows, policy.
import { $, clock, el, number, showHost, until, words } from './page.js';
import { plot, shapes, svg } from './plots.js';
import { remover, steer } from './steering.js';
import { fetchJson, follow } from './wire.js';

let shown = null, lastText = '', policyText = '', hovered = null;
const chosen = new Map();

const facts = view => [
  ['Replicas', `${view.ready ?? '–'} ready, ${view.desired ?? '–'} set, ${view.wanted ?? '–'} wanted`],
  ['Range', `${view.min} to ${view.max}`],
  ['State', `${words[view.standing]}${view.mode === 'recommend' ? ', only recommends' : ''}`],
  ['Evaluated', view.evaluatedAt ? `${clock(view.evaluatedAt)}${view.nextAt ? `, next ${clock(view.nextAt)}` : ''}` : 'not yet'],
  ...view.readings.map(r => [r.metric, r.missing ? `cannot be read: ${r.missing}` : r.value == null ? 'no reading'
    : `${number(r.value)}${r.target != null ? `, target ${number(r.target)}` : ''}`]),
  ...(view.heldBack ? [['Held back by', `${view.heldBack}${until(view.until)}`]] : []),
];

const mean = values => values.reduce((sum, v) => sum + v, 0) / values.length;

/** What a line is at a time; at no time: what it is now, and was on the whole. */
const lineText = (view, line, point) => {
  const values = view.points.map(line.of).filter(v => v != null);
  if (point || values.length === 0) return `${line.name} ${number(point && line.of(point)) || 'not known'}`;
  const most = Math.max(...values);
  const past = most === Math.min(...values) ? '' : `, mean ${number(mean(values))}, at most ${number(most)}`;
  return `${line.name} ${number(line.of(view.points.at(-1))) || 'not known'}${past}`;
};

const markKey = (kind, text) =>
  el('span', { class: 'k-mark' }, svg('svg', { viewBox: '-8 -8 16 16' }, svg('path', { class: `mark ${kind}`, d: shapes[kind] })), text);

const figure = (view, title, lines, { band, markOf }) => {
  const marked = view.points.some(p => p.said && markOf(p) != null);
  const explained = el('p', { class: 'explained' }, chosen.get(title) ?? (marked ? 'Choose a mark to read why.' : ''));
  const onMark = p => { chosen.set(title, `${clock(p.at)}: ${p.said}`); explained.textContent = chosen.get(title); };
  const legend = el('p', { class: 'legend', 'aria-hidden': 'true' });
  const onPoint = point => {
    hovered = point && { title, at: point.at };
    legend.replaceChildren(...[
      ...lines.map(l => el('span', { class: `k-line k-${l.className}` }, lineText(view, l, point))),
      band ? el('span', { class: 'k-line k-band' }, `Range ${band(point ?? view.points.at(-1) ?? view).join(' to ')}`) : null,
      ...(marked && !point ? [markKey('up', 'up'), markKey('down', 'down'), markKey('failed', 'error')] : []),
      point ? el('span', {}, `at ${clock(point.at)}`) : null,
    ].filter(Boolean));
  };
  onPoint(hovered?.title === title ? view.points.find(p => p.at === hovered.at) : null);
  const drawing = plot({ title, points: view.points, lines, band, markOf, onMark, onPoint });
  const columns = band ? [...lines, { name: 'Min', of: p => band(p)[0] }, { name: 'Max', of: p => band(p)[1] }] : lines;
  const table = el('table', {}, el('caption', { class: 'quiet' }, `${title}, newest first`),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Time'),
      ...columns.map(l => el('th', { scope: 'col' }, l.name)), el('th', { scope: 'col' }, 'Why'))),
    el('tbody', {}, ...view.points.slice(-120).reverse().map(p => el('tr', {}, el('td', {}, clock(p.at)),
      ...columns.map(l => el('td', {}, number(l.of(p)))), el('td', {}, p.said ?? '')))));
  return el('figure', {}, el('figcaption', {}, title), drawing, legend,
    explained, el('details', { 'data-key': title }, el('summary', {}, `${title} as a table`),
      el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${title} as a table` }, table)));
};

const figures = view => {
  const wantedLine = { name: 'Wanted', className: 'wanted', steps: true, of: p => p.wanted };
  const all = [
    figure(
      view, 'Load, in replicas that the rules ask for',
      [{ name: 'Asked for', className: 'asked', steps: true, of: p => p.asked }], { markOf: p => p.asked ?? p.wanted }),
    figure(
      view, 'Replicas',
      [{ name: 'Ready', className: 'ready', steps: true, of: p => p.ready }, wantedLine],
      { band: p => [p.min, p.max], markOf: p => p.wanted }),
  ];
  view.metrics.forEach((metric, i) => {
    const lines = [{ name: metric, className: 'value', of: p => p.values[i] }];
    if (view.targets[i] != null) lines.push({ name: 'Target', className: 'target', of: () => view.targets[i] });
    all.push(figure(view, metric, lines, { markOf: p => p.values[i] }));
  });
  return all;
};

const onTarget = view => {
  showHost(view, view.evaluatedAt);
  // What has not changed stays as it is, under the mouse and for who reads it.
  const text = JSON.stringify({ ...view, at: null, nextAt: null });
  if (text === lastText) return;
  lastText = text;
  const body = $('target-body');
  const opened = new Set([...body.querySelectorAll('details[open]')].map(d => d.dataset.key));
  const focused = document.activeElement,
    key = focused && body.contains(focused) ? focused.dataset.key ?? focused.getAttribute('aria-label') : null;
  const changed = view.points.filter(p => p.said).slice(-50).reverse();
  const done = () => { loadPolicy(view.name); open(view.name); };
  const buttons = view.canControl ? steer(view, done) : el('p', { class: 'quiet' }, 'You may look, and not steer.');
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
      ? el('ul', {}, ...view.shadows.map(s => el('li', {}, shadowLine(view, s, done))))
      : el('p', { class: 'quiet' }, 'The policy has none.'),
    el('h3', {}, 'Policy'),
    el('pre', { tabindex: '0', role: 'region', 'aria-label': 'Policy as YAML', id: 'policy' }, policyText),
  ].filter(Boolean));
  for (const d of body.querySelectorAll('details')) d.open = opened.has(d.dataset.key);
  if (key) [...body.querySelectorAll('[data-key],[aria-label]')]
    .find(n => (n.dataset.key ?? n.getAttribute('aria-label')) === key)
    ?.focus({ preventScroll: true });
};

const shadowLine = (view, shadow, done) => {
  const share = shadow.decisions ? ` It differed in ${shadow.differences} of ${shadow.decisions} evaluations.` : '';
  const line = el('span', {}, `${shadow.name}: ${shadow.said ?? 'has not decided yet.'}${share} `);
  if (!view.canControl) return line;
  line.append(remover(view, shadow, done));
  return line;
};

const loadPolicy = async name => {
  try { policyText = await fetchJson(`policy?${new URLSearchParams({ name })}`); } catch (e) { policyText = e.message; }
  if ($('policy')) $('policy').textContent = policyText;
};

const open = name => follow(`view/target/live?${new URLSearchParams({ name })}`, view => { if (shown === name) onTarget(view); });

/** Shows a target. */
export const show = name => {
  [shown, policyText, lastText, hovered] = [name, '', '', null];
  chosen.clear();
  $('target-heading').textContent = name;
  $('target-body').replaceChildren(el('p', { class: 'quiet' }, 'Loading.'));
  scrollTo(0, 0);
  $('target-heading').focus({ preventScroll: true });
  fetchJson(`view/target?${new URLSearchParams({ name })}`).then(
    view => { if (shown === name) { onTarget(view); open(name); loadPolicy(name); } },
    e => { if (shown === name) $('target-body').replaceChildren(el('p', { class: 'error' }, e.message)); });
};

/** Shows none any more. */
export const hide = () => { shown = null; };
