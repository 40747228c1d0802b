// One toast at a time, six seconds, ten with Undo, as long as it is looked at.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toasts } from "./toasts.svelte";

describe("toasts", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    toasts.close();
    vi.useRealTimers();
  });

  it("go after six seconds", () => {
    toasts.say("Copied");
    vi.advanceTimersByTime(5_999);
    expect(toasts.current?.text).toBe("Copied");
    vi.advanceTimersByTime(1);
    expect(toasts.current).toBeNull();
  });

  it("stay while they are held", () => {
    toasts.say("Copied");
    toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(toasts.current).not.toBeNull();
    toasts.release();
    vi.advanceTimersByTime(6_000);
    expect(toasts.current).toBeNull();
  });

  it("undo once, for ten seconds", () => {
    const undo = vi.fn();
    toasts.undoable("Changed", "Undo", undo);
    vi.advanceTimersByTime(9_000);
    toasts.current?.action?.run();
    expect(undo).toHaveBeenCalledOnce();
    expect(toasts.current).toBeNull();
    expect(toasts.undoLast()).toBe(false);
  });

  it("cannot undo what a later message replaced or time took away", () => {
    const undo = vi.fn();
    toasts.undoable("Changed", "Undo", undo);
    vi.advanceTimersByTime(10_000);
    expect(toasts.undoLast()).toBe(false);
    expect(undo).not.toHaveBeenCalled();
  });
});
