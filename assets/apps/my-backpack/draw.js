// Elements and small drawings. Text always enters as text: what a platform wrote is never read as markup.

const SVG = 'http://www.w3.org/2000/svg';
const STAR = 'M10 1.6l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L1.5 7.8l5.9-.8z';

const MARKS = {
  signed: ['M8 1l2 1.5 2.5-.1.7 2.4 2 1.4-.8 2.3.8 2.3-2 1.4-.7 2.4-2.5-.1L8 16l-2-1.5-2.5.1-.7-2.4-2-1.4.8-2.3L.8 6.2l2-1.4.7-2.4 2.5.1z', 'M5 8.6l2.1 2.1L11.2 6.5'],
  fetched: ['', 'M3 8.8l3.4 3.4L13.2 4.6'],
  imported: ['', 'M4 1.8h5.5L12.5 5v9.2H4zM9.2 2v3.2h3.2M6.2 9.2h4M6.2 11.6h4'],
  typed: ['', 'M2.5 13.5l.7-3L10.9 2.8l2.3 2.3-7.7 7.7zM9.6 4.1l2.3 2.3'],
};

/** An element with attributes and children; `null` and `false` children are left out. */
export function h(tag, attributes = {}, ...children) {
  return put(document.createElement(tag), attributes, children);
}

function s(tag, attributes = {}, ...children) {
  return put(document.createElementNS(SVG, tag), attributes, children);
}

function put(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The small sign of an assurance; its word stands beside it. */
export function mark(assurance) {
  const [fill, line] = MARKS[assurance];
  return s('svg', { class: `mark mark-${assurance}`, viewBox: '0 0 16 17', width: 16, height: 17, 'aria-hidden': 'true' },
    fill ? s('path', { d: fill, class: 'fill' }) : null,
    s('path', { d: line, class: 'line' }));
}

/** A rating on its own scale: as many stars as the scale has, or a bar when that would be too many. */
export function meter({ value, min, max }, label) {
  return Number.isInteger(max) && max >= 3 && max <= 10 && min >= 0 ? stars(value, max, label) : bar((value - min) / (max - min), label);
}

function stars(value, max, label) {
  const row = (kind) => Array.from({ length: max }, (_, i) => s('path', { d: STAR, class: kind, transform: `translate(${i * 21} 0)` }));
  const width = max * 21 - 1;
  return s('svg', { class: 'stars', viewBox: `0 0 ${width} 20`, width: width * 0.9, height: 18, role: 'img', 'aria-label': label },
    row('empty'),
    s('svg', { width: Math.max(0.01, width * clamp(value / max)), height: 20 }, row('full')));
}

function bar(share, label) {
  return s('svg', { class: 'stars', viewBox: '0 0 104 18', width: 104, height: 18, role: 'img', 'aria-label': label },
    s('rect', { x: 0, y: 6, width: 104, height: 6, rx: 3, class: 'empty' }),
    s('rect', { x: 0, y: 6, width: Math.max(0.01, 104 * clamp(share)), height: 6, rx: 3, class: 'full' }));
}

/** Gigs per month as a row of small bars: a month without gigs is an empty place. */
export function rhythm(months, label) {
  const most = Math.max(...months.map((month) => month.gigs), 1);
  const step = Math.min(14, 400 / months.length);
  return s('svg', { class: 'rhythm', viewBox: `0 0 ${step * months.length} 34`, width: step * months.length, height: 34, role: 'img', 'aria-label': label },
    months.map((month, i) => {
      const height = month.gigs ? Math.max(2, (month.gigs / most) * 32) : 0;
      return s('rect', { x: i * step, y: 33 - height, width: step * 0.72, height });
    }),
    s('rect', { x: 0, y: 33, width: step * months.length, height: 1, class: 'ground' }));
}

/** Earnings per month, with the highest value as the only line: `ticks` are texts for the first, the middle and the last month. */
export function chart(months, top, topText, ticks, label) {
  const width = 720;
  const step = width / months.length;
  const y = (minor) => 172 - (Math.max(0, minor) / top) * 150;
  return s('svg', { class: 'chart', viewBox: `0 0 ${width} 200`, role: 'img', 'aria-label': label },
    s('line', { x1: 0, x2: width, y1: y(top), y2: y(top) }),
    s('text', { x: 0, y: y(top) - 6 }, topText),
    months.map((month, i) => (month.minor > 0 ? s('rect', { x: i * step + step * 0.12, y: y(month.minor), width: step * 0.76, height: 172 - y(month.minor) }) : null)),
    s('line', { x1: 0, x2: width, y1: 172, y2: 172, class: 'ground' }),
    ticks.map(({ at, text }) => s('text', {
      x: at === 0 ? 0 : at === months.length - 1 ? width : (at + 0.5) * step,
      y: 192,
      'text-anchor': at === 0 ? 'start' : at === months.length - 1 ? 'end' : 'middle',
    }, text)));
}

function clamp(share) {
  return Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
}
