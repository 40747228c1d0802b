import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import type { ConnectionRow } from "../../ipc/types";
import { ConnectionsPage } from "./connections.svelte";
import { ByAddress } from "./byAddress.svelte";
import { Linking } from "./linking.svelte";
import { PlatformFiles } from "./platformFiles.svelte";
import { SightsPage } from "./sights.svelte";

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
      ["waiting", 0],
    ]);
    expect(page.requestsOf("waiting").map(({ name }) => name)).toEqual(["Glovo"]);
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
    expect(link.found().map((item) => item.name)).toEqual(["Upwork"]);
    link.search = "";
    expect(link.found().length).toBe(6);
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
    expect(start).toHaveBeenLastCalledWith("demo", null, "mine", null, null);
    await link.tryAgain();
    expect(start).toHaveBeenCalledTimes(2);
  });
});

describe("the catalogue", () => {
  it("is narrowed to a way, and tells what Satchel cannot do from what it can", async () => {
    const link = new Linking(fake.api, fake.on);
    await link.load();
    const names = (shown: Parameters<typeof link.found>[0]) => link.found(shown).map((item) => item.platform);
    expect(names("link")).toEqual(["demo", "freelancer", "upwork"]);
    expect(names("email")).toEqual(["demo", "nabo"]);
    expect(names("file")).toEqual(["bolt"]);
    expect(names("request")).toEqual(["glovo"]);
    expect(names("all")).toEqual(["demo", "freelancer", "nabo", "upwork", "bolt", "glovo"]);
  });
});

describe("a platform from a file", () => {
  it("is shown before it is added, and added as it was shown", async () => {
    const add = vi.spyOn(fake.api, "platformAdd");
    const files = new PlatformFiles(fake.api);
    await files.choose();
    expect(files.file?.fault).toMatchObject({ line: 6 });
    expect(await files.add()).toBeNull();
    expect(add).not.toHaveBeenCalled();
    await files.choose();
    expect(files.file).toMatchObject({ fault: null, platform: { name: "Errands", hosts: ["errands.example"] } });
    expect(await files.add()).toBe("Errands");
    expect(add).toHaveBeenCalledExactlyOnceWith("draft-errands");
    expect(files.file).toBeNull();
  });

  it("stays as it was when no other file is chosen", async () => {
    const files = new PlatformFiles(fake.api);
    await files.choose();
    vi.spyOn(fake.api, "platformChoose").mockResolvedValue(null);
    await files.choose();
    expect(files.file?.file).toBe("errands.toml");
  });
});

