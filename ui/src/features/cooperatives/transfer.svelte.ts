// One transfer before it is sent: every value, what is missing, and whether the window with the question is open.
import { SvelteSet } from "svelte/reactivity";
import { asAppError, type Api } from "../../ipc/client";
import type { TransferDraft, TransferReceipt, TransferRow } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { complaint } from "../settings/profile.svelte";

type Needs = Pick<Api, "transferPrepare" | "transferFill" | "transferDrop" | "transferAsk" | "transfer">;

/** How far it is: the person chooses, the window asks, the cooperative answers, or it is over. */
export type Stage = "choose" | "asking" | "sending" | "over";

const STAGES: Record<TransferReceipt["state"], Stage> = { prepared: "choose", asking: "asking", sending: "sending", accepted: "over", refused: "over", notSent: "over", unknown: "over" };

export class TransferPage {
  readonly draft = new Load<TransferDraft>();
  readonly act = new Act();
  stage: Stage = $state("choose");
  /** The window was closed without a signature. */
  refused = $state(false);
  /** The parts of their work that the person ticked: none, until they do. */
  readonly added = new SvelteSet<string>();
  /** The field that the core did not take, with its reason. */
  wrong: { field: string; text: string } | null = $state.raw(null);
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  /** Asks for what the service needs. A window that is still open from before is found again. */
  async prepare(peer: string, service: string): Promise<void> {
    const draft = await this.draft.run(() => this.#api.transferPrepare(peer, service));
    if (draft === null || this.stage !== "choose") return;
    const known = await this.#api.transfer(draft.id).catch(() => null);
    if (known?.state === "asking" || known?.state === "sending") this.stage = STAGES[known.state];
  }

  /** The rows that have no value yet. */
  get missing(): TransferRow[] {
    return this.draft.value?.rows.filter((row) => row.missing) ?? [];
  }

  /** Keeps a value when its field is left. Returns whether it was taken. */
  async fill(row: TransferRow, value: string): Promise<boolean> {
    const { value: draft } = this.draft;
    const wanted = value.trim();
    if (this.wrong?.field === row.field) this.wrong = null;
    if (draft === null || wanted === row.value) return true;
    try {
      this.draft.value = await this.#api.transferFill(draft.id, row.field, wanted);
      return true;
    } catch (error) {
      this.wrong = { field: row.field, text: complaint(asAppError(error)) };
      return false;
    }
  }

  /** Adds a part of the person's work, or takes it out again. */
  add(part: string, chosen: boolean): void {
    if (chosen) this.added.add(part);
    else this.added.delete(part);
  }

  /** Opens the window that shows the exact text and asks for the signature; or brings it up again. */
  async ask(): Promise<void> {
    const { value: draft } = this.draft;
    if (draft === null || !draft.ready) return;
    this.refused = false;
    if (await this.act.run(() => this.#api.transferAsk(draft.id, draft.work.map((row) => row.part).filter((part) => this.added.has(part))))) this.stage = "asking";
  }

  /** Something changed: looks how far it is. Returns the receipt to go to once there is one. */
  async heard(): Promise<string | null> {
    const { value: draft } = this.draft;
    if (draft === null || (this.stage !== "asking" && this.stage !== "sending")) return null;
    const known = await this.#api.transfer(draft.id).catch(() => null);
    const stage = known === null ? "choose" : STAGES[known.state];
    if (stage === "choose") this.refused = true;
    this.stage = stage;
    return stage === "over" ? draft.id : null;
  }

  /** The page is left: what was only chosen is dropped. */
  async leave(): Promise<void> {
    const { value: draft } = this.draft;
    if (draft !== null && this.stage === "choose") await this.#api.transferDrop(draft.id).catch(() => undefined);
  }
}
