import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import type { ImportView } from "../../ipc/types";
import { FixRow } from "./fix.svelte";
import { ImportPage, leftWords, parts, percent, stepOf } from "./import.svelte";
import { ChoosePage, Going } from "./imports.svelte";
import { MappingPage, PERSON, proposedFormat, slug, WAIT } from "./mapping.svelte";
import { effect, zones } from "./zones";

let fake: Fake;
beforeEach(() => {
  vi.useFakeTimers();
  fake = createFake();
  return () => vi.useRealTimers();
});

async function begun(name = "uber.zip"): Promise<{ id: string; page: ImportPage; all: ImportView[] }> {
  const id = await fake.api.dropImport([`/home/marta/${name}`]);
  const page = new ImportPage(fake.api, id);
  const all: ImportView[] = [];
  fake.on("importChanged", async (news) => {
    await page.hear(news);
    if (page.view.value) all.push(page.view.value);
  });
  await page.refresh();
  await vi.advanceTimersByTimeAsync(700);
  return { id, page, all };
}

const adds = ({ sums }: ImportView): boolean => sums.new + sums.had + sums.changed + sums.contained + sums.aside === sums.read;

describe("an import", () => {
  it("is checked before anything is stored", async () => {
    const start = vi.spyOn(fake.api, "startImport");
    const { page } = await begun();
    expect(page.view.value).toMatchObject({ state: "checked", platformName: "Uber Eats" });
    expect(stepOf(page.view.value!)).toBe("check");
    expect(start).not.toHaveBeenCalled();
  });

  it("adds up at every moment, and says every tenth percent", async () => {
    const { page, all } = await begun();
    expect(await page.start(null, "2026-11-22")).toBe(true);
    const said: string[] = [];
    for (let at = 0; at < 12; at += 1) {
      await vi.advanceTimersByTimeAsync(300);
      if (page.said !== said.at(-1)) said.push(page.said);
    }
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((view) => !adds(view))).toEqual([]);
    expect(page.view.value?.state).toBe("done");
    expect(said.length).toBeGreaterThan(5);
    expect(said.at(-1)).toBe("Imported. 298,112 rows were read.");
  });

  it("keeps its place while it is paused, and goes on from there", async () => {
    const { page } = await begun();
    await page.start(null, "2026-11-22");
    await vi.advanceTimersByTimeAsync(1_300);
    await page.pause();
    const before = percent(page.view.value!)!;
    expect(before).toBeGreaterThan(20);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(percent(page.view.value!)).toBe(before);
    expect(page.said).toBe(`Paused at ${before} percent.`);
    await page.goOn();
    await vi.advanceTimersByTimeAsync(700);
    expect(percent(page.view.value!)).toBeGreaterThan(before);
  });

  it("says how long it takes only once that is steady", async () => {
    let now = 0;
    const page = new ImportPage(fake.api, "imp-running", () => now);
    const running = await fake.api.import("imp-running");
    const at = (read: number) => vi.spyOn(fake.api, "import").mockResolvedValue({ ...running, sums: { ...running.sums, read } });
    at(1_000);
    await page.refresh();
    now = 1_000;
    at(11_000);
    await page.refresh();
    expect(page.left).toBe("");
    now = 5_000;
    at(51_000);
    await page.refresh();
    expect(page.left).toBe("less than a minute left");
    expect(leftWords(60)).toBe("about a minute left");
    expect(leftWords(290)).toBe("about 5 min left");
  });

  it("is taken back when it is stopped, and can be undone after it", async () => {
    const { page } = await begun();
    await page.start(null, "2026-11-22");
    await page.stop();
    expect(page.view.value?.state).toBe("stopped");
    const done = new ImportPage(fake.api, "imp-done");
    await done.refresh();
    expect(await done.undo()).toBe(true);
    expect(done.view.value).toMatchObject({ state: "undone", undoUntil: null });
  });

  it("leaves out what is ticked, and sends all choices each time", async () => {
    const set = vi.spyOn(fake.api, "setImport");
    const { id, page } = await begun();
    await page.leaveOut(2, true);
    expect(set).toHaveBeenLastCalledWith(id, [2, 4, 5], false, "marta@example.org", null);
    await page.dropPeople(true);
    expect(set).toHaveBeenLastCalledWith(id, [2, 4, 5], true, "marta@example.org", null);
    await page.leaveOut(4, false);
    expect(set).toHaveBeenLastCalledWith(id, [2, 5], true, "marta@example.org", null);
    await page.setAccount("other@example.org ");
    expect(page.view.value).toMatchObject({ account: "other@example.org", withoutPeople: true });
    await page.setZone("America/Phoenix");
    expect(set).toHaveBeenLastCalledWith(id, [2, 5], true, "other@example.org", "America/Phoenix");
    await page.setZone("America/Phoenix");
    expect(set).toHaveBeenCalledTimes(5);
  });

  it("keeps what was shown when a choice is refused", async () => {
    const { page } = await begun();
    vi.spyOn(fake.api, "setImport").mockRejectedValue(failure("IMP-202", "a", "b", "c"));
    await page.dropPeople(true);
    expect(page.act.error?.code).toBe("IMP-202");
    expect(page.view).toMatchObject({ error: null });
    expect(page.view.value?.withoutPeople).toBe(false);
  });

  it("asks for the password of a locked file, which is then forgotten", async () => {
    const { page } = await begun("uber-locked.zip");
    expect(page.locked).toBe(true);
    page.password = "wrong";
    expect(await page.unlock()).toBe(false);
    expect(page.act.error?.code).toBe("IMP-213");
    page.password = "otter";
    expect(await page.unlock()).toBe(true);
    expect(page.password).toBe("");
    expect(page.view.value?.state).toBe("checked");
  });

  it("does not guess a layout that nobody knows", async () => {
    const { page } = await begun("hours.csv");
    expect(page.unknownLayout).toBe(true);
    expect(page.locked).toBe(false);
  });

  it("ends the request that its file answers", async () => {
    const step = vi.spyOn(fake.api, "requestStep");
    const { page } = await begun();
    await page.start("req-glovo", "2026-11-22");
    expect(step).toHaveBeenCalledExactlyOnceWith("req-glovo", "answered", "2026-11-22", null);
  });

  it("shows a part of the sum only where there is one", () => {
    const none = { read: 3, new: 3, had: 0, changed: 0, contained: 0, aside: 0 };
    expect(parts(none).map(({ name }) => name)).toEqual(["new", "had", "aside"]);
    expect(parts({ ...none, read: 9, changed: 2, contained: 4 }).map(({ name, rows }) => [name, rows])).toEqual([["new", 3], ["changed", 2], ["had", 0], ["contained", 4], ["aside", 0]]);
  });
});

