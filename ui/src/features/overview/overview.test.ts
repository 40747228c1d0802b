import { describe, expect, it, vi } from "vitest";
import { createFake, failure } from "../../ipc/fake";
import type { EarningsSeries, Overview } from "../../ipc/types";
import { OverviewPage, periodOf, workOfBar } from "./overview.svelte";
import { coverageSummary, gapSpans } from "./summary";

const bar = (from: string, to: string, gap: string | null = null): EarningsSeries["bars"][number] => ({ from, to, minor: [100], gigs: 1, gap });

describe("the page", () => {
  it("shows the usual period for an address that says nonsense", () => {
    expect([periodOf(null), periodOf("7d"), periodOf("3m"), periodOf("all")]).toEqual(["12m", "12m", "3m", "all"]);
  });

  it("asks for the chosen period, and keeps the latest answer only", async () => {
    const { api } = createFake();
    const answers: ((value: Overview) => void)[] = [];
    const overview = vi.fn(() => new Promise<Overview>((done) => answers.push(done)));
    const page = new OverviewPage({ ...api, overview });
    const [year, quarter] = [await api.overview("12m"), await api.overview("3m")];
    const first = page.show("12m");
    const second = page.show("3m");
    answers[1]?.(quarter);
    answers[0]?.(year);
    await Promise.all([first, second]);
    expect(overview.mock.calls).toEqual([["12m"], ["3m"]]);
    expect(page.answer.value).toBe(quarter);
    expect(page.answer.busy).toBe(false);
  });

  it("keeps the numbers on the page when reading them again fails", async () => {
    const { api } = createFake();
    let broken = false;
    const page = new OverviewPage({ ...api, overview: (period) => (broken ? Promise.reject(failure("VLT-120", "a", "b", "c")) : api.overview(period)) });
    await page.show("12m");
    broken = true;
    await page.refresh();
    expect(page.answer.error?.code).toBe("VLT-120");
    expect(page.answer.value?.total).toBe(4212);
  });

  it("shows one currency at a time, the largest until another is chosen", async () => {
    const { api } = createFake();
    const value = await api.overview("12m");
    const euro = value.currencies[0]!;
    const page = new OverviewPage({ ...api, overview: async () => ({ ...value, currencies: [euro, { ...euro, currency: "GBP" }] }) });
    await page.show("12m");
    expect(page.series?.currency).toBe("EUR");
    page.currency = "GBP";
    expect(page.series?.currency).toBe("GBP");
    page.currency = "USD";
    expect(page.series?.currency).toBe("EUR");
  });

  it("shows two rows that need the person, then how many more", async () => {
    const { api } = createFake();
    const value = await api.overview("12m");
    const need = value.needsYou[0]!;
    const page = new OverviewPage({ ...api, overview: async () => ({ ...value, needsYou: ["a", "b", "c", "d"].map((id) => ({ ...need, id })) }) });
    await page.show("12m");
    expect([page.needs.length, page.moreNeeds]).toEqual([2, 2]);
    page.allNeeds = true;
    expect([page.needs.length, page.moreNeeds]).toEqual([4, 0]);
  });

  it("is empty only when there is not one record", async () => {
    const page = new OverviewPage(createFake({ empty: true }).api);
    expect(page.empty).toBe(false);
    await page.show("12m");
    expect(page.empty).toBe(true);
  });

  it("makes the made-up space and goes there", async () => {
    const { api } = createFake({ empty: true });
    const page = new OverviewPage(api);
    expect(await page.tryMadeUp()).toBe(true);
    const space = (await api.spaces()).find((one) => one.current);
    expect(space?.madeUp).toBe(true);
  });
});

describe("in words", () => {
  it("a bar leads to its own days of work", () => {
    expect(workOfBar(bar("2026-11-16", "2026-11-22"))).toBe("/work?from=2026-11-16&to=2026-11-22");
  });

  it("weeks that lack data for one reason are one span", () => {
    const series = { bars: [bar("2026-02-02", "2026-02-08"), bar("2026-02-09", "2026-02-15", "A"), bar("2026-02-16", "2026-02-22", "A"), bar("2026-02-23", "2026-03-01", "B")] } as EarningsSeries;
    expect(gapSpans(series)).toEqual([
      { reason: "A", from: "2026-02-09", to: "2026-02-22" },
      { reason: "B", from: "2026-02-23", to: "2026-03-01" },
    ]);
  });

  it("months covered name what is missing and what is complete", () => {
    const months = ["2026-01", "2026-02", "2026-03"];
    const rows = [
      { connection: "1", name: "Uber Eats", cells: ["full", "part", "none"] as const },
      { connection: "2", name: "Nabo", cells: ["outside", "full", "full"] as const },
      { connection: "3", name: "Glovo", cells: ["outside", "none", "none"] as const },
    ].map((row) => ({ ...row, cells: [...row.cells] }));
    expect(coverageSummary({ months, rows })).toBe("Months covered: Uber Eats lacks February 2026 – March 2026. Glovo has none yet. Nabo complete.");
  });
});
