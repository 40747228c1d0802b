// The page itself, built from the model.
import { chart, h, mark, meter, rhythm } from './draw.js';
import { ASSURANCE, assuranceOf } from './model.js';

const REVIEWS_SHOWN = 3;
const TYPED_SHOWN = 12;
const KIND = { work: 'Work', rating: 'Rating', review: 'Review', achievement: 'Achievement' };

/** Replaces the page by the model. `options`: language, until (time or null), truncated. */
export function show(root, model, options) {
  const words = wording(options.language);
  root.replaceChildren(
    heading(model, words),
    h('div', { class: 'cols' },
      h('div', { class: 'body' },
        model.platforms.map((platform) => platformPart(platform, model, words)),
        model.earnings.map((series) => earningsPart(series, words)),
        model.typed.length ? typedPart(model.typed, words) : null),
      side(model, options, words)));
}

/** The page of an app that is given nothing. `refused` tells a person's no from a fault. */
export function showNothing(root, refused) {
  root.replaceChildren(h('section', { class: 'nothing' },
    h('h1', { id: 'title' }, refused ? 'Nothing is shared with My Backpack' : 'The vault did not answer'),
    h('p', {}, refused
      ? 'That is all right. If you want this page, open the app again and choose what it may show.'
      : 'Nothing was lost. Read again in a moment.')));
}

function heading(model, words) {
  const typed = model.typed.length || model.typedTotal;
  const parts = [
    `${words.number(model.gigs)} ${model.gigs === 1 ? 'gig' : 'gigs'} on ${words.number(model.platforms.length)} ${model.platforms.length === 1 ? 'platform' : 'platforms'}`,
    model.first ? words.span(model.first, model.last) : null,
    typed ? `and ${words.number(typed)} own ${typed === 1 ? 'entry' : 'entries'} typed by hand` : null,
  ];
  return h('header', { class: 'who' },
    h('h1', { id: 'title' }, model.name || 'A record of gig work'),
    h('p', { class: 'lead', id: 'lead' }, model.platforms.length || typed ? parts.filter(Boolean).join(', ') : 'There are no gigs in what was shared.'),
    figures(model, words));
}

// The few numbers that somebody who reads no further should have seen.
function figures(model, words) {
  const shown = [
    model.months ? [`${words.number(model.monthsWorked)} of ${words.number(model.months)}`, 'months with work'] : null,
    model.hours >= 1 ? [words.number(Math.round(model.hours)), 'hours of work'] : null,
    ...model.earnings.filter((series) => series.months.length).slice(0, 2).map((series) => [words.money(average(series), series), 'a month on average, before costs and tax']),
  ].filter(Boolean);
  return shown.length ? h('dl', { class: 'figures' }, shown.map(([value, word]) => h('div', {}, h('dt', {}, word), h('dd', {}, value)))) : null;
}

function average({ total, undated, months }) {
  return (total - undated) / months.length;
}

function platformPart(platform, model, words) {
  const id = `platform-${model.platforms.indexOf(platform)}`;
  const { months } = platform;
  const facts = [
    `${words.number(platform.gigs)} ${platform.gigs === 1 ? 'gig' : 'gigs'}`,
    platform.hours >= 1 ? `${words.number(Math.round(platform.hours))} hours` : null,
    platform.kilometres >= 1 ? `${words.number(Math.round(platform.kilometres))} km` : null,
    months.length ? `${words.number(months.filter((month) => month.gigs).length)} of ${words.number(months.length)} months` : null,
  ];
  return h('section', { class: 'platform', 'aria-labelledby': id },
    h('div', { class: 'line' },
      h('h2', { id }, platform.name),
      months.length ? h('p', { class: 'small' }, words.span(months[0].month, months.at(-1).month)) : null),
    h('p', { class: 'facts' }, facts.filter(Boolean).join(', '), platform.types.length > 1 || platform.types.length === 1 && platform.gigs ? h('span', { class: 'soft' }, ` (${platform.types.slice(0, 4).map((type) => `${words.number(type.count)} ${type.value.replace(/_/g, ' ')}`).join(', ')})`) : null),
    months.length > 1 ? h('div', { class: 'months' }, rhythm(months, rhythmWords(platform, words))) : null,
    assurances(platform, words),
    platform.ratings.map((rating) => ratingLine(rating, words)),
    platform.achievements.length ? achievements(platform.achievements, words) : null,
    platform.reviews.length ? reviews(platform.reviews, words) : null);
}

