// Tells the core that somebody uses the window, so that it does not lock while they read and type.
import { api as real, type Api } from "../ipc/client";

/** At most once in so many milliseconds: far less than the shortest time after which the vault locks. */
export const SPACING = 10_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** Starts telling; the returned function stops. */
export function tellUse(api: Pick<Api, "vaultTouch"> = real, now: () => number = Date.now): () => void {
  let last = -Infinity;
  const tell = () => {
    if (now() - last < SPACING) return;
    last = now();
    void api.vaultTouch().catch(() => undefined);
  };
  for (const sign of SIGNS) addEventListener(sign, tell, { capture: true, passive: true });
  return () => SIGNS.forEach((sign) => removeEventListener(sign, tell, { capture: true }));
}
