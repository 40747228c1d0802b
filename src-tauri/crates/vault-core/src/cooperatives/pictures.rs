//! The pictures of services. They were made anew before they come here, and lie among what the program keeps for itself.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;
use vault_store::{Tx, View, settings};

use super::{changed, peers};
use crate::{SpaceHandle, VaultError};

/// The largest picture that is kept, in bytes.
const LARGEST: usize = 64 * 1024;

impl SpaceHandle {
    /// Keeps the pictures of a cooperative's services, each by the id of its service; those from before go. One that is too large, or of a
    /// service that there is not, is left out.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for a cooperative that is not known; the database could not be written.
    pub async fn keep_service_pictures(
        &self,
        peer: &str,
        pictures: Vec<(String, Vec<u8>)>,
    ) -> Result<(), VaultError> {
        let peer = peer.to_owned();
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let descriptor = peers::descriptor_of(&peers::get(tx, &peer)?)?;
                forget(tx, &peer)?;
                for (service, picture) in pictures {
                    if picture.len() <= LARGEST && descriptor.service(&service).is_some() {
                        let text = BASE64_STANDARD.encode(picture);
                        settings::set(tx, &key(&peer, &service), &Value::String(text))?;
                    }
                }
                Ok::<_, VaultError>(())
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// Ids are letters, digits and underscores, so that no two services have one key.
fn key(peer: &str, service: &str) -> String {
    format!("{}{service}", prefix(peer))
}

fn prefix(peer: &str) -> String {
    format!("peer.picture.{peer}.")
}

/// The picture of a service, if it has one.
pub(super) fn of_service(view: &View<'_>, peer: &str, service: &str) -> Result<Option<Vec<u8>>, VaultError> {
    let kept = settings::get(view, &key(peer, service))?;
    let bytes = kept
        .as_ref()
        .and_then(Value::as_str)
        .and_then(|text| BASE64_STANDARD.decode(text).ok());
    Ok(bytes)
}

/// Forgets the pictures of a cooperative.
pub(super) fn forget(tx: &Tx<'_>, peer: &str) -> Result<(), VaultError> {
    let prefix = prefix(peer);
    for (key, _) in settings::list(tx)? {
        if key.starts_with(&prefix) {
            settings::remove(tx, &key)?;
        }
    }
    Ok(())
}
