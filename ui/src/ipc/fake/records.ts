// The stand-in's records, overview and search.
import type { JumpItem, Overview, RawCell, RecordCommands, RecordFilter, RecordRow } from "../types";
import { date, money } from "../../shared/format";
import { connectionRows } from "./connections";
import { platformOf, platforms, rows, weeks, type Week } from "./people";
import { activityRows } from "./sharing";
import { failure, type World } from "./world";

const SERIES = Object.values(platforms);

export function recordCommands(world: World): RecordCommands {
  const all = () => [...((world.notes.get("entries") as RecordRow[] | undefined) ?? []), ...(world.empty ? [] : rows)];
  return {
    overview: async (period) => (world.empty ? nothing() : overview(world, period === "3m" ? weeks.slice(-13) : weeks)),
    recordsPage: async (filter, sort, offset, limit) => {
      const found = all().filter((row) => matches(row, filter));
      if (sort === "oldest") found.reverse();
      if (sort === "amount") found.sort((a, b) => (b.amount?.minor ?? 0) - (a.amount?.minor ?? 0));
      const minor = found.reduce((sum, row) => sum + (row.amount?.minor ?? 0), 0);
      return {
        rows: found.slice(offset, offset + limit),
        total: found.length,
        sentence: `${found.length.toLocaleString("en-GB")} records`,
        sums: minor > 0 ? [{ minor, currency: "EUR", exponent: 2 }] : [],
        distanceM: found.reduce((sum, row) => sum + (row.distanceM ?? 0), 0),
      };
    },
    filterOptions: async () => {
      const count = <K extends string>(key: (row: RecordRow) => K) => {
        const counts = new Map<K, number>();
        for (const row of all()) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
        return [...counts].map(([name, n]) => ({ name, n }));
      };
      return {
        platforms: count((row) => row.platform).map(({ name, n }) => ({ id: name, name: name === "typed" ? "Own entries" : platformOf(name).name, count: n })),
        kinds: count((row) => row.kind).map(({ name, n }) => ({ kind: name, count: n })),
        types: count((row) => row.title.split(",")[0] ?? "").slice(0, 6).map(({ name, n }) => ({ type: name, count: n })),
        months: count((row) => row.start.slice(0, 7)).map(({ name, n }) => ({ month: name, count: n })),
      };
    },
    recordDetail: async (id) => {
      const row = all().find((one) => one.id === id);
      if (row === undefined) throw failure("SYS-713", "This record is not here.", "Nothing was changed.", "Go back to the list.");
      const evening = all().filter((one) => one.platform === row.platform && one.kind === "work" && one.start.slice(0, 10) === row.start.slice(0, 10)).reverse();
      const first = evening[0];
      const last = evening[evening.length - 1];
      const heading = `${row.title.split(",")[0]}, ${new Date(`${row.start.slice(0, 10)}T12:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" })}`;
      const field = (name: string, value: string, note: string, hidden = false) => ({ name, value, note, hidden });
      return {
        row,
        heading,
        sub: `${row.platformName}, Barcelona`,
        fields: [
          field("Started", row.start.slice(11, 16), `file: ${row.start.slice(11, 19)}, one hour behind`),
          ...(row.end ? [field("Ended", row.end.slice(11, 16), "file: the same row")] : []),
          ...(row.distanceM ? [field("Distance", `${(row.distanceM / 1000).toFixed(1)} km`, `file: ${(row.distanceM / 1609.34).toFixed(2)} miles`)] : []),
          ...(row.amount ? [field("Paid", money(row.amount), "file: column total_earned")] : []),
          ...(row.kind === "work" ? [field("Customer", "Other person", "hidden until shown", true)] : []),
        ],
        shift: first && last && evening.length > 1 ? { from: first.start, to: last.end ?? last.start, sentence: `${evening.length} deliveries, 3 h 41 min with an order, 1 h 18 min waiting.`, blocks: evening.map((one) => ({ id: one.id, start: one.start, end: one.end ?? one.start, current: one.id === id })) } : null,
        source: { name: "uber-data-2026-11-21.zip / trips.csv", position: "row 2,604", sha256: "9f2c4b7d0a61e38f5c9912ab74de03c18b6a55f07e2d4c9a31b8e6f0d7c2a490", fetchedAt: "2026-11-21T18:04:11+01:00", by: "you gave the file", reader: "Uber Eats, EU layout 2026", assurance: row.assurance, unchanged: true },
        raw: rawRow(row).slice(0, 6),
        rawCount: rawRow(row).length,
        left: row.id === "rec-0004" ? [{ entry: "act-1", words: "Hourly, 22 November 2026: as part of a weekly total" }] : [],
      };
    },
    recordRaw: async (id) => {
      const row = all().find((one) => one.id === id);
      return row === undefined ? [] : rawRow(row);
    },
    entryAdd: async (entry) => {
      const id = `own-${Date.now()}`;
      const amount = entry.amountText ? { minor: Math.round(Number(entry.amountText.replace(",", ".")) * 100), currency: entry.currency ?? "EUR", exponent: 2 } : null;
      if (amount !== null && Number.isNaN(amount.minor)) throw failure("SYS-712", "The amount is not a number.", "Nothing was saved.", "Write it like 6.75.");
      const row: RecordRow = { id, kind: entry.kind, platform: "typed", platformName: "Own entries", start: entry.start, end: entry.end, title: entry.title, status: null, distanceM: entry.distanceKm ? Number(entry.distanceKm) * 1000 : null, durationS: null, amount, rating: null, assurance: "typed" };
      world.notes.set("entries", [row, ...((world.notes.get("entries") as RecordRow[] | undefined) ?? [])]);
      world.changed("records");
      return id;
    },
    recordsSave: async (_filter, format) => `~/Documents/work.${format}`,
    jump: async (query) => jump(world, query),
  };
}

