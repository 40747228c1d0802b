// One working day as a strip: blocks are time with an order, the well between them is waiting.
import type { RecordDetail } from "../../ipc/types";
import { minutesSince } from "./dates";
import { px } from "./scale";

export interface ShiftGeometry {
  width: number;
  well: { x: number; width: number };
  blocks: { id: string; x: number; width: number; current: boolean }[];
  hours: { x: number; label: string; anchor: "start" | "middle" }[];
}

/** Lays the shift out from the full hour before it starts to the half hour after it ends. */
export function shiftGeometry(shift: NonNullable<RecordDetail["shift"]>, width: number): ShiftGeometry {
  const at = (time: string): number => minutesSince(shift.from, time);
  const first = at(shift.from);
  const last = Math.max(at(shift.to), first + 1, ...shift.blocks.map((block) => at(block.end)));
  const start = Math.floor(first / 60) * 60;
  const end = Math.max(Math.ceil((last + 6) / 30) * 30, start + 60);
  const x = (minute: number): number => ((minute - start) / (end - start)) * width;
  const blocks = shift.blocks.map((block) => ({
    id: block.id,
    x: px(x(at(block.start))),
    width: px(Math.max(x(at(block.end)) - x(at(block.start)) - 1, 1.5)),
    current: block.current,
  }));
  return { width, well: { x: px(x(first)), width: px(x(last) - x(first)) }, blocks, hours: hours(start, end, x, width) };
}

function hours(start: number, end: number, x: (minute: number) => number, width: number): ShiftGeometry["hours"] {
  const step = Math.max(Math.ceil((48 / width) * ((end - start) / 60)), 1) * 60;
  const labels: ShiftGeometry["hours"] = [];
  for (let minute = start; x(minute) < width - 14; minute += step) {
    const hour = Math.floor(minute / 60) % 24;
    labels.push({ x: px(x(minute)), label: `${hour}:00`, anchor: minute === start ? "start" : "middle" });
  }
  return labels;
}
