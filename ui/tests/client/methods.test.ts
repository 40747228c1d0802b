// Every method of window.OP: what it sends, byte for byte where the form is fixed, and what it does with the answer.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { APP, BASE, load, ready, said, VERIFY } from "./frame";

const NOW = "2026-01-02T03:04:05.000Z";
const none = () => undefined;

beforeEach(() => {
  document.body.innerHTML = "<p>The app</p>";
  vi.useFakeTimers({ now: new Date(NOW) });
});
afterEach(() => void vi.useRealTimers());

describe("what a method sends", () => {
  it.each<[string, unknown[], string, string]>([
    ["minimize", [], "minimize", "null"],
    ["maximize", [], "maximize", "null"],
    ["maximize", ["/x"], "maximize", '"/x"'],
    ["close", [], "kill", "null"],
    ["restart", [], "restart", `"${APP}/"`],
    ["focus", [], "focus", "null"],
    ["shake", [], "shake", "null"],
    ["shake", [true], "shake", "true"],
    ["badge", [], "badge", "null"],
    ["badge", [true], "badge", "true"],
    ["busy", [true], "busy", "true"],
    ["busy", [false], "busy", "null"],
    ["offline", ["No line"], "offline", '"No line"'],
    ["offline", [false], "offline", "null"],
    ["progress", [40], "progress", "40"],
    ["progress", [0], "progress", "null"],
    ["log", ["a line"], "log", '"a line"'],
    ["clipboard", ["a text"], "clipboard", '"a text"'],
    ["titlesuccess", ["Saved"], "titlesuccess", '"Saved"'],
    ["titlewarning", ["Oh"], "titlewarning", '"Oh"'],
    ["stop", ["done"], "stop", '"done"'],
    ["play", ["done"], "play", '"done"'],
    ["play", ["https://a.example/x.mp3"], "play", '"https://a.example/x.mp3"'],
    ["play", ["ding-2.mp3"], "play", `"${APP}/ding-2.mp3"`],
    ["loading", [true], "loading", '{"show":true,"text":""}'],
    ["loading", [true, "Reading"], "loading", '{"show":true,"text":"Reading"}'],
    ["loading", [false], "loading", '{"show":false,"text":""}'],
    ["loading2", [true], "loading2", "true"],
    ["loading2", [false], "loading2", "null"],
    ["message", ["Hello"], "message", '{"body":"Hello"}'],
    ["message", ["Hello", "warning", "OK"], "message", '{"body":"Hello","type":"warning","button":"OK"}'],
    ["message", [[{ name: "a", error: "b" }]], "message", '{"body":[{"name":"a","error":"b"}]}'],
    ["snackbar", ["Hello", "waiting"], "snackbar", '{"body":"Hello","type":"waiting"}'],
    ["success", ["Saved"], "snackbar", '{"body":"Saved","type":"success"}'],
    ["success", ["Saved", "OK"], "snackbar", '{"body":"Saved","type":"success","button":"OK"}'],
    ["warning", ["Oh"], "snackbar", '{"body":"Oh","type":"warning"}'],
    ["confirm", ["Sure?", ["Yes", "No"], none], "confirm", '{"body":"Sure?","buttons":["Yes","No"]}'],
    ["confirm", ["Sure?", "Yes, No", none], "confirm", '{"body":"Sure?","buttons":["Yes","No"]}'],
    ["confirm2", ["Sure?", ["Yes", "No"], none], "confirm", '{"body":"Sure?","buttons":["Yes","No"]}'],
    ["approve", ["Sure?", "Yes", none], "confirm", '{"body":"Sure?","buttons":["Yes"]}'],
    ["console", ["info", "a", true, "> "], "console", '{"type":"info","msg":"> a","show":true}'],
    ["console", [2, "a"], "console", '{"type":2,"msg":"a"}'],
    ["success2", ["a"], "console", '{"type":"success","msg":"a"}'],
    ["warning2", ["a", true], "console", '{"type":"warning","msg":"a","show":true}'],
    ["error2", ["a", false, "p: "], "console", '{"type":"error","msg":"p: a","show":false}'],
    ["info2", ["a"], "console", '{"type":"info","msg":"a"}'],
    ["report", ["bug", "It broke", true], "report", '{"type":"bug","body":"It broke","high":true}'],
    ["help", ["# Help"], "help", '{"body":"# Help"}'],
    ["changelog", ["# New"], "changelog", '{"body":"# New"}'],
    ["mail", ["a@b.example", "S", "B"], "mail", `{"email":"a@b.example","subject":"S","body":"B","type":"plain","dtcreated":"${NOW}"}`],
    ["mail", ["a@b.example", "S", "B", "html"], "mail", `{"email":"a@b.example","subject":"S","body":"B","type":"html","dtcreated":"${NOW}"}`],
    ["email", ["S", "B"], "email", `{"subject":"S","body":"B","dtcreated":"${NOW}"}`],
    ["notify", ["Hello"], "notify", `{"type":0,"body":"Hello","data":"","dtcreated":"${NOW}"}`],
    ["notify", [1, "Hello", "d"], "notify", `{"type":1,"body":"Hello","data":"d","dtcreated":"${NOW}"}`],
    ["open", ["Other"], "open", '{"id":"Other"}'],
    ["open", ["Other", { a: 1 }], "open", '{"id":"Other","body":{"a":1}}'],
    ["command", ["go", { a: 1 }], "command", '{"type":"go","body":{"a":1}}'],
    ["install", ["https://a.example/"], "install", '{"type":"install","url":"https://a.example/"}'],
    ["launched", [none], "launched", "null"],
    ["config", [none], "config", '{"body":null}'],
    ["config", [{ a: 1 }], "config", '{"body":"{\\"a\\":1}"}'],
    ["appearance", [], "appearance", "null"],
    ["vault", ["/v1/grant", none], "vault", '{"get":"/v1/grant"}'],
  ])("%s(%j) → %s", (method, args, type, body) => {
    for (const file of ["openplatform.js", "openplatform.min.js"] as const) {
      const page = load({ file });
      ready(page);
      expect(page.OP[method](...args)).toBe(page.OP);
      expect(page.sent).toHaveLength(2);
      const callback = page.last()["callback"] as string | undefined;
      const envelope = `{"openplatform":true,"accesstoken":"ab/c","type":"${type}","body":${body},"sender":true,"origin":"${APP}"`;
      expect(page.sent[1]!.text).toBe(callback === undefined ? `${envelope}}` : `${envelope},"callback":"${callback}"}`);
    }
  });

  it("only messages that are answered carry a callback", () => {
    const page = load();
    ready(page);
    page.OP.success("Saved", "OK").message("a", "info", "OK").appearance().confirm("a", ["b"]).options(none, none);
    expect(page.sent.slice(1).map(({ message }) => [message["type"], "callback" in message])).toEqual([
      ["snackbar", false],
      ["message", false],
      ["appearance", false],
      ["confirm", true],
    ]);
  });

  it("several errors are one message each", () => {
    const page = load();
    ready(page);
    page.OP.titlewarning([{ error: "a" }, { error: "b" }]).error2([{ error: "c" }, { error: "d" }], false, "! ");
    expect(said(page)).toEqual([
      ["titlewarning", "a"],
      ["titlewarning", "b"],
      ["console", { type: "error", msg: "! c", show: false }],
      ["console", { type: "error", msg: "! d", show: false }],
    ]);
  });

  it.each(["loading", "loading2"])("%s with a delay waits, and the next one cancels it", (method) => {
    const page = load();
    ready(page);
    page.OP[method](true, 300);
    vi.advanceTimersByTime(299);
    expect(said(page)).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(said(page)).toHaveLength(1);
    page.OP[method](true, 300);
    page.OP[method](false);
    vi.advanceTimersByTime(1000);
    expect(said(page)).toHaveLength(2);
  });

  it("share is sent after 100 ms, to an id or to what a share came from", () => {
    const page = load();
    ready(page);
    expect(page.OP.share("Other", "note", { a: 1 }, "open")).toBe(page.OP);
    page.OP.share({ id: "i2" }, "note");
    vi.advanceTimersByTime(99);
    expect(said(page)).toEqual([]);
    vi.advanceTimersByTime(1);
    const at = new Date(NOW).toISOString();
    expect(said(page)).toEqual([
      ["share", { app: "Other", type: "note", body: { a: 1 }, dtcreated: at, silent: "open" }],
      ["share", { app: "i2", type: "note", dtcreated: at }],
    ]);
  });

  it("focus is sent at most every two seconds", () => {
    const page = load();
    ready(page);
    for (const wait of [0, 1999, 1]) {
      vi.advanceTimersByTime(wait);
      page.OP.focus();
      page.OP.$sendfocus();
    }
    expect(said(page)).toHaveLength(2);
  });

  it("link gives an address of the host and asks it to copy that", () => {
    const page = load();
    ready(page);
    const link: string = page.OP.link("/orders/5", { a: "ä" });
    const [base, share] = link.split("?share=");
    expect(base).toBe(BASE);
    expect(JSON.parse(`{${decodeURIComponent(atob(share!))}}`)).toEqual({ id: "i1", path: "/orders/5", data: { a: "ä" } });
    expect(said(page)).toEqual([["clipboard", link]]);
  });

  it.each([
    ["/a", `/a?openplatform=${VERIFY}`],
    ["/a?b=1#c", `/a?openplatform=${VERIFY}&b=1#c`],
    ["/a#c?d", `/a?openplatform=${VERIFY}#c?d`],
    ["/a?", `/a?openplatform=${VERIFY}`],
  ])("tokenizator puts the argument first: %s", (url, with_token) => {
    const page = load();
    ready(page);
    expect(page.OP.tokenizator(url)).toBe(with_token);
  });

  it("a screenshot loads nothing: it is the page's own html2canvas or none", async () => {
    const page = load();
    ready(page);
    const callback = vi.fn();
    page.OP.screenshot("https://cdn.example/", callback);
    page.OP.screenshot(callback);
    page.OP.screenshot();
    page.deliver({ openplatform: true, type: "screenshotmake", body: "https://cdn.example/" });
    expect(callback.mock.calls).toEqual([[null], [null]]);
    expect(said(page)).toEqual([]);
    expect(document.querySelectorAll("script")).toHaveLength(0);
    page.window["html2canvas"] = () => Promise.resolve({ toDataURL: (type: string) => `data:${type};base64,AA` });
    page.OP.screenshot(callback);
    await vi.waitFor(() => expect(callback).toHaveBeenLastCalledWith("data:image/jpeg;base64,AA"));
    expect(said(page)).toEqual([["screenshot", "data:image/jpeg;base64,AA"]]);
  });
});

