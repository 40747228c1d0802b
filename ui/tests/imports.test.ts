// Importing, completeness and asking for one's data, as assistive technology and end-to-end tests find them.
import { flushSync, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
// Read before the first page asks for it: reading it takes longer than a page is waited for.
import "../src/features/connections";
import { shared as fake } from "../src/ipc/fake";
import { router } from "../src/shared/router.svelte";
import { unclear } from "./names";
import { openMain, shows } from "./opened";

let page: Record<string, unknown> | null = null;

async function open(route: string, ready: string, start: Parameters<typeof openMain>[0] = {}): Promise<void> {
  page = await openMain(start, route, ready);
}

function click(name: string, selector = "button, a, input"): void {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].find((one) => (one.getAttribute("aria-label") ?? ((one as HTMLInputElement).labels?.[0]?.textContent || one.textContent || "")).trim() === name);
  if (found === undefined) throw new Error(`no ${name}`);
  found.click();
  flushSync();
}

function write(label: string, text: string): void {
  const input = document.getElementById([...document.querySelectorAll("label")].find((one) => one.textContent?.trim() === label)?.htmlFor ?? "") as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  flushSync();
}

beforeEach(() => document.body.replaceChildren());
afterEach(async () => {
  if (page !== null) await unmount(page);
  page = null;
});

describe("every page", () => {
  it.each([
    ["/connections/import", 'button "Choose a file"'],
    ["/connections/import/imp-checked", 'button "Cancel"'],
    ["/connections/import/imp-running", 'button "Pause"'],
    ["/connections/import/imp-running/aside", 'table "Rows set aside 148"'],
    ["/connections/import/imp-done", 'button "Undo import"'],
    ["/connections/import/imp-locked", 'button "Open the file"'],
    ["/connections/import/imp-unknown", 'button "Map it yourself"'],
    ["/connections/import/imp-unknown/map/0", 'table "Columns"'],
    ["/connections/coverage", 'region "Uber Eats"'],
    ["/connections/request", 'radiogroup "Platform"'],
    ["/connections/request/req-glovo", 'heading "Ask Glovo for your data"'],
    ["/connections/request/req-late", 'button "Read the reminder"'],
  ])("%s has one h1, a named main, and no control that is unnamed or named twice", async (route, ready) => {
    await open(route, ready);
    expect(document.querySelectorAll("h1")).toHaveLength(1);
    expect(document.querySelectorAll("main[aria-labelledby]")).toHaveLength(1);
    expect(unclear()).toEqual([]);
    expect(document.querySelectorAll("[style]:not([style*='--'])")).toHaveLength(0);
  });
});

