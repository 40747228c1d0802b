// The stand-in's one open question.
import type { ConsentCommands, Preview, Question, TransferConsent, TransferRow } from "../types";
import { date, money } from "../../shared/format";
import { addedTo, draftOf, extras, rawOf } from "./cooperatives";
import { weeks } from "./people";
import { receiptOf, transfers } from "./transfers";
import { failure, type World } from "./world";

/** "16 – 22 Nov". */
function spanWords({ from, to }: { from: string; to: string }): string {
  return from.slice(0, 7) === to.slice(0, 7) ? `${date(from, "day")} – ${date(to, "dayMonth")}` : `${date(from, "dayMonth")} – ${date(to, "dayMonth")}`;
}

/** Other questions to look at: "?question=backpack" asks for much, "?question=unknown" comes from nobody knows whom. */
function variant(question: Question): Question {
  const name = new URLSearchParams(globalThis.location?.search ?? "").get("question");
  if (name === "backpack") return { ...question, ...BACKPACK };
  if (name === "unknown") return { ...question, name: "Quarter Tax", maker: "says it is Quarter Tax", origin: "http://192.0.2.7:8080", identity: "unknown", identityWords: "", title: "Quarter Tax asks for your earnings", purpose: null, privacy: null, destination: "goes to 192.0.2.7:8080 over the internet", waiting: 1, before: null };
  return question;
}

const scope = (name: string, words: string, explanation: string, required = false, highRisk = false): Question["scopes"][number] => ({ scope: `vault:${name}:get`, words, required, explanation, declared: true, highRisk, refusedAt: null });

const BACKPACK: Partial<Question> = {
  name: "My Backpack",
  maker: "Satchel project",
  origin: "http://a1b2c3.localhost:20417",
  identity: "package",
  identityWords: "Part of Satchel",
  title: "My Backpack asks for your work, reviews and earnings",
  purpose: "To lay out your gig work as a page you can print or save.",
  privacy: null,
  destination: "stays on this computer",
  destinationKind: "local",
  madeUp: true,
  before: null,
  scopes: [
    scope("work.records", "Single gigs", "The list of your gigs: how many, of what kind, in which months.", true),
    scope("profile.first_name", "First name", "For the heading of the page."),
    scope("profile.last_name", "Last name", "For the heading of the page."),
    scope("ratings", "Ratings", "Your stars, for each platform on its own scale."),
    scope("reviews", "Reviews", "What customers wrote, quoted word for word."),
    scope("achievements", "Achievements", "Levels and badges that platforms gave you."),
    scope("payments", "Payments", "Your earnings per month. Leave it out for a page without money."),
    scope("work.summary", "Totals per month", "Ready-made totals, used when you do not share single gigs."),
  ],
};

const TEXT_SHA = "b1f077c4e2a80d5f9e3361ab74de03c18b6a55f07e2d4c9a31b8e6f0d7c290d3";

function transferQuestion(world: World, id: string): TransferConsent {
  const draft = draftOf(world, id);
  const { cooperative, service } = draft;
  const raw = rawOf(world, draft);
  const work = addedTo(world, draft).map((one): TransferRow => ({ field: one.part, label: one.label, value: one.lines.join(", "), note: "", missing: false, editable: false, isList: true }));
  return { id, title: draft.title, cooperative, rows: [...draft.rows, ...work, ...extras(draft)], raw, sha256: TEXT_SHA, size: new TextEncoder().encode(raw).length, goesTo: `https://${cooperative.host}`, signedWith: "your vault key, RSA 3072", goodFor: "15 minutes and this cooperative only", fingerprint: "b1f0 77c4 e2a8 0d5f … 90d3", privacyPolicy: service.privacyPolicy ?? cooperative.privacyPolicy, purpose: service.description };
}

export function consentCommands(world: World): ConsentCommands {
  const open = () => !world.notes.has("answered");
  return {
    consentCurrent: async () =>
      open()
        ? variant({
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
            coarseness: { places: true, exactPlaces: true, people: true },
            untilProposal: "2027-02-20",
            before: "You refused exact pick-up places at 09:05",
            always: new URLSearchParams(globalThis.location?.search ?? "").has("again") ? "Places" : null,
          })
        : null,
    consentPreview: async (_id, narrowing): Promise<Preview> => {
      const span = weeks.filter((week) => (narrowing.from === null || week.from >= narrowing.from) && (narrowing.to === null || week.to <= narrowing.to)).reverse();
      const rows = span.map((week) => [spanWords(week), String(week.gigs), (week.gigs * 0.52).toFixed(1), money({ minor: week.minor[0] ?? 0, currency: "EUR", exponent: 2 })]);
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
    consentReceived: async () => {},
    consentTransfer: async (id) => {
      if (world.notes.has(`refused-${id}`)) throw failure("SYS-713", "This question is over.", "Nothing was sent.", "Start it again in Satchel.");
      return transferQuestion(world, id);
    },
    consentTransferSign: async (id, sha256, keepText, passphrase) => {
      if (passphrase !== world.passphrase) throw failure("VLT-101", "The passphrase did not open the vault.", "Nothing was changed.", "Try again, or use the recovery kit.");
      if (sha256 !== TEXT_SHA) throw failure("SYS-712", "The text is not the one that was shown.", "Nothing was sent.", "Look at it again.");
      const draft = draftOf(world, id);
      transfers(world).set(id, { ...receiptOf(draft, sha256, "accepted"), ...(keepText ? { text: rawOf(world, draft), hasText: true } : {}) });
      world.notes.set(`refused-${id}`, true);
      world.emit("cooperativesChanged", null);
    },
    consentTransferRefuse: async (id) => {
      transfers(world).set(id, receiptOf(draftOf(world, id), TEXT_SHA, "prepared"));
      world.notes.set(`refused-${id}`, true);
      world.emit("cooperativesChanged", null);
    },
    consentTheme: async () => ({ theme: world.settings.theme, stitch: [12, 7, 12, 7, 4, 7] }),
  };
}
