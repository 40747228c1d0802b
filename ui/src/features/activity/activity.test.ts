import { describe, expect, it, vi } from "vitest";
import { createFake } from "../../ipc/fake";
import type { ActivityRow } from "../../ipc/types";
import { ActivityPage, filterOf, linesOf, PAGE } from "./activity.svelte";

const ALL = { text: "", party: null, result: null, days: null };

function entries(count: number): ActivityRow[] {
  return Array.from({ length: count }, (_, i) => ({ id: `e${i}`, at: `2026-11-${String(28 - Math.floor(i / 20)).padStart(2, "0")}T10:00:00+01:00`, party: "Hourly", what: "x", result: "shared", words: "Shared", glyph: "left" }));
}

describe("the log", () => {
  it("has a line before each day", () => {
    const lines = linesOf(entries(41));
    expect(lines.flatMap((line) => ("day" in line ? [line.day] : []))).toEqual(["2026-11-28", "2026-11-27", "2026-11-26"]);
    expect(lines).toHaveLength(44);
    expect("day" in lines[21]!).toBe(true);
  });

  it("is read in pages, each once, without doubles when it grew meanwhile", async () => {
    const all = entries(250);
    const activity = vi.fn(async (_: unknown, offset: number, limit: number) => ({ rows: offset === 0 ? all.slice(0, limit) : all.slice(offset - 1, offset - 1 + limit), total: 250, parties: [] }));
    const page = new ActivityPage({ ...createFake().api, activity });
    await page.show(ALL);
    expect(page.rows).toHaveLength(PAGE);
    await Promise.all([page.more(), page.more()]);
    expect(activity).toHaveBeenCalledTimes(2);
    expect(page.rows).toHaveLength(PAGE + 99);
    expect(new Set(page.rows.map((row) => row.id)).size).toBe(page.rows.length);
  });

  it("reads its filter from the address", () => {
    expect(filterOf(new URLSearchParams(""))).toEqual({ ...ALL, days: 30 });
    expect(filterOf(new URLSearchParams("days=all&party=Hourly&result=refused&text=a"))).toEqual({ text: "a", party: "Hourly", result: "refused", days: null });
    expect(filterOf(new URLSearchParams("days=-3&result=hidden"))).toEqual({ ...ALL, days: 30 });
  });

  it("says who was refused", async () => {
    const page = new ActivityPage(createFake().api);
    await page.show({ ...ALL, result: "refused" });
    expect(page.rows.map((row) => row.what)).toEqual(["Exact pick-up places"]);
    expect(page.filtered).toBe(true);
  });

  it("walks and stops at the ends", async () => {
    const page = new ActivityPage(createFake().api);
    await page.show(ALL);
    await page.select("act-1");
    expect(page.neighbour(1)?.id).toBe("act-2");
    expect(page.neighbour(-1)).toBeNull();
  });

  it("stops the permission of an entry, and shows that it ended", async () => {
    const page = new ActivityPage(createFake().api);
    await page.show(ALL);
    await page.select("act-1");
    expect(page.detail.value?.grant?.state).toBe("live");
    expect(await page.stop("grant-1")).toBe(true);
    expect(page.detail.value?.grant?.state).toBe("revoked");
  });

  it("keeps what a party answered, and the month stops", async () => {
    const page = new ActivityPage(createFake().api);
    await page.show(ALL);
    await page.select("act-5");
    const asked = page.detail.value!.erasure!;
    expect(asked).toMatchObject({ state: "waiting", days: 30, passed: 12, left: 18 });
    expect(await page.answered(asked.id, false)).toBe(true);
    expect(page.detail.value?.erasure?.state).toBe("refused");
    expect(page.rows[0]?.words).toBe("They refused");
  });

  it("reports somebody, and says so in the log", async () => {
    const page = new ActivityPage(createFake().api);
    await page.show(ALL);
    expect(await page.report("act-5")).toBe("~/Documents/Report about Rent Letter.html");
    await page.again();
    expect(page.rows[0]).toMatchObject({ result: "reported", glyph: "report" });
    expect(await page.report("act-4")).toBeNull();
    expect(page.act.error?.code).toBe("SYS-712");
  });

  it("saves the receipt of its permission", async () => {
    const page = new ActivityPage(createFake().api);
    await page.show(ALL);
    await page.select("act-1");
    expect(page.detail.value).toMatchObject({ receipt: true });
    expect(await page.saveReceipt("grant-1")).toMatch(/receipt/);
  });

  it("is saved in the form that was chosen", async () => {
    const page = new ActivityPage(createFake().api);
    expect(await page.saveLog("page")).toMatch(/\.html$/);
    expect(await page.saveLog("lines")).toMatch(/\.ndjson$/);
  });

  it("is checked, and a broken chain is not called whole", async () => {
    const { api } = createFake();
    const page = new ActivityPage({ ...api, logVerify: async () => ({ entries: 9, whole: false, firstBroken: 4, checkedAt: "2026-11-22T09:20:00+01:00", words: "9 entries" }) });
    await page.verify();
    expect(page.check.value).toMatchObject({ whole: false, firstBroken: 4 });
  });
});