function matches(row: RecordRow, filter: RecordFilter): boolean {
  const text = filter.text.trim().toLowerCase();
  const amount = row.amount?.minor ?? null;
  return (
    (text === "" || `${row.title} ${row.platformName} ${row.start} ${row.amount ? (row.amount.minor / 100).toFixed(2) : ""} ${row.id}`.toLowerCase().includes(text)) &&
    (filter.platform === null || row.platform === filter.platform) &&
    (filter.kind === null || row.kind === filter.kind) &&
    (filter.type === null || row.title.startsWith(filter.type)) &&
    (filter.from === null || row.start.slice(0, 10) >= filter.from) &&
    (filter.to === null || row.start.slice(0, 10) <= filter.to) &&
    (filter.minMinor === null || (amount !== null && amount >= filter.minMinor)) &&
    (filter.maxMinor === null || (amount !== null && amount <= filter.maxMinor))
  );
}

function rawRow(row: RecordRow): RawCell[] {
  const fixed = { trip_uuid: row.id, request_time: row.start, dropoff_time: row.end ?? "", status: row.status ?? "", distance_miles: row.distanceM ? (row.distanceM / 1609.34).toFixed(2) : "", total_earned: row.amount ? (row.amount.minor / 100).toFixed(2) : "", currency: row.amount?.currency ?? "", city: "Barcelona", product: "Delivery" };
  const cells = Object.entries(fixed).map(([name, value]) => ({ name, value, corrected: null, hidden: false }));
  return [...cells.slice(0, 3), { name: "eater_name", value: "J. Puig", corrected: null, hidden: true }, ...cells.slice(3)];
}

