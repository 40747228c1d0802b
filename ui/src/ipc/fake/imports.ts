// The stand-in's imports: one that is over, and whatever is dropped. A name with "locked" asks for a password ("otter"), one with "hours"
// is a layout that nobody knows, one with "bomb" is refused. For looking at screens "imp-checked", "imp-running", "imp-paused",
// "imp-done", "imp-locked" and "imp-unknown" are there from the beginning.
import type { AsideRow, ImportCommands, ImportFile, ImportSums, ImportView, Mapping, MappingTable, Money, PlatformCoverage, WholeAside } from "../types";
import { platforms } from "./people";
import { failure, NOW, type World } from "./world";

const NONE: ImportSums = { read: 0, new: 0, had: 0, changed: 0, contained: 0, aside: 0 };
const STEP = 300;

const eur = (minor: number): Money => ({ minor, currency: "EUR", exponent: 2 });
const sums = (fresh: number, had: number, aside: number, contained = 0): ImportSums => ({ read: fresh + had + aside + contained, new: fresh, had, changed: 0, contained, aside });
const file = (position: number, what: string, path: string, whole: ImportSums, more: Partial<ImportFile> = {}): ImportFile => ({ position, path, what, state: "waiting", leftOut: null, optional: true, taken: true, sums: whole, share: 0, unknownColumns: [], people: false, ...more });

const FILES: ImportFile[] = [
  file(0, "Deliveries", "31 - Courier Lifetime Trip Data.csv", sums(41, 2_570, 13), { people: true, unknownColumns: ["courier_bag_type", "is_batched_v2"] }),
  file(1, "Payments", "23a - Driver Payments.csv", sums(312, 21_059, 6)),
  file(2, "Offers taken and declined", "14 - Driver Dispatches Offered and Accepted.csv", sums(1_004, 60_081, 117)),
  file(3, "Time online", "11 - Driver Online Offline.csv", sums(2_880, 210_003, 26)),
  file(4, "GPS trail", "1 - Driver Detailed Device Data.csv", { ...NONE, read: 144_951 }, { state: "leftOut", leftOut: "every place of 30 days; it tells where you live", taken: false }),
  file(5, "Photos of documents", "Identity documents, 3 files", NONE, { state: "leftOut", leftOut: "never imported unless you ask", taken: false }),
];

const ASIDE: AsideRow[] = [
  { position: 3, file: "Time online", row: 88_412, reason: "Ends before it starts", text: "ontrip;2026-03-29 02:41:07;2026-03-29 02:12:55", hint: "clock change that night" },
  { position: 0, file: "Deliveries", row: 1_907, reason: "Date cannot be read", text: "delivered;31/02/2026 21:14;4.85;EUR", hint: "no such day" },
];

/** A row that was set aside, whole: its columns, its cells, and whom they speak of. */
const WHOLE: [string, string, boolean][] = [["Status", "ontrip", false], ["Begin timestamp local", "2026-03-29 02:41:07", false], ["End timestamp local", "2026-03-29 02:12:55", false], ["City", "Barcelona", false], ["Rider", "J. Puig", true], ["Earner state", "", false]];

function whole(position: number, row: number): WholeAside {
  const cells = WHOLE.map(([name, value, hidden]) => ({ name, value, corrected: null, hidden }));
  return { file: FILES[position]?.what ?? "", path: FILES[position]?.path ?? "", row, cells, columns: cells.length, fault: { reason: "Ends before it starts", hint: "clock change that night", columns: [1, 2] } };
}

const MORE = [
  ["Ends before it starts", "enroute;2026-02-11 19:04:22;2026-02-11 19:04:01", null],
  ["Same row twice in this file", "offer;2026-01-19 20:11:00;accepted", null],
  ["Currency is missing", "tip;2026-04-02 21:40:10;1.50;", "the column is empty"],
] as const;

