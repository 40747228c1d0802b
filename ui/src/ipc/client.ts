// The only importer of @tauri-apps/*: every command and event of the core, typed.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebviewWindow } from "@tauri-apps/api/webviewWindow";
import type {
  AppCommands,
  AppError,
  BackpackCommands,
  BridgeCommands,
  ConnectionCommands,
  ConsentCommands,
  CooperativeCommands,
  DeveloperCommands,
  Events,
  ImportCommands,
  RecordCommands,
  RequestCommands,
  RightsCommands,
  RokwireCommands,
  SettingsCommands,
  SharingCommands,
  VaultCommands,
} from "./types";

export type Api = VaultCommands &
  RecordCommands &
  ConnectionCommands &
  ImportCommands &
  RequestCommands &
  AppCommands &
  SharingCommands &
  CooperativeCommands &
  RokwireCommands &
  RightsCommands &
  BackpackCommands &
  SettingsCommands &
  DeveloperCommands &
  ConsentCommands &
  BridgeCommands;

export type EventName = keyof Events;
export type Stop = () => void;
export type Listen = <E extends EventName>(event: E, handler: (payload: Events[E]) => void) => Stop;

type Shape<C> = { [K in keyof C]: readonly string[] };

/** The names of every command's arguments, in order: that is what the core takes apart. */
const vault: Shape<VaultCommands> = {
  vaultStatus: [],
  vaultTouch: [],
  passphraseStrength: ["passphrase", "personal"],
  suggestPassphrase: [],
  choosePlace: [],
  vaultCreate: ["name", "passphrase", "place"],
  vaultTryMadeUp: [],
  vaultChoose: [],
  vaultUnlock: ["passphrase"],
  vaultUnlockKeyring: [],
  vaultRecover: ["code", "newPassphrase"],
  vaultRepair: ["passphrase"],
  vaultLock: [],
  recoveryKitNew: ["passphrase"],
  recoveryKitSave: [],
  recoveryKitPrint: [],
  recoveryKitConfirm: ["groups"],
  recoveryKitLater: [],
  passphraseChange: ["current", "next"],
  keyringEnable: ["passphrase"],
  keyringDisable: [],
  vaultCheck: [],
  vaultDelete: ["typedName"],
  secondFactor: [],
  secondFactorBegin: [],
  secondFactorFinish: ["code"],
  secondFactorCode: ["code"],
  secondFactorRenew: [],
  secondFactorEnd: [],
  issuerKey: [],
  issuerKeyRotate: ["passphrase"],
};

const records: Shape<RecordCommands> = {
  overview: ["period"],
  recordsPage: ["filter", "sort", "offset", "limit"],
  filterOptions: [],
  recordDetail: ["id"],
  recordRaw: ["id"],
  entryAdd: ["entry"],
  recordsSave: ["filter", "format"],
  jump: ["query"],
};

const connections: Shape<ConnectionCommands> = {
  connections: [],
  connectionDetail: ["id"],
  catalogue: [],
  platformChoose: [],
  platformAdd: ["draft"],
  connectEmail: ["platform", "address", "token"],
  sendEmailAgain: ["connection"],
  confirmEmail: ["connection", "code"],
  linkStart: ["platform", "connection", "clientId", "clientSecret", "relay"],
  linkOpenAgain: ["attempt"],
  linkCancel: ["attempt"],
  fetchNow: ["id"],
  fetchPause: ["id"],
  disconnect: ["id", "deleteData"],
};

const imports: Shape<ImportCommands> = {
  imports: [],
  import: ["id"],
  chooseImport: ["folder"],
  dropImport: ["paths"],
  importPassword: ["id", "password"],
  changeImport: ["id", "platform"],
  setImport: ["id", "leaveOut", "withoutPeople", "account", "timeZone"],
  startImport: ["id"],
  pauseImport: ["id"],
  continueImport: ["id"],
  stopImport: ["id"],
  undoImport: ["id"],
  dropImportCheck: ["id"],
  importAside: ["id", "offset", "limit"],
  saveImportAside: ["id"],
  wholeAside: ["id", "position", "row"],
  fixAside: ["id", "position", "row", "cells"],
  importShape: ["id"],
  saveImportShape: ["id"],
  mappingTable: ["id", "position"],
  applyMapping: ["id", "position", "mapping", "keep"],
  mappings: [],
  saveMapping: ["name"],
  removeMapping: ["name"],
  importPlatforms: [],
  completeness: [],
  watchedFolder: [],
  watchFolder: [],
  stopWatching: [],
  foundInFolder: [],
};

