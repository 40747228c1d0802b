import { flushSync, mount, unmount } from "svelte";
import { describe, expect, it } from "vitest";
import { createFake } from "../../ipc/fake";
import type { MarkBlock } from "../../ipc/types";
import { arrows } from "./arrows";
import { ChoicesForm } from "./choices.svelte";
import Marks from "./Marks.svelte";
import { SharingPage } from "./sharing.svelte";
import { AppPage, AppsPage, ReviewPage, withScheme } from "./apps.svelte";
import { lettersOf } from "./letters";

describe("the list", () => {
  it("has those that can see something apart", async () => {
    const page = new AppsPage(createFake().api);
    await page.refresh();
    expect(page.seeing.map((app) => app.name)).toEqual(["My Backpack", "Hourly"]);
    expect(page.blind.map((app) => app.name)).toEqual(["Shift Map", "Mile Log", "Shift Swap"]);
  });

  it("completes an address, and leads nowhere while none is typed", () => {
    const page = new AppsPage(createFake().api);
    expect(page.reviewRoute).toBeNull();
    page.address = " hourly.example/openplatform.json ";
    expect(page.reviewRoute).toBe("/apps/review?url=https%3A%2F%2Fhourly.example%2Fopenplatform.json");
    expect(["127.0.0.1:8080/a.json", "localhost/x", "http://a.example", "localhost.example"].map(withScheme)).toEqual(["http://127.0.0.1:8080/a.json", "http://localhost/x", "http://a.example", "https://localhost.example"]);
  });
});

describe("secrets in an address", () => {
  it("are in no route, and reach the core once", async () => {
    const { api } = createFake();
    const asked: string[] = [];
    const page = new AppsPage(api);
    page.address = "https://a.example/openplatform.json?app=1&reqtoken=canary&restoken=canary";
    expect(page.reviewRoute).toBe("/apps/review?url=https%3A%2F%2Fa.example%2Fopenplatform.json%3Fapp%3D1");
    const review = new ReviewPage({ ...api, appReview: (url) => (asked.push(url), api.appReview(url)) });
    await review.read("https://a.example/openplatform.json?app=1");
    await review.read("https://a.example/openplatform.json?app=1");
    expect(asked).toEqual([page.address, "https://a.example/openplatform.json?app=1"]);
  });
});

describe("a review", () => {
  it("installs exactly what was shown, and nothing can be seen by it", async () => {
    const { api } = createFake();
    const page = new ReviewPage(api);
    expect(await page.accept()).toBeNull();
    await page.read("https://quarter.example/openplatform.json");
    const id = await page.accept();
    const row = (await api.apps()).find((app) => app.id === id);
    expect(row?.sees).toEqual([]);
  });

  it("of something that is no app says so", async () => {
    const page = new ReviewPage(createFake().api);
    await page.read("ftp:");
    expect(page.review.error?.code).toBe("APP-302");
    expect(await page.accept()).toBeNull();
  });

  it("has letters for any name", () => {
    expect(["Quarter Tax", "Hourly", "  ", "Ñandú"].map((name) => lettersOf(name).letters)).toEqual(["QT", "Ho", "?", "Ña"]);
  });
});

describe("the page of an app", () => {
  it("stops one grant and shows that it ended", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-hourly");
    await page.refresh();
    expect(page.detail.value?.grants.map((grant) => grant.state)).toEqual(["live"]);
    expect(await page.stop("grant-1")).toBe(true);
    expect(page.detail.value?.grants.map((grant) => grant.state)).toEqual(["revoked"]);
    expect(page.detail.value?.row.sees).toEqual([]);
  });

  it("takes a newer version or keeps the old one, as it was shown", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-miles");
    await page.refresh();
    expect(page.detail.value?.row.state).toBe("offered");
    expect(await page.decide(true)).toBe(true);
    expect(page.detail.value?.offer).toBeNull();
    expect(page.detail.value?.row.state).toBe("ready");
    expect(await page.decide(true)).toBe(false);
  });

  it("opens no paused app, and says when something else waits than was shown", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-shifts");
    await page.refresh();
    expect(page.detail.value?.row.state).toBe("paused");
    await page.open();
    expect(page.act.error?.code).toBe("APP-310");
    await api.appKeepOld("app-shifts", page.detail.value!.offer!.shown);
    expect(await page.decide(false)).toBe(false);
    expect(page.act.error?.code).toBe("APP-334");
    expect(page.detail.value?.row.state).toBe("ready");
  });

  it("lets it ask again for what is always refused", async () => {
    const page = new AppPage(createFake().api, "app-hourly");
    await page.refresh();
    expect(page.detail.value?.rules.map((rule) => rule.words)).toEqual(["Date of birth"]);
    expect(await page.askAgain("vault:profile.birth_date:get")).toBe(true);
    expect(page.detail.value?.rules).toEqual([]);
  });

  it("saves the receipt of a grant", async () => {
    expect(await new AppPage(createFake().api, "app-hourly").saveReceipt("grant-1")).toMatch(/receipt/);
  });

  it("removes the app", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-hourly");
    expect(await page.remove()).toBe(true);
    await page.refresh();
    expect(page.detail.error?.code).toBe("SYS-713");
  });
});

