// The icons and colours of states, the same on every page.
import type { ActivityRow, ConnectionState } from "../ipc/types";
import type { IconName } from "./components/icons";
import { date, time } from "./format";

export interface Sign {
  kind: "ok" | "neutral" | "warn" | "danger" | "out";
  icon: IconName;
}

/** Colour only where the person has to act. */
export const connectionSigns: Record<ConnectionState, Sign> = {
  working: { kind: "ok", icon: "check" },
  file: { kind: "neutral", icon: "file" },
  fetching: { kind: "neutral", icon: "refresh" },
  authLost: { kind: "warn", icon: "key" },
  lessGranted: { kind: "warn", icon: "flag" },
  emailSent: { kind: "neutral", icon: "mail" },
  notFinished: { kind: "neutral", icon: "ext" },
  platformBusy: { kind: "neutral", icon: "clock" },
  platformDown: { kind: "neutral", icon: "clock" },
  unknownFormat: { kind: "warn", icon: "file" },
  stopped: { kind: "neutral", icon: "stop" },
  gone: { kind: "warn", icon: "stop" },
  typed: { kind: "neutral", icon: "pen" },
};

/** Crossing glyphs carry the meaning without colour. */
export const glyphIcons: Record<ActivityRow["glyph"], IconName> = {
  left: "leave",
  refused: "refused",
  arrived: "arrive",
  packed: "bag",
  stopped: "stop",
  failed: "warn",
  erase: "erase",
  report: "flag",
};

/** The clock time of today, the day of any other day. */
export function briefly(at: string, now: Date = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  if (at.slice(0, 10) === today) return time(at);
  return date(at, at.startsWith(today.slice(0, 4)) ? "dayMonth" : "dayMonthYear");
}
