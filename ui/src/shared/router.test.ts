// Routes and filters in the address.
import { beforeEach, describe, expect, it } from "vitest";
import { href, router } from "./router.svelte";

describe("the router", () => {
  beforeEach(() => router.go("/"));

  it("takes a route apart, with names that hold slashes and blanks", () => {
    router.go(`/work/${encodeURIComponent("a/b c")}?text=rain%20day`);
    expect(router.route.parts).toEqual(["work", "a/b c"]);
    expect(router.route.query.get("text")).toBe("rain day");
    expect(location.hash).toContain("#/work/a%2Fb%20c");
  });

  it("keeps the other filters when one changes, and drops empty ones", () => {
    router.go("/work?platform=uber&text=x");
    router.setQuery({ text: "", kind: "work" });
    expect(location.hash).toBe("#/work?platform=uber&kind=work");
    router.setQuery({ platform: null, kind: undefined });
    expect(location.hash).toBe("#/work");
  });

  it("follows links", async () => {
    const heard = new Promise((done) => addEventListener("hashchange", done, { once: true }));
    location.hash = href("/settings/about");
    await heard;
    expect(router.route.parts).toEqual(["settings", "about"]);
  });
});
