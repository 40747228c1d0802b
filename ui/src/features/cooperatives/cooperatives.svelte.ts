// The catalogue: the cooperatives with the standing of their keys, and what arrived from them.
import type { Api } from "../../ipc/client";
import type { CooperativeCard, Cooperatives, ServiceRow } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "cooperatives" | "cooperativeCompared" | "cooperativeRemove" | "cooperativeStrong" | "serviceStopped">;

export class Catalogue {
  readonly list = new Load<Cooperatives>();
  readonly act = new Act();
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.list.run(() => this.#api.cooperatives());
  }

  find(id: string | null): CooperativeCard | null {
    return this.list.value?.cooperatives.find((one) => one.id === id) ?? null;
  }

  /** What the person found, of exactly the key that was shown. */
  async compared(id: string, fingerprint: string, match: boolean): Promise<boolean> {
    return this.#done(() => this.#api.cooperativeCompared(id, fingerprint, match));
  }

  async remove(id: string): Promise<boolean> {
    return this.#done(() => this.#api.cooperativeRemove(id));
  }

  /** Whether only packages with the signed extras are taken from it. */
  async strong(id: string, on: boolean): Promise<boolean> {
    return this.#done(() => this.#api.cooperativeStrong(id, on));
  }

  /** The person’s own note that they use a service no more, or again. */
  async stopped(peer: string, service: string, stopped: boolean): Promise<boolean> {
    return this.#done(() => this.#api.serviceStopped(peer, service, stopped));
  }

  async #done(act: () => Promise<void>): Promise<boolean> {
    const done = await this.act.run(act);
    if (done) await this.refresh();
    return done;
  }
}

/** The fingerprint that a comparison is about: that of the key that waits, else that of the one it has. */
export function toCompare(card: CooperativeCard): string {
  return card.waiting?.fingerprint ?? card.fingerprint;
}

/** The page that asks for one service. */
export function serviceRoute(card: CooperativeCard, service: ServiceRow): string {
  return `/cooperatives/${encodeURIComponent(card.id)}/${encodeURIComponent(service.id)}`;
}