describe("connecting by address", () => {
  const form = () => {
    const by = new ByAddress(fake.api, fake.on);
    by.begin("nabo", "Nabo");
    return by;
  };

  it("asks for what is missing and sends nothing before", async () => {
    const connect = vi.spyOn(fake.api, "connectEmail");
    const by = form();
    by.address = "  ";
    expect(await by.connect()).toBe(false);
    expect(by.missing).toMatchObject({ address: true, token: true });
    expect(connect).not.toHaveBeenCalled();
  });

  it("keeps neither address nor token on the page once it is connected", async () => {
    const connect = vi.spyOn(fake.api, "connectEmail");
    const by = form();
    by.address = " marta@example.org ";
    by.token = "tok ";
    expect(await by.connect()).toBe(true);
    expect(connect).toHaveBeenCalledWith("nabo", "marta@example.org", "tok");
    expect([by.address, by.token]).toEqual(["", ""]);
    expect(by.stage).toEqual({ at: "connected", name: "Nabo", connection: "con-nabo" });
  });

  it("that is refused stays on the form with what was written", async () => {
    vi.spyOn(fake.api, "connectEmail").mockRejectedValue(failure("CON-415", "This is no e-mail address.", "Nothing.", "Write it."));
    const by = form();
    by.address = "marta";
    by.token = "tok";
    expect(await by.connect()).toBe(false);
    expect(by.stage.at).toBe("form");
    expect([by.address, by.act.error?.code]).toEqual(["marta", "CON-415"]);
  });

  const mailed = async () => {
    await fake.api.setMailSettings({ host: "smtp.example.org", port: 587, security: "starttls", user: "", from: "me@example.org", authority: "", hasPassword: false }, null);
    const by = form();
    by.address = "marta@example.org";
    by.token = "tok";
    await by.connect();
    return by;
  };

  it("waits for the code where a mail was sent, and forgets the token meanwhile", async () => {
    const by = await mailed();
    expect(by.mails).toBe(true);
    expect(by.stage).toMatchObject({ at: "sent", address: "marta@example.org", until: "2026-11-24T09:20:00+01:00" });
    expect(by.token).toBe("");
    expect(await by.confirm()).toBe(false);
    expect(by.missing.code).toBe(true);
    by.code = "wrong";
    expect(await by.confirm()).toBe(false);
    expect([by.stage.at, by.act.error?.code]).toEqual(["sent", "CON-432"]);
    by.code = " k7qm-4rtx ";
    expect(await by.confirm()).toBe(true);
    expect([by.stage.at, by.code]).toEqual(["connected", ""]);
  });

  it("sends another mail after a minute and not before", async () => {
    const again = vi.spyOn(fake.api, "sendEmailAgain");
    const by = await mailed();
    expect([by.wait, await by.again()]).toEqual([60, false]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([by.wait, await by.again()]).toEqual([0, true]);
    expect(again).toHaveBeenCalledExactlyOnceWith("con-nabo");
    expect(by.wait).toBe(60);
    by.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("hears that the mail was answered by its link, with yes or with no", async () => {
    for (const [rest, at] of [[(rows: ConnectionRow[]) => rows.map((row) => ({ ...row, state: "working" as const })), "connected"], [(rows: ConnectionRow[]) => rows.filter((row) => row.id !== "con-nabo"), "declined"]] as const) {
      const by = await mailed();
      const rows = rest(await fake.api.connections());
      const list = vi.spyOn(fake.api, "connections").mockResolvedValue(rows);
      fake.emit("dataChanged", { what: "connections" });
      await vi.advanceTimersByTimeAsync(0);
      expect(by.stage.at).toBe(at);
      list.mockRestore();
      by.close();
    }
  });

  it("is forgotten when the vault is locked", () => {
    const by = form();
    by.token = "tok";
    fake.emit("vaultChanged", null);
    expect([by.stage.at, by.token]).toEqual(["none", ""]);
  });
});

describe("who sees what", () => {
  const page = async () => {
    const it = new SightsPage(fake.api);
    await it.refresh();
    return it;
  };
  const pairs = (it: SightsPage) => it.byParty.flatMap(({ rows }) => rows.map((row) => `${row.name} ${row.platformName}`)).sort();

  it("is told per platform, with those that nobody sees, and per app", async () => {
    const it = await page();
    expect(it.byPlatform.map(({ name, rows }) => [name, rows.map((row) => row.name)])).toEqual([
      ["Uber Eats", ["Hourly", "My Backpack"]],
      ["Freelancer", ["Hourly", "My Backpack"]],
      ["Upwork", ["My Backpack"]],
      ["Nabo", ["My Backpack"]],
    ]);
    expect(it.byParty.map(({ first, rows }) => [first.name, rows.length])).toEqual([["Hourly", 2], ["My Backpack", 4]]);
  });

  it("ends one app for one platform after a question, and nothing else", async () => {
    const stop = vi.spyOn(fake.api, "sightStop");
    const it = await page();
    const before = pairs(it);
    it.askSight(it.byPlatform[0]!.rows[0]!);
    expect(it.asking).toMatchObject({ what: "sight", others: ["Freelancer"] });
    expect(stop).not.toHaveBeenCalled();
    expect(await it.stop()).toBe(true);
    expect(stop).toHaveBeenCalledExactlyOnceWith("uber-eats", "app", "app-hourly");
    expect(pairs(it)).toEqual(before.filter((pair) => pair !== "Hourly Uber Eats"));
    expect(it.asking).toBeNull();
  });

  it("ends a platform for everybody, or an app wholly", async () => {
    const it = await page();
    it.askPlatform(it.byPlatform[1]!);
    expect(it.asking).toMatchObject({ what: "platform", parties: ["Hourly", "My Backpack"] });
    await it.stop();
    expect(pairs(it)).toEqual(["Hourly Uber Eats", "My Backpack Nabo", "My Backpack Uber Eats", "My Backpack Upwork"]);
    it.askParty(it.byParty[1]!);
    await it.stop();
    expect(pairs(it)).toEqual(["Hourly Uber Eats"]);
  });

  it("leaves the question open when it could not be ended", async () => {
    vi.spyOn(fake.api, "platformStop").mockRejectedValue(failure("VLT-103", "The vault is locked.", "Nothing.", "Unlock it."));
    const it = await page();
    it.askPlatform(it.byPlatform[0]!);
    expect(await it.stop()).toBe(false);
    expect([it.asking?.what, it.act.error?.code]).toEqual(["platform", "VLT-103"]);
  });
});
