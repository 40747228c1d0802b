// The stand-in's cooperatives: one in every standing of its key, transfers that ended in every way, and two packages that arrived.
import type { CooperativeCard, CooperativeCommands, CooperativeLook, Cooperatives, IncomingDetail, OfferedService, ServiceRow, TransferDraft, TransferRow, WorkRow } from "../types";
import { receiptOf, transfers } from "./transfers";
import { failure, NOW, type World } from "./world";

const KEY = "3F9A 22C1 77D0 B4E8 0C15 96AF E3B2 5D48 A1F6 0E97 C4D3 8B2A 61F5 D90E 4C7B 7D04";
const OTHER = "91B0 4E6D 02FA 88C3 D715 6B9E 30A4 CF28 5E81 B7D6 1A0F 94C2 E83B 7065 FD1C 2AB9";
const OWN = "6E01 B744 A93C 15D8 F20B 7E66 C4A1 893D 50FE 2B97 D618 E4C0 3A7F 91B5 0D6C 19D2";
const SHA = "b1f077c4e2a80d5f9e3361ab74de03c18b6a55f07e2d4c9a31b8e6f0d7c290d3";

const service = (id: string, name: string, needs: string, more: Partial<ServiceRow> = {}): ServiceRow => ({ id, name, description: "", image: null, privacyPolicy: null, activation: null, needs, missing: 0, state: "never", stateWords: "", transfer: null, ...more });

function card(id: string, name: string, letters: string, description: string, more: Partial<CooperativeCard>): CooperativeCard {
  return { id, name, description, monogram: { letters, tint: 5 }, logo: null, url: `https://${id}.example`, privacyPolicy: `https://${id}.example/privacy`, host: `api.${id}.example`, key: "checked", keyWords: "You checked its key on 8 Nov", fingerprint: KEY, waiting: null, strong: false, services: [], ...more };
}

/** A disc with a wave, so that a logo can be looked at. */
const LOGO = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44"><rect width="44" height="44" fill="#28603A"/><path d="M6 26q8-10 16 0t16 0" fill="none" stroke="#fff" stroke-width="4"/></svg>')}`;

const CARDS: CooperativeCard[] = [
  card("llumverda", "Llum Verda SCCL", "LV", "Green electricity, Catalonia", {
    strong: true,
    services: [
      service("contract", "Join as a member", "8 things: name, tax number, address, 5 more", { description: "Become a member with a share of 100 €.", state: "started", stateWords: "Sent 12 Nov", transfer: "transfer-accepted", privacyPolicy: "https://llumverda.example/members/privacy", activation: "https://llumverda.example/join", image: LOGO }),
      service("switchsupply", "Switch your electricity", "9 things, all of them in your profile", { description: "They take over your contract and tell your supplier." }),
    ],
  }),
  card("pedalcourier", "Pedal Courier Coop", "PC", "Couriers who own their platform", {
    logo: LOGO,
    keyWords: "You checked its key on 2 Oct",
    services: [
      service("apply", "Apply with your track record", "5 things, 1 is missing in your profile", { missing: 1, description: "Say how much you have worked, and start where you are." }),
      service("bikecover", "Insure your bicycle", "4 things, all of them in your profile", { state: "stopped", stateWords: "Stopped 3 Nov", transfer: "transfer-foreign" }),
    ],
  }),
  card("fonsmutual", "Fons Mutual", "FM", "Sick pay for the self-employed", { key: "unchecked", keyWords: "Key not checked yet", services: [service("offer", "Ask for an offer", "6 things: name, age, yearly income, 3 more")] }),
  card("bancanostra", "Banca Nostra", "BN", "Ethical bank", { key: "changed", keyWords: "Its key changed on 20 Nov", waiting: { fingerprint: OTHER, words: "The key differs from the one you checked on 2 May." }, services: [service("account", "Open an account", "7 things, all of them in your profile")] }),
  card("hortcomu", "Hort Comú", "HC", "Vegetables from the neighbourhood", { key: "none", keyWords: "It gave no key", fingerprint: "", privacyPolicy: "", services: [service("basket", "A basket every week", "4 things, all of them in your profile")] }),
];

