// The stand-in's apps.
import type { AppChoices, AppCommands, AppDetail, AppOffer, AppReview, AppRow, ExitRow, MarkBlock, MessageRow } from "../types";
import { activityRows, grantRows, stopGrants } from "./sharing";
import { failure, type World } from "./world";

function appRows(world: World): AppRow[] {
  const removed = (world.notes.get("removed") as string[] | undefined) ?? [];
  const sees = (party: string) => grantRows(world).filter((grant) => grant.party === party && grant.state === "live").map((grant) => ({ grant: grant.id, words: grant.words }));
  const hourlyUnread = messages(world).filter((message) => message.unread).length;
  const rows: AppRow[] = [
    { id: "app-backpack", name: "My Backpack", maker: "Satchel", host: "included with Satchel", monogram: { letters: "MB", tint: 1 }, icon: { picture: null, symbol: "" }, unread: 0, badges: 0, offlineSince: null, sees: sees("My Backpack"), until: "until 19 Dec", network: "no internet", past: "Last opened yesterday", included: true, open: false, state: "ready" },
    { id: "app-hourly", name: "Hourly", maker: "Fair Hours Collective", host: "hourly.example", monogram: { letters: "Ho", tint: 2 }, icon: { picture: null, symbol: "fa-clock far" }, unread: hourlyUnread, badges: 1, offlineSince: null, sees: sees("Hourly"), until: "until 20 Feb", network: "on the internet: hourly.example, and whatever it loads", past: "Last opened today", included: false, open: true, state: "ready" },
    { id: "app-shift", name: "Shift Map", maker: "Mapes del Raval", host: "shiftmap.example", monogram: { letters: "SM", tint: 4 }, icon: { picture: null, symbol: "fa-map-marked-alt fas" }, unread: 0, badges: 0, offlineSince: "2026-11-19T08:12:00+01:00", sees: [], until: "", network: "on the internet: shiftmap.example, and whatever it loads", past: "Saw areas until 3 Nov", included: false, open: false, state: "ready" },
    { id: "app-miles", name: "Mile Log", maker: "Rue & Rad", host: "miles.example", monogram: { letters: "ML", tint: 3 }, icon: { picture: null, symbol: "" }, unread: 0, badges: 0, offlineSince: null, sees: [], until: "", network: "on the internet: miles.example, and whatever it loads", past: "Last opened on 2 Nov", included: false, open: false, state: offerOf(world, "app-miles") === null ? "ready" : "offered" },
    { id: "app-shifts", name: "Shift Swap", maker: "a maker it does not name", host: "swap.example", monogram: { letters: "SS", tint: 5 }, icon: { picture: null, symbol: "" }, unread: 0, badges: 0, offlineSince: null, sees: [], until: "", network: "on the internet: swap.example, and whatever it loads", past: "Last opened on 9 Nov", included: false, open: false, state: offerOf(world, "app-shifts") === null ? "ready" : "paused" },
  ];
  const shown = world.empty ? rows.filter((row) => row.included) : rows;
  return [...shown, ...((world.notes.get("installed") as AppRow[] | undefined) ?? [])].filter((row) => !removed.includes(row.id));
}

const words = (text: string): MarkBlock => ({ kind: "paragraph", words: [{ kind: "text", text }] });

const README: MarkBlock[] = [
  { kind: "heading", level: 2, words: [{ kind: "text", text: "What it does" }] },
  { kind: "paragraph", words: [{ kind: "text", text: "It counts the hours that were " }, { kind: "strong", words: [{ kind: "text", text: "worked" }] }, { kind: "text", text: ", see " }, { kind: "link", to: "https://hourly.example/help", host: "hourly.example", words: [{ kind: "text", text: "the help" }] }, { kind: "text", text: "." }] },
  { kind: "list", first: null, items: [[words("per week")], [words("per platform")]] },
];

function messages(world: World): MessageRow[] {
  return (
    (world.notes.get("messages") as MessageRow[] | undefined) ?? [
      { id: "m2", kind: 2, body: [words("Week 47 has more hours than the one before. Look at the breaks.")], at: "2026-11-20T17:40:00+01:00", unread: true },
      { id: "m1", kind: 1, body: [words("Week 46 is complete.")], at: "2026-11-16T09:05:00+01:00", unread: true },
      { id: "m0", kind: 0, body: [words("The page has a new view.")], at: "2026-11-09T12:00:00+01:00", unread: false },
    ]
  );
}

function choices(world: World): AppChoices {
  return (
    (world.notes.get("choices") as AppChoices | undefined) ?? {
      profile: "",
      settings: [
        { key: "Currency", kind: "text", value: "EUR" },
        { key: "Hours per week", kind: "number", value: "38.5" },
        { key: "Count breaks", kind: "boolean", value: "true" },
        { key: "First day", kind: "date", value: "" },
      ],
      roles: [
        { id: "reader", words: "reader", ticked: true },
        { id: "editor", words: "editor", ticked: false },
      ],
      serial: "",
      reference: "",
      notifications: true,
      sounds: true,
      hasOriginToken: false,
      hasRequestSecret: false,
      hasResponseSecret: false,
    }
  );
}

