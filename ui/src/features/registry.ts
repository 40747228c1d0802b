// The pages of the main window, in the order of the sidebar. A page that is not listed does not exist: no link, no key, no route.
import type { Component } from "svelte";
import type { IconName } from "../shared/components/icons";

export type Group = "yours" | "sharing" | "keeping";

export interface Feature {
  /** First part of the route, and the folder: "/overview". */
  name: string;
  /** Key of the label in the sidebar. */
  label: string;
  group: Group;
  icon: IconName;
  /** The letter after G. */
  key: string;
  /** The page reads `router.route.parts` for what lies below its own name. */
  load: () => Promise<{ default: Component }>;
}

export const features: Feature[] = [
  { name: "overview", label: "nav.overview", group: "yours", icon: "overview", key: "o", load: () => import("./overview") },
  { name: "work", label: "nav.work", group: "yours", icon: "work", key: "w", load: () => import("./work") },
  { name: "connections", label: "nav.connections", group: "yours", icon: "plug", key: "c", load: () => import("./connections") },
  { name: "apps", label: "nav.apps", group: "sharing", icon: "apps", key: "a", load: () => import("./apps") },
  { name: "cooperatives", label: "nav.cooperatives", group: "sharing", icon: "coop", key: "p", load: () => import("./cooperatives") },
  { name: "activity", label: "nav.activity", group: "sharing", icon: "leave", key: "y", load: () => import("./activity") },
  { name: "backpack", label: "nav.backpack", group: "keeping", icon: "bag", key: "b", load: () => import("./backpack") },
  { name: "settings", label: "nav.settings", group: "keeping", icon: "sliders", key: "s", load: () => import("./settings") },
];

/** A page with a route of its own that has no link in the sidebar: it lies below a page that has one. */
export interface Below {
  name: string;
  /** The name of the page that is marked in the sidebar, and to which it leads back. */
  of: string;
  load: () => Promise<{ default: Component }>;
}

export const below: Below[] = [
  { name: "transfers", of: "activity", load: () => import("./cooperatives/Receipt.svelte") },
  { name: "incoming", of: "cooperatives", load: () => import("./cooperatives/Incoming.svelte") },
];

/** The page that a first part of a route belongs to: the one of that name, or the one it lies below. */
export function featureOf(part: string | undefined): Feature | undefined {
  const name = below.find((one) => one.name === part)?.of ?? part;
  return features.find((one) => one.name === name);
}
