// The stand-in's requests for data: one that is nearly due, and whatever is begun.
import type { DataRequest, Letter, LetterKind, LetterPart, RequestCommands } from "../types";
import { failure, type World } from "./world";

const PLATFORMS = [
  { id: "glovo", name: "Glovo", way: "E-mail to its data protection officer" },
  { id: "wolt", name: "Wolt", way: "E-mail to its support" },
  { id: "deliveroo", name: "Deliveroo", way: "A form on its page" },
  { id: "uber-eats", name: "Uber Eats", way: "Its own page, in two minutes" },
];

const WAYS: Record<string, DataRequest["way"]> = {
  "uber-eats": { kind: "portal", target: "https://myprivacy.uber.com/privacy/exploreyourdata/download", words: "Uber Eats makes the file by itself; no letter is needed. Sign in on its page and choose “Request data”." },
  deliveroo: { kind: "form", target: "https://deliveroo.example/privacy", words: "Paste the letter into the form on its page." },
};
const MAIL = { kind: "mail", target: "dpo@glovo.example", words: "Copy the letter into your own mail program and send it to this address." } as const;

const GLOVO: DataRequest = {
  id: "req-glovo", platform: "glovo", name: "Glovo", language: "en", state: "sent", sentAt: "2026-10-29", due: "2026-11-29", day: 24, days: 31,
  steps: [
    { at: "2026-10-29", what: "sent", note: null, done: true },
    { at: "2026-10-30", what: "arrived", note: "Automatic answer, number 88-1204.", done: true },
    { at: "2026-11-11", what: "identity", note: null, done: true },
    { at: "2026-11-29", what: "due", note: null, done: false },
    { at: "2026-11-30", what: "overdue", note: null, done: false },
  ],
  way: MAIL, next: null,
};

/** The same, three days after it was due. */
const LATE: DataRequest = { ...GLOVO, id: "req-late", day: 34, steps: GLOVO.steps.filter(({ done }) => done), next: "reminder" };

export function requestCommands(world: World): RequestCommands {
  const all = (): DataRequest[] => (world.notes.get("requests") as DataRequest[] | undefined) ?? (world.empty ? [] : [GLOVO]);
  const find = (id: string): DataRequest => {
    const found = [...all(), LATE].find((one) => one.id === id);
    if (found === undefined) throw failure("SYS-713", "There is no such request.", "Nothing was changed.", "Go back to the list.");
    return found;
  };
  const put = (id: string, values: Partial<DataRequest>): DataRequest => {
    const changed = { ...find(id), ...values };
    world.notes.set("requests", all().some((one) => one.id === id) ? all().map((one) => (one.id === id ? changed : one)) : [changed, ...all()]);
    world.changed("connections");
    return changed;
  };
  return {
    dataRequests: async () => all(),
    dataRequest: async (id) => find(id),
    beginRequest: async (platform, language) => {
      const named = PLATFORMS.find((one) => one.id === platform);
      if (named === undefined) throw failure("SYS-712", "Satchel does not know how to ask this platform.", "Nothing was sent.", "Look for its privacy page, and use the letter of another platform.");
      const id = `req-${platform}`;
      world.notes.set("requests", [{ ...GLOVO, id, platform, name: named.name, language, state: "draft", sentAt: null, due: null, day: null, days: null, steps: [], way: WAYS[platform] ?? { ...MAIL, target: `privacy@${platform}.example` } }, ...all().filter((one) => one.id !== id)]);
      world.changed("connections");
      return id;
    },
    requestLetter: async (id, kind, language) => letter(find(id), kind, language),
    requestSent: async (id, at) => put(id, { state: "sent", sentAt: at, due: "2026-12-22", day: 1, days: 30, steps: [{ at, what: "sent", note: null, done: true }, { at: "2026-12-22", what: "due", note: null, done: false }] }),
    requestStep: async (id, what, at, note) => {
      const request = find(id);
      const steps = [...request.steps.filter((one) => one.done), { at, what, note, done: true }, ...request.steps.filter((one) => !one.done)];
      if (what === "extended") return put(id, { state: "extended", due: "2027-01-29", days: 92, steps });
      if (what === "refused" || what === "answered") return put(id, { state: what, steps: steps.filter((one) => one.done), next: what === "refused" ? "complaint" : null });
      return put(id, { steps });
    },
    stopRequest: async (id) => void put(id, { state: "stopped", next: null }),
    requestPlatforms: async () => PLATFORMS,
  };
}

const mine = (text: string): LetterPart => ({ text, mine: true });
const ours = (text: string): LetterPart => ({ text, mine: false });

function letter({ name, sentAt }: DataRequest, kind: LetterKind, language: string): Letter {
  const authority = kind === "complaint" ? { name: "Agencia Española de Protección de Datos", url: "https://www.aepd.es" } : null;
  const common = { to: kind === "complaint" ? "Agencia Española de Protección de Datos" : `${name}, data protection officer`, sign: "Marta Vidal Serra", authority };
  const account = mine("marta@example.org");
  if (kind === "reminder") return { ...common, subject: "My request for my personal data", paragraphs: [[ours("On "), mine(sentAt ?? "…"), ours(" I asked for a copy of my personal data, with the account "), account, ours(". The month of article 12(3) is over, and I have had no answer.")], [ours("Please answer within 7 days. After that I will bring it before the data protection authority.")]] };
  if (kind === "complaint") return { ...common, subject: `${name} does not answer a request for access`, paragraphs: [[ours("On "), mine(sentAt ?? "…"), ours(` I asked ${name} for a copy of my personal data under articles 15 and 20. I have had no answer within the time of article 12(3), nor after a reminder.`)], [ours("I ask you to look into it under article 77.")]] };
  if (kind === "identity") return { ...common, subject: "Who I am", paragraphs: [[ours("You ask for a copy of my identity card. You know me by the account "), account, ours(", from which I write; article 12(6) allows more only where there is reasonable doubt. Please say what the doubt is.")], [ours("If a copy is really needed, I will send one on which everything but my name is covered.")]] };
  if (language === "es") return { ...common, subject: "Acceso a mis datos personales", paragraphs: [[ours("Trabajo a través de su plataforma con la cuenta "), account, ours(". Con arreglo a los artículos 15 y 20 del Reglamento General de Protección de Datos solicito una copia de todos mis datos personales.")], [ours("Disponen de un mes desde hoy, "), mine(sentAt ?? "22 de noviembre de 2026"), ours(".")]] };
  return {
    ...common,
    subject: "Access to my personal data",
    paragraphs: [
      [ours("I work through your platform with the account "), account, ours(". Under articles 15 and 20 of the General Data Protection Regulation I ask for a copy of all my personal data, in a common format that a computer can read (CSV or JSON).")],
      [ours("Please include deliveries with times and amounts, payments, ratings, offers and refusals, time online, restrictions of my account, scores computed about me, and who received my data.")],
      [ours("Please do not send copies of documents I gave you, nor data of customers.")],
      [ours("You have one month from today, "), mine(sentAt === null ? "22 November 2026" : "29 October 2026"), ours(".")],
    ],
  };
}
