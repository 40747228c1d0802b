// A made-up vault: three platforms with different scales over twenty months, and two own entries. The same at every start.

const ALL = ['vault:profile.first_name:get', 'vault:profile.last_name:get', 'vault:work.records:get', 'vault:ratings:get', 'vault:reviews:get', 'vault:achievements:get', 'vault:payments:get', 'vault:work.summary:get'];
/** What the person shares, by name. */
export const GRANTS = { all: ALL, few: ['vault:work.records:get', 'vault:ratings:get'], totals: ['vault:work.summary:get', 'vault:profile.first_name:get'], none: [] };

const PLATFORMS = [
  { id: 'rapid_meals', type: ['delivery', 'delivery', 'delivery', 'double_delivery'], perMonth: 46, price: 640, minutes: 26, scale: { name: 'stars', min: 1, max: 5 }, spread: 1, assurance: 'fetched', from: 0 },
  { id: 'quillwork', type: ['translation', 'proofreading'], perMonth: 5, price: 8400, minutes: 210, scale: { name: 'success', min: 0, max: 100 }, spread: 12, assurance: 'signed', from: 4 },
  { id: 'nabo', type: ['cleaning', 'moving_help'], perMonth: 3, price: 4200, minutes: 150, scale: { name: 'stars', min: 0, max: 10 }, spread: 2, assurance: 'imported', from: 9 },
];
const WORDS = ['Always on time and friendly.', 'Careful with the stairs, and the food was still warm.', 'Clear text, delivered a day early. Would work together again.', 'Good work.', 'Found the door without calling, which nobody does.', 'Kept every term consistent over 80 pages.'];

/** All records, newest last. */
export function records() {
  const random = generator(7);
  const made = PLATFORMS.flatMap((platform) => ofPlatform(platform, random));
  return [...made, ...OWN.map((entry, i) => record('work', 'own', `own-${i}`, entry.start, 'typed', { type: 'own_entry', title: entry.title, duration_s: 7200, amount: money(6000) }))];
}

/** Totals per month and platform of the same records. */
export function summary() {
  const groups = new Map();
  for (const one of records()) {
    const key = `${one.start.slice(0, 7)} ${one.platform}`;
    const group = groups.get(key) ?? { from: `${one.start.slice(0, 7)}-01`, to: `${one.start.slice(0, 7)}-28`, platform: one.platform, gigs: 0, hours: 0, earned: [], ratings: [] };
    if (one.kind === 'work') (group.gigs += 1), (group.hours += one.duration_s / 3600);
    if (one.kind === 'payment' && one.type === 'earning') group.earned = [money((group.earned[0]?.minor ?? 0) + one.amount.minor)];
    if (one.kind === 'rating') group.ratings = [averaged(group.ratings[0], one.rating)];
    groups.set(key, group);
  }
  return { by: 'month', periods: [...groups.values()] };
}

const OWN = [{ start: '2026-09-12T10:00:00+02:00', title: 'Moved a piano for a neighbour' }, { start: '2026-10-03T09:00:00+02:00', title: 'Market stall, Saturday' }];

function ofPlatform(platform, random) {
  const list = [];
  for (let n = platform.from; n < 20; n++) {
    const month = `${2025 + Math.floor((n + 3) / 12)}-${String(((n + 3) % 12) + 1).padStart(2, '0')}`;
    const gigs = n === 12 ? 0 : Math.round(platform.perMonth * (0.5 + random()));
    for (let g = 0; g < gigs; g++) list.push(...gig(platform, `${month}-${String(1 + Math.floor(random() * 28)).padStart(2, '0')}T18:20:00+02:00`, list.length, random));
    if (gigs) list.push(record('payment', platform.id, `payout-${month}`, `${month}-28T12:00:00+02:00`, platform.assurance, { type: 'payout', amount: money(gigs * platform.price) }));
  }
  list.push(record('achievement', platform.id, 'level', '2026-05-02T00:00:00+02:00', platform.assurance, { title: platform.id === 'quillwork' ? 'Top rated' : 'Level 4', text: 'for 100 finished jobs' }));
  return list;
}

function gig(platform, start, number, random) {
  const { scale, assurance } = platform;
  const id = `${number}`;
  const value = Math.max(scale.min, Math.round(scale.max - random() * random() * random() * platform.spread * 2.4));
  const rating = { ...scale, value };
  const made = [
    record('work', platform.id, id, start, assurance, { type: platform.type[Math.floor(random() * platform.type.length)], status: 'done', duration_s: platform.minutes * 60 * (0.6 + random()), distance_m: platform.id === 'rapid_meals' ? 1200 + random() * 4000 : undefined }),
    record('payment', platform.id, `pay-${id}`, start, assurance, { type: 'earning', work: id, amount: money(Math.round(platform.price * (0.6 + random()))) }),
  ];
  if (random() < 0.5) made.push(record('rating', platform.id, `rate-${id}`, start, assurance, { rating, work: id }));
  if (random() < 0.03 || (platform.perMonth < 10 && random() < 0.15)) made.push(record('review', platform.id, `review-${id}`, start, assurance, { rating, text: WORDS[Math.floor(random() * WORDS.length)], work: id }));
  return made;
}

function record(kind, platform, id, start, assurance, rest) {
  return JSON.parse(JSON.stringify({ id: `${platform}-${id}`, kind, platform, connection: `${platform}-1`, start, ...rest, provenance: { source: platform, retrieval: 'r1', retrieved_at: start, path: '$', sha256: '0'.repeat(64), assurance } }));
}

function averaged(before, { name, value, min, max }) {
  const count = (before?.count ?? 0) + 1;
  return { name, average: ((before?.average ?? 0) * (count - 1) + value) / count, count, min, max };
}

function money(minor) {
  return { minor, currency: 'EUR', exponent: 2 };
}

function generator(seed) {
  let state = seed;
  return () => ((state = (state * 1664525 + 1013904223) >>> 0), state / 2 ** 32);
}