/** All 148 rows that were set aside. */
const ALL_ASIDE: AsideRow[] = [...ASIDE, ...Array.from({ length: 146 }, (_, at): AsideRow => {
  const [reason, text, hint] = MORE[at % MORE.length] ?? MORE[0];
  return { position: at % 3 === 2 ? 1 : 3, file: at % 3 === 2 ? "Payments" : "Time online", row: 90_000 + at * 37, reason, text, hint };
})];

const UBER: ImportView = {
  id: "imp-checked", state: "checked", error: null, platform: "uber-eats", platformName: "Uber Eats", layout: "EU layout 2026", sure: true, fileName: "uber-data-2026-11-21.zip", size: 214_300_000,
  account: "marta@example.org", from: "2022-04-02", to: "2026-11-20", kinds: [{ kind: "work", rows: 2_611 }, { kind: "payment", rows: 21_371 }, { kind: "achievement", rows: 274_000 }],
  sums: added(FILES, 1), total: 298_112, files: FILES, money: [{ currency: "EUR", payments: eur(1_021_487), payouts: eur(1_019_960), charges: eur(0), statements: eur(0), work: eur(0), inVault: null }],
  aside: [{ reason: "Ends before it starts", rows: 102 }, { reason: "Same row twice in this file", rows: 33 }, { reason: "Date cannot be read", rows: 21 }, { reason: "Currency is missing", rows: 6 }], latestAside: ASIDE,
  sample: [
    { kind: "work", start: "2026-11-20T19:42:00+01:00", title: "Delivery", amount: eur(675), status: "done" },
    { kind: "work", start: "2026-11-20T19:11:00+01:00", title: "Delivery", amount: eur(540), status: "done" },
    { kind: "work", start: "2026-11-20T18:49:00+01:00", title: "Delivery, two drop-offs", amount: eur(890), status: "done" },
    { kind: "payment", start: "2026-11-20T19:42:00+01:00", title: "Delivery fare", amount: eur(525), status: "paid" },
    { kind: "payment", start: "2026-11-20T19:43:00+01:00", title: "Tip", amount: eur(150), status: "paid" },
  ],
  people: true, withoutPeople: false, wallClock: true, timeZone: null, counter: { says: 2_898, holds: 2_611 },
  gaps: [{ what: "287 deliveries are not in the file: its counter says 2,898, it holds 2,611.", todo: "Ask Uber Eats for the rest. The letter is ready under Ask for your data.", from: "2026-02-09", to: "2026-04-05" }],
  undoUntil: null, startedAt: NOW,
};

/** Half way, as it is drawn: three files are done, the fourth is read. */
const RUNNING: ImportView = {
  ...UBER, id: "imp-running", state: "running",
  files: FILES.map((one) => (one.position < 3 ? { ...one, state: "done" as const, share: 1 } : one.position === 3 ? { ...one, state: "reading" as const, share: 0.45, sums: sums(1_310, 95_088, 12) } : one)),
  sums: sums(2_667, 178_798, 148), aside: [{ reason: "Ends before it starts", rows: 96 }, { reason: "Same row twice in this file", rows: 33 }, { reason: "Date cannot be read", rows: 13 }, { reason: "Currency is missing", rows: 6 }],
  money: [{ currency: "EUR", payments: eur(1_021_487), payouts: eur(1_019_960), charges: eur(0), statements: eur(0), work: eur(0), inVault: eur(1_021_487) }], gaps: [], counter: null,
};

const DONE: ImportView = { ...finished(UBER), id: "imp-done" };
const LOCKED: ImportView = { ...blank("imp-locked", "uber-locked.zip"), state: "failed", error: failure("IMP-212", "The file is locked with a password.", "Nothing was imported.", "Type the password that the platform gave you.") };
const UNKNOWN: ImportView = {
  ...blank("imp-unknown", "hours-2026.csv"), platformName: "Wolt", state: "failed",
  error: failure("IMP-201", "The file looks like Wolt, but has a layout Satchel does not know.", "The file is kept, nothing was imported.", "Send the layout, without your data, or map it yourself."),
  files: [file(0, "hours-2026.csv", "hours-2026.csv", { ...NONE, read: 412 }, { state: "unknown", taken: false, optional: false })],
};

