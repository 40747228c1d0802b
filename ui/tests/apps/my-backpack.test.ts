// My Backpack run whole, with the real client library, against a page that plays host with a made-up vault.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const at = (path: string) => resolve(ROOT, path);
const { play } = await import(/* @vite-ignore */ at("tests/apps/harness/host.js"));
const { GRANTS, records } = await import(/* @vite-ignore */ at("tests/apps/harness/vault.js"));
const model = await import(/* @vite-ignore */ at("assets/apps/my-backpack/model.js"));

interface Options {
  share: string;
  dark?: boolean;
  madeUp?: boolean;
}

let options: Options;
let asked: string[];
let types: string[];
let deliver: (message: unknown) => void;

/** Opens the app as its frame would: the page, then the client library, then the app. */
async function open(chosen: Options): Promise<void> {
  options = chosen;
  asked = [];
  types = [];
  const html = readFileSync(resolve(ROOT, "assets/apps/my-backpack/index.html"), "utf8");
  document.body.innerHTML = /<body>([\s\S]*)<\/body>/.exec(html)![1]!;
  const listeners: ((event: unknown) => void)[] = [];
  const host = {
    postMessage(text: string) {
      const message = JSON.parse(text);
      types.push(message.type);
      if (message.type === "vault") asked.push(message.body.get);
      const reply = play(message, options);
      if (reply) queueMicrotask(() => deliver(reply));
    },
  };
  deliver = (message) => listeners.forEach((listener) => listener({ data: JSON.stringify(message), source: host, origin: "tauri://localhost" }));
  const page = {
    document,
    location: { origin: "http://x.localhost:1", search: `?openplatform=${encodeURIComponent("http://h/verify/?accesstoken=harness-token")}`, ancestorOrigins: ["tauri://localhost"] },
    parent: host,
    crypto: globalThis.crypto,
    addEventListener: (_: string, listener: (event: unknown) => void) => listeners.push(listener),
    OP: undefined,
  };
  new Function("window", readFileSync(resolve(ROOT, "assets/client/openplatform.js"), "utf8"))(page);
  vi.stubGlobal("OP", page.OP);
  await import(/* @vite-ignore */ `${at("assets/apps/my-backpack/app.js")}?${Math.random()}`);
  await settled();
}

async function settled(): Promise<void> {
  await vi.waitFor(() => expect(document.getElementById("page")!.getAttribute("aria-busy")).toBe("false"));
}

const text = () => document.getElementById("page")!.textContent ?? "";

beforeEach(() => vi.unstubAllGlobals());
afterEach(() => void (document.body.innerHTML = ""));

