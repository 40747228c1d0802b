// Opening a backpack that exists: checking it without changing anything, and restoring it.
import type { Api } from "../../ipc/client";
import type { BackpackReport, Events, OpenKey, Restored } from "../../ipc/types";
import { Act } from "../../shared/load.svelte";

export type Into = "newSpace" | "merge";

type Needs = Pick<Api, "backpackChoose" | "identityChoose" | "backpackCheck" | "backpackRestore">;

export class OpenPage {
  readonly act = new Act();
  path: string | null = $state(null);
  how: "passphrase" | "identity" = $state("passphrase");
  passphrase = $state("");
  identity: string | null = $state(null);
  report: BackpackReport | null = $state.raw(null);
  into: Into = $state("newSpace");
  restored: Restored | null = $state.raw(null);
  progress: Events["progress"] | null = $state.raw(null);
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async choose(): Promise<void> {
    await this.act.run(async () => {
      const path = await this.#api.backpackChoose();
      if (path === null) return;
      this.path = path;
      this.report = null;
      this.restored = null;
    });
  }

  async chooseIdentity(): Promise<void> {
    await this.act.run(async () => {
      this.identity = (await this.#api.identityChoose()) ?? this.identity;
    });
  }

  /** The key for the file, or null while it is not given. */
  get key(): OpenKey | null {
    if (this.how === "passphrase") return this.passphrase === "" ? null : { passphrase: this.passphrase };
    return this.identity === null ? null : { identityFile: this.identity };
  }

  get ready(): boolean {
    return this.path !== null && this.key !== null;
  }

  /** Opens the file in memory and compares everything in it. */
  async check(): Promise<boolean> {
    const { path, key } = this;
    if (path === null || key === null) return false;
    this.report = null;
    this.restored = null;
    const done = await this.act.run(async () => {
      this.report = await this.#api.backpackCheck(path, key);
    });
    this.progress = null;
    return done;
  }

  /** How many records restoring would bring: all of them, or when merging those that are not here yet. */
  get count(): number {
    if (this.report === null) return 0;
    return this.into === "newSpace" ? this.report.records : this.report.new;
  }

  /** Whether merging would bring nothing: no record, no cooperative and no transfer in it is new. */
  get nothing(): boolean {
    const { report } = this;
    return this.into === "merge" && report !== null && report.new + report.newCooperatives + report.newTransfers === 0;
  }

  async restore(): Promise<boolean> {
    const { path, key, into } = this;
    if (path === null || key === null || this.report?.whole !== true) return false;
    const done = await this.act.run(async () => {
      this.restored = await this.#api.backpackRestore(path, key, into);
    });
    this.progress = null;
    if (done) this.passphrase = "";
    return done;
  }

  hear(news: Events["progress"]): void {
    if ((news.job === "check" || news.job === "restore") && this.act.busy && !news.finished) this.progress = news;
  }
}
