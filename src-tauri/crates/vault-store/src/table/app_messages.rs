//! `app_messages`: notifications that apps left for the person.

use rusqlite::Row;
use time::OffsetDateTime;

use crate::ids::{AppId, MessageId};
use crate::sql::{Count, Millis};
use crate::{StoreError, Tx, View};

pub(crate) const V5: &str = "CREATE TABLE app_messages (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL REFERENCES apps (id),
    kind INTEGER NOT NULL,
    body TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
CREATE INDEX app_messages_app ON app_messages (app, created_at)";

/// A notification of an app.
#[derive(Clone, PartialEq, Eq)]
pub struct AppMessage {
    /// Its identifier.
    pub id: MessageId,
    /// Whose it is.
    pub app: AppId,
    /// OpenPlatform `type`: 0 tells, 1 tells of a success, 2 warns.
    pub kind: u8,
    /// The text, Markdown.
    pub body: String,
    /// What the app gets back when the person follows it; empty without.
    pub data: String,
    /// When it came.
    pub created_at: OffsetDateTime,
    /// When the app was opened, or the message looked at, after it came.
    pub read_at: Option<OffsetDateTime>,
}

impl std::fmt::Debug for AppMessage {
    /// Whose it is, and not what it says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppMessage")
            .field("id", &self.id)
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if the app is not installed or the id is taken; the database could not be written.
pub fn insert(tx: &Tx<'_>, message: &AppMessage) -> Result<(), StoreError> {
    let sql = "INSERT INTO app_messages (id, app, kind, body, data, created_at, read_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    tx.conn().prepare_cached(sql)?.execute((
        message.id,
        message.app,
        message.kind,
        &message.body,
        &message.data,
        Millis(message.created_at),
        message.read_at.map(Millis),
    ))?;
    Ok(())
}

/// The messages of an app, or of all apps, newest first, at most `limit`.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>, app: Option<AppId>, limit: u32) -> Result<Vec<AppMessage>, StoreError> {
    let sql = "SELECT id, app, kind, body, data, created_at, read_at FROM app_messages \
         WHERE ?1 IS NULL OR app = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map((app, limit), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many messages of an app are unread.
///
/// # Errors
/// The database could not be read.
pub fn unread(view: &View<'_>, app: AppId) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM app_messages WHERE app = ?1 AND read_at IS NULL";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([app], |row| row.get::<_, Count>(0))?
        .0)
}

/// Says that the messages of an app were read; how many had not been.
///
/// # Errors
/// The database could not be written.
pub fn read_all(tx: &Tx<'_>, app: AppId, now: OffsetDateTime) -> Result<usize, StoreError> {
    let sql = "UPDATE app_messages SET read_at = ?2 WHERE app = ?1 AND read_at IS NULL";
    Ok(tx.conn().prepare_cached(sql)?.execute((app, Millis(now)))?)
}

/// Keeps the newest messages of an app and forgets the others.
///
/// # Errors
/// The database could not be written.
pub fn keep_newest(tx: &Tx<'_>, app: AppId, count: u32) -> Result<(), StoreError> {
    let sql = "DELETE FROM app_messages WHERE app = ?1 AND id NOT IN \
         (SELECT id FROM app_messages WHERE app = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2)";
    tx.conn().prepare_cached(sql)?.execute((app, count))?;
    Ok(())
}

/// Forgets the messages of an app.
///
/// # Errors
/// The database could not be written.
pub fn clear(tx: &Tx<'_>, app: AppId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_messages WHERE app = ?1")?
        .execute([app])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<AppMessage> {
    Ok(AppMessage {
        id: row.get(0)?,
        app: row.get(1)?,
        kind: row.get(2)?,
        body: row.get(3)?,
        data: row.get(4)?,
        created_at: row.get::<_, Millis>(5)?.0,
        read_at: row.get::<_, Option<Millis>>(6)?.map(|at| at.0),
    })
}
