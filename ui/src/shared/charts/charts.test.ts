import { describe, expect, it } from "vitest";
import type { EarningsSeries } from "../../ipc/types";
import { coverageGeometry, missingSpans } from "./coverage";
import { clockMinutes, daysBetween, minutesSince, periodWords, spanWords } from "./dates";
import { earningsGeometry } from "./earnings";
import { roundStep, scaleTo } from "./scale";
import { shiftGeometry } from "./shift";
import { sparkFloor, sparkGeometry } from "./spark";

function series(bars: EarningsSeries["bars"], step: EarningsSeries["step"] = "week"): EarningsSeries {
  const platforms = ["Uber Eats", "Freelancer"].map((name, i) => ({ platform: name, name, monogram: { letters: "UE", tint: i + 1 }, totalMinor: 0 }));
  return { currency: "EUR", exponent: 2, totalMinor: 0, gigs: 0, perWeekMinor: 0, step, platforms, bars };
}

function weeks(count: number, gap: (i: number) => string | null = () => null): EarningsSeries["bars"] {
  return Array.from({ length: count }, (_, i) => {
    const from = new Date(Date.UTC(2025, 10, 24 + i * 7)).toISOString().slice(0, 10);
    const to = new Date(Date.UTC(2025, 10, 30 + i * 7)).toISOString().slice(0, 10);
    const why = gap(i);
    return { from, to, minor: why === null ? [10_000 + i * 100, i % 3 === 0 ? 30_000 : 0] : [0, 5_000], gigs: i % 40, gap: why };
  });
}

describe("scale", () => {
  it("takes round steps", () => {
    expect([0.7, 1, 13, 190, 201, 1_001].map(roundStep)).toEqual([1, 1, 20, 200, 250, 2_000]);
  });
  it("leaves no bar above the top and at most four lines above zero", () => {
    for (const max of [0.3, 4, 97, 820, 4_999, 123_456]) {
      const { top, ticks } = scaleTo(max);
      expect(top).toBeGreaterThan(max);
      expect(ticks[0]).toBe(0);
      expect(ticks.length).toBeLessThanOrEqual(5);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
    }
    expect(scaleTo(820).ticks).toEqual([0, 200, 400, 600, 800]);
  });
  it("has a line at zero without data", () => expect(scaleTo(0).ticks).toEqual([0]));
});

describe("dates", () => {
  it("keeps the clock of the source's zone", () => {
    expect(clockMinutes("2026-11-20T19:42:00+01:00")).toBe(1182);
    expect(minutesSince("2026-11-20T22:00:00+01:00", "2026-11-21T00:30:00+01:00")).toBe(1470);
    expect(daysBetween("2026-02-27", "2026-03-01")).toBe(2);
  });
  it("calls whole months and years by their name", () => {
    expect(periodWords("2026-11-16", "2026-11-22")).toBe("16 – 22 Nov 2026");
    expect(periodWords("2028-02-01", "2028-02-29")).toBe("February 2028");
    expect(periodWords("2026-02-01", "2026-02-27")).toBe("1 – 27 Feb 2026");
    expect(periodWords("2025-01-01", "2025-12-31")).toBe("2025");
  });
  it("says the month of a span once", () => {
    expect(spanWords("2026-11-02", "2026-11-08")).toBe("2 – 8 Nov");
    expect(spanWords("2026-02-09", "2026-04-05")).toBe("9 Feb – 5 Apr");
    expect(spanWords("2026-02-09", "2026-02-09")).toBe("9 Feb");
  });
});

