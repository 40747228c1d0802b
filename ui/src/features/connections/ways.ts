// The ways in which data comes in, as the catalogue can be narrowed to them.
import type { CatalogueItem } from "../../ipc/types";

export const WAYS = ["all", "link", "email", "file", "request"] as const;
export type Shown = (typeof WAYS)[number];

type Way = CatalogueItem["ways"][number];

/** The ways that work: a file can always be imported, and a letter can always be written. */
export function open({ ways }: CatalogueItem): Way[] {
  return ways.filter(({ way, ready }) => ready || way === "file" || way === "request");
}

/** Whether a platform has a way of this kind. */
export function has(item: CatalogueItem, shown: Shown): boolean {
  return open(item).some(({ way }) => shown === "all" || way === shown);
}
