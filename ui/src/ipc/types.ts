// The IPC contract between this folder and src-tauri/src/commands: fields in camelCase, integers fit 53 bits, times are RFC 3339 with
// offset, money is in minor units, every command rejects with AppError, null means absent.


export interface AppError { code: string; title: string; safe: string; todo: string; details: string | null } // three-part message (design.md 8), already worded
export interface Money { minor: number; currency: string; exponent: number }
export interface RatingScale { value: number; min: number; max: number }

// ---------- group "vault" (window main)
export type LockCause = "started" | "you" | "away" | "slept" | "screen" | "window" | "changedOnDisk";
export interface KeyringState { enabled: boolean; usable: boolean; reason: string | null } // reason: plain words why it cannot work now
export interface VaultStatus {
  state: "none" | "locked" | "unlocked";
  name: string;               // of the vault (and of its first space)
  place: string;              // folder shown to the person
  lockCause: LockCause; awayMinutes: number | null;
  keyring: KeyringState; hasRecovery: boolean; failedAttempts: number;
  damage: AppError | null;    // replaces the unlock form; repairable says whether "Repair from the safe copy" can work
  repairable: boolean; safeCopyAt: string | null;
  stitch: number[];           // the personal stitch: dash lengths in px, e.g. [12,7,12,7,4,7]
  practice: boolean;          // a made-up practice vault that is thrown away when Satchel closes
  space: SpaceRef | null;     // the space shown, when unlocked
  lockAfterMinutes: number | null;
  version: string;
}
export interface SpaceRef { id: string; name: string; madeUp: boolean }
export interface Strength { level: "weak" | "fair" | "good" | "strong"; guessesLog10: number; hint: string | null }
export interface RecoveryKit { groups: string[]; vaultName: string; createdAt: string; confirm: [number, number] } // confirm: the two groups to type back, 1-based
export interface GroupCheck { ok: boolean; wrongGroup: number | null; wrongCharacter: number | null }
export interface VaultCommands {
  vaultStatus(): Promise<VaultStatus>;
  vaultTouch(): Promise<void>;                                  // somebody uses the window
  passphraseStrength(passphrase: string, personal: string[]): Promise<Strength>;
  suggestPassphrase(): Promise<string>;
  choosePlace(): Promise<string | null>;                       // native folder dialog
  vaultCreate(name: string, passphrase: string, place: string | null): Promise<RecoveryKit>;
  vaultTryMadeUp(): Promise<void>;                              // practice vault with made-up data, unlocked; the demo platform is linked by the same OAuth flow (opens the browser)
  vaultChoose(): Promise<VaultStatus | null>;                   // "Open another vault": native dialog
  vaultUnlock(passphrase: string): Promise<void>;
  vaultUnlockKeyring(): Promise<void>;
  vaultRecover(code: string, newPassphrase: string): Promise<void>;
  vaultRepair(passphrase: string): Promise<void>;
  vaultLock(): Promise<void>;
  recoveryKitNew(passphrase: string): Promise<RecoveryKit>;
  recoveryKitSave(): Promise<string | null>;                    // native save dialog, returns the path; only while a kit is being shown
  recoveryKitPrint(): Promise<void>;
  recoveryKitConfirm(groups: [string, string]): Promise<GroupCheck>;
  recoveryKitLater(): Promise<void>;
  passphraseChange(current: string, next: string): Promise<void>;
  keyringEnable(passphrase: string): Promise<void>;
  keyringDisable(): Promise<void>;
  vaultCheck(): Promise<CheckReport>;
  vaultDelete(typedName: string): Promise<void>;
  secondFactor(): Promise<SecondFactorState>;
  secondFactorBegin(): Promise<SecondFactorSetup>;
  secondFactorFinish(code: string): Promise<string[]>;          // the recovery codes, told this once
  secondFactorCode(code: string): Promise<void>;                // opens one act that said VLT-170
  secondFactorRenew(): Promise<string[]>;
  secondFactorEnd(): Promise<void>;
  issuerKey(): Promise<IssuerKey>;
  issuerKeyRotate(passphrase: string): Promise<IssuerKey>;      // the one that was made
}
export interface SecondFactorState { since: string | null; codesLeft: number }
export interface IssuerKey { tokens: string; documents: string } // the fingerprints by which others know it: services, and servers of apps
export interface SecondFactorSetup { picture: string; secret: string } // picture: a data: address
export interface CheckReport { at: string; whole: boolean; records: number; unreadable: number; words: string }

// ---------- group "records" (main)
export type Period = "3m" | "12m" | "all";
export type RecordKind = "work" | "payment" | "rating" | "review" | "achievement" | "restriction";
export type Assurance = "signed" | "fetched" | "imported" | "typed";
export interface Monogram { letters: string; tint: number }     // tint 1..5 = chart colour order of the platform
export interface Overview {
  total: number; workTotal: number; platformCount: number; sentence: string; // "4,212 work records from four platforms, all kept on this computer."
  backup: string | null;
  needsYou: NeedsYou[];
  currencies: EarningsSeries[];  // one per currency, largest first
  ratings: RatingSummary[];
  coverage: { months: string[]; rows: { connection: string; name: string; cells: ("full" | "part" | "none" | "outside")[] }[] }; // months "2025-12"
  connections: { id: string; name: string; state: ConnectionState; words: string; way: string; when: string | null }[];
  left: ActivityRow[];
}
export interface NeedsYou { id: string; bold: string; rest: string; action: string; target: string } // target = route, e.g. "/connections/ID"
export interface EarningsSeries {
  currency: string; exponent: number; totalMinor: number; gigs: number; perWeekMinor: number; step: "week" | "month";
  platforms: { platform: string; name: string; monogram: Monogram; totalMinor: number }[];
  bars: { from: string; to: string; minor: number[]; gigs: number; gap: string | null }[]; // minor[i] belongs to platforms[i]; gap = reason when data is missing; dates "2026-11-16"
}
export interface RatingSummary { connection: string; name: string; monogram: Monogram; dimension: string; count: number; average: number; scale: RatingScale; spark: number[]; asOf: string | null }
export interface RecordFilter { text: string; platform: string | null; kind: RecordKind | null; type: string | null; from: string | null; to: string | null; minMinor: number | null; maxMinor: number | null }
export interface RecordRow { id: string; kind: RecordKind; platform: string; platformName: string; start: string; end: string | null; title: string; status: string | null; distanceM: number | null; durationS: number | null; amount: Money | null; rating: RatingScale | null; assurance: Assurance }
export interface RecordPage { rows: RecordRow[]; total: number; sentence: string; sums: Money[]; distanceM: number }
export interface FilterOptions { platforms: { id: string; name: string; count: number }[]; kinds: { kind: RecordKind; count: number }[]; types: { type: string; count: number }[]; months: { month: string; count: number }[] }
export interface RawCell { name: string; value: string; corrected: string | null; hidden: boolean } // corrected: what the person says instead; hidden: it speaks of somebody else
export interface RecordDetail {
  row: RecordRow; heading: string; sub: string;                 // "Delivery, 20 November 2026", "Demo platform, Barcelona"
  fields: { name: string; value: string; note: string; hidden: boolean }[]; // note = where it came from
  shift: { from: string; to: string; sentence: string; blocks: { id: string; start: string; end: string; current: boolean }[] } | null;
  source: { name: string; position: string; sha256: string; fetchedAt: string; by: string; reader: string; assurance: Assurance; unchanged: boolean };
  raw: RawCell[]; rawCount: number;      // first rows, and how many members there are
  left: { entry: string; words: string }[];
}
export interface NewEntry { kind: RecordKind; type: string | null; title: string; start: string; end: string | null; amountText: string | null; currency: string | null; distanceKm: string | null; note: string | null }
export interface JumpItem { group: "do" | "goTo" | "records" | "left"; id: string; title: string; detail: string; target: string; disabled: string | null } // target: route or "command:lock" …
export interface RecordCommands {
  overview(period: Period): Promise<Overview>;
  recordsPage(filter: RecordFilter, sort: "newest" | "oldest" | "amount", offset: number, limit: number): Promise<RecordPage>;
  filterOptions(): Promise<FilterOptions>;
  recordDetail(id: string): Promise<RecordDetail>;
  recordRaw(id: string): Promise<RawCell[]>;
  entryAdd(entry: NewEntry): Promise<string>;
  recordsSave(filter: RecordFilter, format: "csv" | "ndjson"): Promise<string | null>;
  jump(query: string): Promise<JumpItem[]>;
}

