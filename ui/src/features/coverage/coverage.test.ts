import { expect, it } from "vitest";
import { createFake } from "../../ipc/fake";
import { CoveragePage, monthsSummary, waysOf } from "./coverage.svelte";

it("says which months are missing", async () => {
  const page = new CoveragePage(createFake().api);
  await page.refresh();
  const uber = page.of("uber-eats")!;
  expect(monthsSummary("Uber Eats", uber.months)).toBe("Uber Eats: 10 of 12 months are here. Missing: February 2026 to March 2026.");
  expect(waysOf(uber.months)).toEqual(["file", "none"]);
  expect(monthsSummary("Upwork", page.of("upwork")!.months)).toBe("Upwork: 12 of 12 months are here.");
  expect(page.of("nabo")).toBeNull();
});

it("has nothing to say of an empty vault", async () => {
  const page = new CoveragePage(createFake({ empty: true }).api);
  await page.refresh();
  expect(page.all.value).toEqual([]);
});