const INCOMING: IncomingDetail[] = [
  { id: "incoming-1", from: "Pedal Courier Coop", fromId: "pedalcourier", service: "Translate for us", at: "2026-11-21T16:40:00+01:00", expires: "2026-11-28T16:40:00+01:00", state: "waiting", fields: [{ label: "Name", value: ["Puig Soler, Aina"] }, { label: "E-mail", value: ["aina@example.org", "aina.puig@example.com"] }, { label: "Phone", value: ["+34 600 111 222"] }, { label: "Member number", value: ["00871"] }], raw: 'originpeer: "pedalcourier"\nname: "Puig Soler, Aina"\nemail:\n- "aina@example.org"\n- "aina.puig@example.com"\nphone:\n- "+34 600 111 222"\ninnerid: "00871"\n', repeats: 2, notes: ["It was not sent with the signed extras, so it could have been copied by others."] },
  { id: "incoming-2", from: "Llum Verda SCCL", fromId: "llumverda", service: "Logo work", at: "2026-11-18T09:05:00+01:00", expires: "2026-12-18T09:05:00+01:00", state: "accepted", fields: [{ label: "Name", value: ["Ros Camps, Biel"] }, { label: "E-mail", value: ["biel@example.org"] }], raw: 'originpeer: "llumverda"\nname: "Ros Camps, Biel"\nemail: "biel@example.org"\n', repeats: 0, notes: [] },
];

const OFFERED: OfferedService[] = [
  { id: "translation", name: { es: "Traducir", ca: "Traduir", en: "Translate for us" }, description: { es: "Traducciones del catalán.", ca: "Traduccions del català.", en: "Translations from Catalan." }, fields: ["name", "email", "phone"], offered: true, refused: [{ kind: "peer", value: "bancanostra", peer: null }, { kind: "role", value: "worker", peer: "llumverda" }] },
  { id: "logo", name: { es: "Logotipos", ca: "Logotips", en: "Logo work" }, description: { es: "", ca: "", en: "" }, fields: ["name", "email"], offered: false, refused: [] },
];

interface State {
  cards: CooperativeCard[];
  incoming: IncomingDetail[];
  offered: OfferedService[];
  own: { id: string; name: string; fixed: boolean; fingerprint: string };
  filled: Record<string, string>;
}

function stateOf(world: World): State {
  const known = world.notes.get("cooperatives") as State | undefined;
  if (known !== undefined) return known;
  const made: State = { cards: world.empty ? [] : CARDS, incoming: world.empty ? [] : INCOMING, offered: world.empty ? [] : OFFERED, own: { id: "qhzmtkvbrnla", name: "A Satchel vault", fixed: !world.empty, fingerprint: OWN }, filled: {} };
  world.notes.set("cooperatives", made);
  return made;
}

const row = (field: string, label: string, value: string, note = "your profile", more: Partial<TransferRow> = {}): TransferRow => ({ field, label, value, note, missing: value === "", editable: note === "your profile" || value === "", isList: false, ...more });

function rowsOf(state: State, peer: string): TransferRow[] {
  const filled = (field: string, value: string) => state.filled[field] ?? value;
  const common = [row("name", "Name", filled("name", "Vidal Serra, Marta")), row("nif", "Tax number", filled("nif", "00000000T"))];
  const sentBy = row("originpeer", "Sent by", state.own.id, "your vault’s name for them", { editable: false });
  if (peer === "pedalcourier") return [...common, row("email", "E-mail", filled("email", "marta@example.org"), "your profile", { isList: true }), row("innerid", "Member number", filled("innerid", ""), "only for Pedal Courier Coop"), sentBy];
  return [
    ...common,
    row("email", "E-mail", filled("email", "marta@example.org, marta.v@example.com"), "your profile", { isList: true }),
    row("phone", "Phone", filled("phone", "+34 600 000 000"), "your profile", { isList: true }),
    row("address", "Address", filled("address", "Carrer de l’Exemple 12, 3r 1a")),
    row("postalcode", "Postal code", filled("postalcode", "08001")),
    row("city", "City", filled("city", "Barcelona")),
    row("lang", "Language", filled("lang", "ca")),
    sentBy,
  ];
}

