//! The facts of the Overview page: earnings and gigs over time, ratings, months covered.

use std::collections::BTreeMap;

use time::{Date, Duration, Month, OffsetDateTime};
use vault_store::{
    ConnectionId, Currency, RecordKind,
    connections::{self, Connection, ConnectionWay},
    records::{self, Earning, Gigs, RatingStats, RatingStep, RecordFilter, Step},
};

use crate::{SpaceHandle, VaultError};

/// Beyond so many weeks the chart has a bar per month.
const MOST_WEEKS: usize = 53;

/// How far back a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// The last three months.
    ThreeMonths,
    /// The last twelve months.
    TwelveMonths,
    /// Everything.
    All,
}

/// The facts of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Records of every kind, in all of the space.
    pub total: u64,
    /// Records of kind work in the period.
    pub work: u64,
    /// The connections, in the order in which they were made.
    pub connections: Vec<Connection>,
    /// One series per currency, the one with most records first.
    pub series: Vec<Series>,
    /// Ratings by connection and dimension.
    pub ratings: Vec<RatingLine>,
    /// Months covered.
    pub coverage: Coverage,
    /// When the data begins and ends.
    pub span: Option<(OffsetDateTime, OffsetDateTime)>,
}

/// Earnings in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The currency.
    pub currency: Currency,
    /// Its decimals.
    pub exponent: u8,
    /// The sum of the period.
    pub total_minor: i64,
    /// Weeks or months.
    pub step: Step,
    /// The connections that earned, the largest sum first, with their sums.
    pub parts: Vec<(ConnectionId, i64)>,
    /// The bars, oldest first, without a hole.
    pub bars: Vec<Bar>,
}

/// A week or a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// Earned, in the order of the series' parts.
    pub minor: Vec<i64>,
    /// Gigs of all connections.
    pub gigs: u64,
    /// The connections that have no data in a month between two months that have some.
    pub gaps: Vec<ConnectionId>,
}

/// Ratings of one dimension with their course.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingLine {
    /// The ratings put together.
    pub stats: RatingStats,
    /// The average of each month that had ratings, oldest first, at most twelve.
    pub months: Vec<f64>,
}

/// Which months each connection has data of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Months such as `2026-11`, oldest first, at most twelve.
    pub months: Vec<String>,
    /// Per connection, in the same order.
    pub rows: Vec<(ConnectionId, Vec<Cell>)>,
}

/// What a connection has of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// There is data.
    Full,
    /// A month without data between months that have some.
    Missing,
    /// Before the first or after the last data.
    Outside,
}

impl SpaceHandle {
    /// The facts of the Overview page.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn overview(&self, period: Period) -> Result<Overview, VaultError> {
        let now = self.vault().clock().now();
        self.read(move |db| db.read(|view| build(view, period, now)))
            .await
    }
}

fn build(view: &vault_store::View<'_>, period: Period, now: OffsetDateTime) -> Result<Overview, VaultError> {
    let everything = RecordFilter::default();
    let span = records::span(view, &everything)?;
    let filter = RecordFilter {
        from: first_day(period, now.date()),
        ..RecordFilter::default()
    };
    let connections = connections::list(view)?;
    // A month is covered by work: a late payment or rating says nothing of the gigs of its month.
    let worked = RecordFilter {
        kinds: vec![RecordKind::Work],
        ..RecordFilter::default()
    };
    let covered = records::coverage(view, &worked)?;
    let months = Months::of(covered.iter().map(|row| (row.connection, row.month.as_str())));
    let weeks = records::earnings(view, &filter, Step::Week)?;
    let week_gigs = records::gigs(view, &filter, Step::Week)?;
    let step = if count_weeks(&weeks, &week_gigs) > MOST_WEEKS {
        Step::Month
    } else {
        Step::Week
    };
    let (earnings, gigs) = match step {
        Step::Week => (weeks, week_gigs),
        Step::Month | Step::Year => (
            records::earnings(view, &filter, step)?,
            records::gigs(view, &filter, step)?,
        ),
    };
    let ratings = records::ratings(view, &filter)?;
    let monthly = records::ratings_over_time(view, &filter, Step::Month)?;
    Ok(Overview {
        total: records::count(view)?,
        work: gigs.iter().map(|gigs| gigs.count).sum(),
        series: series(&earnings, &gigs, step, &months, now.date()),
        ratings: ratings
            .into_iter()
            .map(|stats| RatingLine {
                months: course(&monthly, &stats),
                stats,
            })
            .collect(),
        coverage: months.coverage(&connections, now.date()),
        connections,
        span,
    })
}

