// The window of one app: who it is, what passes between its frame and the core, and what the strip can do.
import { api as real, asAppError, on as realOn, type Api, type Listen } from "../../ipc/client";
import type { AppError, FrameEffect, FrameInfo, FrameNotice, FrameWish } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { applyTheme } from "../../shared/theme";
import { toasts as realToasts } from "../../shared/toasts.svelte";
import { Asks } from "./asks.svelte";
import { Inspector } from "./inspector.svelte";
import { Mail } from "./mail";
import { allowFramesOf, belongs } from "./policy";
import { Shown } from "./shown.svelte";

type FrameApi = Pick<Api, Extract<keyof Api, `frame${string}`>>;
type Speaker = Pick<typeof realToasts, "say">;

/** How long an app has to say its first word, in milliseconds. */
export const PATIENCE = 10_000;
/** How long an app that loads itself again has to put its things in order, in milliseconds. */
export const GRACE = 1_000;
/** Longest words of a toast, in characters. */
const TOAST = 300;

export class AppFrame {
  info: FrameInfo | null = $state.raw(null);
  /** The address in the frame; absent until the policy for it is in force. */
  src: string | null = $state(null);
  /** Counts openings: a reload is a fresh frame. */
  turn = $state(0);
  /** The frame has said something. */
  started = $state(false);
  /** It has not, for ten seconds. */
  late = $state(false);
  paused: { paused: boolean; words: string; quiet: number } = $state.raw({ paused: false, words: "", quiet: 0 });
  failure: AppError | null = $state.raw(null);
  stopping = $state(false);
  closing = $state(false);

  readonly tooLate: AppError | null = $derived(
    this.late && this.info !== null
      ? { code: "APP-301", title: t("frame.late.title", { name: this.info.name }), safe: t("frame.late.safe"), todo: t("frame.late.todo"), details: null }
      : null,
  );

