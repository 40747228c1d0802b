// Changing a service account without a page: what is told before, what is sent, and what needs a code.
import { beforeEach, describe, expect, it } from "vitest";
import { createFake } from "../../ipc/fake";
import type { ServiceAccountRow } from "../../ipc/types";
import { AccountChange } from "./change.svelte";

const RATINGS = "vault:ratings:get";
const REVIEWS = "vault:reviews:get";

describe("changing a service account", () => {
  let fake: ReturnType<typeof createFake>;
  const row = async (id: string): Promise<ServiceAccountRow> => (await fake.api.serviceAccounts()).find((one) => one.id === id)!;
  const form = async (id = "account-1") => new AccountChange(fake.api, await row(id), await fake.api.serviceScopes());

  beforeEach(() => {
    fake = createFake();
  });

  it("begins with what is so, and does nothing by itself", async () => {
    const it = await form();
    expect(it.until).toBe("2027-02-09");
    expect(it.apps.map(({ name, ticked }) => [name, ticked])).toEqual([["Campus Companion", [RATINGS]]]);
    expect([it.ready, it.isMore, it.atOnce]).toEqual([false, false, false]);
    expect(it.draft).toEqual({ until: null, apps: [] });
  });

  it("says what ends at once and what is asked about, and names only what changes", async () => {
    const it = await form();
    it.tick("core-campus", REVIEWS, true);
    expect(it.asked).toEqual([{ app: "Campus Companion", words: ["Reviews"] }]);
    expect([it.isMore, it.atOnce]).toEqual([true, false]);
    it.tick("core-campus", RATINGS, false);
    expect(it.gone).toEqual([{ app: "Campus Companion", words: ["Ratings"] }]);
    it.until = "2027-03-01";
    expect(it.end).toBe("later");
    expect(it.draft).toEqual({ until: "2027-03-01", apps: [{ id: "core-campus", scopes: [REVIEWS] }] });
    it.until = "2027-01-01";
    expect(it.end).toBe("earlier");
    it.until = "2027-02-09";
    it.tick("core-campus", RATINGS, true);
    it.tick("core-campus", REVIEWS, false);
    expect(it.draft).toEqual({ until: null, apps: [] });
  });

  it("keeps what was named by hand among the choices", async () => {
    const it = await form("account-2");
    const uin = "vault:external_ids.uin:get";
    expect(it.apps[0]?.choices.at(-1)).toEqual({ scope: uin, words: "External id: uin" });
    expect(it.apps[0]?.ticked).toContain(uin);
    expect((await form()).apps[0]?.choices.map(({ scope }) => scope)).not.toContain(uin);
  });

  it("leaves one application for another, and is never for nothing", async () => {
    const it = await form();
    it.tick("core-campus", RATINGS, false);
    expect([it.isNothing, it.ready]).toEqual([true, false]);
    const others = it.others(await fake.api.coreApps());
    expect(others.map(({ id }) => id)).toEqual(["core-polls"]);
    it.also(others[0]!);
    expect(it.others(await fake.api.coreApps())).toEqual([]);
    expect(it.ready).toBe(false);
    it.tick("core-polls", REVIEWS, true);
    expect(it.left).toEqual(["Campus Companion"]);
    expect(it.gone).toEqual([]);
    expect(it.asked).toEqual([{ app: "Polls", words: ["Reviews"] }]);
    expect(await it.change()).toBe(1);
    expect((await row("account-1")).apps.map(({ name, words }) => [name, words])).toEqual([["Polls", "Reviews"]]);
    expect((await row("account-1")).grants).toEqual([]);
  });

  it("needs a code for more, and none for less", async () => {
    await fake.api.secondFactorFinish("287082");
    const more = await form();
    more.tick("core-campus", REVIEWS, true);
    expect(await more.change()).toBeNull();
    expect((await row("account-1")).apps[0]?.words).toBe("Ratings");
    await fake.api.secondFactorCode("287082");
    expect(await more.change()).toBe(1);
    const less = await form();
    less.tick("core-campus", RATINGS, false);
    less.until = "2026-12-31";
    expect(await less.change()).toBe(0);
    expect(await row("account-1")).toMatchObject({ until: "2026-12-31", apps: [{ words: "Reviews" }] });
    const longer = await form();
    longer.until = "2027-01-01";
    expect(await longer.change()).toBeNull();
    expect((await row("account-1")).until).toBe("2026-12-31");
  });

  it("says in the form what does not fit", async () => {
    const it = await form();
    it.until = "2026-11-01";
    expect(await it.change()).toBeNull();
    expect(it.wrong).toContain("expires");
    expect(it.act.error).toBeNull();
  });
});
