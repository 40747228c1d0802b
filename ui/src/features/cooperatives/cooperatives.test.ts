// Cooperatives without a page: what is compared, what is sent once, what is kept.
import { describe, expect, it, vi } from "vitest";
import { createFake, failure } from "../../ipc/fake";
import { webHost } from "../../shared/web";
import { Adding } from "./adding.svelte";
import { Catalogue, toCompare } from "./cooperatives.svelte";
import { IncomingPage } from "./incoming.svelte";
import { Offer } from "./offer.svelte";
import { OwnPage } from "./own.svelte";
import { ReceiptPage } from "./receipt.svelte";
import { TransferPage } from "./transfer.svelte";

describe("keys", () => {
  it("the one that waits is compared, and the answer is about exactly that one", async () => {
    const { api } = createFake();
    const page = new Catalogue(api);
    await page.refresh();
    const card = page.find("bancanostra")!;
    const compared = vi.spyOn(api, "cooperativeCompared");
    expect(toCompare(card)).toBe(card.waiting!.fingerprint);
    expect(toCompare(card)).not.toBe(card.fingerprint);
    await page.compared(card.id, toCompare(card), true);
    expect(compared).toHaveBeenCalledExactlyOnceWith("bancanostra", card.waiting!.fingerprint, true);
    expect(page.find("bancanostra")).toMatchObject({ key: "checked", waiting: null });
  });

  it("that differ change nothing", async () => {
    const { api } = createFake();
    const page = new Catalogue(api);
    await page.refresh();
    await page.compared("fonsmutual", toCompare(page.find("fonsmutual")!), false);
    expect(page.find("fonsmutual")?.key).toBe("unchecked");
  });

  it("only addresses of the web have a host", () => {
    expect(webHost("https://a.example:8443/x")).toBe("a.example:8443");
    for (const other of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "a.example"]) expect(webHost(other)).toBe("");
  });
});

describe("adding", () => {
  it("reads from an address, and takes what was shown", async () => {
    const { api } = createFake();
    const add = vi.spyOn(api, "cooperativeAdd");
    const it = new Adding(api);
    it.kind = "url";
    expect(it.ready).toBe(false);
    it.url = " https://somenergia.example/peer.yaml ";
    await it.read();
    expect(it.look).toMatchObject({ id: "somenergia", standing: "new" });
    expect(await it.add(false)).toBe("Som Energia SCCL");
    expect(add).toHaveBeenCalledExactlyOnceWith(it.look!.look, false);
  });

  it("hands a text over as it is", async () => {
    const { api } = createFake();
    const read = vi.spyOn(api, "cooperativeLook");
    const it = new Adding(api);
    it.kind = "text";
    it.text = " peerid: x\n\n";
    await it.read();
    expect(read).toHaveBeenCalledExactlyOnceWith({ kind: "text", text: " peerid: x\n\n" });
  });

  it("says what is wrong with a description, and adds nothing", async () => {
    const { api } = createFake();
    const it = new Adding(api);
    it.kind = "text";
    it.text = "broken";
    await it.read();
    expect(it.act.error).toMatchObject({ code: "SYS-712" });
    expect(await it.add(true)).toBeNull();
  });

  it("without a chosen file changes nothing", async () => {
    const { api } = createFake();
    vi.spyOn(api, "cooperativeLook").mockResolvedValueOnce(null);
    const it = new Adding(api);
    await it.read();
    expect(it.look).toBeNull();
    expect(it.act.error).toBeNull();
  });
});

