// Every event of window.OP, the ways in which it can be opened, and what it does to its page.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { APP, BASE, load, ready, said, VERIFY, type Page } from "./frame";

beforeEach(() => {
  document.body.innerHTML = "<p>The app</p>";
  document.body.className = "";
  document.head.innerHTML = "";
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe("events", () => {
  it.each<[string, unknown, string, unknown[]]>([
    ["minimize", undefined, "minimize", [{}]],
    ["maximize", undefined, "maximize", [{}]],
    ["kill", undefined, "close", [{}]],
    ["resize", { width: 3, height: 4 }, "resize", [{ width: 3, height: 4 }]],
    ["resize", null, "resize", [{}]],
    ["menu", null, "menu", [{}]],
    ["notify", "order 5", "notify", ["order 5"]],
    ["link", { id: "i1", path: "/a", data: 5 }, "link", ["/a", 5]],
    ["command", { type: "go", body: { a: 1 } }, "command", ["go", { a: 1 }]],
    ["appearance", { darkmode: true, colorscheme: "#123456" }, "appearance", [{ darkmode: true, colorscheme: "#123456" }]],
    ["print", null, "print", [{}]],
    ["options", null, "options", [{}]],
    ["help", "1.0.0", "help", ["1.0.0"]],
    ["changelog", "1.0.0", "changelog", ["1.0.0"]],
    ["revision", "x1y2z", "revision", ["x1y2z"]],
    ["app.open", "i2", "app.open", ["i2"]],
    ["app.close", "i2", "app.close", ["i2"]],
    ["anything else", { a: 1 }, "anything else", [{ a: 1 }]],
  ])("%s with %j raises %s", (type, body, name, args) => {
    const page = load();
    ready(page);
    const handler = vi.fn();
    page.OP.on(name, handler);
    page.deliver({ openplatform: true, type, body });
    expect(handler.mock.calls).toEqual([args]);
    expect(said(page)).toEqual([]);
  });

  it("share can be answered", () => {
    const page = load();
    ready(page);
    page.OP.on("share", (shared: { share(type: string, body: unknown): void }) => shared.share("thanks", 1));
    page.deliver({ openplatform: true, type: "share", body: { app: { id: "i2", name: "Other" }, type: "note", body: 5 } });
    page.deliver({ openplatform: true, type: "share", body: { app: "i3", type: "note", body: 5 } });
    vi.advanceTimersByTime(100);
    expect(said(page).map(([, body]) => body)).toMatchObject([
      { app: "i2", type: "thanks", body: 1 },
      { app: "i3", type: "thanks", body: 1 },
    ]);
  });

  it("a type may be spelled TYPE, and an appearance may come flat", () => {
    const page = load();
    ready(page);
    const handler = vi.fn();
    page.OP.on("appearance", handler).appearance();
    page.deliver({ openplatform: true, TYPE: "appearance", color: "#010203", darkmode: 1 });
    expect(handler.mock.calls[0]![0]).toMatchObject({ color: "#010203", darkmode: 1 });
    expect([page.window["OPCOLOR"], page.window["OPDARKMODE"]]).toEqual(["#010203", true]);
  });

  it("print and options have one handler, all others as many as there are", () => {
    const page = load();
    ready(page);
    const [first, second] = [vi.fn(), vi.fn()];
    for (const type of ["print", "options", "menu"]) {
      page.OP.on(type, first).on(type, second);
      page.deliver({ openplatform: true, type });
    }
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 3]);
  });

  it("help and changelog without a handler: silence to the host's question, an empty page when the app itself wants it", () => {
    const page = load();
    ready(page);
    page.deliver({ openplatform: true, type: "help", body: "1" });
    expect(said(page)).toEqual([]);
    page.OP.emit("help").emit("changelog").emit("menu");
    expect(said(page)).toEqual([["help", null], ["changelog", null]]);
    page.OP.on("help", () => undefined).emit("help");
    expect(said(page)).toHaveLength(2);
  });

  it("emit hands over its arguments", () => {
    const page = load();
    const handler = vi.fn();
    page.OP.on("own", handler).emit("own", 1, 2, 3, 4, 5);
    expect(handler).toHaveBeenCalledExactlyOnceWith(1, 2, 3, 4, 5);
  });
});

