// The stand-in's applications and services of Rokwire Core: one application that services see something of, one that nobody uses yet, a
// service whose key changed, and a service account of each kind of proof.
import type { CoreAppDetail, CoreBuild, CoreBuildHere, CoreConfig, CoreProvider, CoreSessions, CredentialDraft, CredentialMade, GrantRow, KnownService, RokwireCommands, ScopeChoice, ServiceAccountRow, ServiceDraft } from "../types";
import { failure, NOW, type World } from "./world";

const KEY = "q3V0kJ1f8x2mYb6sN4tW7pLdR9aHcE5uZgTiOoXvB0k";
const KID = "SHA256:URQwZOoZdXi+5ORxlU628REX1ggb5+REAnx0ysXBmWk=";
const OTHER = "SHA256:n3vT1cB8kQx0Jm5yWl2hGz7fUeRpDs9oXaVtYi4KqLM=";
const TODAY = NOW.slice(0, 10);
const INVALID = failure("SYS-712", "This value does not fit.", "Nothing was changed.", "Change it and try again.");
const GONE = failure("SYS-713", "There is no such thing here any more.", "Nothing was changed.", "Look at the list again.");
const KNOWN = failure("APP-336", "This build knows you by this platform already.", "Nothing was changed.", "Take the connection that is there away first, if you want another.");
const TAKEN = failure("SYS-714", "There is one of this name already.", "Nothing was changed.", "Choose another name.");

const SCOPES: ScopeChoice[] = [
  { scope: "vault:work.summary:get", words: "Earnings and hours, in sums" },
  { scope: "vault:work.records:get", words: "Single gigs" },
  { scope: "vault:payments:get", words: "Payments" },
  { scope: "vault:ratings:get", words: "Ratings" },
  { scope: "vault:reviews:get", words: "Reviews" },
  { scope: "vault:profile.first_name:get", words: "First name" },
  { scope: "vault:profile.last_name:get", words: "Last name" },
  { scope: "vault:profile.email:get", words: "E-mail address" },
];

/** What was named by hand has words, too. */
const scopesOf = (scopes: string[]): ScopeChoice[] => scopes.map((scope) => SCOPES.find((one) => one.scope === scope) ?? { scope, words: `External id: ${scope.split(/[.:]/).at(-2) ?? ""}` });

const grant = (id: string, party: string, words: string): GrantRow => ({ id, party, face: "A service with a token", words, scopes: [], since: "2026-11-12T10:15:00+01:00", once: false, until: "2027-02-10T00:00:00+01:00", lastUsed: "2026-11-24T18:02:00+01:00", state: "live", shown: "", app: "", sources: [], attention: null });

const GROUPS = grant("core-grant-1", "Groups", "First name and ratings");

interface Apps extends Omit<CoreAppDetail, "services" | "spaces" | "connections"> {
  used: string[];
  attached: string[];
}

interface State {
  apps: Apps[];
  services: KnownService[];
  accounts: ServiceAccountRow[];
  made: number;
}

const LINKS: CoreProvider[] = [
  { id: "link-rides", name: "Demo Rides", account: "lucia@post.example", system: "demo_rides" },
  { id: "link-meals", name: "Rapid Meals", account: "", system: "meals" },
];

const NO_LIMIT: CoreSessions = { most: 0, idleMinutes: null, loginMinutes: null, graceSeconds: 0, yearly: null };

const here = (build: CoreBuild, providers: CoreProvider[] = []): CoreBuildHere => ({ ...build, unlock: true, anonymous: true, providers });

