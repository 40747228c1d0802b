//! `app_exits`: ways out of an app that the person opened for good, such as handing things to one other app.

use time::OffsetDateTime;

use crate::ids::AppId;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V5: &str = "CREATE TABLE app_exits (
    app TEXT NOT NULL REFERENCES apps (id),
    way TEXT NOT NULL,
    target TEXT NOT NULL,
    allowed_at INTEGER NOT NULL,
    PRIMARY KEY (app, way, target)
) STRICT";

/// A way out of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppExit {
    /// What the app does, such as `share`, `services`, `clipboard` or `link`.
    pub way: String,
    /// Where it leads: the id of an app, or the origin of an address; empty where there is one place only.
    pub target: String,
    /// When the person agreed.
    pub allowed_at: OffsetDateTime,
}

/// Whether the person opened this way.
///
/// # Errors
/// The database could not be read.
pub fn is_allowed(view: &View<'_>, app: AppId, way: &str, target: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM app_exits WHERE app = ?1 AND way = ?2 AND target = ?3)";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row((app, way, target), |row| row.get(0))?)
}

/// The ways that the person opened for an app, in the order in which they were.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, app: AppId) -> Result<Vec<AppExit>, StoreError> {
    let sql = "SELECT way, target, allowed_at FROM app_exits WHERE app = ?1 ORDER BY allowed_at, way, target";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([app], |row| {
        Ok(AppExit {
            way: row.get(0)?,
            target: row.get(1)?,
            allowed_at: row.get::<_, Millis>(2)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Opens a way.
///
/// # Errors
/// [`StoreError::Rule`] if the app is not installed; the database could not be written.
pub fn allow(tx: &Tx<'_>, app: AppId, exit: &AppExit) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO app_exits (app, way, target, allowed_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((app, &exit.way, &exit.target, Millis(exit.allowed_at)))?;
    Ok(())
}

/// Closes a way again; whether it was open.
///
/// # Errors
/// The database could not be written.
pub fn close(tx: &Tx<'_>, app: AppId, way: &str, target: &str) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM app_exits WHERE app = ?1 AND way = ?2 AND target = ?3")?
        .execute((app, way, target))?
        > 0)
}

/// Closes all ways from an app and to it.
pub(crate) fn clear(tx: &Tx<'_>, app: AppId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_exits WHERE app = ?1 OR target = ?2")?
        .execute((app, app.to_string()))?;
    Ok(())
}