describe("a transfer", () => {
  it("waits for what is missing, and keeps it when the field is left", async () => {
    const { api } = createFake();
    const page = new TransferPage(api);
    const ask = vi.spyOn(api, "transferAsk");
    await page.prepare("pedalcourier", "apply");
    expect(page.missing.map((row) => row.field)).toEqual(["innerid"]);
    await page.ask();
    expect(ask).not.toHaveBeenCalled();
    expect(await page.fill(page.missing[0]!, " 00412 ")).toBe(true);
    expect(page.missing).toEqual([]);
    await page.ask();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(page.stage).toBe("asking");
  });

  it("adds work data only when it is ticked", async () => {
    const { api } = createFake();
    const page = new TransferPage(api);
    const ask = vi.spyOn(api, "transferAsk");
    await page.prepare("llumverda", "switchsupply");
    const parts = page.draft.value!.work.map((row) => row.part);
    expect(parts).toEqual(["workGigs", "workEarnings", "workRatings"]);
    await page.ask();
    expect(ask).toHaveBeenLastCalledWith(page.draft.value!.id, []);
    page.add("workRatings", true);
    page.add("workGigs", true);
    page.add("workRatings", false);
    page.stage = "choose";
    await page.ask();
    expect(ask).toHaveBeenLastCalledWith(page.draft.value!.id, ["workGigs"]);
    expect((await api.consentTransfer(page.draft.value!.id)).raw).toContain("workGigs:\n- ");
  });

  it("says why a value was not taken, beside its field", async () => {
    const { api } = createFake();
    const page = new TransferPage(api);
    await page.prepare("llumverda", "switchsupply");
    const row = page.draft.value!.rows.find((one) => one.field === "nif")!;
    expect(await page.fill(row, "12")).toBe(false);
    expect(page.wrong).toMatchObject({ field: "nif" });
    expect(page.wrong?.text).toContain("nine letters and digits");
    expect(await page.fill(row, row.value)).toBe(true);
    expect(page.wrong).toBeNull();
  });

  it("goes to the receipt when it was signed", async () => {
    const fake = createFake();
    const page = new TransferPage(fake.api);
    await page.prepare("llumverda", "switchsupply");
    await page.ask();
    expect(await page.heard()).toBeNull();
    const id = page.draft.value!.id;
    const { sha256 } = await fake.api.consentTransfer(id);
    await fake.api.consentTransferSign(id, sha256, false, fake.world.passphrase);
    expect(await page.heard()).toBe(id);
    expect(page.stage).toBe("over");
  });

  it("is as before when the person did not sign", async () => {
    const { api } = createFake();
    const page = new TransferPage(api);
    await page.prepare("llumverda", "switchsupply");
    await page.ask();
    await api.consentTransferRefuse(page.draft.value!.id);
    expect(await page.heard()).toBeNull();
    expect(page.stage).toBe("choose");
    expect(page.refused).toBe(true);
  });

  it("finds a window that is still open, and drops nothing while it is", async () => {
    const { api } = createFake();
    const first = new TransferPage(api);
    await first.prepare("llumverda", "switchsupply");
    await first.ask();
    const drop = vi.spyOn(api, "transferDrop");
    await first.leave();
    expect(drop).not.toHaveBeenCalled();
    const second = new TransferPage(api);
    await second.prepare("llumverda", "switchsupply");
    expect(second.stage).toBe("asking");
  });

  it("that was only chosen is dropped when the page is left", async () => {
    const { api } = createFake();
    const page = new TransferPage(api);
    await page.prepare("llumverda", "switchsupply");
    const drop = vi.spyOn(api, "transferDrop");
    await page.leave();
    expect(drop).toHaveBeenCalledExactlyOnceWith("draft-llumverda-switchsupply");
  });

  it("cannot begin before the key was checked", async () => {
    const page = new TransferPage(createFake().api);
    await page.prepare("fonsmutual", "offer");
    expect(page.draft.error?.code).toBe("SYS-712");
  });
});

describe("a receipt", () => {
  it("sends again what was not sent, once for each press", async () => {
    const { api } = createFake();
    const page = new ReceiptPage(api);
    const retry = vi.spyOn(api, "transferRetry");
    await page.read("transfer-notsent");
    expect(retry).not.toHaveBeenCalled();
    expect(await page.retry()).toBe(true);
    expect(retry).toHaveBeenCalledTimes(1);
    expect(page.receipt.value).toMatchObject({ state: "accepted", canRetry: false });
  });

  it("knows who does not know this vault, and forgets the text", async () => {
    const { api } = createFake();
    const page = new ReceiptPage(api);
    await page.read("transfer-refused");
    expect(page.knowsNot).toBe(true);
    await page.read("transfer-accepted");
    expect(page.knowsNot).toBe(false);
    expect(page.receipt.value?.text).not.toBeNull();
    await page.forget();
    expect(page.receipt.value).toMatchObject({ text: null, hasText: false });
  });
});

describe("what arrived", () => {
  it("is accepted or discarded, and what was discarded is not missed", async () => {
    const { api } = createFake();
    const page = new IncomingPage(api);
    await page.read("incoming-1");
    await page.accept();
    expect(page.detail.value?.state).toBe("accepted");
    expect(await page.discard()).toBe(true);
    await page.read("incoming-1");
    expect(page.detail.error).toBeNull();
    await expect(api.incoming("incoming-1")).rejects.toMatchObject({ code: "SYS-713" });
  });

  it("that could not be discarded stays", async () => {
    const { api } = createFake();
    const page = new IncomingPage(api);
    await page.read("incoming-1");
    vi.spyOn(api, "incomingDiscard").mockRejectedValueOnce(failure("SYS-710", "a", "b", "c"));
    expect(await page.discard()).toBe(false);
    expect(page.act.error?.code).toBe("SYS-710");
    expect(page.detail.value).not.toBeNull();
  });
});

