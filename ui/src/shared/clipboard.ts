// Copying, said in a toast.
import { t } from "./i18n";
import { toasts } from "./toasts.svelte";

/** Puts a text on the clipboard and says so. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.say(t("clipboard.copied"));
  } catch {
    toasts.say(t("clipboard.failed"));
  }
}
