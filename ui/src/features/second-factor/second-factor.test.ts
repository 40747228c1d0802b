import { afterEach, describe, expect, it, vi } from "vitest";
import { api, whenACodeIsNeeded } from "../../ipc/client";
import { createFake } from "../../ipc/fake";
import { CodeEntry, codeQuestion, SecondFactorPage } from "./second-factor.svelte";

describe("the second factor", () => {
  afterEach(() => vi.restoreAllMocks());

  it("holds only after its first code, and shows recovery codes once", async () => {
    const { api } = createFake();
    const page = new SecondFactorPage(api);
    await page.read();
    expect(page.state.value?.since).toBeNull();
    await page.begin();
    expect(page.setup?.picture).toMatch(/^data:image\/svg/);
    page.code = "000000";
    await page.finish();
    expect(page.act.error?.code).toBe("VLT-171");
    expect(page.setup).not.toBeNull();
    page.code = "287082";
    await page.finish();
    expect(page.setup).toBeNull();
    expect(page.codes).toHaveLength(10);
    expect(page.state.value?.since).not.toBeNull();
    page.forget();
    expect(page.codes).toBeNull();
  });

  it("is asked for, and what needed it is done then", async () => {
    const stop = whenACodeIsNeeded(() => codeQuestion.ask());
    await api.secondFactorFinish("287082");
    const renewed = api.secondFactorRenew();
    await vi.waitFor(() => expect(codeQuestion.open).toBe(true));
    const entry = new CodeEntry(api);
    entry.code = "1";
    expect(await entry.give()).toBe(false);
    expect(entry.error?.code).toBe("VLT-171");
    expect(entry.code).toBe("");
    entry.code = "287082";
    expect(await entry.give()).toBe(true);
    codeQuestion.close(true);
    expect(await renewed).toHaveLength(10);
    expect(codeQuestion.open).toBe(false);

    const refused = api.secondFactorEnd();
    await vi.waitFor(() => expect(codeQuestion.open).toBe(true));
    codeQuestion.close(false);
    await expect(refused).rejects.toMatchObject({ code: "VLT-170" });
    stop();
    await expect(api.secondFactorEnd()).rejects.toMatchObject({ code: "VLT-170" });
  });
});
