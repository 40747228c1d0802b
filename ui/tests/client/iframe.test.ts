// window.APP of version 5: what it sends, what it does with what the host sends, and what it drops.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { APP as ORIGIN, BASE, HOST, load, type Options, type Page } from "./frame";

const TOKEN = "abcX1Xdef~0123456789abcdef0123456789abcdef";
const RAW = encodeURIComponent(`${BASE}/verify/?token=${TOKEN}`);
const END = `"totalplatform":true,"origin":"${ORIGIN}/orders"}`;

function open(options: Options = {}): Page {
  return load({ file: "iframe.js", pathname: "/orders", search: `?openplatform=${RAW}`, ...options });
}

/** The page after it said hello. */
function begun(options: Options = {}): Page {
  const page = open(options);
  vi.advanceTimersByTime(2);
  page.deliver({ TYPE: "init" });
  vi.advanceTimersByTime(1);
  page.sent.length = 0;
  return page;
}

beforeEach(() => {
  document.body.innerHTML = "<p>The app</p>";
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe("beginning", () => {
  it.each(["iframe.js", "iframe.min.js"] as const)("%s says hello two milliseconds after it was loaded, once, behind APP_INIT", (file) => {
    const order: string[] = [];
    const page = open({ file, globals: { APP_INIT: () => order.push(`hook ${page.sent.length}`) } });
    vi.advanceTimersByTime(1);
    expect(page.sent).toHaveLength(0);
    vi.advanceTimersByTime(5000);
    expect(order).toEqual(["hook 0"]);
    expect(page.sent.map(({ text, target }) => [text, target])).toEqual([[`{"TYPE":"init",${END}`, HOST]]);
    page.OP.on("init", () => order.push("event"));
    page.deliver({ TYPE: "init" });
    expect([page.OP.ready, order.length]).toEqual([true, 1]);
    vi.advanceTimersByTime(1);
    expect(order[1]).toBe("event");
  });

  it("has its properties from the address", () => {
    expect(open().OP).toMatchObject({ version: 1, iframe: true, ready: false, origin: `${ORIGIN}/orders`, token: RAW, accesstoken: TOKEN, callbackindex: 0 });
    expect(open({ search: "" }).OP).toMatchObject({ token: "", accesstoken: "" });
    expect(open({ search: "?openplatform=%E0%A4%A" }).OP).toMatchObject({ accesstoken: "" });
  });

  it("outside a frame runs its hook and says nothing", () => {
    const hook = vi.fn();
    const page = open({ framed: false, globals: { APP_INIT: hook } });
    vi.advanceTimersByTime(5);
    page.OP.success("Hello");
    expect([hook.mock.calls.length, page.sent.length, page.OP.iframe]).toEqual([1, 0, false]);
  });
});

describe("app to host", () => {
  it.each<[string, unknown[], string]>([
    ["play", ["done"], '"TYPE":"play","data":"done"'],
    ["success", ["Saved"], '"TYPE":"success","data":"Saved"'],
    ["warning", ["Oh"], '"TYPE":"warning","data":"Oh"'],
    ["error", ["No"], '"TYPE":"error","data":"No"'],
    ["copy", ["a text"], '"TYPE":"clipboard","data":"a text"'],
    ["path", ["/orders/5"], '"TYPE":"path","data":"/orders/5"'],
    ["open", ["Other", "/a"], '"TYPE":"open","app":"Other","path":"/a"'],
    ["open", ["Other"], '"TYPE":"open","app":"Other"'],
    ["focus", [], '"TYPE":"focus"'],
    ["focus", [true], '"TYPE":"focus","data":true'],
    ["refresh", [], '"TYPE":"refresh"'],
    ["refresh_account", [], '"TYPE":"refresh_account"'],
    ["restart", [], '"TYPE":"restart"'],
    ["feedback", [], '"TYPE":"feedback"'],
    ["close", [], '"TYPE":"close"'],
    ["send", [{ TYPE: "own", a: 1 }], '"TYPE":"own","a":1'],
  ])("%s(%j)", (method, args, start) => {
    for (const file of ["iframe.js", "iframe.min.js"] as const) {
      const page = begun({ file });
      page.OP[method](...args);
      expect(page.sent.map(({ text }) => text)).toEqual([`{${start},${END}`]);
    }
  });

  it("copy, path and a focus that was asked for bring the page to the front", () => {
    const page = begun();
    page.OP.copy("a");
    page.OP.path("/a");
    page.OP.focus();
    page.OP.focus(true);
    expect(page.window["focus"]).toHaveBeenCalledTimes(3);
    expect(page.OP.href).toBe("/a");
  });

  it("callbacks are counted from 0, called once with data and error, two milliseconds later", () => {
    const page = begun();
    const callback = vi.fn();
    for (const text of ["0", "1"]) {
      page.OP.send({ TYPE: "own", callback });
      expect(page.last()["callbackid"]).toBe(text);
      expect(page.last()).not.toHaveProperty("callback");
    }
    page.reply({ TYPE: "own", data: { a: 1 } });
    page.reply({ TYPE: "own", data: { a: 2 } });
    vi.advanceTimersByTime(1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback.mock.calls).toEqual([[{ a: 1 }, undefined]]);
    page.deliver({ TYPE: "own", callbackid: "0", error: "no" });
    vi.advanceTimersByTime(2);
    expect(callback.mock.calls[1]).toEqual([undefined, "no"]);
  });

  it.each([
    ["/a", `/a?openplatform=${RAW}`],
    ["/a?b=1#c", `/a?openplatform=${RAW}&b=1#c`],
  ])("tokenize puts the argument first: %s", (url, whole) => {
    expect(open().OP.tokenize(url)).toBe(whole);
  });

  it("clicks and touches take the focus at most once a second, and F1 and a modified Tab are for the host", () => {
    const page = begun();
    document.dispatchEvent(new MouseEvent("click"));
    document.dispatchEvent(new Event("touchstart"));
    vi.advanceTimersByTime(1000);
    document.dispatchEvent(new Event("touchstart"));
    for (const init of [{ key: "F1" }, { key: "Tab", ctrlKey: true }, { key: "Tab" }, { key: "F5" }]) document.dispatchEvent(new KeyboardEvent("keydown", init));
    expect(page.sent.map(({ message }) => [message["TYPE"], message["data"]])).toEqual([["focus", true], ["focus", true], ["quicksearch", undefined], ["nextwindow", undefined]]);
    expect(page.window["focus"]).not.toHaveBeenCalled();
  });
});

describe("host to app", () => {
  it.each(["sounds", "sound"])("appearance with %s is kept, raised, and handed to the hook", (name) => {
    const hook = vi.fn();
    const page = begun({ globals: { APPEARANCE: hook } });
    const handler = vi.fn();
    page.OP.on("appearance", handler);
    const look = { color: "#010203", [name]: false, notifications: false };
    page.deliver({ TYPE: "appearance", data: look });
    expect(handler).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(handler).toHaveBeenCalledExactlyOnceWith(look);
    expect(hook).toHaveBeenCalledExactlyOnceWith({ color: "#010203" });
    expect(page.OP).toMatchObject({ color: "#010203", sounds: false, notifications: false });
  });

  it("path and focus with one lead into the app; focus alone to its window", () => {
    const page = begun();
    const handler = vi.fn();
    page.OP.on("path", handler);
    for (const [TYPE, data] of [["path", "/a"], ["focus", "/b"], ["focus", ""]]) page.deliver({ TYPE, data });
    vi.advanceTimersByTime(1);
    expect(handler.mock.calls).toEqual([["/a", true], ["/b", true]]);
    expect(page.OP.href).toBe("/b");
    expect(page.window["focus"]).toHaveBeenCalledTimes(3);
  });

  it("event calls handlers at once with its arguments, mobilemenu a millisecond later", () => {
    const page = begun();
    const [close, menu] = [vi.fn(), vi.fn()];
    page.OP.on("close", close);
    page.OP.on("mobilemenu", menu);
    page.deliver({ TYPE: "event", name: "close", args: [1, 2] });
    page.deliver({ TYPE: "event", name: "close", args: "no list" });
    page.deliver({ TYPE: "mobilemenu" });
    expect([close.mock.calls, menu.mock.calls.length]).toEqual([[[1, 2], []], 0]);
    vi.advanceTimersByTime(1);
    expect(menu).toHaveBeenCalledOnce();
  });

  it("emit is late, emitforce is not", () => {
    const page = begun();
    const handler = vi.fn();
    page.OP.on("own", handler);
    page.OP.emit("own", 1);
    page.OP.emitforce("own", 2);
    vi.advanceTimersByTime(1);
    expect(handler.mock.calls).toEqual([[2], [1]]);
  });

  it.each([
    ["another window", { TYPE: "event", name: "own" }, { source: {} }],
    ["another origin", { TYPE: "event", name: "own" }, { origin: "https://evil.example" }],
    ["an object", "ignored", { data: { TYPE: "event", name: "own" } }],
    ["no JSON", "{", {}],
    ["no object", "null", {}],
    ["a type that is no string", { TYPE: { toString: 1 }, name: "own" }, {}],
    ["an answer nobody waits for", { TYPE: "event", name: "own", callbackid: "constructor" }, {}],
    ["a type that every object has", { TYPE: "constructor", name: "own" }, {}],
    ["a name that every object has", { TYPE: "event", name: "__proto__" }, {}],
  ])("drops a message from or with %s", (_why, message, from) => {
    const page = begun();
    const handler = vi.fn();
    page.OP.on("own", handler);
    expect(() => page.deliver(message, from as never)).not.toThrow();
    vi.advanceTimersByTime(10);
    expect(handler).not.toHaveBeenCalled();
  });

  it("goes on without an origin where the engine cannot name the host's", () => {
    const page = open();
    const post = page.window["parent"].postMessage;
    page.window["parent"].postMessage = (text: string, target: string) => {
      if (target !== "*") throw new SyntaxError("not an origin");
      post(text, target);
    };
    vi.advanceTimersByTime(2);
    expect(page.sent.map(({ target }) => target)).toEqual(["*"]);
  });
});

describe("vault", () => {
  function ask(answer: Record<string, unknown>) {
    const page = begun();
    const callback = vi.fn();
    page.OP.vault("/v1/grant", callback);
    expect(page.sent[0]!.text).toBe(`{"TYPE":"vault","data":{"get":"/v1/grant"},"totalplatform":true,"origin":"${ORIGIN}/orders","callbackid":"0"}`);
    page.reply({ TYPE: "vault", ...answer });
    vi.advanceTimersByTime(2);
    return callback;
  }

  it("hands over the JSON of a good answer", () => {
    expect(ask({ data: { status: 200, json: { records: [] } } })).toHaveBeenCalledExactlyOnceWith(null, { records: [] });
  });

  it.each([
    [{ data: { status: 403, json: { code: "consent_denied", message: "Nothing is shared." } } }, 403, "consent_denied"],
    [{}, 0, "no_answer"],
    [{ error: "unknown" }, 0, "no_answer"],
    [{ data: { status: "200x" } }, "200x", "no_answer"],
  ])("makes an Error of %j", (answer, status, code) => {
    const [err] = ask(answer).mock.calls[0]!;
    expect(err).toBeInstanceOf(Error);
    expect(err).toMatchObject({ status, code });
  });
});
