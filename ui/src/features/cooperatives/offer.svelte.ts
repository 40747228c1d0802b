// The form of a service that is offered: its words, what it needs to know, and for whom it is not.
import type { OfferedService, OfferRule } from "../../ipc/types";

/** The names that both sides know. A description of a vault has no others. */
export const FIELDS = ["name", "nif", "address", "postalcode", "city", "state", "country", "phone", "email", "lang", "langs", "innerid", "peerroles", "proxyname", "proxynif"] as const;
export const RULES = ["peer", "member", "nif", "role"] as const satisfies readonly OfferRule["kind"][];
export const LANGUAGES = ["en", "ca", "es"] as const;

const NEW: OfferedService = { id: "", name: { es: "", ca: "", en: "" }, description: { es: "", ca: "", en: "" }, fields: [], offered: false, refused: [] };

export class Offer {
  readonly was: OfferedService | null;
  id = $state("");
  name = $state({ ...NEW.name });
  description = $state({ ...NEW.description });
  fields: string[] = $state([]);
  offered = $state(false);
  rules: OfferRule[] = $state([]);

  constructor(was: OfferedService | null) {
    this.was = was;
    const from = was ?? NEW;
    const known: readonly string[] = FIELDS;
    this.id = from.id;
    this.name = { ...from.name };
    this.description = { ...from.description };
    this.fields = from.fields.filter((field) => known.includes(field));
    this.offered = from.offered;
    this.rules = from.refused.map((rule) => ({ ...rule }));
  }

  /** Without a name nobody could tell what it is. */
  get named(): boolean {
    return LANGUAGES.some((language) => this.name[language].trim() !== "");
  }

  need(field: string, needed: boolean): void {
    const others = this.fields.filter((one) => one !== field);
    this.fields = needed ? [...others, field] : others;
  }

  addRule(): void {
    this.rules = [...this.rules, { kind: "member", value: "", peer: null }];
  }

  /** Another kind of exception begins without a value: what names a person names no cooperative. */
  ruleKind(rule: OfferRule, kind: OfferRule["kind"]): void {
    if ((rule.kind === "peer") !== (kind === "peer")) rule.value = "";
    rule.kind = kind;
  }

  removeRule(at: number): void {
    this.rules = this.rules.filter((_, index) => index !== at);
  }

  /** As it is kept; an exception without a value is none, and one for a whole cooperative holds nowhere else. */
  get service(): OfferedService {
    const trim = (words: OfferedService["name"]) => ({ es: words.es.trim(), ca: words.ca.trim(), en: words.en.trim() });
    const refused = this.rules.map((rule) => ({ kind: rule.kind, value: rule.value.trim(), peer: rule.kind === "peer" ? null : rule.peer })).filter((rule) => rule.value !== "");
    return { id: this.id.trim(), name: trim(this.name), description: trim(this.description), fields: [...this.fields], offered: this.offered, refused };
  }
}
