// The person's mail server. Its password never comes to the page; a new one leaves it when it is kept.
import { api as realApi, type Api } from "../../ipc/client";
import type { MailServer } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "mailSettings" | "setMailSettings" | "testMail">;

/** How the way to a server is encrypted, with the port that is usual for it. */
export const SECURITY = { starttls: 587, tls: 465, none: 25 } as const;
export type Security = keyof typeof SECURITY;

export class MailPage {
  readonly kept = new Load<MailServer>();
  readonly act = new Act();
  form: Omit<MailServer, "hasPassword" | "port"> & { port: string } = $state({ host: "", port: "587", security: "starttls", user: "", from: "", authority: "" });
  password = $state("");
  to = $state("");
  /** The field that is not good. */
  wrong: "host" | "port" | "from" | "password" | null = $state(null);
  readonly #api: Needs;

  constructor(api: Needs = realApi) {
    this.#api = api;
  }

  async read(): Promise<void> {
    const server = await this.kept.run(() => this.#api.mailSettings());
    if (server === null) return;
    const { hasPassword: _, port, ...texts } = server;
    this.form = { ...texts, port: String(port) };
    this.password = "";
    if (this.to === "") this.to = server.from;
  }

  /** Chooses the encryption; a port that was the usual one of the other becomes the usual one of this. */
  choose(security: Security): void {
    const before = SECURITY[this.form.security as Security];
    if (this.form.port === String(before)) this.form.port = String(SECURITY[security]);
    this.form.security = security;
  }

  /** Keeps the server; without a host there is none. Returns whether it was kept. */
  async save(): Promise<boolean> {
    this.wrong = this.#fault();
    if (this.wrong !== null) return false;
    const { port, ...texts } = this.form;
    const server: MailServer = { ...texts, host: texts.host.trim(), from: texts.from.trim(), user: texts.user.trim(), authority: texts.authority.trim(), port: Number(port), hasPassword: false };
    // Without a user there is nobody whose password it could be.
    const password = this.password !== "" ? this.password : server.user === "" ? "" : null;
    const done = await this.act.run(() => this.#api.setMailSettings(server, password));
    if (done) await this.read();
    return done;
  }

  /** Keeps what is written, then sends a mail through it. */
  async test(): Promise<boolean> {
    if (this.to.trim() === "" || !(await this.save())) return false;
    return this.act.run(() => this.#api.testMail(this.to.trim()));
  }

  /** Forgets the server and its password. */
  async clear(): Promise<boolean> {
    const nothing: MailServer = { host: "", port: 587, security: "starttls", user: "", from: "", authority: "", hasPassword: false };
    const done = await this.act.run(() => this.#api.setMailSettings(nothing, ""));
    this.wrong = null;
    if (done) await this.read();
    return done;
  }

  #fault(): MailPage["wrong"] {
    const { host, port, from, user } = this.form;
    if (host.trim() === "") return "host";
    const number = Number(port);
    if (!Number.isInteger(number) || number < 1 || number > 65535) return "port";
    if (from.trim() === "") return "from";
    // The kept password belongs to the server that it was written for.
    const kept = this.kept.value;
    const moved = kept !== null && kept.hasPassword && kept.host !== host.trim();
    return moved && user.trim() !== "" && this.password === "" ? "password" : null;
  }
}
