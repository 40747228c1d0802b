import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import { ConnectionsPage } from "./connections.svelte";
import { Linking } from "./linking.svelte";

let fake: Fake;
beforeEach(() => {
  vi.useFakeTimers();
  fake = createFake();
  return () => vi.useRealTimers();
});

describe("the list", () => {
  it("is grouped by who has to act, the person first", async () => {
    const page = new ConnectionsPage(fake.api);
    await page.refresh();
    expect(page.groups.map(({ group, rows }) => [group, rows.length])).toEqual([
      ["needsYou", 1],
      ["working", 3],
    ]);
  });

  it("shows how far a fetch is, until it is done", async () => {
    const page = new ConnectionsPage(fake.api);
    fake.on("progress", (news) => page.hear(news));
    await page.refresh();
    await page.fetch("con-nabo");
    await vi.advanceTimersByTimeAsync(800);
    expect(page.progress["con-nabo"]).toMatchObject({ done: 20, total: 40 });
    await vi.advanceTimersByTimeAsync(900);
    expect(page.progress["con-nabo"]).toBeUndefined();
  });

  it("takes no notice of other jobs", () => {
    const page = new ConnectionsPage(fake.api);
    page.hear({ job: "pack", id: "con-nabo", done: 1, total: 2, words: "", finished: false });
    expect(page.progress).toEqual({});
  });
});

describe("disconnecting", () => {
  it("keeps the records, and asks about them apart", async () => {
    const disconnect = vi.spyOn(fake.api, "disconnect");
    const page = new ConnectionsPage(fake.api);
    await page.refresh();
    await page.select("con-upwork");
    page.askParting();
    expect(disconnect).not.toHaveBeenCalled();
    await page.disconnect("con-upwork");
    expect(disconnect).toHaveBeenLastCalledWith("con-upwork", false);
    expect(page.parting).toMatchObject({ step: "kept", revoked: true });
    expect(page.detail.value?.row).toMatchObject({ state: "stopped", records: 359 });
    expect(await page.deleteRecords("con-upwork")).toBe(true);
    expect(disconnect).toHaveBeenLastCalledWith("con-upwork", true);
    expect(page.selected).toBeNull();
    expect(page.list.value?.some((row) => row.id === "con-upwork")).toBe(false);
  });

  it("that fails leaves the question open and says why", async () => {
    vi.spyOn(fake.api, "disconnect").mockRejectedValue(failure("CON-503", "No answer.", "All records.", "Wait."));
    const page = new ConnectionsPage(fake.api);
    page.askParting();
    await page.disconnect("con-upwork");
    expect(page.parting).toEqual({ step: "ask" });
    expect(page.act.error?.code).toBe("CON-503");
  });
});

describe("linking", () => {
  const linking = () => new Linking(fake.api, fake.on);

  it("finds platforms without regard to case and accents", async () => {
    const link = linking();
    await link.load();
    link.search = "ÚPW";
    expect(link.found.map((item) => item.name)).toEqual(["Upwork"]);
    link.search = "";
    expect(link.found.length).toBe(2);
  });

  it("waits for the browser, then compares what was asked with what was allowed", async () => {
    const link = linking();
    expect(await link.start("upwork", "Upwork", "con-upwork")).toBe(true);
    expect(link.stage).toMatchObject({ at: "waiting", name: "Upwork" });
    await vi.advanceTimersByTimeAsync(2_600);
    expect(link.stage).toMatchObject({ at: "linked", connection: "con-upwork" });
    expect(link.stage.at === "linked" && link.stage.detail?.granted).toContain("Payments");
  });

  it("ignores the end of another attempt", async () => {
    const link = linking();
    await link.start("upwork", "Upwork");
    fake.emit("linkFinished", { attempt: "attempt-other", connection: null, error: failure("CON-410", "a", "b", "c") });
    expect(link.stage.at).toBe("waiting");
  });

  it("takes an end that comes before the reply that names the attempt", async () => {
    vi.spyOn(fake.api, "linkStart").mockImplementation(async () => {
      fake.emit("linkFinished", { attempt: "quick", connection: null, error: failure("CON-411", "a", "b", "c") });
      return { attempt: "quick", url: "https://demo.example", opened: true };
    });
    const link = linking();
    await link.start("demo", "Demo platform");
    expect(link.stage).toMatchObject({ at: "failed", error: { code: "CON-411" } });
  });

  it("that is cancelled is over", async () => {
    const cancel = vi.spyOn(fake.api, "linkCancel");
    const link = linking();
    await link.start("upwork", "Upwork");
    await link.cancel();
    expect(cancel).toHaveBeenCalledWith("attempt-upwork");
    expect(link.stage.at).toBe("none");
  });

  it("sends a key of one's own only when there is one", async () => {
    const start = vi.spyOn(fake.api, "linkStart");
    const link = linking();
    await link.start("demo", "Demo platform", null, { clientId: " mine ", clientSecret: " " });
    expect(start).toHaveBeenLastCalledWith("demo", null, "mine", null);
    await link.tryAgain();
    expect(start).toHaveBeenCalledTimes(2);
  });
});
