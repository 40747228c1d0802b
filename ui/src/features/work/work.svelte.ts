// Work: rows are asked for in pages as they come into view; the filter comes from the address; one record may be open beside them.
import type { Api } from "../../ipc/client";
import type { FilterOptions, RawCell, RecordDetail, RecordFilter, RecordPage, RecordRow } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { asAppError } from "../../ipc/client";
import { NO_FILTER, type Sort } from "./filter";

export const PAGE = 100;

type Needs = Pick<Api, "recordsPage" | "filterOptions" | "recordDetail" | "recordRaw" | "recordsSave">;

export class WorkPage {
  /** The first page: total, sentence and sums of the whole filter. */
  readonly head = new Load<RecordPage>();
  readonly options = new Load<FilterOptions>();
  readonly detail = new Load<RecordDetail>();
  readonly raw = new Load<RawCell[]>();
  readonly save = new Act();
  filter: RecordFilter = $state.raw(NO_FILTER);
  sort: Sort = $state("newest");
  selected: string | null = $state(null);
  /** How many pages arrived; read by `row`, so that a page that arrives draws its rows. */
  #version = $state(0);
  #pages = new Map<number, RecordRow[]>();
  #asked = new Set<number>();
  #turn = 0;
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  /** Shows what the filter leaves, from the top. */
  async show(filter: RecordFilter, sort: Sort): Promise<void> {
    this.filter = filter;
    this.sort = sort;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    const { filter, sort } = this;
    const page = await this.head.run(() => this.#api.recordsPage(filter, sort, 0, PAGE));
    if (page === null || turn !== this.#turn) return;
    this.#pages = new Map([[0, page.rows]]);
    this.#asked = new Set([0]);
    this.#version++;
  }

  async start(): Promise<void> {
    await this.options.run(() => this.#api.filterOptions());
  }

  /** Something changed in the vault: reads everything that is shown again. */
  async reread(): Promise<void> {
    await Promise.all([this.refresh(), this.start(), this.selected === null ? null : this.#ask(this.selected)]);
  }

  get total(): number {
    return this.head.value?.total ?? 0;
  }

  /** The row at a place, or null while its page is on its way. */
  row(index: number): RecordRow | null {
    void this.#version;
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null;
  }

  /** Asks for the pages that rows `first` to `end` lie in, each once. */
  async need(first: number, end: number): Promise<void> {
    const last = Math.min(end, this.total) - 1;
    if (last < first) return;
    const wanted: number[] = [];
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
      if (!this.#asked.has(page)) wanted.push(page);
    }
    await Promise.all(wanted.map((page) => this.#fetch(page)));
  }

  async #fetch(page: number): Promise<void> {
    const turn = this.#turn;
    this.#asked.add(page);
    try {
      const answer = await this.#api.recordsPage(this.filter, this.sort, page * PAGE, PAGE);
      if (turn !== this.#turn) return;
      this.#pages.set(page, answer.rows);
      this.#version++;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#asked.delete(page);
      this.head.error = asAppError(error);
    }
  }

  /** The place of a record among the rows that have arrived, or -1. */
  indexOf(id: string): number {
    void this.#version;
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * PAGE + at;
    }
    return -1;
  }

  /** The record before or after the open one; null at the ends. Loads its page if need be. */
  async neighbour(step: 1 | -1): Promise<RecordRow | null> {
    if (this.selected === null) return this.at(0);
    const at = this.indexOf(this.selected);
    return at < 0 ? this.at(0) : this.at(at + step);
  }

  async at(index: number): Promise<RecordRow | null> {
    if (index < 0 || index >= this.total) return null;
    await this.need(index, index + 1);
    return this.row(index);
  }

  /** Opens a record beside the list, or closes it. */
  async select(id: string | null): Promise<void> {
    if (id === this.selected && (id === null || this.detail.value?.row.id === id)) return;
    this.selected = id;
    this.raw.clear();
    if (id === null) this.detail.clear();
    else await this.#ask(id);
  }

  async #ask(id: string): Promise<void> {
    await this.detail.run(() => this.#api.recordDetail(id));
  }

  /** Every member of the raw row. */
  async showRaw(): Promise<void> {
    const { selected } = this;
    if (selected !== null) await this.raw.run(() => this.#api.recordRaw(selected));
  }

  /** Saves exactly the rows of this filter; returns where, or null if the person chose no place. */
  async saveAs(format: "csv" | "ndjson"): Promise<string | null> {
    return this.save.save(() => this.#api.recordsSave(this.filter, format));
  }
}
