// The pages that show data, as assistive technology and end-to-end tests find them.
import { flushSync, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
// Read before the first page asks for it: reading it takes longer than a page is waited for.
import "../src/features/connections";
import { shared as fake } from "../src/ipc/fake";
import type { Start } from "../src/ipc/fake/world";
import { features } from "../src/features/registry";
import { router } from "../src/shared/router.svelte";
import { missing, unclear } from "./names";
import { openMain, shows } from "./opened";

let page: Record<string, unknown> | null = null;

async function open(route: string, ready: string, start: Partial<Start> = {}): Promise<void> {
  page = await openMain(start, route, ready);
}

function find(name: string, selector = "button, a, [role=row]"): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").trim() === name);
  if (found === undefined) throw new Error(`no ${selector} ${name}`);
  return found;
}

function click(name: string, selector?: string): void {
  find(name, selector).click();
  flushSync();
}

function write(label: string, text: string): void {
  const input = document.getElementById([...document.querySelectorAll("label")].find((one) => one.textContent?.trim() === label)?.htmlFor ?? "") as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

function press(key: string, target: Element = document.body): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  flushSync();
}

beforeEach(() => document.body.replaceChildren());
afterEach(async () => {
  if (page !== null) await unmount(page);
  page = null;
});

describe("every page", () => {
  it("is in the sidebar, in the order of the design", () => {
    expect(features.map((feature) => feature.name)).toEqual(["overview", "work", "connections", "apps", "cooperatives", "activity", "backpack", "settings"]);
  });

  it.each([
    ["/overview", 'heading "Overview"'],
    ["/work", 'heading "Work"'],
    ["/connections", 'heading "Connections"'],
    ["/connections/add", 'heading "Add a connection"'],
    ["/connections/who", 'button "Stop Hourly seeing Uber Eats"'],
    ["/apps", 'heading "Apps"'],
    ["/cooperatives", 'article "Llum Verda SCCL"'],
    ["/cooperatives/llumverda/switchsupply", 'table "What they get"'],
    ["/cooperatives/pedalcourier/apply", 'textbox "Member number"'],
    ["/cooperatives/own", 'region "Your key"'],
    ["/transfers/transfer-accepted", 'article "Llum Verda has your data"'],
    ["/transfers/transfer-foreign", 'button "Open forms.elsewhere.example"'],
    ["/transfers/transfer-unknown", 'button "Ask them whether it arrived"'],
    ["/incoming/incoming-1", 'button "Accept"'],
    ["/activity?days=all", 'heading "Activity"'],
    ["/backpack", 'button "Pack backpack"'],
    ["/backpack/check", 'button "Check it"'],
    ["/backpack/restore", 'button "Look inside"'],
  ])("%s has one h1, a named main, and no control that is unnamed or named twice", async (route, ready) => {
    await open(route, ready);
    expect(document.querySelectorAll("h1")).toHaveLength(1);
    expect(document.querySelectorAll("main[aria-labelledby]")).toHaveLength(1);
    expect(unclear()).toEqual([]);
    expect(document.querySelectorAll("[style]:not([style*='--'])")).toHaveLength(0);
  });
});

describe("overview", () => {
  it("has its names", async () => {
    await open("/overview", 'list "Needs you"');
    await shows('radiogroup "Period"', 'radio "3 months"', 'radio "12 months"', 'radio "All"', 'button "Add data"', 'button "Sign in to Upwork"', 'region "Earnings and gigs"', 'radiogroup "Show earnings as"', 'radio "Chart"', 'radio "Table"', 'region "Ratings"', 'region "Connections"', 'link "See all connections"', 'region "What left your vault"', 'link "See all activity"');
  });

  it("shows the same numbers as a real table", async () => {
    await open("/overview", 'radio "Table"');
    click("Table");
    await shows('table "Earnings and gigs"');
    expect(document.querySelectorAll('table[aria-labelledby="h-earn"] tbody tr')).toHaveLength(52);
  });

  it("walks over the weeks with the arrow keys, and opens the work of one", async () => {
    await open("/overview", 'slider "Week by week"');
    const probe = document.querySelector('[role="slider"]')!;
    press("ArrowLeft", probe);
    expect(probe.getAttribute("aria-valuetext")).toMatch(/^16 – 22 Nov 2026, €[\d.,]+, \d+ gigs, Uber Eats €/);
    press("ArrowLeft", probe);
    expect(probe.getAttribute("aria-valuenow")).toBe("51");
    press("Enter", probe);
    expect(router.route.path).toBe("/work");
    expect(Object.fromEntries(router.route.query)).toEqual({ from: "2026-11-09", to: "2026-11-15" });
  });

  it("without data offers the ways that work, and made-up data", async () => {
    await open("/overview", 'group "Four ways to bring data in"', { empty: true });
    await shows('button "Link an account"', 'button "Confirm by e-mail"', 'button "Import a file"', 'button "Ask for your data"', 'button "Try with made-up data"', 'button "Add data"');
    expect(document.querySelector("svg[role=img]")).toBeNull();
  });
});