describe("opening", () => {
  it.each([
    ["version 2, a bare token", "?openplatform=abc-def-0123456789-xyz", "abc-def-0123456789-xyz"],
    ["version 3, an address", `?openplatform=${VERIFY}`, "ab/c"],
    ["version 4, with language and revision", `?openplatform=${VERIFY}&language=sk&rev=x1y2z`, "ab/c"],
    ["behind other arguments", `?a=1&openplatform=${VERIFY}`, "ab/c"],
  ])("by %s", (_how, search, token) => {
    const page = load({ search });
    ready(page);
    page.OP.minimize();
    expect(page.sent.map(({ message }) => message["accesstoken"])).toEqual([token, token]);
  });

  it("waits for the document while it loads, and the two seconds begin then", () => {
    const page = load({ readyState: "loading" });
    const callback = vi.fn();
    page.OP.init(callback);
    vi.advanceTimersByTime(10_000);
    expect(page.sent).toHaveLength(0);
    page.window["document"].readyState = "interactive";
    document.dispatchEvent(new Event("DOMContentLoaded"));
    expect(page.last()["type"]).toBe("verify");
    vi.advanceTimersByTime(1999);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledExactlyOnceWith("timeout", {});
  });

  function opened(href: string, at: { pathname?: string; hash?: string } = {}) {
    const page = load(at);
    let timer: number | undefined;
    page.OP.init((_err: unknown, _meta: unknown, id: number) => (timer = id));
    page.reply({ type: "verify", body: { id: "i1", href } });
    return { page, timer };
  }

  it("goes where it was opened for, 100 ms later, with the argument", () => {
    const { page } = opened("/orders?a=1#b");
    vi.advanceTimersByTime(99);
    expect(page.window["location"].href).toBe(`${APP}/`);
    vi.advanceTimersByTime(1);
    expect(page.window["location"].href).toBe(`${APP}/orders?openplatform=${VERIFY}&a=1#b`);
  });

  it("unless the page clears the timer, is there, or is led away", () => {
    const stopped = opened("/orders");
    clearTimeout(stopped.timer);
    for (const { page, timer } of [stopped, opened("/orders", { pathname: "/orders" }), opened("https://evil.example/"), opened("javascript:alert(1)")]) {
      vi.advanceTimersByTime(1000);
      expect(page.window["location"].href).not.toMatch(/openplatform|evil|javascript/);
      expect(timer === undefined || page === stopped.page).toBe(true);
    }
  });

  it.each([[[() => undefined, true]], [[true]]])("init(%j) needs no host", (args) => {
    const page = load({ framed: false, globals: { user: { name: "A", colorscheme: "#010203", darkmode: true } } });
    const [sized, begun] = [vi.fn(), vi.fn()];
    page.OP.on("resize", sized).on("ready", begun);
    page.OP.init(...args);
    vi.advanceTimersByTime(100);
    window.dispatchEvent(new Event("resize"));
    expect(begun).toHaveBeenCalledOnce();
    expect(sized).toHaveBeenCalledExactlyOnceWith({ width: 800, height: 600 });
    expect([page.OP.ready, page.OP.embeded, page.window["OPCOLOR"], document.body.textContent]).toEqual([true, false, "#010203", "The app"]);
    vi.advanceTimersByTime(5000);
    expect(page.closed).not.toHaveBeenCalled();
  });
});

describe("appearance", () => {
  const look = (page: Page, body: unknown) => page.deliver({ openplatform: true, type: "appearance", body });

  it("follows the host only if the app asked, with the classes, the style and the globals", () => {
    const page = load();
    ready(page);
    look(page, { darkmode: true, colorscheme: "#AA0011" });
    expect(document.getElementById("opstyle")).toBeNull();
    page.OP.appearance();
    look(page, { darkmode: true, colorscheme: "#AA0011" });
    expect([...document.body.classList].sort()).toEqual(["opbody", "opdark", "ui-dark"]);
    const css = document.getElementById("opstyle")!.textContent;
    for (const part of ["--opcolor:#AA0011", "--color:#AA0011", "#202020", "#E0E0E0", ".opborder,.opborderhover:hover{", ".opbg,.opbghover:hover{", ".opfg,.opfghover:hover{", "!important"])
      expect(css).toContain(part);
    look(page, { darkmode: false });
    expect([...document.body.classList].sort()).toEqual(["opbody", "oplight"]);
    expect(document.querySelectorAll("#opstyle")).toHaveLength(1);
    expect([page.window["OPCOLOR"], page.window["OPDARKMODE"]]).toEqual(["#4285f4", false]);
  });

  it("takes no colour that is more than one, and stays light if the app wants that", () => {
    const page = load();
    ready(page);
    page.OP.appearance();
    page.OP.darkmode = false;
    look(page, { darkmode: true, colorscheme: "red}body{display:none" });
    expect(document.getElementById("opstyle")!.textContent).not.toContain("display");
    expect([page.window["OPCOLOR"], page.window["OPDARKMODE"]]).toEqual(["#4285f4", false]);
  });

  it("uses a sheet made in code where the page's policy blocks inline styles", () => {
    const sheets: string[] = [];
    vi.stubGlobal("CSSStyleSheet", class { replaceSync(css: string) { sheets.push(css); } });
    const page = load();
    page.window["document"].createElement = () => Object.defineProperty(document.createElement("style"), "sheet", { value: null });
    ready(page);
    page.OP.appearance();
    look(page, { colorscheme: "#010203" });
    look(page, { colorscheme: "#040506" });
    vi.unstubAllGlobals();
    expect(page.window["document"].adoptedStyleSheets).toHaveLength(1);
    expect(sheets[1]).toContain("#040506");
  });
});

