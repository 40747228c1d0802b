// One toast at a time. A toast is never the only place of a piece of information.

export interface Toast {
  id: number;
  text: string;
  action: { label: string; run: () => void } | null;
}

const SHORT = 6_000;
const WITH_UNDO = 10_000;

class Toasts {
  current: Toast | null = $state.raw(null);
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #undo: (() => void) | null = null;

  /** Says something for six seconds. */
  say(text: string, action: Toast["action"] = null): void {
    this.#show(text, action);
  }

  /** Says what was done and offers to undo it, for ten seconds or by Ctrl Z. */
  undoable(text: string, label: string, undo: () => void): void {
    const run = () => {
      this.close();
      undo();
    };
    this.#show(text, { label, run });
    this.#undo = run;
  }

  /** Undoes the last reversible act, if there is one. */
  undoLast(): boolean {
    const undo = this.#undo;
    undo?.();
    return undo !== null;
  }

  /** The toast stays while the pointer or the focus is on it. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  release(): void {
    if (this.current !== null) this.#arm();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#undo = null;
    this.current = null;
  }

  #show(text: string, action: Toast["action"]): void {
    this.#undo = null;
    this.current = { id: this.#next++, text, action };
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), this.current?.action ? WITH_UNDO : SHORT);
  }
}

export const toasts = new Toasts();
