// Opening the vault with the recovery kit: nine groups, a new passphrase, and then a new kit.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, Strength } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { session as realSession, type Session } from "../../shared/session.svelte";

const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const GROUPS = 9;
const SIZE = 6;

/** Whether the last character of a group is the check of the five before it (Luhn, modulo 32). */
export function groupIsSound(group: string): boolean {
  if (group.length !== SIZE) return false;
  let sum = 0;
  for (let at = 0; at < SIZE; at += 1) {
    const index = ALPHABET.indexOf(group[SIZE - 1 - at] ?? "");
    if (index < 0) return false;
    const doubled = at % 2 === 1 ? index * 2 : index;
    sum += Math.floor(doubled / 32) + (doubled % 32);
  }
  return sum % 32 === 0;
}

/** Nine groups from whatever was typed or pasted; small letters, dashes and blanks do not matter. */
export function splitCode(text: string): string[] {
  const plain = text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return Array.from({ length: GROUPS }, (_, at) => plain.slice(at * SIZE, (at + 1) * SIZE));
}

export class Recover {
  code = $state("");
  next = $state("");
  again = $state("");
  shown = $state(false);
  strength: Strength | null = $state.raw(null);
  busy = $state(false);
  error: AppError | null = $state.raw(null);
  wrong: { field: "code" | "next" | "again"; text: string } | null = $state.raw(null);

  #deps: { api: Api; session: Session };
  #asked = 0;

  constructor(deps: Partial<{ api: Api; session: Session }> = {}) {
    this.#deps = { api: real, session: realSession, ...deps };
  }

  /** The groups that are complete and cannot be right, counted from one. */
  readonly slips = $derived(splitCode(this.code).flatMap((group, at) => (group.length === SIZE && !groupIsSound(group) ? [at + 1] : [])));

  async judge(): Promise<void> {
    const asked = ++this.#asked;
    const strength = this.next === "" ? null : await this.#deps.api.passphraseStrength(this.next, []).catch(() => null);
    if (asked === this.#asked) this.strength = strength;
  }

  async open(): Promise<void> {
    if (this.busy) return;
    await this.judge();
    this.wrong = this.#fault();
    if (this.wrong !== null) return;
    const { api, session } = this.#deps;
    this.busy = true;
    this.error = null;
    session.held = true;
    try {
      await api.vaultRecover(splitCode(this.code).join(""), this.next);
      this.code = "";
      session.kit = await api.recoveryKitNew(this.next);
    } catch (error) {
      this.error = asAppError(error);
    } finally {
      this.busy = false;
      session.held = false;
      await session.refresh();
    }
  }

  #fault(): Recover["wrong"] {
    const groups = splitCode(this.code);
    const missing = groups.findIndex((group) => group.length < SIZE);
    if (missing >= 0) return { field: "code", text: t("recover.incomplete", { n: missing + 1 }) };
    const slip = this.slips[0];
    if (slip !== undefined) return { field: "code", text: t("recover.slip", { n: slip }) };
    if (this.next === "") return { field: "next", text: t("welcome.passphraseMissing") };
    if (this.strength?.level === "weak") return { field: "next", text: t("welcome.tooWeak") };
    if (this.next !== this.again) return { field: "again", text: t("welcome.different") };
    return null;
  }
}
