// Connecting by e-mail address: the address and the person's own token, then the code of the mail. It goes on while the person looks at other pages.
import { api as realApi, on as realOn, type Api, type Listen } from "../../ipc/client";
import { Act } from "../../shared/load.svelte";

type Needs = Pick<Api, "connectEmail" | "sendEmailAgain" | "confirmEmail" | "mailSettings" | "connections">;

/** After so many seconds another mail may be sent. */
export const SPACING = 60;

export type Stage =
  | { at: "none" }
  | { at: "form"; platform: string; name: string }
  | { at: "sent"; platform: string; name: string; connection: string; address: string; until: string | null }
  | { at: "connected"; name: string; connection: string }
  | { at: "declined"; name: string };

export class ByAddress {
  readonly act = new Act();
  stage: Stage = $state.raw({ at: "none" });
  address = $state("");
  token = $state("");
  code = $state("");
  /** What is missing in the form; asked for when the person tried without it. */
  missing: { address?: boolean; token?: boolean; code?: boolean } = $state.raw({});
  /** Whether mails can be sent; null while it is not known. */
  mails: boolean | null = $state(null);
  /** Seconds until another mail may be sent. */
  wait = $state(0);
  readonly #api: Needs;
  #clock: ReturnType<typeof setInterval> | null = null;

  constructor(api: Needs, on: Listen) {
    this.#api = api;
    on("vaultChanged", () => this.close());
    on("dataChanged", ({ what }) => {
      if (what === "connections") void this.#look();
    });
  }

  /** Opens the form, with the address of a connection that is made again. */
  begin(platform: string, name: string, address = ""): void {
    this.close();
    this.address = address;
    this.stage = { at: "form", platform, name };
    void this.#learn();
  }

  /** Goes on with a mail that was sent before. */
  resume(platform: string, name: string, connection: string, address: string): void {
    this.close();
    this.stage = { at: "sent", platform, name, connection, address, until: null };
  }

  /** Connects the address; the token leaves the page as soon as the core has it. */
  async connect(): Promise<boolean> {
    const { stage } = this;
    if (stage.at !== "form") return false;
    const [address, token] = [this.address.trim(), this.token.trim()];
    this.missing = { address: address === "", token: token === "" };
    if (address === "" || token === "") return false;
    return this.act.run(async () => {
      const { connection, until } = await this.#api.connectEmail(stage.platform, address, token);
      this.#forget();
      this.stage = until === null ? { at: "connected", name: stage.name, connection } : { at: "sent", platform: stage.platform, name: stage.name, connection, address, until };
      if (until !== null) this.#space();
    });
  }

  /** Sends the mail again; the earlier one can no longer be answered. */
  async again(): Promise<boolean> {
    const { stage } = this;
    if (stage.at !== "sent" || this.wait > 0) return false;
    return this.act.run(async () => {
      const until = await this.#api.sendEmailAgain(stage.connection);
      this.code = "";
      this.stage = { ...stage, until };
      this.#space();
    });
  }

  /** Answers the mail by its code. */
  async confirm(): Promise<boolean> {
    const { stage } = this;
    if (stage.at !== "sent") return false;
    const code = this.code.trim();
    this.missing = { code: code === "" };
    if (code === "") return false;
    return this.act.run(async () => {
      await this.#api.confirmEmail(stage.connection, code);
      this.#forget();
      this.stage = { at: "connected", name: stage.name, connection: stage.connection };
    });
  }

  close(): void {
    this.#forget();
    this.stage = { at: "none" };
    this.act.error = null;
  }

  /** The page is left: what has ended is not shown again, what goes on is. */
  leave(): void {
    if (this.stage.at === "connected" || this.stage.at === "declined") this.close();
  }

  async #learn(): Promise<void> {
    const server = await this.#api.mailSettings().catch(() => null);
    this.mails = server === null ? null : server.host !== "" && server.from !== "";
  }

  /** The mail may have been answered by its link. */
  async #look(): Promise<void> {
    const { stage } = this;
    if (stage.at !== "sent" || this.act.busy) return;
    const rows = await this.#api.connections().catch(() => null);
    if (rows === null || this.stage !== stage) return;
    const row = rows.find((one) => one.id === stage.connection);
    if (row?.state === "emailSent" || row?.state === "notFinished") return;
    this.#forget();
    this.stage = row === undefined ? { at: "declined", name: stage.name } : { at: "connected", name: stage.name, connection: stage.connection };
  }

  #space(): void {
    this.#stopClock();
    this.wait = SPACING;
    this.#clock = setInterval(() => {
      this.wait -= 1;
      if (this.wait <= 0) this.#stopClock();
    }, 1000);
  }

  #stopClock(): void {
    if (this.#clock !== null) clearInterval(this.#clock);
    this.#clock = null;
    this.wait = 0;
  }

  #forget(): void {
    this.#stopClock();
    this.address = this.token = this.code = "";
    this.missing = {};
  }
}

let shared: ByAddress | null = null;

/** The one of this window. */
export function byAddress(): ByAddress {
  shared ??= new ByAddress(realApi, realOn);
  return shared;
}