describe("with everything shared", () => {
  it("shows the person, each platform with its counts, stars on its own scale, and how it is known", async () => {
    await open({ share: "all" });
    expect(document.querySelector("h1")!.textContent).toBe("Mireia Ferrer i Puig");
    expect(Array.from(document.querySelectorAll(".platform h2"), (h) => h.textContent)).toEqual(["Rapid meals", "Quillwork", "Nabo"]);
    const meals = document.querySelector(".platform")!;
    const gigs = records().filter((record: any) => record.platform === "rapid_meals" && record.kind === "work").length;
    expect(meals.textContent).toContain(`${gigs} gigs`);
    expect(meals.querySelector(".marks")!.textContent).toContain(`${gigs} fetched`);
    const scales = Array.from(document.querySelectorAll(".rating"), (line) => line.textContent);
    expect(scales).toHaveLength(3);
    expect(scales[0]).toMatch(/4\.\d+ of 5.*scale 1 to 5/);
    expect(scales[1]).toMatch(/of 100.*scale 0 to 100/);
    expect(scales[2]).toMatch(/of 10.*scale 0 to 10/);
  });

  it("marks own entries as typed and keeps them out of the platforms", async () => {
    await open({ share: "all" });
    const own = document.querySelector("section[aria-labelledby=typed]")!;
    expect(own.textContent).toContain("Moved a piano for a neighbour");
    expect(own.querySelectorAll("li")).toHaveLength(2);
    expect(own.textContent).toContain("typed");
    expect(document.getElementById("lead")!.textContent).toContain("on 3 platforms");
    expect(document.getElementById("lead")!.textContent).toContain("2 own entries typed by hand");
    expect(document.querySelector(".earned .facts")!.textContent).toContain("€120.00 of it typed by hand");
  });

  it("adds up payments but neither payouts nor charges, and says nothing is missing", async () => {
    await open({ share: "all" });
    const earned = records()
      .filter((record: any) => (record.kind === "payment" && record.type === "earning") || (record.kind === "work" && record.platform === "own"))
      .reduce((sum: number, record: any) => sum + record.amount.minor, 0);
    const shown = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" }).format(earned / 100);
    expect(document.querySelector(".earned .facts")!.textContent).toContain(shown);
    expect(document.getElementById("not-shared")).toBeNull();
  });

  it("gives the few numbers that matter first", async () => {
    await open({ share: "all" });
    const figures = Array.from(document.querySelectorAll(".figures div"), (one) => `${one.querySelector("dd")!.textContent} ${one.querySelector("dt")!.textContent}`);
    expect(figures).toHaveLength(3);
    expect(figures[0]).toBe("19 of 20 months with work");
    expect(figures[1]).toMatch(/^\d{3} hours of work$/);
    expect(figures[2]).toMatch(/^€\d{3}\.\d\d a month on average, before costs and tax$/);
  });

  it("prints the months that are folded on the screen, and folds them again", async () => {
    await open({ share: "all" });
    const months = document.querySelector<HTMLDetailsElement>("details.bymonth")!;
    expect(months.open).toBe(false);
    window.dispatchEvent(new Event("beforeprint"));
    expect(months.open).toBe(true);
    window.dispatchEvent(new Event("afterprint"));
    expect(months.open).toBe(false);
  });

  it("reads page after page until there is no next one", async () => {
    await open({ share: "all" });
    const pages = asked.filter((path) => path.startsWith("/v1/records?kind=work"));
    expect(pages.length).toBe(Math.ceil(records().filter((record: any) => record.kind === "work").length / 200));
    expect(pages[1]).toMatch(/&after=200$/);
    expect(types.filter((type) => type === "loading")).toHaveLength(2);
  });

  it("says where data is made up, and only there", async () => {
    await open({ share: "all", madeUp: true });
    expect(document.getElementById("madeup")!.hidden).toBe(false);
    await open({ share: "all" });
    expect(document.getElementById("madeup")!.hidden).toBe(true);
  });
});

describe("with less shared", () => {
  it("asks for nothing that is not shared, and says calmly what is absent", async () => {
    await open({ share: "few" });
    expect(asked.every((path) => /^\/v1\/(grant|records\?kind=(work|rating))/.test(path))).toBe(true);
    expect(document.querySelector("h1")!.textContent).toBe("A record of gig work");
    expect(document.querySelector(".earned")).toBeNull();
    expect(document.getElementById("not-shared")!.textContent).toBe("Reviews, achievements, payments, first name and last name. Not shared, and not needed for the rest.");
  });

  it("works from totals per month alone", async () => {
    await open({ share: "totals" });
    expect(text()).toContain("791 gigs");
    expect(document.querySelectorAll(".platform")).toHaveLength(3);
    expect(document.getElementById("lead")!.textContent).toContain("895 gigs on 3 platforms");
    expect(document.getElementById("lead")!.textContent).toContain("2 own entries typed by hand");
    expect(text()).toContain("Totals per month were shared, no single gigs.");
    expect(document.querySelector(".earned .facts")!.textContent).toMatch(/^€[\d,.]+/);
  });

  it("with nothing shared says so in one sentence and shows no number", async () => {
    await open({ share: "none" });
    expect(document.querySelector("h1")!.textContent).toBe("Nothing is shared with My Backpack");
    expect(asked).toEqual(["/v1/grant"]);
    expect(text()).not.toMatch(/\d/);
  });

  it("forgets what it showed when sharing stops", async () => {
    await open({ share: "all" });
    expect(document.getElementById("print")!.hidden).toBe(false);
    options.share = "none";
    deliver({ openplatform: true, type: "revision", body: "r2" });
    await vi.waitFor(() => expect(document.querySelector("h1")!.textContent).toBe("Nothing is shared with My Backpack"));
    expect(document.body.innerHTML).not.toContain("Mireia");
    expect(document.getElementById("print")!.hidden).toBe(true);
  });
});