describe("the own description", () => {
  it("is noted as given away before it is on the clipboard", async () => {
    const { api } = createFake();
    const page = new OwnPage(api);
    await page.read();
    const order: string[] = [];
    vi.spyOn(api, "ownDescriptorCopied").mockImplementation(async () => void order.push("noted"));
    await page.copied(async (text) => {
      order.push(text.includes("publickey") ? "copied" : "empty");
      return true;
    });
    expect(order).toEqual(["noted", "copied"]);
  });

  it("does not reach the clipboard when it could not be noted", async () => {
    const { api } = createFake();
    const page = new OwnPage(api);
    await page.read();
    vi.spyOn(api, "ownDescriptorCopied").mockRejectedValueOnce(failure("SYS-710", "a", "b", "c"));
    const copy = vi.fn(async () => true);
    await page.copied(copy);
    expect(copy).not.toHaveBeenCalled();
    expect(page.act.error?.code).toBe("SYS-710");
  });

  it("a wrong short name is said beside it, a wrong passphrase too", async () => {
    const { api } = createFake({ empty: true });
    const page = new OwnPage(api);
    await page.read();
    page.id = "Marta 1";
    expect(page.changed).toBe(true);
    expect(await page.keep()).toBe(false);
    expect(page.wrong).toContain("small letters");
    expect(await page.rotate("wrong")).toBe(false);
    expect(page.passphraseError).toBe("The passphrase did not open the vault.");
    expect(page.act.error).toBeNull();
  });

  it("what is typed stays when something else changes", async () => {
    const { api } = createFake({ empty: true });
    const page = new OwnPage(api);
    await page.read();
    page.name = "Marta’s";
    await page.read();
    expect(page.name).toBe("Marta’s");
  });
});

describe("a code", () => {
  it("brings an address or a text into its field, and does nothing else", async () => {
    const { api } = createFake();
    const look = vi.spyOn(api, "cooperativeLook");
    const it = new Adding(api);
    it.kind = "code";
    expect(it.ready).toBe(true);
    await it.read();
    expect([it.kind, it.url, it.coded]).toEqual(["url", "https://somenergia.example/intercoop.yaml", true]);
    await it.scan("iVBORw0KGgo=");
    expect([it.kind, it.text]).toEqual(["text", "peerid: somenergia\n"]);
    expect(look).not.toHaveBeenCalled();
    await it.read();
    expect(look).toHaveBeenCalledWith({ kind: "text", text: "peerid: somenergia\n" });
  });

  it("that cannot be read leaves everything as it was", async () => {
    const { api } = createFake();
    api.cooperativeCode = async () => Promise.reject(new Error("no code"));
    const it = new Adding(api);
    it.kind = "code";
    await it.read();
    expect([it.kind, it.coded, it.act.error?.details]).toEqual(["code", false, "no code"]);
  });
});

describe("a service that is offered", () => {
  it("is kept as the form says, without empty exceptions", () => {
    const it = new Offer(null);
    expect(it.named).toBe(false);
    expect(it.service.offered).toBe(false);
    it.id = " repair ";
    it.name.ca = "Reparar";
    it.need("phone", true);
    it.need("name", true);
    it.need("nif", true);
    it.need("nif", false);
    it.addRule();
    it.addRule();
    it.ruleKind(it.rules[0]!, "role");
    it.rules[1] = { kind: "nif", value: " 00000000T ", peer: "llumverda" };
    it.addRule();
    it.rules[2] = { kind: "peer", value: "bancanostra", peer: "llumverda" };
    expect(it.named).toBe(true);
    expect(it.service).toEqual({
      id: "repair",
      name: { es: "", ca: "Reparar", en: "" },
      description: { es: "", ca: "", en: "" },
      fields: ["phone", "name"],
      offered: false,
      refused: [{ kind: "nif", value: "00000000T", peer: "llumverda" }, { kind: "peer", value: "bancanostra", peer: null }],
    });
  });

  it("an exception of another kind begins anew", () => {
    const it = new Offer(null);
    it.addRule();
    it.rules[0]!.value = "00000000T";
    it.ruleKind(it.rules[0]!, "nif");
    expect(it.rules[0]).toMatchObject({ kind: "nif", value: "00000000T" });
    it.ruleKind(it.rules[0]!, "peer");
    expect(it.rules[0]).toMatchObject({ kind: "peer", value: "" });
  });

  it("that is changed keeps what the form does not touch", async () => {
    const [was] = await createFake().api.offeredServices();
    expect(new Offer(was!).service).toEqual(was);
  });
});
