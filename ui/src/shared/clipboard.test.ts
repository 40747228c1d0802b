// Copying and forgetting.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake } from "../ipc/fake";
import { copy } from "./clipboard";
import { session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

let board = "";
let allowed = true;
const clipboard = {
  writeText: async (text: string) => {
    if (!allowed) throw new Error("not focused");
    board = text;
  },
  readText: async () => board,
};

async function wants(clearClipboard: boolean): Promise<void> {
  session.settings = { ...(await createFake().api.settings()), clearClipboard };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { clipboard });
  allowed = true;
  board = "";
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("copying", () => {
  it("is forgotten after 30 seconds", async () => {
    await wants(true);
    await copy("9f2c");
    expect(board).toBe("9f2c");
    expect(toasts.current?.text).toBe("Copied");
    await vi.advanceTimersByTimeAsync(29_999);
    expect(board).toBe("9f2c");
    await vi.advanceTimersByTimeAsync(1);
    expect(board).toBe("");
  });

  it("leaves what was copied elsewhere, and everything when the person wants it so", async () => {
    await wants(true);
    await copy("9f2c");
    board = "shopping list";
    await vi.advanceTimersByTimeAsync(30_000);
    expect(board).toBe("shopping list");
    await wants(false);
    await copy("9f2c");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(board).toBe("9f2c");
  });

  it("is forgotten when the window comes back, if it could not before", async () => {
    await wants(true);
    await copy("9f2c");
    allowed = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(board).toBe("9f2c");
    allowed = true;
    window.dispatchEvent(new Event("focus"));
    await vi.advanceTimersByTimeAsync(0);
    expect(board).toBe("");
  });

  it("says when the desktop did not allow it", async () => {
    allowed = false;
    await copy("9f2c");
    expect(toasts.current?.text).toContain("Not copied");
  });
});