describe("the model", () => {
  it("opens scopes by whole segments", () => {
    expect(model.opens(["vault:profile:get"], "vault:profile.first_name:get")).toBe(true);
    expect(model.opens(["vault:pro:get"], "vault:profile.first_name:get")).toBe(false);
    expect(model.opens(["vault:profile:update"], "vault:profile.first_name:get")).toBe(false);
    expect(model.opens(GRANTS.none, "vault:reviews:get")).toBe(false);
  });

  it("never puts two scales together, and shows unknown assurances as the weakest", () => {
    const rating = (value: number, max: number, id: string) => ({ kind: "rating", platform: "p", id, rating: { name: "stars", value, min: 0, max }, provenance: { assurance: "fetched" } });
    const work = { kind: "work", platform: "p", start: "2026-01-05T10:00:00Z", provenance: { assurance: "blessed" } };
    const built = model.build({ scopes: ["vault:work.records:get"], records: [rating(4, 5, "a"), rating(90, 100, "b"), rating(5, 5, "c"), work, { ...work, provenance: { assurance: "fetched" } }] });
    expect(built.platforms[0].ratings).toEqual([expect.objectContaining({ max: 5, value: 4.5, count: 2 }), expect.objectContaining({ max: 100, value: 90, count: 1 })]);
    expect(built.platforms[0].assurance).toMatchObject({ typed: 1, fetched: 1 });
  });

  it("does not count work that did not take place", () => {
    const work = (status?: string) => ({ kind: "work", platform: "p", status, start: "2026-01-05T10:00:00Z", provenance: { assurance: "fetched" } });
    const built = model.build({ scopes: ["vault:work.records:get"], records: [work("completed"), work("cancelled"), work()] });
    expect(built.gigs).toBe(2);
  });

  it("gives what has no time of its own no month", () => {
    const work = { kind: "work", platform: "p", connection: "c", start: "2026-01-05T10:00:00Z", amount: { minor: 1000, currency: "EUR", exponent: 2 }, provenance: { assurance: "imported" } };
    const undated = { ...work, start: "2026-11-27T10:00:00Z", extra: { undated: true } };
    const built = model.build({ scopes: ["vault:work.records:get", "vault:payments:get"], records: [work, undated] });
    expect(built).toMatchObject({ gigs: 2, first: "2026-01", last: "2026-01", months: 1, monthsWorked: 1 });
    expect(built.earnings).toEqual([expect.objectContaining({ total: 2000, undated: 1000, months: [{ month: "2026-01", minor: 1000 }] })]);
  });

  it("names a rating that has no name of its own", () => {
    const rating = { kind: "rating", platform: "p", rating: { name: "", value: 4, min: 1, max: 5 } };
    expect(model.build({ scopes: [], records: [rating] }).platforms[0].ratings[0].name).toBe("rating");
  });

  it("survives records without any of the optional members", () => {
    const built = model.build({ scopes: [], records: [{ kind: "work" }, { kind: "rating" }, { kind: "payment", amount: {} }, { kind: "review", platform: "x" }] });
    expect(built.platforms).toEqual([]);
  });
});
