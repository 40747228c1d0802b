import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import { OpenPage } from "./open.svelte";
import { isRecipient, PackPage } from "./pack.svelte";
import { stepOf } from "./steps";

const KEY = `age1${"qpzry9x8gf2tvdw0s3jn54khce6mua7l".repeat(2).slice(0, 58)}`;
const GOOD = "otter-carries-seven-lamps";
let fake: Fake;
beforeEach(() => {
  fake = createFake();
});

async function ready(): Promise<PackPage> {
  const page = new PackPage(fake.api);
  await page.refresh();
  page.passphrase = GOOD;
  page.again = GOOD;
  await page.measure();
  return page;
}

describe("packing", () => {
  it("says what is missing, one thing at a time", async () => {
    const page = new PackPage(fake.api);
    await page.refresh();
    expect(page.reason).toBe("passphrase");
    page.passphrase = "abc";
    await page.measure();
    expect(page.reason).toBe("weak");
    page.passphrase = GOOD;
    await page.measure();
    expect(page.reason).toBe("differs");
    page.again = GOOD;
    expect(page.reason).toBeNull();
    page.who = "someone";
    expect(page.reason).toBe("recipient");
    page.recipients = `${KEY}\nage1short`;
    expect(page.reason).toBe("recipientWrong");
    page.recipients = KEY;
    expect(page.reason).toBeNull();
    page.recipients = "";
    page.alsoRecovery = true;
    expect(page.reason).toBeNull();
  });

  it("knows whole age keys", () => {
    expect([KEY, KEY.slice(0, -1), KEY.toUpperCase(), `${KEY}b`, "AGE-SECRET-KEY-1"].map(isRecipient)).toEqual([true, false, false, false, false]);
  });

  it("asks for a place, packs, proves, and forgets the passphrase", async () => {
    vi.useFakeTimers();
    const page = await ready();
    const start = vi.spyOn(fake.api, "packStart");
    fake.on("progress", (news) => page.hear(news));
    const done = page.pack();
    await vi.advanceTimersByTimeAsync(350);
    expect(page.running).toBe(true);
    expect(stepOf(page.progress?.words ?? "")).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await done).toBe(true);
    expect(start).toHaveBeenCalledWith("/media/usb/Personal 2026-11-22.satchel-backpack", { passphrase: GOOD }, false);
    expect(page.packed?.proved).toBe(true);
    expect([page.passphrase, page.again]).toEqual(["", ""]);
    expect(page.plan.value?.last?.sha256).toBe(page.packed?.sha256);
    vi.useRealTimers();
  });

  it("does nothing when no place was chosen", async () => {
    const page = await ready();
    const start = vi.spyOn(fake.api, "packStart");
    vi.spyOn(fake.api, "packChoosePlace").mockResolvedValue(null);
    expect(await page.pack()).toBe(false);
    expect(start).not.toHaveBeenCalled();
    expect(page.passphrase).toBe(GOOD);
  });

  it("locks for keys and the recovery kit when asked to, and never with a passphrase beside them", async () => {
    const page = await ready();
    const start = vi.spyOn(fake.api, "packStart").mockResolvedValue({ at: "", file: "", records: 0, proved: true, sha256: "" });
    page.who = "someone";
    page.recipients = KEY;
    page.alsoRecovery = true;
    await page.pack();
    expect(start.mock.calls[0]?.[1]).toEqual({ recipients: [KEY, page.plan.value?.recoveryRecipient] });
  });

  it("that is stopped leaves the form as it was and says so", async () => {
    const page = await ready();
    vi.spyOn(fake.api, "packStart").mockRejectedValue(failure("BPK-510", "Stopped.", "Unchanged.", "Again."));
    expect(await page.pack()).toBe(false);
    expect(page.act.error?.code).toBe("BPK-510");
    expect(page.progress).toBeNull();
    expect(page.packed).toBeNull();
  });
});

describe("opening", () => {
  it("needs a file and a key", async () => {
    const page = new OpenPage(fake.api);
    expect(await page.check()).toBe(false);
    await page.choose();
    expect(page.ready).toBe(false);
    page.how = "identity";
    await page.chooseIdentity();
    expect(page.key).toEqual({ identityFile: "/media/usb/Satchel recovery kit.txt" });
    expect(page.ready).toBe(true);
  });

  it("with a wrong passphrase shows no report", async () => {
    const page = new OpenPage(fake.api);
    await page.choose();
    page.passphrase = "wrong";
    expect(await page.check()).toBe(false);
    expect(page.act.error?.code).toBe("BPK-502");
    expect(page.report).toBeNull();
  });

  it("restores into a new space, or only what is new when merging", async () => {
    const page = new OpenPage(fake.api);
    await page.choose();
    page.passphrase = GOOD;
    expect(await page.check()).toBe(true);
    expect(page.count).toBe(4198);
    expect(page.nothing).toBe(false);
    page.into = "merge";
    expect(page.count).toBe(0);
    expect(page.nothing).toBe(true);
    page.report = { ...page.report!, newTransfers: 1 };
    expect(page.nothing).toBe(false);
    page.into = "newSpace";
    expect(await page.restore()).toBe(true);
    expect(page.restored?.space.name).toBe("Personal, restored");
    expect(page.restored).toMatchObject({ cooperatives: 3, transfers: 6, ownKey: "came" });
    expect(page.passphrase).toBe("");
  });

  it("never restores what is damaged or was not looked at", async () => {
    const restore = vi.spyOn(fake.api, "backpackRestore");
    const page = new OpenPage(fake.api);
    await page.choose();
    page.passphrase = GOOD;
    expect(await page.restore()).toBe(false);
    vi.spyOn(fake.api, "backpackCheck").mockResolvedValue({ ...(await fake.api.backpackCheck("", { passphrase: "" })), whole: false });
    await page.check();
    expect(await page.restore()).toBe(false);
    expect(restore).not.toHaveBeenCalled();
  });

  it("forgets the report when another file is chosen", async () => {
    const page = new OpenPage(fake.api);
    await page.choose();
    page.passphrase = GOOD;
    await page.check();
    await page.choose();
    expect(page.report).toBeNull();
  });
});