fn first_day(period: Period, today: Date) -> Option<Date> {
    let days = match period {
        Period::ThreeMonths => 13 * 7,
        Period::TwelveMonths => 52 * 7,
        Period::All => return None,
    };
    // Whole weeks, so that the first bar is not cut.
    today
        .checked_sub(Duration::days(days))
        .map(|day| Step::Week.begin(day))
}

fn count_weeks(earnings: &[Earning], gigs: &[Gigs]) -> usize {
    let first = earnings
        .iter()
        .map(|row| row.from)
        .chain(gigs.iter().map(|row| row.from))
        .min();
    let last = earnings
        .iter()
        .map(|row| row.from)
        .chain(gigs.iter().map(|row| row.from))
        .max();
    match (first, last) {
        (Some(first), Some(last)) => usize::try_from((last - first).whole_weeks()).unwrap_or(0) + 1,
        _ => 0,
    }
}

fn series(earnings: &[Earning], gigs: &[Gigs], step: Step, months: &Months, today: Date) -> Vec<Series> {
    let mut by_currency: BTreeMap<(Currency, u8), Vec<&Earning>> = BTreeMap::new();
    for earning in earnings {
        by_currency
            .entry((earning.amount.currency, earning.amount.exponent))
            .or_default()
            .push(earning);
    }
    let mut all: Vec<(u64, Series)> = by_currency
        .into_iter()
        .map(|((currency, exponent), rows)| {
            let records = rows.iter().map(|row| row.records).sum();
            let parts = parts(&rows);
            let bars = bars(&rows, gigs, &parts, step, months, today);
            let total_minor = parts.iter().map(|(_, minor)| minor).sum();
            (
                records,
                Series {
                    currency,
                    exponent,
                    total_minor,
                    step,
                    parts,
                    bars,
                },
            )
        })
        .collect();
    all.sort_by_key(|(records, _)| std::cmp::Reverse(*records));
    all.into_iter().map(|(_, series)| series).collect()
}

fn parts(rows: &[&Earning]) -> Vec<(ConnectionId, i64)> {
    let mut sums: BTreeMap<ConnectionId, i64> = BTreeMap::new();
    for row in rows {
        *sums.entry(row.connection).or_default() += row.amount.minor;
    }
    let mut parts: Vec<_> = sums.into_iter().collect();
    parts.sort_by_key(|(_, minor)| std::cmp::Reverse(*minor));
    parts
}

fn bars(
    rows: &[&Earning],
    gigs: &[Gigs],
    parts: &[(ConnectionId, i64)],
    step: Step,
    months: &Months,
    today: Date,
) -> Vec<Bar> {
    let starts = rows
        .iter()
        .map(|row| row.from)
        .chain(gigs.iter().map(|row| row.from));
    let Some(first) = starts.min() else {
        return Vec::new();
    };
    let mut bars = Vec::new();
    let mut from = step.begin(first);
    while from <= today {
        let Some(next) = following(step, from) else { break };
        let minor = parts
            .iter()
            .map(|(id, _)| {
                rows.iter()
                    .filter(|row| row.from == from && row.connection == *id)
                    .map(|row| row.amount.minor)
                    .sum()
            })
            .collect();
        bars.push(Bar {
            from,
            to: next.previous_day().unwrap_or(from),
            minor,
            gigs: gigs
                .iter()
                .filter(|row| row.from == from)
                .map(|row| row.count)
                .sum(),
            gaps: months.missing_in(from),
        });
        from = next;
    }
    bars
}

fn following(step: Step, from: Date) -> Option<Date> {
    match step {
        Step::Week => from.checked_add(Duration::days(7)),
        Step::Month => from
            .checked_add(Duration::days(32))
            .map(|day| Step::Month.begin(day)),
        Step::Year => from
            .checked_add(Duration::days(367))
            .map(|day| Step::Year.begin(day)),
    }
}

fn course(monthly: &[RatingStep], stats: &RatingStats) -> Vec<f64> {
    let same = |row: &&RatingStep| {
        row.connection == stats.connection
            && row.name == stats.name
            && row.min.total_cmp(&stats.min).is_eq()
            && row.max.total_cmp(&stats.max).is_eq()
    };
    let all: Vec<f64> = monthly.iter().filter(same).map(|row| row.average).collect();
    all.into_iter().rev().take(12).rev().collect()
}

