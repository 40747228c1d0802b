//! The sealed list of spaces: key, name, mark and age of each.

use std::fmt;

use zeroize::Zeroizing;

use super::{CryptoError, Header};
use crate::{SpaceId, SpaceKey, VaultKey, envelope};

const SPACE_LIST_KEY: &str = "satchel space list v1";
const ENTRY_VERSION: u8 = 1;
const MADE_UP: u8 = 1;
/// Entries are filled up to a multiple of this, so that their length tells little about the name.
const PADDED_TO: usize = 64;
/// The most spaces a vault holds.
pub(super) const MAX_SPACES: usize = 64;

/// One entry of the list as it stands in the file.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SealedSpace {
    pub(super) id: SpaceId,
    pub(super) sealed: Vec<u8>,
}

/// One space, opened.
pub struct SpaceEntry {
    /// Its identifier, which is also the name of its database file.
    pub id: SpaceId,
    /// Its key.
    pub key: SpaceKey,
    /// What the person calls it.
    pub name: String,
    /// Whether its data are made up; whatever leaves it carries the mark.
    pub made_up: bool,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}

impl fmt::Debug for SpaceEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpaceEntry")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Header {
    /// Adds a space at the end of the list. `created` is in seconds since 1970.
    ///
    /// # Errors
    /// [`CryptoError`]; the header is then as it was.
    pub fn add_space(
        &mut self,
        vault_key: &VaultKey,
        id: SpaceId,
        key: &SpaceKey,
        name: &str,
        made_up: bool,
        created: i64,
    ) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        if self.position(id).is_some() {
            return Err(CryptoError::SpaceExists);
        }
        if self.spaces.len() >= MAX_SPACES {
            return Err(CryptoError::TooManySpaces { limit: MAX_SPACES });
        }
        let entry = write_entry(key, name, made_up, created)?;
        self.spaces.push(self.seal_space(vault_key, id, &entry));
        self.changed();
        Ok(())
    }

    /// All spaces with their keys, in the order of the list.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`] and [`CryptoError::AlteredSpace`].
    pub fn spaces(&self, vault_key: &VaultKey) -> Result<Vec<SpaceEntry>, CryptoError> {
        self.check_key(vault_key)?;
        self.spaces
            .iter()
            .map(|space| self.open_space(vault_key, space))
            .collect()
    }

    /// Gives a space another name; everything else about it stays.
    ///
    /// # Errors
    /// [`CryptoError`]; the header is then as it was.
    pub fn rename_space(&mut self, vault_key: &VaultKey, id: SpaceId, name: &str) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        let place = self
            .spaces
            .iter()
            .find(|space| space.id == id)
            .ok_or(CryptoError::NoSuchSpace)?;
        let space = self.open_space(vault_key, place)?;
        let renamed = self.seal_space(
            vault_key,
            id,
            &write_entry(&space.key, name, space.made_up, space.created)?,
        );
        if let Some(place) = self.spaces.iter_mut().find(|space| space.id == id) {
            *place = renamed;
        }
        self.changed();
        Ok(())
    }

    /// Deletes a space's wrapped key: what is left of its file cannot be read again by anybody.
    ///
    /// # Errors
    /// [`CryptoError::NoSuchSpace`].
    pub fn remove_space(&mut self, id: SpaceId) -> Result<(), CryptoError> {
        let at = self.position(id).ok_or(CryptoError::NoSuchSpace)?;
        self.spaces.remove(at);
        self.changed();
        Ok(())
    }

    /// The identifiers of all spaces, in the order of the list; no key is needed.
    #[must_use]
    pub fn space_ids(&self) -> Vec<SpaceId> {
        self.spaces.iter().map(|space| space.id).collect()
    }

    fn position(&self, id: SpaceId) -> Option<usize> {
        self.spaces.iter().position(|space| space.id == id)
    }

    fn seal_space(&self, vault_key: &VaultKey, id: SpaceId, entry: &[u8]) -> SealedSpace {
        let bound = self.bind("space", &[id.as_bytes()]);
        SealedSpace {
            id,
            sealed: envelope::seal(&vault_key.derive(SPACE_LIST_KEY), &bound, entry),
        }
    }

    fn open_space(&self, vault_key: &VaultKey, space: &SealedSpace) -> Result<SpaceEntry, CryptoError> {
        let bound = self.bind("space", &[space.id.as_bytes()]);
        let entry = envelope::open(&vault_key.derive(SPACE_LIST_KEY), &bound, &space.sealed)
            .map_err(|_| CryptoError::AlteredSpace)?;
        read_entry(space.id, &entry).ok_or(CryptoError::AlteredSpace)
    }
}

