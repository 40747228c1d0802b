// The consent window: its rules (design, section 7) in the controller, and its names on the page.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import type { Question } from "../../ipc/types";
import { missing as lacks, unclear } from "../../../tests/names";
import { Consent } from "./consent.svelte";
import { hostOf, initials } from "./party";
import { isDay } from "./question";
import Sheet from "./Sheet.svelte";

let fake: Fake;
let consent: Consent;
let stop: () => void;

async function open(change: Partial<Question> = {}): Promise<void> {
  fake = createFake();
  const question = { ...(await fake.api.consentCurrent())!, ...change };
  vi.spyOn(fake.api, "consentCurrent").mockImplementation(async () => (fake.world.notes.has("answered") ? null : question));
  consent = new Consent(fake.api, true);
  stop = consent.start(fake.on);
  await settle();
}

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}

/** Chooses everything, waits for the preview and for the buttons to count. */
async function choose(duration: "once" | "until" | "untilStopped" = "once"): Promise<void> {
  consent.chooseSource("con-uber", true);
  consent.choosePeriod("24w");
  consent.chooseDetail("week");
  consent.chooseDuration(duration);
  await settle(150);
  await settle(1_000);
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("at first", () => {
  it("nothing is chosen, nothing is shown, and sharing waits for four choices", async () => {
    await open();
    expect(consent.choice).toMatchObject({ connections: [], period: null, detail: null, duration: null });
    expect(consent.missing).toEqual(["platform", "period", "detail", "time"]);
    expect(consent.preview.value).toBeNull();
    expect(consent.complete).toBe(false);
  });

  it("what was asked for beyond the list is not chosen with the rest", async () => {
    await open();
    await choose();
    expect(consent.narrowing!.scopes).toEqual(["vault:work.summary:get"]);
  });

  it("one thing of the profile is shown at once, and waits for a time alone", async () => {
    const only = { scope: "vault:profile.first_name:get", words: "First name", required: false, explanation: null, declared: true, highRisk: false, refusedAt: null };
    await open({ scopes: [only] });
    expect(consent.missing).toEqual(["time"]);
    await settle(150);
    expect(consent.preview.value).not.toBeNull();
    expect(consent.complete).toBe(false);
    consent.chooseDuration("once");
    await settle(150);
    await settle(1_000);
    expect(consent.complete).toBe(true);
  });

  it("several things asked for are each chosen, and none before", async () => {
    const scope = (name: string, required: boolean) => ({ scope: `vault:${name}:get`, words: name, required, explanation: null, declared: true, highRisk: false, refusedAt: null });
    await open({ scopes: [scope("work.records", true), scope("ratings", true), scope("reviews", false)] });
    expect(consent.missing[0]).toBe("what");
    expect(consent.choice.scopes).toEqual([]);
    expect(consent.groups.required.map(({ words }) => words)).toEqual(["work.records", "ratings"]);
  });

  it("a question about the person alone asks for no platform, period or detail", async () => {
    await open({ scopes: [{ scope: "vault:profile.first_name:get", words: "First name", required: true, explanation: null, declared: true, highRisk: false, refusedAt: null }] });
    expect(consent.missing).toEqual(["time"]);
    expect(consent.narrowing).toEqual({ scopes: ["vault:profile.first_name:get"], connections: [], from: null, to: null, detail: "exact", amounts: "exact", places: "hidden", people: "removed" });
  });
});

describe("a second no", () => {
  it("can be made to last, and then nothing can be shared", async () => {
    await open({ always: "Places and reviews" });
    const refused = vi.spyOn(fake.api, "consentRefuse");
    await choose();
    const page = mount(Sheet, { target: document.body, props: { consent, question: consent.question! } });
    const box = [...document.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].find((input) => input.labels?.[0]?.textContent === "Always refuse Hourly when it asks for places and reviews");
    expect(box?.checked).toBe(false);
    box!.click();
    await settle(1_000);
    expect(consent.complete).toBe(false);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(false);
    await consent.refuse();
    expect(refused).toHaveBeenCalledExactlyOnceWith("question-1", true);
    await unmount(page);
  });

  it("Enter on Share never shares, and says what does", async () => {
    await open();
    await choose();
    const page = mount(Sheet, { target: document.body, props: { consent, question: consent.question! } });
    const share = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Share")!;
    const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
    share.dispatchEvent(enter);
    await settle();
    expect(enter.defaultPrevented).toBe(true);
    expect(document.getElementById("consent-why")!.textContent).toBe("To share, press Space.");
    const space = new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true });
    share.dispatchEvent(space);
    expect(space.defaultPrevented).toBe(false);
    await unmount(page);
  });

  it("is not offered the first time", async () => {
    await open();
    const page = mount(Sheet, { target: document.body, props: { consent, question: consent.question! } });
    expect(document.body.textContent).not.toContain("Always refuse");
    await unmount(page);
  });
});

