//! How many gigs on which day.

use time::{Date, Duration, macros::date};

use super::{
    calendar::{day_of_month, month_number},
    standing::paused,
};
use crate::dice::Origin;

/// Days that the history should span, the month without gigs not counted.
const BUSY_DAYS: f64 = 530.0;
/// The mean of [`busyness`] over a year.
const MEAN_BUSYNESS: f64 = 0.835;
/// Counts are sums of shares since this day, so that a day's count does not depend on where the history ends.
const FIRST_DAY: Date = date!(2012 - 01 - 01);

/// A person's calendar.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The days with work, oldest first, and how many gigs each has.
    pub(crate) days: Vec<(Date, u32)>,
    /// First day of the month in which the person did nothing at all.
    pub(crate) idle_month: Date,
    /// The first day after the history.
    pub(crate) end: Date,
}

impl Plan {
    /// Spreads exactly `records` gigs over the days before `end`.
    pub(crate) fn new(origin: Origin, records: u32, end: Date) -> Self {
        let idle = month_number(end) - 7;
        let mut days = Vec::new();
        let mut left = records;
        for (date, count) in counts(origin, records, end).into_iter().rev() {
            let count = count.min(left);
            if count > 0 && month_number(date) != idle {
                left -= count;
                days.push((date, count));
            }
        }
        days.reverse();
        Self {
            days,
            idle_month: day_of_month(idle, 1),
            end,
        }
    }

    /// The first day of the history.
    pub(crate) fn start(&self) -> Date {
        self.days.first().map_or(self.end, |(date, _)| *date)
    }
}

/// The gigs of every day since [`FIRST_DAY`]: the whole part of the shares so far, less what was given out before.
fn counts(origin: Origin, records: u32, end: Date) -> Vec<(Date, u32)> {
    let daily = f64::from(records) / BUSY_DAYS / MEAN_BUSYNESS;
    let mut due = 0.0;
    let mut days = Vec::new();
    let mut date = FIRST_DAY;
    while date < end {
        due += daily * busyness(origin, date);
        let count = whole(due);
        due -= f64::from(count);
        days.push((date, count));
        date += Duration::DAY;
    }
    days
}

/// The whole part of a number that is small and not negative.
fn whole(number: f64) -> u32 {
    number.floor() as u32
}

/// How busy a day is, about 1 on an ordinary one, 0 on a day off.
fn busyness(origin: Origin, date: Date) -> f64 {
    let mut dice = origin.dice("busyness", date);
    if paused(date) || dice.chance(0.13) {
        return 0.0;
    }
    let mut week = origin.dice("week", super::calendar::monday(date));
    weekday(date) * season(date) * (0.7 + 0.6 * dice.fraction()) * (0.8 + 0.4 * week.fraction())
}

fn weekday(date: Date) -> f64 {
    match date.weekday().number_days_from_monday() {
        0 => 0.7,
        1 => 0.76,
        2 => 0.88,
        3 => 0.96,
        4 => 1.26,
        5 => 1.36,
        _ => 1.08,
    }
}

/// Quiet in January and August, busy before Christmas.
fn season(date: Date) -> f64 {
    match u8::from(date.month()) {
        1 => 0.8,
        2 | 9 => 0.92,
        7 => 0.95,
        8 => 0.72,
        11 => 1.12,
        12 => 1.24,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, busyness};
    use crate::dice::Origin;
    use time::{Duration, macros::date};

    const ORIGIN: Origin = Origin {
        seed: 7,
        account: "lucia",
    };

    #[test]
    fn every_gig_is_planned_over_about_eighteen_months() {
        for records in [1, 10, 500, 3_000, 100_000] {
            let plan = Plan::new(ORIGIN, records, date!(2026 - 11 - 24));
            assert_eq!(plan.days.iter().map(|(_, count)| count).sum::<u32>(), records);
            let span = (plan.end - plan.start()).whole_days();
            assert!((1..=600).contains(&span), "{records} gigs over {span} days");
            assert!(records < 500 || span > 510, "{records} gigs over {span} days");
        }
    }

    #[test]
    fn one_whole_month_is_idle_and_no_other() {
        let plan = Plan::new(ORIGIN, 3_000, date!(2026 - 11 - 24));
        assert_eq!(plan.idle_month, date!(2026 - 04 - 01));
        let busy = |year, month| {
            plan.days
                .iter()
                .any(|(date, _)| (date.year(), u8::from(date.month())) == (year, month))
        };
        assert!(!busy(2026, 4));
        assert!((7..=12).all(|month| busy(2025, month)));
        assert!(
            (1..=11)
                .filter(|month| *month != 4)
                .all(|month| busy(2026, month))
        );
    }

    #[test]
    fn a_day_more_changes_nothing_that_was() {
        let (before, after) = (
            Plan::new(ORIGIN, 3_000, date!(2026 - 11 - 24)),
            Plan::new(ORIGIN, 3_000, date!(2026 - 11 - 25)),
        );
        let common = |plan: &Plan| {
            plan.days
                .iter()
                .filter(|(date, _)| (date!(2025 - 08 - 01)..date!(2026 - 11 - 24)).contains(date))
                .copied()
                .collect::<Vec<_>>()
        };
        assert_eq!(common(&before), common(&after));
    }

    #[test]
    fn the_mean_is_what_the_spread_assumes() {
        let days = 730;
        let sum: f64 = (0..days)
            .map(|day| busyness(ORIGIN, date!(2024 - 11 - 24) + Duration::days(day)))
            .sum();
        let mean = sum / days as f64;
        assert!((mean - super::MEAN_BUSYNESS).abs() < 0.04, "mean {mean}");
    }
}