function overview(world: World, span: Week[]): Overview {
  const totals = SERIES.map((_, at) => span.reduce((sum, week) => sum + (week.minor[at] ?? 0), 0));
  const total = totals.reduce((sum, one) => sum + one, 0);
  const months = [...new Set(weeks.map((week) => week.to.slice(0, 7)))].slice(-12);
  const rating = (at: number, count: number, average: number, max: number, spark: number[], asOf: string | null = null) => {
    const platform = SERIES[at] ?? platforms.uber;
    return { connection: platform.connection, name: platform.name, monogram: platform.monogram, dimension: "overall", count, average, scale: { value: average, min: 0, max }, spark, asOf };
  };
  return {
    total: 4212,
    workTotal: 3914,
    platformCount: 4,
    sentence: "4,212 work records from four platforms, all kept on this computer.",
    backup: "Backed up 3 days ago, test restore passed",
    needsYou: [
      { id: "need-1", bold: "Upwork ended your session.", rest: "Nothing new since 19 Nov. What you already have is safe.", action: "Sign in to Upwork", target: "/connections/con-upwork" },
      ...(world.hasRecovery ? [] : [{ id: "need-2", bold: "There is no recovery kit yet.", rest: "If you forget the passphrase, nobody can open the vault.", action: "Make a recovery kit", target: "/settings/security" }]),
    ],
    currencies: [
      {
        currency: "EUR",
        exponent: 2,
        totalMinor: total,
        gigs: span.reduce((sum, week) => sum + week.gigs, 0),
        perWeekMinor: Math.round(total / span.length),
        step: "week",
        platforms: SERIES.map((platform, at) => ({ platform: platform.id, name: platform.name, monogram: platform.monogram, totalMinor: totals[at] ?? 0 })),
        bars: span,
      },
    ],
    ratings: [
      rating(0, 312, 97, 100, [95, 95.5, 96, 96, 95.5, 96, 96.5, 97, 96.5, 97, 97, 97]),
      rating(1, 37, 4.8, 5, [4.9, 4.9, 4.8, 4.8, 4.7, 4.7, 4.8, 4.8, 4.8, 4.8, 4.8, 4.8]),
      rating(2, 25, 96, 100, [94, 94, 94.5, 94.5, 95, 95, 95, 95.5, 96, 96, 96, 96], "2026-11-19"),
      rating(3, 18, 4.6, 5, [4.3, 4.3, 4.4, 4.4, 4.5, 4.5, 4.5, 4.6, 4.6, 4.6, 4.6, 4.6]),
    ],
    coverage: {
      months,
      rows: SERIES.map((platform, at) => ({ connection: platform.connection, name: platform.name, cells: months.map((_, month) => (at !== 0 ? "full" : month === 2 ? "part" : month === 3 ? "none" : month === 4 ? "part" : "full") as "full" | "part" | "none") })),
    },
    connections: connectionRows(world).map(({ id, name, state, words, way, when }) => ({ id, name, state, words, way, when })),
    left: activityRows(world).slice(0, 5),
  };
}

function nothing(): Overview {
  return { total: 0, workTotal: 0, platformCount: 0, sentence: "Nothing here yet. Bring in your first data.", backup: null, needsYou: [], currencies: [], ratings: [], coverage: { months: [], rows: [] }, connections: [], left: [] };
}

function jump(world: World, query: string): JumpItem[] {
  const text = query.trim().toLowerCase();
  const item = (group: JumpItem["group"], id: string, title: string, detail: string, target: string, disabled: string | null = null): JumpItem => ({ group, id, title, detail, target, disabled });
  const known = [
    item("do", "sign-in", "Sign in to Upwork", "needs you", "/connections/con-upwork"),
    item("do", "fetch", "Fetch from Upwork now", "", "command:fetch:con-upwork", "sign in first"),
    item("do", "lock", "Lock Satchel", "Ctrl L", "command:lock"),
    item("do", "stop", "Stop all sharing", "asks first", "command:stopAll"),
    item("goTo", "overview", "Overview", "G then O", "/overview"),
    item("goTo", "work", "Work", "G then W", "/work"),
    ...connectionRows(world).map((row) => item("goTo", row.id, `Connection ${row.name}`, "G then C", `/connections/${row.id}`)),
    item("goTo", "cooperatives", "Cooperatives", "G then P", "/cooperatives"),
    item("goTo", "own", "Your name and key", "Cooperatives", "/cooperatives/own"),
    item("do", "switch", "Switch your electricity", "Llum Verda SCCL", "/cooperatives/llumverda/switchsupply"),
    item("goTo", "settings", "Settings", "G then S", "/settings"),
  ].filter((one) => text === "" || one.title.toLowerCase().includes(text));
  if (text === "") return known.slice(0, 8);
  const records = rows.filter((row) => `${row.title} ${row.platformName} ${row.amount ? (row.amount.minor / 100).toFixed(2) : ""}`.toLowerCase().includes(text)).slice(0, 3);
  const left = activityRows(world).filter((row) => `${row.party} ${row.what}`.toLowerCase().includes(text)).slice(0, 2);
  return [
    ...known,
    ...records.map((row) => item("records", row.id, `${row.title}, ${row.platformName}`, date(row.start, "dayMonthYear"), `/work/${row.id}`)),
    ...left.map((row) => item("left", row.id, `${row.what}, to ${row.party}`, date(row.at, "dayMonthYear"), `/activity/${row.id}`)),
  ];
}
