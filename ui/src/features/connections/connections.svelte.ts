// Connections: the list by who has to act, the one that is open, what can be done with it, and progress while it fetches.
import type { Api } from "../../ipc/client";
import type { ConnectionDetail, ConnectionRow, DataRequest, Events } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { daysLeft } from "../request/requests.svelte";

export type Progress = Events["progress"];
export type Group = ConnectionRow["group"];

export const GROUPS: readonly Group[] = ["needsYou", "working", "waiting", "notFinished", "stopped"];

type Needs = Pick<Api, "connections" | "dataRequests" | "connectionDetail" | "fetchNow" | "fetchPause" | "disconnect">;

/** What the disconnect dialog is about to ask: first the grant, then, separately, the records. */
export type Parting = { step: "ask" } | { step: "kept"; words: string; revoked: boolean } | null;

export class ConnectionsPage {
  readonly list = new Load<ConnectionRow[]>();
  readonly requests = new Load<DataRequest[]>();
  readonly detail = new Load<ConnectionDetail>();
  readonly act = new Act();
  selected: string | null = $state(null);
  /** The latest news of each fetch that runs, by connection. */
  progress: Record<string, Progress> = $state({});
  parting: Parting = $state.raw(null);
  readonly #api: Needs;

  constructor(api: Needs) {
    this.#api = api;
  }

  async refresh(): Promise<void> {
    await Promise.all([this.list.run(() => this.#api.connections()), this.requests.run(() => this.#api.dataRequests())]);
    if (this.selected !== null) await this.#ask(this.selected);
  }

  /** Opens a connection beside the list, or closes it. */
  async select(id: string | null): Promise<void> {
    if (id === this.selected) return;
    this.selected = id;
    this.act.error = null;
    this.parting = null;
    this.detail.clear();
    if (id !== null) await this.#ask(id);
  }

  async #ask(id: string): Promise<void> {
    await this.detail.run(() => this.#api.connectionDetail(id));
  }

  /** The groups that hold something, in the order of who has to act first. */
  get groups(): { group: Group; rows: ConnectionRow[] }[] {
    const rows = this.list.value ?? [];
    return GROUPS.map((group) => ({ group, rows: rows.filter((row) => row.group === group) })).filter(({ group, rows }) => rows.length > 0 || this.requestsOf(group).length > 0);
  }

  /** The requests for data of a group: late and refused ones need the person, drafts are not finished, the others wait for an answer. */
  requestsOf(group: Group): DataRequest[] {
    return (this.requests.value ?? []).filter((request) => groupOf(request) === group);
  }

  /** Takes in news of a job; finished jobs leave the page. */
  hear(news: Progress): void {
    if (news.job !== "fetch") return;
    if (news.finished) {
      delete this.progress[news.id];
      void this.refresh();
    } else this.progress[news.id] = news;
  }

  async fetch(id: string): Promise<void> {
    await this.act.run(() => this.#api.fetchNow(id));
    await this.refresh();
  }

  async pause(id: string): Promise<void> {
    await this.act.run(() => this.#api.fetchPause(id));
    await this.refresh();
  }

  askParting(): void {
    this.act.error = null;
    this.parting = { step: "ask" };
  }

  /** Asks whether the records of a connection that was stopped before may go too. */
  askDeleting(): void {
    this.act.error = null;
    this.parting = { step: "kept", words: "", revoked: true };
  }

  /** Ends the grant at the platform and keeps the records; whether to delete them is a question of its own. */
  async disconnect(id: string): Promise<void> {
    await this.act.run(async () => {
      const { words, revokedAtPlatform } = await this.#api.disconnect(id, false);
      this.parting = { step: "kept", words, revoked: revokedAtPlatform };
    });
    await this.refresh();
  }

  /** Deletes the records of a connection that was disconnected. */
  async deleteRecords(id: string): Promise<boolean> {
    const done = await this.act.run(() => this.#api.disconnect(id, true));
    if (done) {
      this.parting = null;
      await this.select(null);
    }
    await this.refresh();
    return done;
  }
}

function groupOf(request: DataRequest): Group | null {
  switch (request.state) {
    case "draft":
      return "notFinished";
    case "sent":
    case "extended":
      return (daysLeft(request) ?? 0) < 0 ? "needsYou" : "waiting";
    case "refused":
      return "needsYou";
    case "answered":
    case "stopped":
      return null;
  }
}
