// Making a vault: name, passphrase with an honest estimate, place.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, Strength } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { router as realRouter } from "../../shared/router.svelte";
import { session as realSession, type Session } from "../../shared/session.svelte";

type Deps = { api: Api; session: Session; router: { go: (to: string, how?: "push" | "replace") => void } };

export class Welcome {
  name = $state(t("welcome.nameProposed"));
  passphrase = $state("");
  again = $state("");
  shown = $state(false);
  /** Chosen by the person; null is the usual place. */
  place: string | null = $state(null);
  strength: Strength | null = $state.raw(null);
  busy: "making" | "madeUp" | "opening" | null = $state(null);
  error: AppError | null = $state.raw(null);
  /** What is wrong with a field; said only after trying. */
  wrong: { field: "name" | "passphrase" | "again"; text: string } | null = $state.raw(null);
  /** The person came to restore a backpack: the way there leads through a vault. */
  restoring = $state(false);

  #deps: Deps;
  #asked = 0;

  constructor(deps: Partial<Deps> = {}) {
    this.#deps = { api: real, session: realSession, router: realRouter, ...deps };
  }

  /** The estimate of what is typed now; answers that come late are dropped. */
  async judge(): Promise<void> {
    const asked = ++this.#asked;
    const passphrase = this.passphrase;
    if (this.wrong?.field === "passphrase" || this.wrong?.field === "again") this.wrong = null;
    if (passphrase === "") {
      this.strength = null;
      return;
    }
    const strength = await this.#deps.api.passphraseStrength(passphrase, [this.name]).catch(() => null);
    if (asked === this.#asked) this.strength = strength;
  }

  /** Fills in five words and shows them. */
  async suggest(): Promise<void> {
    await this.#try(async () => {
      this.passphrase = await this.#deps.api.suggestPassphrase();
      this.shown = true;
      await this.judge();
    });
  }

  async choosePlace(): Promise<void> {
    await this.#try(async () => {
      this.place = (await this.#deps.api.choosePlace()) ?? this.place;
    });
  }

  async make(): Promise<void> {
    if (this.busy !== null) return;
    await this.judge();
    this.wrong = this.#fault();
    if (this.wrong !== null) return;
    const { api, session, router } = this.#deps;
    this.busy = "making";
    session.held = true;
    await this.#try(async () => {
      session.kit = await api.vaultCreate(this.name.trim(), this.passphrase, this.place);
      router.go(this.restoring ? "/backpack/restore" : "/", "replace");
      this.#forget();
    });
    this.busy = null;
    session.held = false;
    await session.refresh();
  }

  async tryMadeUp(): Promise<void> {
    if (this.busy !== null) return;
    this.busy = "madeUp";
    await this.#try(() => this.#deps.api.vaultTryMadeUp());
    this.busy = null;
    await this.#deps.session.refresh();
  }

  async openExisting(): Promise<void> {
    if (this.busy !== null) return;
    this.busy = "opening";
    await this.#try(async () => {
      await this.#deps.api.vaultChoose();
    });
    this.busy = null;
    await this.#deps.session.refresh();
  }

  #fault(): Welcome["wrong"] {
    if (this.name.trim() === "") return { field: "name", text: t("welcome.nameMissing") };
    if (this.passphrase === "") return { field: "passphrase", text: t("welcome.passphraseMissing") };
    if (this.strength?.level === "weak") return { field: "passphrase", text: t("welcome.tooWeak") };
    if (this.again !== this.passphrase) return { field: "again", text: t("welcome.different") };
    return null;
  }

  async #try(run: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await run();
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  #forget(): void {
    this.passphrase = "";
    this.again = "";
    this.strength = null;
  }
}
