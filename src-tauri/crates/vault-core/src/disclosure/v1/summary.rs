//! The work summary: gigs, hours, earnings and ratings by period and platform.

use std::collections::BTreeMap;

use serde::Serialize;
use time::{Date, Duration};
use vault_store::{
    Amount, ConnectionId, View, connections,
    grants::Amounts,
    records::{self, Step},
};

use super::super::{coarse, narrowing::Narrowing};
use crate::VaultError;

/// A period of one platform.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Period {
    /// First day.
    pub(crate) from: String,
    /// Last day.
    pub(crate) to: String,
    /// Id of the platform.
    pub(crate) platform: String,
    /// Number of work records.
    pub(crate) gigs: u64,
    /// Hours of work, as far as the platform says them.
    pub(crate) hours: f64,
    /// Earnings per currency.
    pub(crate) earned: Vec<Amount>,
    /// Ratings on the platform's own scales.
    pub(crate) ratings: Vec<Average>,
    #[serde(skip)]
    pub(in crate::disclosure) days: (Date, Date),
}

/// Ratings of one dimension on one scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Average {
    /// The dimension; empty if the platform has one only.
    pub(crate) name: String,
    /// Their average.
    pub(crate) average: f64,
    /// Number of ratings.
    pub(crate) count: u64,
    /// Worst value of the scale.
    pub(crate) min: f64,
    /// Best value of the scale.
    pub(crate) max: f64,
}

/// The step in which sums are told: the one that the grant allows, else the one that the caller wants. A caller that wants another one
/// gets the grant's: the sums of weeks and of months together would tell about days.
pub(in crate::disclosure) fn step(narrowing: &Narrowing, wanted: Step) -> Step {
    narrowing.step().unwrap_or(wanted)
}

/// The word for a step.
pub(in crate::disclosure) const fn word(step: Step) -> &'static str {
    match step {
        Step::Week => "week",
        Step::Month => "month",
        Step::Year => "year",
    }
}

/// The periods that have anything, oldest first, platforms by id.
pub(crate) fn periods(
    view: &View<'_>,
    narrowing: &Narrowing,
    step: Step,
    platform: Option<&str>,
) -> Result<Vec<Period>, VaultError> {
    let mut filter = narrowing.filter(Vec::new());
    filter.platform = platform.map(str::to_owned);
    let platforms: BTreeMap<ConnectionId, String> = connections::list(view)?
        .into_iter()
        .map(|connection| (connection.id, connection.platform))
        .collect();
    let mut table = Table {
        step,
        platforms,
        rows: BTreeMap::new(),
    };
    for gigs in records::gigs(view, &filter, step)? {
        if let Some(row) = table.row(gigs.from, gigs.connection) {
            row.gigs += gigs.count;
            row.seconds += gigs.duration_s;
        }
    }
    for earning in records::earnings(view, &filter, step)? {
        if let Some(row) = table.row(earning.from, earning.connection) {
            add(&mut row.earned, earning.amount);
        }
    }
    for rating in records::ratings_over_time(view, &filter, step)? {
        if let Some(row) = table.row(rating.from, rating.connection) {
            merge(
                &mut row.ratings,
                Average {
                    name: rating.name,
                    average: rating.average,
                    count: rating.count,
                    min: rating.min,
                    max: rating.max,
                },
            );
        }
    }
    let mut periods = table.finish();
    if narrowing.amounts == Amounts::Rounded {
        for sum in periods.iter_mut().flat_map(|period| &mut period.earned) {
            *sum = coarse::rounded(*sum);
        }
    }
    Ok(periods)
}

#[derive(Default)]
struct Row {
    gigs: u64,
    seconds: u64,
    earned: Vec<Amount>,
    ratings: Vec<Average>,
}

struct Table {
    step: Step,
    platforms: BTreeMap<ConnectionId, String>,
    rows: BTreeMap<(Date, String), Row>,
}

impl Table {
    fn row(&mut self, from: Date, connection: ConnectionId) -> Option<&mut Row> {
        let platform = self.platforms.get(&connection)?.clone();
        Some(self.rows.entry((from, platform)).or_default())
    }

    fn finish(self) -> Vec<Period> {
        let step = self.step;
        self.rows
            .into_iter()
            .map(|((from, platform), row)| {
                let to = last_day(step, from);
                Period {
                    from: from.to_string(),
                    to: to.to_string(),
                    platform,
                    gigs: row.gigs,
                    hours: hours(row.seconds),
                    earned: row.earned,
                    ratings: row.ratings.into_iter().map(Average::rounded).collect(),
                    days: (from, to),
                }
            })
            .collect()
    }
}

impl Average {
    /// To a thousandth, so that equal data gives equal bytes whatever the order of the additions.
    fn rounded(self) -> Self {
        Self {
            average: (self.average * 1000.0).round() / 1000.0,
            ..self
        }
    }
}

fn add(sums: &mut Vec<Amount>, amount: Amount) {
    let same = |sum: &&mut Amount| sum.currency == amount.currency && sum.exponent == amount.exponent;
    match sums.iter_mut().find(same) {
        Some(sum) => sum.minor = sum.minor.saturating_add(amount.minor),
        None => sums.push(amount),
    }
}

fn merge(averages: &mut Vec<Average>, other: Average) {
    let same = |known: &&mut Average| {
        known.name == other.name
            && known.min.total_cmp(&other.min).is_eq()
            && known.max.total_cmp(&other.max).is_eq()
    };
    match averages.iter_mut().find(same) {
        Some(known) => {
            let (mine, theirs) = (weight(known.count), weight(other.count));
            known.average = (known.average * mine + other.average * theirs) / (mine + theirs);
            known.count += other.count;
        }
        None => averages.push(other),
    }
}

fn weight(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// Hours to a hundredth.
fn hours(seconds: u64) -> f64 {
    let hundredths = u32::try_from(seconds.saturating_add(18) / 36).unwrap_or(u32::MAX);
    f64::from(hundredths) / 100.0
}

fn last_day(step: Step, from: Date) -> Date {
    let next = match step {
        Step::Week => from.checked_add(Duration::days(7)),
        Step::Month => from
            .checked_add(Duration::days(32))
            .map(|day| Step::Month.begin(day)),
        Step::Year => from
            .checked_add(Duration::days(367))
            .map(|day| Step::Year.begin(day)),
    };
    next.and_then(Date::previous_day).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn periods_end_where_the_next_begins() {
        assert_eq!(last_day(Step::Week, date!(2026 - 11 - 16)), date!(2026 - 11 - 22));
        assert_eq!(
            last_day(Step::Month, date!(2028 - 02 - 01)),
            date!(2028 - 02 - 29)
        );
        assert_eq!(last_day(Step::Year, date!(2026 - 01 - 01)), date!(2026 - 12 - 31));
    }

    #[test]
    fn hours_and_averages_are_rounded() {
        assert!((hours(5400) - 1.5).abs() < f64::EPSILON);
        assert!((hours(17) - 0.0).abs() < f64::EPSILON);
        let rating = |average, count| Average {
            name: "stars".into(),
            average,
            count,
            min: 1.0,
            max: 5.0,
        };
        let mut averages = vec![rating(4.0, 1)];
        merge(&mut averages, rating(5.0, 2));
        let [only] = averages.as_slice() else {
            panic!("one scale")
        };
        assert_eq!(only.clone().rounded(), rating(4.667, 3));
    }
}
