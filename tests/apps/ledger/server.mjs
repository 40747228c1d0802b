// Ledger: a sample consumer app of the Gigdata API, without a library. It connects a person, exchanges the code, asks what it may, and takes
// messages, whose form and signature it checks. Each step is a JSON line on stdout; orders are JSON lines on stdin:
// {"base","app","secret"} once, {"answer":503} for the status of later messages, {"ask":true} for the latest data. It ends with its stdin.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

/** The members of a message, in their order (Open Platforms, notifications). */
const MEMBERS = ["platformId", "platformName", "platformConnectionState", "userId", "updated", "platformData", "appSecret", "reason"];
const DATA = ["numberOfGigs", "numberOfRatings", "numberOfRatingsThatAreDeemedSuccessful", "periodStart", "periodEnd", "averageRating", "reviews", "achievements"];
const STATES = ["AwaitingOAuthAuthentication", "AwaitingEmailVerification", "Connected", "Synced", "Removed"];

let vault = { base: "", app: "", secret: "" };
let answer = 200;
let token = "";
let platform = "";

const say = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
const own = () => `http://127.0.0.1:${server.address().port}`;

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    say("fault", { words: String(error.message) });
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

async function handle(request, response) {
  const url = new URL(request.url, own());
  const body = await read(request);
  if (url.pathname === "/start") return go(response, await address());
  if (url.pathname === "/back") {
    await back(url.searchParams);
    return response.writeHead(200, { "Content-Type": "text/plain" }).end("Thank you. You can close this page.");
  }
  if (url.pathname !== "/data") return response.writeHead(404).end();
  const signed = request.method === "GET" ? url.search.slice(1) : body;
  if (!isSigned(request.headers, signed)) {
    say("forged");
    return response.writeHead(401).end();
  }
  if (request.method === "GET") say("agreed", { user: url.searchParams.get("openplatformsuserid"), request: url.searchParams.get("requestid"), result: url.searchParams.get("result") });
  else message(request.headers["satchel-delivery"], JSON.parse(body));
  response.writeHead(answer).end();
}

/** Where the person's browser goes to agree: the first platform that the vault knows, everything that may be had of it. */
async function address() {
  const platforms = await (await fetch(`${vault.base}/gigdata/api/Platform/available`)).json();
  platform = platforms.find((one) => one.name === "Demo platform").platformId;
  const query = new URLSearchParams({ requestid: "order-7", app: vault.app, platform, permissions: "2", returnurl: `${own()}/back` });
  return `${vault.base}/gigdata/connect/initiate-connection?${query}`;
}

/** The browser came back: its code becomes a token of this app's own. */
async function back(query) {
  if (query.get("result") !== "completed") return say("refused", { result: query.get("result") });
  const form = new URLSearchParams({ grant_type: "authorization_code", code: query.get("code"), client_id: vault.app, client_secret: vault.secret });
  const tokens = await (await fetch(`${vault.base}/gigdata/token`, { method: "POST", body: form })).json();
  token = tokens.access_token;
  const [user, state] = await Promise.all([call("GET", "User"), call("GET", "Platform/connection-state")]);
  say("connected", { user: user.id, emails: user.userEmails.length, platforms: state.platforms.length, apps: state.apps.length });
}

/** The latest data: the vault answers 202 and sends a message. */
async function ask() {
  const status = await call("POST", "PlatformUser/request-platform-data-update-notification", { applicationId: vault.app, platformId: platform });
  say("asked", { status });
}

async function call(method, path, body) {
  const response = await fetch(`${vault.base}/gigdata/api/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  return body ? response.status : response.json();
}

/** The signature covers time, delivery and body; the secret in the body, which old apps compare, is no proof of when. */
function isSigned(headers, signed) {
  const mac = createHmac("sha256", vault.secret).update(`${headers["satchel-timestamp"]}.${headers["satchel-delivery"]}.`).update(signed).digest("hex");
  const [wanted, given] = [Buffer.from(`sha256=${mac}`), Buffer.from(String(headers["satchel-signature"] ?? ""))];
  const age = Math.abs(Date.now() / 1000 - Number(headers["satchel-timestamp"]));
  return age < 300 && wanted.length === given.length && timingSafeEqual(wanted, given);
}

function message(delivery, told) {
  const names = Object.keys(told);
  const data = told.platformData;
  const faults = [
    ...MEMBERS.filter((name, at) => names[at] !== name),
    ...(data === null ? [] : DATA.filter((name, at) => Object.keys(data)[at] !== name)),
    ...(STATES.includes(told.platformConnectionState) ? [] : ["platformConnectionState"]),
    ...(Number.isInteger(told.updated) ? [] : ["updated"]),
    ...(told.appSecret === vault.secret ? [] : ["appSecret"]),
    ...(data !== null && data.numberOfSuccessfulRatings !== data.numberOfRatingsThatAreDeemedSuccessful ? ["the name of 2019"] : []),
  ];
  say("message", { delivery, answered: answer, state: told.platformConnectionState, reason: told.reason, user: told.userId, gigs: data?.numberOfGigs ?? null, reviews: data?.reviews?.length ?? null, faults });
}

async function read(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

const go = (response, to) => response.writeHead(302, { Location: to }).end();

server.listen(0, "127.0.0.1", () => say("ready", { base: own() }));
const orders = createInterface({ input: process.stdin });
orders.on("line", (line) => {
  const order = JSON.parse(line);
  if (order.base) vault = order;
  if (order.answer) answer = order.answer;
  if (order.ask) ask().catch((error) => say("fault", { words: String(error.message) }));
});
orders.on("close", () => process.exit(0));