describe("what anyone can see", () => {
  it("is every permission that stands, and stopping one takes it away", async () => {
    const page = new SharingPage(createFake().api);
    await page.refresh();
    expect(page.grants.value?.map((grant) => grant.party)).toEqual(["Hourly", "My Backpack"]);
    expect(page.due).toEqual([]);
    expect(await page.stop("grant-1")).toBe(true);
    expect(page.grants.value?.map((grant) => grant.party)).toEqual(["My Backpack"]);
  });

  it("names those that deserve a look, until the person has looked", async () => {
    const { api } = createFake();
    const rows = (await api.grants()).map((grant) => ({ ...grant, attention: grant.id === "grant-2" ? "not used for 94 days" : null }));
    let reviewed = 0;
    const page = new SharingPage({ ...api, grants: async () => rows, grantsReviewed: async () => void reviewed++ });
    await page.refresh();
    expect(page.due.map((grant) => grant.id)).toEqual(["grant-2"]);
    expect(await page.keep()).toBe(true);
    expect(reviewed).toBe(1);
  });
});

describe("what the person sets for an app", () => {
  const form = async () => {
    const { api } = createFake();
    const detail = await api.appDetail("app-hourly");
    return { api, form: new ChoicesForm(api, "app-hourly", detail.choices) };
  };

  it("is kept as it was typed, each setting by its name", async () => {
    const { api, form: it } = await form();
    for (const setting of it.settings) setting.value = { "Currency": "GBP", "Hours per week": "37,5", "Count breaks": "false", "First day": "2026-11-02" }[setting.key] ?? "";
    it.roles.forEach((role) => (role.ticked = role.id === "editor"));
    it.notifications = false;
    it.profile = "p2";
    it.secrets.originToken = "canary";
    expect(it.edit.settings).toContainEqual(["Hours per week", "37,5"]);
    expect(await it.keep()).toBe(true);
    expect(it.secrets.originToken).toBeNull();
    const kept = (await api.appDetail("app-hourly")).choices;
    expect(kept.settings.map((one) => one.value)).toEqual(["GBP", "37,5", "false", "2026-11-02"]);
    expect(kept.roles.filter((role) => role.ticked).map((role) => role.id)).toEqual(["editor"]);
    expect([kept.profile, kept.notifications, kept.hasOriginToken]).toEqual(["p2", false, true]);
    expect(JSON.stringify(kept)).not.toContain("canary");
  });

  it("stays on the page when it cannot be kept", async () => {
    const { form: it } = await form();
    it.settings.forEach((setting) => (setting.value = setting.kind === "number" ? "many" : setting.value));
    it.secrets.requestSecret = "typed";
    expect(await it.keep()).toBe(false);
    expect(it.save.error?.details).toBe("Hours per week: a number, such as 12.5");
    expect([it.settings.find((one) => one.kind === "number")?.value, it.secrets.requestSecret]).toEqual(["many", "typed"]);
  });
});

describe("what an app told", () => {
  it("is read and cleared by the person", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-hourly");
    await page.refresh();
    expect([page.detail.value?.messages.length, page.detail.value?.row.unread]).toEqual([3, 2]);
    await page.readMessages();
    expect([page.detail.value?.messages.length, page.detail.value?.row.unread]).toEqual([3, 0]);
    expect(await page.clearMessages()).toBe(true);
    expect(page.detail.value?.messages).toEqual([]);
  });

  it("and its ways out can be closed", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-hourly");
    await page.refresh();
    expect(page.detail.value?.exits.map((exit) => exit.words)).toEqual(["Hands things to Mile Log"]);
    expect(await page.closeExit("share", "app-miles")).toBe(true);
    expect(page.detail.value?.exits).toEqual([]);
  });

  it("is drawn without markup, and its links open after a click only", async () => {
    const target = document.body.appendChild(document.createElement("div"));
    const followed: string[] = [];
    const blocks: MarkBlock[] = [
      { kind: "paragraph", words: [{ kind: "text", text: "<img src=x onerror=alert(1)>" }, { kind: "link", to: "https://a.example/x", host: "a.example", words: [{ kind: "text", text: "more" }] }] },
      { kind: "list", first: 3, items: [[{ kind: "paragraph", words: [{ kind: "strong", words: [{ kind: "text", text: "three" }] }] }]] },
    ];
    const shown = mount(Marks, { target, props: { blocks, onlink: (to: string) => followed.push(to) } });
    flushSync();
    expect(target.querySelector("img, a")).toBeNull();
    expect(target.textContent).toContain("<img src=x onerror=alert(1)>");
    expect(target.querySelector("ol")?.start).toBe(3);
    const link = target.querySelector("button");
    expect(link?.textContent).toContain("a.example");
    expect(followed).toEqual([]);
    link?.click();
    expect(followed).toEqual(["https://a.example/x"]);
    await unmount(shown);
    target.remove();
  });
});

describe("arrow keys in the list", () => {
  it("go from app to app on the same button, and stop at the ends", () => {
    const list = document.body.appendChild(document.createElement("div"));
    const row = (name: string, open: boolean) => `<div data-row><span data-act="manage"><button>manage ${name}</button></span>${open ? `<span data-act="open"><button>open ${name}</button></span>` : ""}</div>`;
    list.innerHTML = row("a", true) + row("b", false) + row("c", true);
    const stop = arrows(list);
    const press = (key: string) => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const at = () => document.activeElement?.textContent;
    list.querySelectorAll("button")[1]?.focus();
    press("ArrowDown");
    expect(at()).toBe("manage b");
    press("ArrowDown");
    expect(at()).toBe("manage c");
    press("ArrowDown");
    expect(at()).toBe("manage c");
    list.querySelectorAll("button")[4]?.focus();
    press("Home");
    expect(at()).toBe("open a");
    stop.destroy();
    press("End");
    expect(at()).toBe("open a");
    list.remove();
  });
});
