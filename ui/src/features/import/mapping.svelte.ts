// What the columns of an unknown file mean, said by the person. After every choice the file is checked again, so what is shown is what would
// be stored.
import type { Api } from "../../ipc/client";
import type { ImportView, Mapping, MappingTable } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "mappingTable" | "applyMapping" | "mappings" | "saveMapping" | "removeMapping" | "import">;

export const KINDS = ["work", "payment", "rating", "review"] as const;
/** What a column can be besides a member of a record. */
export const NOTHING = "";
export const PERSON = "person";
export const CURRENCY = "currency";
/** So long after the last choice the file is checked with it. */
export const WAIT = 350;
/** Without one of these no record has a time. */
const START = "start";
/** What several columns can be at once. */
const SHARED = [PERSON, "extra"];

export type Fault = "name" | "start" | "currency";

export class MappingPage {
  readonly table = new Load<MappingTable>();
  readonly preview = new Load<ImportView>();
  readonly saved = new Load<Mapping[]>();
  readonly act = new Act();
  name = $state("");
  kind: string = $state("work");
  /** By the place of the column: a member, `PERSON`, `CURRENCY` or `NOTHING`. */
  meaning: string[] = $state([]);
  dateFormat = $state("");
  timeZone = $state("");
  decimal = $state(".");
  currency = $state("");
  /** Faults are shown once the person wants to go on. */
  tried = $state(false);
  readonly #api: Needs;
  readonly #id: string;
  readonly #position: number;
  #clock: ReturnType<typeof setTimeout> | null = null;
  #applied: Promise<unknown> = Promise.resolve();
  /** Checks that were begun and not answered yet: news of an earlier one says nothing of them. */
  #beginning = 0;

  constructor(api: Needs, id: string, position: number, zone: string = Intl.DateTimeFormat().resolvedOptions().timeZone) {
    this.#api = api;
    this.#id = id;
    this.#position = position;
    this.timeZone = zone;
  }