describe("what a method does with the answer", () => {
  it.each<[string, unknown[], unknown, unknown[]]>([
    ["confirm", ["Sure?", ["a", "b"]], { index: 1 }, [1]],
    ["confirm", ["Sure?", ["a", "b"]], null, [undefined]],
    ["approve", ["Sure?", "a"], { index: 0 }, [0]],
    ["confirm2", ["Sure?", ["a", "b"]], { index: 0 }, [0]],
    ["meta", [], { id: "i1" }, [null, { id: "i1" }]],
    ["launched", [], [{ id: "i1" }], [null, [{ id: "i1" }]]],
    ["config", [], { a: 1 }, [{ a: 1 }, null]],
    ["config", [{ a: 1 }], { success: true }, [{ success: true }, null]],
  ])("%s(%j) answered %j", (method, args, body, called) => {
    const page = load();
    ready(page);
    const callback = vi.fn();
    page.OP[method](...args, callback);
    page.reply({ type: "whatever", body });
    page.reply({ type: "whatever", body });
    expect(callback.mock.calls).toEqual([called]);
  });

  it("confirm2 calls for the first button only", () => {
    const page = load();
    ready(page);
    const callback = vi.fn();
    page.OP.confirm2("Sure?", ["a", "b"], callback);
    page.reply({ type: "confirm", body: { index: 1 } });
    expect(callback).not.toHaveBeenCalled();
  });

  it("an error of the host reaches the callback", () => {
    const page = load();
    ready(page);
    const [config, launched] = [vi.fn(), vi.fn()];
    page.OP.config({ a: 1 }, config);
    page.reply({ type: "config", error: "too large" });
    page.OP.launched(launched);
    page.reply({ type: "launched", error: "no" });
    expect(config).toHaveBeenCalledExactlyOnceWith({}, "too large");
    expect(launched).toHaveBeenCalledExactlyOnceWith("no", {});
  });

  it("options sends the entries when asked, with one filler, and hands over the chosen one", () => {
    const page = load();
    ready(page);
    const [first, chosen] = [vi.fn(), vi.fn()];
    page.OP.options(first, none);
    page.OP.options((items: unknown[]) => void items.push({ name: "Print", value: 1 }, "-"), chosen);
    page.deliver({ openplatform: true, type: "options" });
    expect(said(page)).toEqual([["options", [{ name: "Print", value: 1 }, "-"]]]);
    page.reply({ type: "options", body: { name: "Print", value: 1 } });
    expect(chosen.mock.calls[0]![0]).toEqual({ name: "Print", value: 1 });
    expect(first).not.toHaveBeenCalled();
  });
});

