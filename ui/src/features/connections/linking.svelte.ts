// Linking an account: the attempt in the system browser goes on while the person looks at other pages, so it is kept for the whole window.
import { api as realApi, on as realOn, type Api, type Listen } from "../../ipc/client";
import type { AppError, CatalogueItem, ConnectionDetail, LinkAttempt } from "../../ipc/types";
import { Act, Load } from "../../shared/load.svelte";
import { has, type Shown } from "./ways";

type Needs = Pick<Api, "catalogue" | "linkStart" | "linkOpenAgain" | "linkCancel" | "connectionDetail">;

/** A key of one's own at the platform, instead of Satchel's. */
export interface OwnKey {
  clientId: string;
  clientSecret: string;
  relay?: string;
}

export type Stage =
  | { at: "none" }
  | { at: "waiting"; name: string; attempt: LinkAttempt }
  | { at: "failed"; name: string; error: AppError }
  | { at: "linked"; name: string; connection: string; detail: ConnectionDetail | null };

export class Linking {
  readonly catalogue = new Load<CatalogueItem[]>();
  readonly act = new Act();
  search = $state("");
  stage: Stage = $state.raw({ at: "none" });
  #again: { platform: string; name: string; connection: string | null; key: OwnKey | null } | null = null;
  #early: Extract<Stage, { at: "failed" | "linked" }> | null = null;
  #earlyAttempt: string | null = null;
  readonly #api: Needs;

  constructor(api: Needs, on: Listen) {
    this.#api = api;
    on("linkFinished", ({ attempt, connection, error }) => void this.#finish(attempt, connection, error));
    on("vaultChanged", () => {
      if (this.stage.at !== "waiting") this.stage = { at: "none" };
    });
  }

  async load(): Promise<void> {
    await this.catalogue.run(() => this.#api.catalogue());
  }

  /** The platforms with a way of this kind whose name or words hold the search, without regard to case and accents. */
  found(shown: Shown = "all"): CatalogueItem[] {
    const wanted = fold(this.search.trim());
    return (this.catalogue.value ?? []).filter((item) => has(item, shown) && fold(`${item.name} ${item.words}`).includes(wanted));
  }

  /** Opens the platform's page in the browser. With a connection, signs in again to that one. */
  async start(platform: string, name: string, connection: string | null = null, key: OwnKey | null = null): Promise<boolean> {
    this.#again = { platform, name, connection, key };
    return this.act.run(async () => {
      const attempt = await this.#api.linkStart(platform, connection, key?.clientId.trim() || null, key?.clientSecret.trim() || null, key?.relay?.trim() || null);
      this.stage = { at: "waiting", name, attempt };
      if (this.#earlyAttempt === attempt.attempt && this.#early !== null) this.stage = this.#early;
      this.#early = null;
    });
  }

  async openAgain(): Promise<void> {
    const { stage } = this;
    if (stage.at === "waiting") await this.act.run(() => this.#api.linkOpenAgain(stage.attempt.attempt));
  }

  async cancel(): Promise<void> {
    const { stage } = this;
    if (stage.at === "waiting" && (await this.act.run(() => this.#api.linkCancel(stage.attempt.attempt)))) this.stage = { at: "none" };
  }

  /** Starts the same linking once more, after it failed. */
  async tryAgain(): Promise<void> {
    if (this.#again !== null) await this.start(this.#again.platform, this.#again.name, this.#again.connection, this.#again.key);
  }

  close(): void {
    this.stage = { at: "none" };
    this.act.error = null;
  }

  /** The page is left: what has ended is not shown again, what goes on is. */
  leave(): void {
    if (this.stage.at === "linked" || this.stage.at === "failed") this.close();
  }

  async #finish(attempt: string, connection: string | null, error: AppError | null): Promise<void> {
    const name = this.#again?.name ?? "";
    const end: Stage = error !== null || connection === null ? { at: "failed", name, error: error ?? ENDED } : { at: "linked", name, connection, detail: null };
    if (this.stage.at !== "waiting" || this.stage.attempt.attempt !== attempt) {
      // The answer can be faster than the reply that names the attempt.
      this.#early = end.at === "failed" || end.at === "linked" ? end : null;
      this.#earlyAttempt = attempt;
      return;
    }
    this.stage = end;
    if (end.at !== "linked") return;
    const detail = await this.#api.connectionDetail(end.connection).catch(() => null);
    if (this.stage === end) this.stage = { ...end, detail };
  }
}

const ENDED: AppError = {
  code: "CON-410",
  title: "The linking ended before the platform allowed anything.",
  safe: "Nothing was fetched, nothing was changed.",
  todo: "Link again when you like.",
  details: null,
};

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

let shared: Linking | null = null;

/** The linking of this window. */
export function linking(): Linking {
  shared ??= new Linking(realApi, realOn);
  return shared;
}
