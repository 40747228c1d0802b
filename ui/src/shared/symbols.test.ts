import known from "virtual:symbols";
import { describe, expect, it } from "vitest";
import { glyphOf } from "./symbols";

describe("symbols of apps", () => {
  it("are found by name and style", () => {
    expect(glyphOf("fa-vial fa")).toEqual({ character: "\uf492", style: "solid" });
    expect(glyphOf("fa-check-circle far")).toEqual({ character: "\uf058", style: "regular" });
    expect(glyphOf("fab fa-github")).toEqual({ character: "\uf09b", style: "brands" });
  });

  it("are drawn in a free style where theirs is not free, or another where they have one only", () => {
    expect(glyphOf("fa-vial far")?.style).toBe("solid");
    expect(glyphOf("fa-vial fal")?.style).toBe("solid");
    expect(glyphOf("fa-github fa")?.style).toBe("brands");
  });

  it("have the older names too", () => {
    expect(glyphOf("fa-bar-chart fa")).toEqual({ character: "\uf080", style: "regular" });
  });

  it("are none where the name is unknown, of another set, or a trick", () => {
    for (const symbol of ["", "ti ti-rocket", "fa-nothing-like-it fa", "fa-__proto__ fa", "fa-constructor fa"]) expect(glyphOf(symbol)).toBeNull();
  });

  it("are all of the free ones", () => {
    expect(Object.keys(known).length).toBeGreaterThan(1500);
    for (const value of Object.values(known)) expect(value).toMatch(/^[0-9a-f]{4}:[srb]{1,3}$/);
  });
});
