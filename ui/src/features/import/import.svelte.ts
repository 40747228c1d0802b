// One import from its check to its result: what the page shows, what the person can do, and what is said aloud while it runs.
import type { Api } from "../../ipc/client";
import type { ImportFile, ImportSums, ImportView } from "../../ipc/types";
import { duration, number } from "../../shared/format";
import { t } from "../../shared/i18n";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "import" | "importPassword" | "changeImport" | "setImport" | "startImport" | "pauseImport" | "continueImport" | "stopImport" | "undoImport" | "dropImportCheck" | "saveImportAside" | "requestStep">;

export const STEPS = ["choose", "check", "import", "result"] as const;
export type Step = (typeof STEPS)[number];

/** The code of a layout that nobody knows, and those of a file that is locked: first without, then with a wrong password. */
const UNKNOWN_LAYOUT = "IMP-201";
const LOCKED = ["IMP-212", "IMP-213"];
/** What is left of the time is said only after so many milliseconds of steady reading. */
const STABLE = 3_000;
/** Progress is said aloud at every so many percent. */
const ALOUD = 10;

/** Which of the four steps an import is at. */
export function stepOf({ state }: ImportView): Step {
  switch (state) {
    case "checking":
    case "checked":
    case "failed":
      return "check";
    case "running":
    case "paused":
      return "import";
    case "done":
    case "stopped":
    case "undone":
      return "result";
  }
}

/** The whole percent that is read; nothing while the rows are not counted yet. */
export function percent({ sums, total }: Pick<ImportView, "sums" | "total">): number | null {
  return total === null || total <= 0 ? null : Math.min(100, Math.floor((sums.read / total) * 100));
}

/** The parts of the sum line, in its order; what never occurs in this import is left out. They add up to the rows that were read. */
export function parts(sums: ImportSums): { name: "new" | "changed" | "had" | "contained" | "aside"; rows: number }[] {
  const order = ["new", "changed", "had", "contained", "aside"] as const;
  return order.map((name) => ({ name, rows: sums[name] })).filter(({ name, rows }) => rows > 0 || !["changed", "contained"].includes(name));
}

/** What the files leave unread, by position. */
export function leftOut(files: ImportFile[]): number[] {
  return files.filter(({ optional, taken }) => optional && !taken).map(({ position }) => position);
}

/** Columns that no importer knows, over all files that are taken. */
export function unknownColumns(files: ImportFile[]): { what: string; columns: string[] }[] {
  return files.filter((one) => one.taken && one.unknownColumns.length > 0).map(({ what, unknownColumns: columns }) => ({ what, columns }));
}

export class ImportPage {
  readonly view = new Load<ImportView>();
  readonly act = new Act();
  password = $state("");
  /** What assistive technology is told: the start, every tenth percent, and the end. */
  said = $state("");
  /** How long it will take, in words; empty until that is steady. */
  left = $state("");
  readonly id: string;
  readonly #api: Needs;
  readonly #now: () => number;
  #from: { at: number; read: number } | null = null;
  #aloud = -1;

  constructor(api: Needs, id: string, now: () => number = Date.now) {
    this.#api = api;
    this.id = id;
    this.#now = now;
  }

