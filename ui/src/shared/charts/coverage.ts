// Months covered, one square per month: filled, half filled, hatched (missing) or hollow (before or after the connection).
import type { Overview } from "../../ipc/types";
import { monthInitial } from "./dates";
import { px } from "./scale";

export type CoverageCell = Overview["coverage"]["rows"][number]["cells"][number];

export interface Square {
  x: number;
  width: number;
  cell: CoverageCell;
  month: string;
  /** The filled half of a month that is covered in part: its end if data begins in it, else its start. */
  fillX: number;
}
export interface CoverageGeometry {
  width: number;
  rows: { name: string; cells: Square[] }[];
  labels: { x: number; text: string }[];
}

/** Lays out the squares of all rows in `width`. */
export function coverageGeometry(coverage: Overview["coverage"], width: number): CoverageGeometry {
  const pitch = width / Math.max(coverage.months.length, 1);
  const square = Math.min(Math.max(pitch - 2.5, pitch * 0.7), 24);
  const every = Math.ceil(11 / pitch);
  return {
    width,
    rows: coverage.rows.map((row) => ({
      name: row.name,
      cells: row.cells.map((cell, i) => {
        const begins = cell === "part" && i > 0 && row.cells[i - 1] !== "full";
        return { x: px(i * pitch), width: px(square), cell, month: coverage.months[i] ?? "", fillX: px(i * pitch + (begins ? square / 2 : 0)) };
      }),
    })),
    labels: coverage.months.flatMap((month, i) => (i % every === 0 ? [{ x: px(i * pitch + square / 2), text: monthInitial(month) }] : [])),
  };
}

/** The months of a row that lack data, as spans of months. */
export function missingSpans(months: readonly string[], cells: readonly CoverageCell[]): { from: string; to: string }[] {
  const spans: { from: string; to: string }[] = [];
  let open: { from: string; to: string } | null = null;
  cells.forEach((cell, i) => {
    const month = months[i] ?? "";
    if (cell === "none" || cell === "part") {
      if (open) open.to = month;
      else spans.push((open = { from: month, to: month }));
    } else open = null;
  });
  return spans;
}
