// One package that arrived: looked at, then accepted or discarded.
import type { Api } from "../../ipc/client";
import type { IncomingDetail } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "incoming" | "incomingAccept" | "incomingDiscard">;

export class IncomingPage {
  readonly detail = new Load<IncomingDetail>();
  readonly act = new Act();
  #gone = false;
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async read(id: string): Promise<void> {
    // Discarded here: it is known to be gone, and that is no failure.
    if (!this.#gone) await this.detail.run(() => this.#api.incoming(id));
  }

  async accept(): Promise<boolean> {
    const { value } = this.detail;
    if (value === null) return false;
    const done = await this.act.run(() => this.#api.incomingAccept(value.id));
    if (done) await this.read(value.id);
    return done;
  }

  async discard(): Promise<boolean> {
    const { value } = this.detail;
    if (value === null) return false;
    this.#gone = true;
    const done = await this.act.run(() => this.#api.incomingDiscard(value.id));
    this.#gone = done;
    return done;
  }
}
