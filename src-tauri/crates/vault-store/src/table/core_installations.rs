//! `core_installations`: a Core application in this space: which services it may use, how it may be entered, how long its sessions last.

use rusqlite::{OptionalExtension, Row};

use crate::ids::CoreAppId;
use crate::sql::{Count, Json};
use crate::yearly::YearlyMoment;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_installations (
    app TEXT NOT NULL PRIMARY KEY REFERENCES core_apps (id) ON DELETE CASCADE,
    services TEXT NOT NULL DEFAULT '[]',
    anonymous INTEGER NOT NULL,
    most_sessions INTEGER NOT NULL DEFAULT 0,
    idle_minutes INTEGER,
    login_minutes INTEGER,
    grace_seconds INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID";

/// A moment of the year as `MM-DD HH:MM`.
pub(crate) const V9: &str = "ALTER TABLE core_installations ADD COLUMN yearly TEXT";

/// A Core application in this space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The application.
    pub app: CoreAppId,
    /// The services that it may use.
    pub services: Vec<String>,
    /// Whether it may be used without a profile. With one it is always used by the person's word.
    pub anonymous: bool,
    /// The policy of its sessions.
    pub sessions: SessionPolicy,
}

/// How long sessions without a profile last (`logins_session_settings`). A limit that is not set never ends one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionPolicy {
    /// More than so many end the oldest; 0 for no limit.
    pub most: u64,
    /// A session that was not refreshed for so many minutes is over.
    pub idle_minutes: Option<u64>,
    /// A session is over so many minutes after its login.
    pub login_minutes: Option<u64>,
    /// A session that began before this moment last came is over.
    pub yearly: Option<YearlyMoment>,
    /// For so many seconds after it was replaced, a refresh token is taken once more; 0 for never.
    pub grace_seconds: u64,
}

/// The installation of an application.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, app: CoreAppId) -> Result<Option<Installation>, StoreError> {
    let sql = "SELECT app, services, anonymous, most_sessions, idle_minutes, login_minutes, grace_seconds, yearly \
               FROM core_installations WHERE app = ?1";
    let mut statement = view.conn().prepare_cached(sql)?;
    Ok(statement.query_row([app], read).optional()?)
}

/// Adds an installation, or replaces it.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such application; the database could not be written.
pub fn put(tx: &Tx<'_>, installation: &Installation) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO core_installations \
               (app, services, anonymous, most_sessions, idle_minutes, login_minutes, grace_seconds, yearly) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let policy = &installation.sessions;
    tx.conn().prepare_cached(sql)?.execute((
        installation.app,
        Json(&installation.services),
        installation.anonymous,
        Count(policy.most),
        policy.idle_minutes.map(Count),
        policy.login_minutes.map(Count),
        Count(policy.grace_seconds),
        policy.yearly,
    ))?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Installation> {
    Ok(Installation {
        app: row.get(0)?,
        services: row.get::<_, Json<_>>(1)?.0,
        anonymous: row.get(2)?,
        sessions: SessionPolicy {
            most: row.get::<_, Count>(3)?.0,
            idle_minutes: row.get::<_, Option<Count>>(4)?.map(|count| count.0),
            login_minutes: row.get::<_, Option<Count>>(5)?.map(|count| count.0),
            grace_seconds: row.get::<_, Count>(6)?.0,
            yearly: row.get(7)?,
        },
    })
}
