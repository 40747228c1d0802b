// The filter of Work as it stands in the address, so that a view can be kept, and as the core takes it.
import type { RecordFilter, RecordKind } from "../../ipc/types";
import { date } from "../../shared/format";
import { spanWords } from "../../shared/charts/dates";

export type Sort = "newest" | "oldest" | "amount";

export const KINDS: readonly RecordKind[] = ["work", "payment", "rating", "review", "achievement", "restriction"];
export const NO_FILTER: RecordFilter = { text: "", platform: null, kind: null, type: null, from: null, to: null, minMinor: null, maxMinor: null };

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the address; what cannot be understood filters nothing. */
export function filterOf(query: URLSearchParams): RecordFilter {
  const from = query.get("from");
  const to = query.get("to");
  return {
    text: query.get("text") ?? "",
    platform: query.get("platform"),
    kind: KINDS.find((kind) => kind === query.get("kind")) ?? null,
    type: query.get("type"),
    from: from !== null && DAY.test(from) ? from : null,
    to: to !== null && DAY.test(to) ? to : null,
    minMinor: whole(query.get("min")),
    maxMinor: whole(query.get("max")),
  };
}

export function sortOf(query: URLSearchParams): Sort {
  const sort = query.get("sort");
  return sort === "oldest" || sort === "amount" ? sort : "newest";
}

/** The address of a filter; what filters nothing is left out. */
export function queryOf(filter: RecordFilter, sort: Sort): Record<string, string | null> {
  return {
    text: filter.text || null,
    platform: filter.platform,
    kind: filter.kind,
    type: filter.type,
    from: filter.from,
    to: filter.to,
    min: filter.minMinor === null ? null : String(filter.minMinor),
    max: filter.maxMinor === null ? null : String(filter.maxMinor),
    sort: sort === "newest" ? null : sort,
  };
}

export function isFiltered(filter: RecordFilter): boolean {
  return (Object.keys(NO_FILTER) as (keyof RecordFilter)[]).some((key) => filter[key] !== NO_FILTER[key]);
}

/** First and last day of a month such as "2026-11". */
export function monthDays(month: string): { from: string; to: string } {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${String(last).padStart(2, "0")}` };
}

/** The month that a span is, if it is exactly one. */
export function monthOf(from: string | null, to: string | null): string | null {
  if (from === null || to === null) return null;
  const month = from.slice(0, 7);
  const days = monthDays(month);
  return days.from === from && days.to === to ? month : null;
}

/** The chosen time in words: short on the chip, long in its name. Null when any time is shown. */
export function timeWords(from: string | null, to: string | null): { short: string; long: string } | null {
  const month = monthOf(from, to);
  if (month !== null) return { short: `${date(month, "month")} ${month.slice(0, 4)}`, long: date(month, "monthYear") };
  if (from !== null && to !== null) {
    const words = `${spanWords(from, to)} ${to.slice(0, 4)}`;
    return { short: words, long: words };
  }
  if (from !== null) return { short: `≥ ${date(from, "dayMonthYear")}`, long: date(from, "dayMonthYear") };
  if (to !== null) return { short: `≤ ${date(to, "dayMonthYear")}`, long: date(to, "dayMonthYear") };
  return null;
}

/** An amount as a person types it ("6.75", "6,75", "12"), in minor units of two digits. Null if it is none. */
export function typedMinor(text: string): number | null {
  const match = /^\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}
