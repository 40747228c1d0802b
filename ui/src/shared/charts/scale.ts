// Axis scales: round steps, few lines, and a top that leaves no bar cut off.

export interface Scale {
  /** The value that the top of the drawing stands for. */
  top: number;
  /** The values that get a line, from 0 up. */
  ticks: number[];
}

const NICE = [1, 2, 2.5, 5, 10];

/** The smallest round number (1, 2, 2.5, 5 times a power of ten) that is at least `value`. */
export function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const nice = NICE.find((n) => n * power >= value * (1 - 1e-9)) ?? 10;
  return nice * power;
}

/** A scale from 0 to just above `max`, with at most `lines` lines above zero. */
export function scaleTo(max: number, lines = 4, smallest = 0): Scale {
  if (!(max > 0)) return { top: 1, ticks: [0] };
  const top = max * 1.024;
  const step = Math.max(roundStep(max / (lines + 0.25)), smallest);
  const ticks: number[] = [];
  for (let i = 0; i * step <= top; i++) ticks.push(round(i * step));
  return { top, ticks };
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}

/** One decimal is finer than any screen shows, and keeps the markup short. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