describe("choosing", () => {
  it("shows what the vault says would leave for exactly these choices, and says how much", async () => {
    await open();
    const asked = vi.spyOn(fake.api, "consentPreview");
    await choose();
    expect(asked).toHaveBeenCalledExactlyOnceWith("question-1", { scopes: ["vault:work.summary:get"], connections: ["con-uber"], from: "2026-06-08", to: "2026-11-22", detail: "week", amounts: "exact", places: "hidden", people: "removed" });
    expect(consent.said).toMatch(/^\d+ rows, 4 columns would leave$/);
    expect(consent.complete).toBe(true);
  });

  it("what nobody chose is told as coarsely as it can be, and each step is chosen", async () => {
    await open();
    await choose();
    expect(consent.narrowing).toMatchObject({ amounts: "exact", places: "hidden", people: "removed" });
    consent.chooseAmounts("rounded");
    consent.choosePlaces("kilometre");
    consent.chooseNamed(true);
    expect(consent.preview.value).toBeNull();
    expect(consent.narrowing).toMatchObject({ amounts: "rounded", places: "kilometre", people: "named" });
  });

  it("places and people are only asked about where single records have them", async () => {
    await open({ scopes: [{ scope: "vault:work.records:get", words: "Single gigs", required: true, explanation: null, declared: true, highRisk: false, refusedAt: null }] });
    const page = mount(Sheet, { target: document.body, props: { consent, question: consent.question! } });
    const groups = () => [...document.querySelectorAll("legend")].map((legend) => legend.textContent);
    expect(groups()).not.toContain("How exact places are");
    consent.chooseDetail("exact");
    await settle();
    expect(groups()).toEqual(expect.arrayContaining(["How exact places are", "Other people"]));
    expect(document.querySelectorAll("input:checked").length).toBe(1);
    consent.chooseDetail("week");
    await settle();
    expect(groups()).not.toContain("Other people");
    await unmount(page);
  });

  it("empties the pane at once when a choice changes what would leave", async () => {
    await open();
    await choose();
    consent.chooseSource("con-nabo", true);
    expect(consent.preview.value).toBeNull();
    expect(consent.complete).toBe(false);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(false);
  });

  it("a slow answer for an earlier choice never appears", async () => {
    await open();
    const answers: (() => void)[] = [];
    vi.spyOn(fake.api, "consentPreview").mockImplementation((_id, narrowing) => new Promise((resolve) => answers.push(() => resolve({ sentence: narrowing.connections.join(), columns: [], rows: [], total: 0, bytes: 0, sha256: narrowing.connections.join(), raw: "" }))));
    await choose();
    consent.chooseSource("con-nabo", true);
    await settle(150);
    answers[1]!();
    answers[0]!();
    await settle();
    expect(consent.preview.value!.sha256).toBe("con-uber,con-nabo");
  });

  it("takes two days for another period, and not if they run backwards", async () => {
    await open();
    await choose();
    consent.chooseDays({ from: "2026-03-01", to: "2026-02-01" });
    expect(consent.missing).toEqual(["period"]);
    consent.chooseDays({ to: "2026-04-01" });
    expect(consent.narrowing).toMatchObject({ from: "2026-03-01", to: "2026-04-01" });
  });

  it("proposes 90 days, takes another day, and nothing that is no day", async () => {
    await open();
    await choose("until");
    expect(consent.duration).toEqual({ kind: "until", date: "2027-02-20" });
    consent.chooseUntil("2026-12-31");
    expect(consent.duration).toEqual({ kind: "until", date: "2026-12-31" });
    consent.chooseUntil("");
    expect(consent.missing).toEqual(["time"]);
  });
});