function exits(world: World): ExitRow[] {
  return (world.notes.get("exits") as ExitRow[] | undefined) ?? [{ way: "share", target: "app-miles", words: "Hands things to Mile Log", since: "2026-11-12T10:00:00+01:00" }];
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
    icon: { picture: null, symbol: "fa-calculator fa" },
    readme: README,
    wire: { profile: "p4", name: "OpenPlatform 4", why: "Its description names no other; apps of version 3 understand it too.", server: "Its page asks Satchel itself. No server has to reach this computer.", relay: false },
    facts: [
      { name: "Description at", value: url },
      { name: "Starts at", value: `${origin}/app/` },
      { name: "Version", value: "2.1.0" },
    ],
    app: null,
  };
}

/** The same app in a file: it has no network and no server. */
function packaged(): AppReview {
  return {
    ...review("https://quartertax.example/", "Quarter Tax"),
    manifestUrl: "",
    origin: "kept in your vault",
    verified: "Nobody signed it, and nobody vouches for it. The name is what it says itself.",
    held: [
      { name: "Network", value: "no internet" },
      { name: "Window", value: "its own, with a strip it cannot cover" },
      { name: "What it gets", value: "stays on this computer" },
      { name: "Cookies, camera, microphone, place", value: "none" },
    ],
    facts: [{ name: "Starts at", value: "/index.html" }, { name: "Version", value: "2.1.0" }, { name: "Files", value: "12" }],
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
    appChoose: async () => "package:quarter-tax",
    appReview: async (url) => {
      if (url.startsWith("package:")) return packaged();
      if (!/^https?:\/\/[^\s/]+/.test(url)) throw failure("APP-302", "This is not the address of an app.", "Nothing was fetched.", "Paste an address that starts with https://.");
      return review(url, "Quarter Tax");
    },
    appInstall: async () => {
      const row: AppRow = { id: "app-tax", name: "Quarter Tax", maker: "Gestoria Oberta", host: "quartertax.example", monogram: { letters: "QT", tint: 3 }, icon: { picture: null, symbol: "fa-calculator fa" }, unread: 0, badges: 0, offlineSince: null, sees: [], until: "", network: "on the internet: quartertax.example, and whatever it loads", past: "Never opened", included: false, open: false, state: "ready" };
      world.notes.set("installed", [row]);
      world.changed("apps");
      return row.id;
    },
    appDetail: async (id) => {
      const row = find(id);
      const log = activityRows(world).filter((one) => one.party === row.name);
      return { row, review: { ...review("https://hourly.example/openplatform.json", row.name), maker: row.maker, app: [row.id, row.state] }, offer: offerOf(world, row.id), grants: grantRows(world).filter((grant) => grant.party === row.name), received: log.filter((one) => one.result === "shared"), questions: log, rules: (world.notes.get("rules") as AppDetail["rules"] | undefined) ?? [{ scope: "vault:profile.birth_date:get", words: "Date of birth", since: "2026-11-03T16:10:00+01:00" }], storedBytes: 18_432, messages: row.name === "Hourly" ? messages(world) : [], choices: row.included ? { ...choices(world), settings: [], roles: [] } : choices(world), exits: row.name === "Hourly" ? exits(world) : [], canErase: !row.included && log.some((one) => one.result === "shared") };
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
    appOpenGuest: async (id) => {
      find(id);
    },
    appChoicesSet: async (id, edit) => {
      find(id);
      const now = choices(world);
      const wrong = edit.settings.find(([key, text]) => now.settings.some((one) => one.key === key && one.kind === "number") && text !== "" && Number.isNaN(Number(text.replace(",", "."))));
      if (wrong) throw { ...failure("SYS-712", "This is not a value that can be kept.", "Nothing was changed.", "Write it in the form that is asked for."), details: `${wrong[0]}: a number, such as 12.5` };
      const typed = new Map(edit.settings);
      const has = (secret: string | null, before: boolean) => (secret === null ? before : secret !== "");
      const { originToken, requestSecret, responseSecret, ...open } = edit;
      world.notes.set("choices", {
        ...open,
        settings: now.settings.map((one) => ({ ...one, value: typed.get(one.key) ?? "" })),
        roles: now.roles.map((role) => ({ ...role, ticked: edit.roles.includes(role.id) })),
        hasOriginToken: has(originToken, now.hasOriginToken),
        hasRequestSecret: has(requestSecret, now.hasRequestSecret),
        hasResponseSecret: has(responseSecret, now.hasResponseSecret),
      } satisfies AppChoices);
      world.changed("apps");
    },
    appMessagesRead: async () => {
      world.notes.set("messages", messages(world).map((message) => ({ ...message, unread: false })));
      world.changed("apps");
    },
    appMessagesClear: async () => {
      world.notes.set("messages", []);
      world.changed("apps");
    },
    appLookAgain: async (id) => find(id).offlineSince === null,
    appExitClose: async (_id, way, target) => {
      world.notes.set("exits", exits(world).filter((exit) => exit.way !== way || exit.target !== target));
      world.changed("apps");
    },
    appLink: async () => undefined,
    appAskAgain: async () => {
      world.notes.set("rules", []);
      world.changed("apps");
    },
  };
}
