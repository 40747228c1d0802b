// One question at a time: what was chosen, exactly what would leave, and the answer.
import { api as real, asAppError, on as realOn, type Api, type Listen } from "../../ipc/client";
import type { AppError, Duration, Narrowing, Preview, Question } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { Load } from "../../shared/load.svelte";
import { PLAIN_STITCH } from "../../shared/stitch";
import { Arming } from "./arming.svelte";
import { attend } from "./asking";
import { durationOf, groups, missing, narrowingOf, opensRecords, type Choice, type Groups, type Missing } from "./question";

type ConsentApi = Pick<Api, "consentCurrent" | "consentPreview" | "consentNeedsPassphrase" | "consentShare" | "consentRefuse" | "consentReceived" | "consentTheme">;

/** A pause in choosing after which the preview is made, in milliseconds. */
const PAUSE = 120;

/** Codes of the core that the passphrase field answers. */
const WRONG_PASSPHRASE = "VLT-101";
const NEEDS_PASSPHRASE = "APP-331";

const NOTHING: Choice = { scopes: [], connections: [], period: null, from: "", to: "", detail: null, amounts: null, places: null, named: false, duration: null, until: "" };

export class Consent {
  question: Question | null = $state.raw(null);
  choice: Choice = $state.raw(NOTHING);
  stitch: number[] = $state.raw(PLAIN_STITCH);
  readonly preview = new Load<Preview>();
  show: "table" | "raw" = $state("table");
  needsPassphrase = $state(false);
  passphrase = $state("");
  passphraseError: string | null = $state(null);
  /** The second question about a requester that nobody can tell. */
  doubting = $state(false);
  sending = $state(false);
  /** The no is meant for every later question about the same, too. */
  always = $state(false);
  failure: AppError | null = $state.raw(null);
  /** Enter was pressed on a button that shares. */
  entered = $state(false);
  /** Read aloud after every change. */
  said = $state("");
  /** Asked at least once, so that "nothing is asked" is known and not a guess. */
  known = $state(false);

  readonly arming: Arming;
  #asking = $state(false);
  readonly groups: Groups = $derived(groups(this.question?.scopes ?? []));
  readonly missing: Missing[] = $derived(this.question === null ? [] : missing(this.question, this.choice));
  readonly narrowing: Narrowing | null = $derived(this.question === null ? null : narrowingOf(this.question, this.choice));
  readonly duration: Duration | null = $derived(durationOf(this.choice));
  readonly wantsRecords: boolean = $derived(this.choice.scopes.length === 0 || this.choice.scopes.some(opensRecords));
  /** Everything is chosen and shown; what is left is to press the button. */
  readonly complete: boolean = $derived(
    this.missing.length === 0 && this.preview.value !== null && !this.#asking && !this.always && (!this.needsPassphrase || this.passphrase !== ""),
  );

  #api: ConsentApi;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #openedAt = 0;

  constructor(api: ConsentApi = real, focused: boolean = document.hasFocus()) {
    this.#api = api;
    this.arming = new Arming(focused);
  }

