//! Counting records: per platform, kind, type and month, and the line of sums under the grid.

use std::collections::HashMap;

use rusqlite::params_from_iter;
use rusqlite::types::{FromSql, ValueRef};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::earnings::IS_EARNING;
use super::filter::{Condition, RecordFilter};
use crate::ids::ConnectionId;
use crate::money::{Amount, Currency};
use crate::record::{Assurance, RecordKind};
use crate::sql::{Count, Millis, Moment};
use crate::{StoreError, View};

/// A sum in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The sum.
    #[serde(flatten)]
    pub amount: Amount,
    /// Number of records in it.
    pub records: u64,
}

/// What a filter lets through, as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordTotals {
    /// Number of records.
    pub count: u64,
    /// Sum of distances in metres.
    pub distance_m: u64,
    /// Sum of durations in seconds.
    pub duration_s: u64,
    /// Sums per currency, largest number of records first. A filter with exactly one kind sums what its records say; any
    /// other sums earnings, so that work and its payment are not counted twice.
    pub sums: Vec<Sum>,
}

/// A value and the number of records that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted<T> {
    /// The value.
    pub value: T,
    /// Number of records.
    pub count: u64,
}

/// Number of records of a connection in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionMonth {
    /// The connection.
    pub connection: ConnectionId,
    /// The month, `2026-11`.
    pub month: String,
    /// Number of records.
    pub count: u64,
}

/// Number of records in the space.
///
/// # Errors
/// The database could not be read.
pub fn count(view: &View<'_>) -> Result<u64, StoreError> {
    let mut statement = view.conn().prepare_cached("SELECT count(*) FROM records")?;
    Ok(statement.query_row([], |row| row.get::<_, Count>(0))?.0)
}

