// How records are said: on chips, in cells and as one sentence.
import type { FilterOptions, Monogram, RatingScale, RecordFilter, RecordRow } from "../../ipc/types";
import { date, distance, fixed, list, money, number, time } from "../../shared/format";
import { keys, t } from "../../shared/i18n";

const known = new Set(keys());

/** "Deliveries"; a type that only its platform knows is shown as the platform writes it. */
export function typeWords(type: string): string {
  const key = `work.type.${type}`;
  if (known.has(key)) return t(key);
  const plain = type.replace(/[_-]+/g, " ").trim();
  return plain.charAt(0).toLocaleUpperCase() + plain.slice(1);
}

/** The chosen kind, or null when all kinds are shown. */
export function kindWords(filter: RecordFilter): string | null {
  if (filter.type !== null) return typeWords(filter.type);
  return filter.kind === null ? null : t(`work.kind.${filter.kind}`);
}

/** "Payment": what a row is where rows of all kinds stand together; work itself needs no word. */
export function oneWord(row: RecordRow): string | null {
  return row.kind === "work" ? null : t(`work.one.${row.kind}`);
}

/** The chosen amounts, or null when any is shown. */
export function amountWords(filter: RecordFilter): string | null {
  const words = (minor: number): string => fixed(minor / 100, 2);
  const { minMinor: min, maxMinor: max } = filter;
  if (min !== null && max !== null) return t("work.amount.between", { from: words(min), to: words(max) });
  if (min !== null) return t("work.amount.least", { from: words(min) });
  return max === null ? null : t("work.amount.most", { to: words(max) });
}

/** "4.8 of 5", "97 %". */
export function ratingWords(rating: RatingScale): string {
  if (rating.max === 100) return `${number(rating.value)} %`;
  return t("work.rating", { value: number(rating.value, 1), max: number(rating.max, 1) });
}

export function kilometres(row: RecordRow): string {
  return row.distanceM === null ? "" : fixed(row.distanceM / 1000, 1);
}

export function minutes(row: RecordRow): string {
  return row.durationS === null ? "" : number(Math.round(row.durationS / 60));
}

export function dayWords(at: string, now: Date = new Date()): string {
  return date(at, at.startsWith(String(now.getFullYear())) ? "dayMonth" : "dayMonthYear");
}

/** "20 November 2026, 19:42, Delivery, Uber Eats, 3.4 km, 24 minutes, €6.75": a row as one sentence. */
export function rowSentence(row: RecordRow): string {
  const kind = oneWord(row);
  const parts = [date(row.start, "long"), time(row.start), ...(kind === null ? [] : [kind]), row.title, row.platformName];
  if (row.distanceM !== null) parts.push(distance(row.distanceM));
  if (row.durationS !== null) parts.push(t("work.row.minutes", { n: Math.round(row.durationS / 60) }));
  if (row.rating !== null) parts.push(ratingWords(row.rating));
  if (row.amount !== null) parts.push(money(row.amount));
  return parts.join(", ");
}

/** "€551.40 paid, 297 km": the filter as numbers. */
export function sumWords(sums: { minor: number; currency: string; exponent: number }[], distanceM: number): string {
  const parts: string[] = [];
  if (sums.length > 0) parts.push(t("work.sum.paid", { amounts: list(sums.map((sum) => money(sum))) }));
  if (distanceM > 0) parts.push(distance(distanceM, 0));
  return parts.join(", ");
}

/** Letters and colour of a platform: the largest has the first colour. */
export function monogramOf(name: string, platform: string, options: FilterOptions | null): Monogram {
  const order = (options?.platforms ?? []).toSorted((a, b) => b.count - a.count).findIndex((one) => one.id === platform);
  const words = name.split(/\s+/).filter((word) => word !== "");
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word.charAt(0)).join("") : name.slice(0, 2);
  return { letters, tint: order < 0 || order > 3 ? 5 : order + 1 };
}
