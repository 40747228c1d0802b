// The screens of the main window as assistive technology and end-to-end tests find them.
import { flushSync, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Start } from "../src/ipc/fake/world";
import { router } from "../src/shared/router.svelte";
import { session } from "../src/shared/session.svelte";
import { features } from "../src/features/registry";
import { t } from "../src/shared/i18n";
import { missing, unclear } from "./names";
import { openMain, shows } from "./opened";

const GOOD = "otter-carries-seven-lamps";
let page: Record<string, unknown>;

async function open(start: Partial<Start>, route: string, ready: string): Promise<void> {
  page = await openMain(start, route, ready);
}

function find<E extends HTMLElement>(selector: string, name?: string): E {
  const all = [...document.querySelectorAll<E>(selector)];
  const found = name === undefined ? all[0] : all.find((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").trim() === name);
  if (found === undefined) throw new Error(`no ${selector} ${name ?? ""}`);
  return found;
}

function type(label: string, text: string): void {
  const input = document.getElementById(find<HTMLLabelElement>("label", label).htmlFor) as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

function click(name: string, selector = "button, a"): void {
  find(selector, name).click();
  flushSync();
}

beforeEach(() => document.body.replaceChildren());
afterEach(async () => unmount(page));

describe("welcome", () => {
  it("has its names, and makes a vault that shows its kit", async () => {
    await open({ state: "none" }, "/", 'heading "Make your vault"');
    const meter = find('[role="meter"]');
    expect(meter.getAttribute("aria-valuenow")).toBe("0");
    type("Passphrase", GOOD);
    await vi.waitFor(() => expect(Number(meter.getAttribute("aria-valuenow"))).toBeGreaterThan(0));
    click("Show passphrase");
    expect(missing(['textbox "Name"', 'textbox "Passphrase"', 'button "Suggest one"', 'button "Hide passphrase"', 'meter "Passphrase strength"', 'textbox "Passphrase again"', 'button "Change place"', 'button "Make vault"', 'link "Open a vault I have"', 'link "Restore a backpack"', 'link "Try with made-up data"'])).toEqual([]);
    expect(unclear()).toEqual([]);
    type("Passphrase again", GOOD);
    click("Make vault");
    await shows('list "Recovery code"');
    expect(missing(['region "Preview of the recovery kit"', 'button "Print"', 'button "Save as PDF"', 'textbox "Group 3"', 'textbox "Group 7"', 'button "Finish"', 'button "Do this later"', 'list "Steps"'])).toEqual([]);
    expect(unclear()).toEqual([]);
    expect(find<HTMLButtonElement>("button", "Finish").disabled).toBe(true);
    click("Do this later");
    await shows('navigation "Main"');
    expect(document.body.textContent).not.toContain("9KQM-4X");
  });
});

describe("unlock", () => {
  const usual = ['main "Personal"', 'textbox "Passphrase"', 'button "Show passphrase"', 'button "Unlock"', 'link "Use recovery kit"', 'link "Open another vault"', 'link "Help"'];

  it("has its names and opens where the person was", async () => {
    await open({ state: "locked" }, "/settings/about", 'main "Personal"');
    expect(missing(usual)).toEqual([]);
    expect(unclear()).toEqual([]);
    type("Passphrase", "wrong");
    click("Unlock");
    await vi.waitFor(() => expect(document.body.textContent).toContain("Nothing was changed. Try again, or use the recovery kit. VLT-101"));
    type("Passphrase", GOOD);
    click("Unlock");
    await vi.waitFor(() => expect(document.querySelector(".lift")).not.toBeNull());
    await shows('tabpanel "About"');
    await vi.waitFor(() => expect(document.querySelector(".lift")).toBeNull());
  });

  it("offers the keyring when it can work, and says why when it cannot", async () => {
    await open({ state: "locked", cause: "away", keyring: true }, "/", 'button "Unlock with the keyring"');
    await unmount(page);
    document.body.replaceChildren();
    await open({ state: "locked", cause: "started", keyring: true }, "/", 'main "Personal"');
    expect(missing(['button "Unlock with the keyring"'])).toHaveLength(1);
    expect(document.body.textContent).toContain("The keyring works again");
  });

  it("shows a damaged vault in three parts, with the repair", async () => {
    await open({ state: "locked", damaged: true }, "/", 'button "Repair from the safe copy"');
    expect(document.body.textContent).toContain("VLT-120");
    expect(missing(['button "Unlock"'])).toHaveLength(1);
    type("Passphrase", GOOD);
    click("Repair from the safe copy");
    await shows('button "Unlock"');
  });

  it("lets the recovery kit in, and comes back", async () => {
    await open({ state: "locked" }, "/", 'link "Use recovery kit"');
    click("Use recovery kit");
    await shows('textbox "Recovery code"');
    expect(missing(['textbox "New passphrase"', 'textbox "New passphrase again"', 'button "Open the vault"'])).toEqual([]);
    expect(unclear()).toEqual([]);
    click("Back to the passphrase");
    await shows('button "Unlock"');
  });
});

describe("every unlocked page", () => {
  it("has the sidebar, and locking empties the page", async () => {
    await open({}, "/settings", 'tabpanel "Security"');
    const links = features.map((feature) => `link "${t(feature.label)}"`);
    await shows('button "Space: Personal"');
    expect(missing(['navigation "Main"', 'button "Search or jump to"', 'button "Lock Satchel"', ...links])).toEqual([]);
    if (features.some((feature) => feature.name === "apps")) await shows('link "2 apps can see something"');
    find("button", "Lock Satchel").click();
    expect(document.querySelector("nav")).toBeNull();
    expect(document.querySelector("input, button")).toBeNull();
    await shows('main "Personal"');
    expect(document.body.textContent).toContain("You locked it");
  });

  it("switches the space", async () => {
    await open({}, "/settings", 'button "Space: Personal"');
    click("Space: Personal");
    await shows('menuitemradio "Translations"');
    click("Translations", "[role=menuitemradio]");
    await shows('button "Space: Translations"');
  });

  it("finds and jumps", async () => {
    await open({}, "/settings", 'tabpanel "Security"');
    click("Search or jump to");
    await shows('group "Do"');
    const input = find<HTMLInputElement>('[role="combobox"]');
    input.value = "upw";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await shows('group "Records"');
    expect(missing(['dialog "Search or jump to"', 'combobox "Search or jump to"', 'listbox "Results"', 'group "Do"', 'group "Go to"', 'group "Records"'])).toEqual([]);
    expect(find('[aria-disabled="true"]').textContent).toContain("sign in first");
    input.value = "settings";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await vi.waitFor(() => expect(document.querySelectorAll("[role=option]")).toHaveLength(1));
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
    expect(router.route.path).toBe("/settings");
  });

  it("asks before all sharing is stopped", async () => {
    await open({}, "/settings", 'tabpanel "Security"');
    window.dispatchEvent(new KeyboardEvent("keydown", { key: ".", ctrlKey: true, shiftKey: true }));
    await shows('alertdialog "Stop all sharing?"');
    click("Stop all sharing", "dialog button");
    await vi.waitFor(() => expect(session.seeing?.apps).toBe(0));
  });
});

describe("settings", () => {
  it("has its names", async () => {
    await open({}, "/settings", 'tabpanel "Security"');
    expect(missing(['heading "Settings"', 'tablist "Settings"', 'tab "Security"', 'tab "Spaces"', 'tab "Your profile"', 'tab "E-mail"', 'tab "Appearance"', 'tab "Notices"', 'tab "About"', 'button "Lock when I am away"', 'switch "Lock when the computer sleeps or its screen locks"', 'switch "Unlock with the keyring"', 'button "Forget what I copied"', 'button "Change passphrase"', 'button "Make a new kit"', 'button "Check now"', 'button "Delete vault"'])).toEqual([]);
    expect(unclear()).toEqual([]);
  });

  it("has no tab for what does not work", async () => {
    await open({}, "/settings", 'tabpanel "Security"');
    expect(missing(['tab "Language"'])).toHaveLength(1);
  });

  it("changes the passphrase in a dialog", async () => {
    await open({}, "/settings", 'button "Change passphrase"');
    click("Change passphrase");
    await shows('dialog "Change passphrase"');
    expect(missing(['textbox "Current passphrase"', 'textbox "New passphrase"', 'textbox "New passphrase again"'])).toEqual([]);
  });

  it("deletes only when the name is typed", async () => {
    await open({}, "/settings", 'button "Delete vault"');
    click("Delete vault");
    await shows('alertdialog "Delete Personal?"');
    expect(missing(['textbox "Type Personal to delete it"'])).toEqual([]);
    const remove = find<HTMLButtonElement>("dialog button", "Delete for good");
    expect(remove.disabled).toBe(true);
    type("Type Personal to delete it", "Personal");
    expect(remove.disabled).toBe(false);
    remove.click();
    await shows('heading "Make your vault"');
  });

  it("shows spaces, profile, appearance and about", async () => {
    await open({}, "/settings/spaces", 'button "Rename Translations"');
    expect(unclear()).toEqual([]);
    click("Your profile", "[role=tab]");
    await shows('textbox "First name"');
    await shows('button "Edit Llum Verda SCCL"');
    expect(missing(['radiogroup "This profile is of"', 'heading "Name"', 'heading "Contact"', 'heading "Address"', 'heading "Languages"', 'heading "Work"', 'heading "Your cooperatives"', 'button "Add a cooperative"', 'button "Remove Llum Verda SCCL"'])).toEqual([]);
    expect(missing(['textbox "Legal name"'])).toHaveLength(1);
    expect(unclear()).toEqual([]);
    click("An organisation", "[role=radio]");
    await shows('textbox "Legal name"');
    expect(missing(['heading "Organisation"', 'textbox "Name of the representative"', 'textbox "Tax number of the representative"'])).toEqual([]);
    click("Add a cooperative");
    await shows('dialog "Add a cooperative"');
    expect(missing(['textbox "Name of the cooperative"', 'textbox "Peer id"', 'textbox "Member number"', 'textbox "Roles"'])).toEqual([]);
    click("Cancel", "dialog button");
    await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
    click("Appearance", "[role=tab]");
    await shows('radiogroup "Theme"');
    expect(missing(['radio "As the system"', 'radio "Light"', 'radio "Dark"', 'switch "Single letters are keys"'])).toEqual([]);
    click("Dark", "[role=radio]");
    await vi.waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
    click("About", "[role=tab]");
    await shows('heading "What can go wrong"');
    expect(document.body.textContent).toContain("VLT-101");
  });
});
