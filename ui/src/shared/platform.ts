// A platform that is known by its name alone.
import type { Monogram } from "../ipc/types";

/** The colour of platforms that hold no records yet. */
const LAST_TINT = 5;

/** Its letters: "UE" of "Uber Eats", "Gl" of "Glovo". */
export function monogramOf(name: string, tint: number = LAST_TINT): Monogram {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first = "?", second] = words;
  const letters = second === undefined ? first.slice(0, 1).toLocaleUpperCase() + first.slice(1, 2) : `${first.slice(0, 1)}${second.slice(0, 1)}`.toLocaleUpperCase();
  return { letters, tint };
}
