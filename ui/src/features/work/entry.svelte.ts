// An entry of one's own: the form, what is wrong with it, and handing it to the core.
import type { Api } from "../../ipc/client";
import type { NewEntry, RecordKind } from "../../ipc/types";
import { Act } from "../../shared/load.svelte";

export type EntryFault = "title" | "day" | "start" | "end" | "amount" | "currency" | "distance";

const NUMBER = /^\d{1,9}([.,]\d{1,3})?$/;

export class EntryForm {
  kind: RecordKind = $state("work");
  title = $state("");
  day = $state("");
  start = $state("");
  end = $state("");
  amount = $state("");
  currency = $state("EUR");
  distance = $state("");
  note = $state("");
  /** Faults are shown only after a first try to keep the entry. */
  tried = $state(false);
  readonly act = new Act();
  readonly #api: Pick<Api, "entryAdd">;
  readonly #offset: (local: string) => string;

  /** `offset` gives the zone of this computer at a local time, such as "+01:00". */
  constructor(api: Pick<Api, "entryAdd">, today: string, offset: (local: string) => string = localOffset) {
    this.#api = api;
    this.#offset = offset;
    this.day = today;
  }

  get faults(): EntryFault[] {
    const found: EntryFault[] = [];
    if (this.title.trim() === "") found.push("title");
    if (!/^\d{4}-\d{2}-\d{2}$/.test(this.day)) found.push("day");
    if (this.start !== "" && !isClock(this.start)) found.push("start");
    if (this.end !== "" && (!isClock(this.end) || this.start === "")) found.push("end");
    if (this.amount.trim() !== "" && !/^-?\d{1,9}([.,]\d{1,4})?$/.test(this.amount.trim())) found.push("amount");
    if (this.amount.trim() !== "" && !/^[A-Za-z]{3}$/.test(this.currency.trim())) found.push("currency");
    if (this.distance.trim() !== "" && !NUMBER.test(this.distance.trim())) found.push("distance");
    return found;
  }

  /** The entry for the core: times with the zone of this computer, an end before the start counts as after midnight. */
  get entry(): NewEntry {
    const start = this.#moment(this.day, this.start || "00:00");
    const endDay = this.end < this.start ? nextDay(this.day) : this.day;
    const amount = this.amount.trim();
    return {
      kind: this.kind,
      type: null,
      title: this.title.trim(),
      start,
      end: this.end === "" ? null : this.#moment(endDay, this.end),
      amountText: amount === "" ? null : amount.replace(",", "."),
      currency: amount === "" ? null : this.currency.trim().toUpperCase(),
      distanceKm: this.distance.trim() === "" ? null : this.distance.trim().replace(",", "."),
      note: this.note.trim() === "" ? null : this.note.trim(),
    };
  }

  /** Keeps the entry; returns its id, or null when something is missing or the core refused. */
  async keep(): Promise<string | null> {
    this.tried = true;
    if (this.faults.length > 0) return null;
    let id: string | null = null;
    await this.act.run(async () => {
      id = await this.#api.entryAdd(this.entry);
    });
    return id;
  }

  #moment(day: string, clock: string): string {
    const local = `${day}T${clock.slice(0, 5)}:00`;
    return local + this.#offset(local);
  }
}

function isClock(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d(:\d\d)?$/.test(text);
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The zone of this computer at a local time. */
export function localOffset(local: string): string {
  const minutes = -new Date(local).getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}
