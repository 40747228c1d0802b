// Geometry of the earnings chart: stacked bars by platform, gigs mirrored below, hatched where data is missing.
import type { EarningsSeries } from "../../ipc/types";
import { date, LOCALE } from "../format";
import { day, daysBetween, spanWords, yearOf } from "./dates";
import { px, scaleTo } from "./scale";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface GridLine {
  y: number;
  value: number;
  label: string;
  zero: boolean;
}
export interface Segment extends Box {
  bar: number;
  platform: number;
}
export interface GigBar extends Box {
  bar: number;
}
export interface Gap {
  x: number;
  width: number;
  bands: Box[];
  reason: string;
  from: string;
  to: string;
  span: string;
  /** Paper patch behind the words, and the middle of the words. Absent if the gap is too narrow for any words. */
  label: { patch: Box; x: number; lines: { y: number; text: string; strong: boolean }[] } | null;
}
export interface EarningsGeometry {
  width: number;
  height: number;
  /** Where the first slot starts: left of it is the axis. */
  left: number;
  top: number;
  base: number;
  gigTop: number;
  gigBottom: number;
  grid: GridLine[];
  /** One per bar, over the full height: pointer target and highlight. */
  slots: Box[];
  segments: Segment[];
  gigs: GigBar[];
  gigMax: number;
  gaps: Gap[];
  months: { x: number; label: string }[];
}

const LEFT = 40;
const TOP = 12;
const BELOW = 74;
const BAND = 22;
const GIGS = 40;
const WIDEST_BAR = 30;

/** Lays the series out in a drawing of the given size. `symbol` is the currency sign, put on the top line only. */
export function earningsGeometry(series: EarningsSeries, width: number, height: number, symbol: string): EarningsGeometry {
  const base = height - BELOW;
  const gigTop = base + BAND;
  const count = Math.max(series.bars.length, 1);
  const pitch = (width - LEFT) / count;
  const barWidth = Math.min(pitch - Math.min(3, pitch * 0.25), WIDEST_BAR);
  const unit = 10 ** series.exponent;
  const scale = scaleTo(Math.max(0, ...series.bars.map((bar) => sum(bar.minor))) / unit);
  const y = (minor: number): number => base - (minor / unit / scale.top) * (base - TOP);
  const gigMax = gigTop10(Math.max(0, ...series.bars.map((bar) => bar.gigs)));

  const segments: Segment[] = [];
  const gigs: GigBar[] = [];
  const slots: Box[] = [];
  series.bars.forEach((bar, i) => {
    const slot = LEFT + i * pitch;
    const x = slot + (pitch - barWidth) / 2;
    slots.push({ x: px(slot), y: TOP, width: px(pitch), height: gigTop + GIGS - TOP });
    let foot = base;
    bar.minor.forEach((minor, platform) => {
      if (minor <= 0) return;
      const tall = base - y(minor);
      segments.push({ bar: i, platform, x: px(x), y: px(foot - tall), width: px(barWidth), height: px(Math.max(tall - 1, 0.8)) });
      foot -= tall;
    });
    if (bar.gigs > 0) gigs.push({ bar: i, x: px(x), y: gigTop, width: px(barWidth), height: px((bar.gigs / (gigMax * 1.1)) * GIGS) });
  });

  return {
    width,
    height,
    left: LEFT,
    top: TOP,
    base,
    gigTop,
    gigBottom: gigTop + GIGS,
    grid: gridLines(scale.ticks, (value) => px(y(value * unit)), symbol),
    slots,
    segments,
    gigs,
    gigMax,
    gaps: gaps(series, pitch, base, gigTop, width, segments),
    months: monthLabels(series, pitch, width),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + Math.max(b, 0), 0);
}

/** The gig axis ends at a round number, so that its one label can be read. */
function gigTop10(max: number): number {
  if (max <= 5) return 5;
  return Math.ceil(max / 10) * 10;
}