const TABLE: MappingTable = {
  file: "hours-2026.csv", platform: null, delimiter: ";", mapping: null,
  columns: [
    { name: "Task id", samples: ["T-48812", "T-48813", "T-48814"], guess: "id" },
    { name: "Created", samples: ["02/11/2026 18:42", "02/11/2026 19:20", "03/11/2026 12:05"], guess: "start" },
    { name: "Done", samples: ["02/11/2026 19:04", "02/11/2026 19:51", "03/11/2026 12:31"], guess: "end" },
    { name: "Pay", samples: ["6,75", "5,40", "8,90"], guess: "amount" },
    { name: "Venue", samples: ["Cafè Rec", "Forn Nou", "Cafè Rec"], guess: null },
    { name: "Customer", samples: ["J. Puig", "A. Roca", "M. Sala"], guess: null },
  ],
  members: ["start", "end", "id", "type", "title", "status", "text", "amount", "distance_km", "distance_miles", "duration_minutes", "duration_seconds", "rating", "work", "extra"],
  dateFormats: ["2024-12-31 18:30", "31.12.2024 18:30", "31/12/2024 18:30", "31-12-2024 18:30", "12/31/2024 6:30 PM", "Dec 31, 2024", "1735669800"],
};

function blank(id: string, fileName: string): ImportView {
  return { ...UBER, id, fileName, size: 48_200, platform: "", platformName: "", layout: "", sure: false, account: "", from: null, to: null, kinds: [], sums: NONE, total: null, files: [], money: [], aside: [], latestAside: [], sample: [], people: false, wallClock: false, counter: null, gaps: [] };
}

/** What the files have together when each is read so far. */
function added(files: ImportFile[], share: number): ImportSums {
  const all = { ...NONE };
  for (const { taken, sums: one } of files) if (taken) for (const key of ["new", "had", "changed", "contained", "aside"] as const) all[key] += Math.round(one[key] * share);
  return { ...all, read: all.new + all.had + all.changed + all.contained + all.aside };
}

function finished(view: ImportView): ImportView {
  return { ...view, state: "done", undoUntil: "2026-12-22T09:20:00+01:00", sums: added(view.files, 1), money: view.money.map((one) => ({ ...one, inVault: one.payments })), files: view.files.map((one) => (one.taken ? { ...one, state: "done", share: 1 } : one)) };
}

/** How complete each platform of the made-up year is. */
function coverage(world: World): PlatformCoverage[] {
  if (world.empty) return [];
  const months = Array.from({ length: 12 }, (_, at) => new Date(Date.UTC(2025, 11 + at, 1)).toISOString().slice(0, 7));
  const strip = (covered: (at: number) => PlatformCoverage["months"][number]["covered"], records: number) => months.map((month, at) => ({ month, covered: covered(at), records: covered(at) === "none" ? 0 : records + at, payments: covered(at) === "none" ? 0 : records * 2 }));
  return [
    { platform: platforms.uber.id, name: platforms.uber.name, months: strip((at) => (at === 2 || at === 3 ? "none" : "file"), 210), counter: UBER.counter, payments: [{ currency: "EUR", payments: eur(1_021_487), payouts: eur(1_019_960), statement: eur(1_021_487), difference: eur(1_527) }], overlaps: [], gaps: [{ what: "Nothing is here from February and March 2026.", todo: "Ask for the file again and choose the whole time.", from: "2026-02-01", to: "2026-03-31" }, ...UBER.gaps] },
    { platform: platforms.upwork.id, name: platforms.upwork.name, months: strip((at) => (at < 4 ? "both" : "api"), 30), counter: null, payments: [{ currency: "USD", payments: { minor: 612_000, currency: "USD", exponent: 2 }, payouts: { minor: 612_000, currency: "USD", exponent: 2 }, statement: null, difference: { minor: 0, currency: "USD", exponent: 2 } }], overlaps: [{ from: "2025-12-01", to: "2026-03-31", records: 118 }], gaps: [] },
  ];
}

