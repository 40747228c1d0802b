// The pages of Rokwire Core, as assistive technology and end-to-end tests find them.
import { flushSync, unmount } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { shared as fake } from "../src/ipc/fake";
import { router } from "../src/shared/router.svelte";
import { serious } from "./axe";
import { unclear } from "./names";
import { openMain, shows } from "./opened";

// Axe reads a whole page, which takes its time on a busy computer.
vi.setConfig({ testTimeout: 30_000 });

let page: Record<string, unknown> | null = null;

async function open(route: string, ready: string): Promise<void> {
  page = await openMain({}, route, ready);
}

function click(name: string, within: ParentNode = document): void {
  const found = [...within.querySelectorAll<HTMLElement>("button, a, input")].find((one) => (one.getAttribute("aria-label") ?? (one instanceof HTMLInputElement ? one.labels?.[0]?.textContent : one.textContent) ?? "").trim() === name);
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  found.click();
  flushSync();
}

function type(label: string, text: string): void {
  const field = [...document.querySelectorAll("label")].find((one) => one.textContent?.trim() === label);
  const input = document.getElementById(field?.htmlFor ?? "") as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

beforeEach(() => {
  document.body.replaceChildren();
  document.documentElement.lang = "en";
  document.title = "Satchel";
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});
afterEach(async () => {
  if (page !== null) await unmount(page);
  page = null;
});

it("an application is admitted, its key shown once, and its page opened", async () => {
  await open("/apps", 'region "Applications for Rokwire Core"');
  await shows('button "Manage Campus Companion"', 'link "Known services"');
  click("Admit an application");
  await shows('dialog "Admit an application"');
  expect(unclear()).toEqual([]);
  expect(await serious()).toEqual([]);
  type("Name", "Rota");
  type("Code", "rota");
  type("Identifier", "org.example.rota");
  type("Versions", "1.0.0");
  click("Admit it");
  await shows('dialog "The key of Rota"');
  const key = document.querySelector("dialog code")!.textContent!;
  expect(key).toMatch(/^[\w-]{43}$/);
  click("I have kept it");
  await shows('heading "Rota"', 'tab "What is seen"');
  expect(document.body.textContent).not.toContain(key);
  expect(location.href + JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(key);
});

it("a config that is no JSON is told by its line, and the caret goes there", async () => {
  await open("/apps/core/core-campus?tab=configs", 'button "Add a config"');
  await shows('region "edu.campus.companion from 3.1.0, General"', 'button "Edit edu.campus.companion from 3.3.0, This space"');
  click("Add a config");
  await shows('dialog "Add a config"');
  expect(await serious()).toEqual([]);
  type("From version", "3.2.0");
  type("Config, as JSON", '{\n  "a": 1,\n}');
  click("Keep it");
  await vi.waitFor(() => expect(document.querySelector("#config-wrong")?.textContent).toMatch(/^Line 3, character 1: /));
  const area = document.querySelector<HTMLTextAreaElement>("#config-data")!;
  expect([area.getAttribute("aria-invalid"), area.getAttribute("aria-describedby")]).toEqual(["true", "config-wrong"]);
  await vi.waitFor(() => expect(area.selectionStart).toBe(area.value.indexOf("}")));
  type("Config, as JSON", '{"a": 1}');
  click("Keep it");
  await shows('region "edu.campus.companion from 3.2.0, General"');
  click("Delete edu.campus.companion from 3.2.0, General");
  await shows('button "Undo"');
  click("Undo");
  await shows('region "edu.campus.companion from 3.2.0, General"');
});

it("keys, builds, services and spaces have their names", async () => {
  await open("/apps/core/core-campus?tab=keys", 'button "Make a new key"');
  await shows('button "Change edu.campus.companion"', 'button "Add a build"');
  click("Make a new key");
  await shows('dialog "A new key of Campus Companion"');
  click("I have kept it");
  await shows('button "Remove key 1"', 'button "Remove key 2"');
  click("Remove key 1");
  await shows('alertdialog "Remove this key?"');
  click("Remove", document.querySelector("dialog")!);
  await vi.waitFor(() => expect(document.body.textContent).toContain("The key opens nothing any more."));
  router.setQuery({ tab: "places" });
  await shows('switch "Groups"', 'switch "Polling"', 'switch "May be used without a profile"', 'button "Attach to Translations"', 'button "Remove from Personal"');
  expect(unclear()).toEqual([]);
  click("Remove from Personal");
  await shows('alertdialog "Remove Campus Companion from Personal?"');
  click("Remove from here", document.querySelector("dialog")!);
  await shows('heading "Apps"');
});

it("a service is compared, added by its fields, and removed", async () => {
  await open("/apps/services", 'article "Polling"');
  expect(unclear()).toEqual([]);
  click("Compare keys of Polling");
  await shows('dialog "Compare"', 'region "What you pinned"', 'region "What came now"');
  click("Keep what I pinned");
  await vi.waitFor(() => expect(document.querySelector(".note.danger")).toBeNull());
  click("Add a service");
  await shows('dialog "Add a service"');
  click("Fields");
  click("One more scope");
  await shows('group "Scope 1"');
  expect(await serious()).toEqual([]);
  type("Service id", "talk");
  type("Name", "Talk");
  type("Address", "https://talk.example");
  click("Add it");
  await shows('article "Talk"');
  click("Remove Talk");
  await shows('alertdialog "Remove Talk?"');
  click("Remove Talk", document.querySelector("dialog")!);
  await vi.waitFor(() => expect(document.querySelector("#s-talk")).toBeNull());
});

it("a service account is made; its token is shown once and the questions are named", async () => {
  await open("/apps/services", 'article "Nightly report"');
  await shows('button "Expire Standby of Nightly report"', 'button "End Old import"');
  click("Make a service account");
  await shows('dialog "Make a service account"');
  expect(await serious()).toEqual([]);
  type("Name of the account", "Report");
  click("Campus Companion", document.querySelector("dialog")!);
  click("Reviews", document.querySelector("dialog")!);
  click("Make it");
  await shows('dialog "The token of Report"');
  expect(document.querySelector("dialog")!.textContent).toContain("One question, what it may see, waits for you.");
  click("I have kept it");
  await shows('article "Report"');
  click("End Report");
  await shows('alertdialog "End Report?"');
});

it("a token is made to try out and taken apart, and neither is kept", async () => {
  await open("/settings/developer", 'switch "Developer mode"');
  click("Developer mode");
  await shows('button "Make a token"', 'textbox "Token"');
  click("Make a token");
  await vi.waitFor(() => expect(document.querySelector("code.made")).not.toBeNull());
  const token = document.querySelector("code.made")!.textContent!;
  type("Token", token);
  click("Check the token");
  await shows('list "The checks"', 'region "Header"', 'region "Claims"');
  expect(unclear()).toEqual([]);
  expect(await serious()).toEqual([]);
  expect(document.body.textContent).toContain("It is for nobody real and opens nothing.");
  expect(location.href + JSON.stringify({ ...localStorage, ...sessionStorage, ...fake.world.settings })).not.toContain(token);
  click("Take it off this page");
  await vi.waitFor(() => expect(document.querySelector("#token-claims")).toBeNull());
});
