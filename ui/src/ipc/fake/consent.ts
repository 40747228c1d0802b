// The stand-in's one open question.
import type { ConsentCommands, Preview } from "../types";
import { money } from "../../shared/format";
import { weeks } from "./people";
import { failure, type World } from "./world";

export function consentCommands(world: World): ConsentCommands {
  const open = () => !world.notes.has("answered");
  return {
    consentCurrent: async () =>
      open()
        ? {
            id: "question-1",
            name: "Hourly",
            maker: "Fair Hours Collective",
            origin: "https://hourly.example",
            identity: "origin",
            identityWords: "Same address since 3 September 2026",
            title: "Hourly asks for your earnings and hours",
            purpose: "To show what an hour of your work brings, week by week.",
            privacy: "https://hourly.example/privacy",
            destination: "goes to hourly.example over the internet",
            destinationKind: "internet",
            expiresAt: "2026-11-22T09:30:00+01:00",
            waiting: 0,
            madeUp: false,
            scopes: [
              { scope: "vault:work.summary:get", words: "Earnings and hours", required: true, explanation: "It says it needs this", declared: true, highRisk: false, refusedAt: null },
              { scope: "vault:work.records:get", words: "Exact pick-up places", required: false, explanation: null, declared: false, highRisk: true, refusedAt: "2026-11-22T09:05:00+01:00" },
            ],
            sources: [
              { connection: "con-uber", name: "Uber Eats", second: "287 deliveries missing" },
              { connection: "con-freelancer", name: "Freelancer", second: "up to date" },
              { connection: "con-upwork", name: "Upwork", second: "as of 19 Nov" },
              { connection: "con-nabo", name: "Nabo", second: "up to date" },
            ],
            periods: [
              { id: "24w", label: "24 weeks", from: "2026-06-08", to: "2026-11-22" },
              { id: "12m", label: "12 months", from: "2025-11-24", to: "2026-11-22" },
              { id: "all", label: "All", from: null, to: null },
            ],
            details: [
              { id: "month", label: "Monthly totals" },
              { id: "week", label: "Weekly totals" },
              { id: "exact", label: "Every gig" },
            ],
            untilProposal: "2027-02-20",
            before: "You refused exact pick-up places at 09:05",
          }
        : null,
    consentPreview: async (_id, narrowing): Promise<Preview> => {
      const span = weeks.filter((week) => (narrowing.from === null || week.from >= narrowing.from) && (narrowing.to === null || week.to <= narrowing.to)).reverse();
      const rows = span.map((week) => [week.from, String(week.gigs), (week.gigs * 0.52).toFixed(1), money({ minor: week.minor[0] ?? 0, currency: "EUR", exponent: 2 })]);
      const raw = JSON.stringify(rows, null, 2);
      return { sentence: `${rows.length} rows, 4 columns would leave`, columns: [{ name: "Week", end: false }, { name: "Gigs", end: true }, { name: "Hours", end: true }, { name: "Paid", end: true }], rows: rows.slice(0, 100), total: rows.length, bytes: raw.length, sha256: "a41c7d0a61e38f5c9912ab74de03c18b6a55f07e2d4c9a31b8e6f0d7c2a4909f", raw };
    },
    consentNeedsPassphrase: async (_id, narrowing, duration) => duration.kind === "untilStopped" || narrowing.scopes.includes("vault:work.records:get"),
    consentShare: async (_id, _narrowing, _duration, _hash, passphrase) => {
      if (passphrase !== null && passphrase !== world.passphrase) throw failure("VLT-101", "The passphrase did not open the vault.", "Nothing has been sent.", "Try again.");
      world.notes.set("answered", true);
      world.emit("questionChanged", null);
    },
    consentRefuse: async () => {
      world.notes.set("answered", true);
      world.emit("questionChanged", null);
    },
    consentTheme: async () => ({ theme: world.settings.theme, stitch: [12, 7, 12, 7, 4, 7] }),
  };
}
