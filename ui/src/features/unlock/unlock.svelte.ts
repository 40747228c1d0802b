// Opening the vault that is there: by passphrase or keyring, or repairing it first.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, VaultStatus } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { router as realRouter } from "../../shared/router.svelte";
import { session as realSession, type Session } from "../../shared/session.svelte";

type Deps = { api: Api; session: Session; router: { go: (to: string, how?: "push" | "replace") => void } };

/** After so many failures the way by recovery kit moves under the button. */
const MANY = 3;

export class Unlock {
  passphrase = $state("");
  busy: "passphrase" | "keyring" | "repair" | null = $state(null);
  error: AppError | null = $state.raw(null);
  failures = $state(0);

  readonly offerKit = $derived(this.failures >= MANY);

  #deps: Deps;

  constructor(deps: Partial<Deps> = {}) {
    this.#deps = { api: real, session: realSession, router: realRouter, ...deps };
    this.failures = this.#deps.session.status?.failedAttempts ?? 0;
  }

  /** Returns whether it opened. What was typed stays after a failure, to be corrected. */
  async open(): Promise<boolean> {
    if (this.passphrase === "") return false;
    const opened = await this.#run("passphrase", () => this.#deps.api.vaultUnlock(this.passphrase));
    if (opened) this.passphrase = "";
    else if (this.error?.code === "VLT-101") this.failures += 1;
    return opened;
  }

  async openByKeyring(): Promise<boolean> {
    return this.#run("keyring", () => this.#deps.api.vaultUnlockKeyring());
  }

  /** Puts damaged files back from their copies; the passphrase shows that the copies are this vault's. */
  async repair(): Promise<boolean> {
    if (this.passphrase === "") return false;
    return this.#run("repair", () => this.#deps.api.vaultRepair(this.passphrase));
  }

  async another(): Promise<void> {
    this.error = null;
    try {
      if ((await this.#deps.api.vaultChoose()) === null) return;
      // The address may name a record of the vault that was open before.
      this.#deps.router.go("/", "replace");
      await this.#deps.session.refresh();
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  async #run(what: NonNullable<Unlock["busy"]>, act: () => Promise<void>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = what;
    this.error = null;
    try {
      await act();
      await this.#deps.session.refresh();
      return true;
    } catch (error) {
      this.error = asAppError(error);
      return false;
    } finally {
      this.busy = null;
    }
  }
}

/** Why the vault is locked, in one sentence. */
export function lockedBecause(status: Pick<VaultStatus, "lockCause" | "awayMinutes">): string {
  return t(`unlock.cause.${status.lockCause}`, { n: status.awayMinutes ?? 0 });
}
