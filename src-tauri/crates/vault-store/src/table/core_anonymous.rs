//! `core_anonymous` and `core_refresh_tokens`: sessions of Core applications that are used without a profile. A session is one anonymous
//! user; it goes on with its refresh token alone, and of that only a digest is here.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::{AnonymousId, AppTypeId, CoreAppId};
use crate::sha256::Sha256;
use crate::sql::Millis;
use crate::{StoreError, Tx, View};

pub(crate) const V7: &str = "CREATE TABLE core_anonymous (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL UNIQUE,
    app TEXT NOT NULL REFERENCES core_apps (id) ON DELETE CASCADE,
    app_type TEXT NOT NULL REFERENCES core_app_types (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    refreshed_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX core_anonymous_by_app ON core_anonymous (app, created_at);
CREATE TABLE core_refresh_tokens (
    sha256 BLOB NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
    anonymous TEXT NOT NULL REFERENCES core_anonymous (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;
CREATE INDEX core_refresh_tokens_by_session ON core_refresh_tokens (anonymous, created_at);";

/// A session without a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anonymous {
    /// Who uses the application, as far as anybody knows.
    pub id: AnonymousId,
    /// The id of the session; `session_id` on the wire.
    pub session: AnonymousId,
    /// The application.
    pub app: CoreAppId,
    /// The build that logged in.
    pub app_type: AppTypeId,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// When its token was last made anew.
    pub refreshed_at: OffsetDateTime,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
}

/// A refresh token of a session, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Its digest.
    pub sha256: Sha256,
    /// The session.
    pub anonymous: AnonymousId,
    /// When it was handed out.
    pub created_at: OffsetDateTime,
    /// When another took its place.
    pub replaced_at: Option<OffsetDateTime>,
}

const COLUMNS: &str = "id, session, app, app_type, created_at, refreshed_at, ended_at";

/// One session.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: AnonymousId) -> Result<Option<Anonymous>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM core_anonymous WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// The sessions of an application that have not ended, oldest first.
///
/// # Errors
/// The database could not be read.
pub fn open_of_app(view: &View<'_>, app: CoreAppId) -> Result<Vec<Anonymous>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM core_anonymous WHERE app = ?1 AND ended_at IS NULL ORDER BY created_at, id"
    );
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([app], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Begins a session.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such application or build; the database could not be written.
pub fn insert(tx: &Tx<'_>, session: &Anonymous) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO core_anonymous ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    tx.conn().prepare_cached(&sql)?.execute((
        session.id,
        session.session,
        session.app,
        session.app_type,
        Millis(session.created_at),
        Millis(session.refreshed_at),
        session.ended_at.map(Millis),
    ))?;
    Ok(())
}

/// Ends a session; whether it was open. Its id stays known, so that it is never given again; what goes on with it is deleted.
///
/// # Errors
/// The database could not be written.
pub fn end(tx: &Tx<'_>, id: AnonymousId, at: OffsetDateTime) -> Result<bool, StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM core_refresh_tokens WHERE anonymous = ?1")?
        .execute([id])?;
    let sql = "UPDATE core_anonymous SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL";
    Ok(tx.conn().prepare_cached(sql)?.execute((id, Millis(at)))? > 0)
}

/// The refresh token with this digest, also one that was replaced.
///
/// # Errors
/// The database could not be read.
pub fn find_token(view: &View<'_>, sha256: Sha256) -> Result<Option<RefreshToken>, StoreError> {
    let sql = "SELECT sha256, anonymous, created_at, replaced_at FROM core_refresh_tokens WHERE sha256 = ?1";
    let mut statement = view.conn().prepare_cached(sql)?;
    Ok(statement.query_row([sha256], read_token).optional()?)
}

/// How many refresh tokens of a session were replaced after this one was made: 0 for the one that is in force, 1 for the one before.
///
/// # Errors
/// The database could not be read.
pub fn replaced_since(view: &View<'_>, token: &RefreshToken) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM core_refresh_tokens WHERE anonymous = ?1 AND rowid > \
               (SELECT rowid FROM core_refresh_tokens WHERE sha256 = ?2)";
    let mut statement = view.conn().prepare_cached(sql)?;
    let later: i64 = statement.query_row((token.anonymous, token.sha256), |row| row.get(0))?;
    Ok(u64::try_from(later).unwrap_or(u64::MAX))
}

/// Puts a refresh token in force; the one before it is replaced by this.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such session; the database could not be written.
pub fn put_token(
    tx: &Tx<'_>,
    anonymous: AnonymousId,
    sha256: Sha256,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "UPDATE core_refresh_tokens SET replaced_at = ?2 WHERE anonymous = ?1 AND replaced_at IS NULL",
        )?
        .execute((anonymous, Millis(at)))?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO core_refresh_tokens (sha256, anonymous, created_at) VALUES (?1, ?2, ?3)",
        )?
        .execute((sha256, anonymous, Millis(at)))?;
    tx.conn()
        .prepare_cached("UPDATE core_anonymous SET refreshed_at = ?2 WHERE id = ?1")?
        .execute((anonymous, Millis(at)))?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Anonymous> {
    Ok(Anonymous {
        id: row.get(0)?,
        session: row.get(1)?,
        app: row.get(2)?,
        app_type: row.get(3)?,
        created_at: row.get::<_, Millis>(4)?.0,
        refreshed_at: row.get::<_, Millis>(5)?.0,
        ended_at: row.get::<_, Option<Millis>>(6)?.map(|time| time.0),
    })
}

fn read_token(row: &Row<'_>) -> rusqlite::Result<RefreshToken> {
    Ok(RefreshToken {
        sha256: row.get(0)?,
        anonymous: row.get(1)?,
        created_at: row.get::<_, Millis>(2)?.0,
        replaced_at: row.get::<_, Option<Millis>>(3)?.map(|time| time.0),
    })
}