// ---------- group "connections" (main)
export type ConnectionState = "working" | "file" | "fetching" | "authLost" | "lessGranted" | "emailSent" | "notFinished" | "platformBusy" | "platformDown" | "unknownFormat" | "stopped" | "gone" | "typed";
export interface ConnectionRow { id: string; platform: string; name: string; monogram: Monogram; state: ConnectionState; words: string; second: string; when: string | null; records: number; way: string; byAddress: boolean; group: "needsYou" | "working" | "waiting" | "notFinished" | "stopped" }
export interface ConnectionDetail {
  row: ConnectionRow; notice: AppError | null; action: { label: string; command: "signIn" | "fetch" | "continue" | "confirm" | "reconnect" } | null; // confirm: the code of the mail; reconnect: address and token anew
  facts: { name: string; value: string }[];                     // "Satchel may read", "It may not", "Fetches", "Account", "Linked"
  tries: { at: string; ok: boolean; words: string }[];
  granted: string[]; missing: string[];
  account: string;                                              // at the platform: a name, or the address that it is asked by
}
export interface CatalogueItem {
  platform: string; name: string; monogram: Monogram; words: string;
  own: boolean; hosts: string[]; rule: string | null; guide: string[]; // guide: how to get an access key there, line by line
  ways: { way: "link" | "email" | "file" | "request"; ready: boolean; what: string; needs: string; time: string; redirect: string | null; relay: "https" | "name" | null }[]; // relay: what stands for the person's relay, where the platform takes no address of this computer; redirect: to register for an own key, where the platform wants one
}
export interface PlatformFile { file: string; draft: string | null; platform: CatalogueItem | null; fault: { line: number; cause: string; lines: { number: number; text: string }[] } | null }
export interface LinkAttempt { attempt: string; url: string; opened: boolean }
export interface ConnectionCommands {
  connections(): Promise<ConnectionRow[]>;
  connectionDetail(id: string): Promise<ConnectionDetail>;
  catalogue(): Promise<CatalogueItem[]>;
  platformChoose(): Promise<PlatformFile | null>;               // native file dialog; reads and checks, adds nothing
  platformAdd(draft: string): Promise<CatalogueItem>;           // adds exactly what was shown
  connectEmail(platform: string, address: string, token: string | null): Promise<{ connection: string; until: string | null }>; // until: a mail was sent, and can be answered so long
  sendEmailAgain(connection: string): Promise<string>;
  confirmEmail(connection: string, code: string): Promise<void>;
  linkStart(platform: string, connection: string | null, clientId: string | null, clientSecret: string | null, relay: string | null): Promise<LinkAttempt>; // connection: sign in again
  linkOpenAgain(attempt: string): Promise<void>;
  linkCancel(attempt: string): Promise<void>;
  fetchNow(id: string): Promise<void>;
  fetchPause(id: string): Promise<void>;
  disconnect(id: string, deleteData: boolean): Promise<{ revokedAtPlatform: boolean; words: string }>;
}

