// The settings: every switch acts at once; what can be undone offers it.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, CheckReport, Settings as Values, SpaceRow } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { session as realSession, type Session } from "../../shared/session.svelte";
import { toasts } from "../../shared/toasts.svelte";

export const TABS = ["security", "spaces", "profile", "mail", "appearance", "notices", "developer", "about"] as const;
export type Tab = (typeof TABS)[number];

/** The times after which Satchel locks itself; "never" is offered too. */
export const LOCK_MINUTES = [1, 5, 10, 30, 60] as const;

/** How the person may say they are, by OpenPlatform's numbers. */
export const STATUSES = ["0", "1", "2", "3", "4"] as const;
/** The backgrounds that apps are told. */
export const BACKGROUNDS = ["none", "linen", "waves", "dots"] as const;

type Deps = { api: Api; session: Session };

export class SettingsPage {
  error: AppError | null = $state.raw(null);
  report: CheckReport | null = $state.raw(null);
  checking = $state(false);

  #deps: Deps;

  constructor(deps: Partial<Deps> = {}) {
    this.#deps = { api: real, session: realSession, ...deps };
  }

  get values(): Values | null {
    return this.#deps.session.settings;
  }

  /** Changes one setting and offers to undo it. */
  async set<K extends keyof Values>(name: K, value: Values[K]): Promise<void> {
    const before = this.values;
    if (before === null || before[name] === value) return;
    await this.#try(async () => {
      await this.#deps.session.saveSettings({ ...before, [name]: value });
      toasts.undoable(t("settings.changed"), t("toast.undo"), () => void this.set(name, before[name]));
    });
  }

  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    await this.#try(async () => {
      this.report = await this.#deps.api.vaultCheck();
    });
    this.checking = false;
  }

  async keyringOff(): Promise<void> {
    await this.#try(async () => {
      await this.#deps.api.keyringDisable();
      await this.#deps.session.refresh();
    });
  }

  async #try(run: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await run();
    } catch (error) {
      this.error = asAppError(error);
    }
  }
}

/** A dialog that asks for a passphrase and does one thing with it. */
export class PassphraseAct {
  current = $state("");
  next = $state("");
  again = $state("");
  busy = $state(false);
  error: AppError | null = $state.raw(null);
  wrong: { field: "next" | "again"; text: string } | null = $state.raw(null);
  strength: Awaited<ReturnType<Api["passphraseStrength"]>> | null = $state.raw(null);

  #deps: Deps;
  #asked = 0;

  constructor(deps: Partial<Deps> = {}) {
    this.#deps = { api: real, session: realSession, ...deps };
  }

  async judge(): Promise<void> {
    const asked = ++this.#asked;
    const strength = this.next === "" ? null : await this.#deps.api.passphraseStrength(this.next, []).catch(() => null);
    if (asked === this.#asked) this.strength = strength;
  }

  async change(): Promise<boolean> {
    await this.judge();
    this.wrong = this.#fault();
    if (this.wrong !== null) return false;
    return this.#run(() => this.#deps.api.passphraseChange(this.current, this.next));
  }

  /** Shows a fresh recovery kit; the old one stops working when the core has written it. */
  async newKit(): Promise<boolean> {
    return this.#run(async () => {
      this.#deps.session.kit = await this.#deps.api.recoveryKitNew(this.current);
    });
  }

  async keyringOn(): Promise<boolean> {
    return this.#run(() => this.#deps.api.keyringEnable(this.current));
  }

  #fault(): PassphraseAct["wrong"] {
    if (this.next === "") return { field: "next", text: t("settings.newMissing") };
    if (this.strength?.level === "weak") return { field: "next", text: t("welcome.tooWeak") };
    if (this.again !== this.next) return { field: "again", text: t("welcome.different") };
    return null;
  }

  async #run(act: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await act();
      this.current = this.next = this.again = "";
      await this.#deps.session.refresh();
      return true;
    } catch (error) {
      this.error = asAppError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export class Spaces {
  rows: SpaceRow[] | null = $state.raw(null);
  error: AppError | null = $state.raw(null);
  busy = $state(false);

  #deps: Deps;

  constructor(deps: Partial<Deps> = {}) {
    this.#deps = { api: real, session: realSession, ...deps };
  }

  read = async (): Promise<void> => {
    await this.#try(async () => {
      this.rows = await this.#deps.api.spaces();
    });
  };

  async add(name: string): Promise<boolean> {
    if (name.trim() === "") return false;
    return this.#act(() => this.#deps.api.spaceAdd(name.trim()), t("settings.spaceAdded", { name: name.trim() }));
  }

  async addMadeUp(): Promise<boolean> {
    return this.#act(() => this.#deps.api.spaceAddMadeUp(), t("settings.spaceAdded", { name: t("nav.madeUp") }));
  }

  async rename(space: SpaceRow, name: string): Promise<boolean> {
    const wanted = name.trim();
    if (wanted === "" || wanted === space.name) return wanted !== "";
    return this.#act(() => this.#deps.api.spaceRename(space.id, wanted), t("settings.spaceRenamed", { name: wanted }));
  }

  async remove(space: SpaceRow): Promise<boolean> {
    return this.#act(() => this.#deps.api.spaceRemove(space.id), t("settings.spaceRemoved", { name: space.name }));
  }

  async open(space: SpaceRow): Promise<boolean> {
    return this.#act(() => this.#deps.api.spaceSwitch(space.id), t("nav.switched", { name: space.name }));
  }

  async #act(run: () => Promise<unknown>, says: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const done = await this.#try(async () => {
      await run();
      toasts.say(says);
      await this.#deps.session.refresh();
    });
    this.busy = false;
    if (done) await this.read();
    return done;
  }

  async #try(run: () => Promise<void>): Promise<boolean> {
    this.error = null;
    try {
      await run();
      return true;
    } catch (error) {
      this.error = asAppError(error);
      return false;
    }
  }
}