export function importCommands(world: World): ImportCommands {
  const kept = (): ImportView[] => (world.notes.get("imports") as ImportView[] | undefined) ?? (world.empty ? [] : [DONE]);
  const known = (): ImportView[] => [...kept(), ...[UBER, RUNNING, { ...RUNNING, id: "imp-paused", state: "paused" as const }, LOCKED, UNKNOWN, DONE].filter((one) => !kept().some(({ id }) => id === one.id))];
  const find = (id: string): ImportView => {
    const found = known().find((one) => one.id === id);
    if (found === undefined) throw failure("SYS-713", "There is no such import.", "Nothing was changed.", "Go back to the list.");
    return found;
  };
  const put = (id: string, values: Partial<ImportView>): ImportView => {
    const changed = { ...find(id), ...values };
    world.notes.set("imports", kept().some((one) => one.id === id) ? kept().map((one) => (one.id === id ? changed : one)) : [changed, ...kept()]);
    world.emit("importChanged", { id });
    return changed;
  };
  const begin = (name: string): string => {
    const id = `imp-${kept().length + 1}`;
    const start = name.includes("locked") ? LOCKED : name.includes("hours") ? UNKNOWN : name.includes("bomb") ? { ...blank(id, name), state: "failed" as const, error: failure("IMP-220", "The file would grow to more than is sensible.", "Nothing was unpacked, nothing was imported.", "Ask the platform for the file again.") } : UBER;
    world.notes.set("imports", [{ ...start, id, fileName: name, state: "checking", error: null, sums: NONE }, ...kept()]);
    setTimeout(() => {
      if (kept().some((one) => one.id === id)) put(id, { ...start, id, fileName: name });
    }, STEP * 2);
    return id;
  };
  const run = (id: string, from: number): void => {
    let share = from;
    const clock = setInterval(() => {
      const view = kept().find((one) => one.id === id);
      if (view?.state !== "running") return clearInterval(clock);
      share += 0.1;
      if (share >= 1) {
        clearInterval(clock);
        put(id, finished({ ...view, files: FILES.map((one) => ({ ...one, taken: view.files[one.position]?.taken ?? one.taken })) }));
        return world.changed("records");
      }
      world.notes.set(`share ${id}`, share);
      put(id, { sums: added(view.files, share), files: view.files.map((one) => (one.taken ? { ...one, state: "reading" as const, share } : one)) });
    }, STEP);
  };
  const mappings = (): Mapping[] => (world.notes.get("mappings") as Mapping[] | undefined) ?? [];
  return {
    imports: async () => kept(),
    import: async (id) => find(id),
    chooseImport: async () => begin("uber-data-2026-11-21.zip"),
    dropImport: async (paths) => begin(paths[0]?.split("/").at(-1) ?? ""),
    importPassword: async (id, password) => {
      if (password !== "otter") throw failure("IMP-213", "The password did not open the file.", "Nothing was imported.", "Look it up where the platform gave you the file, and try again.");
      put(id, { ...UBER, id, fileName: find(id).fileName });
    },
    changeImport: async (id, platform) => {
      put(id, { ...UBER, id, fileName: find(id).fileName, platform, platformName: PLATFORMS.find((one) => one.id === platform)?.name ?? platform, sure: false });
    },
    setImport: async (id, leaveOut, withoutPeople, account, timeZone) => {
      const view = find(id);
      const files = view.files.map((one) => ({ ...one, taken: one.optional ? !leaveOut.includes(one.position) : one.taken }));
      return put(id, { files, withoutPeople, account, timeZone, sums: added(files, 1) });
    },
    startImport: async (id) => {
      put(id, { state: "running", sums: NONE });
      run(id, 0);
    },
    pauseImport: async (id) => void put(id, { state: "paused" }),
    continueImport: async (id) => {
      put(id, { state: "running" });
      run(id, (world.notes.get(`share ${id}`) as number | undefined) ?? 0.6);
    },
    stopImport: async (id) => void put(id, { state: "stopped" }),
    undoImport: async (id) => {
      put(id, { state: "undone", undoUntil: null });
      world.changed("records");
    },
    dropImportCheck: async (id) => void world.notes.set("imports", kept().filter((one) => one.id !== id)),
    importAside: async (_id, offset, limit) => ALL_ASIDE.slice(offset, offset + limit),
    wholeAside: async (_id, position, row) => whole(position, row),
    fixAside: async (id, position, row, cells) => {
      const said = new Map(cells);
      const end = said.get(2) ?? WHOLE[2]![1];
      if (end < (said.get(1) ?? WHOLE[1]![1])) return { reason: "Ends before it starts", hint: null, columns: [1, 2] };
      const view = find(id);
      const sums = { ...view.sums, aside: view.sums.aside - 1, new: view.sums.new + 1 };
      put(id, { sums, latestAside: view.latestAside.filter((one) => one.position !== position || one.row !== row) });
      return null;
    },
    saveImportAside: async () => "/home/marta/Documents/Set aside.csv",
    importShape: async () => [{ file: TABLE.file, rows: 412, columns: TABLE.columns.map(({ name }) => name), nearest: "Wolt, courier tasks 2024: 4 of 9 columns are the same" }],
    saveImportShape: async () => "/home/marta/Documents/Layout of hours-2026.json",
    mappingTable: async () => ({ ...TABLE, mapping: mappings()[0] ?? null }),
    applyMapping: async (id, _position, mapping, keep) => {
      if (keep) world.notes.set("mappings", [mapping, ...mappings().filter((one) => one.name !== mapping.name)]);
      const bad = mapping.dateFormat.startsWith("31/") ? 0 : mapping.dateFormat.startsWith("12/") ? 250 : 412;
      const whole = sums(412 - bad, 0, bad);
      const sample = bad === 412 ? [] : TABLE.columns[1]!.samples.map((at, row) => ({ kind: mapping.kind, start: `2026-11-${at.slice(0, 2)}T${at.slice(11)}:00+01:00`, title: mapping.columns.some(({ member }) => member === "title") ? (TABLE.columns[4]!.samples[row] ?? null) : null, amount: mapping.columns.some(({ member }) => member === "amount") ? { ...eur([675, 540, 890][row] ?? 0), currency: mapping.currency || "EUR" } : null, status: null }));
      return put(id, { state: "checked", error: null, platform: mapping.platform, platformName: mapping.name, layout: "your own mapping", sure: true, sums: whole, total: 412, sample, files: [file(0, "hours-2026.csv", "hours-2026.csv", whole, { optional: false })], from: "2026-11-02", to: "2026-11-20", kinds: [{ kind: mapping.kind, rows: 412 - bad }], aside: bad > 0 ? [{ reason: "Date cannot be read", rows: bad }] : [], people: mapping.person.length > 0 });
    },
    mappings: async () => mappings(),
    saveMapping: async (name) => `/home/marta/Documents/${name}.toml`,
    removeMapping: async (name) => void world.notes.set("mappings", mappings().filter((one) => one.name !== name)),
    importPlatforms: async () => PLATFORMS,
    completeness: async () => coverage(world),
    watchedFolder: async () => (world.notes.get("folder") as string | undefined) ?? null,
    watchFolder: async () => {
      world.notes.set("folder", "/home/marta/Downloads");
      return "/home/marta/Downloads";
    },
    stopWatching: async () => void world.notes.delete("folder"),
    foundInFolder: async () => (world.notes.has("folder") ? [{ path: "/home/marta/Downloads/upwork-transactions.csv", name: "upwork-transactions.csv", platformName: "Upwork", at: "2026-11-21T18:02:00+01:00" }] : []),
  };
}

const PLATFORMS = [
  { id: "uber-eats", name: "Uber Eats", files: "The zip of “Explore your data”, or single files of it" },
  { id: "upwork", name: "Upwork", files: "The CSV of your transactions" },
  { id: "wolt", name: "Wolt", files: "courier_tasks.csv" },
  { id: "dac7", name: "Yearly statement (DAC7)", files: "The statement that a platform sends each January" },
];