function rhythmWords(platform, words) {
  const most = platform.months.reduce((a, b) => (b.gigs > a.gigs ? b : a));
  return `Gigs per month, ${words.span(platform.months[0].month, platform.months.at(-1).month)}. Most in ${words.month(most.month)}: ${words.number(most.gigs)}.`;
}

function assurances(platform, words) {
  const known = ASSURANCE.filter(({ id }) => platform.assurance[id]);
  if (!known.length) return null;
  return h('ul', { class: 'marks', 'aria-label': `How the gigs on ${platform.name} are known` },
    known.map(({ id, word, how }) => h('li', {}, mark(id), `${words.number(platform.assurance[id])} ${word} `, h('span', { class: 'soft' }, how))));
}

function ratingLine(rating, words) {
  const text = `${words.decimal(rating.value)} of ${words.number(rating.max)}`;
  return h('p', { class: 'rating' },
    meter(rating, text),
    h('b', {}, text),
    h('span', { class: 'small' }, `${rating.name.replace(/_/g, ' ')}, scale ${words.number(rating.min)} to ${words.number(rating.max)}, ${words.number(rating.count)} ${rating.count === 1 ? 'rating' : 'ratings'}`));
}

function achievements(records, words) {
  return h('ul', { class: 'achievements', 'aria-label': 'Achievements' },
    records.map((record) => h('li', {}, mark(assuranceOf(record)), h('span', { class: 'sr' }, `(${assuranceOf(record)}) `), h('b', {}, record.title || record.type || 'Achievement'),
      h('span', { class: 'small' }, [record.text, words.when(record)].filter(Boolean).map((text) => ` ${text}`).join(',')))));
}

function reviews(records, words) {
  const quote = (record) => h('blockquote', {},
    h('p', {}, `“${record.text}”`),
    h('footer', { class: 'small' }, mark(assuranceOf(record)), h('span', { class: 'sr' }, `(${assuranceOf(record)}) `),
      [record.rating && scored(record.rating, words), words.when(record)].filter(Boolean).join(', ')));
  const rest = records.slice(REVIEWS_SHOWN);
  return h('div', { class: 'reviews' },
    records.slice(0, REVIEWS_SHOWN).map(quote),
    rest.length ? h('details', {}, h('summary', {}, `${words.number(rest.length)} more ${rest.length === 1 ? 'review' : 'reviews'}`), rest.map(quote)) : null);
}

function scored({ value, max }, words) {
  return `${words.number(value)} of ${words.number(max)}`;
}

function earningsPart(series, words) {
  const id = `earned-${series.currency}`;
  const { months } = series;
  const money = (minor) => words.money(minor, series);
  return h('section', { class: 'earned', 'aria-labelledby': id },
    h('div', { class: 'line' },
      h('h2', { id }, `Earnings in ${series.currency}`),
      months.length ? h('p', { class: 'small' }, words.span(months[0].month, months.at(-1).month)) : null),
    h('p', { class: 'facts' },
      h('b', {}, money(series.total)), months.length ? `, ${money(average(series))} a month` : '', ', before costs and tax',
      series.typed > 0 ? h('span', { class: 'soft' }, `; ${money(series.typed)} of it typed by hand`) : null,
      series.undated > 0 ? h('span', { class: 'soft' }, `; ${money(series.undated)} of it without a date`) : null),
    months.length > 1 ? earningsChart(months, money, words) : null,
    months.length ? monthByMonth(months, money, words) : null);
}

function earningsChart(months, money, words) {
  const top = Math.max(...months.map((month) => month.minor), 1);
  const last = months.length - 1;
  const ticks = [...new Set([0, Math.round(last / 2), last])].map((at) => ({ at, text: words.shortMonth(months[at].month) }));
  const span = words.span(months[0].month, months[last].month);
  return chart(months, top, money(top), ticks, `Earnings per month, ${span}. Highest month ${money(top)}.`);
}

function monthByMonth(months, money, words) {
  return h('details', { class: 'bymonth' }, h('summary', {}, 'Month by month'),
    h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Month'), h('th', { scope: 'col', class: 'end' }, 'Earned'))),
      h('tbody', {}, [...months].reverse().map((month) => h('tr', {}, h('td', {}, words.month(month.month)), h('td', { class: 'end' }, money(month.minor)))))));
}

