// Turns what the vault answered into what the page says. Nothing here touches the page or the bridge.

/** Scopes of the manifest, the kind of record each opens, and its word on the page. */
export const PARTS = [
  { scope: 'vault:work.records:get', kind: 'work', word: 'single gigs' },
  { scope: 'vault:ratings:get', kind: 'rating', word: 'ratings' },
  { scope: 'vault:reviews:get', kind: 'review', word: 'reviews' },
  { scope: 'vault:achievements:get', kind: 'achievement', word: 'achievements' },
  { scope: 'vault:payments:get', kind: 'payment', word: 'payments' },
];
export const SUMMARY = 'vault:work.summary:get';
/** Where the vault keeps what was typed by hand. */
export const OWN = 'own';
export const NAME_FIELDS = ['first_name', 'last_name'];

/** How a record is known, strongest first. */
export const ASSURANCE = [
  { id: 'signed', word: 'signed', how: 'by the platform', long: 'Signed by the platform; the signature was checked.' },
  { id: 'fetched', word: 'fetched', how: 'from the platform', long: 'Fetched from the platform by the vault itself.' },
  { id: 'imported', word: 'imported', how: 'from a file of the platform', long: 'Read from a file that the platform gave out.' },
  { id: 'typed', word: 'typed', how: 'by hand', long: 'Typed in by hand; nobody has checked it.' },
];

// Payments that move money instead of earning it: the vault's own totals leave out the same.
const NOT_EARNED = /^(charge|payout)$/;
// Work that did not take place is not counted.
const NOT_DONE = /^(cancel|declin|reject|no_?show|fail)/i;

/** True if one of the granted scopes opens the wanted one: the same verb, and the same or a higher category by whole segments. */
export function opens(granted, wanted) {
  const [, category, verb] = wanted.split(':');
  return granted.some((scope) => {
    const [prefix, above, does] = String(scope).split(':');
    return prefix === 'vault' && does === verb && (category === above || category.startsWith(`${above}.`));
  });
}

