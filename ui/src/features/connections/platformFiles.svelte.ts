// A platform from a file: chosen, looked at, and then added exactly as it was shown.
import type { Api } from "../../ipc/client";
import type { PlatformFile } from "../../ipc/types";
import { Act } from "../../shared/load.svelte";

export class PlatformFiles {
  readonly act = new Act();
  file: PlatformFile | null = $state.raw(null);
  readonly #api: Pick<Api, "platformChoose" | "platformAdd">;

  constructor(api: Pick<Api, "platformChoose" | "platformAdd">) {
    this.#api = api;
  }

  /** Lets the person choose a file; the one that is shown stays when none is chosen. */
  async choose(): Promise<void> {
    await this.act.run(async () => {
      this.file = (await this.#api.platformChoose()) ?? this.file;
    });
  }

  /** Adds what is shown; gives the platform's name, or nothing when it was not added. */
  async add(): Promise<string | null> {
    const draft = this.file?.draft ?? null;
    let name: string | null = null;
    if (draft === null) return null;
    await this.act.run(async () => {
      name = (await this.#api.platformAdd(draft)).name;
      this.file = null;
    });
    return name;
  }

  close(): void {
    this.file = null;
    this.act.error = null;
  }
}
