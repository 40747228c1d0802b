//! `app_status`: what is known of an app from one opening to the next. An app without a row has what [`AppStatus::default`] says.

use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::ids::AppId;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V5: &str = "CREATE TABLE app_status (
    app TEXT NOT NULL PRIMARY KEY REFERENCES apps (id),
    badges INTEGER NOT NULL,
    opened_version TEXT NOT NULL,
    refreshed_at INTEGER,
    offline_since INTEGER,
    icon_of TEXT NOT NULL,
    icon BLOB
) STRICT";

/// What is known of an app from one opening to the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AppStatus {
    /// Badges since it was last opened.
    pub badges: u32,
    /// The version of its manifest when it was last opened; empty before the first time.
    pub opened_version: String,
    /// When its manifest was last fetched, whatever came of it.
    pub refreshed_at: Option<OffsetDateTime>,
    /// Since when its manifest could not be fetched.
    pub offline_since: Option<OffsetDateTime>,
    /// The address, or the fingerprint of the embedded picture, that [`AppStatus::icon`] was made of; empty without one.
    pub icon_of: String,
    /// The icon, made anew as PNG.
    pub icon: Option<Vec<u8>>,
}

/// What is known of an app.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, app: AppId) -> Result<AppStatus, StoreError> {
    let sql = "SELECT badges, opened_version, refreshed_at, offline_since, icon_of, icon FROM app_status WHERE app = ?1";
    let found = view
        .conn()
        .prepare_cached(sql)?
        .query_row([app], read)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Notes it.
///
/// # Errors
/// [`StoreError::Rule`] if the app is not installed; the database could not be written.
pub fn put(tx: &Tx<'_>, app: AppId, status: &AppStatus) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO app_status (app, badges, opened_version, refreshed_at, offline_since, icon_of, icon) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.conn().prepare_cached(sql)?.execute(params![
        app,
        status.badges,
        &status.opened_version,
        status.refreshed_at.map(Millis),
        status.offline_since.map(Millis),
        &status.icon_of,
        &status.icon,
    ])?;
    Ok(())
}

pub(crate) fn clear(tx: &Tx<'_>, app: AppId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_status WHERE app = ?1")?
        .execute([app])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<AppStatus> {
    Ok(AppStatus {
        badges: row.get(0)?,
        opened_version: row.get(1)?,
        refreshed_at: row.get::<_, Option<Millis>>(2)?.map(|at| at.0),
        offline_since: row.get::<_, Option<Millis>>(3)?.map(|at| at.0),
        icon_of: row.get(4)?,
        icon: row.get(5)?,
    })
}
