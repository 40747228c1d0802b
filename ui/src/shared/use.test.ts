// The core is told that somebody uses the window.
import { expect, it, vi } from "vitest";
// The stand-in that the client would load while the test already ends.
import "../ipc/fake";
import { SPACING, tellUse } from "./use";

it("tells the first sign of use at once, the next ones only after a while, and nothing after it was stopped", () => {
  let now = 0;
  const vaultTouch = vi.fn(() => Promise.resolve());
  const stop = tellUse({ vaultTouch }, () => now);
  dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
  dispatchEvent(new MouseEvent("pointermove"));
  expect(vaultTouch).toHaveBeenCalledTimes(1);
  now += SPACING;
  dispatchEvent(new WheelEvent("wheel"));
  expect(vaultTouch).toHaveBeenCalledTimes(2);
  stop();
  now += SPACING;
  dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
  expect(vaultTouch).toHaveBeenCalledTimes(2);
});
