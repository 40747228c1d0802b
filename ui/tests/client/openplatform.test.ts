// The client library of assets/client against the envelope of profile P4, in both directions.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { APP, HOST, load, ready, VERIFY } from "./frame";

beforeEach(() => {
  document.body.innerHTML = "<p>The app</p>";
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

describe("app to host", () => {
  it("sends one JSON string in the envelope, to the window around the frame and its origin only", () => {
    const page = load();
    page.OP.init(() => undefined);
    const { text, target, message } = page.sent[0]!;
    expect(typeof text).toBe("string");
    expect(target).toBe(HOST);
    expect(message).toEqual({
      openplatform: true,
      accesstoken: "ab/c",
      type: "verify",
      body: { ua: navigator.userAgent },
      sender: true,
      origin: APP,
      callback: expect.stringMatching(/^[0-9a-v]{10,}$/),
    });
  });

  it("turns every falsy body into null and never leaves it out", () => {
    const page = load();
    for (const body of [undefined, false, 0, "", null]) {
      page.OP.send("anything", body);
      expect(page.sent.at(-1)!.text).toContain('"body":null');
    }
    expect(page.last()).not.toHaveProperty("callback");
  });

  it("keeps the once-encoded argument and takes the token behind accesstoken=, decoded twice", () => {
    const page = load();
    page.OP.init(() => undefined);
    expect(page.OP.token).toBe(VERIFY);
    expect(page.OP.accesstoken).toBe("ab/c");
  });

  it("takes a bare argument as the token itself, and survives a broken one", () => {
    const bare = load({ search: "?a=1&openplatform=abc-def" });
    bare.OP.init(() => undefined);
    expect(bare.OP.accesstoken).toBe("abc-def");
    const broken = load({ search: "?openplatform=%E0%A4%A" });
    broken.OP.init(() => undefined);
    expect(broken.OP.accesstoken).toBeNull();
  });

  it("gives every callback a new random id", () => {
    const page = load();
    const ids = Array.from({ length: 200 }, () => {
      page.OP.send("meta", () => undefined);
      return page.last()["callback"] as string;
    });
    expect(new Set(ids).size).toBe(200);
  });

  it.each([
    ["close", [], "kill", null],
    ["minimize", [], "minimize", null],
    ["maximize", [], "maximize", null],
    ["loading", [true, "Reading"], "loading", { show: true, text: "Reading" }],
    ["loading", [false], "loading", { show: false, text: "" }],
    ["meta", [() => undefined], "meta", { ua: expect.any(String), accesstoken: null }],
    ["vault", ["/v1/grant", () => undefined], "vault", { get: "/v1/grant" }],
  ])("%s sends its message", (method, args, type, body) => {
    const page = load();
    expect(page.OP[method](...args)).toBe(page.OP);
    expect(page.last()).toMatchObject({ type, body });
  });

  it("notify takes the type first or leaves it out, and stamps the time", () => {
    const page = load();
    page.OP.notify("Hello", "more");
    expect(page.last()["body"]).toMatchObject({ type: 0, body: "Hello", data: "more" });
    page.OP.notify(2, "Hello");
    expect(page.last()["body"]).toMatchObject({ type: 2, body: "Hello", data: "" });
    expect(Number.isNaN(Date.parse(page.last()["body"].dtcreated))).toBe(false);
  });

  it("a delayed loading is cancelled by the next one", () => {
    const page = load();
    page.OP.loading(true, 300);
    expect(page.sent).toHaveLength(0);
    page.OP.loading(false);
    vi.advanceTimersByTime(1000);
    expect(page.sent.map((one) => one.message["body"].show)).toEqual([false]);
  });
});

describe("handshake", () => {
  it("is ready after the answer to verify, and says so once in each way", () => {
    const page = load();
    const order: string[] = [];
    page.OP.onready = () => order.push("onready");
    page.OP.on("ready", () => order.push("event"));
    page.OP.init((err: unknown, meta: unknown) => order.push(`${String(err)} ${JSON.stringify(meta)}`));
    expect(page.OP.ready).toBe(false);
    page.deliver({ openplatform: true, type: "verify", callback: page.last()["callback"], body: { id: "i1", openplatformurl: "http://b" } });
    expect(order).toEqual(['null {"id":"i1","openplatformurl":"http://b"}', "onready", "event"]);
    expect(page.OP).toMatchObject({ ready: true, id: "i1", openplatformurl: "http://b" });
    page.OP.on("ready", () => order.push("late"));
    expect(order.at(-1)).toBe("late");
    vi.advanceTimersByTime(5000);
    expect(document.body.textContent).toBe("The app");
  });

  it("after 2000 ms of silence calls back with 'timeout' and replaces the page", () => {
    const page = load();
    const callback = vi.fn();
    page.OP.init(callback);
    vi.advanceTimersByTime(1999);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledExactlyOnceWith("timeout", {});
    expect(document.body.textContent).toBe("401: Unauthorized");
    page.deliver({ openplatform: true, type: "verify", callback: page.last()["callback"], body: { id: "late" } });
    expect(callback).toHaveBeenCalledOnce();
    expect(page.OP.ready).toBe(false);
  });

  it("outside a frame calls back with an Error, replaces the page, and sends nothing", () => {
    const page = load({ framed: false });
    const callback = vi.fn();
    page.OP.init(callback);
    expect(callback.mock.calls[0]![0]).toBeInstanceOf(Error);
    expect(document.body.textContent).toBe("401: Unauthorized");
    expect(page.sent).toHaveLength(0);
  });

  it("without a callback closes the window two seconds after a failure", () => {
    const page = load();
    page.OP.init();
    vi.advanceTimersByTime(4000);
    expect(page.closed).toHaveBeenCalledOnce();
  });

  it("an answer with an error is (null, {}) and never ready", () => {
    const page = load();
    const callback = vi.fn();
    page.OP.init(callback);
    page.deliver({ openplatform: true, type: "verify", callback: page.last()["callback"], error: "no" });
    expect(callback).toHaveBeenCalledExactlyOnceWith(null, {});
    expect(page.OP.ready).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(document.body.textContent).toBe("The app");
  });

  it("queues every type but verify until ready, then delivers in order", () => {
    const page = load();
    const seen: string[] = [];
    for (const type of ["revision", "close", "resize"]) page.OP.on(type, () => seen.push(type));
    for (const type of ["revision", "resize", "kill"]) page.deliver({ openplatform: true, type });
    expect(seen).toEqual([]);
    ready(page);
    expect(seen).toEqual(["revision", "resize", "close"]);
    page.deliver({ openplatform: true, type: "revision", body: "r2" });
    expect(seen.at(-1)).toBe("revision");
  });
});

describe("host to app", () => {
  it("routes an answer by its callback id alone, once, with a falsy body as {}", () => {
    const page = load();
    ready(page);
    const callback = vi.fn();
    page.OP.meta(callback);
    const id = page.last()["callback"];
    page.deliver({ openplatform: true, type: "something else", callback: id, body: null });
    page.deliver({ openplatform: true, type: "meta", callback: id, body: { id: 2 } });
    expect(callback).toHaveBeenCalledExactlyOnceWith(null, {});
  });

  it("renames kill to close and hands {} to handlers when there is no body", () => {
    const page = load();
    ready(page);
    const handler = vi.fn();
    page.OP.on("close", handler);
    page.deliver({ openplatform: true, type: "kill" });
    expect(handler).toHaveBeenCalledExactlyOnceWith({});
  });

  it.each([
    ["another window", { openplatform: true, type: "revision" }, { source: {} }],
    ["another origin", { openplatform: true, type: "revision" }, { origin: "https://evil.example" }],
    ["no marker", { type: "revision" }, {}],
    ["an untrue marker", { openplatform: "true", type: "revision" }, {}],
    ["a sender", { openplatform: true, type: "revision", sender: true }, {}],
    ["a callback nobody waits for", { openplatform: true, type: "revision", callback: "constructor" }, {}],
    ["no JSON", "{", {}],
    ["a JSON value that is no object", "3", {}],
    ["a type that is no string", { openplatform: true, type: { toString: 1 } }, {}],
  ])("drops a message with %s", (_why, message, from) => {
    const page = load();
    ready(page);
    const handler = vi.fn();
    page.OP.on("revision", handler);
    expect(() => page.deliver(message, from)).not.toThrow();
    expect(handler).not.toHaveBeenCalled();
  });

  it("reloads, with the argument if the page has lost it", () => {
    const page = load();
    ready(page);
    page.deliver({ openplatform: true, type: "reload" });
    expect(page.window["location"].reload).toHaveBeenCalledOnce();
    page.window["location"].search = "?step=2";
    page.deliver({ openplatform: true, type: "reload" });
    expect(page.window["location"].search).toBe(`?openplatform=${VERIFY}&step=2`);
  });

  it.each([
    ["/next?x=1", `${APP}/next?x=1`],
    ["javascript:alert(1)", `${APP}/`],
    ["https://evil.example/", `${APP}/`],
  ])("follows a redirect to %s only within the app", (address, now) => {
    const page = load();
    ready(page);
    page.deliver({ openplatform: true, type: "redirect", body: address });
    expect(page.window["location"].href).toBe(now);
  });

  it("prints and takes the focus, unless the app prints in its own way", () => {
    const page = load();
    ready(page);
    page.deliver({ openplatform: true, type: "focus" });
    page.deliver({ openplatform: true, type: "print" });
    expect([page.window["focus"].mock.calls.length, page.window["print"].mock.calls.length]).toEqual([1, 1]);
    const own = vi.fn();
    page.OP.on("print", own);
    page.deliver({ openplatform: true, type: "print" });
    expect(own).toHaveBeenCalledOnce();
    expect(page.window["print"]).toHaveBeenCalledOnce();
  });

  it("drops objects: only strings are messages", () => {
    const page = load();
    ready(page);
    const handler = vi.fn();
    page.OP.on("revision", handler);
    page.deliver("ignored", { data: { openplatform: true, type: "revision" } } as never);
    expect(handler).not.toHaveBeenCalled();
  });

  it("an event named like an inherited property has no handlers", () => {
    const page = load();
    ready(page);
    expect(() => page.deliver({ openplatform: true, type: "constructor" })).not.toThrow();
    expect(() => page.deliver({ openplatform: true, type: "__proto__" })).not.toThrow();
  });

  it("goes on without an origin where the engine cannot name the host's", () => {
    const page = load();
    const post = page.window["parent"].postMessage;
    page.window["parent"].postMessage = (text: string, target: string) => {
      if (target !== "*") throw new SyntaxError("not an origin");
      post(text, target);
    };
    ready(page);
    expect(page.sent.map(({ target }) => target)).toEqual(["*"]);
    expect(page.OP.ready).toBe(true);
  });

  it("learns the host from the referrer where the engine has no ancestorOrigins, else sends to anybody", () => {
    const known = load({ ancestor: null, referrer: "https://host.example/page" });
    known.OP.send("focus");
    expect(known.sent[0]!.target).toBe("https://host.example");
    for (const page of [load({ ancestor: null }), load({ ancestor: "null" }), load({ ancestor: null, referrer: `${APP}/first` })]) {
      page.OP.send("focus");
      expect(page.sent[0]!.target).toBe("*");
    }
  });
});

describe("vault", () => {
  function ask(answer: Record<string, unknown>) {
    const page = load();
    ready(page);
    const callback = vi.fn();
    page.OP.vault("/v1/records?kind=work", callback);
    page.deliver({ openplatform: true, type: "vault", callback: page.last()["callback"], ...answer });
    return callback;
  }

  it("hands over the JSON of a good answer", () => {
    const callback = ask({ body: { status: 200, json: { records: [], next: null } } });
    expect(callback).toHaveBeenCalledExactlyOnceWith(null, { records: [], next: null });
  });

  it("makes an Error of a refusal, with status and code", () => {
    const json = { code: "consent_denied", message: "Nothing is shared." };
    const [err, body] = ask({ body: { status: 403, json } }).mock.calls[0]!;
    expect(err).toBeInstanceOf(Error);
    expect(err).toMatchObject({ status: 403, code: "consent_denied", message: "Nothing is shared." });
    expect(body).toEqual(json);
  });

  it.each([[{}], [{ error: "unknown" }], [{ body: { status: "200" + "x" } }]])("makes an Error of an answer without a status: %j", (answer) => {
    const [err, json] = ask(answer).mock.calls[0]!;
    expect(err).toBeInstanceOf(Error);
    expect(err.code).toBe("no_answer");
    expect(json).toBeNull();
  });
});

describe("the file", () => {
  it("works minified as a classic script, under both names", () => {
    const page = load({ file: "openplatform.min.js" });
    const callback = vi.fn();
    page.OP.init(callback);
    page.deliver({ openplatform: true, type: "verify", callback: page.last()["callback"], body: { id: "i1" } });
    expect(callback).toHaveBeenCalledExactlyOnceWith(null, { id: "i1" });
    expect(page.alias).toBe(page.OP);
  });
});