/// The months in which each connection has data, as numbers of months since year 0.
struct Months(BTreeMap<ConnectionId, Vec<i32>>);

impl Months {
    fn of<'a>(rows: impl Iterator<Item = (ConnectionId, &'a str)>) -> Self {
        let mut months: BTreeMap<ConnectionId, Vec<i32>> = BTreeMap::new();
        for (connection, month) in rows {
            if let Some(number) = number(month) {
                months.entry(connection).or_default().push(number);
            }
        }
        Self(months)
    }

    fn cell(&self, connection: ConnectionId, month: i32) -> Cell {
        let Some(known) = self.0.get(&connection) else {
            return Cell::Outside;
        };
        let inside = known.iter().any(|other| *other < month) && known.iter().any(|other| *other > month);
        match (known.contains(&month), inside) {
            (true, _) => Cell::Full,
            (false, true) => Cell::Missing,
            (false, false) => Cell::Outside,
        }
    }

    /// The connections that have nothing of the month in which a day lies, but had something before and after.
    fn missing_in(&self, day: Date) -> Vec<ConnectionId> {
        let month = month_of(day);
        self.0
            .keys()
            .copied()
            .filter(|connection| self.cell(*connection, month) == Cell::Missing)
            .collect()
    }

    fn coverage(&self, connections: &[Connection], today: Date) -> Coverage {
        let last = month_of(today);
        let months: Vec<i32> = (last - 11..=last).collect();
        let rows = connections
            .iter()
            .filter(|connection| connection.way != ConnectionWay::Own)
            .map(|connection| {
                (
                    connection.id,
                    months
                        .iter()
                        .map(|month| self.cell(connection.id, *month))
                        .collect(),
                )
            })
            .collect();
        Coverage {
            months: months.iter().map(|month| name(*month)).collect(),
            rows,
        }
    }
}

fn number(month: &str) -> Option<i32> {
    let (year, month) = month.split_once('-')?;
    Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
}

fn month_of(day: Date) -> i32 {
    day.year() * 12 + i32::from(u8::from(day.month())) - 1
}

fn name(month: i32) -> String {
    let number = u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    let named = Month::try_from(number).unwrap_or(Month::January);
    format!("{:04}-{:02}", month.div_euclid(12), u8::from(named))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn months_have_numbers_and_names() {
        assert_eq!(name(number("2026-11").unwrap()), "2026-11");
        assert_eq!(name(month_of(date!(2026 - 01 - 31))), "2026-01");
        assert_eq!(name(month_of(date!(2026 - 01 - 31)) - 1), "2025-12");
    }

    #[test]
    fn a_month_between_two_months_with_data_is_missing() {
        let id = ConnectionId::new();
        let months = Months::of([(id, "2026-01"), (id, "2026-03")].into_iter());
        assert_eq!(months.cell(id, number("2026-01").unwrap()), Cell::Full);
        assert_eq!(months.cell(id, number("2026-02").unwrap()), Cell::Missing);
        assert_eq!(months.cell(id, number("2026-04").unwrap()), Cell::Outside);
        assert_eq!(months.missing_in(date!(2026 - 02 - 10)), vec![id]);
    }

    #[test]
    fn bars_have_no_hole_and_keep_the_order_of_the_parts() {
        let (small, large) = (ConnectionId::new(), ConnectionId::new());
        let earning = |from, connection, minor| Earning {
            from,
            connection,
            amount: vault_store::Amount {
                minor,
                currency: "EUR".parse().unwrap(),
                exponent: 2,
            },
            records: 1,
        };
        let rows = [
            earning(date!(2026 - 11 - 02), small, 100),
            earning(date!(2026 - 11 - 16), large, 900),
            earning(date!(2026 - 11 - 16), small, 50),
        ];
        let series = series(
            &rows,
            &[],
            Step::Week,
            &Months::of(std::iter::empty()),
            date!(2026 - 11 - 22),
        );
        let [only] = series.as_slice() else {
            panic!("one currency")
        };
        assert_eq!(only.parts, vec![(large, 900), (small, 150)]);
        assert_eq!(only.total_minor, 1050);
        let minor: Vec<_> = only.bars.iter().map(|bar| bar.minor.clone()).collect();
        assert_eq!(minor, vec![vec![0, 100], vec![0, 0], vec![900, 50]]);
        assert_eq!(only.bars.last().unwrap().to, date!(2026 - 11 - 22));
    }
}
