// Reading a question: which of its scopes belong together, and what is still to be chosen. Pure.
import type { Duration, Narrowing, Question } from "../../ipc/types";

export type Scope = Question["scopes"][number];

/** The scopes of a question as the page lays them out. */
export interface Groups {
  /** What the requester says it cannot work without: chosen all together or not at all. */
  required: Scope[];
  /** The rest of what it declared when it was installed. */
  optional: Scope[];
  /** Beyond what it declared. */
  also: Scope[];
  /** Exactly one thing was declared: the title names it, and choosing where, when and how exact is choosing it. */
  single: boolean;
}

export function groups(scopes: Scope[]): Groups {
  const declared = scopes.filter((scope) => scope.declared);
  return {
    required: declared.filter((scope) => scope.required),
    optional: declared.filter((scope) => !scope.required),
    also: scopes.filter((scope) => !scope.declared),
    single: declared.length === 1,
  };
}

const NOT_RECORDS = /^vault:(profile|directory|external_ids|notifications)[.:]/;

/** Whether a scope opens records, which come from platforms, lie in time and can be told more or less exactly. */
export function opensRecords(scope: string): boolean {
  return !NOT_RECORDS.test(scope);
}

/** Whether a scope opens records each by itself, not only their sums. */
export function opensSingle(scope: string): boolean {
  return opensRecords(scope) && scope !== "vault:work.summary:get";
}

/** What the person has chosen so far; nothing at first. */
export interface Choice {
  scopes: string[];
  connections: string[];
  /** Id of an offered period, or "other" with two days. */
  period: string | null;
  from: string;
  to: string;
  detail: Narrowing["detail"] | null;
  /** Amounts to two digits only; without a choice they leave as the chosen detail has them. */
  amounts: Narrowing["amounts"] | null;
  /** How exact places are; without a choice none leaves. */
  places: Narrowing["places"] | null;
  /** Names of other people too. */
  named: boolean;
  duration: Duration["kind"] | null;
  until: string;
}

export type Missing = "what" | "platform" | "period" | "detail" | "time";

/** What must be chosen before anything could be shared, in the order of the page. */
export function missing(question: Question, choice: Choice): Missing[] {
  const records = choice.scopes.some(opensRecords);
  const rows = choice.scopes.length === 0 || records;
  const open: [Missing, boolean][] = [
    ["what", choice.scopes.length === 0],
    ["platform", rows && question.sources.length > 0 && choice.connections.length === 0],
    ["period", rows && question.periods.length > 0 && periodOf(question, choice) === null],
    ["detail", rows && question.details.length > 0 && choice.detail === null],
    ["time", durationOf(choice) === null],
  ];
  return open.filter(([, is]) => is).map(([name]) => name);
}

/** The chosen days; null while they are not chosen, or run backwards. */
export function periodOf(question: Question, choice: Choice): { from: string | null; to: string | null } | null {
  if (choice.period !== "other") return question.periods.find((period) => period.id === choice.period) ?? null;
  return isDay(choice.from) && isDay(choice.to) && choice.from <= choice.to ? { from: choice.from, to: choice.to } : null;
}

/** For how long, or null while that is not chosen. */
export function durationOf(choice: Choice): Duration | null {
  if (choice.duration === "until") return isDay(choice.until) ? { kind: "until", date: choice.until } : null;
  return choice.duration === null ? null : { kind: choice.duration };
}

/** What would be asked of the vault, or null while a choice other than the time is missing. */
export function narrowingOf(question: Question, choice: Choice): Narrowing | null {
  if (missing(question, choice).some((name) => name !== "time")) return null;
  const records = choice.scopes.some(opensRecords);
  const period = records ? periodOf(question, choice) : null;
  // In the order of the question, so that the same choices are always the same request.
  return {
    scopes: question.scopes.filter(({ scope }) => choice.scopes.includes(scope)).map(({ scope }) => scope),
    connections: records ? question.sources.filter(({ connection }) => choice.connections.includes(connection)).map(({ connection }) => connection) : [],
    from: period?.from ?? null,
    to: period?.to ?? null,
    detail: (records ? choice.detail : null) ?? "exact",
    amounts: (records ? choice.amounts : null) ?? "exact",
    places: choice.places ?? "hidden",
    people: choice.named ? "named" : "removed",
  };
}

/** A day as "2026-11-24" that the calendar has. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
