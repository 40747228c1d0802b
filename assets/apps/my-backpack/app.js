// Reads through the bridge what the person shares with this app, and shows it.
import { NAME_FIELDS, PARTS, SUMMARY, build, opens } from './model.js';
import { show, showNothing } from './view.js';

const PAGE_SIZE = 500;
const MOST_PAGES = 400;

const status = document.getElementById('status');
const page = document.getElementById('page');
let language = 'en';
let turn = 0;

const print = document.getElementById('print');
print.addEventListener('click', () => window.print());
// On paper nothing can be opened: the months are printed, the further reviews are counted.
window.addEventListener('beforeprint', () => months().forEach((part) => (part.dataset.closed = part.open ? '' : 'yes', part.open = true)));
window.addEventListener('afterprint', () => months().forEach((part) => (part.open = part.dataset.closed !== 'yes')));
document.getElementById('again').addEventListener('click', () => void read());

OP.on('revision', () => void read());
OP.init((err, meta) => {
  if (err) return;
  language = typeof meta.language === 'string' && meta.language ? meta.language : 'en';
  if (meta.darkmode !== undefined) document.documentElement.dataset.theme = meta.darkmode ? 'dark' : 'light';
  document.getElementById('madeup').hidden = meta.mode !== 'test';
  OP.on('appearance', (look) => {
    if (look.darkmode !== undefined) document.documentElement.dataset.theme = look.darkmode ? 'dark' : 'light';
  });
  void read();
});

/** One reading from start to end. A later one makes an earlier one stop. */
async function read() {
  const mine = ++turn;
  const current = () => mine === turn;
  page.setAttribute('aria-busy', 'true');
  say('Reading your work');
  OP.loading(true, 'Reading your work');
  try {
    const answers = await gather(current);
    if (!current()) return;
    const model = build(answers);
    print.hidden = false;
    show(page, model, { language, truncated: answers.truncated, until: answers.until });
    document.title = model.name ? `${model.name}: My Backpack` : 'My Backpack';
    say('');
  } catch (err) {
    if (!current()) return;
    print.hidden = true;
    document.title = 'My Backpack';
    showNothing(page, err.code === 'consent_denied');
    say('');
  } finally {
    if (current()) {
      page.setAttribute('aria-busy', 'false');
      OP.loading(false);
    }
  }
}

/** Asks first what is shared, then for that and nothing else. Refused here means that nothing is shared at all. */
async function gather(current) {
  const grant = await ask('/v1/grant');
  const scopes = Array.isArray(grant.scopes) ? grant.scopes : [];
  const answers = { scopes, until: grant.until ?? null, profile: {}, records: [], summary: null, truncated: false };

  const fields = NAME_FIELDS.filter((field) => opens(scopes, `vault:profile.${field}:get`));
  if (fields.length) answers.profile = (await part(`/v1/profile?fields=${fields.join(',')}`))?.profile ?? {};
  if (opens(scopes, SUMMARY)) answers.summary = await part('/v1/summary?by=month');
  for (const { scope, kind } of PARTS) {
    if (current() && opens(scopes, scope)) await readKind(kind, answers, current);
  }
  return answers;
}

async function readKind(kind, answers, current) {
  let after = '';
  for (let n = 0; n < MOST_PAGES && current(); n++) {
    const answer = await part(`/v1/records?kind=${kind}&limit=${PAGE_SIZE}${after}`);
    if (!answer) {
      answers.truncated = true;
      return;
    }
    answers.records.push(...(answer.records ?? []));
    say(`Reading your work: ${new Intl.NumberFormat(language).format(answers.records.length)} entries`);
    if (!answer.next) return;
    after = `&after=${encodeURIComponent(answer.next)}`;
  }
  answers.truncated = true;
}

// A part that is refused between two questions is left out; the rest of the page does not suffer.
async function part(path) {
  try {
    return await ask(path);
  } catch (err) {
    if (err.code === 'consent_denied') return null;
    throw err;
  }
}

function ask(path) {
  return new Promise((resolve, reject) => {
    OP.vault(path, (err, json) => (err ? reject(err) : resolve(json ?? {})));
  });
}

function months() {
  return page.querySelectorAll('details.bymonth');
}

function say(text) {
  status.textContent = text;
  status.hidden = text === '';
}
