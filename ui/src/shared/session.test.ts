// The shared state: locking empties the page before the core is asked, changes are heard by those who asked for them.
import { describe, expect, it, vi } from "vitest";
import { createFake } from "../ipc/fake";
import { Session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

async function opened(start = {}) {
  const fake = createFake(start);
  const session = new Session(fake.api);
  const stop = session.start(fake.on);
  await vi.waitFor(() => expect(session.status).not.toBeNull());
  return { fake, session, stop };
}

describe("the session", () => {
  it("takes the content away before it locks", async () => {
    const { fake, session } = await opened();
    await vi.waitFor(() => expect(session.seeing).not.toBeNull());
    toasts.say("€412.50 saved");
    let shownWhileLocking: boolean | null = null;
    const lock = fake.api.vaultLock;
    fake.api.vaultLock = async () => {
      shownWhileLocking = session.unlocked || toasts.current !== null;
      await lock();
    };
    await session.lock();
    expect(shownWhileLocking).toBe(false);
    expect(session.status?.state).toBe("locked");
    expect(session.seeing).toBeNull();
  });

  it("shows the vault again when locking fails", async () => {
    const { fake, session } = await opened();
    fake.api.vaultLock = async () => Promise.reject(new Error("busy"));
    await expect(session.lock()).rejects.toThrow("busy");
    expect(session.unlocked).toBe(true);
  });

  it("forgets a recovery kit when something else locks", async () => {
    const { fake, session } = await opened();
    session.kit = await fake.api.recoveryKitNew("otter-carries-seven-lamps");
    fake.world.state = "locked";
    fake.emit("vaultChanged", null);
    await vi.waitFor(() => expect(session.kit).toBeNull());
    expect(session.unlocked).toBe(false);
  });

  it("tells only those who asked for this kind of data", async () => {
    const { fake, session, stop } = await opened();
    const records = vi.fn();
    const apps = vi.fn();
    session.onData(["records"], records);
    const deaf = session.onData(["apps", "sharing"], apps);
    fake.emit("dataChanged", { what: "records" });
    expect(records).toHaveBeenCalledTimes(1);
    expect(apps).not.toHaveBeenCalled();
    fake.emit("dataChanged", { what: "sharing" });
    expect(apps).toHaveBeenCalledTimes(1);
    deaf();
    stop();
    fake.emit("dataChanged", { what: "sharing" });
    expect(apps).toHaveBeenCalledTimes(1);
  });

  it("says who can see something as it changes", async () => {
    const { fake, session } = await opened();
    await vi.waitFor(() => expect(session.seeing?.words).toBe("2 apps can see something"));
    await fake.api.grantRevokeAll();
    await vi.waitFor(() => expect(session.seeing?.words).toBe("Nobody can see anything"));
  });

  it("tells everybody when another space is opened", async () => {
    const { fake, session } = await opened();
    const run = vi.fn();
    session.onData(["records"], run);
    await fake.api.spaceSwitch("space-2");
    await vi.waitFor(() => expect(run).toHaveBeenCalled());
    expect(session.status?.space?.name).toBe("Translations");
  });

  it("goes back to the old settings when they were not kept", async () => {
    const { fake, session } = await opened();
    await vi.waitFor(() => expect(session.settings).not.toBeNull());
    const before = session.settings!;
    fake.api.settingsSet = async () => Promise.reject(new Error("full"));
    await expect(session.saveSettings({ ...before, theme: "dark" })).rejects.toThrow("full");
    expect(session.settings).toEqual(before);
    expect(document.documentElement.dataset.theme).toBe("light");
  });

  it("keeps the failure when the core cannot be asked", async () => {
    const fake = createFake();
    fake.api.vaultStatus = async () => Promise.reject(new Error("no core"));
    const session = new Session(fake.api);
    await session.refresh();
    expect(session.failure).toMatchObject({ code: "SYS-710", details: "no core" });
    expect(session.unlocked).toBe(false);
  });
});
