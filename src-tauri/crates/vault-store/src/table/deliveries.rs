//! `deliveries`: what waits to be sent to consumer apps. It says what is to be told, not the words: these are computed when they are sent,
//! so that nothing of the person lies here and a later sending tells what is true then.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::{ConsumerId, DeliveryId};
use crate::sql::{Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V3: &str = "CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    consumer TEXT NOT NULL REFERENCES consumers (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX deliveries_by_due ON deliveries (due_at);
CREATE INDEX deliveries_by_subject ON deliveries (consumer, kind, subject);";

words! {
    /// What an app is told.
    DeliveryKind {
        /// The person agreed: the query of the call (spec 2.5). The subject is the query's `requestid`, or empty.
        Agreed = "agreed",
        /// How a platform stands for the app, with what it may see; that nothing is shared any more is said by this one too. The subject is
        /// the platform's id.
        Update = "update",
        /// The person has to sign in at a platform first. The subject is the platform's id.
        AwaitingOauth = "awaitingOauth",
        /// The person has to confirm an address first. The subject is the platform's id.
        AwaitingEmail = "awaitingEmail",
    }
}

/// Something that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its identifier, the same at each try.
    pub id: DeliveryId,
    /// To whom.
    pub consumer: ConsumerId,
    /// What it says.
    pub kind: DeliveryKind,
    /// About what, see [`DeliveryKind`].
    pub subject: String,
    /// The platform's name for people when it was queued; empty when it is about none.
    pub name: String,
    /// Since when it waits.
    pub created_at: OffsetDateTime,
    /// When it is tried next.
    pub due_at: OffsetDateTime,
    /// How often it was tried.
    pub tries: u32,
}

const COLUMNS: &str = "id, consumer, kind, subject, name, created_at, due_at, tries";

/// Puts one at the end. One of the same kind about the same, that was not tried yet, says it already; whether this one was added.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such consumer; the database could not be written.
pub fn insert(tx: &Tx<'_>, delivery: &Delivery) -> Result<bool, StoreError> {
    let sql = format!(
        "INSERT INTO deliveries ({COLUMNS}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS \
         (SELECT 1 FROM deliveries WHERE consumer = ?2 AND kind = ?3 AND subject = ?4 AND tries = 0)"
    );
    Ok(tx.conn().prepare_cached(&sql)?.execute((
        delivery.id,
        delivery.consumer,
        delivery.kind,
        &delivery.subject,
        &delivery.name,
        Millis(delivery.created_at),
        Millis(delivery.due_at),
        delivery.tries,
    ))? > 0)
}

/// The one that is due first, by a moment; none when nothing is.
///
/// # Errors
/// The database could not be read.
pub fn due(view: &View<'_>, at: OffsetDateTime) -> Result<Option<Delivery>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries WHERE due_at <= ?1 ORDER BY due_at, created_at, id LIMIT 1"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    Ok(statement.query_row([Millis(at)], read).optional()?)
}

/// All that wait, first the one that is due first.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Delivery>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries ORDER BY due_at, created_at, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Notes a try that did not succeed, and when the next one is.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn postpone(tx: &Tx<'_>, id: DeliveryId, tries: u32, due_at: OffsetDateTime) -> Result<(), StoreError> {
    let changed = tx
        .conn()
        .prepare_cached("UPDATE deliveries SET tries = ?2, due_at = ?3 WHERE id = ?1")?
        .execute((id, tries, Millis(due_at)))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Takes one away; whether it was there.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: DeliveryId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM deliveries WHERE id = ?1")?
        .execute([id])?
        > 0)
}

/// Takes away what waits for one app about one subject.
///
/// # Errors
/// The database could not be written.
pub fn delete_subject(tx: &Tx<'_>, consumer: ConsumerId, subject: &str) -> Result<u64, StoreError> {
    let sql = "DELETE FROM deliveries WHERE consumer = ?1 AND subject = ?2";
    Ok(tx.conn().prepare_cached(sql)?.execute((consumer, subject))? as u64)
}

pub(crate) fn delete_consumer(tx: &Tx<'_>, consumer: ConsumerId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM deliveries WHERE consumer = ?1")?
        .execute([consumer])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        consumer: row.get(1)?,
        kind: row.get(2)?,
        subject: row.get(3)?,
        name: row.get(4)?,
        created_at: row.get::<_, Millis>(5)?.0,
        due_at: row.get::<_, Millis>(6)?.0,
        tries: row.get(7)?,
    })
}