/** `demo_platform` as people write it. */
export function platformName(id) {
  const words = String(id || 'unnamed').replace(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The page: one entry per platform, the months it spans, earnings per currency, own entries, and what was not shared.
 * `answers` holds `profile`, `scopes`, `records` (of all kinds), `summary` (or null).
 */
export function build(answers) {
  const records = answers.records ?? [];
  const periods = answers.summary?.periods ?? [];
  const work = records.filter(isDone);
  const platforms = platformsOf(records, periods, opens(answers.scopes, PARTS[0].scope));
  const months = [...new Set(platforms.flatMap((platform) => platform.months.map((month) => month.month)))].sort();
  const worked = new Set(platforms.flatMap((platform) => platform.months.filter((month) => month.gigs).map((month) => month.month)));
  return {
    name: NAME_FIELDS.map((field) => answers.profile?.[field]).filter(Boolean).join(' '),
    platforms,
    first: months[0] ?? null,
    last: months.at(-1) ?? null,
    monthsWorked: worked.size,
    months: months.length ? monthsBetween(months[0], months.at(-1)).length : 0,
    gigs: sum(platforms.map((platform) => platform.gigs)),
    hours: sum(platforms.map((platform) => platform.hours)),
    earnings: earningsOf(records, periods, answers.scopes),
    typed: records.filter(isTypedEntry).sort(newestFirst),
    typedTotal: work.length ? 0 : sum(periods.filter((period) => period.platform === OWN).map((period) => period.gigs)),
    assurances: ASSURANCE.filter(({ id }) => records.some((record) => assuranceOf(record) === id)),
    totalsOnly: work.length === 0 && periods.length > 0,
    missing: missing(answers.scopes),
  };
}

/** Words for what the person does not share with this app, in the order of the manifest. */
export function missing(scopes) {
  const fields = NAME_FIELDS.filter((field) => !opens(scopes, `vault:profile.${field}:get`)).map((field) => field.replace('_', ' '));
  // With totals per month, ratings and payments are on the page all the same, but not each by itself.
  const single = opens(scopes, SUMMARY) ? 'single ' : '';
  const parts = PARTS.filter((part) => !opens(scopes, part.scope)).map(({ kind, word }) => (kind === 'rating' || kind === 'payment' ? single + word : word));
  return [...parts, ...fields];
}

function platformsOf(records, periods, single) {
  const ids = [...new Set([...records.map((record) => record.platform), ...periods.map((period) => period.platform)])].filter(Boolean);
  return ids
    .map((id) => platformOf(id, records.filter((record) => record.platform === id), periods.filter((period) => period.platform === id), single))
    .filter((platform) => platform.gigs || platform.ratings.length || platform.reviews.length || platform.achievements.length)
    // Entries typed by hand are shown as such, not as a platform of their own.
    .filter((platform) => platform.id !== OWN && (platform.assurance.typed < platform.gigs || !platform.gigs || !single))
    .sort((a, b) => b.gigs - a.gigs || a.name.localeCompare(b.name));
}

function platformOf(id, records, periods, single) {
  const of = (kind) => records.filter((record) => record.kind === kind).sort(newestFirst);
  const work = of('work').filter(isDone);
  const named = records.find((record) => record.extra?.platform_name);
  const ratings = ratingsOf(of('rating'));
  return {
    id,
    name: named ? String(named.extra.platform_name) : platformName(id),
    gigs: single ? work.length : sum(periods.map((period) => period.gigs)),
    hours: single ? sum(work.map((record) => record.duration_s)) / 3600 : sum(periods.map((period) => period.hours)),
    kilometres: sum(work.map((record) => record.distance_m)) / 1000,
    types: count(work.map((record) => record.type).filter(Boolean)),
    months: single ? monthsOfWork(work) : monthsOfPeriods(periods),
    ratings: ratings.length ? ratings : ratingsOfPeriods(periods),
    reviews: of('review').filter((record) => record.text),
    achievements: of('achievement'),
    assurance: Object.fromEntries(ASSURANCE.map(({ id: kind }) => [kind, work.filter((record) => assuranceOf(record) === kind).length])),
  };
}

// Money that was typed in counts among the earnings and is told there.
function isTypedEntry(record) {
  return assuranceOf(record) === 'typed' && (isDone(record) || (record.platform === OWN && /^(rating|review|achievement)$/.test(record.kind)));
}

function isDone(record) {
  return record.kind === 'work' && !NOT_DONE.test(record.status ?? '');
}

/** Assurance of a record; a word that is unknown here counts as the weakest. */
export function assuranceOf(record) {
  const word = record.provenance?.assurance;
  return ASSURANCE.some(({ id }) => id === word) ? word : 'typed';
}

// One line per name and scale: ratings on different scales are never put together, nor are those of two platforms.
function ratingsOf(records) {
  const groups = new Map();
  for (const record of records) {
    const { value, min, max } = record.rating ?? {};
    const name = record.rating?.name || 'rating';
    if (!Number.isFinite(value) || !Number.isFinite(max)) continue;
    const key = JSON.stringify([name, min, max]);
    const group = groups.get(key) ?? { name, min: min ?? 0, max, values: [], stated: null };
    group.values.push(value);
    // A rating that says how many it stands for is the platform's own average: the newest one counts.
    if (group.stated === null && Number.isFinite(record.extra?.count)) group.stated = { value, count: record.extra.count };
    groups.set(key, group);
  }
  return [...groups.values()].map(({ name, min, max, values, stated }) => ({
    name, min, max,
    value: stated ? stated.value : sum(values) / values.length,
    count: stated ? stated.count : values.length,
  })).sort((a, b) => b.count - a.count);
}

function ratingsOfPeriods(periods) {
  const groups = new Map();
  for (const rating of periods.flatMap((period) => period.ratings ?? [])) {
    const key = JSON.stringify([rating.name, rating.min, rating.max]);
    const group = groups.get(key) ?? { name: rating.name || 'rating', min: rating.min, max: rating.max, total: 0, count: 0 };
    group.total += rating.average * rating.count;
    group.count += rating.count;
    groups.set(key, group);
  }
  return [...groups.values()].filter((group) => group.count > 0)
    .map(({ total, ...group }) => ({ ...group, value: total / group.count }))
    .sort((a, b) => b.count - a.count);
}

function monthsOfWork(work) {
  return fill(count(work.map(monthOfRecord).filter(Boolean)).map(({ value, count: gigs }) => [value, gigs]));
}

function monthsOfPeriods(periods) {
  const gigs = new Map();
  for (const period of periods) gigs.set(monthOf(period.from), (gigs.get(monthOf(period.from)) ?? 0) + (period.gigs ?? 0));
  return fill([...gigs].filter(([month, n]) => month && n > 0));
}

// Months without a gig between the first and the last stay visible as months without a gig.
function fill(pairs) {
  const known = new Map(pairs);
  const keys = [...known.keys()].sort();
  return keys.length ? monthsBetween(keys[0], keys.at(-1)).map((month) => ({ month, gigs: known.get(month) ?? 0 })) : [];
}

/** All months from one `YYYY-MM` to another, both included, at most 50 years. */
export function monthsBetween(first, last) {
  const months = [];
  for (let month = first; month <= last && months.length < 600; month = nextMonth(month)) months.push(month);
  return months;
}

function nextMonth(month) {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/**
 * Earnings per currency and month. Payments count where they are shared; work whose account has no payments counts with its own amount.
 * Without payments the vault's own totals are used. Nothing is estimated.
 */
function earningsOf(records, periods, scopes) {
  if (opens(scopes, 'vault:payments:get') && records.length) {
    const payments = records.filter((record) => record.kind === 'payment');
    const paid = new Set(payments.map((record) => record.connection));
    const counted = [
      ...payments.filter((record) => !NOT_EARNED.test(record.type ?? '')),
      ...records.filter((record) => record.kind === 'work' && !paid.has(record.connection)),
    ];
    return series(counted.map((record) => ({ month: monthOfRecord(record), amount: record.amount, typed: assuranceOf(record) === 'typed' })));
  }
  return series(periods.flatMap((period) => (period.earned ?? []).map((amount) => ({ month: monthOf(period.from), amount, typed: period.platform === OWN }))));
}

function series(items) {
  const currencies = new Map();
  for (const { month, amount, typed } of items) {
    if (!amount || !Number.isFinite(amount.minor)) continue;
    const entry = currencies.get(amount.currency) ?? { currency: amount.currency, exponent: amount.exponent ?? 2, total: 0, typed: 0, undated: 0, months: new Map() };
    entry.total += amount.minor;
    if (typed) entry.typed += amount.minor;
    if (month) entry.months.set(month, (entry.months.get(month) ?? 0) + amount.minor);
    else entry.undated += amount.minor;
    currencies.set(amount.currency, entry);
  }
  return [...currencies.values()].sort((a, b) => b.total - a.total).map((entry) => {
    const keys = [...entry.months.keys()].sort();
    return { ...entry, months: (keys.length ? monthsBetween(keys[0], keys.at(-1)) : []).map((month) => ({ month, minor: entry.months.get(month) ?? 0 })) };
  });
}

// A record without a time of its own has that of its receipt, which says nothing of the work.
function monthOfRecord(record) {
  return record.extra?.undated ? null : monthOf(record.start);
}

// The month on the clock of the place of work: the date as it is written, before any change of zone.
function monthOf(time) {
  const match = /^\d{4}-(0[1-9]|1[0-2])/.exec(String(time ?? ''));
  return match ? match[0] : null;
}

function newestFirst(a, b) {
  return String(b.start ?? '').localeCompare(String(a.start ?? ''));
}

function count(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, n]) => ({ value, count: n })).sort((a, b) => b.count - a.count);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + (Number.isFinite(number) ? number : 0), 0);
}
