// The stand-in's apps.
import type { AppCommands, AppDetail, AppOffer, AppReview, AppRow } from "../types";
import { activityRows, grantRows, stopGrants } from "./sharing";
import { failure, type World } from "./world";

function appRows(world: World): AppRow[] {
  const removed = (world.notes.get("removed") as string[] | undefined) ?? [];
  const sees = (party: string) => grantRows(world).filter((grant) => grant.party === party && grant.state === "live").map((grant) => ({ grant: grant.id, words: grant.words }));
  const rows: AppRow[] = [
    { id: "app-backpack", name: "My Backpack", maker: "Satchel", host: "included with Satchel", monogram: { letters: "MB", tint: 1 }, icon: null, sees: sees("My Backpack"), until: "until 19 Dec", network: "no internet", past: "Last opened yesterday", included: true, open: false, state: "ready" },
    { id: "app-hourly", name: "Hourly", maker: "Fair Hours Collective", host: "hourly.example", monogram: { letters: "Ho", tint: 2 }, icon: null, sees: sees("Hourly"), until: "until 20 Feb", network: "on the internet: hourly.example, and whatever it loads", past: "Last opened today", included: false, open: true, state: "ready" },
    { id: "app-shift", name: "Shift Map", maker: "Mapes del Raval", host: "shiftmap.example", monogram: { letters: "SM", tint: 4 }, icon: null, sees: [], until: "", network: "on the internet: shiftmap.example, and whatever it loads", past: "Saw areas until 3 Nov", included: false, open: false, state: "ready" },
    { id: "app-miles", name: "Mile Log", maker: "Rue & Rad", host: "miles.example", monogram: { letters: "ML", tint: 3 }, icon: null, sees: [], until: "", network: "on the internet: miles.example, and whatever it loads", past: "Last opened on 2 Nov", included: false, open: false, state: offerOf(world, "app-miles") === null ? "ready" : "offered" },
    { id: "app-shifts", name: "Shift Swap", maker: "a maker it does not name", host: "swap.example", monogram: { letters: "SS", tint: 5 }, icon: null, sees: [], until: "", network: "on the internet: swap.example, and whatever it loads", past: "Last opened on 9 Nov", included: false, open: false, state: offerOf(world, "app-shifts") === null ? "ready" : "paused" },
  ];
  const shown = world.empty ? rows.filter((row) => row.included) : rows;
  return [...shown, ...((world.notes.get("installed") as AppRow[] | undefined) ?? [])].filter((row) => !removed.includes(row.id));
}

const OFFERS: Record<string, AppOffer> = {
  "app-miles": {
    shown: "a1",
    paused: false,
    changes: [
      { kind: "added", words: "Places", before: "", after: "to draw a map" },
      { kind: "added", words: "E-mail address", before: "", after: "" },
      { kind: "removed", words: "Ratings", before: "", after: "" },
      { kind: "other", words: "Version", before: "1.2", after: "2.0" },
    ],
  },
  "app-shifts": { shown: "b2", paused: true, changes: [{ kind: "who", words: "Address", before: "https://swap.example", after: "https://swap-app.example" }] },
};

function offerOf(world: World, id: string): AppOffer | null {
  const decided = (world.notes.get("decided") as string[] | undefined) ?? [];
  return decided.includes(id) ? null : (OFFERS[id] ?? null);
}

function decide(world: World, id: string, shown: string): void {
  if (offerOf(world, id)?.shown !== shown) throw failure("APP-334", "This description was looked at too long ago.", "Nothing was installed.", "Look at it again, then decide.");
  world.notes.set("decided", [...((world.notes.get("decided") as string[] | undefined) ?? []), id]);
  world.changed("apps");
}

function review(url: string, name: string): AppReview {
  const origin = URL.canParse(url) ? new URL(url).origin : "https://quartertax.example";
  return {
    review: `review-${name}`,
    name,
    maker: "Gestoria Oberta",
    manifestUrl: url,
    origin,
    version: "2.1.0",
    description: "Adds up a quarter and fills the form.",
    verified: "The name is what it says itself. Nobody has checked it.",
    warnings: [],
    asks: [
      { words: "Earnings per month", scope: "vault:payments:get", reason: "To add up a quarter", required: true },
      { words: "Your tax number", scope: "vault:profile.tax_id:get", reason: "To print on the form", required: false },
      { words: "E-mail address", scope: "vault:profile.email:get", reason: "", required: false },
    ],
    cannot: ["Single gigs", "Ratings", "Reviews", "Achievements", "Restrictions of your accounts", "Your profile", "What other apps received"],
    held: [
      { name: "Network", value: `on the internet: ${new URL(origin).host}, and whatever it loads` },
      { name: "Window", value: "its own, with a strip it cannot cover" },
      { name: "What it gets", value: "counts as given to its maker" },
      { name: "Cookies, camera, microphone, place", value: "none" },
    ],
    facts: [
      { name: "Description at", value: url },
      { name: "Starts at", value: `${origin}/app/` },
      { name: "Version", value: "2.1.0" },
    ],
    app: null,
  };
}

export function appCommands(world: World): AppCommands {
  const find = (id: string) => {
    const row = appRows(world).find((one) => one.id === id);
    if (row === undefined) throw failure("SYS-713", "There is no such app.", "Nothing was changed.", "Go back to the list.");
    return row;
  };
  return {
    apps: async () => appRows(world),
    appReview: async (url) => {
      if (!/^https?:\/\/[^\s/]+/.test(url)) throw failure("APP-302", "This is not the address of an app.", "Nothing was fetched.", "Paste an address that starts with https://.");
      return review(url, "Quarter Tax");
    },
    appInstall: async () => {
      const row: AppRow = { id: "app-tax", name: "Quarter Tax", maker: "Gestoria Oberta", host: "quartertax.example", monogram: { letters: "QT", tint: 3 }, icon: null, sees: [], until: "", network: "on the internet: quartertax.example, and whatever it loads", past: "Never opened", included: false, open: false, state: "ready" };
      world.notes.set("installed", [row]);
      world.changed("apps");
      return row.id;
    },
    appDetail: async (id) => {
      const row = find(id);
      const log = activityRows(world).filter((one) => one.party === row.name);
      return { row, review: { ...review("https://hourly.example/openplatform.json", row.name), maker: row.maker, app: [row.id, row.state] }, offer: offerOf(world, row.id), grants: grantRows(world).filter((grant) => grant.party === row.name), received: log.filter((one) => one.result === "shared"), questions: log, rules: (world.notes.get("rules") as AppDetail["rules"] | undefined) ?? [{ scope: "vault:profile.birth_date:get", words: "Date of birth", since: "2026-11-03T16:10:00+01:00" }], storedBytes: 18_432 };
    },
    appOpen: async (id) => {
      if (find(id).state === "paused") throw failure("APP-310", "The address or the key of the app changed.", "It gets nothing until you decide.", "Look at what changed, then keep the old version or use the new one.");
    },
    appUseNew: async (id, shown) => decide(world, id, shown),
    appKeepOld: async (id, shown) => decide(world, id, shown),
    appRemove: async (id) => {
      const row = find(id);
      stopGrants(world, (grant) => grant.party === row.name);
      world.notes.set("removed", [...((world.notes.get("removed") as string[] | undefined) ?? []), id]);
      world.changed("apps");
    },
    appDeleteStored: async () => undefined,
    appAskAgain: async () => {
      world.notes.set("rules", []);
      world.changed("apps");
    },
  };
}