// ---------- group "imports" (main): files that platforms hand over, and how complete what is here is
export type ImportState = "checking" | "checked" | "running" | "paused" | "done" | "stopped" | "failed" | "undone";
export interface ImportSums { read: number; new: number; had: number; changed: number; contained: number; aside: number } // new + had + changed + contained + aside = read
export interface ImportFile { position: number; path: string; what: string; state: "waiting" | "reading" | "done" | "leftOut" | "unknown"; leftOut: string | null; optional: boolean; taken: boolean; sums: ImportSums; share: number; unknownColumns: string[]; people: boolean } // leftOut: why, in words; share: of this file, 0 to 1
export interface CurrencySum { currency: string; payments: Money; payouts: Money; charges: Money; statements: Money; work: Money; inVault: Money | null } // payouts and statements hold payments, so they are never added
export interface AsideCount { reason: string; rows: number }
export interface AsideRow { position: number; file: string; row: number; reason: string; text: string; hint: string | null } // file: what it is; row: as a person counts, the head is row 1
export interface RowFault { reason: string; hint: string | null; columns: number[] } // columns: whose cells are the reason; none where it is the whole row
export interface WholeAside { file: string; path: string; row: number; fault: RowFault; cells: RawCell[]; columns: number } // columns: how many of the cells can be corrected
export interface SampleRecord { kind: string; start: string; title: string | null; amount: Money | null; status: string | null }
export interface Gap { what: string; todo: string; from: string | null; to: string | null }
export interface Counter { says: number; holds: number } // the platform's own counter, and what is here
export interface ImportView {
  id: string; state: ImportState; error: AppError | null; platform: string; platformName: string; layout: string; sure: boolean; fileName: string; size: number;
  account: string; from: string | null; to: string | null; kinds: { kind: string; rows: number }[]; sums: ImportSums; total: number | null; files: ImportFile[]; money: CurrencySum[];
  aside: AsideCount[]; latestAside: AsideRow[]; sample: SampleRecord[]; people: boolean; withoutPeople: boolean; wallClock: boolean; timeZone: string | null; counter: Counter | null; gaps: Gap[]; undoUntil: string | null; startedAt: string;
}
export interface UnknownShape { file: string; rows: number; columns: string[]; nearest: string | null } // IMP-201: no values
export interface Mapping { name: string; platform: string; kind: string; columns: { column: string; member: string }[]; dateFormat: string; timeZone: string; decimal: string; currency: string; currencyColumn: string | null; person: string[] } // decimal: "." or ","; person: columns about other people
export interface MappingTable { file: string; platform: string | null; columns: { name: string; samples: string[]; guess: string | null }[]; delimiter: string; mapping: Mapping | null; members: string[]; dateFormats: string[] } // platform: of the files beside it; mapping: remembered for such a head
export interface CoveredMonth { month: string; records: number; payments: number; covered: "api" | "file" | "both" | "none" } // month: "2026-11"
export interface ReconciledSum { currency: string; payments: Money; payouts: Money; statement: Money | null; difference: Money } // statement: of the year (DAC7)
export interface Overlap { from: string; to: string; records: number }
export interface PlatformCoverage { platform: string; name: string; months: CoveredMonth[]; counter: Counter | null; payments: ReconciledSum[]; overlaps: Overlap[]; gaps: Gap[] }
export interface ImportPlatform { id: string; name: string; files: string }
export interface FoundFile { path: string; name: string; platformName: string; at: string }
export interface ImportCommands {
  imports(): Promise<ImportView[]>;                             // newest first
  import(id: string): Promise<ImportView>;
  chooseImport(folder: boolean): Promise<string | null>;        // native dialog; the check begins: hear importChanged
  dropImport(paths: string[]): Promise<string>;
  importPassword(id: string, password: string): Promise<void>;
  changeImport(id: string, platform: string): Promise<void>;    // what the person says that it is; checked again
  setImport(id: string, leaveOut: number[], withoutPeople: boolean, account: string, timeZone: string | null): Promise<ImportView>; // another account or zone is checked again
  startImport(id: string): Promise<void>;
  pauseImport(id: string): Promise<void>;
  continueImport(id: string): Promise<void>;
  stopImport(id: string): Promise<void>;                        // and takes back what it brought
  undoImport(id: string): Promise<void>;
  dropImportCheck(id: string): Promise<void>;                   // nothing was stored
  importAside(id: string, offset: number, limit: number): Promise<AsideRow[]>;
  saveImportAside(id: string): Promise<string | null>;          // native save dialog
  wholeAside(id: string, position: number, row: number): Promise<WholeAside>;
  fixAside(id: string, position: number, row: number, cells: [number, string][]): Promise<RowFault | null>; // null: it is a part of the import now
  importShape(id: string): Promise<UnknownShape[]>;
  saveImportShape(id: string): Promise<string | null>;          // native save dialog; names and counts, no values
  mappingTable(id: string, position: number): Promise<MappingTable>;
  applyMapping(id: string, position: number, mapping: Mapping, keep: boolean): Promise<ImportView>; // checks again; stores no record
  mappings(): Promise<Mapping[]>;
  saveMapping(name: string): Promise<string | null>;            // native save dialog: as an importer, without values
  removeMapping(name: string): Promise<void>;
  importPlatforms(): Promise<ImportPlatform[]>;
  completeness(): Promise<PlatformCoverage[]>;
  watchedFolder(): Promise<string | null>;
  watchFolder(): Promise<string | null>;                        // native folder dialog
  stopWatching(): Promise<void>;
  foundInFolder(): Promise<FoundFile[]>;                        // recognised by content; nothing is imported by itself
}

// ---------- group "requests" (main): asking platforms for one's data
export type RequestState = "draft" | "sent" | "extended" | "refused" | "answered" | "stopped";
export type RequestHappened = "arrived" | "identity" | "extended" | "refused" | "note" | "answered";
export type LetterKind = "access" | "reminder" | "complaint" | "identity";
export interface RequestWay { kind: "portal" | "mail" | "form"; target: string; words: string }
export interface RequestLine { at: string; what: string; note: string | null; done: boolean } // what: one of the things that happen, or words
export interface DataRequest { id: string; platform: string; name: string; language: string; state: RequestState; sentAt: string | null; due: string | null; day: number | null; days: number | null; steps: RequestLine[]; way: RequestWay; next: "reminder" | "complaint" | null }
export interface LetterPart { text: string; mine: boolean } // mine: it came from the profile
export interface Letter { to: string; subject: string; paragraphs: LetterPart[][]; sign: string; authority: { name: string; url: string } | null }
export interface RequestPlatform { id: string; name: string; way: string }
export interface RequestCommands {
  dataRequests(): Promise<DataRequest[]>;
  dataRequest(id: string): Promise<DataRequest>;
  beginRequest(platform: string, language: string): Promise<string>;
  requestLetter(id: string, kind: LetterKind, language: string): Promise<Letter>; // nothing is sent by it
  requestSent(id: string, at: string): Promise<DataRequest>;    // at: a day; the month runs from it
  requestStep(id: string, what: RequestHappened, at: string, note: string | null): Promise<DataRequest>;
  stopRequest(id: string): Promise<void>;
  requestPlatforms(): Promise<RequestPlatform[]>;
}

// ---------- group "apps" (main)
export interface SeesTag { grant: string; words: string }
export interface AppIcon { picture: string | null; symbol: string } // picture: a data: address; symbol: classes such as "fa-vial fa", or ""
export interface AppRow { id: string; name: string; maker: string; host: string; monogram: Monogram; icon: AppIcon; unread: number; badges: number; offlineSince: string | null; sees: SeesTag[]; until: string; network: string; past: string; included: boolean; open: boolean; state: AppStanding }
export type AppStanding = "ready" | "offered" | "paused" | "arrived" | "blocked"; // offered: a newer version waits; paused: and the app gets nothing; arrived: with a backpack
export interface Difference { kind: "who" | "added" | "removed" | "other"; words: string; before: string; after: string }
export interface AppOffer { shown: string; paused: boolean; changes: Difference[] } // shown: given back with the choice
export interface AppReview { review: string; name: string; maker: string; manifestUrl: string; origin: string; version: string; description: string; verified: string; warnings: string[];
  asks: { words: string; scope: string; reason: string; required: boolean }[]; cannot: string[]; held: { name: string; value: string }[]; facts: { name: string; value: string }[]; icon: AppIcon; readme: MarkBlock[]; wire: Wire | null; app: [string, AppStanding] | null }
