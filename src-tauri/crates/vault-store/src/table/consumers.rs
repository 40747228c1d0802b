//! `consumers`: apps that speak the Gigdata API, as the person registered them.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::ConsumerId;
use crate::sql::{Json, Millis, words};
use crate::{SecretValue, StoreError, Tx, View};

pub(crate) const V3: &str = "CREATE TABLE consumers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    callback TEXT NOT NULL,
    returns TEXT NOT NULL DEFAULT '[]',
    claim TEXT NOT NULL,
    loopback INTEGER NOT NULL,
    account TEXT NOT NULL UNIQUE,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT";

words! {
    /// How much of a platform's data an app gets (`PlatformDataClaim`, spec 1.4).
    Claim {
        /// Counts, averages and the first and last day.
        Aggregated = "Aggregated",
        /// These, and each review and achievement.
        Full = "Full",
    }
}

/// An app that speaks the Gigdata API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// Its application id.
    pub id: ConsumerId,
    /// Its name, as the person wrote it.
    pub name: String,
    /// Where it is told that the person agreed (GET) and what changed (POST).
    pub callback: String,
    /// Where the browser may return to, each exactly so.
    pub returns: Vec<String>,
    /// What it gets when it names nothing.
    pub claim: Claim,
    /// Whether the person chose that it may be a program on this computer.
    pub loopback: bool,
    /// The person's account id as this app sees it (`userId`, `openplatformsuserid`); another one for each app.
    pub account: Uuid,
    /// `appSecret`: the vault has to send it, so it lies here itself, in the encrypted file.
    pub secret: SecretValue,
    /// When it was registered.
    pub created_at: OffsetDateTime,
}

const COLUMNS: &str = "id, name, callback, returns, claim, loopback, account, secret, created_at";

/// All of them, in the order in which they were registered.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Consumer>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM consumers ORDER BY created_at, id"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: ConsumerId) -> Result<Option<Consumer>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM consumers WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if the id or the account is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, consumer: &Consumer) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO consumers ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    tx.conn().prepare_cached(&sql)?.execute((
        consumer.id,
        &consumer.name,
        &consumer.callback,
        Json(&consumer.returns),
        consumer.claim,
        consumer.loopback,
        consumer.account.hyphenated().to_string(),
        &consumer.secret,
        Millis(consumer.created_at),
    ))?;
    Ok(())
}

/// Gives one another secret; the earlier one is gone.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn set_secret(tx: &Tx<'_>, id: ConsumerId, secret: &SecretValue) -> Result<(), StoreError> {
    let changed = tx
        .conn()
        .prepare_cached("UPDATE consumers SET secret = ?2 WHERE id = ?1")?
        .execute((id, secret))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Removes one; whether there was one. Its grants and tokens are ended by disclosure.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: ConsumerId) -> Result<bool, StoreError> {
    super::deliveries::delete_consumer(tx, id)?;
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM consumers WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Consumer> {
    let account: String = row.get(6)?;
    Ok(Consumer {
        id: row.get(0)?,
        name: row.get(1)?,
        callback: row.get(2)?,
        returns: row.get::<_, Json<_>>(3)?.0,
        claim: row.get(4)?,
        loopback: row.get(5)?,
        account: Uuid::try_parse(&account).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(6, rusqlite::types::Type::Text, error.into())
        })?,
        secret: row.get(7)?,
        created_at: row.get::<_, Millis>(8)?.0,
    })
}