describe("work", () => {
  const FILTERED = "/work/rec-0004?platform=uber-eats&kind=work&from=2026-11-01&to=2026-11-30";

  it("has its names", async () => {
    await open(FILTERED, 'complementary "Delivery, 20 November 2026"');
    await shows('search "Filter work"', 'textbox "Search work"', 'button "Platform: Uber Eats"', 'button "Kind: work"', 'button "Time: November 2026"', 'button "Amount: any"', 'button "Clear filters"', 'button "Save as file"', 'button "Add an entry"', 'grid "Work records"', 'button "Previous record"', 'button "Next record"', 'button "Close details"', 'table "Fields and where each came from"', 'button "Show the hidden customer once"', 'region "Where it came from"', 'button "Copy file fingerprint"', 'region "Raw row"', 'button "Copy raw row"', 'button "All 10 columns"', 'button "See what left with this record"');
    expect(unclear()).toEqual([]);
  });

  it("keeps what other people may not be seen with out of the page until it is shown", async () => {
    await open(FILTERED, 'button "Show the hidden customer once"');
    expect(document.body.textContent).not.toContain("Other person");
    click("Show the hidden customer once");
    expect(document.body.textContent).toContain("Other person");
    click("Next record");
    await shows('button "Show the hidden customer once"');
    expect(document.body.textContent).not.toContain("Other person");
  });

  it("shows two payments of one gig, though they have one name", async () => {
    const detail = await fake.api.recordDetail("rec-0004");
    const payment = { name: "Payment", value: "1.00 EUR", note: "", hidden: false };
    const spy = vi.spyOn(fake.api, "recordDetail").mockResolvedValue({ ...detail, fields: [payment, { ...payment, value: "2.00 EUR" }], raw: [...detail.raw, ...detail.raw] });
    await open("/work/rec-0004", 'complementary "Delivery, 20 November 2026"');
    await vi.waitFor(() => expect([...document.querySelectorAll(".pf td bdi")].map((cell) => cell.textContent)).toEqual(["1.00 EUR", "2.00 EUR"]));
    spy.mockRestore();
  });

  it("draws a few of its rows only, and says how many there are", async () => {
    await open("/work", 'grid "Work records"');
    const grid = document.querySelector('[role="grid"]')!;
    expect(grid.getAttribute("aria-rowcount")).toBe("4212");
    expect(grid.querySelectorAll("tr[aria-rowindex]").length).toBeLessThan(60);
    expect(grid.querySelector("tr[aria-rowindex]")?.getAttribute("aria-label")).toMatch(/^20 November 2026, 21:48, Delivery, Uber Eats, \d\.\d km, \d+ minutes, €/);
  });

  it("moves with the arrow keys, opens with Enter, closes with Escape", async () => {
    await open("/work", 'grid "Work records"');
    const grid = document.querySelector('[role="grid"]')!;
    press("ArrowDown", grid);
    await vi.waitFor(() => expect(document.activeElement?.getAttribute("aria-rowindex")).toBe("2"));
    press("Enter", grid);
    await vi.waitFor(() => expect(router.route.path).toBe("/work/rec-0002"));
    await shows('button "Close details"');
    press("ArrowDown", grid);
    await vi.waitFor(() => expect(router.route.path).toBe("/work/rec-0003"));
    await shows('region "Where it came from"');
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", altKey: true, bubbles: true }));
    expect(document.activeElement?.id).toBe("work-source");
    press("Escape");
    await vi.waitFor(() => expect(router.route.path).toBe("/work"));
  });

  it("lets the keys reach the heads that sort", async () => {
    await open("/work", 'grid "Work records"');
    expect([...document.querySelectorAll<HTMLElement>("thead button")].map((head) => head.tabIndex)).toEqual([0, 0]);
  });

  it("puts a chosen filter into the address", async () => {
    await open("/work", 'button "Platform: any"');
    click("Platform: any");
    const list = document.querySelector('[role="listbox"]')!;
    await vi.waitFor(() => expect(document.activeElement).toBe(list));
    press("n", list);
    press("Enter", list);
    await shows('button "Platform: Nabo"');
    expect(router.route.query.get("platform")).toBe("nabo");
  });

  it("says so when nothing matches, and clears the filters", async () => {
    await open("/work?text=zebra", 'button "Clear filters"');
    click("Clear filters");
    await shows('grid "Work records"');
    expect(router.route.query.toString()).toBe("");
  });

  it("takes an own entry", async () => {
    await open("/work/add", 'dialog "Add an entry"');
    await shows('textbox "What"', 'button "Keep it"', 'button "Cancel"');
  });
});