describe("earnings chart", () => {
  const chart = earningsGeometry(series(weeks(52, (i) => (i >= 11 && i < 19 ? "No Uber Eats data" : null))), 664, 262, "€");

  it("stacks the platforms of a bar without overlap and above the base", () => {
    const first = chart.segments.filter((s) => s.bar === 0);
    expect(first).toHaveLength(2);
    const [low, high] = first as [(typeof first)[0], (typeof first)[0]];
    expect(low.y + low.height).toBeLessThan(chart.base);
    expect(high.y + high.height).toBeLessThanOrEqual(low.y);
    expect(Math.min(...chart.segments.map((s) => s.y))).toBeGreaterThanOrEqual(chart.top);
  });
  it("leaves one pixel of paper between segments", () => {
    const [low, high] = chart.segments.filter((s) => s.bar === 0) as unknown as [{ y: number }, { y: number; height: number }];
    expect(low.y - (high.y + high.height)).toBeCloseTo(1, 0);
  });
  it("mirrors gigs below, in proportion, inside their band", () => {
    const gig = (bar: number) => chart.gigs.find((g) => g.bar === bar);
    expect(gig(0)).toBeUndefined();
    expect((gig(30)?.height ?? 0) / (gig(10)?.height ?? 1)).toBeCloseTo(3, 1);
    expect(Math.max(...chart.gigs.map((g) => g.y + g.height))).toBeLessThanOrEqual(chart.gigBottom);
  });
  it("draws one hatched gap with its reason and dates, in both bands", () => {
    expect(chart.gaps).toHaveLength(1);
    const gap = chart.gaps[0];
    expect(gap?.span).toBe("9 Feb – 5 Apr");
    expect(gap?.bands).toHaveLength(2);
    expect(gap?.label?.lines[0]?.text).toBe("No Uber Eats data");
  });
  it("breaks the reason where it would hide a bar, and leaves it out rather than hide one", () => {
    const narrow = (tall: number) => {
      const bars = weeks(52, (i) => (i >= 11 && i < 19 ? "No Uber Eats data" : null)).map((bar, i) => (i >= 11 && i < 19 ? { ...bar, minor: [0, 0] } : { ...bar, minor: [tall, 0] }));
      bars[40] = { ...bars[40]!, minor: [90_000, 0] };
      return earningsGeometry(series(bars), 664, 262, "€").gaps[0]?.label ?? null;
    };
    expect(narrow(10_000)?.lines.map((line) => line.text)).toEqual(["No Uber Eats data", "9 Feb – 5 Apr"]);
    expect(narrow(84_000)?.lines.map((line) => line.text)).toEqual(["No Uber", "Eats data", "9 Feb – 5 Apr"]);
    const few = weeks(52, (i) => (i >= 11 && i < 13 ? "No Uber Eats data" : null)).map((bar) => ({ ...bar, minor: [80_000, 0] }));
    expect(earningsGeometry(series(few), 664, 262, "€").gaps[0]?.label).toBeNull();
  });
  it("keeps two gaps with different reasons apart", () => {
    const two = earningsGeometry(series(weeks(20, (i) => (i < 5 ? "A" : i < 8 ? "B" : null))), 600, 262, "€");
    expect(two.gaps.map((g) => g.reason)).toEqual(["A", "B"]);
  });
  it("labels months once, without collisions, and the currency on the top line only", () => {
    expect(chart.months.map((m) => m.label).slice(0, 4)).toEqual(["Dec", "Jan", "Feb", "Mar"]);
    chart.months.forEach((m, i) => expect(m.x - (chart.months[i - 1]?.x ?? -99)).toBeGreaterThanOrEqual(28));
    expect(chart.grid.filter((g) => g.label.startsWith("€"))).toHaveLength(1);
    expect(chart.grid.at(-1)?.label).toBe("€400");
  });
  it("stays inside its width for 3 bars, 53 bars and none", () => {
    for (const count of [0, 3, 53]) {
      const g = earningsGeometry(series(weeks(count)), 500, 262, "€");
      for (const s of [...g.segments, ...g.gigs]) {
        expect(s.x).toBeGreaterThanOrEqual(g.left);
        expect(s.x + s.width).toBeLessThanOrEqual(500);
      }
    }
  });
});

describe("sparkline", () => {
  it("uses the upper part of the platform's own scale that holds all values", () => {
    expect(sparkFloor([94, 97], 0, 100)).toBe(90);
    expect(sparkFloor([4.2, 4.9], 1, 5)).toBe(4);
    expect(sparkFloor([1.5, 4], 1, 5)).toBe(1);
  });
  it("ends in its last value and rises upwards", () => {
    const line = sparkGeometry([90, 100], 0, 100);
    expect(line?.d).toBe("M3 20L87 4");
    expect(line?.end).toEqual({ x: 87, y: 4 });
    expect(sparkGeometry([], 0, 100)).toBeNull();
    expect(sparkGeometry([3], 5, 5)).toBeNull();
  });
});

describe("months covered", () => {
  const months = ["2025-12", "2026-01", "2026-02", "2026-03"];
  it("places a square per month and names the missing spans", () => {
    const g = coverageGeometry({ months, rows: [{ connection: "1", name: "Uber Eats", cells: ["full", "part", "none", "outside"] }] }, 80);
    expect(g.rows[0]?.cells.map((c) => c.x)).toEqual([0, 20, 40, 60]);
    expect(g.labels.map((l) => l.text)).toEqual(["D", "J", "F", "M"]);
    expect(missingSpans(months, ["full", "part", "none", "outside"])).toEqual([{ from: "2026-01", to: "2026-02" }]);
    expect(missingSpans(months, ["none", "full", "none", "full"])).toHaveLength(2);
  });
  it("thins the initials when squares get narrow", () => {
    const many = Array.from({ length: 60 }, (_, i) => `20${20 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`);
    expect(coverageGeometry({ months: many, rows: [] }, 230).labels.length).toBeLessThan(24);
  });
});

describe("shift strip", () => {
  const at = (clock: string, date = "2026-11-20") => `${date}T${clock}:00+01:00`;
  it("draws blocks inside the well, in the zone of the work", () => {
    const g = shiftGeometry(
      { from: at("17:15"), to: at("22:14"), sentence: "", blocks: [{ id: "a", start: at("17:15"), end: at("17:27"), current: false }, { id: "b", start: at("19:42"), end: at("20:06"), current: true }] },
      428,
    );
    expect(g.hours[0]).toEqual({ x: 0, label: "17:00", anchor: "start" });
    expect(g.hours.map((h) => h.label)).toContain("22:00");
    expect(g.blocks[0]?.x).toBe(g.well.x);
    expect((g.blocks[1]?.x ?? 0) + (g.blocks[1]?.width ?? 0)).toBeLessThanOrEqual(g.well.x + g.well.width);
  });
  it("goes past midnight", () => {
    const g = shiftGeometry({ from: at("22:10"), to: at("01:20", "2026-11-21"), sentence: "", blocks: [] }, 428);
    expect(g.hours.map((h) => h.label)).toEqual(["22:00", "23:00", "0:00", "1:00"]);
  });
});
