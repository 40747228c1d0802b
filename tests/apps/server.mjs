// Serves test apps, each on its own origin: `node tests/apps/server.mjs sample hostile` prints one line per app, "<name> <base address>".
// `sample`, `hostile` and those of the profiles are hosted apps (their openplatform.json gets its address here); `p4-own` and `p5-own` load the
// library of the host. `my-backpack` and `starter` are served as the gateway serves a package; `harness` is a page that plays host. Nothing is
// cached; only the loopback interface listens. Ends with its standard input (`--stay` keeps it).
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ASSETS = join(HERE, '../../assets');
const FOLDERS = {
  sample: join(HERE, 'sample'),
  hostile: join(HERE, 'hostile'),
  pace: join(HERE, 'pace'),
  p2: join(HERE, 'p2'),
  p3: join(HERE, 'p3'),
  p4: join(HERE, 'p4'),
  'p4-own': join(HERE, 'p4'),
  p5: join(HERE, 'p5'),
  'p5-own': join(HERE, 'p5'),
  starter: join(ASSETS, 'client/starter'),
  harness: join(HERE, 'harness'),
  'my-backpack': join(ASSETS, 'apps/my-backpack'),
};
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };
const PACKAGE_POLICY = "default-src 'self' data: blob:; script-src 'self'; connect-src 'none'; form-action 'none'; frame-src 'none'; worker-src 'none'; base-uri 'none'";

/** What an app of the internet hears reaches its maker, if the maker wants it. */
const HEARD = `<script>addEventListener('message', ({ data }) => navigator.sendBeacon('/heard', JSON.stringify(data)), true)</script>`;
const isHosted = (name) => name !== 'my-backpack' && name !== 'starter';

/** Starts the server of one app on a free port (or the given one) and gives its base address and a way to stop it. */
export async function serve(name, port = 0) {
  const folder = FOLDERS[name];
  if (!folder) throw new Error(`no such app: ${name}; there are ${Object.keys(FOLDERS).join(', ')}`);
  const server = createServer((request, response) => void answer(folder, name, request, response));
  // The name under which the host knows the app; `tests/e2e/canaries` keeps what reaches it.
  server.party = JSON.parse(await readFile(join(folder, 'openplatform.json'), 'utf8').catch(() => '{}')).name;
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve)) };
}

async function answer(folder, name, request, response) {
  try {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    if (path === '/heard') return void request.resume().on('end', () => response.writeHead(204).end());
    const file = fileOf(folder, path === '/' ? '/index.html' : path);
    let body = await readFile(file);
    if (process.env.RECEIVED && isHosted(name) && name !== 'pace' && extname(file) === '.html') body = body.toString('utf8').replace(/^<!doctype html>/i, (start) => `${start}${HEARD}`);
    if (path === '/openplatform.json' && name !== 'my-backpack') body = withAddress(body, `http://${request.headers.host}`, name);
    response.writeHead(200, {
      'Content-Type': `${TYPES[extname(file)] ?? 'application/octet-stream'}; charset=utf-8`,
      'Cache-Control': 'no-store',
      ...(isHosted(name) ? {} : { 'Content-Security-Policy': PACKAGE_POLICY }),
    });
    response.end(body);
  } catch {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not here');
  }
}

function fileOf(folder, path) {
  if (/^\/openplatform(\.min(@[34])?)?\.js$/.test(path)) return join(ASSETS, 'client', path.includes('.min') ? 'openplatform.min.js' : 'openplatform.js');
  if (path === '/iframe.js') return join(ASSETS, 'client/iframe.js');
  if (/^\/profiles\/(page\.js|page\.css|wire\.js)$/.test(path)) return join(HERE, path);
  const file = normalize(join(folder, path));
  if (!file.startsWith(folder + sep)) throw new Error('outside the folder');
  return file;
}

function withAddress(body, base, name) {
  const manifest = JSON.parse(body.toString('utf8'));
  return JSON.stringify({ ...manifest, url: `${base}/${name.endsWith('-own') ? 'own' : 'index'}.html` }, null, 2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2).filter((word) => word !== '--stay');
  for (const name of names.length ? names : ['sample']) {
    const [app, port] = name.split(':');
    const { base } = await serve(app, Number(port ?? 0));
    process.stdout.write(`${app} ${base}\n`);
  }
  if (!process.argv.includes('--stay')) process.stdin.on('end', () => process.exit(0)).resume();
}