function gridLines(ticks: number[], y: (value: number) => number, symbol: string): GridLine[] {
  const format = new Intl.NumberFormat(LOCALE, { notation: (ticks.at(-1) ?? 0) >= 10_000 ? "compact" : "standard", maximumFractionDigits: 2 });
  return ticks.map((value, i) => ({ y: y(value), value, zero: value === 0, label: (i === ticks.length - 1 && i > 0 ? symbol : "") + format.format(value) }));
}

function gaps(series: EarningsSeries, pitch: number, base: number, gigTop: number, width: number, segments: readonly Segment[]): Gap[] {
  const found: Gap[] = [];
  for (let i = 0; i < series.bars.length; ) {
    const reason = series.bars[i]?.gap ?? null;
    let end = i + 1;
    while (end < series.bars.length && series.bars[end]?.gap === reason) end++;
    if (reason !== null) {
      const x = LEFT + i * pitch;
      const wide = (end - i) * pitch;
      const from = series.bars[i]?.from ?? "";
      const to = series.bars[end - 1]?.to ?? "";
      const span = spanWords(from, to);
      const bands = [
        { x: px(x), y: TOP, width: px(wide), height: base - TOP },
        { x: px(x), y: gigTop, width: px(wide), height: GIGS },
      ];
      found.push({ x: px(x), width: px(wide), bands, reason, from, to, span, label: gapLabel(reason, span, x + wide / 2, width, segments) });
    }
    i = end;
  }
  return found;
}

/** The words of a gap: on two lines, or on three narrower ones, wherever they hide no bar; nowhere else. */
function gapLabel(reason: string, span: string, middle: number, width: number, segments: readonly Segment[]): Gap["label"] {
  for (const words of [[reason], halves(reason)]) {
    const wide = Math.max(span.length, ...words.map((line) => line.length)) * 6.3 + 12;
    if (wide > width - LEFT) continue;
    const x = Math.min(Math.max(middle, LEFT + wide / 2), width - wide / 2);
    const patch = { x: px(x - wide / 2), y: TOP + 5, width: px(wide), height: 6 + 15 * (words.length + 1) };
    const hides = segments.some((part) => part.x < patch.x + patch.width && part.x + part.width > patch.x && part.y < patch.y + patch.height);
    if (hides) continue;
    const lines = [...words, span].map((text, line) => ({ y: TOP + 20 + 15 * line, text, strong: line < words.length }));
    return { patch, x: px(x), lines };
  }
  return null;
}

/** A sentence broken at the space nearest to its middle. */
function halves(text: string): string[] {
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const nearest = spaces.sort((a, b) => Math.abs(a - text.length / 2) - Math.abs(b - text.length / 2))[0];
  return nearest === undefined ? [text] : [text.slice(0, nearest), text.slice(nearest + 1)];
}

function monthLabels(series: EarningsSeries, pitch: number, width: number): { x: number; label: string }[] {
  const years = series.bars.length > 0 && daysBetween(series.bars[0]?.from ?? "", series.bars[0]?.to ?? "") > 40;
  const long = series.step !== "week" && (years || series.bars.length > 12);
  const room = long ? 34 : 28;
  const all: { x: number; label: string }[] = [];
  let last = series.step === "week" ? (series.bars[0]?.from.slice(0, 7) ?? "") : "";
  series.bars.forEach((bar, i) => {
    const now = bar.from.slice(0, 7);
    const starts = now !== last && (series.step !== "week" || day(bar.from).getUTCDate() <= 7);
    last = now;
    const x = LEFT + i * pitch + 1.5;
    if (starts && x <= width - 24) all.push({ x: px(x), label: years || (long && now.endsWith("-01")) ? yearOf(bar.from) : date(bar.from, "month") });
  });
  // Every month, or every second, third, fourth, sixth or twelfth, so that the labels stay regular.
  const every = [1, 2, 3, 4, 6].find((n) => all.every((label, i) => i + n >= all.length || i % n !== 0 || (all[i + n]?.x ?? 0) - label.x >= room)) ?? 12;
  return all.filter((_, i) => i % every === 0);
}
