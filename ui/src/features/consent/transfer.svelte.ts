// The question about one transfer: exactly the text that would be signed, the passphrase, and the answer.
import { api as real, asAppError, on as realOn, type Api, type Listen } from "../../ipc/client";
import type { AppError, TransferConsent } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { PLAIN_STITCH } from "../../shared/stitch";
import { Arming } from "./arming.svelte";
import { attend } from "./asking";

type Needs = Pick<Api, "consentTransfer" | "consentTransferSign" | "consentTransferRefuse" | "consentTheme">;

/** The core's code for a wrong passphrase. */
const WRONG_PASSPHRASE = "VLT-101";

/** The id of the transfer that a window is for, from the part after "#" of its address; null when it is for a question of another kind. */
export function transferOf(hash: string): string | null {
  const found = /^#\/transfer\/([^/?]+)$/.exec(hash);
  return found?.[1] === undefined ? null : decodeURIComponent(found[1]);
}

export class TransferQuestion {
  question: TransferConsent | null = $state.raw(null);
  stitch: number[] = $state.raw(PLAIN_STITCH);
  show: "table" | "raw" = $state("table");
  passphrase = $state("");
  passphraseError: string | null = $state(null);
  /** The exact text stays with the receipt. */
  keep = $state(false);
  sending = $state(false);
  failure: AppError | null = $state.raw(null);
  /** Enter was pressed on the button that signs. */
  entered = $state(false);
  /** Read aloud after every change. */
  said = $state("");
  /** Answered, or no longer asked. */
  over = $state(false);
  /** Asked at least once. */
  known = $state(false);

  readonly arming: Arming;
  readonly id: string;
  readonly #api: Needs;
  #openedAt = 0;

  constructor(id: string, api: Needs = real, focused: boolean = document.hasFocus()) {
    this.id = id;
    this.#api = api;
    this.arming = new Arming(focused);
  }

  /** Starts listening; the returned function stops. */
  start(on: Listen = realOn): () => void {
    return attend(this, this.#api, on);
  }

  /** Asks for the text as it is frozen now. Another text than before makes the buttons wait again. */
  async refresh(): Promise<void> {
    if (this.over) return;
    try {
      const question = await this.#api.consentTransfer(this.id);
      const before = this.question;
      this.question = question;
      if (before === null) this.#openedAt = performance.now();
      if (JSON.stringify(before) !== JSON.stringify(question)) this.arming.touch();
    } catch (error) {
      this.#end();
      this.failure = asAppError(error);
    }
    this.known = true;
  }

  /** What is left is to press the button. */
  get complete(): boolean {
    return this.question !== null && this.passphrase !== "" && !this.over;
  }

  chooseKeep(keep: boolean): void {
    this.keep = keep;
    this.arming.touch();
  }

  /** Signs exactly what is shown, and sends it. */
  async sign(): Promise<void> {
    const { question } = this;
    if (!this.arming.ready || !this.complete || this.sending || question === null) return;
    this.sending = true;
    this.failure = null;
    this.passphraseError = null;
    this.said = t("transfer.ask.sending");
    try {
      await this.#api.consentTransferSign(question.id, question.sha256, this.keep, this.passphrase);
      this.#end();
      this.said = t("transfer.ask.sent", { name: question.cooperative.name });
    } catch (error) {
      this.#notSent(asAppError(error));
    } finally {
      this.sending = false;
      this.passphrase = "";
    }
  }

  /** A key on the button that signs. Enter is pressed out of habit, and never signs; Space is meant. */
  key(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.entered = true;
    this.said = t("transfer.ask.space");
  }

  /** No, by the button. */
  async refuse(): Promise<void> {
    if (this.arming.ready) await this.#refuse();
  }

  /** No, by Escape: it counts from a second after the question came up. */
  async dismiss(): Promise<void> {
    if (performance.now() - this.#openedAt >= 1_000) await this.#refuse();
  }

  async #refuse(): Promise<void> {
    const { question } = this;
    // What was signed is on its way: a no comes too late, and would only look like one.
    if (question === null || this.sending) return;
    try {
      await this.#api.consentTransferRefuse(question.id);
      this.#end();
      this.said = t("transfer.ask.refused");
    } catch (error) {
      this.failure = asAppError(error);
    }
  }

  #end(): void {
    this.over = true;
    this.question = null;
    this.passphrase = "";
  }

  #notSent(error: AppError): void {
    if (error.code === WRONG_PASSPHRASE) {
      this.passphraseError = `${error.title} ${t("transfer.ask.wrong")}`;
      this.said = this.passphraseError;
    } else {
      this.failure = error;
      this.said = error.title;
      void this.refresh();
    }
    this.arming.touch();
  }
}