describe("the buttons", () => {
  it("ignore presses for a second after the window came up", async () => {
    await open();
    await consent.refuse();
    expect(consent.question).not.toBeNull();
    await settle(1_000);
    await consent.refuse();
    expect(consent.question).toBeNull();
  });

  it("ignore presses for a second after any change", async () => {
    await open();
    await choose();
    consent.chooseDuration("until");
    await settle(999);
    await consent.share();
    await consent.refuse();
    expect(consent.question).not.toBeNull();
    await settle(1);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(true);
  });

  it("ignore presses while the window has no focus, and for a second after it got it", async () => {
    await open();
    await choose();
    window.dispatchEvent(new Event("blur"));
    await settle(5_000);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(false);
    window.dispatchEvent(new Event("focus"));
    await settle(500);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(false);
    await settle(500);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(true);
  });

  it("Escape is a no, but not in the first second", async () => {
    await open();
    await consent.dismiss();
    expect(consent.question).not.toBeNull();
    await settle(1_000);
    consent.chooseDuration("once");
    await consent.dismiss();
    expect(consent.question).toBeNull();
    expect(consent.said).toBe("Nothing was shared");
  });
});

describe("sharing", () => {
  it("sends the choices with the hash of what was shown", async () => {
    await open();
    const shared = vi.spyOn(fake.api, "consentShare");
    await choose();
    const { narrowing } = consent;
    const { sha256 } = consent.preview.value!;
    await consent.share();
    expect(shared).toHaveBeenCalledExactlyOnceWith("question-1", narrowing, { kind: "once" }, sha256, null);
  });

  it("asks for the passphrase where it is needed, and keeps nothing of it", async () => {
    await open();
    await choose("untilStopped");
    expect(consent.needsPassphrase).toBe(true);
    expect(consent.complete).toBe(false);
    consent.passphrase = "wrong";
    await consent.share();
    expect(consent.passphraseError).toContain("did not open");
    expect(consent.passphrase).toBe("");
    consent.passphrase = fake.world.passphrase;
    await settle(1_000);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(true);
    expect(consent.passphrase).toBe("");
  });

  it("shows the field when the core wants the passphrase after all", async () => {
    await open();
    await choose();
    vi.spyOn(fake.api, "consentShare").mockRejectedValueOnce(failure("APP-331", "This needs your passphrase again.", "", ""));
    await consent.share();
    expect(consent.needsPassphrase).toBe(true);
    expect(consent.failure).toBeNull();
    expect(consent.complete).toBe(false);
  });

  it("asks once more about a requester that nobody can tell", async () => {
    await open({ identity: "unknown" });
    await choose();
    await consent.share();
    expect(consent.doubting).toBe(true);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(false);
    await settle(1_000);
    await consent.share();
    expect(fake.world.notes.has("answered")).toBe(true);
  });

  it("Escape in that second question goes back to the first", async () => {
    await open({ identity: "unknown" });
    await choose();
    await consent.share();
    await consent.dismiss();
    expect(consent.doubting).toBe(false);
    expect(consent.question).not.toBeNull();
  });

  it("a failure says that nothing left and shows what would leave anew", async () => {
    await open();
    await choose();
    vi.spyOn(fake.api, "consentShare").mockRejectedValueOnce(failure("APP-332", "What would leave has changed.", "Nothing has been sent.", "Look at it again."));
    await consent.share();
    expect(consent.failure!.code).toBe("APP-332");
    expect(consent.said).toBe("Not shared, nothing left");
    expect(consent.preview.value).toBeNull();
    await settle(150);
    expect(consent.preview.value).not.toBeNull();
  });

  it("while it goes on, the other button stops it", async () => {
    await open();
    await choose();
    let done = () => undefined as void;
    vi.spyOn(fake.api, "consentShare").mockImplementation(() => new Promise((resolve) => (done = () => resolve())));
    const refused = vi.spyOn(fake.api, "consentRefuse");
    const going = consent.share();
    expect(consent.sending).toBe(true);
    await consent.refuse();
    expect(refused).toHaveBeenCalledOnce();
    done();
    await going;
  });
});

describe("the next question", () => {
  it("starts with nothing chosen, and counts from a second after it came", async () => {
    await open();
    await choose();
    const next = { ...consent.question!, id: "question-2" };
    vi.mocked(fake.api.consentCurrent).mockResolvedValue(next);
    fake.emit("questionChanged", null);
    await settle();
    expect(consent.question!.id).toBe("question-2");
    expect(consent.missing).toHaveLength(4);
    expect(consent.arming.ready).toBe(false);
  });

  it("one more waiting behind it changes nothing; another purpose does", async () => {
    await open();
    await choose();
    const same = consent.question!;
    vi.mocked(fake.api.consentCurrent).mockResolvedValue({ ...same, waiting: 1 });
    await consent.refresh();
    expect(consent.arming.ready).toBe(true);
    expect(consent.complete).toBe(true);
    vi.mocked(fake.api.consentCurrent).mockResolvedValue({ ...same, purpose: "Something else" });
    await consent.refresh();
    expect(consent.arming.ready).toBe(false);
    expect(consent.preview.value).toBeNull();
  });
});

