// Frames one app and answers it with made-up data. Address: ?app=<address>&share=all|few|totals|none&theme=light|dark&madeup=0|1
import { play } from './host.js';

const wanted = new URLSearchParams(location.search);
const app = new URL(wanted.get('app'));
const options = { share: wanted.get('share') ?? 'all', dark: wanted.get('theme') === 'dark', madeUp: wanted.get('madeup') === '1' };

const frame = document.createElement('iframe');
frame.title = 'The app';
const verify = `${location.origin}/verify/?accesstoken=${encodeURIComponent('harness-token')}`;
app.searchParams.set('openplatform', verify);
frame.src = app.href;
document.body.append(frame);

window.messages = [];
addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== app.origin || typeof event.data !== 'string') return;
  const message = JSON.parse(event.data);
  window.messages.push(message);
  const reply = play(message, options);
  if (reply) frame.contentWindow.postMessage(JSON.stringify(reply), app.origin);
});
