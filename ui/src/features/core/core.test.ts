// Rokwire Core without a page: what is admitted, what is told once, what waits.
import { describe, expect, it, vi } from "vitest";
import { createFake } from "../../ipc/fake";
import type { TokenReport } from "../../ipc/types";
import { keys } from "../../shared/i18n";
import { Tokens } from "../developer/tokens.svelte";
import { Admission, buildOf, CORE_TABS, CoreAppPage, CoreApps, freeProviders, offsetOf } from "./apps.svelte";
import { sessionsOf, typedOf, wordsOf } from "./sessions";
import { NewAccount, NewCredential, NewService, ServicesPage } from "./services.svelte";

describe("admitting", () => {
  it("needs a name, a code and a build, and tells the key once", async () => {
    const { api } = createFake();
    const it = new Admission(api);
    expect(it.ready).toBe(false);
    it.name = " Rota ";
    it.code = "rota";
    it.builds[0]!.identifier = " org.example.rota ";
    it.builds[0]!.versions = "1.0.0, 1.2.0  2.0.0";
    expect(it.ready).toBe(true);
    it.more();
    expect(it.ready).toBe(false);
    it.less(1);
    const admit = vi.spyOn(api, "coreAppAdmit");
    const made = await it.admit();
    expect(made?.secret).toMatch(/^[\w-]{43}$/);
    expect(admit).toHaveBeenCalledExactlyOnceWith({ name: "Rota", code: "rota", multiTenant: false, anonymous: false, services: [], builds: [{ identifier: "org.example.rota", name: "", versions: ["1.0.0", "1.2.0", "2.0.0"] }] });
    const list = new CoreApps(api);
    await list.refresh();
    expect(list.list.value?.map((row) => row.code)).toContain("rota");
    expect(JSON.stringify(list.list.value)).not.toContain(made!.secret);
  });

  it("says what does not fit, in the form", async () => {
    const { api } = createFake();
    const it = new Admission(api);
    Object.assign(it, { name: "Rota", code: "Rota" });
    it.builds[0]!.identifier = "org.example.rota";
    expect(await it.admit()).toBeNull();
    expect(it.wrong).toContain("code: 2 to 63 small letters");
    expect(it.act.error).toBeNull();
  });

  it("takes versions apart at commas and spaces", () => {
    expect(buildOf({ identifier: "a", name: "", versions: " " }).versions).toEqual([]);
  });
});

