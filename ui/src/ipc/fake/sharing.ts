// The stand-in's grants and log.
import type { ActivityRow, GrantRow, SharingCommands, SightRow } from "../types";
import { date, time } from "../../shared/format";
import { connectionRows } from "./connections";
import { platforms } from "./people";
import { erasureOf, isOutside } from "./rights";
import { failure, NOW, type World } from "./world";

const ROWS: ActivityRow[] = [
  act("1", "2026-11-22T09:12:00+01:00", "Hourly", "Weekly earnings and hours", "shared", "Shared until 20 Feb 2027", "left"),
  act("2", "2026-11-22T09:05:00+01:00", "Hourly", "Exact pick-up places", "refused", "You refused", "refused"),
  act("3", "2026-11-19T18:30:00+01:00", "My Backpack", "Gigs, ratings and reviews", "shared", "Shared once", "left"),
  act("4", "2026-11-19T18:02:00+01:00", "Backpack", "Backpack to a file, encrypted", "saved", "4,198 records", "packed"),
  act("9", "2026-11-12T11:41:08+01:00", "Llum Verda SCCL", "Join as a member, 8 things with your signature", "shared", "Accepted", "left"),
  act("5", "2026-11-12T11:41:00+01:00", "Rent Letter", "Monthly income", "shared", "Shared once", "left"),
  act("6", "2026-11-12T11:20:00+01:00", "Rent Letter", "Your address", "notAnswered", "Not answered", "refused"),
  act("7", "2026-11-03T16:10:00+01:00", "Shift Map", "Areas, rounded to 1 km", "stopped", "You stopped it", "stopped"),
  act("8", "2026-11-02T10:00:00+01:00", "Shift Map", "Areas, rounded to 1 km", "failed", "Did not arrive", "failed"),
];

function act(id: string, at: string, party: string, what: string, result: ActivityRow["result"], words: string, glyph: ActivityRow["glyph"]): ActivityRow {
  return { id: `act-${id}`, at, party, what, result, words, glyph };
}

/** The log of this made-up world. */
export function activityRows(world: World): ActivityRow[] {
  if (world.empty) return [];
  return [...((world.notes.get("activity") as ActivityRow[] | undefined) ?? []), ...ROWS];
}

const GRANTS: GrantRow[] = [
  { id: "grant-1", party: "Hourly", face: "app", words: "Weekly earnings and hours", scopes: ["vault:work.summary:get"], since: "2026-11-22T09:12:00+01:00", once: false, until: "2027-02-20T23:59:59+01:00", lastUsed: "2026-11-22T09:12:00+01:00", state: "live", shown: "24 rows, 4 columns", app: "app-hourly", sources: ["Uber Eats", "Freelancer"], attention: null },
  { id: "grant-2", party: "My Backpack", face: "app", words: "Gigs, ratings and reviews", scopes: ["vault:work.records:get", "vault:ratings:get", "vault:reviews:get"], since: "2026-11-19T18:30:00+01:00", once: false, until: "2026-12-19T23:59:59+01:00", lastUsed: "2026-11-21T10:02:00+01:00", state: "live", shown: "4,212 rows", app: "app-backpack", sources: [], attention: null },
];

/** The grants of this made-up world. */
export function grantRows(world: World): GrantRow[] {
  return (world.notes.get("grants") as GrantRow[] | undefined) ?? (world.empty ? [] : GRANTS);
}

export function stopGrants(world: World, which: (grant: GrantRow) => boolean): number {
  const before = grantRows(world);
  const stopped = before.filter((grant) => grant.state === "live" && which(grant)).length;
  world.notes.set("grants", before.map((grant) => (which(grant) ? { ...grant, state: "revoked" as const } : grant)));
  world.changed("sharing");
  world.changed("apps");
  return stopped;
}

const platformsOf = (grant: GrantRow): string[] => (grant.sources.length > 0 ? grant.sources : Object.values(platforms).map((one) => one.name));

/** Who sees which platform in this made-up world. */
function sightRows(world: World): SightRow[] {
  const live = grantRows(world).filter((grant) => grant.state === "live");
  return connectionRows(world).flatMap(({ platform, name, monogram }) =>
    live
      .filter((grant) => platformsOf(grant).includes(name))
      .map((grant) => ({ kind: "app", party: grant.app, name: grant.party, through: "An app in its own window", app: grant.app, platform, platformName: name, monogram, words: [grant.words], until: grant.until, once: grant.once, later: grant.sources.length === 0 })),
  );
}

