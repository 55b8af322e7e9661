// Plots as SVG, made by hand: each with a label, and marks that can be reached by keyboard. A table stands beside each.
import { clock, number } from './page.js';

const ns = 'http://www.w3.org/2000/svg';
const width = 560, height = 190, left = 42, right = 10, top = 10, bottom = 24;

/** An element of a drawing. */
export const svg = (name, attributes, ...children) => {
  const node = document.createElementNS(ns, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

// A scaling up points up, one down down, and what failed is a cross: told apart without colours, too.
export const shapes = {
  up: 'M0 -7L6.5 5H-6.5Z', down: 'M0 7L6.5 -5H-6.5Z', failed: 'M-5 -7L0 -2 5 -7 7 -5 2 0 7 5 5 7 0 2 -5 7 -7 5 -2 0 -7 -5Z',
};

/** The round number at the top of an axis, of which the half is round, too. */
const nice = value => {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].find(n => n * ten >= value) * ten;
};

/** A path through points that holds each value until the next, with gaps where there is none. */
const path = (points, x, y, steps) => {
  let d = '', open = false;
  for (const [at, value] of points) {
    if (value == null) { open = false; continue; }
    d += !open ? `M${x(at)} ${y(value)}` : steps ? `H${x(at)}V${y(value)}` : `L${x(at)} ${y(value)}`;
    open = true;
  }
  return d;
};

/** How many replicas were wanted lately, as a small line. */
export const spark = values => {
  const most = Math.max(1, ...values), least = Math.min(...values, most);
  const span = most - least || 1, step = 100 / Math.max(1, values.length - 1);
  let d = values.map((v, i) => {
    const y = (30 - 26 * (v - least) / span).toFixed(1);
    return i === 0 ? `M0 ${y}` : `H${(i * step).toFixed(1)}V${y}`;
  }).join('');
  if (values.length === 1) d += 'H100';
  const said = values.length === 0 ? 'No evaluation yet'
    : `${values.length} evaluations: from ${values[0]} to ${values[values.length - 1]} replicas, at least ${least}, at most ${most}`;
  return svg('svg', {
    class: 'spark', viewBox: '0 0 100 34', preserveAspectRatio: 'none', role: 'img', 'aria-label': said,
  }, svg('path', { d }));
};

/**
 * One plot: lines over time, a band, and the decisions as marks.
 * lines: { name, of(point), className, steps }; marks lie on the line of markOf; onPoint is told what the mouse is over.
 */
export const plot = ({ title, points, lines, band, markOf, onMark, onPoint }) => {
  const from = points.length ? Date.parse(points[0].at) : 0;
  const to = points.length ? Math.max(Date.parse(points[points.length - 1].at), from + 1000) : 1;
  const all = points.flatMap(p => [...lines.map(l => l.of(p)), ...(band ? band(p) : [])]).filter(v => v != null);
  const most = nice(Math.max(1e-9, ...all));
  const x = at => +(left + (width - left - right) * (at - from) / (to - from)).toFixed(1);
  const y = value => +(height - bottom - (height - top - bottom) * value / most).toFixed(1);
  const marks = points.filter(p => p.said);
  const last = points[points.length - 1];
  const label = `${title}. ${points.length} evaluations, ${marks.length} with a scaling or an error. ` + (last
    ? lines.map(l => `${l.name} is ${number(l.of(last)) || 'not known'}`).join(', ') + '.' : 'Nothing was evaluated yet.');
  const root = svg('svg', { class: 'plot', viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': label });
  if (band && points.length) {
    const upper = points.map(p => [Date.parse(p.at), band(p)[1]]);
    const lower = points.map(p => [Date.parse(p.at), band(p)[0]]).reverse();
    root.append(svg('path', { class: 'band', d: `${path(upper, x, y)}${path(lower, x, y).replace(/^M/, 'L')}Z` }));
  }
  for (const value of [0, most / 2, most]) {
    root.append(svg('line', { class: 'axis', x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      svg('text', { x: left - 6, y: y(value) + 4, 'text-anchor': 'end' }, number(value)));
  }
  if (points.length) {
    root.append(
      svg('text', { x: left, y: height - 6 }, clock(from)),
      svg('text', { x: width - right, y: height - 6, 'text-anchor': 'end' }, clock(to)));
  }
  for (const line of lines) {
    root.append(svg('path', {
      class: `line ${line.className}`,
      d: path(points.map(p => [Date.parse(p.at), line.of(p)]), x, y, line.steps),
    }));
  }
  for (const point of marks.slice(-60)) {
    const value = markOf(point);
    if (value == null) continue;
    const kind = point.failed ? 'failed' : point.wanted < point.from ? 'down' : 'up';
    const said = `${clock(point.at)}: ${point.said}`;
    const mark = svg('path', { class: `mark ${kind}`, d: shapes[kind], tabindex: 0, role: 'img', 'aria-label': said });
    for (const event of ['focus', 'mouseenter', 'click']) mark.addEventListener(event, () => onMark(point));
    root.append(svg('g', { transform: `translate(${x(Date.parse(point.at))} ${y(value)})` }, mark));
  }
  if (!points.length) return root;
  // A line under the mouse, so that the values beside the plot are those of one time.
  const cursor = svg('line', { class: 'cursor', y1: top, y2: height - bottom, visibility: 'hidden' });
  root.append(cursor);
  root.addEventListener('pointermove', event => {
    const box = root.getBoundingClientRect(), at = (event.clientX - box.left) / box.width * width;
    const nearest = points.reduce((best, p) => Math.abs(x(Date.parse(p.at)) - at) < Math.abs(x(Date.parse(best.at)) - at) ? p : best);
    for (const end of ['x1', 'x2']) cursor.setAttribute(end, x(Date.parse(nearest.at)));
    cursor.setAttribute('visibility', 'visible');
    onPoint(nearest);
  });
  root.addEventListener('pointerleave', () => {
    cursor.setAttribute('visibility', 'hidden');
    onPoint(null);
  });
  return root;
};
