// The profile: fields in their groups, each kept when it is left; and the person's cooperatives.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppError, FieldGroup, Membership, PersonaField } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { toasts } from "../../shared/toasts.svelte";

/** The groups in their order on the page. Whom the profile is of stands before all. */
export const GROUPS = ["organisation", "name", "contact", "address", "languages", "work"] as const satisfies readonly FieldGroup[];

/** What the core said of a value that it did not take, without the field's inner name. */
export function complaint(error: AppError): string {
  const why = error.details?.replace(/^[^:]*: /, "");
  return why ? t("settings.notKept", { why, code: error.code }) : `${error.title} ${error.code}`;
}

export class Profile {
  fields: PersonaField[] | null = $state.raw(null);
  error: AppError | null = $state.raw(null);
  /** The field that the core did not take, with its reason. */
  wrong: { field: string; text: string } | null = $state.raw(null);

  #api: Pick<Api, "persona" | "personaSet">;

  constructor(api: Pick<Api, "persona" | "personaSet"> = real) {
    this.#api = api;
  }

  read = async (): Promise<void> => {
    try {
      this.fields = await this.#api.persona();
      this.error = null;
    } catch (error) {
      this.error = asAppError(error);
    }
  };

  /** Whom the profile is of. */
  get whose(): PersonaField | null {
    return this.fields?.find((field) => field.kind === "kind") ?? null;
  }

  get isOrganisation(): boolean {
    return this.whose?.value === "organization";
  }

  /** The groups that are shown, with their fields: an organisation has one more. */
  get groups(): { name: (typeof GROUPS)[number]; fields: PersonaField[] }[] {
    const shown = GROUPS.filter((group) => group !== "organisation" || this.isOrganisation);
    return shown.map((name) => ({ name, fields: (this.fields ?? []).filter((field) => field.group === name) })).filter((group) => group.fields.length > 0);
  }

  /** Keeps a field when it is left; the old value can be had back for ten seconds. */
  async keep(field: PersonaField, value: string): Promise<void> {
    const wanted = value.trim();
    if (wanted === field.value) {
      if (this.wrong?.field === field.field) this.wrong = null;
      return;
    }
    this.wrong = null;
    try {
      await this.#api.personaSet(field.field, wanted);
      toasts.undoable(t("settings.kept", { field: field.label }), t("toast.undo"), () => void this.keep({ ...field, value: wanted }, field.value));
      await this.read();
    } catch (error) {
      this.wrong = { field: field.field, text: complaint(asAppError(error)) };
    }
  }
}

export class Cooperatives {
  rows: Membership[] | null = $state.raw(null);
  error: AppError | null = $state.raw(null);
  busy = $state(false);
  /** What is typed in the form; null while it is closed. `was` is the cooperative that is edited. */
  form: { was: Membership | null; name: string; cooperative: string; number: string; roles: string } | null = $state(null);
  wrong: string | null = $state(null);

  #api: Pick<Api, "memberships" | "membershipPut" | "membershipRemove">;

  constructor(api: Pick<Api, "memberships" | "membershipPut" | "membershipRemove"> = real) {
    this.#api = api;
  }

  read = async (): Promise<void> => {
    try {
      this.rows = await this.#api.memberships();
      this.error = null;
    } catch (error) {
      this.error = asAppError(error);
    }
  };

  open(was: Membership | null): void {
    this.wrong = null;
    this.form = { was, name: was?.name ?? "", cooperative: was?.cooperative ?? "", number: was?.number ?? "", roles: was?.roles.join(", ") ?? "" };
  }

  close(): void {
    this.form = null;
  }

  async save(): Promise<void> {
    if (this.form === null || this.busy) return;
    const { was, name, cooperative, number, roles } = this.form;
    const id = cooperative.trim().toLowerCase();
    if (was === null && this.rows?.some((row) => row.cooperative === id)) {
      this.wrong = t("coops.there");
      return;
    }
    const said: Membership = { name, cooperative: was?.cooperative ?? id, number, roles: roles.split(",").map((role) => role.trim()).filter((role) => role !== "") };
    this.busy = true;
    try {
      await this.#api.membershipPut(said);
      this.form = null;
      toasts.say(t("coops.kept", { name: name.trim() }));
      await this.read();
    } catch (error) {
      this.wrong = complaint(asAppError(error));
    } finally {
      this.busy = false;
    }
  }

  /** Removes one; it can be had back for ten seconds. */
  async remove(row: Membership): Promise<void> {
    try {
      await this.#api.membershipRemove(row.cooperative);
      toasts.undoable(t("coops.removed", { name: row.name }), t("toast.undo"), () => void this.#back(row));
      await this.read();
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  async #back(row: Membership): Promise<void> {
    try {
      await this.#api.membershipPut(row);
      await this.read();
    } catch (error) {
      this.error = asAppError(error);
    }
  }
}
