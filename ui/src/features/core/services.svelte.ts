// Known services, and the accounts of backends with standing access.
import type { Api } from "../../ipc/client";
import type { CoreAppRow, CredentialDraft, CredentialMade, KnownService, ScopeChoice, ScopeDraft, ServiceAccountRow, ServiceAdded } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { wrongOf } from "./apps.svelte";

/** The names of signature algorithms that a key may be for. */
export const ALGS = ["RS256", "PS256", "ES256", "EdDSA", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512"] as const;

type PageApi = Pick<Api, "services" | "serviceAccept" | "serviceKeep" | "serviceRemove" | "serviceAccounts" | "serviceAccountAsk" | "serviceAccountEnd" | "serviceCredentialRemove" | "coreApps" | "serviceScopes" | "grantRevoke" | "receiptSave">;

/** What the forms are made from. */
export interface Choices { services: KnownService[]; apps: CoreAppRow[]; scopes: ScopeChoice[] }

export class ServicesPage {
  readonly services = new Load<KnownService[]>();
  readonly accounts = new Load<ServiceAccountRow[]>();
  readonly act = new Act();
  apps: CoreAppRow[] = $state.raw([]);
  scopes: ScopeChoice[] = $state.raw([]);
  readonly #api: PageApi;

  constructor(api: PageApi) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.services.run(() => this.#api.services());
    await this.accounts.run(async () => {
      this.apps = await this.#api.coreApps();
      this.scopes = await this.#api.serviceScopes();
      return this.#api.serviceAccounts();
    });
  }

  find(id: string | null): KnownService | null {
    return this.services.value?.find((one) => one.id === id) ?? null;
  }

  /** Takes exactly the key that was compared. */
  async accept(id: string, fingerprint: string): Promise<boolean> {
    return this.#done(() => this.#api.serviceAccept(id, fingerprint));
  }

  async keep(id: string): Promise<boolean> {
    return this.#done(() => this.#api.serviceKeep(id));
  }

  async remove(id: string): Promise<boolean> {
    return this.#done(() => this.#api.serviceRemove(id));
  }

  async stop(grant: string): Promise<boolean> {
    return this.#done(() => this.#api.grantRevoke(grant));
  }

  async saveReceipt(grant: string): Promise<string | null> {
    return this.act.save(() => this.#api.receiptSave(grant));
  }

  /** Asks once more what an account may see: how many questions wait then. */
  async ask(id: string): Promise<number | null> {
    let waiting: number | null = null;
    await this.#done(async () => {
      waiting = await this.#api.serviceAccountAsk(id);
    });
    return waiting;
  }

  async end(id: string): Promise<boolean> {
    return this.#done(() => this.#api.serviceAccountEnd(id));
  }

  async removeCredential(account: string, credential: string): Promise<boolean> {
    return this.#done(() => this.#api.serviceCredentialRemove(account, credential));
  }

  async #done(act: () => Promise<unknown>): Promise<boolean> {
    const done = await this.act.run(act);
    if (done) await this.refresh();
    return done;
  }
}

/** Adding a service, from what it says of itself or from fields. */
export class NewService {
  kind: "text" | "fields" = $state("text");
  text = $state("");
  id = $state("");
  name = $state("");
  host = $state("");
  keyPem = $state("");
  alg: string = $state("RS256");
  legacy = $state(false);
  scopes: ScopeDraft[] = $state([]);
  wrong: string | null = $state(null);
  readonly act = new Act();
  readonly #api: Pick<Api, "serviceAdd">;

  constructor(api: Pick<Api, "serviceAdd">) {
    this.#api = api;
  }

  get ready(): boolean {
    return this.kind === "text" ? this.text.trim() !== "" : [this.id, this.name, this.host].every((text) => text.trim() !== "");
  }

  more(): void {
    this.scopes.push({ scope: "", required: false, explanation: "" });
  }

  less(at: number): void {
    this.scopes.splice(at, 1);
  }

  /** What became of it; null when it was not taken, and `wrong` says why. */
  async add(): Promise<ServiceAdded | null> {
    let added: ServiceAdded | null = null;
    this.wrong = null;
    const scopes = this.scopes.filter(({ scope }) => scope.trim() !== "").map((one) => ({ ...one, scope: one.scope.trim() }));
    const service = { id: this.id.trim(), name: this.name.trim(), host: this.host.trim(), keyPem: this.keyPem, alg: this.alg, legacy: this.legacy, scopes };
    const done = await this.act.run(async () => {
      added = await this.#api.serviceAdd(this.kind === "text" ? { kind: "text", text: this.text, legacy: this.legacy } : { kind: "fields", service });
    });
    if (!done) this.wrong = wrongOf(this.act);
    return added;
  }
}

/** How a backend is to prove itself, as it is typed. */
export class Proof {
  kind: CredentialDraft["kind"] = $state("token");
  name = $state("");
  pem = $state("");
  alg: string = $state("ES256");

  get ready(): boolean {
    return this.kind === "token" || this.pem.trim() !== "";
  }

  get draft(): CredentialDraft {
    const name = this.name.trim();
    return this.kind === "token" ? { kind: "token", name } : { kind: "key", name, pem: this.pem, alg: this.alg };
  }
}

/** Making a service account. */
export class NewAccount {
  name = $state("");
  service = $state("");
  apps: string[] = $state([]);
  scopes: string[] = $state([]);
  until = $state("");
  wrong: string | null = $state(null);
  readonly proof = new Proof();
  readonly act = new Act();
  readonly #api: Pick<Api, "serviceAccountAdd">;

  /** It ends in three months unless something else is said. */
  constructor(api: Pick<Api, "serviceAccountAdd">, today = new Date()) {
    this.#api = api;
    this.until = new Date(Date.UTC(today.getFullYear(), today.getMonth() + 3, today.getDate())).toISOString().slice(0, 10);
  }

  get ready(): boolean {
    return this.name.trim() !== "" && this.apps.length > 0 && this.scopes.length > 0 && this.until !== "" && this.proof.ready;
  }

  tick(what: "apps" | "scopes", value: string, on: boolean): void {
    const rest = this[what].filter((one) => one !== value);
    this[what] = on ? [...rest, value] : rest;
  }

  /** Its token, which is nowhere again, and how many questions wait; null when it was not made. */
  async make(): Promise<CredentialMade | null> {
    let made: CredentialMade | null = null;
    this.wrong = null;
    const draft = { name: this.name.trim(), service: this.service, apps: [...this.apps], scopes: [...this.scopes], until: this.until, credential: this.proof.draft };
    const done = await this.act.run(async () => {
      made = await this.#api.serviceAccountAdd(draft);
    });
    if (!done) this.wrong = wrongOf(this.act);
    return made;
  }
}

/** One more way for an account to prove itself. */
export class NewCredential {
  wrong: string | null = $state(null);
  readonly proof = new Proof();
  readonly act = new Act();
  readonly #api: Pick<Api, "serviceCredentialAdd">;

  constructor(api: Pick<Api, "serviceCredentialAdd">) {
    this.#api = api;
  }

  async add(account: string): Promise<CredentialMade | null> {
    let made: CredentialMade | null = null;
    this.wrong = null;
    const done = await this.act.run(async () => {
      made = await this.#api.serviceCredentialAdd(account, this.proof.draft);
    });
    if (!done) this.wrong = wrongOf(this.act);
    return made;
  }
}
