// The stand-in's developer page.
import type { DeveloperCommands, Exchanged, ProjectRow, TokenCheck, TokenReport, Trial } from "../types";
import { failure, type World } from "./world";

const SECRET = "7adc5899-dc3e-4c89-a51a-c02f226c47e9";
const INVALID = failure("SYS-712", "This value does not fit.", "Nothing was changed.", "Change it and try again.");

export function developerCommands(world: World): DeveloperCommands {
  const find = (id: string): ProjectRow => {
    const project = world.projects.find((row) => row.id === id);
    if (project === undefined) throw failure("SYS-713", "There is no such thing here any more.", "Nothing was changed.", "Look at the list again.");
    return project;
  };
  const change = (id: string, change: Partial<ProjectRow>) => {
    find(id);
    world.projects = world.projects.map((row) => (row.id === id ? { ...row, ...change } : row));
    world.changed("apps");
  };
  return {
    projects: async () => structuredClone(world.projects),
    projectAdd: async (texts) => {
      if (texts.name.trim() === "") throw { ...INVALID, details: "name: 1 to 100 characters, none of them hidden" };
      const id = `project-${world.projects.length + 1}`;
      world.projects = [...world.projects, { id, texts, logo: null, live: false, platform: null, app: null }];
      world.changed("apps");
      return id;
    },
    projectDescribe: async (id, texts) => {
      if (texts.webpage !== "" && !texts.webpage.startsWith("https://")) throw { ...INVALID, details: "page: an address that begins with https://" };
      change(id, { texts });
    },
    projectLogoChoose: async (id) => change(id, { logo: "data:image/png;base64,iVBORw0KGgo=" }),
    projectLogoRemove: async (id) => change(id, { logo: null }),
    projectLive: async (id, live) => {
      const { texts } = find(id);
      if (live && (texts.description === "" || texts.webpage === "")) throw { ...INVALID, details: "description: needed before the project can go live" };
      change(id, { live });
    },
    projectRemove: async (id) => {
      find(id);
      world.projects = world.projects.filter((row) => row.id !== id);
      world.changed("apps");
    },
    projectPlatformPut: async (id, platform) => {
      const first = find(id).platform === null;
      change(id, { platform });
      return first ? { id: platform.id, secret: SECRET } : null;
    },
    projectTokenRotate: async (id) => ({ id, secret: SECRET }),
    projectAppAdd: async (id, addresses) => {
      const app = { id: "5b1f6c1e-7c7b-4b0f-9f0a-3a2f2b9d1c11", ...addresses };
      change(id, { app });
      return { id: app.id, secret: SECRET };
    },
    projectSecretRotate: async (id) => ({ id: find(id).app?.id ?? "", secret: SECRET }),
    trialMessage: async (id, trial) => message(find(id), trial),
    trialQuestion: async (id, address) => {
      const url = find(id).platform?.url ?? "";
      return {
        findings: [{ good: true, words: "Satchel reads 2 gigs, 1 payments, 3 ratings, 1 reviews and 1 achievements." }, { good: false, words: '/interactions/1: "id" is a required property' }],
        request: { head: `POST ${url}`, headers: [["content-type", "application/json; charset=utf-8"]], body: JSON.stringify({ PlatformToken: "••••", UserEmail: address, RequestId: "0b0e2bda" }), cut: false },
        answer: { head: "200", headers: [["content-type", "application/json"]], body: '{"interactions":[]}', cut: false },
      };
    },
    appInspect: async (url) => ({
      url,
      name: "Quarter Tax",
      usable: true,
      lines: [
        { weight: "good", about: "Answer", words: "1480 bytes after 41 ms" },
        { weight: "note", about: "serverside", words: "the older name of serververify" },
        { weight: "good", about: "Description", words: "Every member can be read." },
        { weight: "good", about: "url", words: "Starts at https://quartertax.example/app/" },
        { weight: "good", about: "Profile", words: "OpenPlatform 4. Its description names no other; apps of version 3 understand it too." },
        { weight: "note", about: "Server", words: "Its server is elsewhere and cannot reach this computer. It needs a relay; without one it may take you for nobody." },
        { weight: "note", about: "Asks for", words: "vault:profile.email:get: no reason given" },
        { weight: "wrong", about: "First page", words: "X-Frame-Options keeps it out of Satchel’s window." },
        { weight: "note", about: "Library", words: "openplatform.min@4.js from cdn.componentator.com: whoever can change it there is in the app." },
      ],
    }),
    trialAnswer: async (id, text) => {
      find(id);
      return text.trim().startsWith("{") ? [{ good: true, words: "Satchel reads 0 gigs, 0 payments, 0 ratings, 0 reviews and 0 achievements." }] : [{ good: false, words: "It cannot be read: it is not JSON. A fetch keeps what there is, and tries again." }];
    },
    openApps: async () => [{ id: "app-hourly", name: "Hourly" }],
    openAppLook: async () => undefined,
    tokenMint: async (service) => {
      if (!/^[a-z][a-z0-9-]{1,62}$/.test(service)) throw { ...INVALID, details: "service: 2 to 63 small letters, digits and hyphens, none of ours" };
      return { token: TRIAL, until: "2026-11-25T12:10:00+01:00" };
    },
    tokenLook: async (token) => look(token.trim()),
  };
}

