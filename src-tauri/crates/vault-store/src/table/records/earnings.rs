//! Earnings and gigs over time.
//!
//! Earnings are the sum of payments that are neither charges, payouts nor yearly statements; a work record's own amount counts only
//! for connections that have no payments at all.

use rusqlite::types::ValueRef;
use rusqlite::{Row, params_from_iter};
use serde::{Deserialize, Serialize};
use time::{Date, Month};

use super::filter::{Condition, RecordFilter};
use crate::ids::ConnectionId;
use crate::money::Amount;
use crate::sql::{Count, Day};
use crate::{StoreError, View};

/// Types of payments that are not earnings. A `statement` is what a platform reported for a period as a whole (Directive (EU) 2021/514).
pub const NOT_EARNINGS: [&str; 3] = ["charge", "payout", "statement"];

/// Whether a record counts as earnings.
pub(super) const IS_EARNING: &str = "(r.kind = 'payment' AND (r.type IS NULL OR r.type NOT IN ('charge', 'payout', 'statement'))) \
     OR (r.kind = 'work' AND r.connection NOT IN (SELECT n.seq FROM connections n WHERE EXISTS \
     (SELECT 1 FROM records p WHERE p.connection = n.seq AND p.kind = 'payment')))";

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// Earnings of a connection in a period, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earning {
    /// First day of the period.
    pub from: Date,
    /// The connection.
    pub connection: ConnectionId,
    /// What was earned.
    pub amount: Amount,
    /// Number of records in it.
    pub records: u64,
}

/// Number of work records of a connection in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gigs {
    /// First day of the period.
    pub from: Date,
    /// The connection.
    pub connection: ConnectionId,
    /// Number of work records.
    pub count: u64,
    /// Sum of their distances in metres.
    pub distance_m: u64,
    /// Sum of their durations in seconds.
    pub duration_s: u64,
}

/// Earnings per period, connection and currency, by period. The kinds of the filter do not matter.
///
/// # Errors
/// The database could not be read.
pub fn earnings(view: &View<'_>, filter: &RecordFilter, step: Step) -> Result<Vec<Earning>, StoreError> {
    let mut condition = Condition::of(
        view,
        &RecordFilter {
            kinds: Vec::new(),
            ..filter.clone()
        },
    )?;
    condition.require(IS_EARNING);
    let sql = format!(
        "SELECT {}, c.id, r.currency, r.exponent, sum(r.amount_minor), count(*) \
         FROM records r CROSS JOIN connections c ON c.seq = r.connection \
         WHERE {} AND r.amount_minor IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        step.sql(),
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), |row| {
        Ok(Earning {
            from: step.read(row, 0)?,
            connection: row.get(1)?,
            amount: Amount {
                minor: row.get(4)?,
                currency: row.get(2)?,
                exponent: row.get(3)?,
            },
            records: row.get::<_, Count>(5)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Work records per period and connection, by period. The kinds of the filter do not matter.
///
/// # Errors
/// The database could not be read.
pub fn gigs(view: &View<'_>, filter: &RecordFilter, step: Step) -> Result<Vec<Gigs>, StoreError> {
    let mut condition = Condition::of(
        view,
        &RecordFilter {
            kinds: Vec::new(),
            ..filter.clone()
        },
    )?;
    // What a platform says of the time between gigs is no gig.
    condition
        .require("r.kind = 'work' AND (r.type IS NULL OR r.type NOT IN ('lost-time', 'offers', 'online'))");
    let sql = format!(
        "SELECT {}, c.id, count(*), coalesce(sum(r.distance_m), 0), coalesce(sum(r.duration_s), 0) \
         FROM records r CROSS JOIN connections c ON c.seq = r.connection WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
        step.sql(),
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), |row| {
        Ok(Gigs {
            from: step.read(row, 0)?,
            connection: row.get(1)?,
            count: row.get::<_, Count>(2)?.0,
            distance_m: row.get::<_, Count>(3)?.0,
            duration_s: row.get::<_, Count>(4)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Step {
    /// The first day of the period that holds `day`.
    #[must_use]
    pub fn begin(self, day: Date) -> Date {
        match self {
            Self::Week => {
                let back = day.weekday().number_days_from_monday();
                day.checked_sub(time::Duration::days(back.into())).unwrap_or(day)
            }
            Self::Month => day.replace_day(1).unwrap_or(day),
            Self::Year => Date::from_ordinal_date(day.year(), 1).unwrap_or(day),
        }
    }

    /// The period of `records r`: the day number of its Monday, `2026-11`, or `2026`. 1970-01-01 was a Thursday; the
    /// large multiple of 7 keeps the division downward for earlier days.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Week => "((r.day + 3 + 7000000) / 7 - 1000000) * 7 - 3",
            Self::Month => "substr(r.start, 1, 7)",
            Self::Year => "substr(r.start, 1, 4)",
        }
    }

    /// Reads what [`Self::sql`] gives as the first day of the period.
    pub(super) fn read(self, row: &Row<'_>, column: usize) -> rusqlite::Result<Date> {
        match row.get_ref(column)? {
            ValueRef::Integer(_) => Ok(row.get::<_, Day>(column)?.0),
            ValueRef::Text(text) => {
                first_day(text).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, 0))
            }
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => {
                Err(rusqlite::Error::IntegralValueOutOfRange(column, 0))
            }
        }
    }
}

fn first_day(text: &[u8]) -> Option<Date> {
    let text = std::str::from_utf8(text).ok()?;
    let (year, month) = text.split_once('-').unwrap_or((text, "01"));
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, 1).ok()
}
