// What all pages of the main window share: the state of the vault, the settings, and "something changed, read again".
import { flushSync } from "svelte";
import { api as real, asAppError, on as realOn, type Api, type Listen } from "../ipc/client";
import type { AppError, Events, RecoveryKit, Settings, VaultStatus } from "../ipc/types";
import { applyTheme } from "./theme";
import { toasts } from "./toasts.svelte";

export type What = Events["dataChanged"]["what"];

export class Session {
  /** Absent until the core has answered once. */
  status: VaultStatus | null = $state.raw(null);
  settings: Settings | null = $state.raw(null);
  seeing: { apps: number; words: string } | null = $state.raw(null);
  /** A recovery kit that is being shown; it leaves the page with this value. */
  kit: RecoveryKit | null = $state.raw(null);
  /** The core cannot be asked at all. */
  failure: AppError | null = $state.raw(null);
  /** True from the moment of locking: the content is off the page before the core is asked. */
  closing = $state(false);
  /** True while a step of the locked screens (making, recovering) must end before the vault is shown. */
  held = $state(false);

  readonly unlocked = $derived(this.status?.state === "unlocked" && !this.closing && !this.held);

  #api: Api;
  #heard = new Set<{ what: readonly What[]; run: () => void }>();

  constructor(api: Api = real) {
    this.#api = api;
  }

  /** Starts listening to the core; the returned function stops it. */
  start(on: Listen = realOn): () => void {
    void this.refresh();
    const stops = [
      on("vaultChanged", () => void this.refresh()),
      on("dataChanged", ({ what }) => {
        if (what === "sharing" || what === "apps") void this.#readSeeing();
        for (const hearer of this.#heard) if (hearer.what.includes(what)) hearer.run();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Asks for the state of the vault again, and for what depends on it. */
  async refresh(): Promise<void> {
    try {
      const before = this.status;
      const status = await this.#api.vaultStatus();
      this.failure = null;
      this.status = status;
      if (status.state === "unlocked") {
        this.closing = false;
        await Promise.all([this.#readSettings(), this.#readSeeing()]);
        if (before?.state === "unlocked" && before.space?.id !== status.space?.id) for (const hearer of this.#heard) hearer.run();
      } else {
        this.closing = false;
        this.kit = null;
        this.seeing = null;
      }
    } catch (error) {
      this.failure = asAppError(error);
    }
  }

  /** Takes everything off the page, then locks. */
  async lock(): Promise<void> {
    flushSync(() => {
      this.closing = true;
      this.kit = null;
      toasts.close();
    });
    try {
      await this.#api.vaultLock();
    } finally {
      await this.refresh();
    }
  }

  /** Runs a function whenever data of these kinds changed, until the returned function is called. */
  onData(what: readonly What[], run: () => void): () => void {
    const hearer = { what, run };
    this.#heard.add(hearer);
    return () => void this.#heard.delete(hearer);
  }

  async saveSettings(settings: Settings): Promise<void> {
    const before = this.settings;
    this.settings = settings;
    applyTheme(settings.theme);
    try {
      await this.#api.settingsSet(settings);
    } catch (error) {
      this.settings = before;
      if (before !== null) applyTheme(before.theme);
      throw error;
    }
  }

  async #readSettings(): Promise<void> {
    this.settings = await this.#api.settings();
    applyTheme(this.settings.theme);
  }

  async #readSeeing(): Promise<void> {
    if (this.status?.state !== "unlocked") return;
    this.seeing = await this.#api.seeing().catch(() => null);
  }
}

export const session = new Session();