describe("done and resume", () => {
  function run(make: (page: any, callback: unknown) => (response?: unknown, err?: unknown) => void, response: unknown, err?: unknown) {
    const page = load({ globals: { SET: vi.fn() } });
    ready(page);
    const callback = vi.fn();
    make(page.OP, callback)(response, err);
    const at_once = said(page);
    vi.advanceTimersByTime(500);
    return { page, callback, at_once, later: said(page).slice(at_once.length) };
  }
  const hidden = [["loading", { show: false, text: "" }]];

  it("a good response: the message, the callback, and loading ends after 500 ms", () => {
    const { callback, at_once, later } = run((OP, cb) => OP.done("Saved", cb), { id: 1 });
    expect(at_once).toEqual([["done", "Saved"]]);
    expect(callback).toHaveBeenCalledExactlyOnceWith({ id: 1 }, undefined);
    expect(later).toEqual(hidden);
  });

  it("without a message, and with loading left alone", () => {
    const { callback, at_once, later } = run((OP, cb) => OP.done(cb, false), [1, 2]);
    expect([at_once, later]).toEqual([[], []]);
    expect(callback).toHaveBeenCalledExactlyOnceWith([1, 2], undefined);
  });

  it("errors are shown and nothing goes on", () => {
    const errors = [{ name: "a", error: "b" }];
    const { callback, at_once, later } = run((OP, cb) => OP.done("Saved", cb), errors);
    expect(at_once).toEqual([["done", errors]]);
    expect(callback).not.toHaveBeenCalled();
    expect(later).toEqual(hidden);
  });

  it("no response and an error is one of the network", () => {
    const { callback, at_once } = run((OP, cb) => OP.resume(cb), undefined, 503);
    expect(at_once).toEqual([["done", [{ name: "network", error: "503" }]]]);
    expect(callback).not.toHaveBeenCalled();
  });

  it("resume sets a path of jComponent", () => {
    const { page, at_once } = run((OP) => OP.resume("orders.list", false), [{ id: 1 }]);
    expect(page.window["SET"]).toHaveBeenCalledExactlyOnceWith("orders.list", [{ id: 1 }]);
    expect(at_once).toEqual([]);
  });
});
