// The stand-in's vault: its passphrase is "otter-carries-seven-lamps".
import type { IssuerKey, RecoveryKit, Strength, VaultCommands } from "../types";
import { failure, NOW, type World } from "./world";

/** Sound groups: five symbols and the check of each. */
export const KIT = ["9KQM4X", "XR7B2V", "DW3N8E", "F6CY5C", "JA2T9J", "MH8E3J", "B4RX7Q", "ZP5K6F", "T3VN23"];

const CODES = ["ACMN-LW5U-FW27-65WZ", "LKTD-4FZW-92XY-WAS2", "8RCN-CAL9-G5YG-2QX5", "BLEX-BZTW-23TZ-VJQ9", "5GBR-RCHX-AETF-9YJS", "8GBL-56VM-WPNK-PXFA", "DHEG-6CLT-BFG4-5ZDX", "WWAV-69Y5-4SSD-XHXR", "PVSL-Q2SS-7R5C-GYVN", "XGBE-QHTP-LFBY-YQBD"];

/** Not a real one: squares, so that its place can be looked at. */
const QR = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><rect width="29" height="29" fill="#fff"/><path d="M4 4h7v7H4zM18 4h7v7h-7zM4 18h7v7H4zM13 5h2v2h-2zM13 12h4v3h-4zM18 14h3v5h-3zM22 20h3v4h-3zM13 20h3v5h-3z"/></svg>')}`;

/** The keys that it signs with, in turn. */
const ISSUERS: [IssuerKey, IssuerKey] = [
  { tokens: "SHA256:URQwZOoZdXi+5ORxlU628REX1ggb5+REAnx0ysXBmWk=", documents: "3f9a41c07be255d29c41e07bf3a85d2e90b1476cd8aa02314ee97f5b6c1d8e42" },
  { tokens: "SHA256:n3vT1cB8kQx0Jm5yWl2hGz7fUeRpDs9oXaVtYi4KqLM=", documents: "b70c51e2a94d38f61f0e6d7c8895ab42c3d917f0526e4ba83d60f1c27e9a5b14" },
];

