// When a press of a button counts: the window has the focus, and nothing on it has changed for a second. A press that was meant for
// something else, or for what stood there before, does nothing.

/** Milliseconds for which everything must have stood still. */
export const STILL = 1_000;

export class Arming {
  /** Presses count. */
  ready = $state(false);
  #focused: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(focused: boolean) {
    this.#focused = focused;
  }

  /** The page has changed, or the window has just come up. */
  touch(): void {
    clearTimeout(this.#timer);
    this.ready = false;
    if (this.#focused) this.#timer = setTimeout(() => (this.ready = true), STILL);
  }

  focus(focused: boolean): void {
    if (focused === this.#focused) return;
    this.#focused = focused;
    this.touch();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.ready = false;
  }
}
