// What an app shows in its window besides its page: words in the strip, bars, its console, pages to read.
import type { FrameEffect, FramePage, FrameTone } from "../../ipc/types";
import { play, silence } from "./sounds";

/** Words in the strip stay so long, in milliseconds. */
export const TITLE = 2_500;
const SHAKE = 500;
/** Lines of the console that are kept. */
const LINES = 100;

export interface ConsoleLine {
  id: number;
  text: string;
  tone: FrameTone;
}

/** What stands beside the frame. */
export type Panel = { kind: "page"; page: FramePage; text: string | null } | { kind: "console" } | { kind: "notices" } | { kind: "inspector" };

export class Shown {
  loading: { show: boolean; text: string } = $state.raw({ show: false, text: "" });
  working = $state(false);
  title: { text: string; tone: FrameTone } | null = $state.raw(null);
  /** Percent, or nothing. */
  progress: number | null = $state(null);
  /** The app's own words for having no network. */
  offline: string | null = $state(null);
  shaking = $state(false);
  lines: ConsoleLine[] = $state.raw([]);
  panel: Panel | null = $state.raw(null);

  #next = 1;
  #titleEnds: ReturnType<typeof setTimeout> | undefined;
  #shakeEnds: ReturnType<typeof setTimeout> | undefined;

  /** Carries out what is only to be seen or heard; returns whether it was that. */
  apply(effect: FrameEffect): boolean {
    switch (effect.kind) {
      case "loading":
        this.loading = { show: effect.show, text: effect.text };
        return true;
      case "working":
        this.working = effect.on;
        return true;
      case "title":
        this.#say(effect.text, effect.tone);
        return true;
      case "progress":
        this.progress = effect.percent;
        return true;
      case "offline":
        this.offline = effect.text;
        return true;
      case "console":
        this.lines = [...this.lines, { id: this.#next++, text: effect.text, tone: effect.tone }].slice(-LINES);
        if (effect.show) this.panel = { kind: "console" };
        return true;
      case "page":
        this.panel = { kind: "page", page: effect.page, text: effect.text };
        return true;
      case "sound":
        if (effect.name === null) silence();
        else play(effect.name, effect.volume);
        return true;
      case "shake":
        clearTimeout(this.#shakeEnds);
        this.shaking = true;
        this.#shakeEnds = setTimeout(() => (this.shaking = false), SHAKE);
        return true;
      default:
        return false;
    }
  }

  /** A fresh frame shows nothing yet; what it wrote before can still be read. */
  begin(): void {
    this.loading = { show: false, text: "" };
    this.working = false;
    this.title = null;
    this.progress = null;
    this.offline = null;
  }

  stop(): void {
    clearTimeout(this.#titleEnds);
    clearTimeout(this.#shakeEnds);
    silence();
  }

  #say(text: string, tone: FrameTone): void {
    clearTimeout(this.#titleEnds);
    this.title = { text, tone };
    this.#titleEnds = setTimeout(() => (this.title = null), TITLE);
  }
}
