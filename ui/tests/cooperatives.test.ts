// The pages of cooperatives, as assistive technology and end-to-end tests find them.
import { flushSync, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { shared as fake } from "../src/ipc/fake";
import type { Start } from "../src/ipc/fake/world";
import { router } from "../src/shared/router.svelte";
import { missing, unclear } from "./names";
import { openMain, shows } from "./opened";

let page: Record<string, unknown> | null = null;

async function open(route: string, ready: string, start: Partial<Start> = {}): Promise<void> {
  page = await openMain(start, route, ready);
}

function find<E extends HTMLElement>(name: string, selector = "button, a"): E {
  const found = [...document.querySelectorAll<E>(selector)].find((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").trim() === name);
  if (found === undefined) throw new Error(`no ${selector} ${name}`);
  return found;
}

function click(name: string, selector?: string): void {
  find(name, selector).click();
  flushSync();
}

function write(input: HTMLInputElement, text: string): void {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  flushSync();
}

beforeEach(() => document.body.replaceChildren());
afterEach(async () => {
  if (page !== null) await unmount(page);
  page = null;
});

describe("the catalogue", () => {
  it("has its names, every standing of a key, and what arrived above all", async () => {
    await open("/cooperatives", 'article "Llum Verda SCCL"');
    await shows('heading "Cooperatives"', 'button "Add a cooperative"', 'link "Your name and key"', 'button "Start: Switch your electricity"', 'button "Check the key of Fons Mutual"', 'button "Compare keys of Banca Nostra"', 'article "Hort Comú"', 'region "Arrived"', 'link "Sent 12 Nov, see the receipt of Join as a member"', 'button "More about: Insure your bicycle"');
    expect(unclear()).toEqual([]);
  });

  it("starts nothing where the key is unchecked, changed or absent", async () => {
    await open("/cooperatives", 'article "Llum Verda SCCL"');
    for (const name of ["Fons Mutual", "Banca Nostra", "Hort Comú"]) {
      const card = [...document.querySelectorAll("article")].find((one) => one.querySelector("h2")?.textContent === name)!;
      expect(card.querySelector('[aria-label^="Start:"], [aria-label^="More about:"]')).toBeNull();
    }
  });

  it("is reached by G and P", async () => {
    await open("/overview", 'heading "Overview"');
    for (const key of ["g", "p"]) dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
    await shows('heading "Cooperatives"');
    expect(find("Cooperatives", "a").getAttribute("aria-current")).toBe("page");
  });

  it("compares the key that waits, and then services can be started", async () => {
    await open("/cooperatives", 'button "Compare keys of Banca Nostra"');
    click("Compare keys of Banca Nostra");
    await shows('dialog "Compare keys"', 'button "They match"', 'button "They differ"', 'region "The key that you checked"', 'region "The key it shows now"');
    click("They match");
    await shows('button "Start: Open an account"');
    expect(router.route.query.has("compare")).toBe(false);
  });

  it("adds a cooperative after a look, and compares later", async () => {
    await open("/cooperatives", 'button "Add a cooperative"');
    click("Add a cooperative");
    await shows('dialog "Add a cooperative"', 'radio "A file"', 'radio "An address"', 'radio "A text"', 'button "Choose a file"');
    click("Choose a file");
    await shows('region "Fingerprint of its key"', 'button "They match, add it"');
    click("Add, compare later");
    await shows('button "Check the key of Som Energia SCCL"');
  });

  it.each([
    ["same", "Take the new words", "You have this cooperative, with this key."],
    ["rotated", "Take the new key", "The key that you have signed the new one."],
    ["changed", "Add, compare later", "This is another key than the one you have."],
  ])("tells a description with a key that is %s", async (text, button, says) => {
    await open("/cooperatives", 'button "Add a cooperative"');
    click("Add a cooperative");
    click("A text");
    const area = document.querySelector("textarea")!;
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    click("Look at it");
    await shows(`button "${button}"`);
    expect(document.querySelector("dialog")?.textContent).toContain(says);
  });

  it("removes one after a question", async () => {
    await open("/cooperatives", 'button "About Hort Comú"');
    click("About Hort Comú");
    await shows('dialog "About Hort Comú"', 'switch "Take only the newer kind of package from it"');
    click("Remove Hort Comú");
    await shows('alertdialog "Remove Hort Comú?"', 'button "Keep it"');
    click("Remove Hort Comú");
    await vi.waitFor(() => expect(missing(['article "Hort Comú"'])).toHaveLength(1));
  });

  it("notes that a service is used no more, and again", async () => {
    await open("/cooperatives", 'button "More about: Join as a member"');
    click("More about: Join as a member");
    await shows('menuitem "I stopped using it"');
    click("I stopped using it");
    await shows('link "Stopped today, see the receipt of Join as a member"');
  });

  it("without any says how to begin", async () => {
    await open("/cooperatives", 'region "No cooperatives"', { empty: true });
    await shows('button "Add your first cooperative"', 'button "Add a cooperative"');
    expect(missing(['region "Arrived"'])).toHaveLength(1);
  });
});

describe("a transfer", () => {
  it("has its names", async () => {
    await open("/cooperatives/llumverda/switchsupply", 'heading "Switch your electricity to Llum Verda"');
    await shows('link "Back to Cooperatives"', 'link "Their privacy policy"', 'table "What they get"', 'button "Edit in your profile"', 'region "What happens next"', 'button "Check and sign"', 'button "Not now"');
    expect(document.body.textContent).toContain("Step 1 of 3: choose");
    for (const value of ["Vidal Serra, Marta", "00000000T", "08001", "qhzmtkvbrnla"]) expect(find("What they get", "h3").closest("section")!.textContent).toContain(value);
  });

  it("fills in what is missing in place, then opens the window, and ends at the receipt", async () => {
    await open("/cooperatives/pedalcourier/apply", 'textbox "Member number"');
    const go = find<HTMLButtonElement>("Check and sign");
    expect(go.disabled).toBe(true);
    expect(document.getElementById(go.getAttribute("aria-describedby")!)?.textContent).toBe("To go on, fill in member number.");
    write(document.querySelector<HTMLInputElement>("#f-innerid")!, "00412");
    await vi.waitFor(() => expect(go.disabled).toBe(false));
    click("Check and sign");
    await shows('button "Show that window"');
    expect(document.body.textContent).toContain("Step 2 of 3: check and sign");
    expect(missing(['button "Check and sign"'])).toHaveLength(1);
    const { id, sha256 } = await fake.api.consentTransfer("draft-pedalcourier-apply");
    await fake.api.consentTransferSign(id, sha256, false, fake.world.passphrase);
    await shows('article "Pedal Courier Coop has your data"');
    expect(router.route.path).toBe("/transfers/draft-pedalcourier-apply");
  });

  it("says that nothing was sent when the person did not sign", async () => {
    await open("/cooperatives/llumverda/switchsupply", 'button "Check and sign"');
    click("Check and sign");
    await shows('button "Show that window"');
    await fake.api.consentTransferRefuse("draft-llumverda-switchsupply");
    await shows('button "Check and sign"');
    expect(document.body.textContent).toContain("You did not sign. Nothing was sent.");
  });

  it("changes a value in place", async () => {
    await open("/cooperatives/llumverda/switchsupply", 'button "Change City"');
    click("Change City");
    await shows('textbox "City"');
    write(document.querySelector<HTMLInputElement>("#f-city")!, "Girona");
    await shows('button "Change City"');
    expect(document.body.textContent).toContain("Girona");
  });

  it("keeps what was typed beside the reason why it was not taken", async () => {
    await open("/cooperatives/llumverda/switchsupply", 'button "Change Tax number"');
    click("Change Tax number");
    await shows('textbox "Tax number"');
    const field = document.querySelector<HTMLInputElement>("#f-nif")!;
    write(field, "12");
    field.dispatchEvent(new FocusEvent("blur"));
    await vi.waitFor(() => expect(document.querySelector("td [role=alert]")?.textContent).toContain("nine letters and digits"));
    expect(document.querySelector<HTMLInputElement>("#f-nif")?.value).toBe("12");
  });

  it("cannot be started before the key was checked, and leads to the comparison", async () => {
    await open("/cooperatives/fonsmutual/offer", 'link "Compare keys"');
    expect(missing(['button "Check and sign"'])).toHaveLength(1);
    location.hash = find<HTMLAnchorElement>("Compare keys", "a").getAttribute("href")!;
    await shows('dialog "Compare keys"');
  });
});

describe("a receipt", () => {
  it("has its names, and belongs to Activity", async () => {
    await open("/transfers/transfer-accepted", 'article "Llum Verda has your data"');
    await shows('heading "Receipt"', 'link "Back to Activity"', 'button "Print"', 'button "Save receipt"', 'button "Ask them to erase"', 'button "Report to authority"', 'button "Show the exact text"', 'button "api.llumverda.example"');
    expect(unclear()).toEqual([]);
    expect(find("Activity", "nav a").getAttribute("aria-current")).toBe("page");
  });

  it("is reached from its entry in Activity, and leads there", async () => {
    await open("/activity/act-9?days=all", 'link "See the receipt"');
    location.hash = find<HTMLAnchorElement>("See the receipt", "a").getAttribute("href")!;
    await shows('article "Llum Verda has your data"');
    expect(find<HTMLAnchorElement>("See the entry", "a").getAttribute("href")).toBe("#/activity/act-9?days=all");
  });

  it("shows the exact text only when asked, and forgets it", async () => {
    await open("/transfers/transfer-accepted", 'button "Show the exact text"');
    expect(document.body.textContent).not.toContain("00000000T");
    click("Show the exact text");
    await shows('region "Exact text"', 'button "Hide the exact text"');
    click("Forget the exact text");
    await vi.waitFor(() => expect(document.body.textContent).toContain("The exact text was not kept, only its fingerprint."));
    expect(document.body.textContent).not.toContain("00000000T");
  });

  it("warns before it opens a page that is not theirs", async () => {
    await open("/transfers/transfer-foreign", 'button "Open forms.elsewhere.example"');
    expect(document.body.textContent).toContain("forms.elsewhere.example is not the host of Pedal Courier Coop.");
    const went = vi.spyOn(fake.api, "transferGoOn");
    click("Open forms.elsewhere.example");
    await vi.waitFor(() => expect(went).toHaveBeenCalledExactlyOnceWith("transfer-foreign"));
    went.mockRestore();
  });

  it.each([
    ["transfer-refused", 'link "Send them your key"', ["Ask them whether it arrived", "Try again", "Ask them to erase"]],
    ["transfer-notsent", 'button "Try again"', ["Ask them whether it arrived", "Ask them to erase"]],
    ["transfer-unknown", 'button "Ask them whether it arrived"', ["Try again"]],
    ["transfer-changed", 'link "Compare keys"', ["Try again", "Ask them to erase"]],
  ])("of %s says what to do, and nothing else", async (id, does, absent) => {
    await open(`/transfers/${id}`, does);
    expect(missing(absent.map((name) => `button "${name}"`))).toHaveLength(absent.length);
  });

  it("of a transfer that may have arrived gives words to ask them", async () => {
    await open("/transfers/transfer-unknown", 'button "Ask them whether it arrived"');
    click("Ask them whether it arrived");
    await shows('dialog "Ask them whether it arrived"', 'region "Words to send"', 'button "Copy the words"');
    expect(document.querySelector("dialog pre")?.textContent).toContain("qhzmtkvbrnla");
  });
});

describe("what arrived", () => {
  it("is looked at in both forms and discarded", async () => {
    await open("/incoming/incoming-1", 'heading "Translate for us, from Pedal Courier Coop"');
    await shows('link "Back to Cooperatives"', 'table "What arrived"', 'button "Accept"', 'button "Discard"', 'tab "Raw"');
    click("Raw");
    await shows('region "Exact text that arrived"');
    click("Discard");
    await shows('heading "Cooperatives"');
    expect(missing(['link "Look at: Translate for us, 21 Nov, 16:40"'])).toHaveLength(1);
  });

  it("is accepted once", async () => {
    await open("/incoming/incoming-1", 'button "Accept"');
    click("Accept");
    await vi.waitFor(() => expect(document.body.textContent).toContain("You accepted it."));
    expect(missing(['button "Accept"'])).toHaveLength(1);
  });
});

describe("the own name and key", () => {
  it("has its names", async () => {
    await open("/cooperatives/own", 'region "Your key"');
    await shows('heading "Your name and key"', 'textbox "Name"', 'textbox "Short name"', 'button "Make a new key"', 'button "Save as a file"', 'button "Copy it"', 'switch "Offer Translate for us"', 'button "Change Logo work"', 'button "Add a service"');
    expect(document.querySelector<HTMLInputElement>("input.mono")?.disabled).toBe(true);
  });

  it("can be another until a cooperative has it", async () => {
    await open("/cooperatives/own", 'textbox "Short name"', { empty: true });
    const id = document.querySelector<HTMLInputElement>("input.mono")!;
    write(id, "taronja");
    click("Keep");
    await vi.waitFor(() => expect(document.body.textContent).toContain("Kept"));
    click("Save as a file");
    await vi.waitFor(() => expect(document.querySelector<HTMLInputElement>("input.mono")?.disabled).toBe(true));
  });

  it("makes a new key only with the passphrase", async () => {
    await open("/cooperatives/own", 'button "Make a new key"');
    click("Make a new key");
    await shows('dialog "Make a new key?"', 'textbox "Passphrase"');
    write(document.querySelector<HTMLInputElement>('input[type="password"]')!, "wrong");
    click("Make it");
    await vi.waitFor(() => expect(document.querySelector("dialog [role=alert]")?.textContent).toBe("The passphrase did not open the vault."));
    write(document.querySelector<HTMLInputElement>('input[type="password"]')!, fake.world.passphrase);
    click("Make it");
    await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
    expect(document.body.textContent).toContain("91B0");
  });

  it("offers a service with what it needs and for whom it is not", async () => {
    await open("/cooperatives/own", 'button "Add a service"');
    click("Add a service");
    await shows('dialog "Add a service"', 'textbox "Short name of the service"', 'textbox "Name in English"', 'checkbox "Tax number"', 'checkbox "Offered now"');
    expect(find<HTMLInputElement>("Offered now", "label").parentElement?.parentElement?.querySelector("input")?.checked).toBe(false);
    click("Add an exception");
    await shows('button "Kind of exception 1"', 'textbox "Value of exception 1"', 'button "Remove exception 1"');
    click("Keep");
    await vi.waitFor(() => expect(document.querySelector("dialog [role=alert]")?.textContent).toBe("A service needs a name in one language at least."));
    const dialog = document.querySelector("dialog")!;
    const named = (label: string) => document.getElementById([...dialog.querySelectorAll("label")].find((one) => one.textContent === label)!.htmlFor) as HTMLInputElement;
    write(named("Short name of the service"), "repair");
    write(named("Name in English"), "Repair");
    click("Keep");
    await shows('switch "Offer Repair"');
  });
});
