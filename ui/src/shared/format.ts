// Money, dates, numbers and sizes as people read them. Everything goes through Intl.
import type { Money } from "../ipc/types";

/** English, with day before month, as the words that come from the core have it. */
export const LOCALE = "en-GB";

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  let found = made.get(key) as T | undefined;
  if (found === undefined) {
    found = make();
    made.set(key, found);
  }
  return found;
}

/** "€17,710.82"; the currency is the record's own. */
export function money({ minor, currency, exponent }: Money, digits: "full" | "whole" = "full"): string {
  const places = digits === "whole" ? 0 : exponent;
  const format = cached(`m${currency}${places}`, () => {
    const options = { style: "currency", currency, minimumFractionDigits: places, maximumFractionDigits: places } as const;
    try {
      return new Intl.NumberFormat(LOCALE, options);
    } catch {
      return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: places, maximumFractionDigits: places });
    }
  });
  return format.format(minor / 10 ** exponent).replace("-", "−");
}

/** "4,212". */
export function number(value: number, digits = 0): string {
  return cached(`n${digits}`, () => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 0, maximumFractionDigits: digits })).format(value);
}

/** "3.4" with exactly so many digits after the point. */
export function fixed(value: number, digits: number): string {
  return cached(`f${digits}`, () => new Intl.NumberFormat(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits })).format(value);
}

/** "1.4 MB", decimal units. */
export function bytes(value: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  let size = value;
  let step = 0;
  while (size >= 1000 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  const unit = units[step] ?? "byte";
  const digits = step === 0 || size >= 100 ? 0 : 1;
  return cached(`b${unit}${digits}`, () => new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: step === 0 ? "long" : "short", maximumFractionDigits: digits })).format(size);
}

export type DateStyle = "day" | "dayMonth" | "dayMonthYear" | "long" | "dayMonthLong" | "weekday" | "month" | "monthLong" | "monthYear" | "time" | "dayTime";

const STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  day: { day: "numeric" },
  dayMonth: { day: "numeric", month: "short" },
  dayMonthYear: { day: "numeric", month: "short", year: "numeric" },
  long: { day: "numeric", month: "long", year: "numeric" },
  dayMonthLong: { day: "numeric", month: "long" },
  weekday: { weekday: "long" },
  month: { month: "short" },
  monthLong: { month: "long" },
  monthYear: { month: "long", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  dayTime: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

/** A moment or a day ("2026-11-20", "2026-11") in the wanted form. An RFC 3339 time is shown in its own offset: the zone of the work. */
export function date(value: string, style: DateStyle = "long"): string {
  const wall = wallClock(value);
  if (wall === null) return value;
  const format = cached(`d${style}`, () => new Intl.DateTimeFormat(LOCALE, { ...STYLES[style], timeZone: "UTC" })) as Intl.DateTimeFormat;
  // ICU writes "Sept" for English; four letters break the rhythm of columns of months.
  return format.format(wall).replace(/\bSept\b/, "Sep").replace(",", style === "dayTime" ? "," : "");
}

/** "19:42" in the zone of the work. */
export function time(value: string): string {
  return date(value, "time");
}

/** Relative within 24 hours ("2 hours ago"), else the day ("20 Nov", with the year when it is another one). */
export function when(value: string, now: Date = new Date()): string {
  const then = new Date(value);
  if (Number.isNaN(then.getTime())) return value;
  const minutes = Math.round((then.getTime() - now.getTime()) / 60_000);
  const relative = () => cached("r", () => new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }));
  if (Math.abs(minutes) < 60) return relative().format(minutes, "minute");
  if (Math.abs(minutes) < 24 * 60) return relative().format(Math.round(minutes / 60), "hour");
  return date(value, value.startsWith(String(now.getFullYear())) ? "dayMonth" : "dayMonthYear");
}

/** "24 min", "2 h 05 min". */
export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** "3.4 km". */
export function distance(metres: number, digits = 1): string {
  return cached(`k${digits}`, () => new Intl.NumberFormat(LOCALE, { style: "unit", unit: "kilometer", minimumFractionDigits: digits, maximumFractionDigits: digits })).format(metres / 1000);
}

/** "Uber Eats, Upwork and Nabo". */
export function list(words: string[]): string {
  return new Intl.ListFormat(LOCALE, { type: "conjunction" }).format(words);
}

/** The beginning of a sentence as it stands inside one: "weekly earnings"; "UK" and "E-mail" stay. */
export function inner(words: string): string {
  return /^\p{Lu}\p{Ll}/u.test(words) ? words.charAt(0).toLocaleLowerCase() + words.slice(1) : words;
}

/** "9c41 e07b 55d2 … f3a8". */
export function shortHash(sha256: string): string {
  const groups = sha256.match(/.{4}/g) ?? [];
  return groups.length < 5 ? sha256 : `${groups.slice(0, 3).join(" ")} … ${groups[groups.length - 1] ?? ""}`;
}

/** The wall clock of a time string, as if it were UTC, so that formatting never moves it to the computer's zone. */
function wallClock(value: string): Date | null {
  const parts = /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(value);
  if (parts === null) return null;
  const [, year, month, day = "1", hour = "0", minute = "0", second = "0"] = parts;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)));
  return Number.isNaN(at.getTime()) ? null : at;
}
