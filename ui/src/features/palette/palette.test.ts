// Search or jump to, without a window.
import { describe, expect, it, vi } from "vitest";
import { createFake } from "../../ipc/fake";
import type { JumpItem } from "../../ipc/types";
import { marked, Palette } from "./palette.svelte";

const item = (group: JumpItem["group"], id: string): JumpItem => ({ group, id, title: id, detail: "", target: `/${id}`, disabled: null });

describe("the palette", () => {
  it("shows groups in their order and moves around the end", async () => {
    const { api } = createFake();
    api.jump = async () => [item("left", "l"), item("records", "r"), item("do", "d")];
    const palette = new Palette(api);
    await palette.ask();
    expect(palette.groups.map((group) => group.name)).toEqual(["do", "records", "left"]);
    expect(palette.chosen?.id).toBe("d");
    palette.move(-1);
    expect(palette.chosen?.id).toBe("l");
    palette.move(1);
    expect(palette.chosen?.id).toBe("d");
  });

  it("drops answers to older questions", async () => {
    const { api } = createFake();
    const answers = new Map<string, (items: JumpItem[]) => void>();
    api.jump = (query) => new Promise((done) => answers.set(query, done));
    const palette = new Palette(api);
    palette.query = "u";
    const first = palette.ask();
    palette.query = "up";
    const second = palette.ask();
    answers.get("up")?.([item("goTo", "new")]);
    answers.get("u")?.([item("goTo", "old")]);
    await Promise.all([first, second]);
    expect(palette.shown.map((one) => one.id)).toEqual(["new"]);
  });

  it("keeps the failure, and does not move where nothing is", async () => {
    const { api } = createFake();
    api.jump = vi.fn(async () => Promise.reject(new Error("locked")));
    const palette = new Palette(api);
    await palette.ask();
    expect(palette.error?.details).toBe("locked");
    palette.move(1);
    expect(palette.at).toBe(0);
  });

  it("marks what was found, without regard to case and accents", () => {
    expect(marked("Sign in to Upwork", "upw")).toEqual([
      { text: "Sign in to ", found: false },
      { text: "Upw", found: true },
      { text: "ork", found: false },
    ]);
    expect(marked("Fusteria Plà", "pla").filter((part) => part.found).map((part) => part.text)).toEqual(["Plà"]);
    expect(marked("Overview", "")).toEqual([{ text: "Overview", found: false }]);
    expect(marked("Overview", "x")).toEqual([{ text: "Overview", found: false }]);
  });
});
