//! `service_registrations`: services that the person knows: where they are, their pinned key, what they may ask for.

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::sql::{Json, Millis, words};
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE service_registrations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    host TEXT NOT NULL,
    info_url TEXT NOT NULL DEFAULT '',
    logo_url TEXT NOT NULL DEFAULT '',
    service_account TEXT NOT NULL DEFAULT '',
    key_pem TEXT,
    key_alg TEXT,
    legacy INTEGER NOT NULL,
    scopes TEXT NOT NULL DEFAULT '[]',
    pinned_by TEXT NOT NULL,
    pinned_at INTEGER NOT NULL,
    waiting TEXT,
    waiting_since INTEGER
) STRICT, WITHOUT ROWID";

words! {
    /// Who said that a key is the service's.
    PinnedBy {
        /// The person, by adding a file by hand.
        File = "file",
        /// The person, by comparing a changed key.
        Comparison = "comparison",
    }
}

/// Something that a service may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceScope {
    /// The scope, `service:resource:operation`.
    pub scope: String,
    /// The service says that it cannot do without.
    pub required: bool,
    /// Why, in its words; empty if it gives no reason.
    #[serde(default)]
    pub explanation: String,
}

/// A known service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRegistration {
    /// `service_id`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it does, in its words.
    pub description: String,
    /// Its base address.
    pub host: String,
    /// Where it says more; empty for nowhere.
    pub info_url: String,
    /// Its sign; empty for none.
    pub logo_url: String,
    /// The only `sub` that its own tokens may have; empty for none.
    pub service_account: String,
    /// Its public key as PEM, and the algorithm; `None` for a service without a backend.
    pub key: Option<(String, String)>,
    /// Whether its requests may be signed in the form of the old libraries.
    pub legacy: bool,
    /// What it may ask for.
    pub scopes: Vec<ServiceScope>,
    /// Who said that the key is its own.
    pub pinned_by: PinnedBy,
    /// When.
    pub pinned_at: OffsetDateTime,
    /// What it says of itself since the key changed, as JSON text, and since when; it waits for the person.
    pub waiting: Option<(String, OffsetDateTime)>,
}

const COLUMNS: &str = "id, name, description, host, info_url, logo_url, service_account, key_pem, key_alg, legacy, scopes, \
     pinned_by, pinned_at, waiting, waiting_since";

/// All of them, by id.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<ServiceRegistration>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM service_registrations ORDER BY id"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: &str) -> Result<Option<ServiceRegistration>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM service_registrations WHERE id = ?1"
    ))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Adds a service, or replaces the one of this id.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, service: &ServiceRegistration) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT OR REPLACE INTO service_registrations ({COLUMNS}) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
    );
    let values: [&dyn rusqlite::ToSql; 15] = [
        &service.id,
        &service.name,
        &service.description,
        &service.host,
        &service.info_url,
        &service.logo_url,
        &service.service_account,
        &service.key.as_ref().map(|(pem, _)| pem),
        &service.key.as_ref().map(|(_, alg)| alg),
        &service.legacy,
        &Json(&service.scopes),
        &service.pinned_by,
        &Millis(service.pinned_at),
        &service.waiting.as_ref().map(|(text, _)| text),
        &service.waiting.as_ref().map(|(_, since)| Millis(*since)),
    ];
    tx.conn().prepare_cached(&sql)?.execute(values)?;
    Ok(())
}

/// Removes one; whether there was one. Its grants and tokens are ended by disclosure.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM service_registrations WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ServiceRegistration> {
    let pem: Option<String> = row.get(7)?;
    let alg: Option<String> = row.get(8)?;
    let waiting: Option<String> = row.get(13)?;
    let since = row.get::<_, Option<Millis>>(14)?.map(|time| time.0);
    Ok(ServiceRegistration {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        host: row.get(3)?,
        info_url: row.get(4)?,
        logo_url: row.get(5)?,
        service_account: row.get(6)?,
        key: pem.zip(alg),
        legacy: row.get(9)?,
        scopes: row.get::<_, Json<_>>(10)?.0,
        pinned_by: row.get(11)?,
        pinned_at: row.get::<_, Millis>(12)?.0,
        waiting: waiting.zip(since),
    })
}