describe("an import", () => {
  it("has its names while it runs", async () => {
    await open("/connections/import/imp-running", 'progressbar "Import from Uber Eats"');
    await shows('heading "Import from Uber Eats"', 'link "Back to Connections"', 'list "Steps"', 'region "Progress"', 'button "Pause"', 'button "Stop and undo"', 'table "Files inside"', 'region "Money check"', 'region "Set aside"', 'table "Latest rows set aside"', 'button "Save the list of rows set aside"', 'button "Fix row 88,412 of Time online"');
    expect(document.querySelector('[aria-current="step"]')?.textContent).toBe("Import");
    expect(document.querySelector('[aria-label="Progress"]')?.textContent).toContain("181,613 of 298,112 rows");
  });

  it("is chosen and checked, and what is ticked is left out", async () => {
    await open("/connections/import", 'button "Choose a file"');
    click("Choose a file");
    await shows('button "Import 4,237 new rows"', 'button "Change what this is"', 'checkbox "Leave out GPS trail"', 'checkbox "Leave out what is about other people"', 'table "First records as they will look"');
    expect((document.querySelector('[aria-label="Leave out GPS trail"]') as HTMLInputElement).checked).toBe(true);
    expect((document.querySelector('[aria-label="Leave out Payments"]') as HTMLInputElement).checked).toBe(false);
    click("Leave out Payments");
    await shows('button "Import 3,925 new rows"');
    expect(document.body.textContent).toContain("Nothing is stored yet.");
  });

  it("goes from the check over a pause to the result, and back", { timeout: 20_000 }, async () => {
    await open("/connections/import/imp-checked", 'button "Import 4,237 new rows"');
    click("Import 4,237 new rows");
    await shows('button "Pause"');
    click("Pause");
    await shows('button "Continue"');
    expect(document.body.textContent).toMatch(/Paused at \d+ %/);
    click("Continue");
    await shows('button "Done"', 'button "Undo import"', 'region "The platform’s own counter"', 'region "What is missing"');
    click("Undo import");
    await shows('alertdialog "Undo this import?"', 'button "Keep it"');
    click("Undo import", "dialog button");
    await shows('region "This import is undone"');
  });

  it("asks before it stops", async () => {
    await open("/connections/import/imp-paused", 'button "Stop and undo"');
    click("Stop and undo");
    await shows('alertdialog "Stop this import?"', 'button "Go on importing"');
    click("Stop and undo", "dialog button");
    await shows('region "Stopped, and undone"');
  });

  it("corrects a row that was set aside: the reason stands at the cell until it can be taken", async () => {
    await open("/connections/import/imp-done", 'button "Fix row 88,412 of Time online"');
    click("Fix row 88,412 of Time online");
    await shows('dialog "Row 88,412 of Time online"', 'textbox "End timestamp local"', 'button "Take the row"');
    const dialog = document.querySelector("dialog")!;
    const faults = () => [...dialog.querySelectorAll("[role=alert]")].map((one) => one.textContent);
    expect(faults()).toEqual(["Ends before it starts", "Ends before it starts"]);
    expect(dialog.textContent).not.toContain("J. Puig");
    click("Show Rider");
    await shows('textbox "Rider"');
    write("End timestamp local", "2026-03-29 02:01:00");
    click("Take the row");
    await vi.waitFor(() => expect([...dialog.querySelectorAll("button")].some((one) => one.disabled || one.ariaBusy === "true")).toBe(false));
    expect(faults()).toHaveLength(2);
    write("Earner state", "Catalonia");
    await vi.waitFor(() => expect(dialog.textContent).toContain("As it came: nothing"));
    write("End timestamp local", "2026-03-29 03:12:55");
    click("Take the row");
    await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
    expect(location.href).not.toContain("2026");
  });

  it("says before the import that a row can be corrected after it", async () => {
    await open("/connections/import/imp-checked", 'button "Fix row 1,907 of Deliveries"');
    click("Fix row 1,907 of Deliveries");
    await shows('dialog "Row 1,907 of Deliveries"');
    expect(document.querySelector("dialog")?.textContent).toContain("31/02/2026 21:14");
    expect(document.querySelector("dialog")?.textContent).not.toContain("Take the row");
  });

  it("asks where the clock hung, and says what that makes of the first time", async () => {
    await open("/connections/import/imp-checked", 'button "Where the clock hung"');
    expect(document.body.textContent).toContain("is kept as it stands");
  });

  it("opens a locked file with its password", async () => {
    await open("/connections/import/imp-locked", 'textbox "Password of the file"');
    write("Password of the file", "wrong");
    click("Open the file");
    await vi.waitFor(() => expect(document.querySelector("[role=alert]")?.textContent).toContain("did not open"));
    write("Password of the file", "otter");
    click("Open the file");
    await shows('button "Import 4,237 new rows"');
  });

  it("shows exactly which names of an unknown layout would leave, and takes a mapping instead", async () => {
    await open("/connections/import/imp-unknown", 'button "Show the layout that would be sent"');
    click("Show the layout that would be sent");
    await shows('region "Layout of hours-2026.csv"', 'button "Save the layout, without your data"');
    const shape = document.querySelector('[aria-label="Layout of hours-2026.csv"]')!;
    expect([...shape.querySelectorAll("li")].map((one) => one.textContent)).toEqual(["Task id", "Created", "Done", "Pay", "Venue", "Customer"]);
    expect(document.body.textContent).not.toContain("T-48812");
    click("Map it yourself");
    await shows('button "Meaning of Pay"', 'button "Dates are written"', 'textbox "Times are in the zone"', 'radiogroup "Decimal sign"');
    click("Check with this");
    await vi.waitFor(() => expect(document.querySelector("[role=alert]")?.textContent).toContain("three letters"));
    write("Currency of amounts", "EUR");
    await shows('table "First records with this"');
    click("Check with this");
    await shows('button "Import 412 new rows"');
  });

  it("takes files that are dropped anywhere", async () => {
    await open("/overview", 'heading "Overview"');
    const drag = (kind: string) => {
      const event = new Event(kind, { bubbles: true, cancelable: true });
      Object.assign(event, { dataTransfer: { types: ["Files"], files: [new File(["a"], "uber.zip")] } });
      document.body.dispatchEvent(event);
      flushSync();
    };
    drag("dragover");
    expect(document.body.textContent).toContain("Drop it here");
    drag("dragleave");
    expect(document.body.textContent).not.toContain("Drop it here");
    drag("drop");
    await shows('heading "Import from Uber Eats"');
    expect(router.route.path).toMatch(/^\/connections\/import\//);
  });

  it("that goes on is said at the connections, and a folder is watched when asked", async () => {
    await fake.api.dropImport(["/home/marta/uber.zip"]);
    await open("/connections", 'button "Glovo, waiting, 7 days left"');
    await shows('region "Waiting for an answer"');
    await fake.api.dropImport(["/home/marta/uber.zip"]);
    await shows('button "Show it: the import of uber.zip"');
    click("Show it: the import of uber.zip");
    await shows('button "Import 4,237 new rows"');
    router.go("/connections/import");
    await shows('button "Watch a folder"');
    click("Watch a folder");
    await shows('button "Look at upwork-transactions.csv"', 'button "Stop watching"');
  });

  it("says what to do where nothing was imported", async () => {
    await open("/connections/import", 'region "Imports so far"', { empty: true });
    await shows('button "Ask for your data"', 'button "Choose a folder"');
  });
});

describe("completeness", () => {
  it("is said per platform, as a strip and as a table, each gap with what to do", async () => {
    await open("/connections/coverage", 'region "Uber Eats"');
    await shows('image "Uber Eats: 10 of 12 months are here. Missing: February 2026 to March 2026."', 'table "Payments of Uber Eats against payouts"', 'list "Gaps at Uber Eats"', 'button "Ask Uber Eats for the rest"');
    click("Table");
    await shows('table "Months of Uber Eats"');
    click("Ask Uber Eats for the rest");
    await shows('radio "Uber Eats"');
  });

  it("stands beside a connection", async () => {
    await open("/connections/con-uber", 'region "How complete it is"');
    expect(unclear()).toEqual([]);
  });

  it("has nothing to compare in an empty vault", async () => {
    await open("/connections/coverage", 'region "What is here, what is missing"', { empty: true });
  });
});

describe("asking for one's data", () => {
  it("has its names", async () => {
    await open("/connections/request/req-glovo", 'heading "Ask Glovo for your data"');
    await shows('link "Back to Connections"', 'region "One month to answer"', 'image "Day 24 of 31"', 'region "What happened so far"', 'button "The answer is here"', 'button "They need more time"', 'button "They refused"', 'button "Stop asking"', 'complementary "Your letter"', 'button "Copy letter"', 'button "Print letter"');
    expect([...document.querySelectorAll("mark")].map((mark) => mark.textContent)).toContain("marta@example.org");
  });

  it("goes from the letter over its month to the end", async () => {
    await open("/connections/request", 'radio "Wolt"');
    click("Wolt");
    click("Write the letter");
    await shows('heading "Ask Wolt for your data"', 'button "I sent it"', 'link "Open your profile"');
    click("I sent it");
    await shows('region "One month to answer"', 'button "Add what happened"');
    click("They need more time");
    await shows('dialog "Wolt needs more time?"');
    click("Keep it");
    await shows('region "Three months to answer"');
    click("They refused");
    await shows('dialog "Wolt refused?"');
    click("Keep it");
    await shows('radio "Complaint"');
    click("The answer is here");
    await shows('alertdialog "The answer is here?"', 'button "There is no file"');
    click("Import the file");
    await shows('button "Choose a file"');
    expect(router.route.query.get("request")).toBe("req-wolt");
  });

  it("has the reminder ready when the month is over", async () => {
    await open("/connections/request/req-late", 'button "Read the reminder"');
    click("Read the reminder");
    await vi.waitFor(() => expect(document.querySelector("aside")?.textContent).toContain("The month of article 12(3) is over"));
  });
});
