// A row that was set aside, corrected by the person: what they changed is sent, the importer reads it, and says what is still wrong.
import type { Api } from "../../ipc/client";
import type { RowFault, WholeAside } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "wholeAside" | "fixAside">;

export class FixRow {
  readonly whole = new Load<WholeAside>();
  readonly act = new Act();
  /** What the person wrote, by column. */
  #said: Record<number, string> = $state({});
  /** Cells about others that the person asked for. */
  shown: number[] = $state([]);
  fault: RowFault | null = $state.raw(null);
  readonly #api: Needs;
  readonly #place: [string, number, number];

  constructor(api: Needs, id: string, position: number, row: number) {
    this.#api = api;
    this.#place = [id, position, row];
  }

  async read(): Promise<void> {
    const whole = await this.whole.run(() => this.#api.wholeAside(...this.#place));
    if (whole === null) return;
    this.#said = {};
    this.fault = whole.fault;
  }

  /** A cell as it stands in its field. */
  text(at: number): string {
    return this.#said[at] ?? this.whole.value?.cells[at]?.value ?? "";
  }

  say(at: number, text: string): void {
    this.#said[at] = text;
  }

  show(at: number): void {
    this.shown.push(at);
  }

  /** What stands in the row beyond its columns; it can only be put into one of them. */
  get beyond(): string[] {
    const whole = this.whole.value;
    return whole === null ? [] : whole.cells.slice(whole.columns).map(({ value }) => value);
  }

  /** The cells that say something else than the file. */
  get changed(): [number, string][] {
    const cells = this.whole.value?.cells ?? [];
    const said = Object.entries(this.#said).map(([at, text]): [number, string] => [Number(at), text]);
    return said.filter(([at, text]) => text !== cells[at]?.value);
  }

  /** Whether the row is a part of the import now. */
  async take(): Promise<boolean> {
    let taken = false;
    await this.act.run(async () => {
      const fault = await this.#api.fixAside(...this.#place, this.changed);
      taken = fault === null;
      if (fault !== null) this.fault = fault;
    });
    return taken;
  }
}
