//! `core_apps`: applications of Rokwire Core that the person admitted to this space.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::CoreAppId;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_apps (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    multi_tenant INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT";

/// An application of Rokwire Core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreApp {
    /// Its id, the same in every space that it is attached to.
    pub id: CoreAppId,
    /// Its name.
    pub name: String,
    /// A short handle; the audience of anonymous tokens.
    pub code: String,
    /// Whether it may be attached to other spaces.
    pub multi_tenant: bool,
    /// When it was admitted to this space.
    pub created_at: OffsetDateTime,
}

const COLUMNS: &str = "id, name, code, multi_tenant, created_at";

/// All of them, in the order in which they were admitted.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<CoreApp>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM core_apps ORDER BY created_at, id"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: CoreAppId) -> Result<Option<CoreApp>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM core_apps WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if the id, the name or the code is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, app: &CoreApp) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO core_apps ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)");
    tx.conn().prepare_cached(&sql)?.execute((
        app.id,
        &app.name,
        &app.code,
        app.multi_tenant,
        Millis(app.created_at),
    ))?;
    Ok(())
}

/// Removes one with its types, keys, installation, settings, account, anonymous users and what it kept; whether there was one. Its grants
/// and tokens are ended by disclosure.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: CoreAppId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM core_apps WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<CoreApp> {
    Ok(CoreApp {
        id: row.get(0)?,
        name: row.get(1)?,
        code: row.get(2)?,
        multi_tenant: row.get(3)?,
        created_at: row.get::<_, Millis>(4)?.0,
    })
}