/// The line of sums under the grid.
///
/// # Errors
/// The database could not be read.
pub fn totals(view: &View<'_>, filter: &RecordFilter) -> Result<RecordTotals, StoreError> {
    let mut condition = Condition::of(view, filter)?;
    let sql = format!(
        "SELECT count(*), coalesce(sum(r.distance_m), 0), coalesce(sum(r.duration_s), 0) FROM records r WHERE {}",
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let (count, distance_m, duration_s) =
        statement.query_row(params_from_iter(&condition.values), |row| {
            Ok((
                row.get::<_, Count>(0)?.0,
                row.get::<_, Count>(1)?.0,
                row.get::<_, Count>(2)?.0,
            ))
        })?;
    if filter.kinds.len() != 1 {
        condition.require(IS_EARNING);
    }
    Ok(RecordTotals {
        count,
        distance_m,
        duration_s,
        sums: sums(view, &condition)?,
    })
}

/// Records per platform, most first.
///
/// # Errors
/// The database could not be read.
pub fn by_platform(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<Counted<String>>, StoreError> {
    counted(view, filter, "c.platform", WITH_CONNECTION)
}

/// Records per connection, most first; connections without records are left out.
///
/// # Errors
/// The database could not be read.
pub fn by_connection(
    view: &View<'_>,
    filter: &RecordFilter,
) -> Result<Vec<Counted<ConnectionId>>, StoreError> {
    counted(view, filter, "c.id", WITH_CONNECTION)
}

/// Records per kind, most first.
///
/// # Errors
/// The database could not be read.
pub fn by_kind(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<Counted<RecordKind>>, StoreError> {
    counted(view, filter, "r.kind", "records r")
}

/// Records per type, most first; records without a type are left out.
///
/// # Errors
/// The database could not be read.
pub fn by_type(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<Counted<String>>, StoreError> {
    counted(view, filter, "r.type", "records r")
}

/// The names of the members that sources gave without a column of their own, each once, at every depth.
///
/// # Errors
/// The database could not be read.
pub fn member_names(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<String>, StoreError> {
    let condition = Condition::of(view, filter)?;
    let sql = format!(
        "SELECT DISTINCT m.key FROM records r, json_tree(r.extra) m WHERE typeof(m.key) = 'text' AND {} ORDER BY 1",
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(condition.values), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Records per month (`2026-11`), latest first.
///
/// # Errors
/// The database could not be read.
pub fn by_month(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<Counted<String>>, StoreError> {
    let mut months = counted::<String>(view, filter, "substr(r.start, 1, 7)", "records r")?;
    months.sort_by(|a, b| b.value.cmp(&a.value));
    Ok(months)
}

/// Records per connection and month, for the months covered.
///
/// # Errors
/// The database could not be read.
pub fn coverage(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<ConnectionMonth>, StoreError> {
    let condition = Condition::of(view, filter)?;
    let sql = format!(
        "SELECT c.id, substr(r.start, 1, 7), count(*) FROM records r CROSS JOIN connections c ON c.seq = r.connection \
         WHERE {} GROUP BY 1, 2 ORDER BY 1, 2",
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), |row| {
        Ok(ConnectionMonth {
            connection: row.get(0)?,
            month: row.get(1)?,
            count: row.get::<_, Count>(2)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What one month of a platform holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformMonth {
    /// Id of the platform.
    pub platform: String,
    /// The month, `2026-11`.
    pub month: String,
    /// How the records came in.
    pub assurance: Assurance,
    /// Number of records.
    pub records: u64,
    /// Payments among them.
    pub payments: u64,
}

/// Records per platform, month and way in, in this order: for what is covered and by what.
///
/// # Errors
/// The database could not be read.
pub fn platform_months(view: &View<'_>) -> Result<Vec<PlatformMonth>, StoreError> {
    let sql = "SELECT c.platform, substr(r.start, 1, 7), o.assurance, count(*), sum(r.kind = 'payment') \
               FROM records r CROSS JOIN retrieval_documents o ON o.seq = r.origin \
               CROSS JOIN connections c ON c.seq = r.connection GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(PlatformMonth {
            platform: row.get(0)?,
            month: row.get(1)?,
            assurance: row.get(2)?,
            records: row.get::<_, Count>(3)?.0,
            payments: row.get::<_, Count>(4)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The payments of a platform of one type in one currency and year, as a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentSum {
    /// Id of the platform.
    pub platform: String,
    /// The year in which they happened.
    pub year: i32,
    /// The type; empty without one.
    pub type_name: String,
    /// For a statement, the name of the platform that it is about; else empty.
    pub about: String,
    /// The sum.
    pub sum: Sum,
}

/// Payments per platform, year, type and currency.
///
/// # Errors
/// The database could not be read.
pub fn payment_sums(view: &View<'_>) -> Result<Vec<PaymentSum>, StoreError> {
    let sql = "SELECT c.platform, CAST(substr(r.start, 1, 4) AS INTEGER), coalesce(r.type, ''), \
               CASE WHEN r.type = 'statement' THEN coalesce(r.title, '') ELSE '' END, \
               sum(r.amount_minor), r.currency, r.exponent, count(*) \
               FROM records r CROSS JOIN connections c ON c.seq = r.connection \
               WHERE r.kind = 'payment' AND r.amount_minor IS NOT NULL GROUP BY 1, 2, 3, 4, 6, 7 ORDER BY 1, 2, 3, 4, 6, 7";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(PaymentSum {
            platform: row.get(0)?,
            year: row.get(1)?,
            type_name: row.get(2)?,
            about: row.get(3)?,
            sum: Sum {
                amount: Amount {
                    minor: row.get(4)?,
                    currency: row.get::<_, Currency>(5)?,
                    exponent: row.get(6)?,
                },
                records: row.get::<_, Count>(7)?.0,
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A file of an import and a fetch that both say something of the same records: the first and last day, and how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Id of the platform.
    pub platform: String,
    /// When the first of them began.
    pub from: OffsetDateTime,
    /// When the last of them began.
    pub to: OffsetDateTime,
    /// How many.
    pub records: u64,
}

/// Where what was fetched and what was imported overlap, per platform: records of which both spoke.
///
/// # Errors
/// The database could not be read.
pub fn overlaps(view: &View<'_>) -> Result<Vec<Overlap>, StoreError> {
    let sql = "SELECT c.platform, min(r.start_ms), max(r.start_ms), count(*) FROM records r \
               CROSS JOIN retrieval_documents o ON o.seq = r.origin CROSS JOIN connections c ON c.seq = r.connection \
               WHERE o.assurance IN ('fetched', 'signed') AND EXISTS (SELECT 1 FROM record_versions v WHERE v.id = r.id \
               AND v.record ->> '$.provenance.assurance' = 'imported') GROUP BY 1 ORDER BY 1";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(Overlap {
            platform: row.get(0)?,
            from: row.get::<_, Millis>(1)?.0,
            to: row.get::<_, Millis>(2)?.0,
            records: row.get::<_, Count>(3)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the earliest and the latest record began; `None` if there is none.
///
/// # Errors
/// The database could not be read.
pub fn span(
    view: &View<'_>,
    filter: &RecordFilter,
) -> Result<Option<(OffsetDateTime, OffsetDateTime)>, StoreError> {
    let condition = Condition::of(view, filter)?;
    let edge = |order: &str| -> Result<Option<OffsetDateTime>, StoreError> {
        let sql = format!(
            "SELECT r.start FROM records r WHERE {} ORDER BY r.start_ms {order} LIMIT 1",
            condition.sql
        );
        let mut statement = view.conn().prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&condition.values))?;
        Ok(rows
            .next()?
            .map(|row| row.get::<_, Moment>(0))
            .transpose()?
            .map(|moment| moment.0))
    };
    Ok(edge("ASC")?.zip(edge("DESC")?))
}

const WITH_CONNECTION: &str = "records r CROSS JOIN connections c ON c.seq = r.connection";

/// Records per text, most first; rows without one are left out. They are counted here, because `GROUP BY` would sort
/// them first: a locked allocation for each row.
fn counted<T: FromSql>(
    view: &View<'_>,
    filter: &RecordFilter,
    value: &str,
    from: &str,
) -> Result<Vec<Counted<T>>, StoreError> {
    let condition = Condition::of(view, filter)?;
    let sql = format!("SELECT {value} FROM {from} WHERE {}", condition.sql);
    let mut statement = view.conn().prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&condition.values))?;
    let mut counts: HashMap<String, u64> = HashMap::new();
    while let Some(row) = rows.next()? {
        let Some(text) = row.get_ref(0)?.as_str_or_null().map_err(rusqlite::Error::from)? else {
            continue;
        };
        match counts.get_mut(text) {
            Some(count) => *count += 1,
            None => {
                counts.insert(text.to_owned(), 1);
            }
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
    let read = |(text, count): (String, u64)| {
        let value = T::column_result(ValueRef::Text(text.as_bytes())).map_err(rusqlite::Error::from)?;
        Ok(Counted { value, count })
    };
    counts.into_iter().map(read).collect()
}

fn sums(view: &View<'_>, condition: &Condition) -> Result<Vec<Sum>, StoreError> {
    let sql = format!(
        "SELECT r.currency, r.exponent, sum(r.amount_minor), count(*) FROM records r \
         WHERE {} AND r.amount_minor IS NOT NULL GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2",
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), |row| {
        let currency: Currency = row.get(0)?;
        let amount = Amount {
            minor: row.get(2)?,
            currency,
            exponent: row.get(1)?,
        };
        Ok(Sum {
            amount,
            records: row.get::<_, Count>(3)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
