// Adding a cooperative: its description is read, looked at, and then taken exactly as it was shown.
import type { Api } from "../../ipc/client";
import type { CooperativeLook, LookSource } from "../../ipc/types";
import { Act } from "../../shared/load.svelte";

type Needs = Pick<Api, "cooperativeCode" | "cooperativeLook" | "cooperativeAdd">;

/** Where a description comes from; a code only brings an address or a text. */
type From = LookSource["kind"] | "code";

export class Adding {
  readonly act = new Act();
  kind: From = $state("file");
  /** What is in the field was read from a code. */
  coded = $state(false);
  url = $state("");
  text = $state("");
  look: CooperativeLook | null = $state.raw(null);
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  /** There is something to read. */
  get ready(): boolean {
    return this.kind === "file" || this.kind === "code" || (this.kind === "url" ? this.url : this.text).trim() !== "";
  }

  get #source(): LookSource {
    if (this.kind === "url") return { kind: "url", url: this.url.trim() };
    // A text is taken as it is: a signature of the old key over it must still hold.
    return this.kind === "text" ? { kind: "text", text: this.text } : { kind: "file" };
  }

  /** Reads a description; nothing is added by it. Nothing changes when no file was chosen. */
  async read(): Promise<void> {
    if (!this.ready) return;
    if (this.kind === "code") return this.scan(null);
    await this.act.run(async () => {
      this.look = (await this.#api.cooperativeLook(this.#source)) ?? this.look;
    });
  }

  /**
   * Reads the code in a picture: one that was pasted, else a file. What it says is put into its field and nothing more: an address is fetched,
   * and a text looked at, when the person has seen it.
   */
  async scan(picture: string | null): Promise<void> {
    await this.act.run(async () => {
      const text = await this.#api.cooperativeCode(picture);
      if (text === null) return;
      if (/^https?:\/\/\S+$/i.test(text.trim())) {
        this.url = text.trim();
        this.kind = "url";
      } else {
        this.text = text;
        this.kind = "text";
      }
      this.coded = true;
    });
  }

  /** Adds what is shown. Returns its name, or nothing when it was not added. */
  async add(compared: boolean): Promise<string | null> {
    const { look } = this;
    if (look === null) return null;
    return (await this.act.run(() => this.#api.cooperativeAdd(look.look, compared))) ? look.name : null;
  }

  /** Back to the choice of where it comes from. */
  other(): void {
    this.look = null;
    this.coded = false;
    this.act.error = null;
  }
}
