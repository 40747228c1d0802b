//! What an application keeps for its user: any JSON, not read, returned as it was written (specification 8.3).

use serde::de::IgnoredAny;
use uuid::Uuid;
use vault_store::{CoreAppId, core_preferences};

use super::{admission::get, invalid};
use crate::{SpaceHandle, VaultError};

/// The most that is kept for one user, in bytes.
pub const MOST_PREFERENCES: usize = core_preferences::MOST;

impl SpaceHandle {
    /// What an application keeps for a user: an account or an anonymous id. `None` when nothing is kept.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn core_preferences(
        &self,
        app: CoreAppId,
        subject: Uuid,
    ) -> Result<Option<String>, VaultError> {
        self.write(move |turn| {
            Ok(turn
                .space
                .db
                .read(|view| core_preferences::get(view, app, &subject))?)
        })
        .await
    }

    /// Keeps JSON for a user, in place of what was there.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for what is no JSON or longer than [`MOST_PREFERENCES`]; [`VaultError::NoSuch`].
    pub async fn set_core_preferences(
        &self,
        app: CoreAppId,
        subject: Uuid,
        value: String,
    ) -> Result<(), VaultError> {
        if value.len() > MOST_PREFERENCES {
            return Err(invalid("preferences", "at most 256 KiB"));
        }
        // The text itself is kept: numbers of any size, the order of members and every sign come back as they were.
        serde_json::from_str::<IgnoredAny>(&value).map_err(|_| invalid("preferences", "JSON"))?;
        self.write(move |turn| {
            get(turn, app)?;
            let now = turn.now();
            Ok(turn
                .space
                .db
                .write(|tx| core_preferences::put(tx, app, &subject, &value, now))?)
        })
        .await
    }
}
