// What the stand-in core remembers: one vault with two spaces and a made-up year of work.
import type { EventName } from "../client";
import type { AppError, Events, GrantRow, LockCause, PersonaField, Settings, SpaceRow } from "../types";

export interface Start {
  state: "none" | "locked" | "unlocked";
  cause: LockCause;
  keyring: boolean;
  damaged: boolean;
  empty: boolean;
  kit: boolean;
}

/** The three parts of a failure, as the core words them. */
export function failure(code: string, title: string, safe: string, todo: string): AppError {
  return { code, title, safe, todo, details: null };
}

/** The moment at which the made-up world stands still. */
export const NOW = "2026-11-22T09:20:00+01:00";

export class World {
  state: Start["state"];
  cause: LockCause;
  keyring: boolean;
  damaged: boolean;
  /** No data yet. */
  empty: boolean;
  practice = false;
  passphrase = "otter-carries-seven-lamps";
  name = "Personal";
  place = "~/.local/share/org.satchel.Satchel/vault/Personal.satchel";
  failedAttempts = 0;
  hasRecovery = true;
  kit: string[] | null = null;
  settings: Settings = { theme: "system", lockMinutes: 10, lockOnSleep: true, lockOnClose: true, singleKeys: true, clearClipboard: true };
  spaces: SpaceRow[] = [
    { id: "space-1", name: "Personal", madeUp: false, records: 4212, current: true },
    { id: "space-2", name: "Translations", madeUp: false, records: 318, current: false },
  ];
  persona: PersonaField[] = people();
  grants: GrantRow[] = [];
  /** Free room for the groups to remember what was done in them. */
  notes = new Map<string, unknown>();

  #handlers = new Map<EventName, Set<(payload: never) => void>>();

  constructor({ state = "unlocked", cause = "started", keyring = false, damaged = false, empty = false, kit = false }: Partial<Start>) {
    this.state = state;
    this.cause = cause;
    this.keyring = keyring;
    this.damaged = damaged;
    this.empty = empty;
    this.hasRecovery = !kit;
  }

  on<E extends EventName>(event: E, handler: (payload: Events[E]) => void): () => void {
    const all = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, all);
    all.add(handler as (payload: never) => void);
    return () => void all.delete(handler as (payload: never) => void);
  }

  emit<E extends EventName>(event: E, payload: Events[E]): void {
    for (const handler of this.#handlers.get(event) ?? []) (handler as (payload: Events[E]) => void)(payload);
  }

  changed(what: Events["dataChanged"]["what"]): void {
    this.emit("dataChanged", { what });
  }
}

function people(): PersonaField[] {
  const field = (name: string, label: string, value: string, usedBy = "", kind: PersonaField["kind"] = "text"): PersonaField => ({ field: name, label, value, usedBy, kind });
  return [
    field("first_name", "First name", "Marta", "My Backpack"),
    field("middle_name", "Middle name", ""),
    field("last_name", "Last name", "Vidal Serra", "My Backpack"),
    field("email", "E-mail address", "marta@example.org", "", "email"),
    field("phone", "Phone", "+34 600 000 000", "", "phone"),
    field("birth_date", "Birth date", "1994-05-17", "", "date"),
    field("address", "Street and number", "Carrer de Sants 41"),
    field("zip_code", "Postal code", "08014"),
    field("city", "City", "Barcelona", "My Backpack"),
    field("state", "Province", "Barcelona"),
    field("country", "Country", "ES", "", "country"),
    field("tax_id", "Tax number", "", ""),
    field("language", "Language", "ca", "", "language"),
    field("languages", "Other languages", "es, en", "", "language"),
    field("company", "Company", ""),
    field("position", "Position", "Courier"),
    field("department", "Department", ""),
    field("gender", "Gender", ""),
  ];
}