function stopSights(world: World, platform: string, which: (grant: GrantRow) => boolean): number {
  const name = Object.values(platforms).find((one) => one.id === platform)?.name ?? platform;
  const hit = grantRows(world).filter((grant) => grant.state === "live" && which(grant) && platformsOf(grant).includes(name));
  world.notes.set(
    "grants",
    grantRows(world).map((grant) => {
      if (!hit.includes(grant)) return grant;
      const sources = platformsOf(grant).filter((one) => one !== name);
      return sources.length === 0 ? { ...grant, state: "revoked" as const } : { ...grant, sources };
    }),
  );
  world.changed("sharing");
  world.changed("apps");
  return hit.length;
}

export function sharingCommands(world: World): SharingCommands {
  return {
    grants: async () => grantRows(world),
    grantRevoke: async (id) => void stopGrants(world, (grant) => grant.id === id),
    grantRevokeAll: async () => stopGrants(world, () => true),
    grantsReviewed: async () => undefined,
    receiptSave: async () => "~/Documents/Satchel consent receipt 2026-11-22.json",
    activity: async (filter, offset, limit) => {
      const text = filter.text.trim().toLowerCase();
      const from = filter.days === null ? "" : new Date(Date.parse(NOW) - filter.days * 86_400_000).toISOString();
      const found = activityRows(world).filter(
        (row) => (text === "" || `${row.party} ${row.what} ${row.words}`.toLowerCase().includes(text)) && (filter.party === null || row.party === filter.party) && (filter.result === null || row.result === filter.result) && row.at >= from,
      );
      return { rows: found.slice(offset, offset + limit), total: found.length, parties: [...new Set(activityRows(world).map((row) => row.party))] };
    },
    activityEntry: async (id) => {
      const row = activityRows(world).find((one) => one.id === id);
      if (row === undefined) throw failure("SYS-713", "This entry is not here.", "Nothing was changed.", "Go back to the list.");
      const given = row.result === "shared" || row.result === "stopped";
      return {
        row,
        facts: [
          { name: "Why", value: row.party === "Backpack" ? "Kept by you" : "To show what an hour of your work brings", mono: false },
          { name: "Who", value: `${row.party}, by Fair Hours Collective`, mono: false },
          { name: "Address", value: "https://hourly.example", mono: true },
          { name: "Through", value: "An app in its own window", mono: false },
          { name: "When", value: `${date(row.at, "long")}, ${time(row.at)}`, mono: false },
          { name: "Fingerprint", value: "3b1f 09c2 77de 4a10", mono: true },
        ],
        asked: row.glyph === "erase" || row.glyph === "report" ? [] : [
          { words: "Earnings and hours, by week", given },
          { words: "Exact pick-up places", given: false },
        ],
        grant: grantRows(world).find((grant) => grant.party === row.party) ?? null,
        agreed: [
          { name: "From", value: "Uber Eats, Freelancer", mono: false },
          { name: "How exact", value: "weekly totals", mono: false },
          { name: "You were shown", value: "24 rows, 4 columns", mono: false },
          { name: "Fingerprint of that", value: "9c41 e07b 55d2 f3a8", mono: true },
        ],
        erasure: erasureOf(world, row.party),
        canErase: isOutside(row.party) && activityRows(world).some((one) => one.party === row.party && one.result === "shared"),
        canReport: isOutside(row.party),
        transfer: row.id === "act-9" ? "transfer-accepted" : null,
        receipt: grantRows(world).some((grant) => grant.party === row.party),
        hash: "c0ffee4e9b7d0a61e38f5c9912ab74de03c18b6a55f07e2d4c9a31b8e6f0d7c2",
        number: 214 - Number(id.slice(4)),
      };
    },
    logVerify: async () => ({ entries: 213, whole: true, firstBroken: null, checkedAt: NOW, words: "213 entries, none changed or removed" }),
    logSave: async (form) => `~/Documents/Satchel log.${form === "page" ? "html" : "ndjson"}`,
    sights: async () => sightRows(world),
    sightStop: async (platform, _kind, party) => stopSights(world, platform, (grant) => grant.app === party),
    platformStop: async (platform) => stopSights(world, platform, () => true),
    partyStop: async (_kind, party) => stopGrants(world, (grant) => grant.app === party),
    seeing: async () => {
      const apps = new Set(grantRows(world).filter((grant) => grant.state === "live").map((grant) => grant.party)).size;
      return { apps, words: apps === 0 ? "Nobody can see anything" : apps === 1 ? "1 app can see something" : `${apps} apps can see something` };
    },
  };
}
