// The stand-in's backpack.
import type { BackpackCommands, BackpackRow } from "../types";
import { failure, NOW, type World } from "./world";

const LAST: BackpackRow = { at: "2026-11-19T18:02:00+01:00", file: "/media/usb/Personal 2026-11-19.satchel-backpack", records: 4198, proved: true, sha256: "5d1e40b2c0ffee4e9b7d0a61e38f5c9912ab74de03c18b6a55f07e2d4c9a31b8" };

export function backpackCommands(world: World): BackpackCommands {
  let cancelled = false;
  const packed = () => (world.notes.get("packed") as BackpackRow[] | undefined) ?? (world.empty ? [] : [LAST]);
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  return {
    packPlan: async () => {
      const space = world.spaces.find((row) => row.current);
      const empty = world.empty;
      return { records: empty ? 0 : 4212, profile: 11, log: empty ? 0 : 213, files: empty ? 0 : 6, fileBytes: empty ? 0 : 18_400_000, apps: 2, connections: empty ? 0 : 4, cooperatives: empty ? 0 : 3, transfers: empty ? 0 : 6, from: empty ? null : "2025-11-24", to: empty ? null : "2026-11-22", platforms: empty ? 0 : 4, aboutBytes: empty ? 20_000 : 21_000_000, suggestedPlace: null, suggestedName: "Personal 2026-11-22.satchel-backpack", madeUp: space?.madeUp ?? false, spaceName: space?.name ?? world.name, recoveryRecipient: world.hasRecovery ? "age1satchelq0recovery0of0this0vault" : null, last: packed()[0] ?? null, earlier: packed().slice(1) };
    },
    packChoosePlace: async (name) => `/media/usb/${name}`,
    packStart: async (path) => {
      cancelled = false;
      for (const [words, part] of [["Packing", 50], ["Opening it again", 80], ["Comparing", 100]] as const) {
        world.emit("progress", { job: "pack", id: "pack", done: part, total: 100, words, finished: part === 100 });
        await pause(300);
        if (cancelled) throw failure("SYS-711", "Packing was stopped.", "Your vault is unchanged, no file was left.", "Pack again when you like.");
      }
      const row: BackpackRow = { at: NOW, file: path, records: 4212, proved: true, sha256: "7c1e40b2c0ffee4e9b7d0a61e38f5c9912ab74de03c18b6a55f07e2d4c9a31b8" };
      world.notes.set("packed", [row, ...packed()]);
      world.changed("backpack");
      return row;
    },
    packCancel: async () => {
      cancelled = true;
    },
    backpackChoose: async () => "/media/usb/Personal 2026-11-19.satchel-backpack",
    identityChoose: async () => "/media/usb/Satchel recovery kit.txt",
    backpackCheck: async (_path, key) => {
      if ("passphrase" in key && key.passphrase === "wrong") throw failure("BPK-502", "The passphrase did not open the backpack.", "Nothing was changed.", "Try again.");
      return { whole: true, space: "Personal", created: "2026-11-19T18:02:00+01:00", software: "Satchel 0.1.0", records: 4198, cooperatives: 3, transfers: 6, entries: 31, bytes: 20_900_000, signedBy: "thisVault", fingerprint: "7c1e 40b2 c0ff ee4e", full: true, madeUp: false, new: 0, same: 4198, different: 0, newCooperatives: 0, newTransfers: 0 };
    },
    backpackRestore: async (_path, _key, into) => {
      world.emit("progress", { job: "restore", id: "restore", done: 100, total: 100, words: "Comparing", finished: true });
      if (into === "newSpace") world.spaces = [...world.spaces, { id: "space-restored", name: "Personal, restored", madeUp: false, records: 4198, current: false }];
      world.emit("vaultChanged", null);
      const merged = into === "merge";
      return { records: 4198, cooperatives: merged ? 0 : 3, compare: false, waiting: 0, leftOut: 0, transfers: merged ? 0 : 6, ownKey: merged ? "same" : "came", space: into === "newSpace" ? { id: "space-restored", name: "Personal, restored", madeUp: false } : { id: "space-1", name: world.name, madeUp: false } };
    },
  };
}
