// Symbols of apps: names of the free part of Font Awesome 5, as manifests give them. What is not free, or of another set, has no glyph here.
import known from "virtual:symbols";

export interface Glyph {
  character: string;
  style: "solid" | "regular" | "brands";
}

const STYLES = { s: "solid", r: "regular", b: "brands" } as const;

/** The glyph of classes such as "fa-check-circle far", or null. A style that is not free is drawn in one that is. */
export function glyphOf(symbol: string): Glyph | null {
  const words = symbol.split(" ").filter((word) => word !== "");
  const name = words.find((word) => word.startsWith("fa-"))?.slice(3);
  if (name === undefined || !Object.hasOwn(known, name)) return null;
  const [code = "", free = ""] = known[name]?.split(":") ?? [];
  const wanted = words.includes("far") ? "r" : words.includes("fab") ? "b" : "s";
  const style = [wanted, "s", "r", "b"].find((one): one is keyof typeof STYLES => free.includes(one) && one in STYLES);
  return style === undefined ? null : { character: String.fromCodePoint(Number.parseInt(code, 16)), style: STYLES[style] };
}