function typedPart(records, words) {
  const rest = records.length - TYPED_SHOWN;
  return h('section', { 'aria-labelledby': 'typed' },
    h('h2', { id: 'typed' }, 'Own entries'),
    h('p', { class: 'soft' }, 'Typed in by hand. No platform has confirmed them.'),
    h('ul', { class: 'typed' },
      records.slice(0, TYPED_SHOWN).map((record) => h('li', {}, mark('typed'), h('b', {}, record.title || record.text || record.type || KIND[record.kind]),
        h('span', { class: 'small' }, ` ${[record.rating && scored(record.rating, words), words.when(record), 'typed'].filter(Boolean).join(', ')}`)))),
    rest > 0 ? h('p', { class: 'small' }, `and ${words.number(rest)} more`) : null);
}

function side(model, options, words) {
  const absent = model.missing;
  return h('aside', { 'aria-label': 'About this page' },
    model.assurances.length ? h('section', { 'aria-labelledby': 'legend' },
      h('h2', { id: 'legend' }, 'What the marks mean'),
      h('dl', {}, model.assurances.map(({ id, word, long }) => [h('dt', {}, mark(id), word), h('dd', {}, long)]))) : null,
    model.platforms.some((platform) => platform.ratings.length) ? h('p', { class: 'soft' }, 'Stars stand on each platform’s own scale. Stars of different platforms are never put together.') : null,
    model.totalsOnly ? h('p', { class: 'soft' }, 'Totals per month were shared, no single gigs. The marks of single gigs are therefore absent.') : null,
    options.truncated ? h('p', { class: 'soft' }, 'The vault stopped answering part of the way. What was read until then is shown.') : null,
    absent.length ? h('section', { 'aria-labelledby': 'absent' },
      h('h2', { id: 'absent' }, 'Not on this page'),
      h('p', { id: 'not-shared' }, `${words.list(absent)}. Not shared, and not needed for the rest.`)) : null,
    h('p', { class: 'small', id: 'made' },
      `Made on ${words.today()} from the vault that holds these records.`,
      options.until ? ` Shared with this app until ${words.date(options.until)}.` : ''));
}

/** Numbers, dates and money in the person's language; an unknown language or currency falls back instead of failing. */
function wording(asked) {
  const language = asked === 'en' ? 'en-GB' : asked;
  const make = (Kind, ...options) => {
    try {
      return new Kind(language, ...options);
    } catch {
      return new Kind('en-GB', ...options);
    }
  };
  const numbers = make(Intl.NumberFormat);
  const decimals = make(Intl.NumberFormat, { minimumFractionDigits: 1, maximumFractionDigits: 2 });
  const months = make(Intl.DateTimeFormat, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const shortMonths = make(Intl.DateTimeFormat, { month: 'short', year: 'numeric', timeZone: 'UTC' });
  const dates = make(Intl.DateTimeFormat, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const today = make(Intl.DateTimeFormat, { day: 'numeric', month: 'long', year: 'numeric' });
  const lists = make(Intl.ListFormat, { type: 'conjunction' });
  const month = (key) => months.format(new Date(`${key}-01T00:00:00Z`));
  return {
    number: (n) => numbers.format(n),
    decimal: (n) => decimals.format(n),
    month,
    shortMonth: (key) => shortMonths.format(new Date(`${key}-01T00:00:00Z`)),
    span: (first, last) => (first === last ? month(first) : `${month(first)} to ${month(last)}`),
    // The day on the clock of the place of work, so the offset is left out.
    date: (time) => {
      const day = new Date(`${String(time).slice(0, 10)}T00:00:00Z`);
      return Number.isNaN(day.getTime()) ? '' : dates.format(day);
    },
    when(record) {
      return record.start && !record.extra?.undated ? this.date(record.start) : '';
    },
    today: () => today.format(new Date()),
    list: (items) => {
      const text = lists.format(items);
      return text.charAt(0).toUpperCase() + text.slice(1);
    },
    money: (minor, { currency, exponent }) => {
      const amount = minor / 10 ** exponent;
      try {
        return new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: exponent, minimumFractionDigits: exponent }).format(amount);
      } catch {
        return `${amount.toFixed(exponent)} ${currency}`;
      }
    },
  };
}