/// version, 32 bytes of key, created as 8 bytes, flags, length of the name, the name, zeros.
fn write_entry(
    key: &SpaceKey,
    name: &str,
    made_up: bool,
    created: i64,
) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    if name.is_empty() || name.trim() != name || name.chars().any(char::is_control) {
        return Err(CryptoError::SpaceName);
    }
    let length = u8::try_from(name.len()).map_err(|_| CryptoError::SpaceName)?;
    let mut entry = Zeroizing::new(Vec::with_capacity(6 * PADDED_TO));
    entry.push(ENTRY_VERSION);
    entry.extend_from_slice(key.as_bytes());
    entry.extend_from_slice(&created.to_be_bytes());
    entry.push(if made_up { MADE_UP } else { 0 });
    entry.push(length);
    entry.extend_from_slice(name.as_bytes());
    let padded = entry.len().next_multiple_of(PADDED_TO);
    entry.resize(padded, 0);
    Ok(entry)
}

fn read_entry(id: SpaceId, entry: &[u8]) -> Option<SpaceEntry> {
    let (&[ENTRY_VERSION], rest) = entry.split_first_chunk()? else {
        return None;
    };
    let (key, rest) = rest.split_first_chunk::<32>()?;
    let (created, rest) = rest.split_first_chunk::<8>()?;
    let (&[flags, length], rest) = rest.split_first_chunk()?;
    let (name, padding) = rest.split_at_checked(usize::from(length))?;
    if flags & !MADE_UP != 0 || padding.len() >= PADDED_TO || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    Some(SpaceEntry {
        id,
        key: SpaceKey::fill(|bytes| bytes.copy_from_slice(key)),
        name: std::str::from_utf8(name).ok()?.to_owned(),
        made_up: flags == MADE_UP,
        created: i64::from_be_bytes(*created),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id() -> SpaceId {
        SpaceId::from_bytes([1; 16])
    }

    #[test]
    fn names_are_held_to_their_rules() {
        let key = SpaceKey::generate();
        let longest = "ñ".repeat(127) + "x";
        assert_eq!(longest.len(), 255);
        for name in ["Personal", "Mi día", "仕事", longest.as_str()] {
            assert!(write_entry(&key, name, false, 0).is_ok(), "{name}");
        }
        for name in ["", " ", " a", "a ", "a\nb", "a\u{0}", &"x".repeat(256)] {
            assert_eq!(
                write_entry(&key, name, false, 0).err(),
                Some(CryptoError::SpaceName),
                "{name:?}"
            );
        }
    }

    #[test]
    fn length_does_not_tell_short_names_apart() {
        let key = SpaceKey::generate();
        let length = |name: &str| write_entry(&key, name, false, 0).unwrap().len();
        assert_eq!(length("A"), length("Twenty-one characters"));
    }

    proptest! {
        #[test]
        fn entries_round_trip(name in "[^\\pC\\pZ]{1,40}", made_up: bool, created: i64) {
            let key = SpaceKey::generate();
            let read = read_entry(id(), &write_entry(&key, &name, made_up, created).unwrap()).unwrap();
            prop_assert_eq!(read.key.as_bytes(), key.as_bytes());
            prop_assert_eq!((read.name, read.made_up, read.created), (name, made_up, created));
        }

        #[test]
        fn arbitrary_entries_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_entry(id(), &bytes);
        }
    }
}
