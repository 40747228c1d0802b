//! `core_configs`: settings that the vault serves to builds of Core applications, for this space or for any.

use rusqlite::{OptionalExtension, Row};

use crate::ids::{AppConfigId, AppTypeId};
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_configs (
    id TEXT NOT NULL PRIMARY KEY,
    app_type TEXT NOT NULL REFERENCES core_app_types (id) ON DELETE CASCADE,
    of_space INTEGER NOT NULL,
    major INTEGER NOT NULL,
    minor INTEGER NOT NULL,
    patch INTEGER NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (app_type, of_space, major, minor, patch)
) STRICT";

/// Settings of one build from one version on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppConfig {
    /// Its id.
    pub id: AppConfigId,
    /// The build.
    pub app_type: AppTypeId,
    /// Whether it is for this space; else it is general.
    pub of_space: bool,
    /// Major, minor and patch of the first version that it is for.
    pub version: (u32, u32, u32),
    /// The settings, a JSON object as text.
    pub data: String,
}

const COLUMNS: &str = "id, app_type, of_space, major, minor, patch, data";

/// The settings of a build, by version, the general ones first.
///
/// # Errors
/// The database could not be read.
pub fn of_type(view: &View<'_>, app_type: AppTypeId) -> Result<Vec<AppConfig>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM core_configs WHERE app_type = ?1 ORDER BY of_space, major, minor, patch"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([app_type], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The settings of exactly this version.
///
/// # Errors
/// The database could not be read.
pub fn find(
    view: &View<'_>,
    app_type: AppTypeId,
    of_space: bool,
    version: (u32, u32, u32),
) -> Result<Option<AppConfig>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM core_configs WHERE app_type = ?1 AND of_space = ?2 AND major = ?3 AND minor = ?4 \
         AND patch = ?5"
    );
    let (major, minor, patch) = version;
    let mut statement = view.conn().prepare_cached(&sql)?;
    Ok(statement
        .query_row((app_type, of_space, major, minor, patch), read)
        .optional()?)
}

/// Adds settings, or replaces those of the same build, reach and version, which keep their id.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such build; the database could not be written.
pub fn put(tx: &Tx<'_>, config: &AppConfig) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO core_configs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (app_type, of_space, major, minor, patch) DO UPDATE SET data = ?7"
    );
    let (major, minor, patch) = config.version;
    tx.conn().prepare_cached(&sql)?.execute((
        config.id,
        config.app_type,
        config.of_space,
        major,
        minor,
        patch,
        &config.data,
    ))?;
    Ok(())
}

/// Removes settings; whether there were any.
///
/// # Errors
/// The database could not be written.
pub fn delete(
    tx: &Tx<'_>,
    app_type: AppTypeId,
    of_space: bool,
    version: (u32, u32, u32),
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM core_configs WHERE app_type = ?1 AND of_space = ?2 AND major = ?3 AND minor = ?4 \
               AND patch = ?5";
    let (major, minor, patch) = version;
    Ok(tx
        .conn()
        .prepare_cached(sql)?
        .execute((app_type, of_space, major, minor, patch))?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<AppConfig> {
    Ok(AppConfig {
        id: row.get(0)?,
        app_type: row.get(1)?,
        of_space: row.get(2)?,
        version: (row.get(3)?, row.get(4)?, row.get(5)?),
        data: row.get(6)?,
    })
}