/** The draft whose id is "draft-PEER-SERVICE": a consent window of its own finds the same one. */
export function draftOf(world: World, id: string): TransferDraft {
  const state = stateOf(world);
  const [, peer = "", wanted = ""] = id.split("-");
  const cooperative = state.cards.find((one) => one.id === peer);
  const found = cooperative?.services.find((one) => one.id === wanted);
  if (cooperative === undefined || found === undefined) throw failure("SYS-713", "This is not here.", "Nothing was changed.", "Go back to the list.");
  const rows = rowsOf(state, peer);
  return { id, title: `${found.name} ${peer === "llumverda" ? "to Llum Verda" : `at ${cooperative.name}`}`, cooperative, service: found, rows, work: state.cards.length > 0 ? WORK : [], ready: rows.every((one) => !one.missing) };
}

const WORK: WorkRow[] = [
  { part: "workGigs", label: "Gigs and hours by month", lines: ["2026-11 Wolt: 31 gigs, 44.25 hours", "2026-10 Wolt: 52 gigs, 71.5 hours", "2026-10 Uber Eats: 8 gigs, 9.75 hours"] },
  { part: "workEarnings", label: "Earnings by month", lines: ["2026-11 Wolt: 512.40 EUR", "2026-10 Wolt: 868.10 EUR", "2026-10 Uber Eats: 96.00 EUR"] },
  { part: "workRatings", label: "Average ratings by month", lines: ["2026-10 Wolt: 4.92 of 5 in 40 ratings"] },
];

/** The parts of their work that the person ticked. */
export function addedTo(world: World, draft: TransferDraft): WorkRow[] {
  const added = (world.notes.get(`added-${draft.id}`) ?? []) as string[];
  return draft.work.filter((one) => added.includes(one.part));
}

/** The text as it would be signed. */
export function rawOf(world: World, draft: TransferDraft): string {
  const line = (one: TransferRow) => (one.isList ? `${one.field}:\n${one.value.split(", ").map((value) => `- "${value}"`).join("\n")}` : `${one.field}: "${one.value}"`);
  const rows = [...draft.rows.slice(-1), ...draft.rows.slice(0, -1)].map(line);
  const work = addedTo(world, draft).map((one) => `${one.part}:\n${one.lines.map((value) => `- "${value}"`).join("\n")}`);
  return [...rows, ...work, ...extras(draft).map(line), ""].join("\n");
}

/** The signed extras, in words. */
export function extras(draft: TransferDraft): TransferRow[] {
  const fixed = { editable: false };
  return [
    row("service", "Service", draft.service.id, "so that it is used for this only", fixed),
    row("audience", "For", draft.cooperative.id, "so that nobody else can use it", fixed),
    row("messageId", "Number", "5d1c2a9e-7b40-4f7e-9a51-0c6e21d4b8f3", "so that it counts once", fixed),
    row("issuedAt", "Signed at", "2026-11-22T09:50:00Z", "", fixed),
    row("expiresAt", "Good until", "2026-11-22T10:05:00Z", "15 minutes", fixed),
  ];
}

const LOOKS: Record<string, Partial<CooperativeLook>> = {
  new: {},
  same: { standing: "same", id: "llumverda", name: "Llum Verda SCCL", description: "Green electricity, Catalonia", host: "api.llumverda.example", services: ["Join as a member", "Switch your electricity"], fingerprint: KEY, notes: [] },
  changed: { standing: "changed", id: "llumverda", name: "Llum Verda SCCL", description: "Green electricity, Catalonia", host: "api.llumverda.example", services: ["Join as a member"], fingerprint: OTHER },
  rotated: { standing: "rotated", id: "llumverda", name: "Llum Verda SCCL", description: "Green electricity, Catalonia", host: "api.llumverda.example", services: ["Join as a member"], fingerprint: OTHER },
};

