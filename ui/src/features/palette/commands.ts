// What the commands of the palette do. A command that would share or destroy something only leads to the question.
import { api, asAppError } from "../../ipc/client";
import type { JumpItem } from "../../ipc/types";
import { t } from "../../shared/i18n";
import { router } from "../../shared/router.svelte";
import { session } from "../../shared/session.svelte";
import { toasts } from "../../shared/toasts.svelte";

/** Goes to the target of an item, or does its command. Returns false for a command that this window does not know. */
export function perform(item: JumpItem, ask: { stopAll: () => void; keys: () => void }): boolean {
  if (!item.target.startsWith("command:")) {
    router.go(item.target);
    return true;
  }
  const [name, argument = ""] = item.target.slice("command:".length).split(":", 2);
  switch (name) {
    case "lock":
      void session.lock();
      return true;
    case "keys":
      ask.keys();
      return true;
    case "stopAll":
      ask.stopAll();
      return true;
    case "fetch":
      void said(api.fetchNow(argument), t("palette.fetching"));
      return true;
    case "open":
      void said(api.appOpen(argument), null);
      return true;
    case "checkLog":
      void api.logVerify().then((check) => toasts.say(check.words), told);
      return true;
    case "theme": {
      const theme = argument === "dark" || argument === "light" ? argument : "system";
      if (session.settings) void session.saveSettings({ ...session.settings, theme }).catch(told);
      return true;
    }
    default:
      return false;
  }
}

/** Stops all sharing and says so. */
export async function stopAll(): Promise<void> {
  try {
    const n = await api.grantRevokeAll();
    toasts.say(t("palette.stopped", { n }));
  } catch (error) {
    told(error);
  }
}

async function said(done: Promise<void>, text: string | null): Promise<void> {
  try {
    await done;
    if (text !== null) toasts.say(text);
  } catch (error) {
    told(error);
  }
}

function told(error: unknown): void {
  const { title, code } = asAppError(error);
  toasts.say(`${title} ${code}`);
}