  async refresh(): Promise<void> {
    const before = this.view.value?.state;
    const view = await this.view.run(() => this.#api.import(this.id));
    if (view !== null) this.#follow(view, before);
  }

  /** Hears of a change; those of other imports are none of this page. */
  async hear({ id }: { id: string }): Promise<void> {
    if (id === this.id) await this.refresh();
  }

  /** The layout is unknown: the person maps it, or sends its shape. */
  get unknownLayout(): boolean {
    const view = this.view.value;
    return view?.error?.code === UNKNOWN_LAYOUT || (view?.state === "checked" && view.files.length > 0 && view.files.every(({ state }) => state === "unknown"));
  }

  get locked(): boolean {
    return LOCKED.includes(this.view.value?.error?.code ?? "");
  }

  async leaveOut(position: number, out: boolean): Promise<void> {
    const view = this.view.value;
    if (view === null) return;
    const all = new Set(leftOut(view.files));
    if (out) all.add(position);
    else all.delete(position);
    await this.#set([...all].sort((a, b) => a - b), view);
  }

  async dropPeople(without: boolean): Promise<void> {
    const view = this.view.value;
    if (view !== null) await this.#set(leftOut(view.files), { ...view, withoutPeople: without });
  }

  async setAccount(account: string): Promise<void> {
    const view = this.view.value;
    if (view !== null && view.account !== account.trim()) await this.#set(leftOut(view.files), { ...view, account: account.trim() });
  }

  /** Says where the clocks hung that the times are from; nothing leaves them as they stand. */
  async setZone(zone: string | null): Promise<void> {
    const view = this.view.value;
    if (view !== null && view.timeZone !== zone) await this.#set(leftOut(view.files), { ...view, timeZone: zone });
  }

  /** Says what the file is; it is checked again by that. */
  async change(platform: string): Promise<boolean> {
    return this.#then(() => this.#api.changeImport(this.id, platform));
  }

  async unlock(): Promise<boolean> {
    const password = this.password;
    const done = await this.#then(() => this.#api.importPassword(this.id, password));
    if (done) this.password = "";
    return done;
  }

  /** Begins. A request for data that this file answers is marked as answered. */
  async start(request: string | null, today: string): Promise<boolean> {
    return this.#then(async () => {
      await this.#api.startImport(this.id);
      if (request !== null) await this.#api.requestStep(request, "answered", today, null);
    });
  }

  async pause(): Promise<boolean> {
    return this.#then(() => this.#api.pauseImport(this.id));
  }

  async goOn(): Promise<boolean> {
    return this.#then(() => this.#api.continueImport(this.id));
  }

  async stop(): Promise<boolean> {
    return this.#then(() => this.#api.stopImport(this.id));
  }

  async undo(): Promise<boolean> {
    return this.#then(() => this.#api.undoImport(this.id));
  }

  /** Forgets the check; nothing of it was stored. */
  async drop(): Promise<boolean> {
    return this.act.run(() => this.#api.dropImportCheck(this.id));
  }

  async saveAside(): Promise<string | null> {
    return this.act.save(() => this.#api.saveImportAside(this.id));
  }

  async #set(out: number[], { withoutPeople, account, timeZone }: Pick<ImportView, "withoutPeople" | "account" | "timeZone">): Promise<void> {
    await this.act.run(async () => {
      await this.view.run(() => this.#api.setImport(this.id, out, withoutPeople, account, timeZone));
    });
    // An error of the choice is shown beside what was true before it.
    if (this.view.error !== null) {
      this.act.error = this.view.error;
      this.view.error = null;
    }
  }

  async #then(act: () => Promise<unknown>): Promise<boolean> {
    const done = await this.act.run(act);
    await this.refresh();
    return done;
  }

  #follow(view: ImportView, before: ImportView["state"] | undefined): void {
    const share = percent(view);
    if (view.state !== "running") {
      this.#from = null;
      this.left = "";
      if (before !== undefined && before !== view.state) this.said = t(`import.said.${view.state}`, { percent: share ?? 0, n: view.sums.read });
      return;
    }
    const now = this.#now();
    if (this.#from === null || view.sums.read < this.#from.read) {
      this.#from = { at: now, read: view.sums.read };
      this.#aloud = Math.floor((share ?? 0) / ALOUD);
      this.said = t("import.said.running", { percent: share ?? 0, n: view.sums.read });
    }
    if (share === null || view.total === null) return;
    const tenth = Math.floor(share / ALOUD);
    if (tenth > this.#aloud) {
      this.#aloud = tenth;
      this.said = t("import.said.percent", { percent: share, n: number(view.sums.read) });
    }
    const spent = now - this.#from.at;
    const read = view.sums.read - this.#from.read;
    if (spent >= STABLE && read > 0) this.left = leftWords(((view.total - view.sums.read) * spent) / read / 1000);
  }
}

/** "less than a minute left", "about a minute left", "about 5 min left". */
export function leftWords(seconds: number): string {
  if (seconds < 45) return t("import.left.soon");
  if (seconds < 90) return t("import.left.minute");
  return t("import.left.about", { time: duration(seconds) });
}

