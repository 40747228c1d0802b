// The key that the vault signs with: its fingerprints, and another one in its place.
import type { Api } from "../../ipc/client";
import type { IssuerKey } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

export class SigningKey {
  readonly key = new Load<IssuerKey>();
  readonly act = new Act();
  passphrase = $state("");
  /** Whether the person was asked, and what was made of it. */
  step: "none" | "asked" | "made" = $state("none");
  readonly #api: Pick<Api, "issuerKey" | "issuerKeyRotate">;

  constructor(api: Pick<Api, "issuerKey" | "issuerKeyRotate">) {
    this.#api = api;
  }

  async read(): Promise<void> {
    await this.key.run(() => this.#api.issuerKey());
  }

  /** Both fingerprints, for whoever compares one of them. */
  get text(): string {
    const { value } = this.key;
    return value === null ? "" : `${value.tokens}\n${value.documents}`;
  }

  ask(): void {
    this.step = "asked";
  }

  /** Makes another key. The passphrase goes from the page in any case. */
  async rotate(): Promise<void> {
    const { passphrase } = this;
    const made = await this.act.run(async () => {
      this.key.value = await this.#api.issuerKeyRotate(passphrase);
    });
    this.passphrase = "";
    if (made) this.step = "made";
  }

  close(): void {
    this.step = "none";
    this.passphrase = "";
    this.act.error = null;
  }
}