export interface Wire { profile: string; name: string; why: string; server: string; relay: boolean } // relay: its server wants to ask and cannot reach this computer
export type MarkBlock = { kind: "heading"; level: number; words: MarkInline[] } | { kind: "paragraph"; words: MarkInline[] } | { kind: "list"; first: number | null; items: MarkBlock[][] } | { kind: "quote"; blocks: MarkBlock[] } | { kind: "code"; text: string } | { kind: "rule" };
export type MarkInline = { kind: "text"; text: string } | { kind: "strong"; words: MarkInline[] } | { kind: "emphasis"; words: MarkInline[] } | { kind: "code"; text: string } | { kind: "link"; to: string; host: string; words: MarkInline[] } | { kind: "break" };
export interface AppSetting { key: string; kind: "text" | "number" | "boolean" | "date"; value: string }
export interface AppChoices { profile: string; settings: AppSetting[]; roles: { id: string; words: string; ticked: boolean }[]; serial: string; reference: string; notifications: boolean; sounds: boolean; hasOriginToken: boolean; hasRequestSecret: boolean; hasResponseSecret: boolean }
export interface AppChoicesEdit { profile: string; settings: [string, string][]; roles: string[]; serial: string; reference: string; notifications: boolean; sounds: boolean; originToken: string | null; requestSecret: string | null; responseSecret: string | null } // a secret that is null stays, an empty one is forgotten
export interface MessageRow { id: string; kind: number; body: MarkBlock[]; at: string; unread: boolean } // kind: 0 tells, 1 a success, 2 a warning
export interface ExitRow { way: string; target: string; words: string; since: string }
export interface AppDetail { row: AppRow; review: AppReview; offer: AppOffer | null; grants: GrantRow[]; received: ActivityRow[]; questions: ActivityRow[]; rules: { scope: string; words: string; since: string }[]; storedBytes: number; messages: MessageRow[]; choices: AppChoices; exits: ExitRow[]; canErase: boolean }
export interface AppCommands {
  apps(): Promise<AppRow[]>;
  appChoose(): Promise<string | null>;                          // a packaged app from a file: the address for appReview; null when none was chosen
  appReview(url: string): Promise<AppReview>;
  appInstall(review: string): Promise<string>;
  appDetail(id: string): Promise<AppDetail>;
  appOpen(id: string): Promise<void>;                           // raises or opens the app's window; settles consent first
  appUseNew(id: string, shown: string): Promise<void>;
  appKeepOld(id: string, shown: string): Promise<void>;
  appRemove(id: string): Promise<void>;
  appDeleteStored(id: string): Promise<void>;
  appAskAgain(id: string, scope: string): Promise<void>;
  appOpenGuest(id: string): Promise<void>;                      // asks nothing and tells nothing; nothing is remembered
  appChoicesSet(id: string, choices: AppChoicesEdit): Promise<void>;
  appMessagesRead(id: string): Promise<void>;
  appMessagesClear(id: string): Promise<void>;
  appLookAgain(id: string): Promise<boolean>;                   // reads its description now; whether its server answered
  appExitClose(id: string, way: string, target: string): Promise<void>;
  appLink(url: string): Promise<void>;                          // in the person's browser
}

// ---------- group "sharing" (main)
export interface GrantRow { id: string; party: string; face: string; words: string; scopes: string[]; since: string; once: boolean; until: string | null; lastUsed: string | null; state: "live" | "used" | "expired" | "revoked"; shown: string; app: string; sources: string[]; attention: string | null }
export type ActivityResult = "shared" | "refused" | "notAnswered" | "failed" | "stopped" | "saved" | "installed" | "eraseAsked" | "reported" | "unknown";
export interface ActivityRow { id: string; at: string; party: string; what: string; result: ActivityResult; words: string; glyph: "left" | "refused" | "arrived" | "packed" | "stopped" | "failed" | "erase" | "report" }
export interface ActivityFilter { text: string; party: string | null; result: ActivityResult | null; days: number | null }
export interface MonoFact { name: string; value: string; mono: boolean }
export interface ActivityDetail { row: ActivityRow; facts: MonoFact[]; asked: { words: string; given: boolean }[]; grant: GrantRow | null; agreed: MonoFact[]; erasure: Erasure | null; canErase: boolean; canReport: boolean; receipt: boolean; transfer?: string | null; hash: string; number: number } // transfer: the signed transfer that it was
export interface LogCheck { entries: number; whole: boolean; firstBroken: number | null; checkedAt: string; words: string }
export interface SightRow { kind: string; party: string; name: string; through: string; app: string; platform: string; platformName: string; monogram: Monogram; words: string[]; until: string | null; once: boolean; later: boolean } // kind and party name the seer; later: it sees platforms added later too
export interface SharingCommands {
  grants(): Promise<GrantRow[]>;
  grantRevoke(id: string): Promise<void>;
  grantRevokeAll(): Promise<number>;
  grantsReviewed(): Promise<void>;
  receiptSave(id: string): Promise<string | null>;
  activity(filter: ActivityFilter, offset: number, limit: number): Promise<{ rows: ActivityRow[]; total: number; parties: string[] }>;
  activityEntry(id: string): Promise<ActivityDetail>;
  logVerify(): Promise<LogCheck>;
  logSave(form: "lines" | "page"): Promise<string | null>;       // NDJSON, or HTML to read; both with the signed last line
  sights(): Promise<SightRow[]>;
  sightStop(platform: string, kind: string, party: string): Promise<number>;
  platformStop(platform: string): Promise<number>;
  partyStop(kind: string, party: string): Promise<number>;
  seeing(): Promise<{ apps: number; words: string }>;            // sidebar sentence: "1 app can see something" / "Nobody can see anything"
}