describe("connections", () => {
  it("has its names", async () => {
    await open("/connections/con-upwork", 'complementary "Upwork"');
    await shows('button "Add a connection"', 'region "Needs you"', 'region "Working"', 'button "Upwork, sign in again"', 'button "Freelancer, up to date"', 'tablist "Connections"', 'tab "Platforms"', 'tab "Who sees what"', 'group "Four ways to bring data in"', 'button "Link an account"', 'button "Confirm by e-mail"', 'button "More for Upwork"', 'button "Sign in to Upwork"', 'button "Later"', 'button "See records"', 'button "Disconnect Upwork"');
    expect(unclear()).toEqual([]);
  });

  it("asks before it disconnects, and asks about the records apart", async () => {
    await open("/connections/con-upwork", 'button "Disconnect Upwork"');
    click("Disconnect Upwork");
    await shows('alertdialog "Disconnect Upwork?"', 'button "Disconnect, keep records"', 'button "Keep connected"');
    click("Disconnect, keep records");
    await shows('alertdialog "Upwork is disconnected"', 'button "Keep the records"', 'button "Delete 359 records"');
  });

  it("waits for the browser, and can be called off", async () => {
    await open("/connections/add", 'searchbox "Search platforms"');
    await shows('button "Link Upwork"');
    click("Link Upwork");
    await shows('region "Finish in your browser"', 'button "Open the browser again"', 'button "Cancel linking"');
    click("Cancel linking");
    await shows('button "Link Upwork"');
  });

  it("asks for an access key first where the platform gives Satchel none", async () => {
    await open("/connections/add?way=link", 'button "Link Freelancer.com"');
    click("Link Freelancer.com");
    await shows('textbox "Client id"', 'textbox "Client secret"', 'button "Copy the redirect address for Freelancer.com"');
    expect((document.activeElement as HTMLInputElement).labels?.[0]?.textContent).toBe("Client id");
    click("Link Freelancer.com");
    await vi.waitFor(() => expect(document.querySelector("[role=alert]")?.textContent).toContain("client id"));
    expect(missing(['region "Finish in your browser"'])).toHaveLength(1);
  });

  it("connects an address with a token", async () => {
    await open("/connections/add?way=email", 'button "Confirm Nabo by e-mail"');
    click("Confirm Nabo by e-mail");
    await shows('region "Connect Nabo by e-mail"', 'textbox "Your e-mail address at Nabo"', 'textbox "Your access token at Nabo"', 'button "Connect the address"', 'button "Cancel"');
    expect(unclear()).toEqual([]);
    expect(location.href).not.toContain("@");
    expect(document.activeElement?.textContent).toBe("Connect Nabo by e-mail");
    click("Cancel");
    await shows('button "Confirm Nabo by e-mail"');
  });

  it("leads to the mail server, and then waits for the code of the mail", async () => {
    await open("/connections/add?way=email", 'button "Confirm Nabo by e-mail"');
    click("Confirm Nabo by e-mail");
    await shows('link "Set a mail server"');
    click("Set a mail server");
    await shows('tabpanel "E-mail"', 'textbox "Server"', 'textbox "Port"', 'button "Encryption"', 'textbox "User name"', 'textbox "Password"', 'textbox "Sender"', 'button "Save"', 'button "Send a test mail"');
    expect(unclear()).toEqual([]);
    write("Server", "smtp.example.org");
    write("Sender", "marta@example.org");
    click("Save");
    await shows('button "Forget this server"');
    router.go("/connections/add?way=email");
    await shows('region "Connect Nabo by e-mail"');
    click("Cancel");
    click("Confirm Nabo by e-mail");
    await shows('button "Send the e-mail"');
    write("Your e-mail address at Nabo", "marta@example.org");
    write("Your access token at Nabo", "tok");
    click("Send the e-mail");
    await shows('region "Check your e-mail, valid 48 hours"', 'textbox "Code from the e-mail"', 'button "Confirm"', 'button "Send again"', 'button "Later"');
    expect(unclear()).toEqual([]);
    expect((find("Send again") as HTMLButtonElement).disabled).toBe(true);
    write("Code from the e-mail", "K7QM-4RTX");
    click("Confirm");
    await shows('region "Nabo is connected"', 'button "Show the connection"');
  });

  it("leads to the file and to the letter at platforms that let no program in", async () => {
    await open("/connections/add?way=file", 'button "Import a file from Bolt"');
    expect(unclear()).toEqual([]);
    click("Ask for your data", "[role=radio]");
    await shows('button "Ask Glovo for your data"');
    click("Ask Glovo for your data");
    await shows('heading "Ask for your data"', 'radio "Glovo"');
    expect(router.route.query.get("platform")).toBe("glovo");
  });

  it("shows the line of a mistake in a platform file, then adds one as it was shown", async () => {
    await open("/connections/add", 'button "Add a platform from a file"');
    click("Add a platform from a file");
    await shows('region "This file has a mistake"', 'list "Lines of errands.toml around the mistake"', 'button "Choose another file"');
    expect(document.querySelector("[aria-current=true] code")?.textContent).toContain("http://errands.example");
    click("Choose another file");
    await shows('region "Add Errands?"', 'button "Don’t add"', 'button "Add Errands"');
    expect(find("Add Errands").className).toBe(find("Don’t add").className);
    click("Add Errands");
    await shows('button "Confirm Errands by e-mail"');
  });
});