  async read(): Promise<void> {
    const [table] = await Promise.all([this.table.run(() => this.#api.mappingTable(this.#id, this.#position)), this.saved.run(() => this.#api.mappings())]);
    if (table === null) return;
    this.name = table.file.replace(/\.[A-Za-z0-9]{1,5}$/, "");
    this.decimal = guessDecimal(table);
    this.meaning = table.columns.map(({ guess }) => guess ?? NOTHING);
    this.dateFormat = proposedFormat(table);
    if (table.mapping !== null) this.use(table.mapping);
    else this.changed();
  }

  /** Takes over a mapping that is remembered, for the columns that this file has. */
  use(mapping: Mapping): void {
    const columns = this.table.value?.columns ?? [];
    this.name = mapping.name;
    this.kind = mapping.kind;
    this.dateFormat = mapping.dateFormat;
    this.timeZone = mapping.timeZone;
    this.decimal = mapping.decimal;
    this.currency = mapping.currency;
    this.meaning = columns.map(({ name }) => {
      if (mapping.person.includes(name)) return PERSON;
      if (mapping.currencyColumn === name) return CURRENCY;
      return mapping.columns.find(({ column }) => column === name)?.member ?? NOTHING;
    });
    this.changed();
  }

  /** Says what a column is. A member belongs to one column only. */
  choose(at: number, meaning: string): void {
    this.meaning = this.meaning.map((one, place) => (place === at ? meaning : one === meaning && !SHARED.includes(meaning) ? NOTHING : one));
    this.changed();
  }

  /** A choice changed: the file is checked with it after a moment. */
  changed(): void {
    if (this.#clock !== null) clearTimeout(this.#clock);
    this.#clock = null;
    if (this.faults.length > 0) return;
    this.#clock = setTimeout(() => void this.#check(), WAIT);
  }

  leave(): void {
    if (this.#clock !== null) clearTimeout(this.#clock);
    this.#clock = null;
  }

  get faults(): Fault[] {
    const found: Fault[] = [];
    if (this.name.trim() === "") found.push("name");
    if (!this.meaning.includes(START)) found.push("start");
    if (this.#hasMoney && !this.meaning.includes(CURRENCY) && !/^[A-Z]{3}$/.test(this.currency.trim().toUpperCase())) found.push("currency");
    return found;
  }

  get mapping(): Mapping {
    const columns = this.table.value?.columns ?? [];
    const of = (wanted: string) => columns.filter((_, at) => this.meaning[at] === wanted).map(({ name }) => name);
    const special = [NOTHING, PERSON, CURRENCY];
    return {
      name: this.name.trim(),
      platform: this.table.value?.platform ?? this.table.value?.mapping?.platform ?? slug(this.name),
      kind: this.kind,
      columns: columns.flatMap(({ name }, at) => (special.includes(this.meaning[at] ?? NOTHING) ? [] : [{ column: name, member: this.meaning[at] ?? "" }])),
      dateFormat: this.dateFormat,
      timeZone: this.timeZone.trim(),
      decimal: this.decimal,
      currency: this.currency.trim().toUpperCase(),
      currencyColumn: of(CURRENCY)[0] ?? null,
      person: of(PERSON),
    };
  }

  /** Checks with what is chosen now; returns whether the import can go on with it. */
  async apply(): Promise<boolean> {
    this.tried = true;
    if (this.faults.length > 0) return false;
    this.leave();
    await this.#check(true);
    return this.preview.error === null;
  }

  /** News of the check of this file, where it takes a while. */
  async hear({ id }: { id: string }): Promise<void> {
    if (id === this.#id && this.preview.value !== null && this.#beginning === 0) await this.#look();
  }

  async save(): Promise<string | null> {
    if (!(await this.apply())) return null;
    return this.act.save(() => this.#api.saveMapping(this.mapping.name));
  }

  async forget(name: string): Promise<void> {
    await this.act.run(() => this.#api.removeMapping(name));
    await this.saved.run(() => this.#api.mappings());
  }

  get #hasMoney(): boolean {
    return this.meaning.includes("amount");
  }

  /** Only what the person goes on with is remembered. */
  async #check(keep = false): Promise<void> {
    const mapping = this.mapping;
    const apply = () => this.#api.applyMapping(this.#id, this.#position, mapping, keep);
    // One behind the other: the file stays checked with the last choice.
    const answer = this.#applied.then(apply, apply);
    this.#applied = answer;
    this.#beginning += 1;
    const begun = await this.preview.run(() => answer);
    this.#beginning -= 1;
    // The check may have ended, and told so, while this answer was on its way.
    if (begun?.state === "checking") await this.#look();
  }

  async #look(): Promise<void> {
    await this.preview.run(() => this.#api.import(this.#id));
  }
}

/** "Hours, 2026" → "hours-2026": what records of an own mapping are filed under. */
export function slug(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return plain === "" ? "file" : plain;
}

/** The way of writing dates that looks like the first values of the column that says when; the person sees at once whether it fits. */
export function proposedFormat({ columns, dateFormats }: Pick<MappingTable, "columns" | "dateFormats">): string {
  const samples = columns.find(({ guess }) => guess === START)?.samples ?? [];
  const wanted = shapeOf(samples[0] ?? "");
  const like = dateFormats.filter((format) => shapeOf(format) === wanted);
  // Where a second number is more than 12, the month comes first.
  const monthFirst = samples.some((text) => Number(/^\d{1,2}\D(\d{1,2})\D/.exec(text.trim())?.[1] ?? 0) > 12);
  return (monthFirst ? like.find((format) => /^12\D31/.test(format)) : like[0]) ?? dateFormats[0] ?? "";
}

/** "02/11/2026 18:42" → "d/d/y": how the date of a time is written. */
function shapeOf(text: string): string {
  return (text.trim().split(/[ T](?=\d{1,2}:)/)[0] ?? "").replace(/\d+/g, (digits) => (digits.length === 4 ? "y" : digits.length > 4 ? "n" : "d")).replace(/\p{L}{2,}/gu, "a");
}

/** The sign before the last digits of what looks like money. */
function guessDecimal(table: MappingTable): "." | "," {
  const samples = table.columns.flatMap(({ samples: all }) => all);
  const commas = samples.filter((text) => /^-?[\d. ]*\d,\d{1,2}$/.test(text.trim())).length;
  const points = samples.filter((text) => /^-?[\d, ]*\d\.\d{1,2}$/.test(text.trim())).length;
  return commas > points ? "," : ".";
}
