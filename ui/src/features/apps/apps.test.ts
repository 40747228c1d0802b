import { describe, expect, it } from "vitest";
import { createFake } from "../../ipc/fake";
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