/** A token for trying out; its signature is none. */
const TRIAL = [{ alg: "RS256", kid: "SHA256:URQwZOoZdXi+5ORxlU628REX1ggb5+REAnx0ysXBmWk=", typ: "JWT" }, { iss: "http://127.0.0.1:49021/core", sub: "test-6f1d2a52-61d3-4f0e-9a52-1f9fb5d7c3a1", aud: "made-up", exp: 1795604400, iat: 1795603800, org_id: "test", app_id: "test", session_id: "test", purpose: "access", auth_type: "anonymous", scope: "" }, "signature"].map((part) => btoa(JSON.stringify(part)).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_")).join(".");

const CHECKS: TokenCheck[] = ["form", "algorithm", "key", "signature", "issuer", "issued", "expiry", "audience", "purpose", "handed"];

function look(token: string): TokenReport {
  try {
    const [header, claims] = token.split(".").slice(0, 2).map((part) => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>);
    const fails = token === TRIAL ? ["audience", "handed"] : ["key", "issuer", "audience", "handed"];
    const untold = token === TRIAL ? [] : ["signature"];
    const checks = CHECKS.map((check) => ({ check, verdict: fails.includes(check) ? "fails" : untold.includes(check) ? "untold" : "holds" }) as const);
    return { header: JSON.stringify(header, null, 2), claims: JSON.stringify(claims, null, 2), checks, trial: claims?.["org_id"] === "test", issued: "2026-11-25T12:00:00+01:00", expires: "2026-11-25T12:10:00+01:00" };
  } catch {
    return { header: "", claims: "", checks: CHECKS.map((check) => ({ check, verdict: check === "form" ? "fails" : "untold" })), trial: false, issued: null, expires: null };
  }
}

function message(project: ProjectRow, trial: Trial): Exchanged {
  const url = project.app?.callback ?? "";
  const body = trial === "agreed" ? "" : JSON.stringify({ platformName: "Made-up platform", platformConnectionState: trial === "removed" ? "Removed" : "Synced", appSecret: "••••" });
  return {
    findings: [trial === "removed" ? { good: false, words: "The app does not want this message. Satchel does not send it again, and sends the next one." } : { good: true, words: "The app took it." }],
    request: { head: `${trial === "agreed" ? "GET" : "POST"} ${url}`, headers: [["content-type", "application/json"], ["satchel-delivery", "0190"]], body, cut: false },
    answer: { head: trial === "removed" ? "422" : "200", headers: [["content-length", "2"]], body: "OK", cut: false },
  };
}
