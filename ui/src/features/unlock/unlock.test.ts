// The locked screens without a window.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake, type Start } from "../../ipc/fake";
import { Session } from "../../shared/session.svelte";
import { KIT } from "../../ipc/fake/vault";
import { Kit, printed } from "./kit.svelte";
import { groupIsSound, Recover, splitCode } from "./recover.svelte";
import { lockedBecause, Unlock } from "./unlock.svelte";
import { Welcome } from "./welcome.svelte";

const GOOD = "otter-carries-seven-lamps";

let fake: Fake;
let session: Session;

async function begin(start: Partial<Start>): Promise<{ api: Fake["api"]; session: Session }> {
  fake = createFake(start);
  session = new Session(fake.api);
  await session.refresh();
  return { api: fake.api, session };
}

describe("welcome", () => {
  const router = { go: vi.fn() };
  let it_: Welcome;

  beforeEach(async () => {
    router.go.mockClear();
    it_ = new Welcome({ ...(await begin({ state: "none" })), router });
  });

  it("does not go on with a weak passphrase, two different ones, or no name", async () => {
    const made = vi.spyOn(fake.api, "vaultCreate");
    it_.passphrase = it_.again = "otter";
    await it_.make();
    expect(it_.wrong?.field).toBe("passphrase");
    it_.passphrase = GOOD;
    it_.again = "otter-carries-seven-lamp";
    await it_.make();
    expect(it_.wrong?.field).toBe("again");
    it_.name = "  ";
    await it_.make();
    expect(it_.wrong?.field).toBe("name");
    expect(made).not.toHaveBeenCalled();
  });

  it("makes the vault and shows the kit before anything else", async () => {
    it_.passphrase = it_.again = GOOD;
    const shown: boolean[] = [];
    const create = fake.api.vaultCreate;
    fake.api.vaultCreate = async (...all) => {
      const kit = await create(...all);
      await session.refresh();
      shown.push(session.unlocked);
      return kit;
    };
    await it_.make();
    expect(shown).toEqual([false]);
    expect(session.unlocked).toBe(true);
    expect(session.kit?.groups).toHaveLength(9);
    expect([it_.passphrase, it_.again]).toEqual(["", ""]);
  });

  it("shows the passphrase that it suggests, with its estimate", async () => {
    await it_.suggest();
    expect(it_.shown).toBe(true);
    expect(it_.passphrase.split("-")).toHaveLength(5);
    expect(it_.strength?.level).toBe("strong");
  });

  it("drops an estimate that comes too late", async () => {
    const answers: ((level: "weak" | "strong") => void)[] = [];
    fake.api.passphraseStrength = () => new Promise((done) => answers.push((level) => done({ level, guessesLog10: 1, hint: null })));
    it_.passphrase = "a";
    const first = it_.judge();
    it_.passphrase = GOOD;
    const second = it_.judge();
    answers[1]?.("strong");
    answers[0]?.("weak");
    await Promise.all([first, second]);
    expect(it_.strength?.level).toBe("strong");
  });

  it("keeps what was typed when the vault could not be made", async () => {
    it_.passphrase = it_.again = GOOD;
    fake.api.vaultCreate = async () => Promise.reject({ code: "VLT-130", title: "The disk is full.", safe: "", todo: "", details: null });
    await it_.make();
    expect(it_.error?.code).toBe("VLT-130");
    expect(it_.passphrase).toBe(GOOD);
    expect(session.unlocked).toBe(false);
    expect(it_.busy).toBeNull();
  });

  it("leads to the backpack when the person came to restore one", async () => {
    it_.restoring = true;
    it_.passphrase = it_.again = GOOD;
    await it_.make();
    expect(router.go).toHaveBeenCalledWith("/backpack/restore", "replace");
  });

  it("opens the practice vault", async () => {
    await it_.tryMadeUp();
    expect(session.status).toMatchObject({ state: "unlocked", practice: true });
    expect(session.status?.space?.madeUp).toBe(true);
  });
});

