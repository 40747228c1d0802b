// Changing a service account: until when it is, and what it is for in each application. What follows is told before it is done.
import type { Api } from "../../ipc/client";
import type { CoreAppRow, ScopeChoice, ServiceAccountChange, ServiceAccountRow } from "../../ipc/types";
import { Act } from "../../shared/load.svelte";
import { wrongOf } from "./apps.svelte";

/** What an account is for in one application, and what of it is ticked. */
interface ForApp { id: string; name: string; had: string[]; ticked: string[]; choices: ScopeChoice[] }

/** Words for one application. */
export interface Consequence { app: string; words: string[] }

export class AccountChange {
  until = $state("");
  apps: ForApp[] = $state([]);
  wrong: string | null = $state(null);
  readonly act = new Act();
  readonly #account: ServiceAccountRow;
  readonly #scopes: ScopeChoice[];
  readonly #api: Pick<Api, "serviceAccountChange">;

  constructor(api: Pick<Api, "serviceAccountChange">, account: ServiceAccountRow, scopes: ScopeChoice[]) {
    this.#api = api;
    this.#account = account;
    this.#scopes = scopes;
    this.until = account.until;
    this.apps = account.apps.map(({ id, name, scopes: had }) => this.#forApp(id, name || id, had));
  }

  /** What of `apps` it can be for from now on, too. */
  others(apps: CoreAppRow[]): CoreAppRow[] {
    return apps.filter(({ id }) => !this.apps.some((one) => one.id === id));
  }

  also({ id, name }: CoreAppRow): void {
    this.apps.push(this.#forApp(id, name, []));
  }

  tick(app: string, scope: string, on: boolean): void {
    const found = this.apps.find((one) => one.id === app);
    if (found === undefined) return;
    const rest = found.ticked.filter((one) => one !== scope);
    found.ticked = on ? [...rest, scope] : rest;
  }

  /** What is shared no more. */
  get gone(): Consequence[] {
    return this.#each(({ had, ticked }) => (ticked.length === 0 ? [] : had.filter((scope) => !ticked.includes(scope))));
  }

  /** The applications that it is taken out of. */
  get left(): string[] {
    return this.apps.filter(({ had, ticked }) => had.length > 0 && ticked.length === 0).map(({ name }) => name);
  }

  /** What the person is asked about. */
  get asked(): Consequence[] {
    return this.#each(({ had, ticked }) => ticked.filter((scope) => !had.includes(scope)));
  }

  get end(): "same" | "earlier" | "later" {
    if (this.until === "" || this.until === this.#account.until) return "same";
    return this.until < this.#account.until ? "earlier" : "later";
  }

  /** It may see more, or longer: that needs a code, and for what is more the person is asked. */
  get isMore(): boolean {
    return this.asked.length > 0 || this.end === "later";
  }

  /** Something holds without a question. */
  get atOnce(): boolean {
    return this.gone.length > 0 || this.left.length > 0 || this.end !== "same";
  }

  /** It would be for nothing at all. */
  get isNothing(): boolean {
    return this.apps.every(({ ticked }) => ticked.length === 0);
  }

  get ready(): boolean {
    return this.until !== "" && !this.isNothing && (this.isMore || this.atOnce);
  }

  /** What is to be another way; the rest is not named. */
  get draft(): ServiceAccountChange {
    const apps = this.apps.filter(({ had, ticked }) => had.length !== ticked.length || ticked.some((scope) => !had.includes(scope)));
    return { until: this.end === "same" ? null : this.until, apps: apps.map(({ id, ticked }) => ({ id, scopes: [...ticked] })) };
  }

  /** How many questions wait then; null when nothing was changed, and `wrong` says why. */
  async change(): Promise<number | null> {
    let waiting: number | null = null;
    this.wrong = null;
    const done = await this.act.run(async () => {
      waiting = await this.#api.serviceAccountChange(this.#account.id, this.draft);
    });
    if (!done) this.wrong = wrongOf(this.act);
    return waiting;
  }

  /** What it has is among the choices, though it may have been named by hand. */
  #forApp(id: string, name: string, had: ScopeChoice[]): ForApp {
    const scopes = had.map(({ scope }) => scope);
    const rare = had.filter(({ scope }) => !this.#scopes.some((one) => one.scope === scope));
    return { id, name, had: scopes, ticked: scopes, choices: [...this.#scopes, ...rare] };
  }

  #each(of: (app: ForApp) => string[]): Consequence[] {
    const all = this.apps.map((app) => {
      const scopes = of(app);
      return { app: app.name, words: app.choices.filter(({ scope }) => scopes.includes(scope)).map(({ words }) => words) };
    });
    return all.filter(({ words }) => words.length > 0);
  }
}
