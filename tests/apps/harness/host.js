// What a host answers to one message, from a small made-up vault. Pure, so that tests without a browser can use it too.
import { GRANTS, records, summary } from './vault.js';

/** The reply to a message of the app, or null. `options`: share (a key of GRANTS), dark, madeUp. */
export function play(message, options) {
  const reply = (body, type = message.type) => ({ openplatform: true, type, callback: message.callback, body });
  if (message.openplatform !== true || message.accesstoken !== 'harness-token') return null;
  if (message.type === 'verify' || message.type === 'meta') return reply(metadata(options), 'verify');
  if (message.type === 'vault') return reply(vault(message.body?.get ?? '', GRANTS[options.share] ?? []));
  return null;
}

function metadata(options) {
  return { id: 'harness', openplatformurl: 'http://127.0.0.1:1', name: 'Harness', mode: options.madeUp ? 'test' : 'prod', language: 'en', darkmode: options.dark, profile: { id: '1', name: '' } };
}

const DENIED = { status: 403, json: { code: 'consent_denied', message: 'Nothing is shared.' } };
const SCOPE_OF = { work: 'vault:work.records:get', payment: 'vault:payments:get', rating: 'vault:ratings:get', review: 'vault:reviews:get', achievement: 'vault:achievements:get' };

function vault(path, scopes) {
  if (typeof path !== 'string' || !path.startsWith('/v1/')) return { status: 404, json: { code: 'not_found', message: 'No such route.' } };
  const url = new URL(path, 'http://vault');
  const arg = (name) => url.searchParams.get(name);
  const ok = (json) => ({ status: 200, json });
  switch (url.pathname) {
    case '/v1/grant':
      return scopes.length ? ok({ scopes, until: '2027-02-22T00:00:00+01:00', narrowing: {} }) : DENIED;
    case '/v1/profile': {
      const person = { first_name: 'Mireia', last_name: 'Ferrer i Puig' };
      const fields = arg('fields').split(',');
      if (!fields.every((field) => scopes.includes(`vault:profile.${field}:get`))) return DENIED;
      return ok({ profile: Object.fromEntries(fields.map((field) => [field, person[field]])) });
    }
    case '/v1/summary':
      return scopes.includes('vault:work.summary:get') ? ok(summary()) : DENIED;
    case '/v1/records': {
      if (!scopes.includes(SCOPE_OF[arg('kind')])) return DENIED;
      const all = records().filter((record) => record.kind === arg('kind'));
      const from = Number(arg('after') ?? 0);
      const to = from + Math.min(Number(arg('limit')), 200);
      return ok({ records: all.slice(from, to), next: to < all.length ? String(to) : null });
    }
    default:
      return { status: 404, json: { code: 'not_found', message: 'No such route.' } };
  }
}
