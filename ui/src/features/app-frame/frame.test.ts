// The window of one app: what is taken from the frame, what is handed to it, and what the strip does.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import type { FrameEffect, FrameInfo, FrameQuestion } from "../../ipc/types";
import { missing, unclear } from "../../../tests/names";
import { serious } from "../../../tests/axe";
import { STILL } from "../consent/arming.svelte";
import { AppFrame, GRACE, PATIENCE } from "./frame.svelte";
import Held from "./Held.svelte";
import { acceptable, LARGEST, Mail } from "./mail";
import { belongs, allowFramesOf, SANDBOX } from "./policy";
import { TITLE } from "./shown.svelte";
import Strip from "./Strip.svelte";

const ORIGIN = "http://app.localhost:21000";

let fake: Fake;
let frame: AppFrame;
let stop: () => void;
let said: { text: string; action: { label: string; run: () => void } | null }[];
let posted: { json: string; target: string }[];
let inner: { postMessage: (json: string, target: string) => void };
let info: FrameInfo;
let reloaded: MockInstance;

async function open(change: Partial<FrameInfo> = {}): Promise<void> {
  fake = createFake();
  info = { ...(await fake.api.frameInfo()), origin: ORIGIN, frameUrl: `${ORIGIN}/?openplatform=x`, ...change };
  vi.spyOn(fake.api, "frameInfo").mockImplementation(async () => info);
  reloaded = vi.spyOn(fake.api, "frameReload").mockImplementation(async () => info.frameUrl);
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
    await settle();
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
    answers({ kind: "post", json: "one" }, { kind: "loading", show: true, text: "Counting" }, { kind: "toast", text: "Hello", tone: "info" }, { kind: "post", json: "two" });
    await hear("{}");
    expect(posted).toEqual([{ json: "one", target: ORIGIN }, { json: "two", target: ORIGIN }]);
    expect(frame.shown.loading).toEqual({ show: true, text: "Counting" });
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
    await settle();
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

describe("what an app shows", () => {
  it("words in the strip go away, bars and signs of work stay until they are taken back", async () => {
    await open();
    answers({ kind: "title", text: "Saved", tone: "success" }, { kind: "working", on: true }, { kind: "progress", percent: 40 }, { kind: "offline", text: "No network" });
    await hear("{}");
    const { shown } = frame;
    expect(shown).toMatchObject({ title: { text: "Saved", tone: "success" }, working: true, progress: 40, offline: "No network" });
    await settle(TITLE);
    expect(shown.title).toBeNull();
    answers({ kind: "working", on: false }, { kind: "progress", percent: null }, { kind: "offline", text: null });
    await hear("{}");
    expect(shown).toMatchObject({ working: false, progress: null, offline: null });
  });

  it("keeps a hundred lines of its console, and brings it up when it should", async () => {
    await open();
    answers(...Array.from({ length: 120 }, (_, n): FrameEffect => ({ kind: "console", text: `line ${n}`, tone: "info", show: false })));
    await hear("{}");
    expect(frame.shown.lines).toHaveLength(100);
    expect(frame.shown.lines[0]!.text).toBe("line 20");
    expect(frame.shown.panel).toBeNull();
    answers({ kind: "console", text: "look", tone: "warning", show: true });
    await hear("{}");
    expect(frame.shown.panel).toEqual({ kind: "console" });
  });

  it("pages, a shake, and what it told", async () => {
    await open();
    answers({ kind: "page", page: "help", text: "Read <b>me</b>" }, { kind: "shake" }, { kind: "sound", name: "done", volume: 50 }, { kind: "sound", name: null, volume: 0 });
    await hear("{}");
    expect(frame.shown.panel).toEqual({ kind: "page", page: "help", text: "Read <b>me</b>" });
    expect(frame.shown.shaking).toBe(true);
    await settle(1_000);
    expect(frame.shown.shaking).toBe(false);
  });

  it("loads itself again after a moment, and nothing that the earlier frame asked is answered", async () => {
    await open();
    answers({ kind: "ask", question: CONFIRM }, { kind: "restart" });
    await hear("{}");
    const { turn } = frame;
    expect(frame.asks.current).toEqual(CONFIRM);
    await settle(GRACE);
    expect(frame).toMatchObject({ turn: turn + 1, started: false });
    expect(frame.asks.current).toBeNull();
    expect(reloaded).toHaveBeenCalledOnce();
  });

  it("long words of a toast are cut", async () => {
    await open();
    answers({ kind: "toast", text: "x".repeat(1_000), tone: "info" });
    await hear("{}");
    expect(said[0]!.text).toHaveLength("Hourly: ".length + 301);
  });

  it("what the strip wants of it goes to the core", async () => {
    await open();
    vi.spyOn(fake.api, "frameWish").mockImplementation(async (wish) => [{ kind: "post", json: wish }]);
    await frame.wish("print");
    expect(posted).toEqual([{ json: "print", target: ORIGIN }]);
  });
});

const CONFIRM: FrameQuestion = { kind: "confirm", number: 7, text: "Sure?", buttons: ["Yes", "No"] };
const EXIT: FrameQuestion = { kind: "exit", number: 8, way: "share", target: "Rent Letter", shown: "24 weeks", cut: false, bytes: 8, leaves: true, mayStand: true };

describe("questions in the window", () => {
  function answered() {
    return vi.spyOn(fake.api, "frameAnswer").mockResolvedValue([{ kind: "post", json: "answer" }]);
  }

  it("one after the other; the app's own is answered at once, and no answer is none", async () => {
    await open();
    const answer = answered();
    answers({ kind: "ask", question: CONFIRM }, { kind: "message", text: "Done", tone: "success", button: null }, { kind: "ask", question: { ...CONFIRM, number: 9 } });
    await hear("{}");
    expect(frame.asks).toMatchObject({ current: CONFIRM, leaving: false, armed: true });
    frame.asks.choose(1);
    await settle();
    expect(answer).toHaveBeenLastCalledWith(7, 1);
    expect(posted).toEqual([{ json: "answer", target: ORIGIN }]);
    expect(frame.asks.current!.kind).toBe("message");
    frame.asks.choose(null);
    frame.asks.choose(null);
    await settle();
    expect(answer).toHaveBeenCalledTimes(2);
    expect(answer).toHaveBeenLastCalledWith(9, null);
    expect(frame.asks.current).toBeNull();
  });

  it("what would leave the app waits for a second in focus, hides the frame and never takes Enter", async () => {
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    await open();
    const answer = answered();
    fake.emit("frameAsks", { question: EXIT });
    flushSync();
    expect(frame.asks).toMatchObject({ leaving: true, armed: false });
    frame.asks.choose(0);
    expect(answer).not.toHaveBeenCalled();
    const enter = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
    frame.asks.key(enter);
    expect(enter.defaultPrevented).toBe(true);
    await settle(STILL);
    window.dispatchEvent(new Event("blur"));
    expect(frame.asks.armed).toBe(true);
    frame.asks.choose(1);
    await settle();
    expect(answer).toHaveBeenCalledExactlyOnceWith(8, 1);
    vi.restoreAllMocks();
  });

  it("a no needs no waiting", async () => {
    await open();
    const answer = answered();
    fake.emit("frameAsks", { question: EXIT });
    frame.asks.choose(null);
    await settle();
    expect(answer).toHaveBeenCalledExactlyOnceWith(8, null);
  });

  it("words that come in a flood are dropped", async () => {
    await open();
    answers(...Array.from({ length: 100_000 }, (_, n): FrameEffect => ({ kind: "message", text: String(n), tone: "info", button: null })));
    await hear("{}");
    let shown = 0;
    for (; frame.asks.current !== null; shown++) frame.asks.choose(null);
    expect(shown).toBe(9);
  });
});

describe("the list of messages", () => {
  it("reads while somebody looks, newest first, and tells the core what was dropped here", async () => {
    await open({ developer: true });
    const dropped = vi.spyOn(fake.api, "frameDropped");
    await hear("x".repeat(LARGEST + 1));
    await hear({ an: "object" });
    await hear("{}", { source: null });
    const stop = frame.inspector.start();
    await settle();
    expect(dropped).toHaveBeenCalledExactlyOnceWith({ foreign: 1, large: 1, strange: 1, flood: 0 });
    expect(frame.inspector.rows.map((row) => row.number)).toEqual([5, 4, 3, 2, 1]);
    await settle(1_000);
    expect(dropped).toHaveBeenCalledOnce();
    expect(frame.inspector.rows).toHaveLength(5);
    await frame.inspector.open(1);
    expect(frame.inspector.opened!.text).toContain("verify");
    await frame.inspector.open(1);
    expect(frame.inspector.opened).toBeNull();
    stop();
    expect(frame.inspector.rows).toEqual([]);
  });
});

describe("a flood", () => {
  it("of 100,000 messages, of 50 MB and of poisoned keys costs no more than what is taken", async () => {
    await open({ developer: true });
    const passed = vi.spyOn(fake.api, "frameMessage").mockImplementation(() => new Promise(() => undefined));
    const event = new MessageEvent("message", { data: '{"__proto__":{"polluted":true}}', origin: ORIGIN });
    Object.defineProperty(event, "source", { value: inner });
    for (let n = 0; n < 100_000; n++) window.dispatchEvent(event);
    await hear("x".repeat(50 * 1024 * 1024));
    expect(passed).toHaveBeenCalledTimes(32);
    const told = vi.spyOn(fake.api, "frameDropped");
    await frame.inspector.read();
    expect(told).toHaveBeenCalledExactlyOnceWith({ foreign: 0, large: 1, strange: 0, flood: 100_000 - 32 - 256 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
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
    expect(mail.takeDropped()).toEqual({ foreign: 0, large: 0, strange: 0, flood: 1_000 - 32 - 256 });
    expect(mail.takeDropped()).toBeNull();
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
    const ask = vi.spyOn(fake.api, "frameAskErase");
    expect(said[0]!.action!.label).toBe("Ask Hourly to erase");
    said[0]!.action!.run();
    expect(ask).toHaveBeenCalledOnce();
  });

  it("does not speak of erasing where there is nothing to erase", async () => {
    await open({ canErase: false });
    await frame.stopSharing();
    expect(said[0]).toEqual({ text: "Hourly can see nothing.", action: null });
  });

  it("offers to reload when what the app can see was changed elsewhere", async () => {
    await open();
    info = { ...info, sees: [{ grant: "g9", words: "Your reviews" }], frameUrl: `${ORIGIN}/?openplatform=y` };
    fake.emit("frameChanged", null);
    await settle();
    expect(said[0]).toMatchObject({ text: "What Hourly can see has changed.", action: { label: "Reload Hourly" } });
    said[0]!.action!.run();
    await settle();
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

  it("hides the frame while something would leave it, and shows it again", async () => {
    await open();
    answers();
    show();
    await hear("{}");
    fake.emit("frameAsks", { question: EXIT });
    flushSync();
    const element = document.querySelector("iframe")!;
    expect(element.inert && element.classList.contains("away")).toBe(true);
    expect(missing(['alertdialog "Hand this to Rent Letter?"', 'button "Don’t let it"', 'button "This once"', 'button "Always for these two"'])).toEqual([]);
    expect(document.querySelector("pre")!.textContent).toBe("24 weeks");
    frame.asks.choose(null);
    flushSync();
    expect(element.inert || element.classList.contains("away")).toBe(false);
  });

  it.each([
    ["a page of the app", { kind: "page", page: "report", text: "It broke" }],
    ["its console", { kind: "console", text: "A line", tone: "error", show: true }],
    ["a question of its own", { kind: "ask", question: CONFIRM }],
    ["its menu", { kind: "ask", question: { kind: "options", number: 3, items: ["Export", "", "Preferences"] } }],
    ["a box of words", { kind: "message", text: "<img src=x onerror=alert(1)>", tone: "error", button: "Close it" }],
    ["no network", { kind: "offline", text: "Later" }],
  ] satisfies [string, FrameEffect][])("stops nobody with %s, and shows words as words", async (_what, effect) => {
    document.documentElement.lang = "en";
    document.title = "Hourly";
    await open({ developer: true });
    answers(effect);
    show();
    await hear("{}");
    vi.useRealTimers();
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    expect(document.querySelector("img[src=x]")).toBeNull();
    expect(unclear()).toEqual([]);
    // What is in the frame is the app's own; axe-core would look into it.
    document.querySelector("iframe")!.remove();
    expect(await serious()).toEqual([]);
    vi.restoreAllMocks();
  });

  it.each(["notices", "inspector"] as const)("stops nobody with %s", async (kind) => {
    document.documentElement.lang = "en";
    document.title = "Hourly";
    await open({ developer: true });
    answers();
    show();
    await hear("{}");
    frame.shown.panel = { kind };
    flushSync();
    await settle();
    vi.useRealTimers();
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    expect(document.querySelectorAll("aside li, aside tbody tr").length).toBe(kind === "notices" ? 2 : 5);
    expect(unclear()).toEqual([]);
    // What is in the frame is the app's own; axe-core would look into it.
    document.querySelector("iframe")!.remove();
    expect(await serious()).toEqual([]);
    vi.restoreAllMocks();
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
