import { describe, expect, it } from "vitest";
import { createFake } from "../../ipc/fake";
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

  it("removes the app", async () => {
    const { api } = createFake();
    const page = new AppPage(api, "app-hourly");
    expect(await page.remove()).toBe(true);
    await page.refresh();
    expect(page.detail.error?.code).toBe("SYS-713");
  });
});