// ---------- group "cooperatives" (main): peers of the Intercoop protocol, signed transfers to them, and what they sent here
export type KeyStanding = "checked" | "unchecked" | "changed" | "none";
export interface CooperativeCard {
  id: string; name: string; description: string; monogram: Monogram; logo: string | null; // logo: a data: address
  url: string; privacyPolicy: string; host: string;              // host: where packages go
  key: KeyStanding; keyWords: string; fingerprint: string;       // keyWords: "You checked its key on 8 Nov"; fingerprint in groups
  waiting: { fingerprint: string; words: string } | null;        // a changed key that waits for a look, and since when the pinned one was trusted
  strong: boolean;                                               // only packages with the signed extras are taken from it
  services: ServiceRow[];
}
export interface ServiceRow { id: string; name: string; description: string; image: string | null; privacyPolicy: string | null; activation: string | null; needs: string; missing: number; state: "never" | "started" | "stopped"; stateWords: string; transfer: string | null } // needs: "9 things, all of them in your profile"; transfer: the newest
export interface IncomingRow { id: string; from: string; service: string; at: string; expires: string; state: "waiting" | "accepted"; fields: number }
export interface Cooperatives { cooperatives: CooperativeCard[]; incoming: IncomingRow[]; ownId: string; ownIdFixed: boolean; ownFingerprint: string }
export type LookSource = { kind: "file" } | { kind: "url"; url: string } | { kind: "text"; text: string };
export interface CooperativeLook { look: string; id: string; name: string; description: string; host: string; fingerprint: string; services: string[]; notes: string[]; standing: "new" | "same" | "changed" | "rotated" } // rotated: the key that is known signed the new one
export interface OwnDescriptor { id: string; name: string; fingerprint: string; text: string; idFixed: boolean; lostFingerprint: string | null } // lostFingerprint: of the key that others know, where a backpack brought the name without it
export interface TransferRow { field: string; label: string; value: string; note: string; missing: boolean; editable: boolean; isList: boolean } // note: where it comes from; a list has commas between
export interface WorkRow { part: string; label: string; lines: string[] }
export interface TransferDraft { id: string; title: string; cooperative: CooperativeCard; service: ServiceRow; rows: TransferRow[]; work: WorkRow[]; ready: boolean }
export type TransferState = "prepared" | "asking" | "sending" | "accepted" | "refused" | "notSent" | "unknown"; // asking: the window with the question is open; refused: by the cooperative
export interface TransferReceipt {
  id: string; title: string; cooperative: string; monogram: Monogram; peer: string; service: string; // cooperative: its name; peer: its id
  state: TransferState; at: string; words: AppError | null; got: string; why: string; answer: string; number: string;
  goOn: { host: string; url: string; foreign: boolean } | null;  // foreign: the host is not the cooperative's
  signedBy: string; theirKey: string; sha256: string; logWords: string; text: string | null; hasText: boolean; // text: when it is kept
  disclosure: string;                                            // the entry of the log
  canErase: boolean; canRetry: boolean; canReport: boolean;
}
export interface IncomingDetail { id: string; from: string; fromId: string; service: string; at: string; expires: string; state: IncomingRow["state"]; fields: { label: string; value: string[] }[]; raw: string; repeats: number; notes: string[] }
export interface InLanguages { es: string; ca: string; en: string }
export interface OfferRule { kind: "peer" | "member" | "nif" | "role"; value: string; peer: string | null } // peer: the cooperative at which it holds; null at every one
export interface OfferedService { id: string; name: InLanguages; description: InLanguages; fields: string[]; offered: boolean; refused: OfferRule[] }
export interface CooperativeCommands {
  cooperatives(): Promise<Cooperatives>;
  /** The text of the QR code in a picture (base64, without a prefix); null opens the native dialog. Null when none was chosen. */
  cooperativeCode(picture: string | null): Promise<string | null>;
  cooperativeLook(source: LookSource): Promise<CooperativeLook | null>; // a file opens the native dialog; null when none was chosen
  cooperativeAdd(look: string, compared: boolean): Promise<void>;
  cooperativeCompared(id: string, fingerprint: string, match: boolean): Promise<void>; // of exactly the key that was shown
  cooperativeRemove(id: string): Promise<void>;
  cooperativeStrong(id: string, on: boolean): Promise<void>;
  serviceStopped(peer: string, service: string, stopped: boolean): Promise<void>;
  ownDescriptor(): Promise<OwnDescriptor>;
  ownDescriptorSave(): Promise<string | null>;                   // native save dialog; logged
  ownDescriptorCopied(): Promise<void>;                          // it goes to the clipboard: that is logged too, before
  ownName(name: string, id: string): Promise<void>;
  ownKeyRotate(passphrase: string): Promise<void>;
  transferPrepare(peer: string, service: string): Promise<TransferDraft>;
  transferFill(id: string, field: string, value: string): Promise<TransferDraft>;
  transferDrop(id: string): Promise<void>;
  transferAsk(id: string, add: string[]): Promise<void>;         // opens the window with the question
  transfer(id: string): Promise<TransferReceipt>;
  transferRetry(id: string): Promise<void>;                      // only what certainly was not sent
  transferGoOn(id: string): Promise<void>;                       // in the person's browser
  transferSave(id: string): Promise<string | null>;              // native save dialog
  transferForgetText(id: string): Promise<void>;
  incoming(id: string): Promise<IncomingDetail>;
  incomingAccept(id: string): Promise<void>;
  incomingDiscard(id: string): Promise<void>;
  /** How much waits for the person. */
  incomingWaiting(): Promise<number>;
  offeredServices(): Promise<OfferedService[]>;
  offeredServiceSave(service: OfferedService): Promise<void>;
  offeredServiceRemove(id: string): Promise<void>;
}