const APPS: Apps[] = [
  {
    row: { id: "core-campus", name: "Campus Companion", code: "campus", monogram: { letters: "CC", tint: 1 }, builds: ["edu.campus.companion", "companion.campus.example"], sees: ["First name and ratings"] },
    multiTenant: true, since: "2026-11-10T09:30:00+01:00", account: "6f1d2a52-61d3-4f0e-9a52-1f9fb5d7c3a1", anonymous: true,
    builds: [
      here({ identifier: "edu.campus.companion", name: "Android and iOS", versions: ["3.1.0", "3.2.0", "3.3.0"] }, LINKS.slice(0, 1)),
      { ...here({ identifier: "companion.campus.example", name: "Web", versions: ["3.3.0"] }), unlock: false },
    ],
    sessions: { most: 3, idleMinutes: 60, loginMinutes: null, graceSeconds: 30, yearly: { month: 8, day: 31, hour: 4, minute: 0 } },
    keys: [{ id: "key-1", since: "2026-11-10T09:30:00+01:00" }],
    configs: [
      { build: "edu.campus.companion", version: "3.1.0", ofSpace: false, data: '{\n  "home": ["shifts", "groups"],\n  "polls": { "enabled": false }\n}' },
      { build: "edu.campus.companion", version: "3.3.0", ofSpace: true, data: '{\n  "home": ["shifts"]\n}' },
    ],
    grants: [GROUPS], used: ["groups"], attached: ["space-1"],
  },
  {
    row: { id: "core-polls", name: "Polls", code: "polls-app", monogram: { letters: "Po", tint: 2 }, builds: ["org.example.polls"], sees: [] },
    multiTenant: false, since: "2026-11-20T16:05:00+01:00", account: null, anonymous: false,
    builds: [here({ identifier: "org.example.polls", name: "", versions: ["1.0.0"] })], sessions: NO_LIMIT,
    keys: [{ id: "key-2", since: "2026-11-20T16:05:00+01:00" }],
    configs: [], grants: [], used: [], attached: ["space-1"],
  },
];

const SERVICES: KnownService[] = [
  {
    id: "groups", name: "Groups", description: "Groups of people who work in the same place.", host: "https://groups.campus.example", infoUrl: "https://groups.campus.example/about", fingerprint: KID, alg: "RS256", pinnedBy: "file", pinnedAt: "2026-11-10T09:34:00+01:00", legacy: false, account: "",
    scopes: [
      { scope: "vault:profile.first_name:get", words: "First name", required: true, explanation: "So that others in the group know whom they talk to." },
      { scope: "vault:ratings:get", words: "Ratings", required: false, explanation: "" },
      { scope: "groups:members:get", words: "", required: false, explanation: "" },
    ],
    grants: [GROUPS], waiting: null,
  },
  {
    id: "polls", name: "Polling", description: "", host: "https://polls.example", infoUrl: "", fingerprint: KID, alg: "PS256", pinnedBy: "comparison", pinnedAt: "2026-10-02T11:00:00+02:00", legacy: true, account: "",
    scopes: [{ scope: "vault:work.summary:get", words: "Earnings and hours, in sums", required: false, explanation: "For polls about pay." }],
    grants: [], waiting: { fingerprint: OTHER, host: "https://polls2.example", at: "2026-11-22T08:10:00+01:00" },
  },
];

const ACCOUNTS: ServiceAccountRow[] = [
  {
    id: "account-1", name: "Nightly report", service: "groups", serviceName: "Groups", since: "2026-11-12T10:00:00+01:00", until: "2027-02-09", over: false,
    apps: [{ id: "core-campus", name: "Campus Companion", words: "Ratings", scopes: scopesOf(["vault:ratings:get"]) }],
    credentials: [
      { id: "cred-1", name: "Server", since: "2026-11-12T10:00:00+01:00", alg: "", fingerprint: "" },
      { id: "cred-2", name: "Standby", since: "2026-11-14T12:00:00+01:00", alg: "ES256", fingerprint: OTHER },
    ],
    grants: [grant("core-grant-2", "Nightly report", "Ratings")],
  },
  {
    id: "account-2", name: "Old import", service: "", serviceName: "", since: "2026-08-01T10:00:00+02:00", until: "2026-10-31", over: true,
    apps: [{ id: "core-polls", name: "Polls", words: "Earnings and hours", scopes: scopesOf(["vault:work.summary:get", "vault:external_ids.uin:get"]) }],
    credentials: [{ id: "cred-3", name: "", since: "2026-08-01T10:00:00+02:00", alg: "", fingerprint: "" }],
    grants: [],
  },
];

