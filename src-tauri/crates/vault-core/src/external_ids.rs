//! Under which ids other systems know the person (Rokwire). They stand in no token; a service reads one only by the person's consent.

use vault_store::{Scope, external_ids};

use crate::{SpaceHandle, VaultError, VaultEvent};

/// The longest id, in characters.
const LONGEST: usize = 200;

impl SpaceHandle {
    /// The ids of the person in other systems, by system: for the person's own eyes.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn external_ids(&self) -> Result<Vec<(String, String)>, VaultError> {
        self.read(|db| Ok(db.read(external_ids::list)?)).await
    }

    /// Sets the id of the person in a system; an empty one clears it.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a system that no scope can name, or an id that is too long or holds hidden signs.
    pub async fn set_external_id(&self, system: &str, value: &str) -> Result<(), VaultError> {
        let named = Scope::new(&format!("vault:external_ids.{system}:get")).is_ok();
        if !named {
            return Err(VaultError::Invalid {
                field: "system",
                why: "small letters, digits, underscores and dots",
            });
        }
        let (system, value) = (system.to_owned(), value.trim().to_owned());
        if value.chars().count() > LONGEST || value.chars().any(char::is_control) {
            return Err(VaultError::Invalid {
                field: "external_id",
                why: "at most 200 visible characters",
            });
        }
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                if value.is_empty() {
                    external_ids::delete(tx, &system).map(drop)
                } else {
                    external_ids::put(tx, &system, &value, now)
                }
            })?;
            turn.tell(VaultEvent::PersonaChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}
