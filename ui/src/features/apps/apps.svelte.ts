// Apps: the list, reading the description of one at an address, and the page of an installed one.
import type { Api } from "../../ipc/client";
import type { AppDetail, AppReview, AppRow } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

export type AppTab = "sees" | "messages" | "settings" | "received" | "questions" | "network";
export const APP_TABS: readonly AppTab[] = ["sees", "messages", "settings", "received", "questions", "network"];

export class AppsPage {
  readonly list = new Load<AppRow[]>();
  readonly opening = new Act();
  address = $state("");
  readonly #api: Pick<Api, "apps" | "appOpen">;

  constructor(api: Pick<Api, "apps" | "appOpen">) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.list.run(() => this.#api.apps());
  }

  get seeing(): AppRow[] {
    return (this.list.value ?? []).filter((app) => app.sees.length > 0);
  }

  get blind(): AppRow[] {
    return (this.list.value ?? []).filter((app) => app.sees.length === 0);
  }

  async open(id: string): Promise<void> {
    await this.opening.run(() => this.#api.appOpen(id));
  }

  /** Where the description of the typed address is read, or null while nothing is typed. */
  get reviewRoute(): string | null {
    const address = withScheme(this.address.trim());
    return address === "" ? null : `/apps/review?url=${encodeURIComponent(setAside(address))}`;
  }
}

/** Addresses with secrets in them, by what is shown of them. */
const aside = new Map<string, string>();

/** The address without secrets of version 5, for the route; the whole one is kept until it is read. */
function setAside(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  const secrets = ["reqtoken", "restoken"].filter((name) => url.searchParams.has(name));
  if (secrets.length === 0) return address;
  secrets.forEach((name) => url.searchParams.delete(name));
  aside.set(url.href, address);
  return url.href;
}

/** People leave out the scheme; on this computer there is no certificate. */
export function withScheme(address: string): string {
  if (address === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return address;
  return /^(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/i.test(address) ? `http://${address}` : `https://${address}`;
}

export class ReviewPage {
  readonly review = new Load<AppReview>();
  readonly install = new Act();
  readonly #api: Pick<Api, "appReview" | "appInstall">;

  constructor(api: Pick<Api, "appReview" | "appInstall">) {
    this.#api = api;
  }

  /** Reads the description at an address. Nothing of the app runs. */
  async read(url: string): Promise<void> {
    this.install.error = null;
    await this.review.run(() => this.#api.appReview(aside.get(url) ?? url));
    if (this.review.value !== null) aside.delete(url);
  }

  /** Installs exactly what was shown; returns the app's id. */
  async accept(): Promise<string | null> {
    const review = this.review.value;
    let id: string | null = null;
    if (review === null) return null;
    await this.install.run(async () => {
      id = await this.#api.appInstall(review.review);
    });
    return id;
  }
}

type AppPageApi = Pick<
  Api,
  | "appDetail"
  | "appOpen"
  | "appOpenGuest"
  | "appUseNew"
  | "appKeepOld"
  | "appRemove"
  | "appDeleteStored"
  | "appAskAgain"
  | "appMessagesRead"
  | "appMessagesClear"
  | "appLookAgain"
  | "appExitClose"
  | "appLink"
  | "grantRevoke"
  | "receiptSave"
>;

export class AppPage {
  readonly detail = new Load<AppDetail>();
  readonly act = new Act();
  tab: AppTab = $state("sees");
  /** What is asked before it is done. */
  asking: "remove" | "deleteStored" | null = $state(null);
  readonly id: string;
  readonly #api: AppPageApi;

  constructor(api: AppPageApi, id: string) {
    this.#api = api;
    this.id = id;
  }

  async refresh(): Promise<void> {
    await this.detail.run(() => this.#api.appDetail(this.id));
  }

  async open(): Promise<void> {
    await this.act.run(() => this.#api.appOpen(this.id));
  }

  async openGuest(): Promise<void> {
    await this.act.run(() => this.#api.appOpenGuest(this.id));
  }

  async readMessages(): Promise<void> {
    await this.act.run(() => this.#api.appMessagesRead(this.id));
    await this.refresh();
  }

  async clearMessages(): Promise<boolean> {
    const done = await this.act.run(() => this.#api.appMessagesClear(this.id));
    await this.refresh();
    return done;
  }

  /** Reads its description now; whether its server answered, or null when it could not be tried. */
  async lookAgain(): Promise<boolean | null> {
    let answered: boolean | null = null;
    await this.act.run(async () => {
      answered = await this.#api.appLookAgain(this.id);
    });
    await this.refresh();
    return answered;
  }

  /** Closes a way out that was opened for good. */
  async closeExit(way: string, target: string): Promise<boolean> {
    const done = await this.act.run(() => this.#api.appExitClose(this.id, way, target));
    await this.refresh();
    return done;
  }

  /** Opens a link of the app's own words in the browser. */
  async follow(to: string): Promise<void> {
    await this.act.run(() => this.#api.appLink(to));
  }

  /** Ends one grant; from the next message on the app gets nothing by it. */
  async stop(grant: string): Promise<boolean> {
    const done = await this.act.run(() => this.#api.grantRevoke(grant));
    await this.refresh();
    return done;
  }

  /** The person looked at the newer version, as it is shown, and takes it or not. */
  async decide(use: boolean): Promise<boolean> {
    const shown = this.detail.value?.offer?.shown;
    if (shown === undefined) return false;
    const done = await this.act.run(() => (use ? this.#api.appUseNew(this.id, shown) : this.#api.appKeepOld(this.id, shown)));
    await this.refresh();
    return done;
  }

  /** Lets the app ask again for what it is always refused. */
  async askAgain(scope: string): Promise<boolean> {
    const done = await this.act.run(() => this.#api.appAskAgain(this.id, scope));
    await this.refresh();
    return done;
  }

  /** Saves the receipt of a grant; says where, or nothing. */
  async saveReceipt(grant: string): Promise<string | null> {
    return this.act.save(() => this.#api.receiptSave(grant));
  }

  async deleteStored(): Promise<boolean> {
    const done = await this.act.run(() => this.#api.appDeleteStored(this.id));
    if (done) this.asking = null;
    await this.refresh();
    return done;
  }

  async remove(): Promise<boolean> {
    return this.act.run(() => this.#api.appRemove(this.id));
  }
}