  /** Starts listening; the returned function stops. */
  start(on: Listen = realOn): () => void {
    const stop = attend(this, this.#api, on);
    return () => {
      stop();
      clearTimeout(this.#timer);
    };
  }

  /** Asks which question is open. A different one starts with nothing chosen; the same one keeps what was chosen unless it changed. */
  async refresh(): Promise<void> {
    try {
      this.#take(await this.#api.consentCurrent());
    } catch (error) {
      this.failure = asAppError(error);
    }
    this.known = true;
  }

  /** Ticks or unticks one scope, or a group that is chosen all together. */
  chooseScopes(scopes: string[], ticked: boolean): void {
    const others = this.choice.scopes.filter((scope) => !scopes.includes(scope));
    this.#choose({ scopes: ticked ? [...others, ...scopes] : others });
  }

  chooseSource(connection: string, ticked: boolean): void {
    const others = this.choice.connections.filter((one) => one !== connection);
    this.#choose({ connections: ticked ? [...others, connection] : others });
  }

  choosePeriod(period: string): void {
    this.#choose({ period });
  }

  chooseDays(days: { from?: string; to?: string }): void {
    this.#choose({ period: "other", ...days });
  }

  chooseDetail(detail: Narrowing["detail"]): void {
    this.#choose({ detail });
  }

  chooseAmounts(amounts: Narrowing["amounts"]): void {
    this.#choose({ amounts });
  }

  choosePlaces(places: Narrowing["places"]): void {
    this.#choose({ places });
  }

  chooseNamed(named: boolean): void {
    this.#choose({ named });
  }

  chooseDuration(duration: Duration["kind"]): void {
    this.#choose({ duration });
  }

  chooseUntil(until: string): void {
    this.#choose({ duration: "until", until });
  }

  /** Shares exactly what is shown. A requester that nobody can tell is asked about once more first. */
  async share(): Promise<void> {
    const { question, narrowing, duration } = this;
    const preview = this.preview.value;
    if (!this.arming.ready || !this.complete || this.sending || question === null || narrowing === null || duration === null || preview === null) return;
    if (question.identity === "unknown" && !this.doubting) {
      this.doubting = true;
      this.arming.touch();
      return;
    }
    this.sending = true;
    this.failure = null;
    this.passphraseError = null;
    this.said = t("consent.sending");
    try {
      await this.#api.consentShare(question.id, narrowing, duration, preview.sha256, this.needsPassphrase ? this.passphrase : null);
      this.said = t("consent.shared", { name: question.name });
      this.#forget();
    } catch (error) {
      this.#notShared(asAppError(error));
    } finally {
      this.sending = false;
      this.doubting = false;
      this.passphrase = "";
    }
    await this.refresh();
  }

  /** A key on a button that shares. Enter is pressed out of habit, and never shares; Space is meant. */
  key(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    event.preventDefault();
    this.entered = true;
    this.said = t("consent.footer.space");
  }

  /** Makes the no one for every later question about the same. */
  chooseAlways(always: boolean): void {
    this.always = always;
    this.arming.touch();
  }

  /** No, by the button. While something is being sent it stops that. */
  async refuse(): Promise<void> {
    if (this.arming.ready) await this.#refuse();
  }

  /** No, by Escape: it counts from a second after the question came up, whatever was chosen since. */
  async dismiss(): Promise<void> {
    if (this.doubting) this.doubting = false;
    else if (performance.now() - this.#openedAt >= 1_000) await this.#refuse();
  }

  async #refuse(): Promise<void> {
    const { question } = this;
    if (question === null) return;
    this.doubting = false;
    this.passphrase = "";
    try {
      await this.#api.consentRefuse(question.id, this.always);
      this.said = t("consent.refused");
      this.#forget();
    } catch (error) {
      this.failure = asAppError(error);
    }
    await this.refresh();
  }

  #notShared(error: AppError): void {
    if (error.code === WRONG_PASSPHRASE || error.code === NEEDS_PASSPHRASE) {
      this.needsPassphrase = true;
      this.passphraseError = `${error.title} ${t("consent.footer.nothingSent")}`;
      this.said = this.passphraseError;
    } else {
      this.failure = error;
      this.said = t("consent.failed");
      this.#look();
    }
    this.arming.touch();
  }

  #take(question: Question | null): void {
    const before = this.question;
    this.question = question;
    if (question === null || question.id !== before?.id) {
      this.#reset(question);
    } else if (content(question) !== content(before)) {
      this.arming.touch();
      this.#look();
    }
  }

  #reset(question: Question | null): void {
    this.#forget();
    this.question = question;
    this.show = "table";
    this.failure = null;
    this.passphraseError = null;
    this.doubting = false;
    this.#openedAt = performance.now();
    if (question === null) return;
    const [only] = this.groups.required.concat(this.groups.optional);
    this.choice = { ...NOTHING, until: question.untilProposal.slice(0, 10), scopes: this.groups.single && only ? [only.scope] : [] };
    this.arming.touch();
  }

  #forget(): void {
    this.question = null;
    this.choice = NOTHING;
    this.preview.clear();
    this.needsPassphrase = false;
    this.passphrase = "";
    this.always = false;
    this.entered = false;
  }

  #choose(change: Partial<Choice>): void {
    if (this.sending) return;
    const before = JSON.stringify(this.narrowing);
    this.choice = { ...this.choice, ...change };
    this.failure = null;
    this.arming.touch();
    if (JSON.stringify(this.narrowing) !== before) this.#look();
    else void this.#askForPassphrase();
  }

  // The pane never shows an older choice: it is emptied first, and filled when the vault has answered for this one.
  #look(): void {
    clearTimeout(this.#timer);
    this.preview.clear();
    if (this.narrowing === null) {
      this.needsPassphrase = false;
      return;
    }
    this.#timer = setTimeout(() => void this.#readPreview(), PAUSE);
  }

  async #readPreview(): Promise<void> {
    const { question, narrowing } = this;
    if (question === null || narrowing === null) return;
    await this.preview.run(() => this.#api.consentPreview(question.id, narrowing));
    this.arming.touch();
    if (this.preview.value !== null) this.said = this.preview.value.sentence;
    await this.#askForPassphrase();
  }

  async #askForPassphrase(): Promise<void> {
    const { question, narrowing, duration } = this;
    const turn = ++this.#turn;
    if (question === null || narrowing === null || duration === null) {
      this.needsPassphrase = false;
      this.#asking = false;
      return;
    }
    this.#asking = true;
    let needed = true;
    try {
      needed = await this.#api.consentNeedsPassphrase(question.id, narrowing, duration);
    } catch (error) {
      if (turn === this.#turn) this.failure = asAppError(error);
    }
    if (turn !== this.#turn) return;
    if (needed !== this.needsPassphrase) this.arming.touch();
    this.needsPassphrase = needed;
    this.#asking = false;
  }

  /** Shows in the main window what the requester received before. */
  async showReceived(): Promise<void> {
    if (this.question === null) return;
    try {
      await this.#api.consentReceived(this.question.id);
    } catch (error) {
      this.failure = asAppError(error);
    }
  }
}

/** Everything of a question that a person decides by; the number of questions behind it may change freely. */
function content(question: Question | null): string {
  return JSON.stringify({ ...question, waiting: 0 });
}
