// The made-up year: four platforms, 52 weeks to 22 November 2026, the same numbers every time.
import type { Monogram, RecordRow } from "../types";

export interface FakePlatform {
  id: string;
  connection: string;
  name: string;
  monogram: Monogram;
}

export const platforms = {
  uber: { id: "uber-eats", connection: "con-uber", name: "Uber Eats", monogram: { letters: "UE", tint: 1 } },
  freelancer: { id: "freelancer", connection: "con-freelancer", name: "Freelancer", monogram: { letters: "Fr", tint: 2 } },
  upwork: { id: "upwork", connection: "con-upwork", name: "Upwork", monogram: { letters: "Up", tint: 3 } },
  nabo: { id: "nabo", connection: "con-nabo", name: "Nabo", monogram: { letters: "Na", tint: 4 } },
} satisfies Record<string, FakePlatform>;

const all: FakePlatform[] = Object.values(platforms);

/** A small repeatable source of chance (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Week {
  from: string;
  to: string;
  minor: number[];
  gigs: number;
  gap: string | null;
}

const DAY = 86_400_000;
const START = Date.UTC(2025, 10, 24);

export function day(offset: number): string {
  return new Date(START + offset * DAY).toISOString().slice(0, 10);
}

/** 52 weeks of earnings in cents per platform, with a hole in one of them. */
export const weeks: Week[] = (() => {
  const next = chance(11);
  return Array.from({ length: 52 }, (_, at): Week => {
    const hole = at >= 11 && at < 19;
    const holiday = at === 37 || at === 38;
    const deliveries = hole ? 0 : holiday ? 3 : Math.round(28 + next() * 14);
    const uber = deliveries * Math.round(480 + next() * 110);
    const freelancer = next() < 0.3 && !holiday ? Math.round(190 + next() * 370) * 100 : 0;
    const upwork = next() < 0.6 && at < 50 && !holiday ? Math.round(58 + next() * 110) * 100 : 0;
    const jobs = holiday ? 0 : Math.floor(next() * 3);
    const nabo = jobs * (2500 + Math.floor(next() * 4) * 400);
    return {
      from: day(at * 7),
      to: day(at * 7 + 6),
      minor: [uber, freelancer, upwork, nabo],
      gigs: deliveries + (freelancer > 0 ? 1 : 0) + (upwork > 0 ? 1 : 0) + jobs,
      gap: hole ? "No Uber Eats data" : null,
    };
  });
})();

const CLIENTS = ["Estudi Nord", "Llibreria Ona", "Cafè Rec", "Fusteria Pla", "Taller Mar"];

/** 4,212 records, newest first. */
export const rows: RecordRow[] = (() => {
  const next = chance(5);
  const made: RecordRow[] = [];
  let at = Date.UTC(2026, 10, 20, 21, 48);
  const local = (moment: number) => `${new Date(moment).toISOString().slice(0, 19)}+01:00`;
  for (let index = 0; index < 4212; index += 1) {
    const which = next();
    const platform = which < 0.82 ? platforms.uber : which < 0.88 ? platforms.freelancer : which < 0.95 ? platforms.upwork : platforms.nabo;
    const eur = (minor: number) => ({ minor, currency: "EUR", exponent: 2 });
    const id = `rec-${String(index + 1).padStart(4, "0")}`;
    const common = { id, platform: platform.id, platformName: platform.name, start: local(at) };
    if (platform === platforms.uber) {
      const km = 1.1 + next() * 4.1;
      const minutes = Math.round(9 + km * 3.6 + next() * 4);
      const cancelled = index % 97 === 9;
      made.push({ ...common, kind: "work", end: local(at + minutes * 60_000), title: cancelled ? "Delivery, cancelled, paid" : index % 17 === 6 ? "Delivery, two drop-offs" : "Delivery", status: cancelled ? "cancelled" : "done", distanceM: cancelled ? null : Math.round(km * 1000), durationS: minutes * 60, amount: eur(Math.round(290 + km * 75 + next() * 140)), rating: null, assurance: "imported" });
      at -= (minutes + 4 + Math.floor(next() * 26)) * 60_000;
    } else if (next() < 0.25) {
      const top = platform === platforms.upwork ? 100 : 5;
      made.push({ ...common, kind: "review", end: null, title: `Review by ${CLIENTS[index % CLIENTS.length]}`, status: null, distanceM: null, durationS: null, amount: null, rating: { value: top === 5 ? 4 + (next() < 0.8 ? 1 : 0) : 96, min: 0, max: top }, assurance: "fetched" });
    } else if (next() < 0.5) {
      made.push({ ...common, kind: "payment", end: null, title: `Payment from ${platform.name}`, status: "paid", distanceM: null, durationS: null, amount: eur(Math.round(40 + next() * 500) * 100 + 50), rating: null, assurance: "fetched" });
    } else {
      made.push({ ...common, kind: "work", end: local(at + 3 * 3600_000), title: platform === platforms.nabo ? "Garden work" : `Logo set for ${CLIENTS[index % CLIENTS.length]}`, status: "done", distanceM: null, durationS: 3 * 3600, amount: eur(Math.round(60 + next() * 300) * 100), rating: null, assurance: platform === platforms.nabo ? "signed" : "fetched" });
    }
    const hour = new Date(at).getUTCHours();
    if (hour < 17) at = at - DAY + (21 - hour) * 3600_000;
  }
  return made;
})();

export function platformOf(id: string): FakePlatform {
  return all.find((platform) => platform.id === id) ?? platforms.uber;
}
