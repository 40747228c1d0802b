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

describe("the code of a failure", () => {
  it("is one of the list that people can look up", () => {
    const listed = JSON.parse(readFileSync(join(process.cwd(), "../assets/errors/en.json"), "utf8")) as Record<string, { title: string; safe: string; todo: string }>;
    const { code, title, safe, todo } = asAppError("anything");
    expect(listed[code]).toEqual({ title, safe, todo });
  });
});
