//! Reading the log: pages for the screen, the outcomes of an entry, all of it for a backpack.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{OptionalExtension, Row, ToSql, params_from_iter};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Disclosure, DisclosureKind, LogText, ReleaseOutcome};
use crate::ids::DisclosureId;
use crate::party::{Party, PartyKind};
use crate::sql::{Count, Json, Millis, millis};
use crate::{StoreError, View};

const SELECT: &str = "SELECT seq, id, at, kind, refers_to, party_kind, party_id, party_name, face, purpose, scopes, \
     counts, grant_id, reason, text, text_salt, text_sha256, prev_hash, hash FROM disclosures";

/// Which entries are meant; a default one means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Words in the sentence, the purpose or the party's name; empty for any.
    pub text: String,
    /// Only this party.
    pub party: Option<(PartyKind, String)>,
    /// Only parties of this name.
    pub party_name: Option<String>,
    /// Only these kinds; empty for all.
    pub kinds: Vec<DisclosureKind>,
    /// Only entries from this moment on.
    pub since: Option<OffsetDateTime>,
    /// Only entries that stand for themselves: not the outcome of a release, not one more answer of the same sharing.
    pub first_only: bool,
    /// Of releases only those that ended so; other kinds are not touched by it.
    pub outcome: Option<ReleaseOutcome>,
}

