// Activity: the log in pages, grouped by day, filtered by the address; one entry may be open beside it.
import { asAppError, type Api } from "../../ipc/client";
import type { ActivityDetail, ActivityFilter, ActivityResult, ActivityRow, LogCheck } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

export const PAGE = 100;
export const DAYS: readonly number[] = [7, 30, 365];
export const RESULTS: readonly ActivityResult[] = ["shared", "refused", "notAnswered", "failed", "stopped", "saved", "installed", "eraseAsked", "reported", "unknown"];

/** One line of the list: the day, or an entry of it. */
export type Line = { day: string } | { row: ActivityRow };

/** Reads the address; what cannot be understood filters nothing. Without a time the last 30 days are shown. */
export function filterOf(query: URLSearchParams): ActivityFilter {
  const days = query.get("days");
  return {
    text: query.get("text") ?? "",
    party: query.get("party"),
    result: RESULTS.find((result) => result === query.get("result")) ?? null,
    days: days === "all" ? null : (DAYS.find((number) => String(number) === days) ?? 30),
  };
}

/** The rows with a line before each day, newest first as they came. */
export function linesOf(rows: readonly ActivityRow[]): Line[] {
  const lines: Line[] = [];
  let day = "";
  for (const row of rows) {
    const own = row.at.slice(0, 10);
    if (own !== day) lines.push({ day: (day = own) });
    lines.push({ row });
  }
  return lines;
}

type Needs = Pick<Api, "activity" | "activityEntry" | "logVerify" | "logSave" | "grantRevoke" | "eraseAnswered" | "reportSave" | "receiptSave">;

export class ActivityPage {
  readonly head = new Load<{ rows: ActivityRow[]; total: number; parties: string[] }>();
  readonly detail = new Load<ActivityDetail>();
  readonly check = new Load<LogCheck>();
  readonly save = new Act();
  readonly act = new Act();
  filter: ActivityFilter = $state.raw({ text: "", party: null, result: null, days: 30 });
  rows: ActivityRow[] = $state.raw([]);
  selected: string | null = $state(null);
  #turn = 0;
  #more = false;
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  get lines(): Line[] {
    return linesOf(this.rows);
  }

  get total(): number {
    return this.head.value?.total ?? 0;
  }

  get filtered(): boolean {
    return this.filter.text !== "" || this.filter.party !== null || this.filter.result !== null;
  }

  async show(filter: ActivityFilter): Promise<void> {
    this.filter = filter;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    this.#more = false;
    const first = await this.head.run(() => this.#api.activity(this.filter, 0, PAGE));
    if (first !== null && turn === this.#turn) this.rows = first.rows;
  }

  /** Asks for the next page when the end of the list comes near. */
  async more(): Promise<void> {
    if (this.#more || this.rows.length >= this.total) return;
    const turn = this.#turn;
    this.#more = true;
    try {
      const next = await this.#api.activity(this.filter, this.rows.length, PAGE);
      if (turn !== this.#turn) return;
      const known = new Set(this.rows.map((row) => row.id));
      this.rows = [...this.rows, ...next.rows.filter((row) => !known.has(row.id))];
    } catch (error) {
      if (turn === this.#turn) this.head.error = asAppError(error);
    } finally {
      if (turn === this.#turn) this.#more = false;
    }
  }

  /** Reads the list and the open entry again, after something was done. */
  async again(): Promise<void> {
    const { selected } = this;
    await this.refresh();
    if (selected !== null && selected === this.selected) await this.detail.run(() => this.#api.activityEntry(selected));
  }

  /** Opens an entry beside the list, or closes it. */
  async select(id: string | null): Promise<void> {
    if (id === this.selected) return;
    this.selected = id;
    this.act.error = null;
    if (id === null) this.detail.clear();
    else await this.detail.run(() => this.#api.activityEntry(id));
  }

  /** The entry before or after the open one; null at the ends. */
  neighbour(step: 1 | -1): ActivityRow | null {
    const at = this.rows.findIndex((row) => row.id === this.selected);
    return at < 0 ? (this.rows[0] ?? null) : (this.rows[at + step] ?? null);
  }

  /** Checks the whole chain of entries. */
  async verify(): Promise<void> {
    await this.check.run(() => this.#api.logVerify());
  }

  /** Ends the grant that the open entry was released under. */
  async stop(grant: string): Promise<boolean> {
    const done = await this.act.run(() => this.#api.grantRevoke(grant));
    await this.again();
    return done;
  }

  /** Keeps what a party answered to a request to erase. */
  async answered(erasure: string, erased: boolean): Promise<boolean> {
    const done = await this.act.run(() => this.#api.eraseAnswered(erasure, erased));
    if (done) await this.again();
    return done;
  }

  /** Saves the signed receipt of a permission; null when the person chose no place. */
  async saveReceipt(grant: string): Promise<string | null> {
    return this.act.save(() => this.#api.receiptSave(grant));
  }

  /** Saves a report about the party of an entry; null when the person chose no place. */
  async report(entry: string): Promise<string | null> {
    return this.act.save(() => this.#api.reportSave(entry));
  }

  async saveLog(form: "lines" | "page"): Promise<string | null> {
    return this.save.save(() => this.#api.logSave(form));
  }
}
