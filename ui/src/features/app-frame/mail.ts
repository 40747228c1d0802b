// What comes from the frame, one message at a time and not without end.
import type { Dropped } from "../../ipc/types";

/** Bytes of one message, at most. */
export const LARGEST = 1024 * 1024;
const AT_ONCE = 32;
const WAITING = 256;

/** Whether a message can be taken: a string of at most 1 MiB as UTF-8. */
export function acceptable(data: unknown): data is string {
  if (typeof data !== "string" || data.length > LARGEST) return false;
  return data.length * 3 <= LARGEST || new TextEncoder().encode(data).length <= LARGEST;
}

/** Hands messages on in their order, a limited number at once; what a flood brings beyond that is dropped and counted. */
export class Mail {
  #dropped: Dropped = none();
  #running = 0;
  #queue: string[] = [];
  #deliver: (data: string) => Promise<void>;

  constructor(deliver: (data: string) => Promise<void>) {
    this.#deliver = deliver;
  }

  take(data: unknown): void {
    if (!acceptable(data)) this.#dropped[typeof data === "string" ? "large" : "strange"] += 1;
    else if (this.#queue.length >= WAITING) this.#dropped.flood += 1;
    else {
      this.#queue.push(data);
      this.#next();
    }
  }

  /** Counts a message that came from elsewhere. */
  strangerCame(): void {
    this.#dropped.foreign += 1;
  }

  /** How many messages were not taken, by why, since this was asked last; null if none. */
  takeDropped(): Dropped | null {
    const dropped = this.#dropped;
    this.#dropped = none();
    return Object.values(dropped).some((count) => count > 0) ? dropped : null;
  }

  #next(): void {
    const data = this.#running < AT_ONCE ? this.#queue.shift() : undefined;
    if (data === undefined) return;
    this.#running += 1;
    void this.#deliver(data).finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }
}

function none(): Dropped {
  return { foreign: 0, large: 0, strange: 0, flood: 0 };
}