function lookAt(text: string): CooperativeLook {
  if (text.includes("broken")) throw { ...failure("SYS-712", "This is no description of a cooperative.", "Nothing was added.", "Ask them for their Intercoop description, and try again."), details: "line 3: peerid is missing" };
  const kind = Object.keys(LOOKS).find((one) => text.includes(one)) ?? "new";
  return { look: `look-${kind}`, id: "somenergia", name: "Som Energia SCCL", description: "Renewable energy, run by its members", host: "api.somenergia.example", fingerprint: OTHER, services: ["Contract", "Join as a member"], notes: ["Its privacy policy is on another host: legal.example."], standing: "new", ...LOOKS[kind] };
}

export function cooperativeCommands(world: World): CooperativeCommands {
  const state = () => stateOf(world);
  const set = (change: Partial<State>) => {
    world.notes.set("cooperatives", { ...state(), ...change });
    world.emit("cooperativesChanged", null);
  };
  const change = (id: string, how: (card: CooperativeCard) => CooperativeCard) => set({ cards: state().cards.map((one) => (one.id === id ? how(one) : one)) });
  const arrived = (id: string): IncomingDetail => {
    const found = state().incoming.find((one) => one.id === id);
    if (found === undefined) throw failure("SYS-713", "This is not here.", "Nothing was changed.", "Go back to the list.");
    return found;
  };
  const passphrase = (text: string) => {
    if (text !== world.passphrase) throw failure("VLT-101", "The passphrase did not open the vault.", "Nothing was changed.", "Try again, or use the recovery kit.");
  };
  return {
    cooperatives: async (): Promise<Cooperatives> => {
      const { cards, incoming, own } = state();
      return { cooperatives: cards, incoming: incoming.map(({ id, from, service: of, at, expires, state: standing, fields }) => ({ id, from, service: of, at, expires, state: standing, fields: fields.length })), ownId: own.id, ownIdFixed: own.fixed, ownFingerprint: own.fingerprint };
    },
    cooperativeCode: async (picture) => (picture === null ? "https://somenergia.example/intercoop.yaml" : "peerid: somenergia\n"),
    cooperativeLook: async (source) => lookAt(source.kind === "url" ? source.url : source.kind === "text" ? source.text : "new"),
    cooperativeAdd: async (look, compared) => {
      const seen = lookAt(look);
      const others = state().cards.filter((one) => one.id !== seen.id);
      set({ cards: [...others, card(seen.id, seen.name, "SE", seen.description, { fingerprint: seen.fingerprint, key: compared ? "checked" : "unchecked", keyWords: compared ? "You checked its key today" : "Key not checked yet", services: seen.services.map((name, at) => service(`service${at}`, name, "5 things, all of them in your profile")) })] });
    },
    cooperativeCompared: async (id, fingerprint, match) => {
      if (match) change(id, (one) => ({ ...one, key: "checked", keyWords: "You checked its key today", fingerprint, waiting: null }));
    },
    cooperativeRemove: async (id) => set({ cards: state().cards.filter((one) => one.id !== id) }),
    cooperativeStrong: async (id, on) => change(id, (one) => ({ ...one, strong: on })),
    serviceStopped: async (peer, of, stopped) => change(peer, (one) => ({ ...one, services: one.services.map((row) => (row.id === of ? { ...row, state: stopped ? "stopped" : "started", stateWords: stopped ? "Stopped today" : "Sent 12 Nov" } : row)) })),
    ownDescriptor: async () => {
      const { own } = state();
      return { id: own.id, name: own.name, fingerprint: own.fingerprint, idFixed: own.fixed, lostFingerprint: null, text: `intercoopVersion: '1.0'\npeerid: "${own.id}"\nname: "${own.name}"\ntargetUrl: "http://127.0.0.1:20417/q7/intercoop"\npublickey: |\n  -----BEGIN PUBLIC KEY-----\n  MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEA…\n  -----END PUBLIC KEY-----\n` };
    },
    ownDescriptorSave: async () => {
      set({ own: { ...state().own, fixed: true } });
      return "~/Documents/qhzmtkvbrnla.yaml";
    },
    ownDescriptorCopied: async () => set({ own: { ...state().own, fixed: true } }),
    ownName: async (name, id) => {
      if (!/^[a-z]{1,32}$/.test(id)) throw { ...failure("SYS-712", "A value does not have the form that it needs.", "Nothing was changed.", "Change it and try again."), details: "id: small letters from a to z" };
      set({ own: { ...state().own, name, id } });
    },
    ownKeyRotate: async (text) => {
      passphrase(text);
      set({ own: { ...state().own, fingerprint: OTHER } });
    },
    transferPrepare: async (peer, of) => {
      const draft = draftOf(world, `draft-${peer}-${of}`);
      if (draft.cooperative.key !== "checked") throw failure("SYS-712", `You have not checked the key of ${draft.cooperative.name}.`, "Nothing was sent.", "Compare its key first.");
      return draft;
    },
    transferFill: async (id, field, value) => {
      if (field === "nif" && !/^\w{9}$/.test(value)) throw { ...failure("SYS-712", "A value does not have the form that it needs.", "Nothing was changed.", "Change it and try again."), details: "nif: nine letters and digits" };
      set({ filled: { ...state().filled, [field]: value } });
      return draftOf(world, id);
    },
    transferDrop: async (id) => {
      transfers(world).delete(id);
    },
    transferAsk: async (id, add) => {
      world.notes.set(`added-${id}`, add);
      transfers(world).set(id, receiptOf(draftOf(world, id), SHA, "asking"));
      world.emit("cooperativesChanged", null);
    },
    transfer: async (id) => {
      const found = transfers(world).get(id);
      if (found === undefined) throw failure("SYS-713", "This is not here.", "Nothing was changed.", "Go back to the list.");
      return found;
    },
    transferRetry: async (id) => {
      const found = transfers(world).get(id);
      if (found?.canRetry !== true) throw failure("SYS-712", "This cannot be sent again.", "Nothing was sent.", "Start it again.");
      transfers(world).set(id, { ...found, state: "accepted", title: `${found.cooperative} has your data`, words: null, canRetry: false, canErase: true, canReport: true, answer: "accepted, signature good", number: "27dd626c-5133-4ece-bb79-c1b0405cb630", at: NOW });
      world.emit("cooperativesChanged", null);
    },
    transferGoOn: async () => undefined,
    transferSave: async () => "~/Documents/Satchel transfer receipt 2026-11-12.json",
    transferForgetText: async (id) => {
      const found = transfers(world).get(id);
      if (found !== undefined) transfers(world).set(id, { ...found, text: null, hasText: false });
      world.emit("cooperativesChanged", null);
    },
    incoming: async (id) => arrived(id),
    incomingAccept: async (id) => {
      arrived(id);
      set({ incoming: state().incoming.map((one) => (one.id === id ? { ...one, state: "accepted" as const } : one)) });
    },
    incomingDiscard: async (id) => {
      arrived(id);
      set({ incoming: state().incoming.filter((one) => one.id !== id) });
    },
    incomingWaiting: async () => state().incoming.filter((one) => one.state === "waiting").length,
    offeredServices: async () => state().offered,
    offeredServiceSave: async (one) => {
      if (!/^[a-z]+$/.test(one.id)) throw { ...failure("SYS-712", "A value does not have the form that it needs.", "Nothing was changed.", "Change it and try again."), details: "id: small letters from a to z" };
      const at = state().offered.findIndex((known) => known.id === one.id);
      set({ offered: at < 0 ? [...state().offered, one] : state().offered.map((known, index) => (index === at ? one : known)) });
    },
    offeredServiceRemove: async (id) => set({ offered: state().offered.filter((one) => one.id !== id) }),
  };
}
