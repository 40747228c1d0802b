// How a party is written: its host and its letters.

/** The host with its port; what is no address is shown as it is. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

/** Two letters for a name: of its first two words, or of its only one. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0] ?? "") : [...(words[0] ?? "?")].slice(0, 2);
  const [first = "", second = ""] = letters;
  return first.toLocaleUpperCase("en") + (words.length > 1 ? second.toLocaleUpperCase("en") : second.toLocaleLowerCase("en"));
}
