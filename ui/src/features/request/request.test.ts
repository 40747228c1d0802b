import { describe, expect, it, vi } from "vitest";
import { createFake } from "../../ipc/fake";
import { dayAfter, letterText, lines, lineWords, RequestPage } from "./request.svelte";
import { BeginPage, daysLeft, languageOf, stateWords } from "./requests.svelte";

describe("beginning", () => {
  it("proposes the language of the computer where letters are written in it", () => {
    expect(languageOf(["ca-ES", "es"])).toBe("ca");
    expect(languageOf(["pl", "de-AT"])).toBe("de");
    expect(languageOf([])).toBe("en");
  });

  it("writes the letter in the chosen language, and takes an open request up again", async () => {
    const { api } = createFake();
    const begin = vi.spyOn(api, "beginRequest");
    const page = new BeginPage(api, ["es"]);
    await page.refresh();
    page.search = "wólt";
    expect(page.found.map(({ name }) => name)).toEqual(["Wolt"]);
    expect(await page.begin()).toBeNull();
    page.platform = "wolt";
    expect(await page.begin()).toBe("req-wolt");
    expect(begin).toHaveBeenCalledExactlyOnceWith("wolt", "es");
    page.platform = "glovo";
    expect(await page.begin()).toBe("req-glovo");
    expect(begin).toHaveBeenCalledTimes(1);
  });
});

describe("a request", () => {
  async function opened(id = "req-glovo") {
    const fake = createFake();
    const page = new RequestPage(fake.api, id);
    await page.read();
    return { ...fake, page };
  }

  it("says how many days are left, and by how many it is late", async () => {
    const { page } = await opened();
    expect(daysLeft(page.request.value!)).toBe(7);
    expect(stateWords(page.request.value!)).toBe("Waiting, 7 days left");
    const late = await opened("req-late");
    expect(stateWords(late.page.request.value!)).toBe("Answer overdue by 3 days");
    expect(late.page.kinds).toEqual(["access", "identity", "reminder"]);
  });

  it("runs its month from the day on which it was sent", async () => {
    const { api, page: first } = await opened();
    await api.beginRequest("wolt", "es");
    const page = new RequestPage(api, "req-wolt");
    await page.read();
    expect(first.letter.value?.subject).toBe("Access to my personal data");
    expect(page.letter.value?.subject).toBe("Acceso a mis datos personales");
    expect(page.kinds).toEqual(["access"]);
    expect(await page.sent("2026-11-22")).toBe(true);
    expect(page.request.value).toMatchObject({ state: "sent", sentAt: "2026-11-22" });
  });

  it("shows the answer to a question about identity, and the complaint after a refusal", async () => {
    const { page } = await opened();
    await page.happened("identity", "2026-11-11", "");
    expect(page.kind).toBe("identity");
    page.ask("refused");
    await page.happened("refused", "2026-11-20", " They say no. ");
    expect(page).toMatchObject({ kind: "complaint", asking: null });
    expect(page.letter.value?.authority?.name).toContain("Protección de Datos");
    expect(page.request.value?.steps.at(-1)).toMatchObject({ what: "refused", note: "They say no." });
  });

  it("sends nothing by itself: a letter is only read", async () => {
    const { api, page } = await opened();
    const acts = (["requestSent", "requestStep", "stopRequest"] as const).map((name) => vi.spyOn(api, name));
    await page.show("identity");
    await page.speak("es");
    for (const act of acts) expect(act).not.toHaveBeenCalled();
  });

  it("ends when the person stops asking", async () => {
    const { page } = await opened();
    page.ask("stop");
    expect(await page.stop()).toBe(true);
    expect(page.request.value?.state).toBe("stopped");
    expect(daysLeft(page.request.value!)).toBeNull();
  });

  it("says what is to come, where the core says only what was", async () => {
    const { page } = await opened();
    const request = page.request.value!;
    const past = { ...request, steps: request.steps.filter(({ done }) => done) };
    expect(lines(past).map(({ at, what }) => [at, what]).slice(-2)).toEqual([["2026-11-29", "due"], ["2026-11-30", "overdue"]]);
    expect(lines(request)).toHaveLength(5);
    expect(lineWords(lines(past)[3]!, "Glovo", "Downloads")).toContain("watches Downloads");
    expect(lineWords({ at: "", what: "They called", note: null, done: true }, "Glovo", null)).toBe("They called");
    const late = await opened("req-late");
    expect(lines(late.page.request.value!).at(-1)).toEqual({ at: "2026-11-29", what: "late", note: null, done: true });
    expect(dayAfter("2026-12-31")).toBe("2027-01-01");
  });

  it("is plain text on the clipboard", async () => {
    const { page } = await opened();
    expect(letterText(page.letter.value!)).toMatch(/^To: Glovo, data protection officer\n\nAccess to my personal data\n\nI work .*marta@example\.org\. Under[\s\S]*\n\nMarta Vidal Serra$/);
  });
});
