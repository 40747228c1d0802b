//! Earnings by day, gathered into weeks, months or years so that a chart stays readable.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration, Month};

use super::words;

/// Most bars of a chart: a year of weeks, five years of months.
const BARS: usize = 60;
const WEEKS: usize = 53;
/// Platforms with a colour of their own; the others share one.
const OWN_COLOURS: usize = 4;

/// Earnings in one currency. Feed it payments and gigs in any order.
#[derive(Debug, Clone)]
pub struct Earnings {
    pub(crate) currency: String,
    pub(crate) exponent: u8,
    platforms: Vec<String>,
    days: BTreeMap<Date, Day>,
    pub(crate) gaps: Vec<Gap>,
}

#[derive(Debug, Clone, Default)]
struct Day {
    minor: BTreeMap<usize, i128>,
    gigs: u64,
}

/// A time without data, and why.
#[derive(Debug, Clone)]
pub(crate) struct Gap {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) reason: String,
}

impl Earnings {
    /// Nothing earned so far. `exponent` is the number of decimals of the currency (ISO 4217).
    pub fn new(currency: impl Into<String>, exponent: u8) -> Self {
        let currency = currency.into();
        Self {
            currency,
            exponent,
            platforms: Vec::new(),
            days: BTreeMap::new(),
            gaps: Vec::new(),
        }
    }

    /// Adds a payment in the smallest unit of the currency. A correction may be negative.
    pub fn pay(&mut self, on: Date, platform: &str, minor: i64) {
        let index = self
            .platforms
            .iter()
            .position(|name| name == platform)
            .unwrap_or_else(|| {
                self.platforms.push(platform.to_owned());
                self.platforms.len() - 1
            });
        let sum = self.days.entry(on).or_default().minor.entry(index).or_default();
        *sum = sum.saturating_add(minor.into());
    }

    /// Adds a gig that began on this day.
    pub fn gig(&mut self, on: Date) {
        let gigs = &mut self.days.entry(on).or_default().gigs;
        *gigs = gigs.saturating_add(1);
    }

    /// Marks the days from `from` to `to` as lacking data, for instance “No Uber Eats data”.
    pub fn gap(&mut self, from: Date, to: Date, reason: impl Into<String>) {
        self.gaps.push(Gap {
            from,
            to,
            reason: reason.into(),
        });
    }

    /// The sum of all payments.
    pub(crate) fn total(&self) -> i128 {
        self.days
            .values()
            .flat_map(|day| day.minor.values())
            .fold(0, |sum, minor| sum.saturating_add(*minor))
    }

    pub(crate) fn gigs(&self) -> u64 {
        self.days
            .values()
            .fold(0, |sum, day| sum.saturating_add(day.gigs))
    }

    pub(crate) fn bars(&self) -> Option<Bars> {
        let (first, last) = (*self.days.first_key_value()?.0, *self.days.last_key_value()?.0);
        let step = Step::fitting(first, last);
        let series = self.series();
        let mut bars = step.empty_bars(first, last, series.len());
        let dropped = bars.len().saturating_sub(BARS);
        bars.drain(..dropped);
        let at: BTreeMap<Date, usize> = bars
            .iter()
            .enumerate()
            .map(|(index, bar)| (bar.from, index))
            .collect();
        for (date, day) in &self.days {
            let Some(bar) = at.get(&step.start(*date)).and_then(|index| bars.get_mut(*index)) else {
                continue;
            };
            bar.gigs = bar.gigs.saturating_add(day.gigs);
            for (platform, minor) in &day.minor {
                let place = series.iter().position(|one| one.platforms.contains(platform));
                if let Some(sum) = place.and_then(|place| bar.minor.get_mut(place)) {
                    *sum = sum.saturating_add(*minor);
                }
            }
        }
        Some(Bars {
            step,
            series,
            bars,
            dropped,
        })
    }

