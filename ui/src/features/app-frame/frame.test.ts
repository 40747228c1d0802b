// The window of one app: what is taken from the frame, what is handed to it, and what the strip does.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import type { FrameEffect, FrameInfo } from "../../ipc/types";
import { missing, unclear } from "../../../tests/names";
import { AppFrame, PATIENCE } from "./frame.svelte";
import Held from "./Held.svelte";
import { acceptable, LARGEST, Mail } from "./mail";
import { belongs, allowFramesOf, SANDBOX } from "./policy";
import Strip from "./Strip.svelte";

const ORIGIN = "http://app.localhost:21000";

let fake: Fake;
let frame: AppFrame;
let stop: () => void;
let said: { text: string; action: { label: string; run: () => void } | null }[];
let posted: { json: string; target: string }[];
let inner: { postMessage: (json: string, target: string) => void };
let info: FrameInfo;

async function open(change: Partial<FrameInfo> = {}): Promise<void> {
  fake = createFake();
  info = { ...(await fake.api.frameInfo()), origin: ORIGIN, frameUrl: `${ORIGIN}/?openplatform=x`, ...change };
  vi.spyOn(fake.api, "frameInfo").mockImplementation(async () => info);
  said = [];
  posted = [];
  inner = { postMessage: (json, target) => posted.push({ json, target }) };
  frame = new AppFrame(fake.api, { say: (text, action = null) => said.push({ text, action }) });
  frame.attach({ contentWindow: inner } as unknown as HTMLIFrameElement);
  stop = frame.start(fake.on);
  await settle();
}

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}

async function hear(data: unknown, from: { source?: unknown; origin?: string } = {}): Promise<void> {
  const event = new MessageEvent("message", { data, origin: from.origin ?? ORIGIN });
  Object.defineProperty(event, "source", { value: "source" in from ? from.source : inner });
  window.dispatchEvent(event);
  await settle();
}

function answers(...effects: FrameEffect[]) {
  return vi.spyOn(fake.api, "frameMessage").mockResolvedValue(effects);
}

const policies = () => [...document.head.querySelectorAll<HTMLMetaElement>("meta[http-equiv=Content-Security-Policy]")].map((meta) => meta.content);

beforeEach(() => {
  vi.useFakeTimers();
  document.head.replaceChildren();
  document.body.replaceChildren();
});
afterEach(() => {
  stop?.();
  vi.useRealTimers();
});

describe("opening", () => {
  it("names the one origin in a policy before there is a frame", async () => {
    fake = createFake();
    const seen: (string | null)[] = [];
    const append = document.head.append.bind(document.head);
    vi.spyOn(document.head, "append").mockImplementation((...nodes) => {
      seen.push(frame.src);
      append(...nodes);
    });
    await open();
    vi.restoreAllMocks();
    expect(policies()).toEqual([`frame-src ${ORIGIN}`]);
    expect(seen).toEqual([null]);
    expect(frame.src).toBe(`${ORIGIN}/?openplatform=x`);
  });

  it.each([
    ["another origin", { frameUrl: "https://evil.example/" }],
    ["a scheme that is not the web's", { origin: "tauri://localhost", frameUrl: "tauri://localhost/app.html" }],
    ["something that would widen the policy", { origin: "https://a.example *", frameUrl: "https://a.example/" }],
    ["this very page", { origin: location.origin, frameUrl: `${location.origin}/` }],
  ])("opens no frame for %s", async (_what, change) => {
    await open(change);
    expect(frame.src).toBeNull();
    expect(frame.failure!.code).toBe("APP-311");
    expect(policies()).toEqual([]);
  });

  it("after ten seconds without a word says APP-301, and takes it back when the app speaks", async () => {
    await open();
    answers();
    await settle(PATIENCE - 1);
    expect(frame.tooLate).toBeNull();
    await settle(1);
    expect(frame.tooLate).toMatchObject({ code: "APP-301", title: "Hourly did not start within 10 s.", safe: "It got nothing." });
    await hear("{}");
    expect(frame.tooLate).toBeNull();
  });

  it("a reload is a fresh frame with ten seconds of its own", async () => {
    await open();
    await settle(PATIENCE);
    const { turn } = frame;
    frame.reload();
    expect(frame).toMatchObject({ turn: turn + 1, started: false, late: false });
    await settle(PATIENCE);
    expect(frame.late).toBe(true);
  });
});

