//! `apps`: installed apps, admitted from their manifests.

use rusqlite::{OptionalExtension, Row, params};
use time::OffsetDateTime;

use crate::ids::AppId;
use crate::sql::{Millis, words};
use crate::{SecretValue, StoreError, Tx, View};

pub(crate) const V1: &str = "CREATE TABLE apps (
    id TEXT NOT NULL PRIMARY KEY,
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    manifest_url TEXT NOT NULL,
    manifest TEXT NOT NULL,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    verify_token BLOB NOT NULL,
    service_token BLOB,
    rev INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_opened_at INTEGER,
    key_pin TEXT NOT NULL DEFAULT ''
) STRICT";

pub(crate) const V2: &str = "ALTER TABLE apps ADD COLUMN offered TEXT NOT NULL DEFAULT '';
    ALTER TABLE apps ADD COLUMN offered_key TEXT NOT NULL DEFAULT '';
    ALTER TABLE apps ADD COLUMN declined TEXT NOT NULL DEFAULT ''";

words! {
    /// How an app is held.
    AppKind {
        /// It runs from its maker's server.
        Hosted = "hosted",
        /// Its files lie in the vault; it has no network.
        Packaged = "packaged",
        /// It came with Satchel; it has no network.
        Included = "included",
    }
}

words! {
    /// Whether an app may be opened.
    AppState {
        /// It may.
        Ready = "ready",
        /// Another version or another key waits for the person to look.
        Review = "review",
        /// The person blocked it.
        Blocked = "blocked",
    }
}

/// An installed app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The installation; also the first label of a packaged app's host name.
    pub id: AppId,
    /// Id of the app itself, the same for every installation of it.
    pub app: String,
    /// Its name as the manifest claims it.
    pub name: String,
    /// Where the manifest was fetched; empty for an included app.
    pub manifest_url: String,
    /// The manifest, as it was reviewed.
    pub manifest: String,
    /// The origin that its pages and calls have.
    pub origin: String,
    /// How it is held.
    pub kind: AppKind,
    /// The person's account id as this app sees it; another one for each app.
    pub account: String,
    /// OpenPlatform `verifytoken`: random, never changed.
    pub verify_token: SecretValue,
    /// OpenPlatform `servicetoken` of an app that has a server.
    pub service_token: Option<SecretValue>,
    /// Grows with every change of the app's metadata.
    pub rev: u32,
    /// Whether it may be opened.
    pub state: AppState,
    /// When it was installed.
    pub created_at: OffsetDateTime,
    /// When it was last opened.
    pub last_opened_at: Option<OffsetDateTime>,
    /// Fingerprint of the key it is pinned to; empty without one.
    pub key_pin: String,
    /// The manifest of a newer version that waits for the person's look; empty without one. Until then [`App::manifest`] holds.
    pub offered: String,
    /// Fingerprint of the key that came with [`App::offered`]; empty without one.
    pub offered_key: String,
    /// SHA-256, in hex, of the newer manifest that the person looked at and did not take; it is not offered again. Empty without one.
    pub declined: String,
}

const COLUMNS: &str = "id, app, name, manifest_url, manifest, origin, kind, account, verify_token, service_token, rev, \
     state, created_at, last_opened_at, key_pin, offered, offered_key, declined";

/// All installed apps, in the order in which they were installed.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<App>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM apps ORDER BY created_at, id"))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One installed app.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: AppId) -> Result<Option<App>, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM apps WHERE id = ?1"))?;
    Ok(statement.query_row([id], read).optional()?)
}

/// Adds an app, or replaces everything about it but its id.
///
/// # Errors
/// The database could not be written.
pub fn put(tx: &Tx<'_>, app: &App) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO apps ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) \
         ON CONFLICT (id) DO UPDATE SET app = ?2, name = ?3, manifest_url = ?4, manifest = ?5, origin = ?6, kind = ?7, \
         account = ?8, verify_token = ?9, service_token = ?10, rev = ?11, state = ?12, created_at = ?13, \
         last_opened_at = ?14, key_pin = ?15, offered = ?16, offered_key = ?17, declined = ?18"
    );
    tx.conn().prepare_cached(&sql)?.execute(params![
        app.id,
        &app.app,
        &app.name,
        &app.manifest_url,
        &app.manifest,
        &app.origin,
        app.kind,
        &app.account,
        &app.verify_token,
        &app.service_token,
        app.rev,
        app.state,
        Millis(app.created_at),
        app.last_opened_at.map(Millis),
        &app.key_pin,
        &app.offered,
        &app.offered_key,
        &app.declined,
    ])?;
    Ok(())
}

/// Notes that an app was opened.
///
/// # Errors
/// [`StoreError::NoSuchRow`]; the database could not be written.
pub fn opened(tx: &Tx<'_>, id: AppId, at: OffsetDateTime) -> Result<(), StoreError> {
    let changed = tx
        .conn()
        .prepare_cached("UPDATE apps SET last_opened_at = ?2 WHERE id = ?1")?
        .execute((id, Millis(at)))?;
    if changed == 0 {
        Err(StoreError::NoSuchRow)
    } else {
        Ok(())
    }
}

/// Removes an app with what it stores; whether there was one. Its grants and tokens are ended by disclosure.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: AppId) -> Result<bool, StoreError> {
    super::app_config::clear(tx, id)?;
    super::app_choices::clear(tx, id)?;
    super::app_status::clear(tx, id)?;
    super::app_messages::clear(tx, id)?;
    super::app_files::clear(tx, id)?;
    super::app_exits::clear(tx, id)?;
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM apps WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<App> {
    Ok(App {
        id: row.get(0)?,
        app: row.get(1)?,
        name: row.get(2)?,
        manifest_url: row.get(3)?,
        manifest: row.get(4)?,
        origin: row.get(5)?,
        kind: row.get(6)?,
        account: row.get(7)?,
        verify_token: row.get(8)?,
        service_token: row.get(9)?,
        rev: row.get(10)?,
        state: row.get(11)?,
        created_at: row.get::<_, Millis>(12)?.0,
        last_opened_at: row.get::<_, Option<Millis>>(13)?.map(|time| time.0),
        key_pin: row.get(14)?,
        offered: row.get(15)?,
        offered_key: row.get(16)?,
        declined: row.get(17)?,
    })
}
