//! Reading records: one, a page, all of them, what changed.

use std::fmt;
use std::str::FromStr;

use rusqlite::{OptionalExtension, params_from_iter};
use sha2::{Digest, Sha256 as Sha256Hasher};
use time::{Date, OffsetDateTime};

use super::filter::{Condition, RecordFilter};
use super::row::{SELECT, SEQ, read};
use crate::ids::{ConnectionId, RecordId};
use crate::record::{Record, RecordKind};
use crate::record_rules::canonical_json;
use crate::sha256::Sha256;
use crate::sql::{Count, millis};
use crate::{StoreError, View};

/// The order of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By start, newest first.
    #[default]
    Newest,
    /// By start, oldest first.
    Oldest,
    /// By amount in minor units, largest first; records without an amount last.
    Amount,
}

/// Where a keyset-paged reading goes on: after this record. As text it is opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    start_ms: i64,
    id: RecordId,
}

/// A text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

/// One record.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: RecordId) -> Result<Option<Record>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!("{SELECT} WHERE r.id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// A page of the grid.
///
/// # Errors
/// The database could not be read.
pub fn page(
    view: &View<'_>,
    filter: &RecordFilter,
    sort: Sort,
    offset: u64,
    limit: u32,
) -> Result<Vec<Record>, StoreError> {
    let mut condition = Condition::of(view, filter)?;
    let order = match sort {
        Sort::Newest => "r.start_ms DESC, r.id DESC",
        Sort::Oldest => "r.start_ms, r.id",
        Sort::Amount => "r.amount_minor DESC NULLS LAST, r.start_ms DESC, r.id DESC",
    };
    let limit = condition.bind(i64::from(limit));
    let offset = condition.bind(i64::try_from(offset).unwrap_or(i64::MAX));
    // The rows are chosen before the joins, so that a far page does not join what it skips.
    let chosen = format!(
        "SELECT r.seq FROM records r WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}",
        condition.sql
    );
    let sql = format!("{SELECT} WHERE r.seq IN ({chosen}) ORDER BY {order}");
    rows(view, &sql, &condition)
}

/// A page by keyset, oldest first: what comes after `cursor`, and the cursor of the last record given.
///
/// # Errors
/// The database could not be read.
pub fn after(
    view: &View<'_>,
    filter: &RecordFilter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<Record>, Option<Cursor>), StoreError> {
    let mut condition = Condition::of(view, filter)?;
    if let Some(cursor) = cursor {
        let start = condition.bind(cursor.start_ms);
        let id = condition.bind(cursor.id.as_uuid().as_bytes().to_vec());
        condition.require(&format!("(r.start_ms, r.id) > ({start}, {id})"));
    }
    let limit = condition.bind(i64::from(limit));
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY r.start_ms, r.id LIMIT {limit}",
        condition.sql
    );
    let found = rows(view, &sql, &condition)?;
    let last = found.last().map(|record| Cursor {
        start_ms: millis(record.start),
        id: record.id,
    });
    Ok((found, last.or(cursor)))
}

/// What is new or changed since a cursor of changes (0 for everything), in the order in which it came in, and the cursor
/// of the last one given.
///
/// # Errors
/// The database could not be read.
pub fn changes(
    view: &View<'_>,
    filter: &RecordFilter,
    since: u64,
    limit: u32,
) -> Result<(Vec<Record>, u64), StoreError> {
    let mut condition = Condition::of(view, filter)?;
    condition.add("r.seq > ?", i64::try_from(since).unwrap_or(i64::MAX));
    let limit = condition.bind(i64::from(limit));
    let sql = format!("{SELECT} WHERE {} ORDER BY r.seq LIMIT {limit}", condition.sql);
    let mut statement = view.conn().prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&condition.values))?;
    let (mut found, mut cursor) = (Vec::new(), since);
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
        cursor = row.get::<_, Count>(SEQ)?.0;
    }
    Ok((found, cursor))
}

/// The cursor of changes that leaves out everything there is.
///
/// # Errors
/// The database could not be read.
pub fn last_change(view: &View<'_>) -> Result<u64, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM records")?;
    Ok(statement.query_row([], |row| row.get::<_, Count>(0))?.0)
}