export function rokwireCommands(world: World): RokwireCommands {
  const state = (): State => {
    const known = world.notes.get("rokwire") as State | undefined;
    if (known !== undefined) return known;
    const made: State = structuredClone(world.empty ? { apps: [], services: [], accounts: [], made: 0 } : { apps: APPS, services: SERVICES, accounts: ACCOUNTS, made: 0 });
    world.notes.set("rokwire", made);
    return made;
  };
  const current = () => world.spaces.find((space) => space.current)?.id ?? "";
  const app = (id: string): Apps => {
    const found = state().apps.find((one) => one.row.id === id);
    if (found === undefined) throw GONE;
    return found;
  };
  const build = (id: string, identifier: string): CoreBuildHere => {
    const found = app(id).builds.find((one) => one.identifier === identifier);
    if (found === undefined) throw GONE;
    return found;
  };
  const service = (id: string): KnownService => {
    const found = state().services.find((one) => one.id === id);
    if (found === undefined) throw GONE;
    return found;
  };
  const account = (id: string): ServiceAccountRow => {
    const found = state().accounts.find((one) => one.id === id);
    if (found === undefined) throw GONE;
    return found;
  };
  const forAppOf = (id: string, scopes: string[]) => {
    const all = scopesOf(scopes);
    return { id, name: app(id).row.name, words: all.map(({ words }) => words).join(", "), scopes: all };
  };
  const next = (kind: string) => `${kind}-new-${++state().made}`;
  const changed = () => world.changed("apps");
  const checkBuild = (build: CoreBuild) => {
    if (!/^[\w.:-]{1,200}$/.test(build.identifier)) throw { ...INVALID, details: "identifier: 1 to 200 letters, digits, dots, hyphens, underscores and colons" };
    if (build.versions.some((version) => !/^\d+\.\d+\.\d+$/.test(version))) throw { ...INVALID, details: "version: major.minor.patch, such as 1.20.3" };
  };
  const credentialOf = (draft: CredentialDraft) => ({ id: next("cred"), name: draft.name, since: "2026-11-25T12:00:00+01:00", alg: draft.kind === "key" ? draft.alg : "", fingerprint: draft.kind === "key" ? OTHER : "" });
  const madeOf = (id: string, draft: CredentialDraft, questions: number): CredentialMade => ({ account: id, token: draft.kind === "token" ? KEY : null, questions });
  const checkCredential = (draft: CredentialDraft) => {
    if (draft.kind === "key" && !draft.pem.includes("PUBLIC KEY")) throw { ...INVALID, details: "key_pem: a public key that fits its algorithm" };
  };

  return {
    coreApps: async () => structuredClone(state().apps.filter((one) => one.attached.includes(current())).map((one) => one.row)),
    coreApp: async (id) => {
      const { used, attached, ...known } = app(id);
      const all = state().services.map((one) => ({ id: one.id, name: one.name, known: true, used: used.includes(one.id) }));
      const spaces = world.spaces.map((space) => ({ id: space.id, name: space.name, attached: attached.includes(space.id), current: space.current }));
      return structuredClone({ ...known, services: all, spaces, connections: LINKS });
    },
    coreAppAdmit: async (draft) => {
      if (!/^[a-z][a-z0-9-]{1,62}$/.test(draft.code)) throw { ...INVALID, details: "code: 2 to 63 small letters, digits and hyphens, none of ours" };
      if (draft.builds.length === 0) throw { ...INVALID, details: "types: 1 to 32 builds" };
      draft.builds.forEach(checkBuild);
      if (state().apps.some((one) => one.row.code === draft.code)) throw TAKEN;
      const id = next("core");
      state().apps.push({
        row: { id, name: draft.name, code: draft.code, monogram: { letters: draft.name.slice(0, 2), tint: 3 }, builds: draft.builds.map((build) => build.identifier), sees: [] },
        multiTenant: draft.multiTenant, since: "2026-11-25T12:00:00+01:00", account: null, anonymous: draft.anonymous, builds: draft.builds.map((build) => here(build)), sessions: NO_LIMIT,
        keys: [{ id: next("key"), since: "2026-11-25T12:00:00+01:00" }], configs: [], grants: [], used: draft.services, attached: [current()],
      });
      changed();
      return { id, secret: KEY };
    },
    coreBuildPut: async (id, build) => {
      checkBuild(build);
      const known = app(id);
      const was = known.builds.find((one) => one.identifier === build.identifier);
      known.builds = [...known.builds.filter((one) => one !== was), { ...(was ?? here(build)), ...build }];
      known.row = { ...known.row, builds: known.builds.map((one) => one.identifier) };
      changed();
    },
    coreBuildRemove: async (id, identifier) => {
      const known = app(id);
      build(id, identifier);
      if (known.builds.length === 1) throw { ...INVALID, details: "type: one build has to stay" };
      known.builds = known.builds.filter((one) => one.identifier !== identifier);
      known.row = { ...known.row, builds: known.builds.map((one) => one.identifier) };
      changed();
    },
    coreBuildWays: async (id, identifier, unlock, anonymous) => {
      Object.assign(build(id, identifier), { unlock, anonymous });
      changed();
    },
    coreProviderAdd: async (id, identifier, connection) => {
      const link = LINKS.find((one) => one.id === connection);
      if (link === undefined) throw GONE;
      const { providers } = build(id, identifier);
      if (providers.some((one) => one.system === link.system)) throw KNOWN;
      providers.push(link);
      changed();
    },
    coreProviderRemove: async (id, identifier, connection) => {
      const known = build(id, identifier);
      if (!known.providers.some((one) => one.id === connection)) throw GONE;
      known.providers = known.providers.filter((one) => one.id !== connection);
      changed();
    },
    coreSessionsSet: async (id, sessions) => {
      const { yearly } = sessions;
      const most = yearly === null ? 31 : new Date(Date.UTC(2000, yearly.month, 0)).getUTCDate();
      if (yearly !== null && (yearly.day < 1 || yearly.day > most || yearly.hour > 23 || yearly.minute > 59)) throw { ...INVALID, details: "yearly: a day and a time that a year has" };
      app(id).sessions = sessions;
      changed();
    },
    coreAppUse: async (id, services, anonymous) => {
      Object.assign(app(id), { used: services, anonymous });
      changed();
    },
    coreKeyAdd: async (id) => {
      const key = next("key");
      app(id).keys.push({ id: key, since: "2026-11-25T12:00:00+01:00" });
      changed();
      return { id: key, secret: KEY };
    },
    coreKeyRemove: async (id, key) => {
      const known = app(id);
      if (known.keys.length === 1) throw { ...INVALID, details: "key: one key more than this" };
      known.keys = known.keys.filter((one) => one.id !== key);
      changed();
    },
    coreAppAttach: async (id, space) => {
      const known = app(id);
      if (!known.multiTenant) throw GONE;
      known.attached.push(space);
      changed();
      return { id, secret: KEY };
    },
    coreAppDetach: async (id, space) => {
      const known = app(id);
      known.attached = known.attached.filter((one) => one !== space);
      changed();
    },
    coreConfigPut: async (id, config) => {
      const fault = faultOf(config.data);
      if (fault !== null) return fault;
      if (!/^\d+\.\d+\.\d+$/.test(config.version)) throw { ...INVALID, details: "version: major.minor.patch, such as 1.20.3" };
      const known = app(id);
      known.configs = [...known.configs.filter((one) => !same(one, config)), config].sort((a, b) => (a.build + a.version < b.build + b.version ? -1 : 1));
      changed();
      return null;
    },
    coreConfigRemove: async (id, build, version, ofSpace) => {
      const known = app(id);
      known.configs = known.configs.filter((one) => !same(one, { build, version, ofSpace, data: "" }));
      changed();
    },
    services: async () => structuredClone(state().services),
    serviceAdd: async (source) => {
      let draft: ServiceDraft & { description?: string };
      if (source.kind === "fields") draft = source.service;
      else {
        try {
          const read = JSON.parse(source.text) as { service_id: string; name: string; host: string; description?: string; pub_key?: { key_pem: string; alg: string }; scopes?: ServiceDraft["scopes"] };
          draft = { id: read.service_id, name: read.name, host: read.host, description: read.description ?? "", keyPem: read.pub_key?.key_pem ?? "", alg: read.pub_key?.alg ?? "", legacy: source.legacy, scopes: read.scopes ?? [] };
        } catch {
          throw { ...INVALID, details: "service: a service registration as JSON" };
        }
      }
      if (!/^[a-z][a-z0-9-]{1,62}$/.test(draft.id ?? "")) throw { ...INVALID, details: "service_id: 2 to 63 small letters, digits and hyphens, none of ours" };
      const known = state().services.find((one) => one.id === draft.id);
      if (known !== undefined) {
        if (known.host === draft.host) return "same";
        known.waiting = { fingerprint: OTHER, host: draft.host, at: "2026-11-25T12:00:00+01:00" };
        changed();
        return "waiting";
      }
      const scopes = draft.scopes.map((asked) => ({ ...asked, words: SCOPES.find((one) => one.scope === asked.scope)?.words ?? "" }));
      state().services.push({ id: draft.id, name: draft.name, description: draft.description ?? "", host: draft.host, infoUrl: "", fingerprint: draft.keyPem === "" ? "" : OTHER, alg: draft.keyPem === "" ? "" : draft.alg, pinnedBy: "file", pinnedAt: "2026-11-25T12:00:00+01:00", legacy: draft.legacy, account: "", scopes, grants: [], waiting: null });
      changed();
      return "added";
    },
    serviceAccept: async (id, fingerprint) => {
      const known = service(id);
      if (known.waiting?.fingerprint !== fingerprint) throw failure("APP-332", "What was shown has changed meanwhile.", "Nothing was changed.", "Look at it again.");
      Object.assign(known, { fingerprint, host: known.waiting.host, pinnedBy: "comparison", waiting: null });
      changed();
    },
    serviceKeep: async (id) => {
      service(id).waiting = null;
      changed();
    },
    serviceRemove: async (id) => {
      state().services = state().services.filter((one) => one.id !== service(id).id);
      changed();
    },
    serviceScopes: async () => structuredClone(SCOPES),
    serviceAccounts: async () => structuredClone(state().accounts),
    serviceAccountAdd: async (draft) => {
      if (draft.apps.length === 0) throw { ...INVALID, details: "instances: 1 to 32 applications" };
      if (draft.scopes.length === 0) throw { ...INVALID, details: "scopes: scopes of this vault" };
      checkCredential(draft.credential);
      const id = next("account");
      world.passGuard();
      const forApp = (one: string) => forAppOf(one, draft.scopes);
      state().accounts.push({ id, name: draft.name, service: draft.service, serviceName: state().services.find((one) => one.id === draft.service)?.name ?? "", since: "2026-11-25T12:00:00+01:00", until: draft.until, over: false, apps: draft.apps.map(forApp), credentials: [credentialOf(draft.credential)], grants: [] });
      changed();
      return madeOf(id, draft.credential, draft.apps.length);
    },
    serviceAccountAsk: async (id) => account(id).apps.length,
    serviceAccountChange: async (id, { until, apps }) => {
      const known = account(id);
      const end = until ?? known.until;
      if (until !== null && (until < TODAY || until > "2027-12-30")) throw { ...INVALID, details: "expires: a moment within the next 400 days" };
      const left = [...known.apps.filter((one) => !apps.some((changed) => changed.id === one.id)), ...apps.filter(({ scopes }) => scopes.length > 0).map((one) => forAppOf(one.id, one.scopes))];
      if (left.length === 0) throw { ...INVALID, details: "instances: 1 to 32 applications" };
      const more = left.filter(({ id, scopes }) => !scopes.every(({ scope }) => known.apps.find((one) => one.id === id)?.scopes.some((had) => had.scope === scope)));
      if (end > known.until || more.length > 0) world.passGuard();
      const sees = new Set(left.flatMap(({ scopes }) => scopes.map(({ words }) => words)));
      Object.assign(known, { until: end, over: end < TODAY, apps: left, grants: known.grants.filter((one) => sees.has(one.words)) });
      changed();
      return more.length;
    },
    serviceAccountEnd: async (id) => {
      state().accounts = state().accounts.filter((one) => one.id !== account(id).id);
      changed();
    },
    serviceCredentialAdd: async (id, draft) => {
      checkCredential(draft);
      account(id).credentials.push(credentialOf(draft));
      changed();
      return madeOf(id, draft, 0);
    },
    serviceCredentialRemove: async (id, credential) => {
      const known = account(id);
      known.credentials = known.credentials.filter((one) => one.id !== credential);
      changed();
    },
  };
}

function same(one: CoreConfig, other: CoreConfig): boolean {
  return one.build === other.build && one.version === other.version && one.ofSpace === other.ofSpace;
}

/** Where a text is no JSON object. Engines say it in their own ways, so only the line of a missing value is found here. */
function faultOf(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return null;
    return { line: 1, column: 1, words: "settings begin with { and end with }" };
  } catch (error) {
    const at = /position (\d+)/.exec(String(error))?.[1];
    const before = text.slice(0, at === undefined ? text.length : Number(at));
    return { line: before.split("\n").length, column: (before.split("\n").at(-1)?.length ?? 0) + 1, words: "expected value" };
  }
}
