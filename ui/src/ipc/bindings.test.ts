// What the core's own types say is what the pages rely on: the compiler compares them command by command, the test their names.
import { expect, it } from "vitest";
import { commands as apps } from "./bindings/apps";
import { commands as backpack } from "./bindings/backpack";
import { commands as bridge } from "./bindings/bridge";
import { commands as connections } from "./bindings/connections";
import { commands as consent } from "./bindings/consent";
import { commands as cooperatives } from "./bindings/cooperatives";
import { commands as developer } from "./bindings/developer";
import { commands as imports } from "./bindings/imports";
import { commands as records } from "./bindings/records";
import { commands as requests } from "./bindings/requests";
import { commands as rights } from "./bindings/rights";
import { commands as rokwire } from "./bindings/rokwire";
import { commands as settings } from "./bindings/settings";
import { commands as sharing } from "./bindings/sharing";
import { commands as vault } from "./bindings/vault";
// Read before the client asks for it: what is still being read when a test ends is an error.
import "./fake";
import { groups } from "./client";
import type { AppCommands, BackpackCommands, BridgeCommands, ConnectionCommands, ConsentCommands, CooperativeCommands, DeveloperCommands, ImportCommands, RecordCommands, RequestCommands, RightsCommands, RokwireCommands, SettingsCommands, SharingCommands, VaultCommands } from "./types";

/** The contract as it is on the wire: what answers nothing answers null. */
type Wire<C> = { [K in keyof C]: C[K] extends (...values: infer A) => Promise<infer R> ? (...values: A) => Promise<[R] extends [void] ? null : R> : never };

const made = {
  vault: vault satisfies Wire<VaultCommands>,
  records: records satisfies Wire<RecordCommands>,
  connections: connections satisfies Wire<ConnectionCommands>,
  imports: imports satisfies Wire<ImportCommands>,
  requests: requests satisfies Wire<RequestCommands>,
  apps: apps satisfies Wire<AppCommands>,
  sharing: sharing satisfies Wire<SharingCommands>,
  rokwire: rokwire satisfies Wire<RokwireCommands>,
  rights: rights satisfies Wire<RightsCommands>,
  backpack: backpack satisfies Wire<BackpackCommands>,
  consent: consent satisfies Wire<ConsentCommands>,
  cooperatives: cooperatives satisfies Wire<CooperativeCommands>,
  bridge: bridge satisfies Wire<BridgeCommands>,
  settings: settings satisfies Wire<SettingsCommands>,
  developer: developer satisfies Wire<DeveloperCommands>,
};

it("the core has every group", () => {
  expect(Object.keys(made).sort()).toEqual(Object.keys(groups).sort());
});

it.each(Object.entries(made))("the core has the commands of %s", (name, commands) => {
  expect(Object.keys(commands).sort()).toEqual(Object.keys(groups[name as keyof typeof made]).sort());
});