/// Every record that the filter lets through, oldest first, one at a time: memory does not grow with their number.
///
/// # Errors
/// What the closure returns, or the cause for which the database could not be read.
pub fn each<E: From<StoreError>>(
    view: &View<'_>,
    filter: &RecordFilter,
    mut take: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let condition = Condition::of(view, filter)?;
    // The index gives this order. With the id in it every row would go through SQLite's sorter, which costs more than the reading: a
    // locked allocation for each row.
    let sql = format!("{SELECT} WHERE {} ORDER BY r.start_ms", condition.sql);
    let mut statement = view.conn().prepare_cached(&sql).map_err(StoreError::from)?;
    let mut rows = statement
        .query(params_from_iter(&condition.values))
        .map_err(StoreError::from)?;
    let mut together: Vec<Record> = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let record = read(row).map_err(StoreError::from)?;
        if together
            .first()
            .is_some_and(|first| millis(first.start) != millis(record.start))
        {
            give(&mut together, &mut take)?;
        }
        together.push(record);
    }
    give(&mut together, &mut take)
}

/// Gives away records of one moment in the order of their ids.
fn give<E>(together: &mut Vec<Record>, take: &mut impl FnMut(Record) -> Result<(), E>) -> Result<(), E> {
    together.sort_by_key(|record| record.id);
    together.drain(..).try_for_each(take)
}

/// Work of a connection on one local day, by start: the strip of a shift.
///
/// # Errors
/// The database could not be read.
pub fn work_on_day(view: &View<'_>, connection: ConnectionId, day: Date) -> Result<Vec<Record>, StoreError> {
    let filter = RecordFilter {
        connections: Some(vec![connection]),
        kinds: vec![RecordKind::Work],
        from: Some(day),
        to: Some(day),
        ..RecordFilter::default()
    };
    page(view, &filter, Sort::Oldest, 0, 500)
}

/// Payments, ratings, reviews and the like that belong to a work record.
///
/// # Errors
/// The database could not be read.
pub fn belonging_to(view: &View<'_>, work: RecordId) -> Result<Vec<Record>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("{SELECT} WHERE r.work = ?1 ORDER BY r.start_ms, r.id"))?;
    let rows = statement.query_map([work], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Ratings and reviews that belong to a work record, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn said_about(view: &View<'_>, work: RecordId) -> Result<Vec<Record>, StoreError> {
    let sql = format!("{SELECT} WHERE r.work = ?1 AND r.kind IN ('rating', 'review')");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([work], read)?;
    let mut said: Vec<Record> = rows.collect::<Result<_, _>>()?;
    // Sorted here: a sorter is a locked allocation, and this is asked of every work record of a backpack.
    said.sort_by_key(|record| (millis(record.start), record.id));
    Ok(said)
}

/// A digest over the canonical JSON of all records by id: equal for spaces that hold equal records.
///
/// # Errors
/// The database could not be read.
pub fn digest(view: &View<'_>) -> Result<Sha256, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!("{SELECT} ORDER BY r.id"))?;
    let mut rows = statement.query([])?;
    let (mut hasher, mut line) = (Sha256Hasher::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let json = serde_json::to_value(read(row)?).map_err(|_| StoreError::Damaged { page: None })?;
        line.clear();
        canonical_json(&json, &mut line);
        line.push(b'\n');
        hasher.update(&line);
    }
    Ok(Sha256(hasher.finalize().into()))
}

/// A digest over what all records say, without their ids and where they came from: equal for spaces in which files of the same content ended,
/// in whatever order and how often they were taken in.
///
/// # Errors
/// The database could not be read.
pub fn said(view: &View<'_>) -> Result<Sha256, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!("{SELECT} ORDER BY r.id"))?;
    let mut rows = statement.query([])?;
    let (mut all, mut line): (Vec<Sha256>, Vec<u8>) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let mut json = serde_json::to_value(read(row)?).map_err(|_| StoreError::Damaged { page: None })?;
        if let Some(members) = json.as_object_mut() {
            let undated = members
                .get("extra")
                .and_then(|extra| extra.get("undated"))
                .is_some();
            for name in ["id", "connection", "work", "provenance"] {
                members.remove(name);
            }
            if undated {
                members.remove("start");
            }
        }
        line.clear();
        canonical_json(&json, &mut line);
        all.push(Sha256::of(&line));
    }
    all.sort_unstable_by_key(|digest| *digest.as_bytes());
    let mut hasher = Sha256Hasher::new();
    for digest in all {
        hasher.update(digest.as_bytes());
    }
    Ok(Sha256(hasher.finalize().into()))
}

fn rows(view: &View<'_>, sql: &str, condition: &Condition) -> Result<Vec<Record>, StoreError> {
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map(params_from_iter(&condition.values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Cursor {
    /// The cursor that goes on after a record.
    #[must_use]
    pub fn after(start: OffsetDateTime, id: RecordId) -> Self {
        Self {
            start_ms: millis(start),
            id,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.start_ms, self.id)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (start, id) = text.split_once('~').ok_or(NotACursor)?;
        let start_ms = start.parse().map_err(|_| NotACursor)?;
        Ok(Self {
            start_ms,
            id: id.parse().map_err(|_| NotACursor)?,
        })
    }
}
