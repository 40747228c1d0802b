//! `offered_services`: what peers may send transfers for.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::sql::Json;
use crate::{StoreError, Tx, View};

pub(crate) const V6: &str = "CREATE TABLE offered_services (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    fields TEXT NOT NULL,
    offered INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// A service of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedService {
    /// Its id, lower-case letters.
    pub id: String,
    /// Its name by language (`es`, `ca`, `en`).
    pub name: BTreeMap<String, String>,
    /// A sentence by language.
    pub description: BTreeMap<String, String>,
    /// The fields that it needs, by their words on the wire.
    pub fields: Vec<String>,
    /// Whether it is offered at all.
    pub offered: bool,
}

/// Adds a service, or replaces the one with its id.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, service: &OfferedService) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO offered_services (id, name, description, fields, offered) VALUES (?1, ?2, ?3, ?4, ?5)";
    tx.conn().prepare_cached(sql)?.execute((
        &service.id,
        Json(&service.name),
        Json(&service.description),
        Json(&service.fields),
        service.offered,
    ))?;
    Ok(())
}

/// One service.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: &str) -> Result<Option<OfferedService>, StoreError> {
    let sql = "SELECT id, name, description, fields, offered FROM offered_services WHERE id = ?1";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([id], read)
        .optional()?)
}

/// All of them, by id.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<OfferedService>, StoreError> {
    let sql = "SELECT id, name, description, fields, offered FROM offered_services ORDER BY id";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes one with its rules; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn remove(tx: &Tx<'_>, id: &str) -> Result<bool, StoreError> {
    super::service_rules::replace(tx, id, &[])?;
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM offered_services WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<OfferedService> {
    Ok(OfferedService {
        id: row.get(0)?,
        name: row.get::<_, Json<_>>(1)?.0,
        description: row.get::<_, Json<_>>(2)?.0,
        fields: row.get::<_, Json<_>>(3)?.0,
        offered: row.get(4)?,
    })
}
