// The client sends what the contract says, and failures arrive in three parts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { asAppError, groups } from "./client";
import { createFake, failure } from "./fake";

describe("the client", () => {
  it("names the arguments of every command as the contract does", () => {
    const contract = readFileSync(join(__dirname, "types.ts"), "utf8");
    const promised = [...contract.matchAll(/^ {2}(\w+)\(([^)]*)\): Promise</gm)].map(([, name = "", parameters = ""]) => [name, [...parameters.matchAll(/(\w+): /g)].map((found) => found[1])] as const);
    expect(promised.length).toBeGreaterThan(70);
    expect(Object.assign({}, ...Object.values(groups))).toEqual(Object.fromEntries(promised));
  });

  it("has a stand-in for every command", () => {
    const { api } = createFake();
    const names = Object.values(groups).flatMap((group) => Object.keys(group));
    expect(Object.keys(api).sort()).toEqual(names.sort());
  });

  it("words what is not a failure of the core", () => {
    const own = failure("VLT-101", "a", "b", "c");
    expect(asAppError(own)).toBe(own);
    expect(asAppError("command not allowed")).toMatchObject({ code: "SYS-710", details: "command not allowed" });
    expect(asAppError(new Error("gone")).details).toBe("gone");
  });
});

describe("inside Satchel", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("calls the plugin of the group in snake case with named arguments", async () => {
    const invoke = vi.fn(async () => "done");
    vi.stubGlobal("__TAURI_INTERNALS__", { invoke, transformCallback: () => 1 });
    vi.resetModules();
    const { api } = await import("./client");
    await api.vaultCreate("Personal", "words", null);
    expect(invoke).toHaveBeenCalledWith("plugin:vault|vault_create", { name: "Personal", passphrase: "words", place: null }, undefined);
    await api.consentShare("q", { scopes: [], connections: [], from: null, to: null, detail: "week", amounts: "exact", places: "hidden", people: "removed" }, { kind: "once" }, "ab", null);
    expect(invoke).toHaveBeenLastCalledWith("plugin:consent|consent_share", expect.objectContaining({ previewSha256: "ab", passphrase: null }), undefined);
  });

  it("throws the three parts", async () => {
    vi.stubGlobal("__TAURI_INTERNALS__", { invoke: vi.fn(() => Promise.reject(failure("VLT-101", "a", "b", "c"))), transformCallback: () => 1 });
    vi.resetModules();
    const { api } = await import("./client");
    await expect(api.vaultUnlock("x")).rejects.toMatchObject({ code: "VLT-101", safe: "b" });
  });
});

describe("the events of a window", () => {
  /** A core that answers when it is let, and can tell the window things. */
  async function aWindow() {
    const heard = new Map<string, (message: unknown) => void>();
    const callbacks: ((message: unknown) => void)[] = [];
    let answer = () => {};
    const slow = new Promise<void>((resolve) => (answer = resolve));
    const invoke = vi.fn(async (command: string, { event, handler, target }: { event: string; handler: number; target: unknown }) => {
      expect([command, target]).toEqual(["plugin:event|listen", { kind: "WebviewWindow", label: "main" }]);
      await slow;
      heard.set(event, callbacks[handler]!);
      return handler;
    });
    vi.stubGlobal("__TAURI_INTERNALS__", {
      invoke,
      metadata: { currentWindow: { label: "main" }, currentWebview: { label: "main", windowLabel: "main" } },
      transformCallback: (callback: (message: unknown) => void) => callbacks.push(callback) - 1,
    });
    vi.resetModules();
    const client = await import("./client");
    return { client, heard, answer: () => answer() };
  }

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  it("are all known to the core before anything is shown", async () => {
    const contract = readFileSync(join(__dirname, "types.ts"), "utf8");
    const events = /interface Events \{([^]*?)\n\}/.exec(contract)?.[1] ?? "";
    const names = [...events.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    const { client, heard, answer } = await aWindow();
    let shown = false;
    const all = client.listening().then(() => (shown = true));
    await Promise.resolve();
    expect(shown).toBe(false);
    answer();
    await all;
    expect([...heard.keys()].sort()).toEqual(names.sort());
  });

  it("reach whoever listens at that moment, and nobody who stopped", async () => {
    const { client, heard, answer } = await aWindow();
    answer();
    await client.listening();
    const [one, other] = [vi.fn(), vi.fn()];
    const tell = (id: string) => heard.get("importChanged")!({ event: "importChanged", id: 1, payload: { id } });
    const stops = [client.on("importChanged", one), client.on("importChanged", other), client.on("importChanged", one)];
    tell("a");
    expect([one.mock.calls.length, other.mock.calls]).toEqual([2, [[{ id: "a" }]]]);
    stops[0]!();
    stops[1]!();
    tell("b");
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([3, 1]);
    // One that stops another, while both are told.
    client.on("importChanged", () => stops[3]!());
    stops.push(client.on("importChanged", other));
    tell("c");
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([4, 1]);
  });

  it("reach the others when one fails", async () => {
    const { client, heard, answer } = await aWindow();
    answer();
    await client.listening();
    const other = vi.fn();
    client.on("dataChanged", () => {
      throw new Error("a page has a mistake");
    });
    client.on("dataChanged", other);
    heard.get("dataChanged")!({ event: "dataChanged", id: 1, payload: null });
    expect(other.mock.calls).toEqual([[null]]);
  });
});

describe("the code of a failure", () => {
  it("is one of the list that people can look up", () => {
    const listed = JSON.parse(readFileSync(join(process.cwd(), "../assets/errors/en.json"), "utf8")) as Record<string, { title: string; safe: string; todo: string }>;
    const { code, title, safe, todo } = asAppError("anything");
    expect(listed[code]).toEqual({ title, safe, todo });
  });
});
