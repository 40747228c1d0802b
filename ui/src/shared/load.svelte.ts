// One answer of the core that a page shows: what was last heard, whether a question is open, and what went wrong.
import { asAppError } from "../ipc/client";
import type { AppError } from "../ipc/types";

export class Load<T> {
  value: T | null = $state.raw(null);
  error: AppError | null = $state.raw(null);
  busy = $state(false);
  #turn = 0;

  /** Asks; the answer to the latest question wins, and an earlier answer stays on the page until then. */
  async run(ask: () => Promise<T>): Promise<T | null> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const value = await ask();
      if (turn !== this.#turn) return null;
      this.value = value;
      this.error = null;
      this.busy = false;
      return value;
    } catch (error) {
      if (turn !== this.#turn) return null;
      this.error = asAppError(error);
      this.busy = false;
      return null;
    }
  }

  /** Forgets the answer, and every answer that is still on its way. */
  clear(): void {
    this.#turn++;
    this.value = null;
    this.error = null;
    this.busy = false;
  }
}

/** One act of the person: a button that waits for the core, and what it said if it could not. */
export class Act {
  busy = $state(false);
  error: AppError | null = $state.raw(null);

  /** Runs unless it runs already. Returns whether it was done. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await act();
      return true;
    } catch (error) {
      this.error = asAppError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Runs what saves a file. Says where it is; null when the person chose no place, or it could not be saved. */
  async save(save: () => Promise<string | null>): Promise<string | null> {
    let place: string | null = null;
    await this.run(async () => {
      place = await save();
    });
    return place;
  }
}
