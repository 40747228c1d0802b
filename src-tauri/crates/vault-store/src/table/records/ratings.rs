//! Ratings per connection, each dimension on the platform's own scale.

use rusqlite::params_from_iter;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::earnings::Step;
use super::filter::{Condition, RecordFilter};
use crate::ids::ConnectionId;
use crate::sql::{Count, Moment};
use crate::{RecordKind, StoreError, View};

/// Ratings of one dimension on one scale, put together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RatingStats {
    /// The connection.
    pub connection: ConnectionId,
    /// The dimension; empty if the platform has one only.
    pub name: String,
    /// Worst value of the scale.
    pub min: f64,
    /// Best value of the scale.
    pub max: f64,
    /// Number of ratings.
    pub count: u64,
    /// Their average.
    pub average: f64,
    /// When the latest was given.
    #[serde(with = "time::serde::rfc3339")]
    pub latest: OffsetDateTime,
}

/// The ratings of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingStep {
    /// First day of the period.
    pub from: Date,
    /// The connection.
    pub connection: ConnectionId,
    /// The dimension.
    pub name: String,
    /// Worst value of the scale.
    pub min: f64,
    /// Best value of the scale.
    pub max: f64,
    /// Number of ratings.
    pub count: u64,
    /// Their average.
    pub average: f64,
}

/// Records of kind rating, per connection, dimension and scale. The kinds of the filter do not matter.
///
/// # Errors
/// The database could not be read.
pub fn ratings(view: &View<'_>, filter: &RecordFilter) -> Result<Vec<RatingStats>, StoreError> {
    let condition = only_ratings(view, filter)?;
    // With a bare column beside `max`, SQLite takes it from the row that has the maximum.
    let sql = format!(
        "SELECT c.id, r.rating_name, r.rating_min, r.rating_max, count(*), avg(r.rating_value), r.start, \
         max(r.start_ms) FROM records r CROSS JOIN connections c ON c.seq = r.connection \
         WHERE {} GROUP BY 1, 2, 3, 4 ORDER BY 1, 5 DESC, 2, 3, 4",
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), |row| {
        Ok(RatingStats {
            connection: row.get(0)?,
            name: row.get(1)?,
            min: row.get(2)?,
            max: row.get(3)?,
            count: row.get::<_, Count>(4)?.0,
            average: row.get(5)?,
            latest: row.get::<_, Moment>(6)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The same per period, by period: the small line beside a rating.
///
/// # Errors
/// The database could not be read.
pub fn ratings_over_time(
    view: &View<'_>,
    filter: &RecordFilter,
    step: Step,
) -> Result<Vec<RatingStep>, StoreError> {
    let condition = only_ratings(view, filter)?;
    let sql = format!(
        "SELECT {}, c.id, r.rating_name, r.rating_min, r.rating_max, count(*), avg(r.rating_value) \
         FROM records r CROSS JOIN connections c ON c.seq = r.connection \
         WHERE {} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5",
        step.sql(),
        condition.sql
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), |row| {
        Ok(RatingStep {
            from: step.read(row, 0)?,
            connection: row.get(1)?,
            name: row.get(2)?,
            min: row.get(3)?,
            max: row.get(4)?,
            count: row.get::<_, Count>(5)?.0,
            average: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn only_ratings(view: &View<'_>, filter: &RecordFilter) -> Result<Condition, StoreError> {
    let kinds = vec![RecordKind::Rating];
    let mut condition = Condition::of(
        view,
        &RecordFilter {
            kinds,
            ..filter.clone()
        },
    )?;
    condition.require("r.rating_value IS NOT NULL");
    Ok(condition)
}