  readonly shown = new Shown();
  readonly asks = new Asks((number, choice) => void this.#do(async () => this.#carryOut(await this.#api.frameAnswer(number, choice))));
  readonly inspector: Inspector;

  #api: FrameApi;
  #toasts: Speaker;
  #frame: HTMLIFrameElement | null = null;
  #mail = new Mail((data) => this.#pass(data));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #restart: ReturnType<typeof setTimeout> | undefined;

  constructor(api: FrameApi = real, toasts: Speaker = realToasts) {
    this.#api = api;
    this.#toasts = toasts;
    this.inspector = new Inspector(api, () => this.#tellDropped());
  }

  /** Opens the app and starts listening; the returned function stops. */
  start(on: Listen = realOn): () => void {
    const hear = (event: MessageEvent) => this.#hear(event);
    const focus = () => this.asks.focus(document.hasFocus());
    window.addEventListener("message", hear);
    window.addEventListener("focus", focus);
    window.addEventListener("blur", focus);
    const stops = [
      on("framePost", ({ json }) => this.#post(json)),
      on("framePaused", (paused) => (this.paused = paused)),
      on("frameChanged", () => void this.#changed()),
      on("frameStrip", () => this.#moveFocus()),
      on("frameAsks", ({ question }) => this.asks.put(question)),
      on("frameInspect", () => (this.shown.panel = { kind: "inspector" })),
    ];
    void this.#open();
    return () => {
      window.removeEventListener("message", hear);
      window.removeEventListener("focus", focus);
      window.removeEventListener("blur", focus);
      stops.forEach((stop) => stop());
      clearTimeout(this.#timer);
      clearTimeout(this.#restart);
      this.shown.stop();
      this.asks.stop();
    };
  }

  /** Says which element is the frame. */
  attach(frame: HTMLIFrameElement): () => void {
    this.#frame = frame;
    return () => {
      if (this.#frame === frame) this.#frame = null;
    };
  }

  /** Begins again with a fresh frame. */
  reload(): void {
    if (this.info !== null) void this.#do(async () => this.#begin(await this.#api.frameReload()));
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.#do(() => this.#api.frameClose());
    this.closing = false;
  }

  /** Ends every grant of this app at once. */
  async stopSharing(): Promise<void> {
    if (this.stopping || this.info === null) return;
    this.stopping = true;
    if (await this.#do(() => this.#api.frameStopSharing())) {
      await this.#read();
      const { name, canErase } = this.info;
      if (canErase) this.#toasts.say(t("erase.offer", { name }), { label: t("erase.offer.go", { name }), run: () => void this.askErase() });
      else this.#toasts.say(t("frame.stopped", { name }));
    }
    this.stopping = false;
  }

  /** Shows in the main window what this app has received. */
  async received(): Promise<void> {
    await this.#do(() => this.#api.frameReceived());
  }

  /** Shows in the main window the letter that asks this app to erase. */
  async askErase(): Promise<void> {
    await this.#do(() => this.#api.frameAskErase());
  }

  /** Opens the questions that this app raised too often to be shown at once. */
  async questions(): Promise<void> {
    await this.#do(() => this.#api.frameQuestions());
  }

  /** Tells the app what the person wants of it. */
  async wish(wish: FrameWish): Promise<void> {
    await this.#do(async () => this.#carryOut(await this.#api.frameWish(wish)));
  }

  /** What the app told the person, newest first. */
  async notices(): Promise<FrameNotice[]> {
    return this.#api.frameNotices();
  }

  /** Follows a notification into the app. */
  async follow(id: string): Promise<void> {
    this.shown.panel = null;
    await this.#do(() => this.#api.frameFollow(id));
  }

  // The app cannot take this key: it is how a person always gets back to the strip.
  #moveFocus(): void {
    const inside = document.activeElement !== null && document.activeElement === this.#frame;
    if (inside) document.querySelector<HTMLElement>("header button")?.focus();
    else this.#frame?.focus();
  }

  async #open(): Promise<void> {
    if (!(await this.#read()) || this.info === null) return;
    const { origin, frameUrl, name } = this.info;
    if (!belongs(frameUrl, origin)) {
      this.failure = { code: "APP-311", title: t("frame.strange.title", { name }), safe: t("frame.late.safe"), todo: t("frame.strange.todo"), details: null };
      return;
    }
    allowFramesOf(origin);
    this.#begin(frameUrl);
  }

  #begin(address: string): void {
    if (this.info === null || !belongs(address, this.info.origin)) return;
    this.src = address;
    this.turn += 1;
    this.started = false;
    this.late = false;
    this.shown.begin();
    // What the earlier page asked must not be answered to this one.
    this.asks.clear();
    clearTimeout(this.#restart);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.late = !this.started), PATIENCE);
  }

  async #read(): Promise<boolean> {
    return this.#do(async () => {
      const info = await this.#api.frameInfo();
      // The policy in force names the first origin: a window never changes to another.
      if (this.info !== null && info.origin !== this.info.origin) return;
      this.info = info;
      applyTheme(info.theme);
    });
  }

  async #changed(): Promise<void> {
    const before = JSON.stringify(this.info?.sees);
    await this.#read();
    const { info } = this;
    if (info === null || this.stopping || JSON.stringify(info.sees) === before) return;
    this.#toasts.say(t("frame.changed", { name: info.name }), { label: t("frame.reload", { name: info.name }), run: () => this.reload() });
  }

  // A message counts if it comes from this frame's window and from the app's origin; the token inside it is for the core to check.
  #hear(event: MessageEvent): void {
    const { info } = this;
    const source = this.#frame?.contentWindow;
    if (info === null) return;
    if (!source || event.source !== source || event.origin !== info.origin) this.#mail.strangerCame();
    else this.#mail.take(event.data);
  }

  async #pass(data: string): Promise<void> {
    const { info, turn } = this;
    if (info === null) return;
    try {
      const effects = await this.#api.frameMessage(data, info.origin);
      if (turn !== this.turn) return;
      this.#begun();
      this.#carryOut(effects);
    } catch {
      // An answer that the core does not give is not invented here: to the app it is silence.
    }
  }

  #begun(): void {
    this.started = true;
    this.late = false;
    clearTimeout(this.#timer);
  }

  #carryOut(effects: FrameEffect[]): void {
    for (const effect of effects) this.#apply(effect);
  }

  #apply(effect: FrameEffect): void {
    if (this.shown.apply(effect)) return;
    if (effect.kind === "post") this.#post(effect.json);
    else if (effect.kind === "ask") this.asks.put(effect.question);
    else if (effect.kind === "message") this.asks.put(effect);
    else if (effect.kind === "toast") this.#say(effect.text);
    else if (effect.kind === "restart") this.#restart = setTimeout(() => this.reload(), GRACE);
    else if (effect.kind === "close") void this.close();
  }

  #say(words: string): void {
    const text = words.length > TOAST ? `${words.slice(0, TOAST)}…` : words;
    this.#toasts.say(t("frame.says", { name: this.info?.name ?? "", text }));
  }

  async #tellDropped(): Promise<void> {
    const dropped = this.#mail.takeDropped();
    if (dropped !== null) await this.#api.frameDropped(dropped);
  }

  // Always to the app's own origin: what another page in this frame would hear is nothing.
  #post(json: string): void {
    if (this.info !== null) this.#frame?.contentWindow?.postMessage(json, this.info.origin);
  }

  async #do(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.failure = asAppError(error);
      return false;
    }
  }
}
