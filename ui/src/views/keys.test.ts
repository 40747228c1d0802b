// The keys of the main window.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { offer } from "../shared/page.svelte";
import { router } from "../shared/router.svelte";
import { Keys } from "./keys";

const host = { jump: vi.fn(), list: vi.fn(), stopAll: vi.fn(), single: true, busy: false };
const keys = new Keys({ jump: host.jump, list: host.list, stopAll: host.stopAll, singleKeys: () => host.single, open: () => host.busy });

function press(key: string, modifiers: KeyboardEventInit = {}, target: EventTarget = document.body): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...modifiers });
  Object.defineProperty(event, "target", { value: target });
  return keys.handle(event);
}

describe("keys", () => {
  beforeEach(() => {
    vi.clearAllMocks();
    host.single = true;
    host.busy = false;
    router.go("/");
    document.body.replaceChildren();
  });

  it("open the palette, the list of keys and the question to stop all", () => {
    expect(press("k", { ctrlKey: true })).toBe(true);
    expect(host.jump).toHaveBeenCalledOnce();
    press("?", { shiftKey: true });
    expect(host.list).toHaveBeenCalledOnce();
    press(".", { ctrlKey: true, shiftKey: true });
    expect(host.stopAll).toHaveBeenCalledOnce();
  });

  it("go to a page after G, within a moment", () => {
    vi.useFakeTimers();
    press("g");
    press("s");
    expect(router.route.path).toBe("/settings");
    router.go("/");
    press("g");
    vi.advanceTimersByTime(2_000);
    expect(press("s")).toBe(false);
    expect(router.route.path).toBe("/");
    vi.useRealTimers();
  });

  it("leave single letters alone while typing, or when they are switched off", () => {
    const input = document.createElement("input");
    expect(press("g", {}, input)).toBe(false);
    expect(press("?", {}, input)).toBe(false);
    expect(press("k", { ctrlKey: true }, input)).toBe(true);
    host.single = false;
    expect(press("?")).toBe(false);
    expect(host.list).not.toHaveBeenCalled();
  });

  it("lead to where the open thing came from, where a page has one", () => {
    expect(press("Enter", { altKey: true })).toBe(false);
    const source = vi.fn(() => true);
    const stop = offer({ source });
    expect(press("Enter", { altKey: true })).toBe(true);
    expect(source).toHaveBeenCalledOnce();
    stop();
  });

  it("belong to the overlay that is open", () => {
    host.busy = true;
    expect(press("k", { ctrlKey: true })).toBe(false);
    expect(host.jump).not.toHaveBeenCalled();
  });

  it("reach what the page offers, for as long as it is there", () => {
    const search = vi.fn();
    const escape = vi.fn(() => true);
    const stop = offer({ search, escape });
    expect(press("/")).toBe(true);
    expect(press("f", { ctrlKey: true })).toBe(true);
    expect(press("Escape")).toBe(true);
    expect(search).toHaveBeenCalledTimes(2);
    expect(press("e", { ctrlKey: true })).toBe(false);
    stop();
    expect(press("/")).toBe(false);
    expect(escape).toHaveBeenCalledOnce();
  });

  it("F6 moves between the parts of the window, both ways", () => {
    document.body.innerHTML = '<nav aria-label="Main"><button>a</button></nav><main><h1>b</h1></main><aside aria-label="c"></aside>';
    const [nav, main, aside] = ["nav", "main", "aside"].map((name) => document.querySelector(name));
    for (const region of [nav, main, aside, nav]) {
      press("F6");
      expect(document.activeElement).toBe(region);
    }
    press("F6", { shiftKey: true });
    expect(document.activeElement).toBe(aside);
    document.querySelector("button")?.focus();
    press("F6");
    expect(document.activeElement).toBe(main);
  });
});
