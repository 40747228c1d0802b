// The developer page without a window.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../../ipc/fake";
import type { ProjectRow } from "../../ipc/types";
import { toasts } from "../../shared/toasts.svelte";
import { Project, Projects, slug } from "./developer.svelte";

let fake: Fake;

beforeEach(() => {
  toasts.close();
  fake = createFake();
});

describe("projects", () => {
  it("are added, and a name that the core does not take is said beside the field", async () => {
    const list = new Projects(fake.api);
    await list.read();
    expect(list.rows).toHaveLength(1);
    expect(await list.add(" ")).toBeNull();
    expect(list.wrong).toContain("name: 1 to 100 characters");
    const id = await list.add("Nabo");
    expect(list.rows?.find((row) => row.id === id)?.live).toBe(false);
  });

  it("suggest an id that the core takes", () => {
    expect(slug("Nabo Gigs!")).toBe("nabo-gigs");
    expect(slug("7 Días")).toBe("dias");
    expect(slug("x".repeat(60))).toHaveLength(40);
  });
});

describe("a project", () => {
  const row = async (id: string): Promise<ProjectRow> => {
    const found = (await fake.api.projects()).find((one) => one.id === id);
    if (found === undefined) throw new Error("no such project");
    return found;
  };

  it("shows a secret once, and forgets it when it is closed", async () => {
    const id = await fake.api.projectAdd({ name: "Nabo", description: "", webpage: "" });
    const project = new Project(id, fake.api);
    project.editPlatform(await row(id));
    expect(project.platform?.id).toBe("nabo");
    project.platform!.url = "https://nabo.example/api/ExportData";
    await project.savePlatform();
    expect(project.platform).toBeNull();
    expect(project.once?.what).toBe("token");
    project.close();
    project.editPlatform(await row(id));
    await project.savePlatform();
    expect(project.once).toBeNull();
    project.editApp();
    project.app!.callback = "https://nabo.example/data";
    project.app!.returns = " https://nabo.example/a\nhttps://nabo.example/b ";
    await project.saveApp();
    expect(project.once?.what).toBe("secret");
    expect((await row(id)).app?.returns).toEqual(["https://nabo.example/a", "https://nabo.example/b"]);
  });

  it("sends no platform whose numbers are none", async () => {
    const project = new Project("project-1", fake.api);
    const put = vi.spyOn(fake.api, "projectPlatformPut");
    project.editPlatform(await row("project-1"));
    project.platform!.min = "one";
    await project.savePlatform();
    expect(put).not.toHaveBeenCalled();
    expect(project.wrong?.part).toBe("platform");
    project.platform!.min = "0,5";
    project.platform!.minutes = "90";
    await project.savePlatform();
    expect(put.mock.calls[0]?.[1]).toMatchObject({ min: 0.5, interval: 5400 });
  });

  it("says what is missing before it can go live", async () => {
    const id = await fake.api.projectAdd({ name: "Nabo", description: "", webpage: "" });
    const project = new Project(id, fake.api);
    expect(await project.live(true)).toBe(false);
    expect(project.wrong).toMatchObject({ part: "live" });
    expect(project.wrong?.text).toContain("needed before the project can go live");
    expect(await project.describe({ name: "Nabo", description: "Small jobs", webpage: "https://nabo.example" })).toBe(true);
    expect(await project.live(true)).toBe(true);
    expect(project.wrong).toBeNull();
  });

  it("tries one thing at a time and keeps what came of each", async () => {
    const project = new Project("project-1", fake.api);
    const [first, second] = await Promise.all([project.send("full"), project.ask("a@nabo.example")]);
    expect([first, second]).toEqual([true, false]);
    expect(project.message?.findings[0]?.good).toBe(true);
    await project.ask("a@nabo.example");
    expect(project.question?.request.body).not.toContain("7adc5899");
    await project.check("<html>");
    expect(project.findings?.[0]?.good).toBe(false);
  });
});
