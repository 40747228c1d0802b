// Copying, said in a toast; what was copied from here is forgotten after 30 seconds, if the person wants it so.
import { t } from "./i18n";
import { session } from "./session.svelte";
import { toasts } from "./toasts.svelte";

const FORGET_AFTER = 30_000;

let copied: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

globalThis.addEventListener?.("focus", () => {
  if (copied !== null && timer === undefined) void forget();
});

/** Puts a text on the clipboard and says so. Returns whether it could. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    toasts.say(t("clipboard.failed"));
    return false;
  }
  toasts.say(t("clipboard.copied"));
  clearTimeout(timer);
  timer = undefined;
  copied = null;
  if (session.settings?.clearClipboard !== true) return true;
  copied = text;
  timer = setTimeout(() => {
    timer = undefined;
    void forget();
  }, FORGET_AFTER);
  return true;
}

/** Empties the clipboard, unless something else is on it. A window in the background may not; then it is tried when it comes back. */
async function forget(): Promise<void> {
  if (copied === null) return;
  const there = await navigator.clipboard.readText().catch(() => copied);
  try {
    if (there === copied) await navigator.clipboard.writeText("");
    copied = null;
  } catch {
    // Kept for the next focus.
  }
}