describe("the page", () => {
  let page: Record<string, unknown> | undefined;

  async function show(change: Partial<Question> = {}): Promise<void> {
    await open(change);
    page = mount(Sheet, { target: document.body, props: { consent, question: consent.question! } });
    await settle();
  }
  afterEach(async () => {
    if (page) await unmount(page);
    page = undefined;
  });

  it("has the names of the contract, before and after choosing, and its focus on the title", async () => {
    await show();
    expect(lacks(['dialog "Hourly asks for your earnings and hours"', 'region "What would leave your vault"', 'button "Don’t share"', 'button "Share"'])).toEqual([]);
    expect(document.activeElement?.id).toBe("consent-title");
    expect([...document.querySelectorAll<HTMLInputElement>("input")].some((input) => input.checked)).toBe(false);
    await choose();
    expect(lacks(['link "Privacy policy"', 'group "From which platforms"', 'checkbox "Uber Eats"', 'group "Which period"', 'radio "24 weeks"', 'radio "Other"', 'group "How exact"', 'radio "Weekly totals"', 'group "For how long"', 'radio "This once"', 'radio "Until 20 Feb 2027"', 'radio "Until I stop it"', 'group "Also asked for"', 'checkbox "Exact pick-up places"', 'region "Exactly this leaves your vault"', 'tablist "Show as"', 'tab "Table"', 'tab "Raw"', 'table "Exactly this leaves your vault"'])).toEqual([]);
    expect(unclear()).toEqual([]);
  });

  it("has two equal buttons, and a reason beside the one that cannot work yet", async () => {
    await show();
    const [no, yes] = document.querySelectorAll<HTMLButtonElement>(".csf .btns button");
    expect(no!.className).toBe(yes!.className);
    expect([no!.disabled, yes!.disabled]).toEqual([false, true]);
    expect(document.getElementById(yes!.getAttribute("aria-describedby")!)!.textContent).toBe("To share, choose a platform, a period, a detail and a time.");
    await choose();
    expect(yes!.disabled).toBe(false);
  });

  it("shares by no Enter but that of its own button", async () => {
    await show();
    await choose("untilStopped");
    const share = vi.spyOn(fake.api, "consentShare");
    const field = document.querySelector<HTMLInputElement>('input[type="password"]')!;
    field.value = fake.world.passphrase;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settle(1_000);
    expect(consent.complete).toBe(true);
    for (const target of [field, document.getElementById("consent-title")!]) target.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await settle();
    expect(share).not.toHaveBeenCalled();
    [...document.querySelectorAll("button")].find((button) => button.textContent === "Share")!.click();
    await settle();
    expect(share).toHaveBeenCalledOnce();
  });

  it("keeps short cells on one line", async () => {
    await show();
    await choose();
    expect([...document.querySelectorAll("tbody td")].map((cell) => cell.classList.contains("nowrap"))).toEqual(Array(24 * 4).fill(true));
  });

  it("warns of what it refused before and what is not on the list", async () => {
    await show();
    expect(document.body.textContent).toMatch(/Not on its list when you installed it\. You refused this (today|on 22 Nov) at 09:05\./);
  });

  it("says what a standing grant means, and what is made up", async () => {
    await show({ madeUp: true });
    await choose("until");
    expect(document.body.textContent).toContain("Later rows of the same kind follow until 20 Feb 2027.");
    expect(document.body.textContent).toContain("Made-up data: what leaves carries that mark.");
  });

  it("has no style attribute but custom properties, so that the strict policy holds", async () => {
    await show();
    await choose();
    for (const element of document.querySelectorAll("[style]")) expect(element.getAttribute("style")).toMatch(/^(--[\w-]+: [^;]+;? ?)+$/);
  });
});

describe("small things", () => {
  it("knows days, hosts and letters", () => {
    expect(["2026-02-28", "2026-02-30", "2026-2-3", ""].map(isDay)).toEqual([true, false, false, false]);
    expect([hostOf("https://a.example:8443/x"), hostOf("what")]).toEqual(["a.example:8443", "what"]);
    expect(["Hourly", "My Backpack", "", "É"].map(initials)).toEqual(["Ho", "MB", "?", "É"]);
  });
});