describe("from the frame", () => {
  it("takes strings of this frame's window and origin, and hands them to the core as they are", async () => {
    await open();
    const passed = answers();
    await hear('{"openplatform":true}');
    expect(passed).toHaveBeenCalledExactlyOnceWith('{"openplatform":true}', ORIGIN);
  });

  it.each([
    ["another window", '{"a":1}', { source: {} }],
    ["no window", '{"a":1}', { source: null }],
    ["another origin", '{"a":1}', { origin: "http://other.localhost:21000" }],
    ["an opaque origin", '{"a":1}', { origin: "null" }],
    ["an object", { openplatform: true }, {}],
    ["more than 1 MiB", "x".repeat(LARGEST + 1), {}],
    ["1 MiB of characters that are more as bytes", "é".repeat(LARGEST / 2 + 1), {}],
  ])("does not take a message from or with %s", async (_what, data, from) => {
    await open();
    const passed = answers();
    await hear(data, from);
    expect(passed).not.toHaveBeenCalled();
  });

  it("carries out what the core answers, in order", async () => {
    await open();
    answers({ kind: "post", json: "one" }, { kind: "loading", show: true, text: "Counting" }, { kind: "toast", text: "Hello" }, { kind: "post", json: "two" });
    await hear("{}");
    expect(posted).toEqual([{ json: "one", target: ORIGIN }, { json: "two", target: ORIGIN }]);
    expect(frame.loading).toEqual({ show: true, text: "Counting" });
    expect(said.map(({ text }) => text)).toEqual(["Hourly: Hello"]);
  });

  it("an error of the core is silence to the app", async () => {
    await open();
    vi.spyOn(fake.api, "frameMessage").mockRejectedValue(failure("SYS-900", "", "", ""));
    await hear("{}");
    expect(posted).toEqual([]);
    expect(frame.failure).toBeNull();
  });

  it("an answer to a frame that was replaced goes nowhere", async () => {
    await open();
    let answer: (effects: FrameEffect[]) => void = () => undefined;
    vi.spyOn(fake.api, "frameMessage").mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    await hear("{}");
    frame.reload();
    answer([{ kind: "post", json: "old" }]);
    await settle();
    expect(posted).toEqual([]);
    expect(frame.started).toBe(false);
  });

  it("closes when the app asks for it", async () => {
    await open();
    const closed = vi.spyOn(fake.api, "frameClose");
    answers({ kind: "close" });
    await hear("{}");
    expect(closed).toHaveBeenCalledOnce();
  });
});

describe("to the frame", () => {
  it("goes to the app's origin only", async () => {
    await open();
    fake.emit("framePost", { json: '{"type":"revision"}' });
    expect(posted).toEqual([{ json: '{"type":"revision"}', target: ORIGIN }]);
  });
});

