//! Safe copies of the databases: made while all is well, used when a file is damaged.

use std::{fs, thread, time::Duration};

use time::OffsetDateTime;
use tokio::sync::oneshot;
use vault_crypto::{SpaceId, SpaceKey};
use vault_store::{Database, OpenMode, StoreError};

use super::{
    place::{Place, set_aside, sync_parent},
    snapshot::Snapshot,
    space::SpaceHandle,
};
use crate::VaultError;

/// How old a safe copy grows while the space changes. One is made at once where there is none.
const FRESH: Duration = Duration::from_secs(60 * 60);

impl SpaceHandle {
    /// Makes the safe copy anew: the same database, under the same key, replaced only when the copy is complete. It is made from a
    /// connection of its own, so that nobody waits for it; a lock ends it.
    ///
    /// # Errors
    /// The disk is full or cannot be written, or the vault is being locked; the earlier copy then stays.
    pub async fn make_safe_copy(&self) -> Result<(), VaultError> {
        self.copy_if(|_, _| true).await.map(drop)
    }

    /// Makes the safe copy anew if the space has changed since, and the copy is an hour old or there is none. Returns whether one was made.
    ///
    /// # Errors
    /// As [`SpaceHandle::make_safe_copy`].
    pub async fn refresh_safe_copy(&self) -> Result<bool, VaultError> {
        self.copy_if(is_due).await
    }

    async fn copy_if(&self, wanted: fn(&Place, SpaceId) -> bool) -> Result<bool, VaultError> {
        let (place, id) = (self.vault().place(), self.id());
        if !wanted(&place, id) {
            return Ok(false);
        }
        let snapshot = self.vault().run(move |vault| vault.snapshot(id)).await?;
        let (reply, answer) = oneshot::channel();
        thread::Builder::new()
            .name("vault-safe-copy".into())
            .spawn(move || {
                let outcome = copy(&place, id, &snapshot, wanted);
                // Closed before the answer: whoever waits for it may end the program.
                drop(snapshot);
                let _ = reply.send(outcome);
            })?;
        answer
            .await
            .map_err(|_| VaultError::Internal("a safe copy ended without an answer"))?
    }

    /// When the safe copy was made, where there is one.
    #[must_use]
    pub fn safe_copy_time(&self) -> Option<OffsetDateTime> {
        time(&self.vault().place(), self.id())
    }
}

fn copy(
    place: &Place,
    id: SpaceId,
    snapshot: &Snapshot,
    wanted: fn(&Place, SpaceId) -> bool,
) -> Result<bool, VaultError> {
    let _turn = place.copying();
    // Another call may have made it meanwhile.
    if !wanted(place, id) {
        return Ok(false);
    }
    let over = || snapshot.outing().is_over();
    match snapshot.db().safe_copy_until(&place.safe_copy(id), over)? {
        true => Ok(true),
        false => Err(VaultError::Locked),
    }
}

fn is_due(place: &Place, id: SpaceId) -> bool {
    let changed = |suffix: &str| {
        let mut name = place.database(id).into_os_string();
        name.push(suffix);
        fs::metadata(name).and_then(|found| found.modified()).ok()
    };
    let copied = fs::metadata(place.safe_copy(id)).and_then(|found| found.modified());
    copied.map_or(true, |copied| {
        let is_old = copied.elapsed().is_ok_and(|age| age >= FRESH);
        is_old && changed("").max(changed("-wal")) > Some(copied)
    })
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
