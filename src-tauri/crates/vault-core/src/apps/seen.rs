//! Which version of an app the person saw last, so that it can tell what changed since.

use vault_store::{AppId, app_status, app_status::AppStatus};

use super::admission::{get, stored_manifest};
use crate::{SpaceHandle, VaultError};

/// An app is of another version than when it was opened last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// The version then.
    pub before: String,
    /// The version now.
    pub now: String,
}

impl SpaceHandle {
    /// Notes that an app has come up. Says whether it is of another version than last time; the first time it is not.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn app_came_up(&self, id: AppId) -> Result<Option<NewVersion>, VaultError> {
        self.write(move |turn| {
            let app = get(turn, id)?;
            let now = stored_manifest(&app)?.version;
            let before = turn.space.db.write(|tx| {
                let status = app_status::get(tx, id)?;
                let before = status.opened_version.clone();
                if before != now {
                    let status = AppStatus {
                        opened_version: now.clone(),
                        ..status
                    };
                    app_status::put(tx, id, &status)?;
                }
                Ok::<_, VaultError>(before)
            })?;
            Ok((!before.is_empty() && before != now).then_some(NewVersion { before, now }))
        })
        .await
    }
}
