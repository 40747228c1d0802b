// What every page of the window for questions does while it is there: it looks as the person chose, arms its buttons, and hears that the question changed.
import type { Api, Listen } from "../../ipc/client";
import { applyTheme } from "../../shared/theme";
import type { Arming } from "./arming.svelte";

interface Asking {
  readonly arming: Arming;
  stitch: number[];
  refresh(): Promise<void>;
}

/** Starts it; the returned function ends it. */
export function attend(page: Asking, api: Pick<Api, "consentTheme">, on: Listen): () => void {
  void look(page, api);
  void page.refresh();
  const focus = () => page.arming.focus(true);
  const blur = () => page.arming.focus(false);
  window.addEventListener("focus", focus);
  window.addEventListener("blur", blur);
  const stop = on("questionChanged", () => void page.refresh());
  return () => {
    stop();
    window.removeEventListener("focus", focus);
    window.removeEventListener("blur", blur);
    page.arming.stop();
  };
}

async function look(page: Asking, api: Pick<Api, "consentTheme">): Promise<void> {
  try {
    const { theme, stitch } = await api.consentTheme();
    applyTheme(theme);
    page.stitch = stitch;
  } catch {
    // The look of the page is no reason to withhold the question.
  }
}
