// The personal stitch: the rhythm of dashes and gaps that is derived from the vault, in pixels.

/** What is drawn until the vault's own rhythm is known. */
export const PLAIN_STITCH = [12, 7, 12, 7];

function clean(stitch: number[]): number[] {
  const sound = stitch.length >= 2 && stitch.length % 2 === 0 && stitch.every((part) => Number.isFinite(part) && part > 0 && part < 100);
  return sound ? stitch : PLAIN_STITCH;
}

/** A repeating gradient that draws the rhythm: dash, gap, dash, gap … */
export function stitchGradient(stitch: number[], towards: "right" | "bottom", colour: string): string {
  let at = 0;
  const stops = clean(stitch).map((part, index) => {
    const from = at;
    at += part;
    return `${index % 2 === 0 ? colour : "transparent"} ${from}px ${at}px`;
  });
  return `repeating-linear-gradient(to ${towards}, ${stops.join(", ")})`;
}

/** The same rhythm for `stroke-dasharray`. */
export function stitchDashes(stitch: number[]): string {
  return clean(stitch).join(" ");
}
