// One request for data: its letter, its month, and what the person says that happened.
import type { Api } from "../../ipc/client";
import type { DataRequest, Letter, LetterKind, RequestHappened, RequestLine } from "../../ipc/types";
import { date } from "../../shared/format";
import { t } from "../../shared/i18n";
import { Act, Load } from "../../shared/load.svelte";
import { daysLeft } from "./requests.svelte";

type Needs = Pick<Api, "dataRequest" | "requestLetter" | "requestSent" | "requestStep" | "stopRequest" | "watchedFolder" | "erasePrint">;

/** What is asked about in a dialog before it is kept. */
export type Asking = RequestHappened | "here" | "stop";

/** What can happen, in the words of this page; anything else stands as it came. */
const KNOWN = ["sent", "arrived", "identity", "extended", "refused", "note", "answered", "reminder", "complaint", "stopped", "due", "overdue", "late"];

export class RequestPage {
  readonly request = new Load<DataRequest>();
  readonly letter = new Load<Letter>();
  readonly act = new Act();
  kind: LetterKind = $state("access");
  language = $state("en");
  folder: string | null = $state(null);
  asking: Asking | null = $state(null);
  readonly #api: Needs;
  readonly #id: string;

  constructor(api: Needs, id: string) {
    this.#api = api;
    this.#id = id;
  }

  async read(): Promise<void> {
    const request = await this.request.run(() => this.#api.dataRequest(this.#id));
    this.folder = await this.#api.watchedFolder().catch(() => null);
    if (request === null) return;
    this.language = request.language;
    await this.#write();
  }

  async refresh(): Promise<void> {
    await this.request.run(() => this.#api.dataRequest(this.#id));
  }

  async show(kind: LetterKind): Promise<void> {
    this.kind = kind;
    await this.#write();
  }

  async speak(language: string): Promise<void> {
    this.language = language;
    await this.#write();
  }

  /** The letters that there are now. */
  get kinds(): LetterKind[] {
    const request = this.request.value;
    if (request === null || request.state === "draft") return ["access"];
    const said = request.steps.some(({ what, done }) => what === "identity" && done);
    const late = request.next !== null;
    return [...(["access"] as const), ...(said || this.kind === "identity" ? (["identity"] as const) : []), ...(late || this.kind === "reminder" ? (["reminder"] as const) : []), ...(request.next === "complaint" || request.state === "refused" || this.kind === "complaint" ? (["complaint"] as const) : [])];
  }

  /** The person sent the letter, on that day. */
  async sent(day: string): Promise<boolean> {
    return this.#keep(() => this.#api.requestSent(this.#id, day), true);
  }

  /** What the person says that happened. */
  async happened(what: RequestHappened, day: string, note: string): Promise<boolean> {
    const done = await this.#keep(() => this.#api.requestStep(this.#id, what, day, note.trim() === "" ? null : note.trim()));
    if (!done) return false;
    this.asking = null;
    if (what === "identity") await this.show("identity");
    if (what === "refused") await this.show("complaint");
    return true;
  }

  async stop(): Promise<boolean> {
    const done = await this.act.run(() => this.#api.stopRequest(this.#id));
    if (done) this.asking = null;
    await this.refresh();
    return done;
  }

  ask(what: Asking | null): void {
    this.act.error = null;
    this.asking = what;
  }

  async print(): Promise<void> {
    await this.act.run(() => this.#api.erasePrint());
  }

  async #write(): Promise<void> {
    await this.letter.run(() => this.#api.requestLetter(this.#id, this.kind, this.language));
  }

  /** Keeps what the core answers; the letter may say a day that is known only now. */
  async #keep(act: () => Promise<DataRequest>, rewrite = false): Promise<boolean> {
    const done = await this.act.run(async () => {
      const request = await act();
      await this.request.run(async () => request);
    });
    if (done && rewrite) await this.#write();
    return done;
  }
}

/** The letter as plain text, for the clipboard and for paper. */
export function letterText({ to, subject, paragraphs, sign }: Letter): string {
  return [`${t("request.letter.to")} ${to}`, subject, ...paragraphs.map((parts) => parts.map(({ text }) => text).join("")), sign].join("\n\n");
}

/** What happened or will, in words. */
export function lineWords({ what }: RequestLine, name: string, folder: string | null): string {
  if (!KNOWN.includes(what)) return what;
  if (what === "due" && folder !== null) return t("request.step.due.folder", { folder });
  return t(`request.step.${what}`, { name });
}

/** What happened, then what is to come: the day of the answer, and what Satchel does after it. A month that is over has happened. */
export function lines(request: DataRequest): RequestLine[] {
  const { steps, due } = request;
  const left = daysLeft(request);
  if (due === null || left === null || steps.some(({ done }) => !done)) return steps;
  if (left < 0) return [...steps, { at: due, what: "late", note: null, done: true }];
  return [...steps, { at: due, what: "due", note: null, done: false }, { at: dayAfter(due), what: "overdue", note: null, done: false }];
}

/** "2026-11-30" of "2026-11-29". */
export function dayAfter(day: string): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + 1);
  return Number.isNaN(at.getTime()) ? day : at.toISOString().slice(0, 10);
}

/** "29 Oct", with the year when it is another one than that of `now`. */
export function dayWords(day: string, now: string): string {
  return date(day, day.slice(0, 4) === now.slice(0, 4) ? "dayMonth" : "dayMonthYear");
}
