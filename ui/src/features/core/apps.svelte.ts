// Applications of Rokwire Core: the list, admitting one, and the page of one.
import type { Api } from "../../ipc/client";
import type { CoreAppDetail, CoreAppRow, CoreBuild, CoreBuildHere, CoreConfig, CoreProvider, CoreSessions, JsonFault, ShownOnce } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { complaint } from "../developer/developer.svelte";

/** What one admitted application is shown once. */
export interface Once { what: "admitted" | "renewed" | "attached"; secret: string; name: string }

/** A build as it is typed: its versions in one line. */
export interface BuildForm { identifier: string; name: string; versions: string }

export function buildOf({ identifier, name, versions }: BuildForm): CoreBuild {
  return { identifier: identifier.trim(), name: name.trim(), versions: versions.split(/[\s,]+/).filter((version) => version !== "") };
}

export class CoreApps {
  readonly list = new Load<CoreAppRow[]>();
  readonly #api: Pick<Api, "coreApps">;

  constructor(api: Pick<Api, "coreApps">) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.list.run(() => this.#api.coreApps());
  }
}

/** The form that admits an application. */
export class Admission {
  name = $state("");
  code = $state("");
  multiTenant = $state(false);
  anonymous = $state(false);
  builds: BuildForm[] = $state([{ identifier: "", name: "", versions: "" }]);
  wrong: string | null = $state(null);
  readonly act = new Act();
  readonly #api: Pick<Api, "coreAppAdmit">;

  constructor(api: Pick<Api, "coreAppAdmit">) {
    this.#api = api;
  }

  get ready(): boolean {
    return this.name.trim() !== "" && this.code.trim() !== "" && this.builds.every((build) => build.identifier.trim() !== "");
  }

  more(): void {
    this.builds.push({ identifier: "", name: "", versions: "" });
  }

  less(at: number): void {
    this.builds.splice(at, 1);
  }

  /** Admits it: its id and its key, which is nowhere again. */
  async admit(): Promise<ShownOnce | null> {
    let made: ShownOnce | null = null;
    this.wrong = null;
    const draft = { name: this.name.trim(), code: this.code.trim(), multiTenant: this.multiTenant, anonymous: this.anonymous, services: [], builds: this.builds.map(buildOf) };
    const done = await this.act.run(async () => {
      made = await this.#api.coreAppAdmit(draft);
    });
    if (!done) this.wrong = wrongOf(this.act);
    return made;
  }
}

type PageApi = Pick<Api, "coreApp" | "coreBuildPut" | "coreBuildRemove" | "coreBuildWays" | "coreProviderAdd" | "coreProviderRemove" | "coreSessionsSet" | "coreAppUse" | "coreKeyAdd" | "coreKeyRemove" | "coreAppAttach" | "coreAppDetach" | "coreConfigPut" | "coreConfigRemove" | "grantRevoke" | "receiptSave">;

export const CORE_TABS = ["sees", "configs", "keys", "places"] as const;
export type CoreTab = (typeof CORE_TABS)[number];

export class CoreAppPage {
  readonly detail = new Load<CoreAppDetail>();
  readonly act = new Act();
  /** A key that was just made; it is shown until the dialog is closed, and nowhere again. */
  once: Once | null = $state.raw(null);
  readonly id: string;
  readonly #api: PageApi;

  constructor(api: PageApi, id: string) {
    this.#api = api;
    this.id = id;
  }

  async refresh(): Promise<void> {
    await this.detail.run(() => this.#api.coreApp(this.id));
  }

  async stop(grant: string): Promise<boolean> {
    return this.#done(() => this.#api.grantRevoke(grant));
  }

  async saveReceipt(grant: string): Promise<string | null> {
    return this.act.save(() => this.#api.receiptSave(grant));
  }

  /** Lets it use a service here, or no more; what that service sees of it ends then. */
  async use(service: string, on: boolean): Promise<boolean> {
    const detail = this.detail.value;
    if (detail === null) return false;
    const used = detail.services.filter((one) => (one.id === service ? on : one.used)).map((one) => one.id);
    return this.#done(() => this.#api.coreAppUse(this.id, used, detail.anonymous));
  }

  async anonymous(on: boolean): Promise<boolean> {
    const used = (this.detail.value?.services ?? []).filter((one) => one.used).map((one) => one.id);
    return this.#done(() => this.#api.coreAppUse(this.id, used, on));
  }

  /** One more key. The others go on until they are removed. */
  async newKey(): Promise<void> {
    await this.#done(async () => {
      const { secret } = await this.#api.coreKeyAdd(this.id);
      this.once = { what: "renewed", secret, name: this.detail.value?.row.name ?? "" };
    });
  }

