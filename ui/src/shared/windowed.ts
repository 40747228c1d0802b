// Which rows of a long list are drawn: those in view, and a few on either side.

export interface Range {
  /** First row drawn. */
  first: number;
  /** One past the last row drawn. */
  end: number;
  /** Space that stands for the rows before and after. */
  before: number;
  after: number;
}

/** Pixels of one rem, as the person has set the text size. */
export function remPixels(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}

/** A width in the units that drawings are laid out in: larger text makes them fewer, so that a drawing grows with the text. */
export function drawingWidth(pixels: number): number {
  return (pixels * 16) / remPixels();
}

/** Rows of one height. */
export function evenRange(count: number, rowHeight: number, scrollTop: number, viewHeight: number, spare = 8): Range {
  const first = Math.max(Math.floor(scrollTop / rowHeight) - spare, 0);
  const end = Math.min(Math.ceil((scrollTop + viewHeight) / rowHeight) + spare, count);
  if (first >= end) return { first: 0, end: Math.min(count, spare), before: 0, after: Math.max(count - spare, 0) * rowHeight };
  return { first, end, before: first * rowHeight, after: (count - end) * rowHeight };
}

/** Rows of different heights; `edges[i]` is where row i begins, and the last edge is where the list ends. */
export function unevenRange(edges: readonly number[], scrollTop: number, viewHeight: number, spare = 8): Range {
  const count = Math.max(edges.length - 1, 0);
  const total = edges[count] ?? 0;
  const first = Math.max(rowAt(edges, scrollTop) - spare, 0);
  const end = Math.min(rowAt(edges, scrollTop + viewHeight) + 1 + spare, count);
  return { first, end, before: edges[first] ?? 0, after: total - (edges[end] ?? total) };
}

/** The edges of rows with these heights. */
export function edgesOf(heights: readonly number[]): number[] {
  const edges = [0];
  heights.forEach((height, i) => edges.push((edges[i] ?? 0) + height));
  return edges;
}

function rowAt(edges: readonly number[], y: number): number {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
