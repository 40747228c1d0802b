// The steps of packing, and which of them the core is at.
import { t } from "../../shared/i18n";

export const STEPS = ["pack", "open", "compare"] as const;

/** The place of the step that the core's words begin with; the first one until it says more. */
export function stepOf(words: string): number {
  const found = STEPS.findIndex((step) => words.toLocaleLowerCase().startsWith(t(`pack.step.${step}`).toLocaleLowerCase()));
  return Math.max(found, 0);
}
