// Who sees what: per platform and per app, and ending either side. What is ended is said before; nothing here can share anything.
import type { Api } from "../../ipc/client";
import type { ConnectionRow, SightRow } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";

type Needs = Pick<Api, "sights" | "connections" | "sightStop" | "platformStop" | "partyStop">;

/** What the dialog is about to ask: one app for one platform, one platform for everybody, one app wholly. */
export type Asking =
  | { what: "sight"; row: SightRow; others: string[] }
  | { what: "platform"; platform: string; name: string; parties: string[] }
  | { what: "party"; row: SightRow; platforms: string[] };

export interface Seen { platform: string; name: string; monogram: SightRow["monogram"]; rows: SightRow[] }
export interface Seer { key: string; first: SightRow; rows: SightRow[] }

const keyOf = (row: SightRow): string => `${row.kind}:${row.party}`;

export class SightsPage {
  readonly sights = new Load<{ rows: SightRow[]; connections: ConnectionRow[] }>();
  readonly act = new Act();
  asking: Asking | null = $state.raw(null);
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await this.sights.run(async () => {
      const [rows, connections] = await Promise.all([this.#api.sights(), this.#api.connections()]);
      return { rows, connections };
    });
  }

  /** Every platform that is connected or seen, each with those who see it; the ones that nobody sees too. */
  get byPlatform(): Seen[] {
    const { rows, connections } = this.sights.value ?? { rows: [], connections: [] };
    const all = new Map<string, Seen>();
    for (const { platform, name, monogram } of connections) if (!all.has(platform)) all.set(platform, { platform, name, monogram, rows: [] });
    for (const row of rows) {
      const seen = all.get(row.platform) ?? { platform: row.platform, name: row.platformName, monogram: row.monogram, rows: [] };
      seen.rows.push(row);
      all.set(row.platform, seen);
    }
    return [...all.values()];
  }

  /** Everybody who sees a platform, each with the platforms. */
  get byParty(): Seer[] {
    const all = new Map<string, Seer>();
    for (const row of this.sights.value?.rows ?? []) {
      const key = keyOf(row);
      const seer = all.get(key) ?? { key, first: row, rows: [] };
      seer.rows.push(row);
      all.set(key, seer);
    }
    return [...all.values()];
  }

  askSight(row: SightRow): void {
    const others = this.byParty.find(({ key }) => key === keyOf(row))?.rows.filter((one) => one.platform !== row.platform) ?? [];
    this.#ask({ what: "sight", row, others: others.map((one) => one.platformName) });
  }

  askPlatform(seen: Seen): void {
    this.#ask({ what: "platform", platform: seen.platform, name: seen.name, parties: seen.rows.map((row) => row.name) });
  }

  askParty(seer: Seer): void {
    this.#ask({ what: "party", row: seer.first, platforms: seer.rows.map((row) => row.platformName) });
  }

  /** Ends what was asked about; the question stays open when it could not be done. */
  async stop(): Promise<boolean> {
    const { asking } = this;
    if (asking === null) return false;
    const done = await this.act.run(() => {
      if (asking.what === "platform") return this.#api.platformStop(asking.platform);
      const { kind, party, platform } = asking.row;
      return asking.what === "party" ? this.#api.partyStop(kind, party) : this.#api.sightStop(platform, kind, party);
    });
    if (done) this.asking = null;
    await this.refresh();
    return done;
  }

  close(): void {
    this.asking = null;
    this.act.error = null;
  }

  #ask(asking: Asking): void {
    this.act.error = null;
    this.asking = asking;
  }
}
