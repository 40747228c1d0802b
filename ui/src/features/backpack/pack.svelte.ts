// Packing: what goes in, who can open it, where it goes; then the progress and the proof.
import type { Api } from "../../ipc/client";
import type { BackpackRow, Events, PackPlan, Strength } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

export type Progress = Events["progress"];
/** Why packing cannot start yet; the first that holds is said beside the button. */
export type PackReason = "passphrase" | "weak" | "differs" | "recipient" | "recipientWrong" | null;

type Needs = Pick<Api, "packPlan" | "packChoosePlace" | "packStart" | "packCancel" | "passphraseStrength">;

/** An age recipient as `age-keygen` prints it. */
export function isRecipient(text: string): boolean {
  return /^age1[02-9ac-hj-np-z]{58}$/.test(text);
}

export class PackPage {
  readonly plan = new Load<PackPlan>();
  readonly act = new Act();
  who: "passphrase" | "someone" = $state("passphrase");
  passphrase = $state("");
  again = $state("");
  recipients = $state("");
  alsoRecovery = $state(false);
  full = $state(false);
  place: string | null = $state(null);
  strength: Strength | null = $state.raw(null);
  progress: Progress | null = $state.raw(null);
  packed: BackpackRow | null = $state.raw(null);
  #turn = 0;
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    const plan = await this.plan.run(() => this.#api.packPlan());
    this.place ??= plan?.suggestedPlace ?? null;
  }

  /** Measures the passphrase that is typed. */
  async measure(): Promise<void> {
    const turn = ++this.#turn;
    const text = this.passphrase;
    const strength = text === "" ? null : await this.#api.passphraseStrength(text, [this.plan.value?.spaceName ?? ""]).catch(() => null);
    if (turn === this.#turn) this.strength = strength;
  }

  async choosePlace(): Promise<void> {
    const plan = this.plan.value;
    if (plan === null) return;
    await this.act.run(async () => {
      this.place = (await this.#api.packChoosePlace(plan.suggestedName)) ?? this.place;
    });
  }

  /** The recipients that were typed, one or more per line. */
  get keys(): string[] {
    return this.recipients.split(/[\s,]+/).filter((key) => key !== "");
  }

  get reason(): PackReason {
    if (this.who === "passphrase") {
      if (this.passphrase === "") return "passphrase";
      if (this.strength?.level === "weak") return "weak";
      if (this.passphrase !== this.again) return "differs";
    } else {
      if (this.keys.some((key) => !isRecipient(key))) return "recipientWrong";
      if (this.keys.length === 0 && !this.alsoRecovery) return "recipient";
    }
    return null;
  }

  get running(): boolean {
    return this.act.busy && this.progress !== null;
  }

  /** Packs; asks for a place first if there is none. Forgets the passphrase once the file is proved. */
  async pack(): Promise<boolean> {
    if (this.reason !== null) return false;
    if (this.place === null) await this.choosePlace();
    const { place } = this;
    if (place === null) return false;
    const recovery = this.alsoRecovery ? (this.plan.value?.recoveryRecipient ?? null) : null;
    const lock = this.who === "passphrase" ? { passphrase: this.passphrase } : { recipients: [...this.keys, ...(recovery === null ? [] : [recovery])] };
    this.packed = null;
    this.progress = { job: "pack", id: "", done: 0, total: null, words: "", finished: false };
    const done = await this.act.run(async () => {
      this.packed = await this.#api.packStart(place, lock, this.full);
    });
    this.progress = null;
    if (done) {
      this.passphrase = "";
      this.again = "";
      this.strength = null;
      this.place = null;
      await this.refresh();
    }
    return done;
  }

  async cancel(): Promise<void> {
    await this.#api.packCancel().catch(() => undefined);
  }

  hear(news: Progress): void {
    // Comparing the finished file is reported as a check.
    if ((news.job === "pack" || news.job === "check") && this.act.busy && this.progress !== null && !news.finished) this.progress = news;
  }
}