describe("an application", () => {
  async function opened() {
    const fake = createFake();
    const page = new CoreAppPage(fake.api, "core-campus");
    await page.refresh();
    return { ...fake, page };
  }

  it("gets one more key, which is shown until it is closed; the last one stays", async () => {
    const { page } = await opened();
    await page.newKey();
    expect(page.once).toMatchObject({ what: "renewed", name: "Campus Companion" });
    expect(JSON.stringify(page.detail.value)).not.toContain(page.once!.secret);
    expect(page.detail.value?.keys).toHaveLength(2);
    expect(await page.removeKey("key-1")).toBe(true);
    expect(await page.removeKey(page.detail.value!.keys[0]!.id)).toBe(false);
    expect(page.act.error?.code).toBe("SYS-712");
  });

  it("changes one service and leaves the others and the anonymous use as they are", async () => {
    const { api, page } = await opened();
    const use = vi.spyOn(api, "coreAppUse");
    await page.use("polls", true);
    expect(use).toHaveBeenLastCalledWith("core-campus", ["groups", "polls"], true);
    await page.use("groups", false);
    expect(use).toHaveBeenLastCalledWith("core-campus", ["polls"], true);
    await page.anonymous(false);
    expect(use).toHaveBeenLastCalledWith("core-campus", ["polls"], false);
  });

  it("is attached to another space with a key of its own, and removed again", async () => {
    const { page } = await opened();
    await page.attach("space-2", "Translations");
    expect(page.once).toMatchObject({ what: "attached", name: "Translations" });
    expect(page.detail.value?.spaces.every((space) => space.attached)).toBe(true);
    expect(await page.detach("space-2")).toBe(true);
    expect(page.detail.value?.spaces.map((space) => space.attached)).toEqual([true, false]);
  });

  it("is served configs that are added, replaced and deleted; what is no JSON is told by its place", async () => {
    const { page } = await opened();
    const config = { build: "edu.campus.companion", version: "3.2.0", ofSpace: false, data: "{}" };
    expect(await page.putConfig({ ...config, data: '{\n  "a": 1,\n}' })).toMatchObject({ line: 3 });
    expect(page.detail.value?.configs).toHaveLength(2);
    expect(await page.putConfig({ ...config, version: "3.2" })).toContain("major.minor.patch");
    expect(await page.putConfig(config)).toBeNull();
    expect(page.detail.value?.configs).toContainEqual(config);
    expect(await page.removeConfig(config)).toBe(true);
    expect(page.detail.value?.configs).toHaveLength(2);
  });

  it("keeps a build, or says why not", async () => {
    const { page } = await opened();
    expect(await page.putBuild({ identifier: "no good", name: "", versions: [] })).toContain("identifier");
    expect(await page.putBuild({ identifier: "org.example", name: "", versions: ["1.0.0"] })).toBeNull();
  });

  it("changes one way in of a build and leaves the other, and keeps both when the build is changed", async () => {
    const { api, page } = await opened();
    const ways = vi.spyOn(api, "coreBuildWays");
    const [first] = page.detail.value!.builds;
    await page.ways(first!, { unlock: false });
    expect(ways).toHaveBeenLastCalledWith("core-campus", "edu.campus.companion", false, true);
    await page.ways(page.detail.value!.builds[0]!, { anonymous: false });
    expect(ways).toHaveBeenLastCalledWith("core-campus", "edu.campus.companion", false, false);
    await page.putBuild({ identifier: "edu.campus.companion", name: "Phones", versions: [] });
    expect(page.detail.value!.builds.find((one) => one.name === "Phones")).toMatchObject({ unlock: false, anonymous: false, providers: [{ system: "demo_rides" }] });
  });

  it("knows the person by one connection of each platform", async () => {
    const { page } = await opened();
    const build = () => page.detail.value!.builds[0]!;
    expect(freeProviders(page.detail.value!, build()).map((one) => one.id)).toEqual(["link-meals"]);
    expect(await page.addProvider(build().identifier, "link-rides")).toContain("knows you by this platform already");
    expect(page.act.error).toBeNull();
    expect(await page.addProvider(build().identifier, "link-meals")).toBeNull();
    expect(freeProviders(page.detail.value!, build())).toEqual([]);
    expect(await page.removeProvider(build().identifier, "link-rides")).toBe(true);
    expect(build().providers.map((one) => one.id)).toEqual(["link-meals"]);
    expect(page.detail.value!.builds[1]!.providers).toEqual([]);
  });

  it("loses a build, and keeps the last one", async () => {
    const { page } = await opened();
    expect(await page.removeBuild("companion.campus.example")).toBe(true);
    expect(page.detail.value!.row.builds).toEqual(["edu.campus.companion"]);
    expect(await page.removeBuild("edu.campus.companion")).toBe(false);
    expect(page.act.error?.details).toContain("one build has to stay");
  });

  it("says how long sign-ins last, and takes no limit that is none", async () => {
    const { page } = await opened();
    const { sessions } = page.detail.value!;
    expect(wordsOf(sessions)).toBe("A sign-in without a profile ends after 60 idle minutes, on 31 August at 04:00 UTC and when there are more than 3. A token that was replaced is taken once more for 30 seconds.");
    const typed = typedOf(sessions);
    expect(sessionsOf(typed)).toEqual(sessions);
    for (const idle of ["-1", "1.5", "ten", "4294967296"]) expect(sessionsOf({ ...typed, idle })).toBe("core.sessions.notANumber");
    for (const wrong of [{ day: "" }, { day: "-1" }, { time: "4" }, { time: "04:0" }]) expect(sessionsOf({ ...typed, ...wrong })).toBe("core.sessions.notADay");
    const leap = sessionsOf({ ...typed, month: "2", day: "30" });
    expect(typeof leap === "string" ? leap : await page.sessions(leap)).toContain("a day and a time that a year has");
    const none = sessionsOf({ ...typed, idle: "", most: " ", grace: "0", yearly: false });
    expect(none).toEqual({ most: 0, idleMinutes: null, loginMinutes: null, graceSeconds: 0, yearly: null });
    expect(typeof none === "string" ? none : await page.sessions(none)).toBeNull();
    expect(wordsOf(page.detail.value!.sessions)).toBe("Sign-ins without a profile have no end of their own.");
  });

  it("finds the place of a fault in what was typed", () => {
    const text = '{\n "é😀": x\n}';
    expect(text.slice(offsetOf(text, { line: 2, column: 8, words: "" }))).toBe("x\n}");
    expect(offsetOf(text, { line: 9, column: 9, words: "" })).toBe(text.length);
  });
});