describe("keys and clicks", () => {
  const key = (init: KeyboardEventInit) => document.dispatchEvent(new KeyboardEvent("keydown", { cancelable: true, ...init }));

  it("F1 and a modified Tab are for the host, other keys for the page", () => {
    const page = load();
    ready(page);
    expect([key({ key: "F1" }), key({ key: "Tab", ctrlKey: true }), key({ key: "Tab", altKey: true }), key({ key: "Tab", metaKey: true })]).toEqual([false, false, false, false]);
    expect([key({ key: "Tab" }), key({ key: "a", ctrlKey: true })]).toEqual([true, true]);
    expect(said(page).map(([type]) => type)).toEqual(["quicksearch", "nextwindow", "nextwindow", "nextwindow"]);
  });

  it("F5 puts away what is shown and loads the page again with its argument", () => {
    const page = load();
    ready(page);
    page.window["location"].search = "?step=2";
    expect(key({ key: "F5" })).toBe(false);
    expect(said(page)).toEqual([["loading", { show: false, text: "" }], ["offline", null], ["progress", null]]);
    vi.advanceTimersByTime(200);
    expect(page.window["location"].search).toBe(`?openplatform=${VERIFY}&step=2`);
  });

  it("an openplatform: link hands over what it names, also when something inside it is clicked", () => {
    const page = load();
    ready(page);
    document.body.innerHTML = '<a href="openplatform://my%20app?k=v&l=1%262"><b><i>Go</i></b></a><a href="#x">No</a>';
    const click = (selector: string) => document.querySelector(selector)!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    expect([click("i"), click("a[href='#x']")]).toEqual([false, true]);
    vi.advanceTimersByTime(100);
    expect(said(page)).toEqual([["focus", null], ["share", expect.objectContaining({ app: "my app", type: "link", body: { k: "v", l: "1&2" } })]]);
  });

  it("a touch takes the focus; nothing is said before the app is ready", () => {
    const page = load();
    document.dispatchEvent(new Event("touchstart"));
    key({ key: "F1" });
    expect(page.sent).toHaveLength(0);
    ready(page);
    document.dispatchEvent(new Event("touchstart"));
    expect(said(page)).toEqual([["focus", null]]);
  });

  it("leaves the history alone", () => {
    const before = history.length;
    ready(load());
    expect(history.length).toBe(before);
    expect(window.onpopstate).toBeNull();
  });
});

describe("jcomponent", () => {
  it("signs requests, follows the person's formats, and says when it is ready", () => {
    const heard: Record<string, (value?: any) => void> = {};
    const globals = { ON: (name: string, handler: () => void) => (heard[name] = handler), DEF: {} as Record<string, unknown>, ENV: vi.fn(), EMIT: vi.fn(), SET: vi.fn() };
    const page = load({ globals });
    page.OP.jcomponent();
    page.reply({ type: "verify", body: { id: "i1", numberformat: 3, dateformat: "dd.MM.yyyy", timeformat: 24 } });
    expect(globals.DEF).toEqual({ thousandsSeparator: ".", decimalSeparator: ",", dateformat: "dd.MM.yyyy" });
    expect(globals.ENV).toHaveBeenCalledExactlyOnceWith("ts", "dd.MM.yyyy HH:mm");
    expect(globals.EMIT).toHaveBeenCalledExactlyOnceWith("opready");
    expect(globals.SET).toHaveBeenCalledExactlyOnceWith("common.ready", true);
    expect(page.last()["type"]).toBe("appearance");

    const [api, file] = [{ url: "/api/orders/?a=b.c", headers: { A: "b" } }, { url: "/orders.html" }];
    heard["request"]!(api);
    heard["request"]!(file);
    expect(api.headers).toEqual({ A: "b", Authorization: `base64 ${btoa(`${VERIFY},x1y2z,en`)}` });
    expect(file).toEqual({ url: "/orders.html" });
    heard["@flag showloading"]!();
    heard["@flag hideloading"]!();
    expect(page.sent.slice(-2).map(({ message }) => message["body"].show)).toEqual([true, false]);
  });

  it("without a host says nothing", () => {
    const globals = { ON: vi.fn(), DEF: {}, ENV: vi.fn(), EMIT: vi.fn(), SET: vi.fn() };
    const page = load({ framed: false, globals });
    page.OP.jcomponent(true);
    vi.advanceTimersByTime(100);
    expect(globals.EMIT).toHaveBeenCalledOnce();
    expect(page.sent).toHaveLength(0);
  });
});

it("is known by its base also to hosts that call it otherwise", () => {
  const page = load();
  ready(page, { id: "i1", openplatform: BASE });
  expect(page.OP.openplatformurl).toBe(BASE);
});
