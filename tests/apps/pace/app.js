// Times the host's answers against a frame of this page that sends every message back as it is. The bare envelope, and no library.
const ROUNDS = 200;
const FIRST = 20;

const token = decodeURIComponent(decodeURIComponent(/[?&]openplatform=([^&#]*)/.exec(location.search)[1]).split('token=')[1]);
const echo = document.createElement('iframe');
echo.width = echo.height = '9';
echo.title = 'Echo';
let waiting = null;

addEventListener('message', (event) => {
  if (waiting && waiting.from === event.source && typeof event.data === 'string' && waiting.wanted(event.data)) {
    const { done } = waiting;
    waiting = null;
    done();
  }
});

function envelope(type, body, callback) {
  return JSON.stringify({ openplatform: true, accesstoken: token, type, body, sender: true, origin: location.origin, callback });
}

/** How long an answer takes, in milliseconds. */
async function once(to, text, wanted) {
  const start = performance.now();
  await new Promise((done) => {
    waiting = { from: to, wanted, done };
    to.postMessage(text, '*');
  });
  return performance.now() - start;
}

async function series(act) {
  const times = [];
  for (let at = 0; at < FIRST + ROUNDS; at++) {
    const took = await act(at);
    if (at >= FIRST) times.push(took);
  }
  times.sort((a, b) => a - b);
  return { median: times[ROUNDS / 2], p95: times[Math.floor(ROUNDS * 0.95)] };
}

const host = window.parent;
const answered = (id) => (text) => JSON.parse(text).callback === id;
const handshake = (at) => once(host, envelope('verify', { ua: navigator.userAgent }, `a${at}`), answered(`a${at}`));

await new Promise((loaded) => {
  echo.addEventListener('load', loaded);
  echo.src = 'echo.html';
  document.body.append(echo);
});
const result = {};
async function measure(what, act) {
  document.getElementById('state').textContent = what;
  result[what] = await series(act);
}
await measure('echo', (at) => once(echo.contentWindow, envelope('appearance', null, `d${at}`), answered(`d${at}`)));
await measure('handshake', handshake);
// What a host answers without looking anything up.
await measure('plain', () => once(host, envelope('appearance', null), (text) => JSON.parse(text).type === 'appearance'));
// A path of the vault for which nothing is shared: the way to the vault and back.
await measure('vault', (at) => once(host, envelope('vault', { get: '/v1/grant' }, `c${at}`), answered(`c${at}`)));
document.getElementById('result').textContent = JSON.stringify(result);
document.getElementById('state').textContent = 'done';