describe("who sees what", () => {
  it("is told per platform and per app, and each can be stopped after a question", async () => {
    await open("/connections/who", 'button "Stop everybody seeing Uber Eats"');
    await shows('tab "Who sees what"', 'region "Uber Eats"', 'radiogroup "Show by"', 'radio "Platform"', 'radio "App"');
    expect(unclear()).toEqual([]);
    click("Stop Hourly seeing Uber Eats");
    await shows('alertdialog "Stop Hourly seeing Uber Eats?"', 'button "Keep sharing"', 'button "Stop"');
    expect(document.querySelector("dialog")?.textContent).toContain("It goes on seeing Freelancer.");
    click("Stop", "dialog button");
    await vi.waitFor(() => expect(missing(['button "Stop Hourly seeing Uber Eats"'])).toHaveLength(1));
    await shows('button "Stop Hourly seeing Freelancer"');
  });

  it("ends an app wholly", async () => {
    await open("/connections/who?by=app", 'region "Hourly"');
    click("Stop sharing with Hourly");
    await shows('alertdialog "Stop sharing with Hourly?"');
    click("Stop", "dialog button");
    await vi.waitFor(() => expect(missing(['region "Hourly"'])).toHaveLength(1));
  });
});

describe("apps", () => {
  it("has its names", async () => {
    await open("/apps", 'region "Can see something"');
    await shows('button "Install an app"', 'region "Sees nothing now"', 'button "Open Hourly"', 'button "Manage Hourly"', 'textbox "Web address of the app"', 'button "Look at it"', 'button "Review the new version of Mile Log"', 'button "Open Mile Log"', 'button "Review the new version of Shift Swap"');
    expect(missing(['button "Open Shift Swap"'])).toHaveLength(1);
  });

  it("reviews with an equal yes and no", async () => {
    await open("/apps/review?url=https%3A%2F%2Fquarter.example%2Fopenplatform.json", 'heading "Install Quarter Tax?"');
    await shows('link "Back to Apps"', 'table "What it says it will ask for"', 'region "It did not ask for, so it cannot get"', 'complementary "How Satchel holds it"', 'button "Don’t install"', 'button "Install"');
    expect(find("Install").className).toBe(find("Don’t install").className);
  });

  it("has a page for each app", async () => {
    await open("/apps/app-hourly", 'tab "What it can see"');
    await shows('tab "What it received"', 'tab "Questions"', 'tab "Network and device"', 'button "Stop: Weekly earnings and hours"', 'button "Remove Hourly"');
    click("Network and device");
    click("Delete what it stores here");
    await shows('alertdialog "Delete what Hourly stores here?"', 'button "Delete it"', 'button "Keep it"');
    click("Keep it");
    click("Remove Hourly");
    await shows('alertdialog "Remove Hourly?"');
  });

  it("shows what a newer version changes, with an equal yes and no", async () => {
    await open("/apps/app-miles", 'button "Use the new version"');
    await shows('heading "The new version of Mile Log"', 'list "What changes"', 'button "Keep the old version"', 'button "Open Mile Log"');
    expect(find("Use the new version").className).toBe(find("Keep the old version").className);
    expect(unclear()).toEqual([]);
    const changes = [...document.querySelectorAll(".offer li")];
    expect(changes.map((one) => one.className.split(" ")[0])).toEqual(["more", "more", "less", "less"]);
    click("Use the new version");
    await vi.waitFor(() => expect(document.querySelector(".offer")).toBeNull());
  });

  it("opens no paused app, and says why", async () => {
    await open("/apps/app-shifts", 'button "Keep the old version"');
    expect(document.body.textContent).toContain("The address of Shift Swap changed. It gets nothing until you decide. APP-310");
    expect(missing(['button "Open Shift Swap"'])).toHaveLength(1);
  });

  it("offers to ask an app to erase when it was stopped, and when it was removed", async () => {
    await open("/apps/app-hourly", 'button "Stop: Weekly earnings and hours"');
    click("Stop: Weekly earnings and hours");
    await shows('button "Ask Hourly to erase"');
    expect(document.body.textContent).toContain("Hourly can see nothing. Ask them to erase what they have?");
    click("Remove Hourly");
    await shows('alertdialog "Remove Hourly?"');
    click("Remove Hourly", "dialog button");
    await vi.waitFor(() => expect(document.body.textContent).toContain("Hourly removed. Ask them to erase what they have?"));
    click("Ask Hourly to erase");
    await shows('dialog "Ask Hourly to erase what they have"');
  });

  it("opens the letter for the window of an app", async () => {
    await open("/apps/app-hourly?erase=1", 'dialog "Ask Hourly to erase what they have"');
    expect(router.route.query.get("erase")).toBeNull();
    click("Cancel");
    await vi.waitFor(() => expect(missing(['dialog "Ask Hourly to erase what they have"'])).toHaveLength(1));
  });

  it("cannot remove what is included", async () => {
    await open("/apps/app-backpack", 'tab "What it can see"');
    expect(document.body.textContent).not.toContain("Remove My Backpack");
  });
});

