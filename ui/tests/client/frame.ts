// A page in a frame, as far as a client library can tell: what it posts is kept, and the host's messages are delivered to it.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { vi } from "vitest";

const CLIENT = resolve(import.meta.dirname, "../../../assets/client");
export const HOST = "tauri://localhost";
export const APP = "http://app.localhost:21000";
export const BASE = "http://127.0.0.1:20000";
export const VERIFY = encodeURIComponent(`${BASE}/verify/?accesstoken=${encodeURIComponent("ab/c")}`);

export type Sent = { text: string; target: string; message: Record<string, any> };

export interface Page {
  /** What the library defines: `OP` or `APP`. */
  OP: any;
  alias: any;
  sent: Sent[];
  closed: ReturnType<typeof vi.fn>;
  window: Record<string, any>;
  deliver(message: unknown, from?: { source?: unknown; origin?: string }): void;
  last(): Record<string, any>;
  /** Answers the message that was sent last. */
  reply(answer: Record<string, unknown>): void;
}

export interface Options {
  file?: "openplatform.js" | "openplatform.min.js" | "iframe.js" | "iframe.min.js";
  framed?: boolean;
  /** The host's origin where the engine tells it; null where it has no such list. */
  ancestor?: string | null;
  referrer?: string;
  search?: string;
  pathname?: string;
  hash?: string;
  /** The state of the document, `complete` unless said. */
  readyState?: string;
  /** More that the page's window has. */
  globals?: Record<string, unknown>;
}

export function load(options: Options = {}): Page {
  const sent: Sent[] = [];
  const host = { postMessage: (text: string, target: string) => sent.push({ text, target, message: JSON.parse(text) }) };
  const listeners: ((event: unknown) => void)[] = [];
  const ancestor = options.ancestor === undefined ? HOST : options.ancestor;
  const closed = vi.fn();
  const pathname = options.pathname ?? "/";
  const file = options.file ?? "openplatform.js";
  const page: Record<string, any> = {
    document: {
      body: document.body,
      head: document.head,
      readyState: options.readyState ?? "complete",
      referrer: options.referrer ?? "",
      adoptedStyleSheets: [],
      addEventListener: document.addEventListener.bind(document),
      createElement: document.createElement.bind(document),
      getElementById: document.getElementById.bind(document),
    },
    location: {
      origin: APP,
      href: `${APP}${pathname}`,
      pathname,
      hash: options.hash ?? "",
      reload: vi.fn(),
      search: options.search ?? `?openplatform=${VERIFY}&language=en&rev=x1y2z`,
      ...(ancestor === null ? {} : { ancestorOrigins: [ancestor] }),
    },
    addEventListener: (name: string, listener: (event: unknown) => void) => void (name === "message" ? listeners.push(listener) : window.addEventListener(name, listener)),
    innerWidth: 800,
    innerHeight: 600,
    close: closed,
    focus: vi.fn(),
    print: vi.fn(),
    ...options.globals,
  };
  page["parent"] = options.framed === false ? page : host;
  new Function("window", readFileSync(resolve(CLIENT, file), "utf8"))(page);
  const last = () => sent.at(-1)?.message ?? {};
  const deliver = (message: unknown, from = {}) => {
    const data = typeof message === "string" ? message : JSON.stringify(message);
    for (const listener of listeners) listener({ data, source: host, origin: HOST, ...from });
  };
  const p5 = file.startsWith("iframe");
  return {
    OP: p5 ? page["APP"] : page["OP"],
    alias: page["OPENPLATFORM"],
    sent,
    closed,
    window: page,
    deliver,
    last,
    reply: (answer) => deliver(p5 ? { callbackid: last()["callbackid"], ...answer } : { openplatform: true, callback: last()["callback"], ...answer }),
  };
}

/** Lets the page be known by its host. */
export function ready(page: Page, meta: Record<string, unknown> = { id: "i1", openplatformurl: BASE }): void {
  page.OP.init(() => undefined);
  page.reply({ type: "verify", body: meta });
}

/** What the page sent since it was ready: type and body of each. */
export function said(page: Page, from = 1): [string, unknown][] {
  return page.sent.slice(from).map(({ message }) => [message["type"], message["body"]]);
}
