// The receipt of one transfer: how it ended, what proves it, and what can be done now.
import type { Api } from "../../ipc/client";
import type { CooperativeCard, TransferReceipt } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "transfer" | "transferRetry" | "transferGoOn" | "transferSave" | "transferForgetText" | "reportSave" | "erasePrint" | "cooperatives">;

/** The core's codes for a cooperative that does not know this vault: by its word, and as upstream's software really answers. */
const UNKNOWN_THERE = ["COP-403", "COP-413"];

export class ReceiptPage {
  readonly receipt = new Load<TransferReceipt>();
  readonly act = new Act();
  /** The cooperative as it is now; absent when it was removed. */
  card: CooperativeCard | null = $state.raw(null);
  ownId = $state("");
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async read(id: string): Promise<void> {
    const receipt = await this.receipt.run(() => this.#api.transfer(id));
    if (receipt === null) return;
    const all = await this.#api.cooperatives().catch(() => null);
    this.card = all?.cooperatives.find((one) => one.id === receipt.peer) ?? null;
    this.ownId = all?.ownId ?? "";
  }

  /** They have to be given the key first. */
  get knowsNot(): boolean {
    return UNKNOWN_THERE.includes(this.receipt.value?.words?.code ?? "");
  }

  /** Sends once more what certainly was not sent. */
  async retry(): Promise<boolean> {
    return this.#done((id) => this.#api.transferRetry(id));
  }

  async goOn(): Promise<boolean> {
    return this.#done((id) => this.#api.transferGoOn(id));
  }

  async forget(): Promise<boolean> {
    return this.#done((id) => this.#api.transferForgetText(id));
  }

  /** Where the receipt was saved; null when the person chose no place. */
  async save(): Promise<string | null> {
    const { value } = this.receipt;
    return value === null ? null : this.act.save(() => this.#api.transferSave(value.id));
  }

  /** Where the report for an authority was saved. */
  async report(): Promise<string | null> {
    const { value } = this.receipt;
    return value === null ? null : this.act.save(() => this.#api.reportSave(value.disclosure));
  }

  /** Prints what the page shows for paper. */
  async print(): Promise<void> {
    await this.act.run(() => this.#api.erasePrint());
  }

  async #done(act: (id: string) => Promise<void>): Promise<boolean> {
    const { value } = this.receipt;
    if (value === null) return false;
    const done = await this.act.run(() => act(value.id));
    await this.read(value.id);
    return done;
  }
}