const requests: Shape<RequestCommands> = {
  dataRequests: [],
  dataRequest: ["id"],
  beginRequest: ["platform", "language"],
  requestLetter: ["id", "kind", "language"],
  requestSent: ["id", "at"],
  requestStep: ["id", "what", "at", "note"],
  stopRequest: ["id"],
  requestPlatforms: [],
};

const apps: Shape<AppCommands> = {
  apps: [],
  appChoose: [],
  appReview: ["url"],
  appInstall: ["review"],
  appDetail: ["id"],
  appOpen: ["id"],
  appUseNew: ["id", "shown"],
  appKeepOld: ["id", "shown"],
  appRemove: ["id"],
  appDeleteStored: ["id"],
  appAskAgain: ["id", "scope"],
  appOpenGuest: ["id"],
  appChoicesSet: ["id", "choices"],
  appMessagesRead: ["id"],
  appMessagesClear: ["id"],
  appLookAgain: ["id"],
  appExitClose: ["id", "way", "target"],
  appLink: ["url"],
};

const sharing: Shape<SharingCommands> = {
  grants: [],
  grantRevoke: ["id"],
  grantRevokeAll: [],
  grantsReviewed: [],
  receiptSave: ["id"],
  activity: ["filter", "offset", "limit"],
  activityEntry: ["id"],
  logVerify: [],
  logSave: ["form"],
  sights: [],
  sightStop: ["platform", "kind", "party"],
  platformStop: ["platform"],
  partyStop: ["kind", "party"],
  seeing: [],
};

const cooperatives: Shape<CooperativeCommands> = {
  cooperatives: [],
  cooperativeLook: ["source"],
  cooperativeAdd: ["look", "compared"],
  cooperativeCode: ["picture"],
  cooperativeCompared: ["id", "fingerprint", "match"],
  cooperativeRemove: ["id"],
  cooperativeStrong: ["id", "on"],
  serviceStopped: ["peer", "service", "stopped"],
  ownDescriptor: [],
  ownDescriptorSave: [],
  ownDescriptorCopied: [],
  ownName: ["name", "id"],
  ownKeyRotate: ["passphrase"],
  transferPrepare: ["peer", "service"],
  transferFill: ["id", "field", "value"],
  transferDrop: ["id"],
  transferAsk: ["id", "add"],
  transfer: ["id"],
  transferRetry: ["id"],
  transferGoOn: ["id"],
  transferSave: ["id"],
  transferForgetText: ["id"],
  incoming: ["id"],
  incomingAccept: ["id"],
  incomingDiscard: ["id"],
  incomingWaiting: [],
  offeredServices: [],
  offeredServiceSave: ["service"],
  offeredServiceRemove: ["id"],
};

const rokwire: Shape<RokwireCommands> = {
  coreApps: [],
  coreApp: ["id"],
  coreAppAdmit: ["app"],
  coreBuildPut: ["id", "build"],
  coreBuildRemove: ["id", "identifier"],
  coreBuildWays: ["id", "identifier", "unlock", "anonymous"],
  coreProviderAdd: ["id", "identifier", "connection"],
  coreProviderRemove: ["id", "identifier", "connection"],
  coreSessionsSet: ["id", "sessions"],
  coreAppUse: ["id", "services", "anonymous"],
  coreKeyAdd: ["id"],
  coreKeyRemove: ["id", "key"],
  coreAppAttach: ["id", "space"],
  coreAppDetach: ["id", "space"],
  coreConfigPut: ["id", "config"],
  coreConfigRemove: ["id", "build", "version", "ofSpace"],
  services: [],
  serviceAdd: ["source"],
  serviceAccept: ["id", "fingerprint"],
  serviceKeep: ["id"],
  serviceRemove: ["id"],
  serviceScopes: [],
  serviceAccounts: [],
  serviceAccountAdd: ["account"],
  serviceAccountAsk: ["id"],
  serviceAccountChange: ["id", "change"],
  serviceAccountEnd: ["id"],
  serviceCredentialAdd: ["id", "credential"],
  serviceCredentialRemove: ["id", "credential"],
};

