// What the stand-in core remembers: one vault with two spaces and a made-up year of work.
import type { EventName } from "../client";
import type { AppError, Events, GrantRow, LockCause, Membership, PersonaField, ProjectRow, Settings, SpaceRow } from "../types";

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
  /** Whether there is a second factor; its one code is 287082. */
  factor = false;
  codeTaken = false;
  settings: Settings = { theme: "system", lockMinutes: 10, lockOnSleep: true, lockOnClose: true, singleKeys: true, clearClipboard: true, developer: false, status: 0, statusText: "", notifications: true, sounds: true, volume: 50, accent: "#A8431F", background: "none" };
  spaces: SpaceRow[] = [
    { id: "space-1", name: "Personal", madeUp: false, records: 4212, current: true },
    { id: "space-2", name: "Translations", madeUp: false, records: 318, current: false },
  ];
  persona: PersonaField[] = people();
  projects: ProjectRow[] = [
    {
      id: "project-1",
      texts: { name: "Ledger", description: "Adds up what you earned", webpage: "https://ledger.example/about" },
      logo: null,
      live: false,
      platform: { id: "nabo", url: "https://nabo.example/api/ExportData", dialect: "current", min: 1, max: 5, success: 3, interval: 3600 },
      app: { id: "5b1f6c1e-7c7b-4b0f-9f0a-3a2f2b9d1c11", callback: "https://ledger.example/data", returns: ["https://ledger.example/back"], full: false, loopback: false },
    },
  ];
  memberships: Membership[] = [{ cooperative: "llumverda", name: "Llum Verda SCCL", number: "00412", roles: ["member"] }];
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

  /** What needs a code of the second factor is done once after one was taken. */
  passGuard(): void {
    const taken = this.codeTaken;
    this.codeTaken = false;
    if (this.factor && !taken) throw failure("VLT-170", "This needs a code of your second factor.", "Nothing was changed.", "Type the code that your authenticator shows now, or a recovery code.");
  }

  changed(what: Events["dataChanged"]["what"]): void {
    this.emit("dataChanged", { what });
  }
}

function people(): PersonaField[] {
  const apps = ["apps (basic profile)"];
  const field = (group: PersonaField["group"], name: string, label: string, value: string, kind: PersonaField["kind"] = "text", more: Partial<PersonaField> = {}): PersonaField => ({ field: name, label, value, kind, group, askedBy: [], usedBy: "", gotBy: "", ...more });
  return [
    field("kind", "kind", "This profile is of", "", "kind"),
    field("name", "first_name", "First name", "Marta", "text", { askedBy: [...apps, "cooperatives (“name”)", "registered services"], usedBy: "My Backpack" }),
    field("name", "middle_name", "Middle name", "", "text", { askedBy: apps }),
    field("name", "last_name", "Last name", "Vidal Serra", "text", { askedBy: [...apps, "cooperatives (“name”)", "registered services"], usedBy: "My Backpack" }),
    field("name", "gender", "Gender", "", "text", { askedBy: apps }),
    field("name", "birth_date", "Date of birth", "1994-05-17", "date", { askedBy: ["apps (by itself)"] }),
    field("name", "birth_year", "Year of birth", "", "year", { askedBy: ["registered services"] }),
    field("name", "tax_id", "Tax number", "", "text", { askedBy: ["cooperatives (“nif”)"] }),
    field("contact", "email", "E-mail address", "marta@example.org", "email", { askedBy: ["apps (profile with e-mail and telephone)", "cooperatives (“email”)"], gotBy: "Rent Letter" }),
    field("contact", "phone", "Telephone", "+34 600 000 000", "phone"),
    field("address", "address", "Street and number", "Carrer de Sants 41"),
    field("address", "zip_code", "Postal code", "08014"),
    field("address", "city", "Town", "Barcelona", "text", { usedBy: "My Backpack" }),
    field("address", "state", "Province or state", "Barcelona"),
    field("address", "country", "Country", "ES", "country"),
    field("languages", "language", "Language", "ca", "language"),
    field("languages", "languages", "Languages spoken", "es, en", "languages"),
    field("work", "company", "Company", ""),
    field("work", "department", "Department", ""),
    field("work", "position", "Position", "Courier"),
    field("organisation", "legal_name", "Legal name", "", "text", { askedBy: ["cooperatives (“name”)"] }),
    field("organisation", "representative_name", "Name of the representative", "", "text", { askedBy: ["cooperatives (“proxyname”)"] }),
    field("organisation", "representative_tax_id", "Tax number of the representative", "", "text", { askedBy: ["cooperatives (“proxynif”)"] }),
  ];
}
