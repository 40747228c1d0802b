// The window of a transfer: the consent rules (design, section 7), and its names on the page.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, failure, type Fake } from "../../ipc/fake";
import { missing, unclear } from "../../../tests/names";
import Transfer from "./Transfer.svelte";
import { TransferQuestion, transferOf } from "./transfer.svelte";

const ID = "draft-llumverda-switchsupply";
const GOOD = "otter-carries-seven-lamps";

let fake: Fake;
let ask: TransferQuestion;
let stop: () => void;

async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
}

async function open(focused = true): Promise<void> {
  fake = createFake();
  ask = new TransferQuestion(ID, fake.api, focused);
  stop = ask.start(fake.on);
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("the address of the window", () => {
  it("names the transfer, and no other address does", async () => {
    await open();
    expect(transferOf("#/transfer/draft-a%2Fb")).toBe("draft-a/b");
    for (const other of ["", "#", "#/transfer/", "#/transfer/a/b", "#/transfers/a", "/transfer/a"]) expect(transferOf(other)).toBeNull();
  });
});

describe("the buttons", () => {
  it("ignore presses for a second, and signing waits for the passphrase", async () => {
    await open();
    const sign = vi.spyOn(fake.api, "consentTransferSign");
    const refuse = vi.spyOn(fake.api, "consentTransferRefuse");
    ask.passphrase = GOOD;
    await ask.sign();
    await ask.refuse();
    expect(sign).not.toHaveBeenCalled();
    expect(refuse).not.toHaveBeenCalled();
    await settle(1_000);
    ask.passphrase = "";
    await ask.sign();
    expect(sign).not.toHaveBeenCalled();
    ask.passphrase = GOOD;
    await ask.sign();
    expect(sign).toHaveBeenCalledTimes(1);
  });

  it("do nothing in a window without the focus", async () => {
    await open(false);
    const sign = vi.spyOn(fake.api, "consentTransferSign");
    await settle(5_000);
    ask.passphrase = GOOD;
    await ask.sign();
    expect(sign).not.toHaveBeenCalled();
  });

  it("wait again when the text became another one, and not when it is the same", async () => {
    await open();
    await settle(1_000);
    fake.emit("questionChanged", null);
    await settle();
    expect(ask.arming.ready).toBe(true);
    await fake.api.transferFill(ID, "city", "Girona");
    fake.emit("questionChanged", null);
    await settle();
    expect(ask.question!.raw).toContain('city: "Girona"');
    expect(ask.arming.ready).toBe(false);
  });

  it("Enter never signs, and says what does", async () => {
    await open();
    const event = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
    ask.key(event);
    expect(event.defaultPrevented).toBe(true);
    expect(ask.said).toBe("To sign, press Space.");
  });

  it("Escape is a no, but not in the first second", async () => {
    await open();
    const refuse = vi.spyOn(fake.api, "consentTransferRefuse");
    await ask.dismiss();
    expect(refuse).not.toHaveBeenCalled();
    await settle(1_000);
    await ask.dismiss();
    expect(refuse).toHaveBeenCalledExactlyOnceWith(ID);
    expect(ask.question).toBeNull();
    expect(ask.said).toBe("Nothing was sent");
  });
});

describe("signing", () => {
  it("is of exactly the text that is shown, and keeps nothing of the passphrase", async () => {
    await open();
    const sign = vi.spyOn(fake.api, "consentTransferSign");
    const { sha256 } = ask.question!;
    await settle(1_000);
    ask.passphrase = GOOD;
    await ask.sign();
    expect(sign).toHaveBeenCalledExactlyOnceWith(ID, sha256, false, GOOD);
    expect(ask.passphrase).toBe("");
    expect(ask.question).toBeNull();
    expect(await fake.api.transfer(ID)).toMatchObject({ state: "accepted", hasText: false, text: null });
  });

  it("keeps the exact text only when the person ticked it", async () => {
    await open();
    expect(ask.keep).toBe(false);
    ask.chooseKeep(true);
    expect(ask.arming.ready).toBe(false);
    await settle(1_000);
    ask.passphrase = GOOD;
    await ask.sign();
    expect((await fake.api.transfer(ID)).text).toContain('service: "switchsupply"');
  });

  it("with a wrong passphrase sends nothing, and asks again", async () => {
    await open();
    await settle(1_000);
    ask.passphrase = "wrong";
    await ask.sign();
    expect(ask.passphraseError).toBe("The passphrase did not open the vault. Nothing has been sent.");
    expect(ask.passphrase).toBe("");
    expect(ask.question).not.toBeNull();
    expect(ask.arming.ready).toBe(false);
  });

  it("happens once, however often it is pressed, and a no cannot come after it", async () => {
    await open();
    let answer: () => void = () => undefined;
    const sign = vi.spyOn(fake.api, "consentTransferSign").mockImplementation(() => new Promise((done) => (answer = done)));
    const refuse = vi.spyOn(fake.api, "consentTransferRefuse");
    await settle(1_000);
    ask.passphrase = GOOD;
    const first = ask.sign();
    await ask.sign();
    await ask.refuse();
    await ask.dismiss();
    expect(sign).toHaveBeenCalledTimes(1);
    expect(refuse).not.toHaveBeenCalled();
    answer();
    await first;
    expect(ask.over).toBe(true);
  });

  it("that failed says so and shows the text as it is now", async () => {
    await open();
    vi.spyOn(fake.api, "consentTransferSign").mockRejectedValueOnce(failure("COP-413", "The text is not the one that was shown.", "Nothing was sent.", "Look at it again."));
    const read = vi.spyOn(fake.api, "consentTransfer");
    await settle(1_000);
    ask.passphrase = GOOD;
    await ask.sign();
    await settle();
    expect(ask.failure?.code).toBe("COP-413");
    expect(read).toHaveBeenCalledTimes(1);
    expect(ask.arming.ready).toBe(false);
  });
});

describe("the page", () => {
  const NAMES = ['dialog "Switch your electricity to Llum Verda"', 'link "Their privacy policy"', 'region "What happens next"', 'region "Exactly this leaves, with your signature"', 'tab "Table"', 'tab "Raw"', 'region "Exact text to be signed"', 'textbox "Passphrase"', 'checkbox "Keep the exact text with the receipt"', 'button "Don’t send"', 'button "Sign and send"'];
  let page: Record<string, unknown>;

  async function show(): Promise<void> {
    await open();
    page = mount(Transfer, { target: document.body, props: { ask, question: ask.question! } });
    flushSync();
  }

  afterEach(async () => {
    if (page !== undefined) await unmount(page);
  });

  it("has its names, in both forms of the text", async () => {
    await show();
    expect(missing(NAMES)).toEqual([]);
    expect(unclear()).toEqual([]);
    const region = document.querySelector('[aria-label="Exact text to be signed"]')!;
    for (const row of ask.question!.rows) expect(region.textContent).toContain(row.value);
    ask.show = "raw";
    flushSync();
    expect(missing(NAMES)).toEqual([]);
    expect(region.querySelector("pre")?.textContent).toBe(ask.question!.raw);
    expect(document.body.textContent).toContain(ask.question!.sha256);
  });

  it("starts on its title, signs nothing by an Enter in the passphrase, and says what is missing", async () => {
    await show();
    const sign = vi.spyOn(fake.api, "consentTransferSign");
    await settle(1_000);
    expect(document.activeElement?.id).toBe("transfer-title");
    const button = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === "Sign and send")!;
    expect(button.disabled).toBe(true);
    expect(document.getElementById(button.getAttribute("aria-describedby")!)?.textContent).toBe("To sign, type your passphrase.");
    const field = document.querySelector<HTMLInputElement>('input[type="password"]')!;
    field.value = GOOD;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    flushSync();
    expect(button.disabled).toBe(false);
    expect(sign).not.toHaveBeenCalled();
    expect(field.closest("form")).toBeNull();
  });
});