// ---------- group "rokwire" (window main): applications and services of Rokwire Core
export interface CoreAppRow { id: string; name: string; code: string; monogram: Monogram; builds: string[]; sees: string[] } // builds: their identifiers
export interface CoreBuild { identifier: string; name: string; versions: string[] }
export interface CoreProvider { id: string; name: string; account: string; system: string } // id: of the connection; account: empty if it knows none
export interface CoreBuildHere extends CoreBuild { unlock: boolean; anonymous: boolean; providers: CoreProvider[] } // in this space
export interface CoreYearly { month: number; day: number; hour: number; minute: number } // month: 1 to 12, in UTC
export interface CoreSessions { most: number; idleMinutes: number | null; loginMinutes: number | null; graceSeconds: number; yearly: CoreYearly | null } // most: 0 for no limit
export interface CoreAppDraft { name: string; code: string; multiTenant: boolean; anonymous: boolean; services: string[]; builds: CoreBuild[] }
export interface CoreServiceUse { id: string; name: string; known: boolean; used: boolean }
export interface CoreSpace { id: string; name: string; attached: boolean; current: boolean }
export interface CoreConfig { build: string; version: string; ofSpace: boolean; data: string } // build: its identifier; data: the JSON as it was written
export interface JsonFault { line: number; column: number; words: string } // counted from 1
export interface CoreAppDetail {
  row: CoreAppRow; multiTenant: boolean; since: string; account: string | null; builds: CoreBuildHere[];
  connections: CoreProvider[]; sessions: CoreSessions; // connections: of this space, that a build could know the person by
  keys: { id: string; since: string }[]; services: CoreServiceUse[]; anonymous: boolean; spaces: CoreSpace[]; configs: CoreConfig[]; grants: GrantRow[];
}
export interface AskedScope { scope: string; words: string; required: boolean; explanation: string } // words: empty for what this vault does not have
export interface WaitingService { fingerprint: string; host: string; at: string }
export interface KnownService {
  id: string; name: string; description: string; host: string; infoUrl: string; fingerprint: string; alg: string; pinnedBy: "file" | "comparison"; pinnedAt: string;
  legacy: boolean; account: string; scopes: AskedScope[]; grants: GrantRow[]; waiting: WaitingService | null;
}
export interface ScopeDraft { scope: string; required: boolean; explanation: string }
export interface ServiceDraft { id: string; name: string; host: string; keyPem: string; alg: string; legacy: boolean; scopes: ScopeDraft[] }
export type ServiceSource = { kind: "text"; text: string; legacy: boolean } | { kind: "fields"; service: ServiceDraft };
export type ServiceAdded = "added" | "same" | "updated" | "waiting";
export interface ScopeChoice { scope: string; words: string }
export interface AccountCredential { id: string; name: string; since: string; alg: string; fingerprint: string } // alg and fingerprint: empty for a token
export interface ServiceAccountRow {
  id: string; name: string; service: string; serviceName: string; since: string; until: string; over: boolean; // until: the last day
  apps: { id: string; name: string; words: string; scopes: ScopeChoice[] }[]; credentials: AccountCredential[]; grants: GrantRow[];
}
export type CredentialDraft = { kind: "token"; name: string } | { kind: "key"; name: string; pem: string; alg: string };
export interface ServiceAccountDraft { name: string; service: string; apps: string[]; scopes: string[]; until: string; credential: CredentialDraft } // until: the last day
export interface ServiceAccountChange { until: string | null; apps: { id: string; scopes: string[] }[] } // null, or not named: as it is; no scopes: taken out
export interface CredentialMade { account: string; token: string | null; questions: number } // token: shown once; questions: that wait for the person now
export interface RokwireCommands {
  coreApps(): Promise<CoreAppRow[]>;
  coreApp(id: string): Promise<CoreAppDetail>;
  coreAppAdmit(app: CoreAppDraft): Promise<ShownOnce>;          // its API key, shown this once
  coreBuildPut(id: string, build: CoreBuild): Promise<void>;
  coreBuildRemove(id: string, identifier: string): Promise<void>; // the last one stays
  coreBuildWays(id: string, identifier: string, unlock: boolean, anonymous: boolean): Promise<void>;
  coreProviderAdd(id: string, identifier: string, connection: string): Promise<void>;
  coreProviderRemove(id: string, identifier: string, connection: string): Promise<void>;
  coreSessionsSet(id: string, sessions: CoreSessions): Promise<void>;
  coreAppUse(id: string, services: string[], anonymous: boolean): Promise<void>;
  coreKeyAdd(id: string): Promise<ShownOnce>;
  coreKeyRemove(id: string, key: string): Promise<void>;
  coreAppAttach(id: string, space: string): Promise<ShownOnce>;  // the key that it has there
  coreAppDetach(id: string, space: string): Promise<void>;       // with what it kept there
  coreConfigPut(id: string, config: CoreConfig): Promise<JsonFault | null>; // null when it was kept
  coreConfigRemove(id: string, build: string, version: string, ofSpace: boolean): Promise<void>;
  services(): Promise<KnownService[]>;
  serviceAdd(source: ServiceSource): Promise<ServiceAdded>;
  serviceAccept(id: string, fingerprint: string): Promise<void>; // of exactly the key that was compared
  serviceKeep(id: string): Promise<void>;
  serviceRemove(id: string): Promise<void>;
  serviceScopes(): Promise<ScopeChoice[]>;
  serviceAccounts(): Promise<ServiceAccountRow[]>;
  serviceAccountAdd(account: ServiceAccountDraft): Promise<CredentialMade>;
  serviceAccountAsk(id: string): Promise<number>;
  serviceAccountChange(id: string, change: ServiceAccountChange): Promise<number>; // as many questions wait then
  serviceAccountEnd(id: string): Promise<void>;
  serviceCredentialAdd(id: string, credential: CredentialDraft): Promise<CredentialMade>;
  serviceCredentialRemove(id: string, credential: string): Promise<void>;
}

// ---------- group "rights" (main): what the person may demand of somebody who got data
export type EraseOf = { kind: "entry"; id: string } | { kind: "app"; id: string };
export type EraseWay = "letter" | "mail" | "link";
export interface Erasure { id: string; way: EraseWay; state: "waiting" | "erased" | "refused"; asked: string; again: string | null; due: string; days: number; passed: number; left: number; late: number; answered: string | null } // asked, due: "2026-11-10"; days: 28 to 31
export interface EraseLetter { party: string; subject: string; text: string; email: string | null; page: string | null; sees: boolean; waiting: Erasure | null } // page: a host
export interface RightsCommands {
  eraseLetter(of: EraseOf): Promise<EraseLetter>;
  erasePrint(): Promise<void>;                                   // prints what the page shows for paper
  eraseAsk(of: EraseOf, way: EraseWay): Promise<void>;          // opens the mail program or their page; logged, and the month runs
  eraseAnswered(id: string, erased: boolean): Promise<void>;
  reportSave(entry: string): Promise<string | null>;            // native save dialog
}

// ---------- group "backpack" (main)
export interface PackPlan { records: number; profile: number; log: number; files: number; fileBytes: number; apps: number; connections: number; cooperatives: number; transfers: number; from: string | null; to: string | null; platforms: number; aboutBytes: number; suggestedName: string; suggestedPlace: string | null; madeUp: boolean; spaceName: string; recoveryRecipient: string | null; last: BackpackRow | null; earlier: BackpackRow[] }
export interface BackpackRow { at: string; file: string; records: number; proved: boolean; sha256: string }
export type PackLock = { passphrase: string } | { recipients: string[] };
export type OpenKey = { passphrase: string } | { identityFile: string };
export interface BackpackReport { whole: boolean; space: string; created: string; software: string; records: number; cooperatives: number; transfers: number; entries: number; bytes: number; signedBy: "thisVault" | "unknown"; fingerprint: string; full: boolean; madeUp: boolean; new: number; same: number; different: number; newCooperatives: number; newTransfers: number }
export interface Restored { records: number; space: SpaceRef; cooperatives: number; compare: boolean; waiting: number; leftOut: number; transfers: number; ownKey: "same" | "came" | "kept" | "lost" } // compare: their keys are to be compared; waiting: known ones for which another key came
export interface BackpackCommands {
  packPlan(): Promise<PackPlan>;
  packChoosePlace(name: string): Promise<string | null>;
  packStart(path: string, lock: PackLock, full: boolean): Promise<BackpackRow>; // progress by event
  packCancel(): Promise<void>;
  backpackChoose(): Promise<string | null>;
  identityChoose(): Promise<string | null>;
  backpackCheck(path: string, key: OpenKey): Promise<BackpackReport>;
  backpackRestore(path: string, key: OpenKey, into: "newSpace" | "merge"): Promise<Restored>;
}

