// Bringing in files: choosing them, the folder that is looked through, and what was imported before.
import { api as realApi, on as realOn, type Api, type Listen } from "../../ipc/client";
import type { FoundFile, ImportPlatform, ImportView } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "imports" | "chooseImport" | "dropImport" | "importPlatforms" | "watchedFolder" | "watchFolder" | "stopWatching" | "foundInFolder">;

export class ChoosePage {
  readonly list = new Load<ImportView[]>();
  readonly platforms = new Load<ImportPlatform[]>();
  readonly folder = new Load<{ path: string | null; found: FoundFile[] }>();
  readonly act = new Act();
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await Promise.all([this.list.run(() => this.#api.imports()), this.platforms.run(() => this.#api.importPlatforms()), this.#look()]);
  }

  /** Asks again only for the imports, when one of them went on. */
  async hear(): Promise<void> {
    await this.list.run(() => this.#api.imports());
  }

  /** Opens the native dialog; gives the import whose check began, or nothing. */
  async choose(folder: boolean): Promise<string | null> {
    return this.act.save(() => this.#api.chooseImport(folder));
  }

  /** Begins the check of what was dropped, or found in the folder. */
  async take(paths: string[]): Promise<string | null> {
    return this.act.save(() => this.#api.dropImport(paths));
  }

  async watch(): Promise<void> {
    await this.act.run(() => this.#api.watchFolder());
    await this.#look();
  }

  async stopWatching(): Promise<void> {
    await this.act.run(() => this.#api.stopWatching());
    await this.#look();
  }

  async #look(): Promise<void> {
    await this.folder.run(async () => {
      const path = await this.#api.watchedFolder();
      return { path, found: path === null ? [] : await this.#api.foundInFolder() };
    });
  }
}

/** The imports that go on or wait for the person; other pages show that there are some. */
export class Going {
  readonly #all = new Load<ImportView[]>();
  readonly #api: Pick<Api, "imports">;

  constructor(api: Pick<Api, "imports"> = realApi) {
    this.#api = api;
  }

  get rows(): ImportView[] {
    const all = this.#all.error === null ? this.#all.value : null;
    return (all ?? []).filter(({ state }) => state === "running" || state === "paused" || state === "checked");
  }

  /** Follows until the returned function is called. */
  start(on: Listen = realOn): () => void {
    void this.#ask();
    return on("importChanged", () => void this.#ask());
  }

  async #ask(): Promise<void> {
    await this.#all.run(() => this.#api.imports());
  }
}
