// The ways in which data comes in, as the catalogue can be narrowed to them.
import type { CatalogueItem } from "../../ipc/types";

export const WAYS = ["all", "link", "email", "other"] as const;
export type Shown = (typeof WAYS)[number];

/** Whether a platform has a way of this kind. */
export function has(item: CatalogueItem, shown: Shown): boolean {
  if (shown === "all") return true;
  return item.ways.some((way) => (shown === "other" ? !way.ready : way.way === shown && way.ready));
}
