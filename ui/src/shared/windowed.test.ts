import { describe, expect, it } from "vitest";
import { edgesOf, evenRange, unevenRange } from "./windowed";

describe("rows of one height", () => {
  it("draws the rows in view and a few around them, and keeps the full height", () => {
    const range = evenRange(4212, 36, 36 * 1000, 720, 8);
    expect(range).toMatchObject({ first: 992, end: 1028 });
    expect(range.before + (range.end - range.first) * 36 + range.after).toBe(4212 * 36);
  });
  it("stops at both ends, and copes with a scroll position beyond a list that shrank", () => {
    expect(evenRange(3, 36, 0, 720)).toEqual({ first: 0, end: 3, before: 0, after: 0 });
    expect(evenRange(0, 36, 0, 720)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
    expect(evenRange(5, 36, 90_000, 720).first).toBe(0);
  });
});

describe("rows of different heights", () => {
  it("keeps the full height at every position", () => {
    const edges = edgesOf(Array.from({ length: 500 }, (_, i) => (i % 7 === 0 ? 34 : 38)));
    const total = edges.at(-1) ?? 0;
    for (const top of [0, 37, 5_000, total - 600]) {
      const range = unevenRange(edges, top, 600, 4);
      expect(range.before).toBe(edges[range.first]);
      expect(range.after).toBe(total - (edges[range.end] ?? 0));
      expect(edges[range.first] ?? 0).toBeLessThanOrEqual(top);
      expect(edges[range.end] ?? 0).toBeGreaterThanOrEqual(Math.min(top + 600, total));
    }
  });
  it("is empty for an empty list", () => expect(unevenRange([0], 0, 600)).toEqual({ first: 0, end: 0, before: 0, after: 0 }));
});
