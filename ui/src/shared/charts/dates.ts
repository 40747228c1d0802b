// Dates and clock times as the source wrote them: no conversion into the zone of this computer.
import { date, LOCALE } from "../format";

const DAY = 86_400_000;

/** Midnight UTC of a date such as "2026-11-16" (also of the date part of a time, or of a month "2026-11"). */
export function day(date: string): Date {
  const [y = 1970, m = 1, d = 1] = date.slice(0, 10).split("-").map(Number);
  return new Date(Date.UTC(y, m - 1, d));
}

/** Whole days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((day(to).getTime() - day(from).getTime()) / DAY);
}

/** Minutes after midnight of the clock time written in an RFC 3339 time, in the zone that it was written in. */
export function clockMinutes(time: string): number {
  return Number(time.slice(11, 13)) * 60 + Number(time.slice(14, 16)) + Number(time.slice(17, 19) || 0) / 60;
}

/** Minutes from the midnight that starts the day of `origin` to the clock time of `time`; grows past 1440 after midnight. */
export function minutesSince(origin: string, time: string): number {
  return daysBetween(origin, time) * 1440 + clockMinutes(time);
}

/** "D" for December: the initial of the month of "2025-12". */
export function monthInitial(month: string): string {
  return initials.format(day(month));
}

/** "2026". */
export function yearOf(date: string): string {
  return date.slice(0, 4);
}

/** "9 Feb – 5 Apr", "2 – 8 Nov": days of a span, with the month said once if it is the same. */
export function spanWords(from: string, to: string): string {
  if (from === to) return date(from, "dayMonth");
  const same = from.slice(0, 7) === to.slice(0, 7);
  return `${date(from, same ? "day" : "dayMonth")} – ${date(to, "dayMonth")}`;
}

/** "16 – 22 Nov 2026", "November 2026", "2026": a whole month or year is named as such. */
export function periodWords(from: string, to: string): string {
  const year = to.slice(0, 4);
  if (from === `${year}-01-01` && to === `${year}-12-31`) return year;
  if (isMonth(from, to)) return date(from, "monthYear");
  return `${spanWords(from, to)} ${year}`;
}

/** Whether a span is exactly one month. */
export function isMonth(from: string, to: string): boolean {
  const next = new Date(day(to).getTime() + DAY);
  return from.endsWith("-01") && from.slice(0, 7) === to.slice(0, 7) && next.getUTCDate() === 1;
}

const initials = new Intl.DateTimeFormat(LOCALE, { month: "narrow", timeZone: "UTC" });
