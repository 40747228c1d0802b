// The signing key without a page.
import { describe, expect, it } from "vitest";
import { createFake } from "../../ipc/fake";
import { SigningKey } from "./issuer.svelte";

const PASSPHRASE = "otter-carries-seven-lamps";

describe("the signing key", () => {
  it("is another one after the passphrase, and told by its fingerprints", async () => {
    const { api } = createFake();
    const it = new SigningKey(api);
    await it.read();
    const before = it.key.value;
    expect(it.text).toMatch(/^SHA256:\S+\n[0-9a-f]{64}$/);
    it.ask();
    it.passphrase = "wrong";
    await it.rotate();
    expect([it.step, it.act.error?.code, it.passphrase]).toEqual(["asked", "VLT-101", ""]);
    expect(await api.issuerKey()).toEqual(before);
    it.passphrase = PASSPHRASE;
    await it.rotate();
    expect([it.step, it.act.error, it.passphrase]).toEqual(["made", null, ""]);
    expect(it.key.value).not.toEqual(before);
    expect(await api.issuerKey()).toEqual(it.key.value);
    it.close();
    expect(it.step).toBe("none");
  });

  it("needs a code where there is a second factor", async () => {
    const { api } = createFake();
    await api.secondFactorFinish("287082");
    const it = new SigningKey(api);
    await it.read();
    const before = it.key.value;
    it.ask();
    it.passphrase = PASSPHRASE;
    await it.rotate();
    expect([it.step, it.act.error?.code]).toEqual(["asked", "VLT-170"]);
    expect(await api.issuerKey()).toEqual(before);
    await api.secondFactorCode("287082");
    it.passphrase = PASSPHRASE;
    await it.rotate();
    expect(it.step).toBe("made");
  });

  it("forgets what was typed when the question is closed", async () => {
    const { api } = createFake();
    const it = new SigningKey(api);
    it.ask();
    it.passphrase = "wrong";
    await it.rotate();
    it.passphrase = PASSPHRASE;
    it.close();
    expect([it.step, it.passphrase, it.act.error]).toEqual(["none", "", null]);
  });
});