describe("mail", () => {
  it("keeps the order, a few at once, and drops what a flood brings beyond", async () => {
    const order: string[] = [];
    const open: (() => void)[] = [];
    const mail = new Mail((data) => new Promise((resolve) => (order.push(data), open.push(resolve))));
    for (let n = 0; n < 1_000; n++) mail.take(String(n));
    expect(order).toHaveLength(32);
    expect(mail.dropped).toBe(1_000 - 32 - 256);
    while (open.length) {
      open.shift()!();
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(order).toEqual(Array.from({ length: 288 }, (_, n) => String(n)));
  });

  it("measures in bytes", () => {
    expect(acceptable("x".repeat(LARGEST))).toBe(true);
    expect(acceptable("é".repeat(LARGEST / 2))).toBe(true);
    expect(acceptable("€".repeat(LARGEST / 2))).toBe(false);
    expect(acceptable(undefined)).toBe(false);
  });
});

describe("the strip", () => {
  it("stops sharing at once and says so", async () => {
    await open();
    vi.spyOn(fake.api, "frameStopSharing").mockImplementation(async () => {
      info = { ...info, sees: [] };
      fake.emit("frameChanged", null);
    });
    await frame.stopSharing();
    await settle();
    expect(frame.info!.sees).toEqual([]);
    expect(said.map(({ text }) => text)).toEqual(["Hourly can see nothing. Ask them to erase what they have?"]);
  });

  it("does not speak of erasing to an app that has no way out", async () => {
    await open({ packaged: true });
    await frame.stopSharing();
    expect(said[0]!.text).toBe("Hourly can see nothing.");
  });

  it("offers to reload when what the app can see was changed elsewhere", async () => {
    await open();
    info = { ...info, sees: [{ grant: "g9", words: "Your reviews" }], frameUrl: `${ORIGIN}/?openplatform=y` };
    fake.emit("frameChanged", null);
    await settle();
    expect(said[0]).toMatchObject({ text: "What Hourly can see has changed.", action: { label: "Reload Hourly" } });
    said[0]!.action!.run();
    expect(frame.src).toBe(`${ORIGIN}/?openplatform=y`);
  });

  it("never changes to another origin", async () => {
    await open();
    info = { ...info, origin: "https://evil.example", frameUrl: "https://evil.example/" };
    fake.emit("frameChanged", null);
    await settle();
    expect(frame.info!.origin).toBe(ORIGIN);
  });
});

describe("the page", () => {
  const pages: Record<string, unknown>[] = [];
  afterEach(async () => {
    for (const page of pages.splice(0)) await unmount(page);
  });

  function show(): void {
    const main = document.createElement("main");
    main.setAttribute("aria-labelledby", "frame-name");
    document.body.append(main);
    for (const part of [Strip, Held]) pages.push(mount(part, { target: main, props: { frame, info: frame.info! } }));
    flushSync();
  }

  it("has the names of the contract", async () => {
    await open();
    show();
    expect(missing(['main "Hourly"', 'button "What it received"', 'button "Stop sharing with Hourly"', 'button "Close Hourly"', 'list "What this app can see"'])).toEqual([]);
    expect(document.querySelector("iframe")!.title).toBe("Hourly (app)");
    expect(unclear()).toEqual([]);
  });

  it("gives the frame its sandbox and its address, and nothing more", async () => {
    await open();
    show();
    const element = document.querySelector("iframe")!;
    expect(element.getAttribute("sandbox")).toBe(SANDBOX);
    expect(SANDBOX).not.toMatch(/top-navigation|escape-sandbox|same-site/);
    expect(element.getAttribute("src")).toBe(`${ORIGIN}/?openplatform=x`);
    expect(element.hasAttribute("allow")).toBe(false);
  });

  it("hides the frame while a question is open, and says where it is", async () => {
    await open();
    answers();
    show();
    await hear("{}");
    fake.emit("framePaused", { paused: true, words: "Hourly has 1 question", quiet: 0 });
    flushSync();
    expect(document.body.textContent).toContain("Hourly has 1 question");
    expect(document.querySelector("iframe")!.inert).toBe(true);
    fake.emit("framePaused", { paused: false, words: "", quiet: 0 });
    flushSync();
    expect(document.body.textContent).not.toContain("question");
    expect(document.querySelector("iframe")!.inert).toBe(false);
  });

  it("says Nothing when the app can see nothing", async () => {
    await open({ sees: [] });
    show();
    expect(document.querySelector("ul")!.textContent).toContain("Nothing");
  });
});

describe("the policy", () => {
  it("names web origins and refuses what could widen it", () => {
    expect(belongs("http://[::1]:8080/x", "http://[::1]:8080")).toBe(true);
    expect(belongs("http://a.example/", "http://a.example; script-src *")).toBe(false);
    expect(() => allowFramesOf("https://a.example; script-src *")).toThrow(TypeError);
  });
});
