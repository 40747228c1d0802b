// A rating over time as one small line on the platform's own scale.
import { px } from "./scale";

export interface SparkGeometry {
  d: string;
  end: { x: number; y: number };
}

const SHARES = [0.1, 0.25, 0.5, 1];

/** The lowest value drawn: the scale's top tenth, quarter or half if all values lie in it, else the whole scale. */
export function sparkFloor(values: readonly number[], min: number, max: number): number {
  const lowest = Math.min(...values);
  const share = SHARES.find((s) => lowest >= max - (max - min) * s) ?? 1;
  return max - (max - min) * share;
}

/** The path through the values, oldest first, and its end point. Null without values or with an empty scale. */
export function sparkGeometry(values: readonly number[], min: number, max: number, width = 92, height = 24): SparkGeometry | null {
  if (values.length === 0 || !(max > min)) return null;
  const low = sparkFloor(values, min, max);
  const points = values.map((value, i) => ({
    x: px(values.length === 1 ? width - 5 : 3 + (i * (width - 8)) / (values.length - 1)),
    y: px(height - 4 - ((clamp(value, low, max) - low) / (max - low)) * (height - 8)),
  }));
  const end = points[points.length - 1];
  return end ? { d: "M" + points.map((p) => `${p.x} ${p.y}`).join("L"), end } : null;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
