// A stand-in for the core with made-up people and numbers, for looking at screens in a plain browser and for tests. Never part of a release.
import type { Api, EventName, Listen } from "../client";
import type { Events } from "../types";
import { appCommands } from "./apps";
import { backpackCommands } from "./backpack";
import { consentCommands } from "./consent";
import { connectionCommands } from "./connections";
import { cooperativeCommands } from "./cooperatives";
import { developerCommands } from "./developer";
import { importCommands } from "./imports";
import { recordCommands } from "./records";
import { requestCommands } from "./requests";
import { rightsCommands } from "./rights";
import { rokwireCommands } from "./rokwire";
import { settingsCommands } from "./settings";
import { sharingCommands } from "./sharing";
import { bridgeCommands } from "./bridge";
import { World, type Start } from "./world";
import { vaultCommands } from "./vault";

export { failure } from "./world";
export type { Start } from "./world";

export interface Fake {
  api: Api;
  on: Listen;
  world: World;
  emit: <E extends EventName>(event: E, payload: Events[E]) => void;
}

/** A core of its own; tests make one each. */
export function createFake(start: Partial<Start> = {}): Fake {
  const world = new World(start);
  const api: Api = {
    ...vaultCommands(world),
    ...recordCommands(world),
    ...connectionCommands(world),
    ...importCommands(world),
    ...requestCommands(world),
    ...appCommands(world),
    ...sharingCommands(world),
    ...cooperativeCommands(world),
    ...rokwireCommands(world),
    ...rightsCommands(world),
    ...backpackCommands(world),
    ...settingsCommands(world),
    ...developerCommands(world),
    ...consentCommands(world),
    ...bridgeCommands(world),
  };
  return { api, world, on: (event, handler) => world.on(event, handler), emit: (event, payload) => world.emit(event, payload) };
}

/** The one of this page. In a browser, "?vault=none", "?vault=locked" (with "&cause=away", "&damage=1") choose how it starts. */
export const shared: Fake = createFake(fromAddress());

function fromAddress(): Partial<Start> {
  const query = new URLSearchParams(globalThis.location?.search ?? "");
  const state = query.get("vault");
  return {
    ...(state === "none" || state === "locked" || state === "unlocked" ? { state } : {}),
    ...(query.has("cause") ? { cause: query.get("cause") as Start["cause"] } : {}),
    ...(query.has("damage") ? { damaged: true } : {}),
    ...(query.has("keyring") ? { keyring: query.get("keyring") === "1" } : {}),
    ...(query.has("empty") ? { empty: true } : {}),
    ...(query.has("kit") ? { kit: true } : {}),
  };
}
