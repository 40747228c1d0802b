// Letters for an app that is not installed yet.
import type { Monogram } from "../../ipc/types";

/** "Quarter Tax" becomes QT, "Hourly" becomes Ho. */
export function lettersOf(name: string): Monogram {
  const words = name.trim().split(/\s+/).filter((word) => word !== "");
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0] ?? "").join("") : [...(words[0] ?? "")].slice(0, 2).join("");
  return { letters: letters === "" ? "?" : letters, tint: 5 };
}
