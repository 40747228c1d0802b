// The stand-in's connections: each in another honest state.
import type { ConnectionCommands, ConnectionRow } from "../types";
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
  return { id: connection, platform: id, name, monogram, state, words, second, when, records, way, group };
}

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
        notice: lost ? failure("CON-401", `${found.name} ended your session.`, `All ${found.records} records are safe.`, `Sign in to ${found.name} to go on.`) : null,
        action: lost ? { label: `Sign in to ${found.name}`, command: "signIn" } : found.state === "working" ? { label: "Fetch now", command: "fetch" } : null,
        facts: [
          { name: "Satchel may read", value: "Contracts, payments, feedback" },
          { name: "It may not", value: "Write messages, change anything, see your password" },
          { name: "Fetches", value: lost ? "Stopped until you sign in" : "Every day, at the latest in 22 hours" },
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
      };
    },
    catalogue: async () => [
      { platform: "demo", name: "Demo platform", monogram: { letters: "De", tint: 1 }, words: "Made-up gigs, ratings and payments over 18 months", ways: [{ way: "link", what: "Gigs, ratings, reviews, payments, achievements", needs: "Your sign-in, in the browser", time: "About a minute" }] },
      { platform: "upwork", name: "Upwork", monogram: { letters: "Up", tint: 3 }, words: "Contracts, payments, feedback", ways: [{ way: "link", what: "Contracts, payments, feedback", needs: "Your sign-in, in the browser", time: "About a minute" }] },
    ],
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
