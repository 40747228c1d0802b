// The messages of one app, for developers: read every second while somebody looks.
import { asAppError, type Api } from "../../ipc/client";
import type { AppError, TraceRow } from "../../ipc/types";

type TraceApi = Pick<Api, "frameTrace" | "frameTraceText">;

const EVERY = 1_000;
/** As many as the core keeps. */
const KEPT = 500;

export class Inspector {
  /** Newest first. */
  rows: TraceRow[] = $state.raw([]);
  opened: { number: number; text: string | null } | null = $state.raw(null);
  error: AppError | null = $state.raw(null);

  #api: TraceApi;
  #before: () => Promise<void>;

  /** `before` is done each time before the messages are read. */
  constructor(api: TraceApi, before: () => Promise<void>) {
    this.#api = api;
    this.#before = before;
  }

  /** Begins to read; the returned function ends that, and forgets what was read. */
  start(): () => void {
    void this.read();
    const timer = setInterval(() => void this.read(), EVERY);
    return () => {
      clearInterval(timer);
      this.opened = null;
      this.rows = [];
    };
  }

  async read(): Promise<void> {
    try {
      await this.#before();
      const last = this.rows[0]?.number ?? 0;
      const fresh = await this.#api.frameTrace(last);
      const unseen = fresh.filter((row) => row.number > (this.rows[0]?.number ?? 0));
      if (unseen.length > 0) this.rows = [...unseen.reverse(), ...this.rows].slice(0, KEPT);
      this.error = null;
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  /** Shows what one message says, or hides it again. */
  async open(number: number): Promise<void> {
    if (this.opened?.number === number) {
      this.opened = null;
      return;
    }
    try {
      this.opened = { number, text: await this.#api.frameTraceText(number) };
    } catch (error) {
      this.error = asAppError(error);
    }
  }
}