export function vaultCommands(world: World): VaultCommands {
  let issuer = ISSUERS[0];
  const wrong = () => failure("VLT-101", "The passphrase did not open the vault.", "Nothing was changed.", "Try again, or use the recovery kit.");
  const kit = (): RecoveryKit => {
    world.kit = KIT;
    return { groups: KIT, vaultName: world.name, createdAt: NOW, confirm: [3, 7] };
  };
  const open = () => {
    world.state = "unlocked";
    world.failedAttempts = 0;
    world.emit("vaultChanged", null);
  };
  const check = (passphrase: string) => {
    if (passphrase !== world.passphrase) {
      world.failedAttempts += 1;
      throw wrong();
    }
  };
  const take = (code: string) => {
    if (code.trim() !== "287082") throw failure("VLT-171", "This code is not right, or it was used already.", "Nothing was changed.", "Wait for the next code, and look that this computer’s clock is right.");
    world.codeTaken = true;
  };
  return {
    vaultStatus: async () => {
      const space = world.spaces.find((row) => row.current);
      return {
        state: world.state,
        name: world.name,
        place: world.place,
        lockCause: world.cause,
        awayMinutes: world.cause === "away" ? 10 : null,
        keyring: { enabled: world.keyring, usable: world.keyring && world.cause !== "started", reason: world.keyring && world.cause === "started" ? "The keyring works again once you have entered the passphrase after a restart." : null },
        hasRecovery: world.hasRecovery,
        failedAttempts: world.failedAttempts,
        damage: world.damaged ? failure("VLT-120", "3 records could not be read: the file is damaged at page 118.", "4,209 of 4,212 records are whole. A safe copy of 22 November 2026, 03:00 is complete.", "Repair from the safe copy.") : null,
        repairable: world.damaged,
        safeCopyAt: "2026-11-22T03:00:00+01:00",
        stitch: [12, 7, 12, 7, 4, 7],
        practice: world.practice,
        space: world.state === "unlocked" && space ? { id: space.id, name: space.name, madeUp: space.madeUp } : null,
        lockAfterMinutes: world.settings.lockMinutes,
        version: "0.1.0",
      };
    },
    vaultTouch: async () => undefined,
    passphraseStrength: async (passphrase) => strength(passphrase),
    suggestPassphrase: async () => "otter-carries-seven-warm-lamps",
    choosePlace: async () => "/media/usb",
    vaultCreate: async (name, passphrase, place) => {
      world.name = name;
      world.passphrase = passphrase;
      if (place !== null) world.place = `${place}/${name}.satchel`;
      world.spaces = [{ id: "space-1", name, madeUp: false, records: 0, current: true }];
      world.empty = true;
      world.hasRecovery = false;
      open();
      return kit();
    },
    vaultTryMadeUp: async () => {
      world.practice = true;
      world.name = "Made-up data";
      world.spaces = [{ id: "space-1", name: "Made-up data", madeUp: true, records: 4212, current: true }];
      open();
    },
    vaultChoose: async function () {
      world.state = "locked";
      world.cause = "started";
      world.emit("vaultChanged", null);
      return this.vaultStatus();
    },
    vaultUnlock: async (passphrase) => {
      check(passphrase);
      open();
    },
    vaultUnlockKeyring: async () => open(),
    vaultRecover: async (code, newPassphrase) => {
      const typed = code.toUpperCase().replace(/[^0-9A-Z]/g, "");
      if (typed !== KIT.join("")) throw failure("VLT-106", "This recovery kit does not open the vault.", "Nothing was changed.", "Use the kit that was made last: a new kit replaces the one before.");
      world.passphrase = newPassphrase;
      open();
    },
    vaultRepair: async (passphrase) => {
      check(passphrase);
      world.damaged = false;
      world.emit("vaultChanged", null);
    },
    vaultLock: async () => {
      world.state = "locked";
      world.cause = "you";
      world.emit("vaultChanged", null);
    },
    recoveryKitNew: async (passphrase) => {
      check(passphrase);
      world.passGuard();
      return kit();
    },
    recoveryKitSave: async () => "/media/usb/Satchel recovery kit.pdf",
    recoveryKitPrint: async () => globalThis.print?.(),
    recoveryKitConfirm: async (groups) => {
      const plain = groups.map((group) => group.toUpperCase().replace(/[^0-9A-Z]/g, ""));
      for (const [at, number] of [3, 7].entries()) {
        const want = KIT[number - 1] ?? "";
        const got = plain[at] ?? "";
        if (got !== want) return { ok: false, wrongGroup: number, wrongCharacter: [...want].findIndex((letter, index) => got[index] !== letter) + 1 };
      }
      world.hasRecovery = true;
      world.kit = null;
      world.emit("vaultChanged", null);
      return { ok: true, wrongGroup: null, wrongCharacter: null };
    },
    recoveryKitLater: async () => {
      world.kit = null;
    },
    passphraseChange: async (current, next) => {
      check(current);
      world.passGuard();
      world.passphrase = next;
    },
    keyringEnable: async (passphrase) => {
      check(passphrase);
      world.keyring = true;
      world.emit("vaultChanged", null);
    },
    keyringDisable: async () => {
      world.keyring = false;
      world.emit("vaultChanged", null);
    },
    vaultCheck: async () => ({ at: NOW, whole: true, records: 4212, unreadable: 0, words: "All 4,212 records and 6 files read and compared." }),
    secondFactor: async () => ({ since: world.factor ? NOW : null, codesLeft: world.factor ? 10 : 0 }),
    secondFactorBegin: async () => {
      world.passGuard();
      return { picture: QR, secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" };
    },
    secondFactorFinish: async (code) => {
      take(code);
      world.factor = true;
      world.codeTaken = false;
      return CODES;
    },
    secondFactorCode: async (code) => take(code),
    secondFactorRenew: async () => {
      world.passGuard();
      return CODES;
    },
    secondFactorEnd: async () => {
      world.passGuard();
      world.factor = false;
    },
    issuerKey: async () => ({ ...issuer }),
    issuerKeyRotate: async (passphrase) => {
      check(passphrase);
      world.passGuard();
      issuer = issuer === ISSUERS[0] ? ISSUERS[1] : ISSUERS[0];
      return { ...issuer };
    },
    vaultDelete: async (typedName) => {
      if (typedName !== world.name) throw failure("SYS-712", "The name you typed is not the name of the vault.", "Nothing was deleted.", "Type the name exactly.");
      world.state = "none";
      world.emit("vaultChanged", null);
    },
  };
}

function strength(passphrase: string): Strength {
  const words = passphrase.split(/[\s-]+/).filter((word) => word.length > 2).length;
  const guessesLog10 = Math.max(words * 3.4, passphrase.length * 0.62);
  if (guessesLog10 < 7) return { level: "weak", guessesLog10, hint: "Add two more words that do not belong together." };
  if (guessesLog10 < 10) return { level: "fair", guessesLog10, hint: "Another word makes it good." };
  if (guessesLog10 < 16) return { level: "good", guessesLog10, hint: "One more word makes it strong." };
  return { level: "strong", guessesLog10, hint: null };
}