describe("services", () => {
  it("another key waits, and exactly the compared one is taken", async () => {
    const { api } = createFake();
    const page = new ServicesPage(api);
    await page.refresh();
    const { waiting, fingerprint } = page.find("polls")!;
    expect(waiting!.fingerprint).not.toBe(fingerprint);
    expect(await page.accept("polls", fingerprint)).toBe(false);
    expect(page.act.error?.code).toBe("APP-332");
    expect(await page.accept("polls", waiting!.fingerprint)).toBe(true);
    expect(page.find("polls")).toMatchObject({ fingerprint: waiting!.fingerprint, host: waiting!.host, pinnedBy: "comparison", waiting: null });
  });

  it("are added from a text as it is, or from fields", async () => {
    const { api } = createFake();
    const add = vi.spyOn(api, "serviceAdd");
    const it = new NewService(api);
    expect(it.ready).toBe(false);
    it.text = " {";
    expect(await it.add()).toBeNull();
    expect(it.wrong).toContain("a service registration as JSON");
    it.kind = "fields";
    expect(it.ready).toBe(false);
    Object.assign(it, { id: " talk ", name: "Talk", host: "https://talk.example " });
    it.more();
    it.more();
    it.scopes[0]!.scope = " vault:ratings:get ";
    expect(await it.add()).toBe("added");
    expect(add).toHaveBeenLastCalledWith({ kind: "fields", service: { id: "talk", name: "Talk", host: "https://talk.example", keyPem: "", alg: "RS256", legacy: false, scopes: [{ scope: "vault:ratings:get", required: false, explanation: "" }] } });
    it.host = "https://elsewhere.example";
    expect(await it.add()).toBe("waiting");
  });
});

describe("service accounts", () => {
  it("are for applications, ask for something, and end; the token is told once", async () => {
    const { api } = createFake();
    const it = new NewAccount(api, new Date(2026, 10, 25));
    expect(it.until).toBe("2027-02-25");
    it.name = "Report";
    it.tick("apps", "core-campus", true);
    expect(it.ready).toBe(false);
    it.tick("scopes", "vault:ratings:get", true);
    it.tick("scopes", "vault:reviews:get", true);
    it.tick("scopes", "vault:ratings:get", false);
    expect(it.scopes).toEqual(["vault:reviews:get"]);
    expect(it.ready).toBe(true);
    const made = await it.make();
    expect(made).toMatchObject({ questions: 1 });
    const page = new ServicesPage(api);
    await page.refresh();
    expect(page.accounts.value?.map((row) => row.name)).toContain("Report");
    expect(JSON.stringify(page.accounts.value)).not.toContain(made!.token);
    expect(await page.ask(made!.account)).toBe(1);
    expect(await page.end(made!.account)).toBe(true);
    expect(page.accounts.value?.map((row) => row.name)).not.toContain("Report");
  });

  it("get one more credential, and lose one", async () => {
    const { api } = createFake();
    const it = new NewCredential(api);
    it.proof.kind = "key";
    expect(it.proof.ready).toBe(false);
    it.proof.pem = "nothing";
    expect(await it.add("account-1")).toBeNull();
    expect(it.wrong).toContain("key_pem");
    it.proof.pem = "-----BEGIN PUBLIC KEY-----";
    expect(await it.add("account-1")).toMatchObject({ token: null });
    const page = new ServicesPage(api);
    await page.refresh();
    expect(page.accounts.value?.[0]?.credentials).toHaveLength(3);
    await page.removeCredential("account-1", "cred-1");
    expect(page.accounts.value?.[0]?.credentials.map((one) => one.id)).not.toContain("cred-1");
  });
});

describe("tokens", () => {
  it("one to try out is for nobody known, and says so when it is looked at", async () => {
    const { api } = createFake();
    const it = new Tokens(api);
    it.service = "No id";
    await it.mint();
    expect(it.wrong).toMatchObject({ part: "mint" });
    it.service = "made-up";
    await it.mint();
    expect(it.wrong).toBeNull();
    it.text = ` ${it.minted!.token}\n`;
    await it.look();
    expect(it.report).toMatchObject({ trial: true });
    expect(it.good).toBe(false);
    it.clear();
    expect([it.text, it.report]).toEqual(["", null]);
  });

  it("what is none is told as that", async () => {
    const { api } = createFake();
    const it = new Tokens(api);
    it.text = "nothing";
    await it.look();
    expect(it.report?.checks.filter((line) => line.verdict === "fails").map((line) => line.check)).toEqual(["form"]);
  });
});

it("every state that a page puts together has words", () => {
  const all = new Set(keys());
  const checks: TokenReport["checks"][number]["check"][] = ["form", "algorithm", "key", "signature", "issuer", "issued", "expiry", "audience", "purpose", "handed"];
  const verdicts = ["holds", "fails", "untold"] as const;
  const wanted = [
    ...CORE_TABS.map((tab) => `core.tab.${tab}`),
    ...["admitted", "renewed", "attached"].flatMap((what) => [`core.once.${what}`, `core.once.${what}.text`]),
    ...["added", "same", "updated", "waiting"].map((what) => `service.added.${what}`),
    ...["file", "comparison"].map((by) => `service.by.${by}`),
    ...["general", "space"].map((reach) => `core.config.reach.${reach}`),
    ...["token", "key"].map((kind) => `account.proof.${kind}.more`),
    ...["earlier", "later"].map((end) => `account.change.${end}`),
    ...checks.flatMap((check) => verdicts.filter((verdict) => check !== "form" || verdict !== "untold").map((verdict) => `token.${check}.${verdict}`)),
  ];
  expect(wanted.filter((key) => !all.has(key))).toEqual([]);
});
