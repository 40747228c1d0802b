// The stand-in's connections: each in another honest state.
import type { CatalogueItem, ConnectionCommands, ConnectionRow, MailServer, PlatformFile } from "../types";
import { platforms } from "./people";
import { failure, type World } from "./world";

const START: ConnectionRow[] = [
  row("uber", "file", "File imported", "287 deliveries missing from the file", "2026-11-20T21:48:00+01:00", 2611, "File of 21 Nov", "working"),
  row("freelancer", "working", "Up to date", "Fetches every day", "2026-11-22T07:12:00+01:00", 842, "Account link", "working"),
  row("upwork", "authLost", "Sign in again", "Nothing new since 19 Nov", "2026-11-19T06:40:00+01:00", 359, "Account link", "needsYou"),
  row("nabo", "working", "Up to date", "Fetches every day", "2026-11-21T20:05:00+01:00", 400, "E-mail", "working"),
];

function row(key: keyof typeof platforms, state: ConnectionRow["state"], words: string, second: string, when: string, records: number, way: string, group: ConnectionRow["group"]): ConnectionRow {
  const { connection, id, name, monogram } = platforms[key];
  return { id: connection, platform: id, name, monogram, state, words, second, when, records, way, byAddress: way === "E-mail", group };
}

const LINK = { way: "link", ready: true, needs: "Your sign-in, in the browser", time: "About a minute", redirect: null, relay: null } as const;
const EMAIL = { way: "email", ready: true, what: "What the platform tells about you, every hour", needs: "Your e-mail address there, and your access token", time: "A few minutes", redirect: null, relay: null } as const;
const NOTHING = { own: false, hosts: [], rule: null, guide: [] };

const CATALOGUE: CatalogueItem[] = [
  { ...NOTHING, platform: "demo", name: "Demo platform", monogram: { letters: "De", tint: 5 }, words: "Made-up gigs, ratings and payments over 18 months", hosts: ["127.0.0.1:49020"], ways: [{ ...LINK, what: "Gigs, ratings, reviews, payments and achievements, every day" }, EMAIL] },
  {
    ...NOTHING,
    platform: "freelancer",
    name: "Freelancer.com",
    monogram: { letters: "Fr", tint: 2 },
    words: "Projects and contests for freelancers.",
    hosts: ["www.freelancer.com"],
    rule: "Freelancer.com’s API terms ask for a new fetch at least every 24 hours; Satchel fetches every 20.",
    guide: ["Freelancer.com gives every member a client of their own; Satchel cannot ship one, because its secret would be public.", "1. Sign in, open https://accounts.freelancer.com/settings/develop and create an app.", "2. Enter the redirect address below.", "3. Copy the client id and the client secret here. Both stay in your vault."],
    ways: [{ ...LINK, what: "Profile, reviews, qualifications and badges, every 20 hours", needs: "An access key of your own there, and your sign-in", time: "About ten minutes, once", redirect: "http://127.0.0.1:49021/oauth/redirect", relay: null }],
  },
  { ...NOTHING, platform: "nabo", name: "Nabo", monogram: { letters: "Na", tint: 4 }, words: "Small jobs in the neighbourhood.", hosts: ["nabo.example"], ways: [EMAIL] },
  { ...NOTHING, platform: "upwork", name: "Upwork", monogram: { letters: "Up", tint: 3 }, words: "Contracts, payments, feedback", hosts: ["www.upwork.com"], ways: [{ ...LINK, what: "Contracts, payments and feedback, every day" }] },
  { ...NOTHING, platform: "bolt", name: "Bolt", monogram: { letters: "Bo", tint: 5 }, words: "The fleet portal gives weekly reports and payouts as CSV. An export for single drivers is not documented.", ways: [{ way: "file", ready: true, what: "Weekly reports and payouts", needs: "The file that the platform gives you", time: "What the platform takes to make it", redirect: null, relay: null }] },
  { ...NOTHING, platform: "glovo", name: "Glovo", monogram: { letters: "Gl", tint: 5 }, words: "No file that a program could read is documented. You can ask for your data (GDPR, article 15).", ways: [{ way: "request", ready: true, what: "What the platform holds about you", needs: "A letter to the platform", time: "Up to a month", redirect: null, relay: null }] },
];

