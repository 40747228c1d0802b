//! `core_logins`: in which ways the builds of Core applications may be used in this space (`supported_auth_types` of an installation).

use rusqlite::OptionalExtension;

use crate::ids::AppTypeId;
use crate::{StoreError, Tx, View};

pub(crate) const V9: &str = "CREATE TABLE core_logins (
    app_type TEXT NOT NULL PRIMARY KEY REFERENCES core_app_types (id) ON DELETE CASCADE,
    unlock INTEGER NOT NULL,
    anonymous INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// The ways in which a build may be used, within what its installation allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Logins {
    /// It may ask for what the person has: their consent makes tokens for services.
    pub unlock: bool,
    /// It may be used without a profile.
    pub anonymous: bool,
}

impl Default for Logins {
    /// Both: what the installation says counts alone.
    fn default() -> Self {
        Self {
            unlock: true,
            anonymous: true,
        }
    }
}

/// The ways of a build; both, where nothing was said of it.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, build: AppTypeId) -> Result<Logins, StoreError> {
    let mut statement = view
        .conn()
        .prepare_cached("SELECT unlock, anonymous FROM core_logins WHERE app_type = ?1")?;
    let found = statement.query_row([build], |row| {
        Ok(Logins {
            unlock: row.get(0)?,
            anonymous: row.get(1)?,
        })
    });
    Ok(found.optional()?.unwrap_or_default())
}

/// Sets the ways of a build.
///
/// # Errors
/// [`StoreError::Rule`] if there is no such build; the database could not be written.
pub fn put(tx: &Tx<'_>, build: AppTypeId, logins: Logins) -> Result<(), StoreError> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO core_logins (app_type, unlock, anonymous) VALUES (?1, ?2, ?3)",
        )?
        .execute((build, logins.unlock, logins.anonymous))?;
    Ok(())
}
