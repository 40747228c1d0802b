import { describe, expect, it, vi } from "vitest";
import { createFake, failure } from "../../ipc/fake";
import { EntryForm, localOffset } from "./entry.svelte";
import { filterOf, isFiltered, monthDays, monthOf, NO_FILTER, queryOf, sortOf, timeWords, typedMinor } from "./filter";
import { amountWords, kindWords, monogramOf, rowSentence, sumWords, typeWords } from "./words";
import { PAGE, WorkPage } from "./work.svelte";

describe("the filter in the address", () => {
  it("comes back as it was", () => {
    const filter = { text: "rain & 6.75", platform: "uber-eats", kind: "work", type: "delivery", from: "2026-11-01", to: "2026-11-30", minMinor: 500, maxMinor: 1000 } as const;
    const query = new URLSearchParams(Object.entries(queryOf(filter, "amount")).filter((one): one is [string, string] => one[1] !== null));
    expect(filterOf(query)).toEqual(filter);
    expect(sortOf(query)).toBe("amount");
  });

  it("leaves out what filters nothing", () => {
    expect(Object.values(queryOf(NO_FILTER, "newest")).every((value) => value === null)).toBe(true);
    expect(isFiltered(NO_FILTER)).toBe(false);
    expect(isFiltered({ ...NO_FILTER, minMinor: 0 })).toBe(true);
  });

  it("takes nothing from an address that it does not understand", () => {
    expect(filterOf(new URLSearchParams("kind=secrets&from=yesterday&min=-5&max=1e9&to=2026-1-1"))).toEqual(NO_FILTER);
    expect(sortOf(new URLSearchParams("sort=random"))).toBe("newest");
  });

  it("knows a whole month, in leap years too", () => {
    expect(monthDays("2028-02")).toEqual({ from: "2028-02-01", to: "2028-02-29" });
    expect(monthOf("2026-11-01", "2026-11-30")).toBe("2026-11");
    expect(monthOf("2026-11-01", "2026-11-29")).toBeNull();
    expect(timeWords("2026-11-01", "2026-11-30")).toEqual({ short: "Nov 2026", long: "November 2026" });
    expect(timeWords("2026-11-16", "2026-11-22")?.short).toBe("16 – 22 Nov 2026");
    expect(timeWords(null, null)).toBeNull();
  });

  it("reads amounts as people write them", () => {
    expect(["6.75", "6,7", " 12 ", "0", "-3", "1.234", "", "six"].map(typedMinor)).toEqual([675, 670, 1200, 0, null, null, null, null]);
  });
});

describe("the list", () => {
  it("asks for one page, then only for those that come into view, each once", async () => {
    const { api } = createFake();
    const recordsPage = vi.fn(api.recordsPage);
    const page = new WorkPage({ ...api, recordsPage });
    await page.show(NO_FILTER, "newest");
    expect(page.total).toBe(4212);
    expect(page.row(0)?.id).toBe("rec-0001");
    expect(page.row(1000)).toBeNull();
    await Promise.all([page.need(990, 1010), page.need(995, 1040)]);
    expect(page.row(1000)?.id).toBe("rec-1001");
    expect(recordsPage.mock.calls.map(([, , offset]) => offset)).toEqual([0, 900, 1000]);
    await page.need(4200, 9999);
    expect(recordsPage.mock.calls.at(-1)).toEqual([NO_FILTER, "newest", 4200, PAGE]);
  });

  it("drops pages of an older filter that arrive late", async () => {
    const { api } = createFake();
    const late: (() => void)[] = [];
    const page = new WorkPage({
      ...api,
      recordsPage: async (filter, sort, offset, limit) => {
        const answer = await api.recordsPage(filter, sort, offset, limit);
        if (offset > 0) await new Promise<void>((done) => late.push(done));
        return answer;
      },
    });
    await page.show(NO_FILTER, "newest");
    const old = page.need(200, 210);
    await vi.waitFor(() => expect(late).toHaveLength(1));
    await page.show({ ...NO_FILTER, platform: "nabo" }, "newest");
    late[0]?.();
    await old;
    expect(page.row(205)).toBeNull();
    expect(page.row(0)?.platform).toBe("nabo");
  });

  it("asks again for a page that could not be read", async () => {
    const { api } = createFake();
    let broken = true;
    const page = new WorkPage({ ...api, recordsPage: (filter, sort, offset, limit) => (broken && offset > 0 ? Promise.reject(failure("VLT-120", "a", "b", "c")) : api.recordsPage(filter, sort, offset, limit)) });
    await page.show(NO_FILTER, "newest");
    await page.need(150, 151);
    expect(page.head.error?.code).toBe("VLT-120");
    broken = false;
    await page.need(150, 151);
    expect(page.row(150)?.id).toBe("rec-0151");
  });

  it("walks from record to record across pages and stops at the ends", async () => {
    const page = new WorkPage(createFake().api);
    await page.show(NO_FILTER, "newest");
    await page.select("rec-0100");
    expect((await page.neighbour(1))?.id).toBe("rec-0101");
    await page.select("rec-0001");
    expect(await page.neighbour(-1)).toBeNull();
    expect(await page.at(4212)).toBeNull();
  });

  it("shows the raw row of the record that is open, and forgets it with the record", async () => {
    const page = new WorkPage(createFake().api);
    await page.select("rec-0004");
    expect(page.detail.value?.row.id).toBe("rec-0004");
    await page.showRaw();
    expect(page.raw.value?.length).toBe(page.detail.value?.rawCount);
    await page.select("rec-0005");
    expect(page.raw.value).toBeNull();
    await page.select(null);
    expect(page.detail.value).toBeNull();
  });

  it("saves exactly the filter that is shown", async () => {
    const { api } = createFake();
    const recordsSave = vi.fn(api.recordsSave);
    const page = new WorkPage({ ...api, recordsSave });
    const filter = { ...NO_FILTER, platform: "nabo" };
    await page.show(filter, "newest");
    expect(await page.saveAs("csv")).toContain(".csv");
    expect(recordsSave).toHaveBeenCalledWith(filter, "csv");
  });
});

