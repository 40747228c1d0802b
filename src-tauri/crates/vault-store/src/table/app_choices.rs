//! `app_choices`: what the person set for one app. An app without a row has what [`AppChoices::default`] says.

use rusqlite::{OptionalExtension, Row, params};

use crate::ids::AppId;
use crate::{SecretValue, StoreError, Tx, View};

pub(crate) const V5: &str = "CREATE TABLE app_choices (
    app TEXT NOT NULL PRIMARY KEY REFERENCES apps (id),
    profile TEXT NOT NULL,
    settings TEXT NOT NULL,
    roles TEXT NOT NULL,
    serial TEXT NOT NULL,
    reference TEXT NOT NULL,
    notifications INTEGER NOT NULL,
    sounds INTEGER NOT NULL,
    origin_token BLOB,
    request_secret BLOB,
    response_secret BLOB
) STRICT";

/// What the person set for one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppChoices {
    /// The wire profile the app is opened with, such as `p2`; empty for what its manifest says.
    pub profile: String,
    /// Values of the settings that the manifest declares, as a JSON object.
    pub settings: String,
    /// The roles that the person ticked, as a JSON array of strings.
    pub roles: String,
    /// OpenPlatform `sn`; empty without one.
    pub serial: String,
    /// OpenPlatform `reference` of the person at this app; empty without one.
    pub reference: String,
    /// Whether what the app tells is shown.
    pub notifications: bool,
    /// Whether the app may make sounds.
    pub sounds: bool,
    /// What `X-Origin` of the app's server must be; absent where the server is known by its token alone.
    pub origin_token: Option<SecretValue>,
    /// P5 `reqtoken`, where the person typed one.
    pub request_secret: Option<SecretValue>,
    /// P5 `restoken`, where the person typed one.
    pub response_secret: Option<SecretValue>,
}

impl Default for AppChoices {
    fn default() -> Self {
        Self {
            profile: String::new(),
            settings: "{}".to_owned(),
            roles: "[]".to_owned(),
            serial: String::new(),
            reference: String::new(),
            notifications: true,
            sounds: true,
            origin_token: None,
            request_secret: None,
            response_secret: None,
        }
    }
}

const COLUMNS: &str = "profile, settings, roles, serial, reference, notifications, sounds, origin_token, request_secret, response_secret";

/// What the person set for an app.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, app: AppId) -> Result<AppChoices, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM app_choices WHERE app = ?1");
    let found = view
        .conn()
        .prepare_cached(&sql)?
        .query_row([app], read)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Sets it.
///
/// # Errors
/// [`StoreError::Rule`] if the app is not installed; the database could not be written.
pub fn put(tx: &Tx<'_>, app: AppId, choices: &AppChoices) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT OR REPLACE INTO app_choices (app, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    );
    tx.conn().prepare_cached(&sql)?.execute(params![
        app,
        &choices.profile,
        &choices.settings,
        &choices.roles,
        &choices.serial,
        &choices.reference,
        choices.notifications,
        choices.sounds,
        &choices.origin_token,
        &choices.request_secret,
        &choices.response_secret,
    ])?;
    Ok(())
}

pub(crate) fn clear(tx: &Tx<'_>, app: AppId) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached("DELETE FROM app_choices WHERE app = ?1")?
        .execute([app])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<AppChoices> {
    Ok(AppChoices {
        profile: row.get(0)?,
        settings: row.get(1)?,
        roles: row.get(2)?,
        serial: row.get(3)?,
        reference: row.get(4)?,
        notifications: row.get(5)?,
        sounds: row.get(6)?,
        origin_token: row.get(7)?,
        request_secret: row.get(8)?,
        response_secret: row.get(9)?,
    })
}
