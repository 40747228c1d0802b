// The stand-in's requests to erase. Rent Letter was asked twelve days ago.
import type { ActivityRow, Erasure, RightsCommands } from "../types";
import { activityRows, grantRows } from "./sharing";
import { failure, NOW, type World } from "./world";

const APPS: Record<string, string> = { "app-hourly": "Hourly", "app-shift": "Shift Map", "app-backpack": "My Backpack" };

/** Whether somebody else answers for a party. */
export function isOutside(party: string): boolean {
  return party !== "Backpack" && party !== "My Backpack" && party !== "You";
}

function all(world: World): Map<string, Erasure> {
  const known = world.notes.get("erasures") as Map<string, Erasure> | undefined;
  if (known !== undefined) return known;
  const first: Erasure = { id: "erase-rent", way: "mail", state: "waiting", asked: "2026-11-10", again: null, due: "2026-12-10", days: 30, passed: 12, left: 18, late: 0, answered: null };
  const made = new Map(world.empty ? [] : [["Rent Letter", first] as const]);
  world.notes.set("erasures", made);
  return made;
}

export function erasureOf(world: World, party: string): Erasure | null {
  return all(world).get(party) ?? null;
}

function log(world: World, row: ActivityRow): void {
  world.notes.set("activity", [row, ...((world.notes.get("activity") as ActivityRow[] | undefined) ?? [])]);
  world.changed("sharing");
}

export function rightsCommands(world: World): RightsCommands {
  const partyOf = (of: { kind: "entry" | "app"; id: string }): string => {
    const party = of.kind === "app" ? APPS[of.id] : activityRows(world).find((row) => row.id === of.id)?.party;
    if (party === undefined || !isOutside(party)) throw failure("SYS-712", "A value does not have the form that it needs.", "Nothing was changed.", "Change it and try again.");
    return party;
  };
  return {
    eraseLetter: async (of) => {
      const party = partyOf(of);
      const waiting = erasureOf(world, party);
      return {
        party,
        subject: "Request to erase my personal data (Article 17 GDPR)",
        text: `${party}\nprivacy@hourly.example\n\n22 Nov 2026\n\nRequest to erase my personal data (Article 17 GDPR)\n\nTo whom it may concern,\n\nI ask you to erase without undue delay all personal data about me that I shared with you.\n\nWhat you received:\n- Earnings and hours, in sums: first on 3 Nov 2026, last on 22 Nov 2026\n\nMarta Vidal Serra\n`,
        email: party === "Shift Map" ? null : "privacy@hourly.example",
        page: "hourly.example",
        sees: grantRows(world).some((grant) => grant.party === party && grant.state === "live"),
        waiting: waiting?.state === "waiting" ? waiting : null,
      };
    },
    erasePrint: async () => undefined,
    eraseAsk: async (of, way) => {
      const party = partyOf(of);
      const known = erasureOf(world, party);
      const id = `erase-${all(world).size + 1}`;
      if (known?.state === "waiting") all(world).set(party, { ...known, again: NOW });
      else all(world).set(party, { id, way, state: "waiting", asked: NOW.slice(0, 10), again: null, due: "2026-12-22", days: 30, passed: 0, left: 30, late: 0, answered: null });
      log(world, { id: `act-${id}`, at: NOW, party, what: "You asked them to erase it", result: "eraseAsked", words: "Answer due 22 Dec 2026", glyph: "erase" });
    },
    eraseAnswered: async (id, erased) => {
      for (const [party, erasure] of all(world)) {
        if (erasure.id !== id) continue;
        all(world).set(party, { ...erasure, state: erased ? "erased" : "refused", answered: NOW });
        log(world, { id: `act-answer-${id}`, at: NOW, party, what: "They say that they erased it", result: "eraseAsked", words: erased ? "They answered" : "They refused", glyph: "erase" });
      }
    },
    reportSave: async (entry) => {
      const party = partyOf({ kind: "entry", id: entry });
      log(world, { id: `act-report-${entry}`, at: NOW, party, what: "A report for an authority", result: "reported", words: "Report saved", glyph: "report" });
      return `~/Documents/Report about ${party}.html`;
    },
  };
}
