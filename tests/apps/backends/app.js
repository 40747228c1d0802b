// What the app servers of the tests have in common: they say where they are on a line of stdout, and answer each page with what they know.
'use strict';

const { createServer } = require('node:net');
const { Hosts, Refused } = require('./host.js');

/** A port that is free now. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts an app server. `framework` brings: `route(method, path, answer)` where `answer({ query, headers, body })` promises
 * `{ status, json }`; `request(method, url, headers, body)` promises `{ status, headers, body }`; `listen(port)` promises the start.
 * The words of the app come as JSON in `APP_WORDS`: Total.js 4 takes arguments for its own.
 */
async function start(framework, protocol) {
  const words = JSON.parse(process.env.APP_WORDS || '{}');
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const url = `${base}/`;
  const manifest = {
    name: words.name,
    url: words.url || url,
    version: '1.0',
    allowreadprofile: 2,
    allowreadusers: 1,
    allowreadmeta: true,
    allownotifications: true,
    roles: ['editor'],
    services: { echo: `${base}/service` },
    ...words.manifest,
  };
  const fetchJson = (address, headers) => framework.request('GET', address, headers);
  const hosts = new Hosts(
    {
      url,
      manifestUrl: `${base}/manifest`,
      hosts: words.hosts,
      origin: words.origin,
      serial: words.serial,
      request: words.request ?? manifest.reqtoken,
      response: words.response ?? manifest.restoken,
    },
    fetchJson,
  );
  const session = (query) => (protocol === 5 ? hosts.chained(query.openplatform) : hosts.plain(query.openplatform, query.rev));
  const page = (answer) => async (asked) => {
    try {
      return { status: 200, json: await answer(await session(asked.query), asked) };
    } catch (error) {
      if (error instanceof Refused) return { status: 401, json: { refused: error.message } };
      throw error;
    }
  };
  const tell = async (address, body) => {
    const headers = { 'Content-Type': 'application/json', ...hosts.own };
    if (protocol === 5) headers['x-token'] = hosts.proof(address);
    return (await framework.request('POST', address, headers, JSON.stringify(body))).body;
  };

  framework.route('GET', '/manifest', async () => ({ status: 200, json: manifest }));
  framework.route('GET', '/', page(async ({ meta, profile, platform }) => ({ meta, profile, platform, asked: hosts.asked })));
  framework.route('GET', '/users', page(({ meta }) => hosts.get(meta.users)));
  framework.route('GET', '/words', page(({ platform }) => platform.words));
  framework.route('GET', '/badge', page(({ profile }) => hosts.get(profile.badge)));
  framework.route('GET', '/notify', page(({ meta, profile }, { query }) =>
    tell(protocol === 5 ? meta.notify : profile.notify, protocol === 5 ? { body: query.text, path: '/inbox' } : { type: 1, message: query.text, data: 'inbox' })));
  framework.route('GET', '/call', page(async ({ meta }, { query }) => {
    if (!meta.services) throw new Refused('no services');
    const address = `${meta.services}&app=${encodeURIComponent(query.app)}&service=echo`;
    const answer = await framework.request('POST', address, { 'Content-Type': 'application/json', ...hosts.own }, JSON.stringify({ said: query.text }));
    return { status: answer.status, body: answer.body };
  }));
  framework.route('POST', '/service', async ({ headers, body }) => {
    try {
      return { status: 200, json: { caller: hosts.caller(headers['x-openplatform']), heard: body } };
    } catch (error) {
      return { status: 401, json: [{ error: error.message }] };
    }
  });
  await framework.listen(port);
  // One of the frameworks listens before it knows its routes.
  for (let tries = 0; tries < 100 && (await fetch(`http://127.0.0.1:${port}/manifest`)).status === 404; tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write(`${JSON.stringify({ base })}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}

/** The answer of a framework's own client: JSON where it is some. */
function answered(status, headers, text) {
  let body = text;
  try {
    body = JSON.parse(text);
  } catch {
    // The text is the answer.
  }
  return { status, headers, body };
}

module.exports = { answered, start };