  async removeKey(key: string): Promise<boolean> {
    return this.#done(() => this.#api.coreKeyRemove(this.id, key));
  }

  async attach(space: string, name: string): Promise<void> {
    await this.#done(async () => {
      const { secret } = await this.#api.coreAppAttach(this.id, space);
      this.once = { what: "attached", secret, name };
    });
  }

  /** Removes it from a space. Of this one the page is gone then. */
  async detach(space: string): Promise<boolean> {
    const here = this.detail.value?.spaces.find((one) => one.current)?.id === space;
    const done = await this.act.run(() => this.#api.coreAppDetach(this.id, space));
    if (done && !here) await this.refresh();
    return done;
  }

  /** Keeps a build; gives what is wrong with it, or nothing. */
  async putBuild(build: CoreBuild): Promise<string | null> {
    return (await this.#done(() => this.#api.coreBuildPut(this.id, build))) ? null : wrongOf(this.act);
  }

  /** Removes a build wherever the application is attached. */
  async removeBuild(identifier: string): Promise<boolean> {
    return this.#done(() => this.#api.coreBuildRemove(this.id, identifier));
  }

  /** Changes one way in of a build and leaves the other. */
  async ways({ identifier, unlock, anonymous }: CoreBuildHere, changed: { unlock?: boolean; anonymous?: boolean }): Promise<boolean> {
    const to = { unlock, anonymous, ...changed };
    return this.#done(() => this.#api.coreBuildWays(this.id, identifier, to.unlock, to.anonymous));
  }

  /** Lets a build know the person by a connection; gives what is wrong with that, or nothing. */
  async addProvider(identifier: string, connection: string): Promise<string | null> {
    return (await this.#done(() => this.#api.coreProviderAdd(this.id, identifier, connection))) ? null : wrongOf(this.act);
  }

  async removeProvider(identifier: string, connection: string): Promise<boolean> {
    return this.#done(() => this.#api.coreProviderRemove(this.id, identifier, connection));
  }

  /** Says how long sessions last; gives what is wrong with that, or nothing. */
  async sessions(sessions: CoreSessions): Promise<string | null> {
    return (await this.#done(() => this.#api.coreSessionsSet(this.id, sessions))) ? null : wrongOf(this.act);
  }

  /** Keeps settings; gives where they are no JSON object, what else is wrong, or nothing. */
  async putConfig(config: CoreConfig): Promise<JsonFault | string | null> {
    let fault: JsonFault | null = null;
    const done = await this.#done(async () => {
      fault = await this.#api.coreConfigPut(this.id, config);
    });
    return done ? fault : wrongOf(this.act);
  }

  async removeConfig({ build, version, ofSpace }: CoreConfig): Promise<boolean> {
    return this.#done(() => this.#api.coreConfigRemove(this.id, build, version, ofSpace));
  }

  async #done(act: () => Promise<unknown>): Promise<boolean> {
    const done = await this.act.run(act);
    if (done) await this.refresh();
    return done;
  }
}

/** The connections that a build could still know the person by: one of each platform. */
export function freeProviders(detail: CoreAppDetail, build: CoreBuildHere): CoreProvider[] {
  return detail.connections.filter((one) => !build.providers.some((known) => known.system === one.system));
}

/** What an act said, for the form it came from, which shows it instead of the page. */
export function wrongOf(act: Act): string | null {
  const { error } = act;
  act.error = null;
  return error === null ? null : complaint(error);
}

/** Where in a text a place is, counted in UTF-16 units, as text areas do. The column of a fault counts characters. */
export function offsetOf(text: string, { line, column }: JsonFault): number {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const inLine = [...(lines[line - 1] ?? "")].slice(0, Math.max(0, column - 1)).join("").length;
  return Math.min(text.length, before + inLine);
}