describe("activity", () => {
  it("has its names", async () => {
    await open("/activity/act-1?days=all", 'complementary "Hourly"');
    await shows('button "Save the log"', 'search "Filter activity"', 'textbox "Search activity"', 'button "Who: anyone"', 'button "Result: any"', 'button "Time: any time"', 'grid "Activity"', 'button "Check the log again"', 'button "Close details"', 'table "What they asked for"', 'button "Stop sharing with Hourly"', 'button "Save receipt"', 'button "Report to authority"', 'button "Ask them to erase"');
    expect(unclear()).toEqual([]);
  });

  it("shows a request to erase with its month, and takes the answer", async () => {
    await open("/activity/act-5?days=all", 'complementary "Rent Letter"');
    await shows('region "You asked them to erase it"', 'image "Day 12 of 30"', 'button "They answered"', 'button "Write again"', 'button "Report to authority"');
    expect(document.querySelector("aside")?.textContent).toContain("E-mail written in your mail program on 10 Nov. They have one month to answer.");
    expect(missing(['button "Ask them to erase"'])).toHaveLength(1);
    expect(unclear()).toEqual([]);
    click("They answered");
    await shows('alertdialog "What did they answer?"', 'button "They erased it"', 'button "They refused"', 'button "Nothing yet"');
    click("They erased it");
    await vi.waitFor(() => expect(document.querySelector("aside")?.textContent).toContain("They say that they erased it, on 22 Nov."));
    await shows('button "Ask them to erase"');
  });

  it("says when the month is over", async () => {
    await open("/activity?days=all", 'grid "Activity"');
    const late = { id: "e", way: "letter", state: "waiting", asked: "2026-10-10", again: null, due: "2026-11-10", days: 31, passed: 43, left: 0, late: 12, answered: null };
    fake.world.notes.set("erasures", new Map([["Rent Letter", late]]));
    router.go("/activity/act-5?days=all");
    await shows('region "You asked them to erase it"', 'image "Day 31 of 31"', 'button "They answered"', 'button "Write again"');
    expect(document.querySelector("aside .st.warn")?.textContent).toBe("Answer overdue by 12 days");
  });

  it("writes to them again", async () => {
    await open("/activity/act-5?days=all", 'button "Write again"');
    click("Write again");
    await shows('dialog "Write to Rent Letter again"', 'region "Your letter"', 'button "Copy letter"', 'button "Print letter"', 'button "Write an e-mail"', 'button "Open their page"', 'button "Cancel"');
    click("Write an e-mail");
    await vi.waitFor(() => expect(document.querySelector("aside")?.textContent).toContain("Written again on 22 Nov."));
  });

  it("stops sharing and offers to ask them to erase", async () => {
    await open("/activity/act-1?days=all", 'button "Ask them to erase"');
    click("Stop sharing with Hourly");
    await shows('button "Ask Hourly to erase"');
    expect(unclear()).toEqual([]);
    click("Ask Hourly to erase");
    await shows('dialog "Ask Hourly to erase what they have"');
    click("Print letter");
    await shows('region "You asked them to erase it"', 'image "Day 0 of 30"');
  });

  it("has nobody to ask and nobody to report where the person kept something", async () => {
    await open("/activity/act-4?days=all", 'complementary "Backpack"');
    expect(missing(['button "Ask them to erase"', 'button "Report to authority"'])).toHaveLength(2);
  });

  it("is saved as a page or as lines", async () => {
    await open("/activity?days=all", 'button "Save the log"');
    click("Save the log");
    await shows('dialog "Save the log as a file"', 'radio "A page to read"', 'radio "Lines to check"', 'button "Choose a place"');
    click("Choose a place");
    await vi.waitFor(() => expect(document.querySelector("[role=status]")?.ownerDocument.body.textContent).toContain("Satchel log.html"));
  });

  it("says that the log is whole", async () => {
    await open("/activity?days=all", 'grid "Activity"');
    await vi.waitFor(() => expect(document.querySelector(".chain")?.textContent).toContain("213 entries, none changed or removed. Checked at 09:20."));
  });

  it("without entries says that nothing left", async () => {
    await open("/activity", 'heading "Activity"', { empty: true });
    await vi.waitFor(() => expect(document.body.textContent).toContain("Nothing has left your vault."));
  });
});