/// A page of the log, newest first.
///
/// # Errors
/// The database could not be read.
pub fn list(
    view: &View<'_>,
    filter: &LogFilter,
    offset: u64,
    limit: u32,
) -> Result<Vec<Disclosure>, StoreError> {
    let (condition, mut values) = filter.condition();
    values.push(i64::from(limit).into());
    values.push(i64::try_from(offset).unwrap_or(i64::MAX).into());
    let sql = format!("{SELECT} WHERE {condition} ORDER BY seq DESC LIMIT ? OFFSET ?");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(params_from_iter(values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Number of entries that the filter lets through.
///
/// # Errors
/// The database could not be read.
pub fn total(view: &View<'_>, filter: &LogFilter) -> Result<u64, StoreError> {
    let (condition, values) = filter.condition();
    let sql = format!("SELECT count(*) FROM disclosures WHERE {condition}");
    let mut statement = view.conn().prepare_cached(&sql)?;
    Ok(statement
        .query_row(params_from_iter(values), |row| row.get::<_, Count>(0))?
        .0)
}

/// Number of entries.
///
/// # Errors
/// The database could not be read.
pub fn count(view: &View<'_>) -> Result<u64, StoreError> {
    total(view, &LogFilter::default())
}

/// One entry.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: DisclosureId) -> Result<Option<Disclosure>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!("{SELECT} WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// The last entry: the head of the chain.
///
/// # Errors
/// The database could not be read.
pub fn last(view: &View<'_>) -> Result<Option<Disclosure>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("{SELECT} ORDER BY seq DESC LIMIT 1"))?;
    Ok(statement.query_row([], read).optional()?)
}

/// The entries that refer to one: its outcome, its deletion.
///
/// # Errors
/// The database could not be read.
pub fn referring(view: &View<'_>, id: DisclosureId) -> Result<Vec<Disclosure>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("{SELECT} WHERE refers_to = ?1 ORDER BY seq"))?;
    let rows = statement.query_map([id], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The parties that the log names, by name; each as it was named last.
///
/// # Errors
/// The database could not be read.
pub fn parties(view: &View<'_>) -> Result<Vec<Party>, StoreError> {
    let sql = "SELECT party_kind, party_id, party_name, max(seq) FROM disclosures \
               GROUP BY party_kind, party_id ORDER BY party_name, party_kind, party_id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(Party {
            kind: row.get(0)?,
            id: row.get(1)?,
            name: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every entry from the first on, one at a time.
///
/// # Errors
/// What the closure returns, or the cause for which the database could not be read.
pub fn each<E: From<StoreError>>(
    view: &View<'_>,
    take: impl FnMut(Disclosure) -> Result<(), E>,
) -> Result<(), E> {
    each_of(view, &LogFilter::default(), take)
}

/// Every entry that the filter lets through, from the first on, one at a time.
///
/// # Errors
/// What the closure returns, or the cause for which the database could not be read.
pub fn each_of<E: From<StoreError>>(
    view: &View<'_>,
    filter: &LogFilter,
    mut take: impl FnMut(Disclosure) -> Result<(), E>,
) -> Result<(), E> {
    let (condition, values) = filter.condition();
    let mut statement = view
        .conn()
        .prepare_cached(&format!("{SELECT} WHERE {condition} ORDER BY seq"))
        .map_err(StoreError::from)?;
    let mut rows = statement
        .query(params_from_iter(values))
        .map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        take(read(row).map_err(StoreError::from)?)?;
    }
    Ok(())
}

/// Every row from the first on, as an entry; `None` for a row that is no entry, or that holds one in another form than it is written in.
pub(super) fn each_row(view: &View<'_>, mut take: impl FnMut(Option<Disclosure>)) -> Result<(), StoreError> {
    let mut statement = view.conn().prepare_cached(&format!("{SELECT} ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let entry = match read(row).map_err(StoreError::from) {
            Ok(entry) if is_as_written(row, &entry)? => Some(entry),
            Ok(_) | Err(StoreError::Damaged { page: None }) => None,
            Err(error) => return Err(error),
        };
        take(entry);
    }
    Ok(())
}

/// Whether the columns that can say the same in several ways say it in the way of [`super::insert`]: the hash covers what they say.
fn is_as_written(row: &Row<'_>, entry: &Disclosure) -> Result<bool, StoreError> {
    let written: [(usize, &dyn ToSql); 5] = [
        (1, &entry.id),
        (4, &entry.refers_to),
        (10, &Json(&entry.scopes)),
        (11, &Json(&entry.counts)),
        (12, &entry.grant),
    ];
    for (column, value) in written {
        let stored = row.get_ref(column)?;
        let value = value.to_sql()?;
        let same = match &value {
            ToSqlOutput::Borrowed(value) => *value == stored,
            ToSqlOutput::Owned(value) => ValueRef::from(value) == stored,
            ToSqlOutput::ZeroBlob(_) | _ => false,
        };
        if !same {
            return Ok(false);
        }
    }
    // A sentence and its salt come and go together.
    let is_null = |column| Ok::<_, StoreError>(row.get_ref(column)? == ValueRef::Null);
    Ok(is_null(14)? == is_null(15)?)
}

impl LogFilter {
    fn condition(&self) -> (String, Vec<Value>) {
        let (mut sql, mut values) = ("1".to_owned(), Vec::<Value>::new());
        for word in self.text.split_whitespace().take(16) {
            let like = format!(
                "%{}%",
                word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
            );
            sql.push_str(
                " AND (party_name || ' ' || purpose || ' ' || coalesce(text, '')) LIKE ? ESCAPE '\\'",
            );
            values.push(like.chars().take(300).collect::<String>().into());
        }
        if let Some((kind, id)) = &self.party {
            sql.push_str(" AND party_kind = ? AND party_id = ?");
            values.extend([kind.as_str().to_owned().into(), id.clone().into()]);
        }
        if let Some(name) = &self.party_name {
            sql.push_str(" AND party_name = ?");
            values.push(name.clone().into());
        }
        if !self.kinds.is_empty() {
            sql.push_str(" AND kind IN (SELECT value FROM json_each(?))");
            values.push(words_of(&self.kinds).into());
        }
        if let Some(since) = self.since {
            sql.push_str(" AND at >= ?");
            values.push(millis(since).into());
        }
        if self.first_only {
            sql.push_str(" AND (refers_to IS NULL OR kind IN (SELECT value FROM json_each(?)))");
            values.push(words_of(&DisclosureKind::AFTER_SHARING).into());
        }
        if let Some(outcome) = self.outcome {
            sql.push_str(" AND (kind <> 'released' OR ");
            sql.push_str(outcome.condition());
            sql.push(')');
        }
        (sql, values)
    }
}

/// Kinds as a JSON list.
fn words_of(kinds: &[DisclosureKind]) -> String {
    serde_json::Value::from_iter(kinds.iter().map(|kind| kind.as_str())).to_string()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Disclosure> {
    Ok(Disclosure {
        seq: row.get::<_, Count>(0)?.0,
        id: row.get(1)?,
        at: row.get::<_, Millis>(2)?.0,
        kind: row.get(3)?,
        refers_to: row.get(4)?,
        party: Party {
            kind: row.get(5)?,
            id: row.get(6)?,
            name: row.get(7)?,
        },
        face: row.get(8)?,
        purpose: row.get(9)?,
        scopes: row.get::<_, Json<_>>(10)?.0,
        counts: row.get::<_, Json<_>>(11)?.0,
        grant: row.get(12)?,
        reason: row.get(13)?,
        text: read_text(row)?,
        text_sha256: row.get(16)?,
        prev_hash: row.get(17)?,
        hash: row.get(18)?,
    })
}

fn read_text(row: &Row<'_>) -> rusqlite::Result<Option<LogText>> {
    let (text, salt): (Option<String>, Option<[u8; 16]>) = (row.get(14)?, row.get(15)?);
    Ok(text.zip(salt).map(|(text, salt)| LogText {
        text,
        salt: Uuid::from_bytes(salt),
    }))
}
