// What the server of an app does to know a person by the argument of its frame: every rule of P3 and P4 (specification 2.3) and of P5 (2.6).
// The framework brings the request: `fetchJson(url, headers)` gives `{ status, headers, body }`.
'use strict';

const { createHash, timingSafeEqual } = require('node:crypto');

/** An argument shorter than this is none. */
const SHORTEST = 20;
/** So often a session is asked anew when its revision changes. */
const MOST_RENEWALS = 7;
/** How long a session of P3 and P4, and of P5, is kept, in milliseconds. */
const KEPT = 10 * 60_000;
const KEPT_CHAINED = 2 * 60_000;

const md5 = (...parts) => createHash('md5').update(parts.join('')).digest('hex');

/** The unsigned CRC-32 (IEEE) of a text of ASCII. */
function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Why somebody is not let in. */
class Refused extends Error {}

const must = (fits, why) => {
  if (!fits) throw new Refused(why);
};

/** The hosts of an app, as its server knows them. */
class Hosts {
  /** `app`: `{ url, manifestUrl, hosts?, origin?, serial?, request?, response? }`. */
  constructor(app, fetchJson) {
    this.app = app;
    this.fetchJson = fetchJson;
    this.sessions = new Map();
    this.platforms = new Map();
    this.asked = 0;
    /** What this server says with every call. */
    this.own = app.origin ? { 'X-Origin': app.origin } : {};
  }

  /** The session of an argument of P3 and P4, asked anew when the revision is another one. */
  async plain(argument, revision = '') {
    must(typeof argument === 'string' && argument.length >= SHORTEST, 'no argument');
    const { hosts } = this.app;
    must(!hosts || hosts.some((host) => argument.startsWith(host)), 'another host');
    const key = createHash('sha256').update(argument).digest('hex');
    const known = this.sessions.get(key);
    if (known && known.until > Date.now()) {
      if (known.revision === revision) return known;
      must(known.renewals < MOST_RENEWALS, 'too many revisions');
    }
    const session = await this.askPlain(argument);
    Object.assign(session, { revision, until: Date.now() + KEPT, renewals: known ? known.renewals + 1 : 0 });
    this.sessions.set(key, session);
    return session;
  }

  async askPlain(argument) {
    const { app } = this;
    const headers = { Referer: app.manifestUrl, 'User-Agent': 'Total.js/v4', Accept: 'application/json, text/plain', ...this.own };
    this.asked += 1;
    const answer = await this.fetchJson(argument, headers);
    const meta = answer.body;
    must(meta && typeof meta === 'object', 'no metadata');
    must(!Array.isArray(meta), Array.isArray(meta) && meta[0] && (meta[0].name || meta[0].error));
    must(!app.origin || answer.headers['x-origin'] === app.origin, 'another origin');
    must(meta.url === app.url, 'another url');
    must(typeof meta.openplatform === 'string', 'no platform');
    must(argument.startsWith(`${meta.openplatform}/verify/?accesstoken=`), 'verified elsewhere');
    must(meta.id, 'no id');
    must(meta.profile && typeof meta.profile === 'object', 'no profile');
    must(meta.openplatformid === crc32(meta.openplatform), 'another platform id');
    const platform = this.platformOf(meta);
    if (meta.meta && !platform.words) platform.words = await this.get(meta.meta);
    return { meta, profile: meta.profile, platform };
  }

  /** The tenant that an installation is: the same as long as it keeps its id and its serial number. */
  platformOf(meta) {
    const directory = meta.profile.directoryid;
    const own = meta.verifytoken || directory;
    const id = own ? crc32(`${meta.openplatformid}-${meta.verifytoken || 0}-${directory || 0}`) : meta.openplatformid;
    const known = this.platforms.get(id);
    if (!known) {
      must(!this.app.serial || meta.sn === this.app.serial, 'another serial number');
      const platform = { id, app: meta.id, sn: meta.sn, verifytoken: meta.verifytoken, servicetoken: meta.servicetoken };
      this.platforms.set(id, platform);
      return platform;
    }
    must(known.app === meta.id, 'another installation');
    must(!known.sn || known.sn === meta.sn, 'another serial number');
    return known;
  }

  /** Who calls a service of this app: the account, if the five parts of the header are those of an installation that is known. */
  caller(header) {
    const parts = String(header || '').split('-');
    must(parts.length === 5, 'not five parts');
    const [host, directory, verifytoken, account, servicetoken] = parts;
    const own = verifytoken || directory;
    const id = own ? crc32(`${host}-${verifytoken || 0}-${directory || 0}`) : Number(host);
    const platform = this.platforms.get(id);
    must(platform && platform.servicetoken === servicetoken, 'error-openplatform-token');
    return { account, platform: id };
  }

  /** The session of an argument of P5: the signature is looked at first, and again for every session that is kept. */
  async chained(argument) {
    must(typeof argument === 'string' && argument.length >= SHORTEST, 'no argument');
    const { request, response } = this.app;
    const [address, sign, ...rest] = argument.split('~');
    must(sign && rest.length === 0, 'no signature');
    const own = md5(address, request);
    must(own.length === sign.length && timingSafeEqual(Buffer.from(own), Buffer.from(sign)), 'another signature');
    const known = this.sessions.get(argument);
    if (known && known.until > Date.now()) return known;
    this.asked += 1;
    const answer = await this.fetchJson(argument, { 'x-token': md5(sign, response) });
    const profile = answer.body;
    must(answer.status === 200 && profile && typeof profile === 'object' && !Array.isArray(profile), 'not known');
    const session = { profile, meta: profile, until: Date.now() + KEPT_CHAINED };
    this.sessions.set(argument, session);
    return session;
  }

  /** What `x-token` is for an address of P5 that the host gave. */
  proof(address) {
    return md5(md5(address, this.app.request), this.app.response);
  }

  /** Something of the host at an address that it gave; an error is a list. */
  async get(address) {
    return (await this.fetchJson(address, this.own)).body;
  }
}

module.exports = { Hosts, Refused, crc32 };
