//! Apps: admitting them, opening them, what they keep, and what the bridge may tell them. What an app may see is decided in
//! [`crate::disclosure`].

mod admission;
mod attestation;
mod choices;
pub(crate) mod exits;
mod messages;
mod metadata;
mod opening;
mod package;
mod renewal;
mod services;
pub(crate) mod versions;

pub use vault_store::{
    app_choices::AppChoices, app_files::AppFile, app_messages::AppMessage, app_status::AppStatus,
};

pub use admission::{AppInfo, NewApp, asked};
pub use attestation::{ATTESTED_LIFE, Attested};
pub use exits::{Exit, ExitQuestion, ExitWay, OpenExit};
pub use messages::{AppCounts, LONGEST_MESSAGE, MOST_UNREAD, NewMessage, Told};
pub use metadata::{ACCENT, AppMetadata};
pub use opening::{AppServer, OpenedApp, TokenOwner};
pub use package::{Admitted, NewPackage};
pub use renewal::{LARGEST_ICON, RENEWED_AFTER};
pub use services::{AppService, NoService};
pub use versions::{AppOffer, Moved, Renewal};

pub(crate) use admission::{fresh_token, origin, recipient, request, stored_manifest};
pub(crate) use opening::token_holder;

use vault_store::{AppId, app_config, apps};

use crate::{SpaceHandle, VaultError, VaultEvent};

/// The most that an app may keep in the vault, in bytes.
pub const MOST_KEPT: usize = 256 * 1024;

impl SpaceHandle {
    /// What an app keeps in the vault; nothing for one that is open as guest.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn app_config(&self, id: AppId) -> Result<Option<String>, VaultError> {
        self.write(move |turn| {
            if turn.questions.is_guest(turn.space.info.id, id) {
                return Ok(None);
            }
            Ok(turn.space.db.read(|view| app_config::get(view, id))?)
        })
        .await
    }

    /// Keeps something for an app, in place of what it kept before; `None` deletes that. For one that is open as guest nothing is kept.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or [`VaultError::Invalid`] when it is larger than [`MOST_KEPT`].
    pub async fn set_app_config(&self, id: AppId, value: Option<String>) -> Result<(), VaultError> {
        if value.as_ref().is_some_and(|value| value.len() > MOST_KEPT) {
            return Err(VaultError::Invalid {
                field: "config",
                why: "at most 256 KiB",
            });
        }
        self.write(move |turn| {
            if value.is_some() && turn.questions.is_guest(turn.space.info.id, id) {
                return Ok(());
            }
            turn.space.db.write(|tx| {
                apps::get(tx, id)?.ok_or(VaultError::NoSuch("app"))?;
                match &value {
                    Some(value) => app_config::set(tx, id, value)?,
                    None => app_config::clear(tx, id)?,
                }
                Ok::<_, VaultError>(())
            })?;
            turn.tell(VaultEvent::AppsChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}