const rights: Shape<RightsCommands> = {
  eraseLetter: ["of"],
  erasePrint: [],
  eraseAsk: ["of", "way"],
  eraseAnswered: ["id", "erased"],
  reportSave: ["entry"],
};

const backpack: Shape<BackpackCommands> = {
  packPlan: [],
  packChoosePlace: ["name"],
  packStart: ["path", "lock", "full"],
  packCancel: [],
  backpackChoose: [],
  identityChoose: [],
  backpackCheck: ["path", "key"],
  backpackRestore: ["path", "key", "into"],
};

const settings: Shape<SettingsCommands> = {
  settings: [],
  settingsSet: ["settings"],
  mailSettings: [],
  setMailSettings: ["server", "password"],
  testMail: ["to"],
  persona: [],
  personaSet: ["field", "value"],
  memberships: [],
  membershipPut: ["membership"],
  membershipRemove: ["cooperative"],
  spaces: [],
  spaceAdd: ["name"],
  spaceAddMadeUp: [],
  spaceRename: ["id", "name"],
  spaceRemove: ["id"],
  spaceSwitch: ["id"],
  about: [],
};

const developer: Shape<DeveloperCommands> = {
  projects: [],
  projectAdd: ["texts"],
  projectDescribe: ["id", "texts"],
  projectLogoChoose: ["id"],
  projectLogoRemove: ["id"],
  projectLive: ["id", "live"],
  projectRemove: ["id"],
  projectPlatformPut: ["id", "platform"],
  projectTokenRotate: ["id"],
  projectAppAdd: ["id", "addresses"],
  projectSecretRotate: ["id"],
  trialMessage: ["id", "trial"],
  trialQuestion: ["id", "address"],
  trialAnswer: ["id", "text"],
  openApps: [],
  openAppLook: ["id"],
  appInspect: ["url"],
  tokenMint: ["service"],
  tokenLook: ["token"],
};

const consent: Shape<ConsentCommands> = {
  consentCurrent: [],
  consentPreview: ["id", "narrowing"],
  consentNeedsPassphrase: ["id", "narrowing", "duration"],
  consentShare: ["id", "narrowing", "duration", "previewSha256", "passphrase"],
  consentRefuse: ["id", "always"],
  consentReceived: ["id"],
  consentTheme: [],
  consentTransfer: ["id"],
  consentTransferSign: ["id", "sha256", "keepText", "passphrase"],
  consentTransferRefuse: ["id"],
};

const bridge: Shape<BridgeCommands> = {
  frameInfo: [],
  frameMessage: ["data", "origin"],
  frameAnswer: ["number", "choice"],
  frameReload: [],
  frameClose: [],
  frameStopSharing: [],
  frameReceived: [],
  frameAskErase: [],
  frameQuestions: [],
  frameWish: ["wish"],
  frameNotices: [],
  frameFollow: ["id"],
  frameTrace: ["after"],
  frameTraceText: ["number"],
  frameDropped: ["dropped"],
};

/** The groups; each is a plugin of the shell with its own permissions. */
export const groups = { vault, records, connections, imports, requests, apps, sharing, cooperatives, rokwire, rights, backpack, settings, developer, consent, bridge };

/** Whether this page runs inside Satchel. A plain browser gets made-up data, in builds that carry it. */
export const insideSatchel = "__TAURI_INTERNALS__" in globalThis;

const standIn =
  !insideSatchel && import.meta.env.MODE !== "production" ? import("./fake").then((fake) => fake.shared) : null;

export const api: Api = Object.fromEntries(
  Object.entries(groups).flatMap(([group, commands]) =>
    Object.entries(commands as Record<string, readonly string[]>).map(([name, parameters]) => [
      name,
      (...values: unknown[]) => call(group, name, parameters, values),
    ]),
  ),
) as unknown as Api;

/** What an act says that needs a code of the second factor first. */
const NEEDS_CODE = "VLT-170";

let askForCode: (() => Promise<boolean>) | null = null;

/** Says how to ask for a code. Whatever needs one is done again after it, and ends with its error when none was given. */
export function whenACodeIsNeeded(ask: () => Promise<boolean>): Stop {
  askForCode = ask;
  return () => (askForCode = null);
}

