//! `core_app_types`: the builds of Core applications, each known by an identifier that no other has.

use rusqlite::{OptionalExtension, Row};

use crate::ids::{AppTypeId, CoreAppId};
use crate::sql::Json;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_app_types (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL REFERENCES core_apps (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    versions TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX core_app_types_by_app ON core_app_types (app);";

/// One build of a Core application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppType {
    /// Its id.
    pub id: AppTypeId,
    /// The application.
    pub app: CoreAppId,
    /// What it is known by: a bundle id, an Android application id, or the host name of a web application.
    pub identifier: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// The versions that there are, `major.minor.patch`.
    pub versions: Vec<String>,
}

const COLUMNS: &str = "id, app, identifier, name, versions";

/// The builds of an application, by identifier.
///
/// # Errors
/// The database could not be read.
pub fn of_app(view: &View<'_>, app: CoreAppId) -> Result<Vec<AppType>, StoreError> {
    let mut statement = view.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM core_app_types WHERE app = ?1 ORDER BY identifier"
    ))?;
    let rows = statement.query_map([app], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The build with this identifier, or with this id: upstream finds a build by either.
///
/// # Errors
/// The database could not be read.
pub fn find(view: &View<'_>, text: &str) -> Result<Option<AppType>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM core_app_types WHERE identifier = ?1 OR id = ?1 ORDER BY id = ?1 LIMIT 1"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    Ok(statement.query_row([text], read).optional()?)
}

/// Adds a build, or replaces the one of this id.
///
/// # Errors
/// [`StoreError::Rule`] if another build has the identifier or there is no such application; the database could not be written.
pub fn put(tx: &Tx<'_>, build: &AppType) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO core_app_types ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (id) DO UPDATE SET identifier = ?3, name = ?4, versions = ?5"
    );
    tx.conn().prepare_cached(&sql)?.execute((
        build.id,
        build.app,
        &build.identifier,
        &build.name,
        Json(&build.versions),
    ))?;
    Ok(())
}

/// Removes a build with its settings and sessions; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: AppTypeId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM core_app_types WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<AppType> {
    Ok(AppType {
        id: row.get(0)?,
        app: row.get(1)?,
        identifier: row.get(2)?,
        name: row.get(3)?,
        versions: row.get::<_, Json<_>>(4)?.0,
    })
}
