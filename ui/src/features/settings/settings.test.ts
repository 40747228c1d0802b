// The settings without a window.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../../ipc/fake";
import { Session } from "../../shared/session.svelte";
import { toasts } from "../../shared/toasts.svelte";
import { MailPage } from "./mail.svelte";
import { PassphraseAct, SettingsPage, Spaces } from "./settings.svelte";

const GOOD = "otter-carries-seven-lamps";
let fake: Fake;
let session: Session;
let deps: { api: Fake["api"]; session: Session };

beforeEach(async () => {
  toasts.close();
  fake = createFake();
  session = new Session(fake.api);
  await session.refresh();
  deps = { api: fake.api, session };
});

describe("settings", () => {
  it("change at once and can be undone", async () => {
    const page = new SettingsPage(deps);
    await page.set("lockMinutes", null);
    expect(fake.world.settings.lockMinutes).toBeNull();
    expect(toasts.undoLast()).toBe(true);
    await vi.waitFor(() => expect(fake.world.settings.lockMinutes).toBe(10));
  });

  it("do nothing when the value is the same, and say when it was not kept", async () => {
    const page = new SettingsPage(deps);
    const kept = vi.spyOn(fake.api, "settingsSet");
    await page.set("theme", "system");
    expect(kept).not.toHaveBeenCalled();
    kept.mockRejectedValueOnce({ code: "VLT-130", title: "The disk is full.", safe: "", todo: "", details: null });
    await page.set("theme", "dark");
    expect(page.error?.code).toBe("VLT-130");
    expect(page.values?.theme).toBe("system");
  });

  it("check the vault once at a time", async () => {
    const page = new SettingsPage(deps);
    const asked = vi.spyOn(fake.api, "vaultCheck");
    await Promise.all([page.check(), page.check()]);
    expect(asked).toHaveBeenCalledOnce();
    expect(page.report?.whole).toBe(true);
  });
});

describe("the passphrase", () => {
  it("is asked for before the keyring may open the vault", async () => {
    const act = new PassphraseAct(deps);
    act.current = "wrong";
    expect(await act.keyringOn()).toBe(false);
    expect(act.error?.code).toBe("VLT-101");
    expect(session.status?.keyring.enabled).toBe(false);
    act.current = GOOD;
    expect(await act.keyringOn()).toBe(true);
    expect(session.status?.keyring.enabled).toBe(true);
    expect(act.current).toBe("");
    await new SettingsPage(deps).keyringOff();
    expect(session.status?.keyring.enabled).toBe(false);
  });

  it("changes only into one that is not weak and is typed twice", async () => {
    const act = new PassphraseAct(deps);
    act.current = GOOD;
    expect(await act.change()).toBe(false);
    act.next = act.again = "otter";
    expect(await act.change()).toBe(false);
    expect(act.wrong?.field).toBe("next");
    act.next = "paper-lantern-crosses-rivers";
    expect(await act.change()).toBe(false);
    expect(act.wrong?.field).toBe("again");
    act.again = act.next;
    expect(await act.change()).toBe(true);
    expect(fake.world.passphrase).toBe("paper-lantern-crosses-rivers");
    expect([act.current, act.next, act.again]).toEqual(["", "", ""]);
  });

  it("leads to a new kit", async () => {
    const act = new PassphraseAct(deps);
    act.current = GOOD;
    expect(await act.newKit()).toBe(true);
    expect(session.kit?.groups).toHaveLength(9);
  });
});

describe("spaces", () => {
  it("are added, renamed, opened and removed", async () => {
    const spaces = new Spaces(deps);
    await spaces.read();
    expect(await spaces.add("   ")).toBe(false);
    expect(await spaces.add(" Garden ")).toBe(true);
    const garden = spaces.rows?.find((space) => space.name === "Garden");
    expect(garden).toBeDefined();
    expect(await spaces.rename(garden!, "Gardens")).toBe(true);
    const gardens = spaces.rows!.find((space) => space.name === "Gardens")!;
    expect(await spaces.open(gardens)).toBe(true);
    expect(session.status?.space?.name).toBe("Gardens");
    expect(await spaces.remove(spaces.rows!.find((space) => space.name === "Gardens")!)).toBe(false);
    expect(spaces.error?.code).toBe("SYS-712");
    expect(await spaces.remove(spaces.rows!.find((space) => space.name === "Translations")!)).toBe(true);
    expect(spaces.rows?.map((space) => space.name)).toEqual(["Personal", "Gardens"]);
  });

  it("of made-up data are marked so", async () => {
    const spaces = new Spaces(deps);
    await spaces.addMadeUp();
    expect(spaces.rows?.filter((space) => space.madeUp)).toHaveLength(1);
  });
});

describe("the mail server", () => {
  const filled = async () => {
    const page = new MailPage(fake.api);
    await page.read();
    Object.assign(page.form, { host: " smtp.example.org ", user: "marta", from: "marta@example.org" });
    page.password = "pass word";
    return page;
  };

  it("is kept with its password, which leaves the page", async () => {
    const set = vi.spyOn(fake.api, "setMailSettings");
    const page = await filled();
    expect(await page.save()).toBe(true);
    expect(set).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ host: "smtp.example.org", port: 587, security: "starttls" }), "pass word");
    expect([page.password, page.kept.value?.hasPassword]).toEqual(["", true]);
    expect(await page.save()).toBe(true);
    expect(set).toHaveBeenLastCalledWith(expect.anything(), null);
  });

  it("does not hand the kept password to another server", async () => {
    const page = await filled();
    await page.save();
    const set = vi.spyOn(fake.api, "setMailSettings");
    page.form.host = "mail.other.example";
    expect([await page.save(), page.wrong]).toEqual([false, "password"]);
    expect(set).not.toHaveBeenCalled();
    page.password = "another";
    expect(await page.save()).toBe(true);
  });

  it("forgets the password with the user, and everything when it is told to", async () => {
    const page = await filled();
    await page.save();
    page.form.user = "";
    await page.save();
    expect(page.kept.value?.hasPassword).toBe(false);
    await page.clear();
    expect(page.kept.value).toMatchObject({ host: "", from: "", hasPassword: false });
  });

  it("names the field that is not good", async () => {
    const page = await filled();
    page.form.port = "0";
    expect([await page.save(), page.wrong]).toEqual([false, "port"]);
    page.form.port = "587";
    page.form.from = " ";
    expect([await page.save(), page.wrong]).toEqual([false, "from"]);
  });

  it("changes the usual port with the encryption, and leaves another alone", async () => {
    const page = await filled();
    page.choose("tls");
    expect(page.form.port).toBe("465");
    page.form.port = "2525";
    page.choose("starttls");
    expect(page.form.port).toBe("2525");
  });

  it("is saved before it is tried", async () => {
    const order: string[] = [];
    vi.spyOn(fake.api, "setMailSettings").mockImplementation(async () => void order.push("save"));
    vi.spyOn(fake.api, "testMail").mockImplementation(async () => void order.push("test"));
    const page = await filled();
    expect(await page.test()).toBe(false);
    page.to = "marta@example.org";
    expect(await page.test()).toBe(true);
    expect(order).toEqual(["save", "test"]);
  });
});