async function call(group: string, name: string, parameters: readonly string[], values: unknown[]): Promise<unknown> {
  try {
    return await once(group, name, parameters, values);
  } catch (error) {
    const known = asAppError(error);
    if (known.code !== NEEDS_CODE || askForCode === null || !(await askForCode())) throw known;
    return once(group, name, parameters, values);
  }
}

async function once(group: string, name: string, parameters: readonly string[], values: unknown[]): Promise<unknown> {
  try {
    if (standIn !== null) {
      const { api: fake } = await standIn;
      return await (fake[name as keyof Api] as (...all: unknown[]) => Promise<unknown>)(...values);
    }
    const args = Object.fromEntries(parameters.map((parameter, at) => [parameter, values[at]]));
    return await invoke(`plugin:${group}|${snake(name)}`, args);
  } catch (error) {
    throw asAppError(error);
  }
}

/** Whoever listens in this window. */
const hearers = new EventTarget();

/** All events of the core: the type sees to it that none is missing. */
const EVENTS: Record<EventName, true> = {
  vaultChanged: true,
  dataChanged: true,
  cooperativesChanged: true,
  progress: true,
  importChanged: true,
  linkFinished: true,
  navigate: true,
  questionChanged: true,
  framePost: true,
  frameChanged: true,
  frameStrip: true,
  framePaused: true,
  frameAsks: true,
  frameInspect: true,
};

/**
 * Resolves once the core knows that this window listens. A window shows nothing before: telling the core takes a while, and a page that listened
 * by itself would ask for a state, and miss that it changed before its own listener was known.
 */
export async function listening(): Promise<void> {
  if (!insideSatchel) return;
  // Without a target a page would hear what is meant for any window, another app's messages among it.
  const target = { kind: "WebviewWindow", label: getCurrentWebviewWindow().label } as const;
  const tell = (event: string, detail: unknown): void => void hearers.dispatchEvent(new CustomEvent(event, { detail }));
  await Promise.all(Object.keys(EVENTS).map((name) => listen(name, ({ payload }) => tell(name, payload), { target })));
}

/** Hears an event of the core until the returned function is called. */
export const on: Listen = (event, handler) => {
  if (standIn !== null) {
    let stop: Stop | null = null;
    let stopped = false;
    void standIn.then((fake) => {
      if (!stopped) stop = fake.on(event, handler);
    });
    return () => {
      stopped = true;
      stop?.();
    };
  }
  // A function of its own, so that one who listens twice stops once.
  const hear = (told: Event): void => handler((told as CustomEvent).detail);
  hearers.addEventListener(event, hear);
  return () => hearers.removeEventListener(event, hear);
};

/** Files that are dragged over this window: while they are over it, and the paths that were dropped. */
export function onFiles(over: (there: boolean) => void, dropped: (paths: string[]) => void): Stop {
  if (!insideSatchel) return onFilesOfABrowser(over, dropped);
  const heard = getCurrentWebviewWindow().onDragDropEvent(({ payload }) => {
    if (payload.type === "over") return;
    over(payload.type === "enter");
    if (payload.type === "drop" && payload.paths.length > 0) dropped(payload.paths);
  });
  return () => void heard.then((stop) => stop());
}

/** A browser tells no paths; the names are enough for made-up data. */
function onFilesOfABrowser(over: (there: boolean) => void, dropped: (paths: string[]) => void): Stop {
  const hear = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    over(event.type === "dragover");
    if (event.type === "drop") dropped([...event.dataTransfer.files].map(({ name }) => name));
  };
  const kinds = ["dragover", "dragleave", "drop"] as const;
  for (const kind of kinds) addEventListener(kind, hear);
  return () => kinds.forEach((kind) => removeEventListener(kind, hear));
}

/** Whatever was thrown, in the three parts that every message has. */
export function asAppError(error: unknown): AppError {
  if (typeof error === "object" && error !== null && "code" in error && "title" in error) return error as AppError;
  return {
    code: "SYS-710",
    title: "Satchel made a mistake of its own.",
    safe: "What was stored before is as it was.",
    todo: "Do it again. If it stays so, report it with this code.",
    details: error instanceof Error ? error.message : String(error),
  };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