// ---------- group "settings" (main)
export interface Settings { theme: "system" | "light" | "dark"; lockMinutes: number | null; lockOnSleep: boolean; lockOnClose: boolean; singleKeys: boolean; clearClipboard: boolean; developer: boolean; status: number; statusText: string; notifications: boolean; sounds: boolean; volume: number; accent: string; background: string } // status: 0 to 4; volume: percent
export interface SpaceRow { id: string; name: string; madeUp: boolean; records: number; current: boolean }
export type FieldKind = "text" | "date" | "email" | "phone" | "country" | "language" | "languages" | "year" | "url" | "kind";
export type FieldGroup = "kind" | "organisation" | "name" | "contact" | "address" | "languages" | "work";
export interface PersonaField { field: string; label: string; value: string; kind: FieldKind; group: FieldGroup; askedBy: string[]; usedBy: string; gotBy: string } // usedBy can see it now; gotBy got it before
export interface Membership { cooperative: string; name: string; number: string; roles: string[] } // cooperative = its peer id
export interface MailServer { host: string; port: number; security: string; user: string; from: string; authority: string; hasPassword: boolean } // security: "starttls" | "tls" | "none"
export interface SettingsCommands {
  settings(): Promise<Settings>;
  settingsSet(settings: Settings): Promise<void>;
  mailSettings(): Promise<MailServer>;
  setMailSettings(server: MailServer, password: string | null): Promise<void>; // null: the password stays; "": it is forgotten
  testMail(to: string): Promise<void>;
  persona(): Promise<PersonaField[]>;
  personaSet(field: string, value: string): Promise<void>;
  memberships(): Promise<Membership[]>;
  membershipPut(membership: Membership): Promise<void>;
  membershipRemove(cooperative: string): Promise<void>;
  spaces(): Promise<SpaceRow[]>;
  spaceAdd(name: string): Promise<string>;
  spaceAddMadeUp(): Promise<string>;
  spaceRename(id: string, name: string): Promise<void>;
  spaceRemove(id: string): Promise<void>;
  spaceSwitch(id: string): Promise<void>;
  about(): Promise<{ version: string; place: string; port: number; licence: string; errors: { code: string; title: string; safe: string; todo: string }[] }>;
}

// ---------- group "developer" (main): what somebody who builds a platform or an app needs; nothing of it has a face on the network
export interface ProjectTexts { name: string; description: string; webpage: string }
export type Dialect = "current" | "tokenUsername" | "legacy";
export interface ProjectPlatform { id: string; url: string; dialect: Dialect; min: number | null; max: number | null; success: number | null; interval: number } // seconds
export interface AppAddresses { callback: string; returns: string[]; full: boolean; loopback: boolean }
export interface ProjectRow { id: string; texts: ProjectTexts; logo: string | null; live: boolean; platform: ProjectPlatform | null; app: (AppAddresses & { id: string }) | null } // logo: a data: address
export interface ShownOnce { id: string; secret: string }
export type Trial = "agreed" | "awaitingSignIn" | "awaitingEmail" | "connected" | "aggregated" | "full" | "removed";
export interface Message { head: string; headers: [string, string][]; body: string; cut: boolean }
export interface Finding { good: boolean; words: string }
export interface Exchanged { findings: Finding[]; request: Message; answer: Message | null } // secrets in it are masked
export interface OpenApp { id: string; name: string }
export interface ReportLine { weight: "good" | "note" | "wrong"; about: string; words: string }
export interface AppReport { url: string; name: string; usable: boolean; lines: ReportLine[] }
export type TokenCheck = "form" | "algorithm" | "key" | "signature" | "issuer" | "issued" | "expiry" | "audience" | "purpose" | "handed";
export interface TokenLine { check: TokenCheck; verdict: "holds" | "fails" | "untold" } // untold: another check failed before it
export interface TokenReport { header: string; claims: string; checks: TokenLine[]; trial: boolean; issued: string | null; expires: string | null }
export interface DeveloperCommands {
  projects(): Promise<ProjectRow[]>;
  projectAdd(texts: ProjectTexts): Promise<string>;
  projectDescribe(id: string, texts: ProjectTexts): Promise<void>;
  projectLogoChoose(id: string): Promise<void>;                 // native open dialog
  projectLogoRemove(id: string): Promise<void>;
  projectLive(id: string, live: boolean): Promise<void>;
  projectRemove(id: string): Promise<void>;
  projectPlatformPut(id: string, platform: ProjectPlatform): Promise<ShownOnce | null>; // its token, the first time
  projectTokenRotate(id: string): Promise<ShownOnce>;
  projectAppAdd(id: string, addresses: AppAddresses): Promise<ShownOnce>;
  projectSecretRotate(id: string): Promise<ShownOnce>;
  trialMessage(id: string, trial: Trial): Promise<Exchanged>;
  trialQuestion(id: string, address: string): Promise<Exchanged>;
  trialAnswer(id: string, text: string): Promise<Finding[]>;
  openApps(): Promise<OpenApp[]>;
  openAppLook(id: string): Promise<void>;                        // raises its window with the list of its messages
  appInspect(url: string): Promise<AppReport>;                  // nothing is kept, nothing of the app runs
  tokenMint(service: string): Promise<{ token: string; until: string }>; // for a made-up service; it opens nothing
  tokenLook(token: string): Promise<TokenReport>;               // kept nowhere
}

