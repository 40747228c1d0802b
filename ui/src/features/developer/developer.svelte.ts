// The developer page: projects, what each is known by, its platform, its app, and trials.
import { api as real, asAppError, type Api } from "../../ipc/client";
import type { AppAddresses, AppError, Dialect, Exchanged, Finding, OpenApp, ProjectRow, ProjectTexts, ShownOnce, Trial } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { toasts } from "../../shared/toasts.svelte";

export const DIALECTS = ["current", "tokenUsername", "legacy"] as const satisfies readonly Dialect[];
export const TRIALS = ["awaitingSignIn", "awaitingEmail", "agreed", "connected", "aggregated", "full", "removed"] as const satisfies readonly Trial[];

/** What the core said of a value that it did not take: the field and what it needs. */
export function complaint(error: AppError): string {
  return error.details ? t("dev.notKept", { why: error.details, code: error.code }) : `${error.title} ${error.code}`;
}

/** The list, and the form that begins a project. */
export class Projects {
  rows: ProjectRow[] | null = $state.raw(null);
  /** The apps that are open now. */
  open: OpenApp[] = $state.raw([]);
  error: AppError | null = $state.raw(null);
  wrong: string | null = $state(null);
  busy = $state(false);

  #api: Api;

  constructor(api: Api = real) {
    this.#api = api;
  }

  read = async (): Promise<void> => {
    try {
      this.rows = await this.#api.projects();
      this.open = await this.#api.openApps();
      this.error = null;
    } catch (error) {
      this.error = asAppError(error);
    }
  };

  /** Shows the messages of an open app, in its own window. */
  async look(id: string): Promise<void> {
    try {
      await this.#api.openAppLook(id);
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  /** Begins a project and says its id; null when the core did not take it. */
  async add(name: string): Promise<string | null> {
    if (this.busy) return null;
    this.busy = true;
    this.wrong = null;
    try {
      const id = await this.#api.projectAdd({ name, description: "", webpage: "" });
      await this.read();
      return id;
    } catch (error) {
      this.wrong = complaint(asAppError(error));
      return null;
    } finally {
      this.busy = false;
    }
  }
}

/** The fields of a platform as they are typed. */
export interface PlatformForm { id: string; url: string; dialect: Dialect; min: string; max: string; success: string; minutes: string }
/** The fields of an app as they are typed; return addresses one to a line. */
export interface AppForm { callback: string; returns: string; full: boolean; loopback: boolean }

/** One project. */
export class Project {
  /** What went wrong, beside the part that it belongs to. */
  wrong: { part: "texts" | "platform" | "app" | "live" | "message" | "question" | "check"; text: string } | null = $state.raw(null);
  busy: "texts" | "platform" | "app" | "live" | "message" | "question" | "check" | null = $state(null);
  /** A secret that was just made; it is shown until the dialog is closed, and nowhere again. */
  once: (ShownOnce & { what: "token" | "secret" }) | null = $state.raw(null);
  platform: PlatformForm | null = $state(null);
  app: AppForm | null = $state(null);
  message: Exchanged | null = $state.raw(null);
  question: Exchanged | null = $state.raw(null);
  findings: Finding[] | null = $state.raw(null);

  readonly id: string;
  #api: Api;

  constructor(id: string, api: Api = real) {
    this.id = id;
    this.#api = api;
  }

  describe(texts: ProjectTexts): Promise<boolean> {
    return this.#act("texts", async () => {
      await this.#api.projectDescribe(this.id, texts);
      toasts.say(t("dev.saved"));
    });
  }

  chooseLogo(): Promise<boolean> {
    return this.#act("texts", () => this.#api.projectLogoChoose(this.id));
  }

  removeLogo(): Promise<boolean> {
    return this.#act("texts", () => this.#api.projectLogoRemove(this.id));
  }

  live(live: boolean): Promise<boolean> {
    return this.#act("live", () => this.#api.projectLive(this.id, live));
  }

  remove(): Promise<boolean> {
    return this.#act("live", () => this.#api.projectRemove(this.id));
  }

  editPlatform(row: ProjectRow): void {
    this.wrong = null;
    const known = row.platform;
    this.platform = {
      id: known?.id ?? slug(row.texts.name),
      url: known?.url ?? "",
      dialect: known?.dialect ?? "current",
      min: String(known?.min ?? 1),
      max: String(known?.max ?? 5),
      success: String(known?.success ?? 3),
      minutes: String((known?.interval ?? 3600) / 60),
    };
  }

  async savePlatform(): Promise<void> {
    const form = this.platform;
    if (form === null) return;
    const [min, max, success, minutes] = [form.min, form.max, form.success, form.minutes].map((text) => Number(text.trim().replace(",", ".")));
    if (![min, max, success, minutes].every((number) => Number.isFinite(number)) || minutes === undefined || minutes < 15) {
      this.wrong = { part: "platform", text: t("dev.numbers") };
      return;
    }
    const said = { id: form.id.trim(), url: form.url.trim(), dialect: form.dialect, min: min ?? null, max: max ?? null, success: success ?? null, interval: Math.round(minutes * 60) };
    const kept = await this.#act("platform", async () => {
      const token = await this.#api.projectPlatformPut(this.id, said);
      if (token) this.once = { ...token, what: "token" };
    });
    if (kept) this.platform = null;
  }

  rotateToken(): Promise<boolean> {
    return this.#act("platform", async () => {
      this.once = { ...(await this.#api.projectTokenRotate(this.id)), what: "token" };
    });
  }

  editApp(): void {
    this.wrong = null;
    this.app = { callback: "", returns: "", full: false, loopback: false };
  }

  async saveApp(): Promise<void> {
    const form = this.app;
    if (form === null) return;
    const said: AppAddresses = { callback: form.callback.trim(), returns: lines(form.returns), full: form.full, loopback: form.loopback };
    const kept = await this.#act("app", async () => {
      this.once = { ...(await this.#api.projectAppAdd(this.id, said)), what: "secret" };
    });
    if (kept) this.app = null;
  }

  rotateSecret(): Promise<boolean> {
    return this.#act("app", async () => {
      this.once = { ...(await this.#api.projectSecretRotate(this.id)), what: "secret" };
    });
  }

  /** Forgets the secret that was shown. */
  close(): void {
    this.once = null;
  }

  send(trial: Trial): Promise<boolean> {
    this.message = null;
    return this.#act("message", async () => {
      this.message = await this.#api.trialMessage(this.id, trial);
    });
  }

  ask(address: string): Promise<boolean> {
    this.question = null;
    return this.#act("question", async () => {
      this.question = await this.#api.trialQuestion(this.id, address);
    });
  }

  check(text: string): Promise<boolean> {
    this.findings = null;
    return this.#act("check", async () => {
      this.findings = await this.#api.trialAnswer(this.id, text);
    });
  }

  async #act(part: NonNullable<Project["busy"]>, run: () => Promise<void>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = part;
    this.wrong = null;
    try {
      await run();
      return true;
    } catch (error) {
      this.wrong = { part, text: complaint(asAppError(error)) };
      return false;
    } finally {
      this.busy = null;
    }
  }
}

function lines(text: string): string[] {
  return text.split(/\s+/).filter((line) => line !== "");
}

/** An id that a name suggests. */
export function slug(name: string): string {
  const letters = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "");
  return letters.slice(0, 40);
}