describe("backpack", () => {
  it("has its names", async () => {
    await open("/backpack", 'button "Pack backpack"');
    await shows('heading "Backpack"', 'tab "Pack"', 'tab "Check a backpack"', 'tab "Restore"', 'region "What goes in"', 'button "Choose what goes in"', 'radiogroup "Who can open it"', 'radio "Anyone with this passphrase"', 'radio "Only someone I choose"', 'textbox "Passphrase"', 'button "Show passphrase"', 'textbox "Passphrase again"', 'textbox "Backpack file"', 'button "Change place"', 'complementary "Personal"');
  });

  it("says beside the button why it cannot pack yet", async () => {
    await open("/backpack", 'button "Pack backpack"');
    const button = find("Pack backpack") as HTMLButtonElement;
    expect(button.disabled).toBe(true);
    expect(document.getElementById(button.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Write a passphrase for it first.");
  });

  it("looks inside before it restores", async () => {
    await open("/backpack/restore", 'button "Choose a backpack"');
    click("Choose a backpack");
    const field = document.querySelector<HTMLInputElement>('input[type="password"]')!;
    field.value = "otter-carries-seven-lamps";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    await vi.waitFor(() => expect((find("Look inside") as HTMLButtonElement).disabled).toBe(false));
    click("Look inside");
    await shows('radio "Into a new space"', 'radio "Merge into Personal"', 'button "Restore 4,198 records"');
  });
});