describe("choosing", () => {
  it("looks through a folder only when asked, and imports nothing by itself", async () => {
    const drop = vi.spyOn(fake.api, "dropImport");
    const page = new ChoosePage(fake.api);
    await page.refresh();
    expect(page.folder.value).toEqual({ path: null, found: [] });
    await page.watch();
    expect(page.folder.value?.found).toHaveLength(1);
    expect(drop).not.toHaveBeenCalled();
    await page.stopWatching();
    expect(page.folder.value?.path).toBeNull();
  });

  it("says what goes on to the other pages", async () => {
    const going = new Going(fake.api);
    const stop = going.start(fake.on);
    const { page } = await begun();
    await vi.advanceTimersByTimeAsync(10);
    expect(going.rows.map(({ state }) => state)).toEqual(["checked"]);
    await page.stop();
    await vi.advanceTimersByTimeAsync(10);
    expect(going.rows).toEqual([]);
    stop();
  });
});

describe("a mapping", () => {
  async function opened(): Promise<MappingPage> {
    const page = new MappingPage(fake.api, "imp-unknown", 0, "Europe/Madrid");
    await page.read();
    return page;
  }

  it("begins with what the columns look like", async () => {
    const page = await opened();
    expect(page.meaning).toEqual(["id", "start", "end", "amount", "", ""]);
    expect(page).toMatchObject({ decimal: ",", timeZone: "Europe/Madrid", dateFormat: "31/12/2024 18:30" });
  });

  it("shows the first records by itself once it can, and again after each choice", async () => {
    const apply = vi.spyOn(fake.api, "applyMapping");
    const page = await opened();
    await vi.advanceTimersByTimeAsync(WAIT);
    expect(page.faults).toEqual(["currency"]);
    expect(apply).not.toHaveBeenCalled();
    page.currency = "eur";
    page.changed();
    page.changed();
    await vi.advanceTimersByTimeAsync(WAIT);
    expect(apply).toHaveBeenCalledTimes(1);
    expect(page.preview.value?.sample[0]?.amount).toEqual({ minor: 675, currency: "EUR", exponent: 2 });
    page.dateFormat = "2024-12-31 18:30";
    page.changed();
    await vi.advanceTimersByTimeAsync(WAIT);
    expect(page.preview.value?.aside).toEqual([{ reason: "Date cannot be read", rows: 412 }]);
  });

  it("shows what a check found whose end was told before the answer to its beginning", async () => {
    const page = await opened();
    page.currency = "EUR";
    const checked = await fake.api.applyMapping("imp-unknown", 0, page.mapping, false);
    vi.spyOn(fake.api, "import").mockResolvedValue(checked);
    vi.spyOn(fake.api, "applyMapping").mockImplementation(async (id) => {
      void page.hear({ id });
      return { ...checked, state: "checking", sample: [] };
    });
    page.changed();
    await vi.advanceTimersByTimeAsync(WAIT);
    expect(page.preview.value).toEqual(checked);
    expect(checked.sample).not.toEqual([]);
    // News of an earlier check does not hide why another could not begin.
    vi.spyOn(fake.api, "applyMapping").mockImplementation(async (id) => {
      void page.hear({ id });
      throw new Error("no table");
    });
    expect(await page.apply()).toBe(false);
    expect(page.preview.error).not.toBeNull();
  });

  it("is applied with one choice behind the other", async () => {
    const page = await opened();
    const answers: (() => void)[] = [];
    const real = fake.api.applyMapping;
    const apply = vi.spyOn(fake.api, "applyMapping").mockImplementation(async (...all) => {
      await new Promise<void>((answer) => answers.push(answer));
      return real(...all);
    });
    page.currency = "EUR";
    const first = page.apply();
    page.currency = "SEK";
    const second = page.apply();
    await vi.advanceTimersByTimeAsync(10);
    expect(apply).toHaveBeenCalledTimes(1);
    answers[0]!();
    await first;
    await vi.advanceTimersByTimeAsync(10);
    answers[1]!();
    await second;
    expect(apply.mock.calls.map(([, , { currency }]) => currency)).toEqual(["EUR", "SEK"]);
    expect(page.preview.value?.sample[0]?.amount?.currency).toBe("SEK");
  });

  it("gives a meaning to one column only, and keeps other people apart", async () => {
    const page = await opened();
    page.choose(4, "start");
    expect(page.meaning[1]).toBe("");
    page.choose(1, "start");
    page.choose(4, PERSON);
    page.choose(5, PERSON);
    expect(page.mapping.person).toEqual(["Venue", "Customer"]);
    expect(page.mapping.columns.map(({ member }) => member)).toEqual(["id", "start", "end", "amount"]);
  });

  it("is remembered, used again, saved without values and forgotten", async () => {
    const page = await opened();
    page.currency = "EUR";
    page.name = "Wolt by hand";
    expect(await page.save()).toBe("/home/marta/Documents/Wolt by hand.toml");
    const again = await opened();
    expect(again.name).toBe("Wolt by hand");
    expect(again.saved.value?.map(({ name }) => name)).toEqual(["Wolt by hand"]);
    await again.forget("Wolt by hand");
    expect(again.saved.value).toEqual([]);
    page.leave();
    again.leave();
  });

  it("proposes the way in which dates are written", () => {
    const dateFormats = ["2024-12-31 18:30", "31.12.2024 18:30", "31/12/2024 18:30", "12/31/2024 6:30 PM", "Dec 31, 2024", "1735669800"];
    const of = (...samples: string[]) => proposedFormat({ dateFormats, columns: [{ name: "at", samples, guess: "start" }] });
    expect(of("2026-11-02T18:42:00Z")).toBe("2024-12-31 18:30");
    expect(of("2.11.2026")).toBe("31.12.2024 18:30");
    expect(of("02/11/2026 18:42", "02/11/2026")).toBe("31/12/2024 18:30");
    expect(of("02/11/2026", "02/28/2026")).toBe("12/31/2024 6:30 PM");
    expect(of("Nov 2, 2026")).toBe("Dec 31, 2024");
    expect(of("1762108920")).toBe("1735669800");
    expect(of()).toBe("2024-12-31 18:30");
  });

  it("files records under a name that is an address", () => {
    expect(slug(" Glovo, març 2026 ")).toBe("glovo-marc-2026");
    expect(slug("…")).toBe("file");
  });
});

describe("the zone of a clock on the wall", () => {
  it("offers the person's own first, and whatever the file named", () => {
    const all = zones("Mars/Olympus", "Europe/Madrid", ["America/Phoenix", "Europe/Madrid"]).map(({ value }) => value);
    expect(all).toEqual(["", "Europe/Madrid", "America/Phoenix", "Mars/Olympus"]);
  });

  it("says what a zone makes of the first time", () => {
    const sample = [{ kind: "work", start: "2024-03-05T18:30:00-07:00", title: null, amount: null, status: null }];
    expect(effect({ sample })).toEqual({ wall: "2024-03-05 18:30", utc: "2024-03-06 01:30" });
    expect(effect({ sample: [] })).toBeNull();
  });
});

describe("a row that is corrected", () => {
  it("sends only what was changed", async () => {
    const fix = vi.spyOn(fake.api, "fixAside");
    const page = new FixRow(fake.api, "imp-done", 3, 88_412);
    await page.read();
    page.say(0, page.text(0));
    page.say(2, "2026-03-29 03:12:55");
    expect(await page.take()).toBe(true);
    expect(fix).toHaveBeenCalledWith("imp-done", 3, 88_412, [[2, "2026-03-29 03:12:55"]]);
  });
});
