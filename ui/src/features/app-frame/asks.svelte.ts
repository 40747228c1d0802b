// Boxes over the frame, one after the other: words of the app, its questions, and what would leave it.
import type { FrameQuestion, FrameTone } from "../../ipc/types";
import { Arming } from "../consent/arming.svelte";

/** A box with words and one button. It has no number: nothing is answered. */
export interface Box {
  kind: "message";
  text: string;
  tone: FrameTone;
  button: string | null;
}

export type Ask = Box | FrameQuestion;

/** Boxes that wait, at most; further words are dropped. */
const MOST = 8;

export class Asks {
  /** The box that is shown. */
  current: Ask | null = $state.raw(null);
  /** Something would leave the app: its frame is hidden and takes nothing meanwhile. */
  readonly leaving = $derived(this.current?.kind === "exit");

  #waiting: Ask[] = [];
  #arming = new Arming(document.hasFocus());
  #answer: (number: number, choice: number | null) => void;

  constructor(answer: (number: number, choice: number | null) => void) {
    this.#answer = answer;
  }

  /** Whether a press counts. The app's own questions are not worth the wait. */
  get armed(): boolean {
    return !this.leaving || this.#arming.ready;
  }

  put(ask: Ask): void {
    if (this.current === null) this.#show(ask);
    else if (ask.kind !== "message" || this.#waiting.length < MOST) this.#waiting.push(ask);
  }

  /** The person has chosen; null is no. */
  choose(choice: number | null): void {
    const ask = this.current;
    if (ask === null || (choice !== null && !this.armed)) return;
    this.#show(this.#waiting.shift() ?? null);
    if (ask.kind !== "message") this.#answer(ask.number, choice);
  }

  /** Enter never lets anything out. */
  key(event: KeyboardEvent): void {
    if (event.key === "Enter" && this.leaving) event.preventDefault();
  }

  focus(focused: boolean): void {
    this.#arming.focus(focused);
  }

  clear(): void {
    this.#waiting = [];
    this.#show(null);
  }

  stop(): void {
    this.#arming.stop();
  }

  #show(ask: Ask | null): void {
    this.current = ask;
    this.#arming.touch();
  }
}
