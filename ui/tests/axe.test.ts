// No page stops anybody: axe-core finds nothing serious.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Consent } from "../src/features/consent/consent.svelte";
import Sheet from "../src/features/consent/Sheet.svelte";
import Transfer from "../src/features/consent/Transfer.svelte";
import { TransferQuestion } from "../src/features/consent/transfer.svelte";
import { createFake } from "../src/ipc/fake";
import { serious } from "./axe";
import { openMain } from "./opened";

let page: Record<string, unknown> | null = null;

beforeEach(() => {
  document.body.replaceChildren();
  // As the pages are shipped.
  document.documentElement.lang = "en";
  document.title = "Satchel";
  // Nothing is painted here; axe-core would look for icons that are letters.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});
afterEach(async () => {
  if (page !== null) await unmount(page);
  page = null;
});

it("what is wrong is found", async () => {
  document.body.innerHTML = "<main><h1>A page</h1><button></button></main>";
  expect(await serious()).toEqual([expect.stringMatching(/^button-name: /)]);
});

describe("axe-core finds nothing serious on", () => {
  it.each([
    ["/overview", 'heading "Overview"'],
    ["/work", 'heading "Work"'],
    ["/connections", 'heading "Connections"'],
    ["/connections/con-upwork", 'complementary "Upwork"'],
    ["/connections/add", 'button "Link Upwork"'],
    ["/connections/who", 'button "Stop Hourly seeing Uber Eats"'],
    ["/connections/who?by=app", 'button "Stop sharing with Hourly"'],
    ["/connections/import", 'button "Choose a file"'],
    ["/connections/import/imp-checked", 'button "Import 4,237 new rows"'],
    ["/connections/import/imp-running", 'progressbar "Import from Uber Eats"'],
    ["/connections/import/imp-done", 'button "Undo import"'],
    ["/connections/import/imp-unknown/map/0", 'table "Columns"'],
    ["/connections/coverage", 'region "Uber Eats"'],
    ["/connections/request", 'radiogroup "Platform"'],
    ["/connections/request/req-glovo", 'complementary "Your letter"'],
    ["/apps", 'heading "Apps"'],
    ["/apps/sharing", 'heading "What anyone can see"'],
    ["/apps/app-hourly", 'tab "What it can see"'],
    ["/apps/review?url=https%3A%2F%2Fquarter.example%2Fopenplatform.json", 'heading "Install Quarter Tax?"'],
    ["/apps/core/core-campus", 'tab "What is seen"'],
    ["/apps/core/core-campus?tab=configs", 'button "Add a config"'],
    ["/apps/core/core-campus?tab=keys", 'button "Make a new key"'],
    ["/apps/core/core-campus?tab=places", 'switch "Groups"'],
    ["/apps/services", 'article "Groups"'],
    ["/apps/services?compare=polls", 'dialog "Compare"'],
    ["/cooperatives", 'article "Llum Verda SCCL"'],
    ["/cooperatives?compare=bancanostra", 'dialog "Compare keys"'],
    ["/cooperatives/own", 'region "Your key"'],
    ["/cooperatives/pedalcourier/apply", 'table "What they get"'],
    ["/transfers/transfer-accepted", 'article "Llum Verda has your data"'],
    ["/transfers/transfer-unknown", 'button "Ask them whether it arrived"'],
    ["/incoming/incoming-1", 'table "What arrived"'],
    ["/activity?days=all", 'grid "Activity"'],
    ["/activity/act-1?days=all", 'complementary "Hourly"'],
    ["/backpack", 'button "Pack backpack"'],
    ["/settings", 'tabpanel "Security"'],
    ["/settings/profile", 'textbox "First name"'],
    ["/settings/mail", 'textbox "Server"'],
    ["/settings/appearance", 'radiogroup "Theme"'],
  ])("%s", async (route, ready) => {
    page = await openMain({}, route, ready);
    expect(await serious()).toEqual([]);
  });

  it("the unlock page", async () => {
    page = await openMain({ state: "locked" }, "/", 'button "Unlock"');
    expect(await serious()).toEqual([]);
  });

  it.each(["package", "origin", "unknown"])("a question, asked by: %s", async (identity) => {
    const fake = createFake();
    const consent = new Consent(fake.api, true);
    const stop = consent.start(fake.on);
    await vi.waitFor(() => expect(consent.question).not.toBeNull());
    page = mount(Sheet, { target: document.body, props: { consent, question: { ...consent.question!, identity } as NonNullable<typeof consent.question> } });
    flushSync();
    expect(await serious()).toEqual([]);
    consent.chooseDetail("week");
    consent.chooseDuration("until");
    flushSync();
    expect(await serious()).toEqual([]);
    stop();
  });

  it.each(["table", "raw"] as const)("the question about a transfer, as %s", async (show) => {
    const fake = createFake();
    const ask = new TransferQuestion("draft-llumverda-switchsupply", fake.api, true);
    const stop = ask.start(fake.on);
    await vi.waitFor(() => expect(ask.question).not.toBeNull());
    ask.show = show;
    page = mount(Transfer, { target: document.body, props: { ask, question: ask.question! } });
    flushSync();
    expect(await serious()).toEqual([]);
    stop();
  });
});
