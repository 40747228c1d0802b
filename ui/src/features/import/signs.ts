// The icons of what an import is at.
import type { ImportState } from "../../ipc/types";
import type { Sign } from "../../shared/signs";

/** Colour only where the person has to act. */
export const importSigns: Record<ImportState, Sign> = {
  checking: { kind: "neutral", icon: "search" },
  checked: { kind: "warn", icon: "flag" },
  running: { kind: "neutral", icon: "refresh" },
  paused: { kind: "neutral", icon: "pause" },
  done: { kind: "ok", icon: "check" },
  stopped: { kind: "neutral", icon: "stop" },
  failed: { kind: "warn", icon: "warn" },
  undone: { kind: "neutral", icon: "stop" },
};
