// Times the host's answers against a frame of this page that sends every message back as it is. The bare envelope, and no library.
const ROUNDS = 1000;
const FIRST = 20;

const token = decodeURIComponent(decodeURIComponent(/[?&]openplatform=([^&#]*)/.exec(location.search)[1]).split('token=')[1]);
const echo = document.createElement('iframe');
echo.width = echo.height = '9';
echo.title = 'Echo';
const host = window.parent;
let waiting = null;

addEventListener('message', (event) => {
  // WebKit does not name the frame of this page as the source of its echo, so the host is told from the rest.
  if (waiting && waiting.ofHost === (event.source === host) && typeof event.data === 'string' && waiting.wanted(event.data)) {
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
    waiting = { ofHost: to === host, wanted, done };
    to.postMessage(text, '*');
  });
  return performance.now() - start;
}

// The engine's clock has steps of a millisecond: a median of single answers would be one of them. So answers are timed a hundred at a time.
const TOGETHER = 100;

async function series(act) {
  for (let at = 0; at < FIRST; at++) await act(at);
  const hundreds = [];
  const singles = [];
  for (let at = FIRST; at < FIRST + ROUNDS; at += TOGETHER) {
    const start = performance.now();
    for (let one = 0; one < TOGETHER; one++) singles.push(await act(at + one));
    hundreds.push((performance.now() - start) / TOGETHER);
  }
  const place = (times, share) => times.sort((a, b) => a - b)[Math.floor(times.length * share)];
  return { median: place(hundreds, 0.5), p95: place(singles, 0.95) };
}

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
