//! Safe copies of the databases: made while all is well, used when a file is damaged.

use std::fs;

use time::OffsetDateTime;
use vault_crypto::{SpaceId, SpaceKey};
use vault_store::{Database, OpenMode, StoreError};

use super::{
    place::{Place, set_aside, sync_parent},
    space::SpaceHandle,
};
use crate::VaultError;

impl SpaceHandle {
    /// Makes the safe copy anew: the same database, under the same key, replaced only when the copy is complete. It is made on the
    /// reading thread, so that calls which write go on.
    ///
    /// # Errors
    /// The disk is full or cannot be written; the earlier copy then stays.
    pub async fn make_safe_copy(&self) -> Result<(), VaultError> {
        let place = self.vault().place();
        let id = self.id();
        self.read(move |db| Ok(db.safe_copy(&place.safe_copy(id))?)).await
    }

    /// When the safe copy was made, where there is one.
    #[must_use]
    pub fn safe_copy_time(&self) -> Option<OffsetDateTime> {
        time(&self.vault().place(), self.id())
    }
}

/// When the safe copy of a space was made.
pub(super) fn time(place: &Place, id: SpaceId) -> Option<OffsetDateTime> {
    let modified = fs::metadata(place.safe_copy(id)).ok()?.modified().ok()?;
    Some(OffsetDateTime::from(modified))
}

/// Puts the safe copy in the place of a damaged database. Returns when the copy was made, or nothing when the database is whole.
pub(super) fn repair(
    place: &Place,
    id: SpaceId,
    key: &SpaceKey,
    now_unix: i64,
) -> Result<Option<OffsetDateTime>, VaultError> {
    let database = place.database(id);
    let database_key = key.derive_database_key();
    if is_whole(&database, &database_key)? {
        return Ok(None);
    }
    let copy = place.safe_copy(id);
    if !is_whole(&copy, &database_key)? {
        return Err(VaultError::NoSafeCopy);
    }
    let made = time(place, id);
    for suffix in ["", "-wal", "-shm"] {
        let mut name = database.clone().into_os_string();
        name.push(suffix);
        set_aside(name.as_ref(), now_unix)?;
    }
    // A copy, not a move: the safe copy stays until the next one replaces it.
    let staged = database.with_extension("new");
    fs::copy(&copy, &staged)?;
    fs::File::open(&staged)?.sync_all()?;
    fs::rename(&staged, &database)?;
    sync_parent(&database)?;
    Ok(made.or(Some(OffsetDateTime::UNIX_EPOCH)))
}

/// What a newer program wrote is no damage: it is refused, and nothing older is put in its place.
fn is_whole(path: &std::path::Path, key: &vault_crypto::DatabaseKey) -> Result<bool, VaultError> {
    if !path.exists() {
        return Ok(false);
    }
    match Database::open(path, key, OpenMode::ReadWrite).and_then(|db| db.check()) {
        Ok(report) => Ok(report.is_whole()),
        Err(error @ StoreError::NewerVersion { .. }) => Err(error.into()),
        Err(_) => Ok(false),
    }
}
