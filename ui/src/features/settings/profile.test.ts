// The profile and the cooperatives without a window.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../../ipc/fake";
import { toasts } from "../../shared/toasts.svelte";
import { Cooperatives, Profile, complaint } from "./profile.svelte";

let fake: Fake;

beforeEach(() => {
  toasts.close();
  fake = createFake();
});

describe("the profile", () => {
  it("keeps a field when it is left, trimmed, and can take it back", async () => {
    const profile = new Profile(fake.api);
    await profile.read();
    const city = profile.fields!.find((field) => field.field === "city")!;
    const set = vi.spyOn(fake.api, "personaSet");
    await profile.keep(city, " Barcelona ");
    expect(set).not.toHaveBeenCalled();
    await profile.keep(city, " Girona ");
    expect(set).toHaveBeenCalledWith("city", "Girona");
    toasts.undoLast();
    await vi.waitFor(() => expect(profile.fields!.find((field) => field.field === "city")?.value).toBe("Barcelona"));
  });

  it("says at the field what the core did not take", async () => {
    const profile = new Profile(fake.api);
    await profile.read();
    fake.api.personaSet = async () => Promise.reject({ code: "SYS-712", title: "This is not a country.", safe: "", todo: "", details: null });
    await profile.keep(profile.fields!.find((field) => field.field === "country")!, "Atlantis");
    expect(profile.wrong).toEqual({ field: "country", text: "This is not a country. SYS-712" });
  });
});

describe("whom the profile is of", () => {
  it("an organisation has one group more", async () => {
    const profile = new Profile(fake.api);
    await profile.read();
    expect(profile.isOrganisation).toBe(false);
    expect(profile.groups.map((group) => group.name)).toEqual(["name", "contact", "address", "languages", "work"]);
    await profile.keep(profile.whose!, "organization");
    expect(profile.isOrganisation).toBe(true);
    expect(profile.groups[0]?.fields.map((field) => field.field)).toEqual(["legal_name", "representative_name", "representative_tax_id"]);
    const shown = profile.groups.flatMap((group) => group.fields).length;
    expect(shown).toBe(profile.fields!.length - 1);
  });

  it("a value that makes no sense says what it needs", async () => {
    const profile = new Profile(fake.api);
    await profile.read();
    const born = profile.fields!.find((field) => field.field === "birth_date")!;
    await profile.keep(born, "2999-01-01");
    expect(profile.wrong).toEqual({ field: "birth_date", text: "Not kept. It needs a day in the past. SYS-712" });
    await profile.keep(born, born.value);
    expect(profile.wrong).toBeNull();
    expect(complaint({ code: "VLT-130", title: "The disk is full.", safe: "", todo: "", details: null })).toBe("The disk is full. VLT-130");
  });
});

describe("cooperatives", () => {
  it("are added, edited and removed, and a removed one can be had back", async () => {
    const coops = new Cooperatives(fake.api);
    await coops.read();
    coops.open(null);
    Object.assign(coops.form!, { name: "Som Garbatge SCCL", cooperative: " SomGarbatge ", number: "12", roles: "member, worker,," });
    await coops.save();
    expect(coops.form).toBeNull();
    const added = coops.rows!.find((row) => row.cooperative === "somgarbatge")!;
    expect(added.roles).toEqual(["member", "worker"]);
    coops.open(added);
    expect(coops.form?.roles).toBe("member, worker");
    coops.form!.number = "13";
    await coops.save();
    expect(coops.rows!.find((row) => row.cooperative === "somgarbatge")?.number).toBe("13");
    await coops.remove(added);
    expect(coops.rows).toHaveLength(1);
    toasts.undoLast();
    await vi.waitFor(() => expect(coops.rows).toHaveLength(2));
  });

  it("say what a field needs, and never write over another one", async () => {
    const coops = new Cooperatives(fake.api);
    await coops.read();
    coops.open(null);
    Object.assign(coops.form!, { name: "Other", cooperative: "not an id" });
    await coops.save();
    expect(coops.wrong).toBe("Not kept. It needs 1 to 60 letters a to z, digits or _. SYS-712");
    coops.form!.cooperative = "llumverda";
    await coops.save();
    expect(coops.wrong).toBe("It is on the list already.");
    expect(coops.rows![0]?.name).toBe("Llum Verda SCCL");
  });
});
