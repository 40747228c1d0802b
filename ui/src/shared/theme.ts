// The theme of the page: the person's choice, or the system's for as long as nothing is chosen.
import { insideSatchel } from "../ipc/client";

type Theme = "system" | "light" | "dark";

const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
let chosen: Theme = "system";

dark?.addEventListener("change", () => paint());

/** Shows a theme from now on; "system" follows the desktop. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  paint();
}

function paint(): void {
  const asked = insideSatchel ? null : new URLSearchParams(location.search).get("theme");
  const now = chosen !== "system" ? chosen : asked === "dark" || asked === "light" ? asked : dark?.matches ? "dark" : "light";
  document.documentElement.dataset.theme = now;
}
