import { describe, expect, it, vi } from "vitest";
import { createFake, failure } from "../../ipc/fake";
import { LetterPage } from "./erase.svelte";

const OF = { kind: "app", id: "app-hourly" } as const;

async function open(copies = true) {
  const { api } = createFake();
  const ask = vi.spyOn(api, "eraseAsk");
  const print = vi.spyOn(api, "erasePrint");
  const copy = vi.fn(async (_: string) => copies);
  const page = new LetterPage(api, OF, copy);
  await page.read();
  return { api, ask, print, copy, page };
}

describe("the letter", () => {
  it("is only read until a way is chosen", async () => {
    const { ask, page } = await open();
    expect(page.letter.value?.party).toBe("Hourly");
    expect(ask).not.toHaveBeenCalled();
  });

  it.each([
    ["copy", "letter", 1, 0],
    ["print", "letter", 0, 1],
    ["mail", "mail", 0, 0],
    ["link", "link", 1, 0],
  ] as const)("goes by %s and stands in the log as %s", async (how, way, copied, printed) => {
    const { ask, print, copy, page } = await open();
    expect(await page.take(how)).toBe(true);
    expect(ask).toHaveBeenCalledExactlyOnceWith(OF, way);
    expect(copy).toHaveBeenCalledTimes(copied);
    expect(print).toHaveBeenCalledTimes(printed);
  });

  it("that could not be copied was not taken", async () => {
    const { ask, page } = await open(false);
    expect(await page.take("copy")).toBe(false);
    expect(ask).not.toHaveBeenCalled();
  });

  it("says when no mail program opened", async () => {
    const { api, page } = await open();
    vi.spyOn(api, "eraseAsk").mockRejectedValue(failure("SYS-731", "No mail program could be opened.", "Nothing was sent.", "Copy it."));
    expect(await page.take("mail")).toBe(false);
    expect(page.act.error?.code).toBe("SYS-731");
  });

  it("is not written to somebody who got nothing", async () => {
    const { api } = createFake();
    const page = new LetterPage(api, { kind: "entry", id: "act-4" }, async () => true);
    await page.read();
    expect(page.letter.error?.code).toBe("SYS-712");
    expect(await page.take("copy")).toBe(false);
  });
});