const ERRANDS: CatalogueItem = { ...NOTHING, platform: "errands", name: "Errands", monogram: { letters: "Er", tint: 5 }, words: "Errands and deliveries on foot.", own: true, hosts: ["errands.example"], ways: [{ ...EMAIL, what: "What the platform tells about you, every 6 hours" }] };

const FILE_WITH_A_MISTAKE: PlatformFile = {
  file: "errands.toml",
  draft: null,
  platform: null,
  fault: { line: 6, cause: "http is for this computer only; write https", lines: [{ number: 4, text: 'words = "Errands and deliveries on foot."' }, { number: 5, text: "[endpoint]" }, { number: 6, text: 'url = "http://errands.example/api/ExportData"' }, { number: 7, text: 'dialect = "current"' }, { number: 8, text: "interval = 21600" }] },
};

/** The connections of this made-up world, as they are after what was done to them. */
export function connectionRows(world: World): ConnectionRow[] {
  if (world.empty && !world.notes.has("connections")) return [];
  return (world.notes.get("connections") as ConnectionRow[] | undefined) ?? START;
}

export function connectionCommands(world: World): ConnectionCommands {
  const set = (rows: ConnectionRow[]) => {
    world.notes.set("connections", rows);
    world.changed("connections");
  };
  const find = (id: string) => {
    const found = connectionRows(world).find((one) => one.id === id);
    if (found === undefined) throw failure("SYS-713", "There is no such connection.", "Nothing was changed.", "Go back to the list.");
    return found;
  };
  const change = (id: string, values: Partial<ConnectionRow>) => set(connectionRows(world).map((one) => (one.id === id ? { ...one, ...values } : one)));
  return {
    connections: async () => connectionRows(world),
    connectionDetail: async (id) => {
      const found = find(id);
      const lost = found.state === "authLost";
      return {
        row: found,
        notice: found.state === "emailSent" ? failure("CON-430", "An e-mail to your address waits for an answer.", "Nothing is fetched before you answer.", "Open its link on this computer, or type its code here. Look among unwanted mail too.") : lost ? failure("CON-401", `${found.name} ended your session.`, `All ${found.records} records are safe.`, `Sign in to ${found.name} to go on.`) : null,
        action: found.state === "emailSent" ? { label: "Enter the code", command: "confirm" } : lost ? { label: `Sign in to ${found.name}`, command: "signIn" } : found.state === "working" ? { label: "Fetch now", command: "fetch" } : null,
        facts: [
          { name: "Satchel may read", value: "Contracts, payments, feedback" },
          { name: "It may not", value: "Write messages, change anything, see your password" },
          { name: "Fetches", value: lost ? "Stopped until you sign in" : "Every day" },
          ...(lost ? [] : [{ name: "Next fetch", value: "23 Nov, 06:40" }]),
          ...(found.platform === "freelancer" ? [{ name: "The platform's rule", value: "Freelancer.com’s API terms ask for a new fetch at least every 24 hours; Satchel fetches every 20." }] : []),
          { name: "Account", value: "marta@example.org" },
          { name: "Linked", value: "6 January 2026" },
        ],
        tries: [
          { at: "2026-11-22T06:40:00+01:00", ok: !lost, words: lost ? "The platform asked for a sign-in" : "12 new, 0 changed" },
          { at: "2026-11-21T06:40:00+01:00", ok: !lost, words: lost ? "The platform asked for a sign-in" : "3 new, 1 changed" },
          { at: "2026-11-19T06:40:00+01:00", ok: true, words: "3 new, 1 changed" },
        ],
        granted: ["Contracts", "Payments", "Feedback"],
        missing: [],
        account: "marta@example.org",
      };
    },
    catalogue: async () => [...((world.notes.get("own platforms") as CatalogueItem[] | undefined) ?? []), ...CATALOGUE],
    platformChoose: async () => {
      const tries = ((world.notes.get("platform files") as number | undefined) ?? 0) + 1;
      world.notes.set("platform files", tries);
      if (tries % 2 === 1) return FILE_WITH_A_MISTAKE;
      return { file: "errands.toml", draft: "draft-errands", platform: ERRANDS, fault: null };
    },
    platformAdd: async () => {
      world.notes.set("own platforms", [ERRANDS]);
      return ERRANDS;
    },
    connectEmail: async (platform, address) => {
      const named = CATALOGUE.find((one) => one.platform === platform) ?? ERRANDS;
      const mails = (world.notes.get("mail") as MailServer | undefined)?.host;
      const made: ConnectionRow = { id: `con-${platform}`, platform, name: named.name, monogram: named.monogram, state: "working", words: "Up to date", second: "Fetches every hour", when: "2026-11-22T09:20:00+01:00", records: 31, way: "E-mail", byAddress: true, group: "working" };
      const waits: Partial<ConnectionRow> = { state: "emailSent", words: `Check your e-mail, ${address}, valid until 24 Nov, 09:20`, second: "", records: 0, group: "notFinished" };
      set([...connectionRows(world).filter((one) => one.id !== made.id), mails ? { ...made, ...waits } : made]);
      return { connection: made.id, until: mails ? "2026-11-24T09:20:00+01:00" : null };
    },
    sendEmailAgain: async () => "2026-11-24T09:21:00+01:00",
    confirmEmail: async (id, code) => {
      if (code.replace(/[\s-]/g, "").toUpperCase() !== "K7QM4RTX") throw failure("CON-432", "This is not the code in the e-mail.", "Nothing was changed.", "Type the eight letters and digits of the newest e-mail. After five wrong ones send another.");
      change(id, { state: "working", words: "Up to date", second: "Fetches every hour", records: 31, group: "working" });
    },
    linkStart: async (platform, connection) => {
      const attempt = `attempt-${platform}`;
      setTimeout(() => {
        const id = connection ?? "con-upwork";
        if (connectionRows(world).some((one) => one.id === id)) change(id, { state: "working", words: "Up to date", second: "Fetches every day", group: "working" });
        else set([...connectionRows(world), row("freelancer", "working", "Up to date", "Fetches every day", "2026-11-22T09:20:00+01:00", 12, "Account link", "working")]);
        world.emit("linkFinished", { attempt, connection: id, error: null });
      }, 2500);
      return { attempt, url: "https://demo.example/authorize?client_id=satchel&state=…", opened: true };
    },
    linkOpenAgain: async () => undefined,
    linkCancel: async () => undefined,
    fetchNow: async (id) => {
      change(id, { state: "fetching", words: "Fetching, 0 of 40" });
      let done = 0;
      const step = setInterval(() => {
        done += 10;
        world.emit("progress", { job: "fetch", id, done, total: 40, words: `Fetching, ${done} of 40`, finished: done === 40 });
        if (done === 40) {
          clearInterval(step);
          change(id, { state: "working", words: "Up to date" });
          world.changed("records");
        }
      }, 400);
    },
    fetchPause: async (id) => change(id, { state: "working", words: "Up to date" }),
    disconnect: async (id, deleteData) => {
      const found = find(id);
      if (deleteData) set(connectionRows(world).filter((one) => one.id !== id));
      else change(id, { state: "stopped", words: "Stopped by you on 22 Nov, records kept", group: "stopped" });
      return { revokedAtPlatform: true, words: `${found.name} ended the link too.` };
    },
  };
}