describe("unlock", () => {
  it("opens with the passphrase and forgets it", async () => {
    const it_ = new Unlock(await begin({ state: "locked" }));
    it_.passphrase = GOOD;
    expect(await it_.open()).toBe(true);
    expect(session.unlocked).toBe(true);
    expect(it_.passphrase).toBe("");
  });

  it("keeps a wrong passphrase to be corrected, and offers the kit after three", async () => {
    const it_ = new Unlock(await begin({ state: "locked" }));
    it_.passphrase = "otter";
    for (let times = 1; times <= 3; times += 1) {
      expect(await it_.open()).toBe(false);
      expect(it_.error?.code).toBe("VLT-101");
      expect(it_.offerKit).toBe(times === 3);
    }
    expect(it_.passphrase).toBe("otter");
    expect(new Unlock({ api: fake.api, session }).offerKit).toBe(false);
    await session.refresh();
    expect(new Unlock({ api: fake.api, session }).offerKit).toBe(true);
  });

  it("does not ask the core about nothing, or twice at once", async () => {
    const it_ = new Unlock(await begin({ state: "locked" }));
    const asked = vi.spyOn(fake.api, "vaultUnlock");
    expect(await it_.open()).toBe(false);
    it_.passphrase = GOOD;
    await Promise.all([it_.open(), it_.open()]);
    expect(asked).toHaveBeenCalledOnce();
  });

  it("starts at the first page of another vault", async () => {
    const router = { go: vi.fn() };
    const it_ = new Unlock({ ...(await begin({ state: "locked" })), router });
    fake.api.vaultChoose = async () => null;
    await it_.another();
    expect(router.go).not.toHaveBeenCalled();
    fake.api.vaultChoose = async () => session.status;
    await it_.another();
    expect(router.go).toHaveBeenCalledWith("/", "replace");
  });

  it("opens with the keyring, repairs, and says why it is locked", async () => {
    const deps = await begin({ state: "locked", cause: "away", keyring: true, damaged: true });
    expect(lockedBecause(session.status!)).toBe("Locked because you were away for 10 minutes");
    expect(session.status?.keyring).toMatchObject({ usable: true, reason: null });
    const it_ = new Unlock(deps);
    expect(session.status?.damage?.code).toBe("VLT-120");
    it_.passphrase = fake.world.passphrase;
    await it_.repair();
    expect(session.status?.damage).toBeNull();
    expect(await it_.openByKeyring()).toBe(true);
  });
});

describe("the recovery kit", () => {
  async function shown() {
    const deps = await begin({ kit: true });
    session.kit = await fake.api.recoveryKitNew(GOOD);
    return new Kit(session.kit, deps);
  }

  it("prints groups as four and two", () => {
    expect(printed("dw3n8e")).toBe("DW3N-8E");
    expect(printed("DW3N-8E")).toBe("DW3N-8E");
  });

  it("finishes with the two groups, however they are written, and leaves the page", async () => {
    const it_ = await shown();
    expect(it_.ready).toBe(false);
    it_.typed = ["dw3n 8e", "B4RX-7Q"];
    expect([it_.matches(0), it_.matches(1)]).toEqual([true, true]);
    await it_.finish();
    expect(session.kit).toBeNull();
    expect(it_.typed).toEqual(["", ""]);
    expect(fake.world.hasRecovery).toBe(true);
  });

  it("names the character that is wrong", async () => {
    const it_ = await shown();
    it_.typed = ["DW3N8E", "B4RX8Q"];
    expect(it_.matches(1)).toBe(false);
    await it_.finish();
    expect(it_.wrong).toEqual({ group: 7, text: "Look at character 5 of group 7." });
    expect(session.kit).not.toBeNull();
  });

  it("can be left for later, and says what was kept", async () => {
    const it_ = await shown();
    await it_.save();
    expect(it_.kept).toBe("saved");
    fake.api.recoveryKitSave = async () => null;
    it_.kept = null;
    await it_.save();
    expect(it_.kept).toBeNull();
    await it_.later();
    expect(session.kit).toBeNull();
    expect(fake.world.hasRecovery).toBe(false);
  });
});

describe("recovering", () => {
  it("knows a sound group from a slip, with the core's own test vector", () => {
    const vector = "23456J-789ABA-CDEFG2-HJKLMQ-NPQRSF-TUVWX7-YZ234Z-56789S-ABCDEJ";
    expect(splitCode(vector.toLowerCase()).every(groupIsSound)).toBe(true);
    expect(groupIsSound("23456K")).toBe(false);
    expect(groupIsSound("O3456J")).toBe(false);
    expect(groupIsSound("23465J")).toBe(false);
  });

  it("asks for all groups, then for a passphrase, then shows a new kit", async () => {
    const it_ = new Recover(await begin({ state: "locked" }));
    it_.code = KIT.slice(0, 8).join(" ");
    await it_.open();
    expect(it_.wrong).toEqual({ field: "code", text: "Group 9 is not complete." });
    it_.code = KIT.join("-").replace("DW3N8E", "DW3N8F");
    expect(it_.slips).toEqual([3]);
    await it_.open();
    expect(it_.wrong?.field).toBe("code");
    it_.code = KIT.join(" ");
    it_.next = "paper-lantern-crosses-rivers";
    it_.again = "paper-lantern";
    await it_.open();
    expect(it_.wrong?.field).toBe("again");
    it_.again = it_.next;
    await it_.open();
    expect(it_.wrong).toBeNull();
    expect(session.unlocked).toBe(true);
    expect(session.kit?.confirm).toEqual([3, 7]);
    expect(it_.code).toBe("");
  });

  it("stays locked when the kit is another vault’s", async () => {
    const it_ = new Recover(await begin({ state: "locked" }));
    it_.code = "23456J-789ABA-CDEFG2-HJKLMQ-NPQRSF-TUVWX7-YZ234Z-56789S-ABCDEJ";
    it_.next = it_.again = "paper-lantern-crosses-rivers";
    await it_.open();
    expect(it_.error?.code).toBe("VLT-106");
    expect(session.unlocked).toBe(false);
    expect(session.held).toBe(false);
  });
});