// ---------- group "consent" (window consent only)
export interface Question {
  id: string; name: string; maker: string; origin: string; identity: "origin" | "package" | "key" | "unknown"; identityWords: string; title: string; // "{App} asks for your reviews and earnings"
  purpose: string | null; privacy: string | null; destination: string; destinationKind: "local" | "internet" | "file"; expiresAt: string; waiting: number; madeUp: boolean;
  scopes: { scope: string; words: string; required: boolean; explanation: string | null; declared: boolean; highRisk: boolean; refusedAt: string | null }[];
  sources: { connection: string; name: string; second: string }[];
  periods: { id: string; label: string; from: string | null; to: string | null }[]; // incl. "all"; "Other" is offered by the page with two dates
  details: { id: "exact" | "week" | "month"; label: string }[];
  coarseness: { places: boolean; exactPlaces: boolean; people: boolean }; // what single records could tell less exactly
  untilProposal: string;                                        // 90 days ahead
  before: string | null;
  always: string | null;                                        // what may be refused for ever, after a second no in 30 days
}
export interface Narrowing { scopes: string[]; connections: string[]; from: string | null; to: string | null; detail: "exact" | "week" | "month"; amounts: "exact" | "rounded"; places: "exact" | "kilometre" | "hidden"; people: "named" | "removed" }
export interface Preview { sentence: string; columns: { name: string; end: boolean }[]; rows: string[][]; total: number; bytes: number; sha256: string; raw: string } // first 100 rows; raw: JSON text, first 64 KiB
export type Duration = { kind: "once" } | { kind: "until"; date: string } | { kind: "untilStopped" };
export interface ConsentCommands {
  consentCurrent(): Promise<Question | null>;
  consentPreview(id: string, narrowing: Narrowing): Promise<Preview>;
  consentNeedsPassphrase(id: string, narrowing: Narrowing, duration: Duration): Promise<boolean>;
  consentShare(id: string, narrowing: Narrowing, duration: Duration, previewSha256: string, passphrase: string | null): Promise<void>;
  consentRefuse(id: string, always: boolean): Promise<void>;
  consentReceived(id: string): Promise<void>;
  consentTheme(): Promise<{ theme: "system" | "light" | "dark"; stitch: number[] }>;
  consentTransfer(id: string): Promise<TransferConsent>;         // the window of a transfer has "#/transfer/ID" in its address
  consentTransferSign(id: string, sha256: string, keepText: boolean, passphrase: string): Promise<void>; // signs exactly the text of that hash, and sends it
  consentTransferRefuse(id: string): Promise<void>;
}
export interface TransferConsent {
  id: string; title: string; cooperative: CooperativeCard; rows: TransferRow[]; raw: string; sha256: string; size: number; // rows: of the same frozen text; size: bytes
  goesTo: string; signedWith: string; goodFor: string; fingerprint: string; privacyPolicy: string; purpose: string; // fingerprint: of the text
}

// ---------- group "bridge" (windows app-*, answered for the calling window's label)
export interface FrameInfo { name: string; maker: string; host: string; origin: string; monogram: Monogram; icon: AppIcon; identityWords: string; network: string; sees: SeesTag[]; frameUrl: string; theme: "system" | "light" | "dark"; stitch: number[]; packaged: boolean; canErase: boolean; version: string; contact: string; developer: boolean }
export interface BridgeCommands {
  frameInfo(): Promise<FrameInfo>;
  frameMessage(data: string, origin: string): Promise<FrameEffect[]>;   // one string message from the frame
  frameAnswer(number: number, choice: number | null): Promise<FrameEffect[]>; // to a question; null is a no
  frameReload(): Promise<string>;                               // the address for the fresh frame, with a token of its own
  frameClose(): Promise<void>;
  frameStopSharing(): Promise<void>;
  frameReceived(): Promise<void>;                                // raises main at Activity filtered
  frameAskErase(): Promise<void>;                                // raises main with the letter to this app
  frameQuestions(): Promise<void>;                               // opens the questions that wait quietly
  frameWish(wish: FrameWish): Promise<FrameEffect[]>;
  frameNotices(): Promise<FrameNotice[]>;                        // newest first
  frameFollow(id: string): Promise<void>;
  frameTrace(after: number): Promise<TraceRow[]>;                // oldest first; none outside developer mode
  frameTraceText(number: number): Promise<string | null>;
  frameDropped(dropped: Dropped): Promise<void>;
}
export type FrameTone = "success" | "info" | "warning" | "error";
export type FramePage = "help" | "changelog" | "report" | "feedback";
export type FrameWish = "print" | "options" | "help" | "changelog" | "menu";
export interface FrameNotice { id: string; text: string; at: string; warns: boolean }
export interface TraceRow { number: number; at: string; toApp: boolean; profile: string; kind: string; bytes: number | null; count: number; result: string; dropped: boolean }
export interface Dropped { foreign: number; large: number; strange: number; flood: number }
export type FrameQuestion =
  | { kind: "confirm"; number: number; text: string; buttons: string[] }
  | { kind: "options"; number: number; items: string[] }          // an empty name is a line
  | { kind: "exit"; number: number; way: string; target: string; shown: string; cut: boolean; bytes: number; leaves: boolean; mayStand: boolean };
export type FrameEffect =
  | { kind: "post"; json: string }
  | { kind: "loading"; show: boolean; text: string }
  | { kind: "working"; on: boolean }
  | { kind: "message"; text: string; tone: FrameTone; button: string | null }
  | { kind: "toast"; text: string; tone: FrameTone }
  | { kind: "title"; text: string; tone: FrameTone }
  | { kind: "console"; text: string; tone: FrameTone; show: boolean }
  | { kind: "progress"; percent: number | null }
  | { kind: "offline"; text: string | null }
  | { kind: "ask"; question: FrameQuestion }
  | { kind: "page"; page: FramePage; text: string | null }
  | { kind: "sound"; name: string | null; volume: number }
  | { kind: "shake" }
  | { kind: "restart" }
  | { kind: "close" };

// ---------- events (tauri events; payload)
export interface Events {
  vaultChanged: null;                                            // state (locked/unlocked), space or settings changed: ask vaultStatus again
  dataChanged: { what: "records" | "connections" | "apps" | "sharing" | "backpack" | "persona" };
  cooperativesChanged: null;                                     // a cooperative, a transfer or something that arrived changed
  progress: { job: "fetch" | "pack" | "restore" | "check" | "madeUp"; id: string; done: number; total: number | null; words: string; finished: boolean };
  importChanged: { id: string };                                 // an import went on, paused, ended: ask for it again
  linkFinished: { attempt: string; connection: string | null; error: AppError | null };
  navigate: { to: string };                                      // a route, e.g. from an app window's "What it received"; "command:jump" for Ctrl K there
  questionChanged: null;                                         // to the consent window: ask consentCurrent again
  framePost: { json: string };                                   // to an app window: post this to the frame
  frameChanged: null;                                            // to an app window: ask frameInfo again (grants changed); "paused" when a question is open
  frameStrip: null;                                              // to an app window: F6 was pressed, the focus moves between strip and frame
  framePaused: { paused: boolean; words: string; quiet: number };
  frameAsks: { question: FrameQuestion };                        // to an app window: a question that no message brought
  frameInspect: null;                                            // to an app window: show the list of messages
}
