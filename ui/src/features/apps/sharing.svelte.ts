// Everything that anyone can see now, and stopping it.
import type { Api } from "../../ipc/client";
import type { GrantRow } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type SharingApi = Pick<Api, "grants" | "grantRevoke" | "grantsReviewed">;

export class SharingPage {
  readonly grants = new Load<GrantRow[]>();
  readonly act = new Act();
  readonly #api: SharingApi;

  constructor(api: SharingApi) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.grants.run(async () => (await this.#api.grants()).filter((grant) => grant.state === "live"));
  }

  /** Those that deserve a look: nobody used them for long, or they have no end. */
  get due(): GrantRow[] {
    return (this.grants.value ?? []).filter((grant) => grant.attention !== null);
  }

  async stop(id: string): Promise<boolean> {
    const done = await this.act.run(() => this.#api.grantRevoke(id));
    await this.refresh();
    return done;
  }

  /** The person has looked at all of them. */
  async keep(): Promise<boolean> {
    return this.act.run(() => this.#api.grantsReviewed());
  }
}