    /// The largest platforms each for itself, the others together.
    fn series(&self) -> Vec<Series> {
        let mut sums = vec![0_i128; self.platforms.len()];
        for (platform, minor) in self.days.values().flat_map(|day| &day.minor) {
            if let Some(sum) = sums.get_mut(*platform) {
                *sum = sum.saturating_add(*minor);
            }
        }
        let mut order: Vec<(usize, &String, i128)> = self
            .platforms
            .iter()
            .zip(sums)
            .enumerate()
            .map(|(index, (name, sum))| (index, name, sum))
            .collect();
        order.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(b.1)));
        let own = if order.len() == OWN_COLOURS + 1 {
            OWN_COLOURS + 1
        } else {
            OWN_COLOURS
        };
        let mut series: Vec<Series> = order.iter().take(own).map(Series::of).collect();
        if let Some(rest) = order.get(own..).filter(|rest| !rest.is_empty()) {
            series.push(Series::together(rest));
        }
        series
    }
}

/// One colour of a chart.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) total: i128,
    platforms: BTreeSet<usize>,
}

impl Series {
    fn of((index, name, total): &(usize, &String, i128)) -> Self {
        Self {
            name: (*name).clone(),
            total: *total,
            platforms: BTreeSet::from([*index]),
        }
    }

    fn together(rest: &[(usize, &String, i128)]) -> Self {
        let name = format!("{} other platforms", words::small_count(rest.len()));
        let total = rest.iter().fold(0_i128, |sum, one| sum.saturating_add(one.2));
        Self {
            name,
            total,
            platforms: rest.iter().map(|one| one.0).collect(),
        }
    }
}

/// A chart’s bars.
#[derive(Debug)]
pub(crate) struct Bars {
    pub(crate) step: Step,
    pub(crate) series: Vec<Series>,
    pub(crate) bars: Vec<Bar>,
    /// Earlier bars that found no room.
    pub(crate) dropped: usize,
}

#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) from: Date,
    /// Sums in the order of the series.
    pub(crate) minor: Vec<i128>,
    pub(crate) gigs: u64,
}

impl Bar {
    pub(crate) fn total(&self) -> i128 {
        self.minor.iter().fold(0, |sum, minor| sum.saturating_add(*minor))
    }

    /// The height of the bar: corrections below zero are not drawn.
    pub(crate) fn height(&self) -> i128 {
        self.minor
            .iter()
            .fold(0, |sum, minor| sum.saturating_add((*minor).max(0)))
    }
}

/// The width of a bar in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Week,
    Month,
    Year,
}

impl Step {
    fn fitting(first: Date, last: Date) -> Self {
        let weeks = (last - Self::Week.start(first)).whole_days() / 7 + 1;
        let months = i64::from(last.year() - first.year()) * 12 + i64::from(u8::from(last.month()))
            - i64::from(u8::from(first.month()))
            + 1;
        if usize::try_from(weeks).is_ok_and(|weeks| weeks <= WEEKS) {
            Self::Week
        } else if usize::try_from(months).is_ok_and(|months| months <= BARS) {
            Self::Month
        } else {
            Self::Year
        }
    }

    /// The first day of the bar that holds this day. Weeks begin on Monday.
    pub(crate) fn start(self, day: Date) -> Date {
        match self {
            Self::Week => {
                let since_monday = Duration::days(day.weekday().number_days_from_monday().into());
                day.checked_sub(since_monday).unwrap_or(day)
            }
            Self::Month => day.replace_day(1).unwrap_or(day),
            Self::Year => Date::from_calendar_date(day.year(), Month::January, 1).unwrap_or(day),
        }
    }

    /// The first day of the bar after the one that begins on this day.
    fn next(self, start: Date) -> Option<Date> {
        match self {
            Self::Week => start.checked_add(Duration::days(7)),
            Self::Month => start.checked_add(Duration::days(31)).map(|day| self.start(day)),
            Self::Year => start.checked_add(Duration::days(366)).map(|day| self.start(day)),
        }
    }

    fn empty_bars(self, first: Date, last: Date, series: usize) -> Vec<Bar> {
        let bar = |from| Bar {
            from,
            minor: vec![0; series],
            gigs: 0,
        };
        let mut bars = Vec::new();
        let mut from = Some(self.start(first));
        while let Some(start) = from.filter(|start| *start <= last) {
            bars.push(bar(start));
            from = self.next(start);
        }
        bars
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}
