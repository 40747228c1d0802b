//! How the person read files of their own, kept to read the next one the same way. Whoever calls has checked what a mapping says.

use vault_store::mappings;

use crate::{SpaceHandle, VaultError};

/// The longest text of a mapping, in bytes.
pub const LONGEST_MAPPING: usize = 64 * 1024;
/// Longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The most mappings that are kept.
const MOST: usize = 500;

impl SpaceHandle {
    /// All mappings, by name: the name and the JSON text.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn mappings(&self) -> Result<Vec<(String, String)>, VaultError> {
        self.read(|db| Ok(db.read(mappings::list)?)).await
    }

    /// Keeps a mapping in place of an earlier one of its name.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for a name or text of an unusual length, or too many; the database could not be written.
    pub async fn put_mapping(&self, name: &str, mapping: &str) -> Result<(), VaultError> {
        let (name, mapping) = (name.trim().to_owned(), mapping.to_owned());
        let usual = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && !name.chars().any(char::is_control)
            && mapping.len() <= LONGEST_MAPPING;
        if !usual {
            return Err(VaultError::Invalid {
                field: "mapping",
                why: "a name of 1 to 100 visible characters, and a text of a usual length",
            });
        }
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                if mappings::get(tx, &name)?.is_none() && mappings::list(tx)?.len() >= MOST {
                    return Err(VaultError::Invalid {
                        field: "mapping",
                        why: "fewer of them: remove one first",
                    });
                }
                Ok(mappings::put(tx, &name, &mapping, now)?)
            })
        })
        .await
    }

    /// Forgets a mapping.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; the database could not be written.
    pub async fn remove_mapping(&self, name: &str) -> Result<(), VaultError> {
        let name = name.to_owned();
        self.write(move |turn| {
            if turn.space.db.write(|tx| mappings::delete(tx, &name))? {
                Ok(())
            } else {
                Err(VaultError::NoSuch("mapping"))
            }
        })
        .await
    }
}
