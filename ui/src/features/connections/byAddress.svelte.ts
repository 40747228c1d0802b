// Connecting by e-mail address: the address and the person's own token, then the code of the mail. It goes on while the person looks at other pages.
import { api as realApi, on as realOn, type Api, type Listen } from "../../ipc/client";
import { Act } from "../../shared/load.svelte";

type Needs = Pick<Api, "connectEmail">;

export type Stage =
  | { at: "none" }
  | { at: "form"; platform: string; name: string }
  | { at: "connected"; name: string; connection: string };

export class ByAddress {
  readonly act = new Act();
  stage: Stage = $state.raw({ at: "none" });
  address = $state("");
  token = $state("");
  /** What is missing in the form; asked for when the person tried without it. */
  missing: { address: boolean; token: boolean } = $state.raw({ address: false, token: false });
  readonly #api: Needs;

  constructor(api: Needs, on: Listen) {
    this.#api = api;
    on("vaultChanged", () => this.close());
  }

  /** Opens the form, with the address of a connection that is made again. */
  begin(platform: string, name: string, address = ""): void {
    this.close();
    this.address = address;
    this.stage = { at: "form", platform, name };
  }

  /** Connects the address; the token leaves the page as soon as the core has it. */
  async connect(): Promise<boolean> {
    const { stage } = this;
    if (stage.at !== "form") return false;
    this.missing = { address: this.address.trim() === "", token: this.token.trim() === "" };
    if (this.missing.address || this.missing.token) return false;
    return this.act.run(async () => {
      const { connection } = await this.#api.connectEmail(stage.platform, this.address.trim(), this.token.trim());
      this.#forget();
      this.stage = { at: "connected", name: stage.name, connection };
    });
  }

  close(): void {
    this.#forget();
    this.stage = { at: "none" };
    this.act.error = null;
  }

  #forget(): void {
    this.address = this.token = "";
    this.missing = { address: false, token: false };
  }
}

let shared: ByAddress | null = null;

/** The one of this window. */
export function byAddress(): ByAddress {
  shared ??= new ByAddress(realApi, realOn);
  return shared;
}