describe("an own entry", () => {
  const form = () => new EntryForm(createFake().api, "2026-11-20", () => "+01:00");

  it("says what is missing only after a first try", async () => {
    const entry = form();
    entry.amount = "six";
    entry.end = "10:00";
    expect(entry.tried).toBe(false);
    expect(await entry.keep()).toBeNull();
    expect(entry.faults).toEqual(["title", "end", "amount"]);
  });

  it("keeps the zone of this computer, and an end after midnight", () => {
    const entry = form();
    Object.assign(entry, { title: " Bar shift ", start: "22:30", end: "02:15", amount: "84,50", currency: "eur", distance: "3,4" });
    expect(entry.faults).toEqual([]);
    expect(entry.entry).toEqual({ kind: "work", type: null, title: "Bar shift", start: "2026-11-20T22:30:00+01:00", end: "2026-11-21T02:15:00+01:00", amountText: "84.50", currency: "EUR", distanceKm: "3.4", note: null });
  });

  it("sends no currency without an amount", () => {
    const entry = form();
    entry.title = "Garden work";
    expect(entry.entry).toMatchObject({ amountText: null, currency: null, start: "2026-11-20T00:00:00+01:00", end: null });
  });

  it("is kept once and found in the list", async () => {
    const { api } = createFake();
    const entry = new EntryForm(api, "2026-11-20");
    entry.title = "Garden work for Mrs Pla";
    const id = await entry.keep();
    const found = await api.recordsPage({ ...NO_FILTER, text: "mrs pla" }, "newest", 0, 10);
    expect(found.rows.map((row) => [row.id, row.assurance])).toEqual([[id, "typed"]]);
  });

  it("writes offsets with two digits", () => expect(localOffset("2026-11-20T10:00:00")).toMatch(/^[+-]\d\d:\d\d$/));
});

describe("in words", () => {
  it("a row is one sentence", async () => {
    const row = (await createFake().api.recordsPage(NO_FILTER, "newest", 0, 1)).rows[0]!;
    expect(rowSentence({ ...row, start: "2026-11-20T19:42:08+01:00", title: "Delivery", platformName: "Uber Eats", distanceM: 3400, durationS: 1440, rating: null, amount: { minor: 675, currency: "EUR", exponent: 2 } })).toBe("20 November 2026, 19:42, Delivery, Uber Eats, 3.4 km, 24 minutes, €6.75");
  });

  it("chips say kinds, types and amounts", () => {
    expect(kindWords({ ...NO_FILTER, kind: "payment" })).toBe("Payments");
    expect(kindWords({ ...NO_FILTER, kind: "work", type: "delivery" })).toBe("Deliveries");
    expect(typeWords("airport_transfer")).toBe("Airport transfer");
    expect(amountWords({ ...NO_FILTER, minMinor: 500, maxMinor: 1000 })).toBe("5.00 to 10.00");
    expect(amountWords({ ...NO_FILTER, maxMinor: 1000 })).toBe("10.00 or less");
    expect(amountWords(NO_FILTER)).toBeNull();
  });

  it("sums never add currencies", () => {
    expect(sumWords([{ minor: 55140, currency: "EUR", exponent: 2 }, { minor: 900, currency: "JPY", exponent: 0 }], 297_000)).toBe("€551.40 and JP¥900 paid, 297 km");
    expect(sumWords([], 0)).toBe("");
  });

  it("the largest platform has the first colour", () => {
    const options = { platforms: [{ id: "b", name: "B", count: 1 }, { id: "a", name: "A", count: 9 }], kinds: [], types: [], months: [] };
    expect(monogramOf("Uber Eats", "a", options)).toEqual({ letters: "UE", tint: 1 });
    expect(monogramOf("Freelancer", "b", options)).toEqual({ letters: "Fr", tint: 2 });
    expect(monogramOf("Own entries", "typed", options).tint).toBe(5);
  });
});
