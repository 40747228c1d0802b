// The stand-in's transfers: one that ended in every way, and what a new one would say.
import type { TransferDraft, TransferReceipt, TransferState } from "../types";
import { failure, NOW, type World } from "./world";

const SHA = "b1f077c4e2a80d5f9e3361ab74de03c18b6a55f07e2d4c9a31b8e6f0d7c290d3";
const OWN = "6E01 B744 A93C 15D8 F20B 7E66 C4A1 893D 50FE 2B97 D618 E4C0 3A7F 91B5 0D6C 19D2";
const THEIRS = "3F9A 22C1 77D0 B4E8 0C15 96AF E3B2 5D48 A1F6 0E97 C4D3 8B2A 61F5 D90E 4C7B 7D04";
const TEXT = 'originpeer: "qhzmtkvbrnla"\nname: "Vidal Serra, Marta"\nnif: "00000000T"\nservice: "contract"\naudience: "llumverda"\n';

const ACCEPTED: TransferReceipt = {
  id: "transfer-accepted",
  title: "Llum Verda has your data",
  cooperative: "Llum Verda SCCL",
  monogram: { letters: "LV", tint: 5 },
  peer: "llumverda",
  service: "Join as a member",
  state: "accepted",
  at: "2026-11-12T11:41:08+01:00",
  words: null,
  got: "name, tax number, e-mail, phone, address, postal code, city, your vault’s name",
  why: "to open your membership",
  answer: "accepted, signature good",
  number: "27dd626c-5133-4ece-bb79-c1b0405cb630",
  goOn: { host: "api.llumverda.example", url: "https://api.llumverda.example/c/one-time", foreign: false },
  signedBy: OWN,
  theirKey: THEIRS,
  sha256: SHA,
  logWords: "entry 201 of 213, unbroken",
  text: TEXT,
  hasText: true,
  disclosure: "act-9",
  canErase: true,
  canRetry: false,
  canReport: true,
};

const ended = (id: string, state: TransferState, title: string, more: Partial<TransferReceipt>): TransferReceipt => ({ ...ACCEPTED, id, state, title, answer: "", number: "", goOn: null, canErase: false, canReport: false, ...more });

const ALL: TransferReceipt[] = [
  ACCEPTED,
  { ...ACCEPTED, id: "transfer-foreign", title: "Pedal Courier has your data", cooperative: "Pedal Courier Coop", monogram: { letters: "PC", tint: 5 }, peer: "pedalcourier", service: "Insure your bicycle", why: "to insure your bicycle", goOn: { host: "forms.elsewhere.example", url: "https://forms.elsewhere.example/p/1", foreign: true }, text: null, hasText: false },
  ended("transfer-refused", "refused", "Llum Verda did not take it", { answer: "refused, BadPeer", words: failure("COP-403", "Llum Verda does not know your vault yet.", "Nothing was accepted.", "Send them your key, and try again when they have it.") }),
  ended("transfer-notsent", "notSent", "It was not sent to Llum Verda", { canRetry: true, words: failure("CON-503", "Llum Verda could not be reached.", "Nothing was sent.", "Try again when you are connected.") }),
  ended("transfer-unknown", "unknown", "Llum Verda may have your data", { canErase: true, canReport: true, words: failure("CON-503", "No answer after sending.", "Not known: they may have it.", "Ask them whether it arrived. It is not sent again by itself.") }),
  ended("transfer-changed", "notSent", "It was not sent to Banca Nostra", { cooperative: "Banca Nostra", monogram: { letters: "BN", tint: 5 }, peer: "bancanostra", service: "Open an account", words: failure("SYS-712", "The key of Banca Nostra changed.", "Nothing was sent.", "Compare keys first.") }),
  ended("transfer-sending", "sending", "Sending to Llum Verda", {}),
];

/** The transfers of this made-up world, by id. */
export function transfers(world: World): Map<string, TransferReceipt> {
  const known = world.notes.get("transfers") as Map<string, TransferReceipt> | undefined;
  if (known !== undefined) return known;
  const made = new Map(world.empty ? [] : ALL.map((one) => [one.id, one] as const));
  world.notes.set("transfers", made);
  return made;
}

/** What is known of a draft once the window with its question was opened. */
export function receiptOf(draft: TransferDraft, sha256: string, state: TransferState): TransferReceipt {
  const { cooperative, service } = draft;
  const taken = state === "accepted";
  return {
    ...ACCEPTED,
    id: draft.id,
    title: taken ? `${cooperative.name} has your data` : draft.title,
    cooperative: cooperative.name,
    monogram: cooperative.monogram,
    peer: cooperative.id,
    service: service.name,
    state,
    at: NOW,
    got: draft.rows.map((row) => row.label.toLowerCase()).join(", "),
    why: service.description,
    answer: taken ? ACCEPTED.answer : "",
    number: taken ? ACCEPTED.number : "",
    goOn: taken ? { host: cooperative.host, url: `https://${cooperative.host}/c/one-time`, foreign: false } : null,
    sha256,
    text: null,
    hasText: false,
    canErase: taken,
    canReport: taken,
  };
}
