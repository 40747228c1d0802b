//! The symmetric keys: each purpose its own type, none printable, all wiped on drop.

use std::fmt;

use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::derive::expand_into;

const DATABASE: &str = "satchel space database v1";
const RAW_STORE: &str = "satchel space raw store v1";
const SEARCH_SALT: &str = "satchel space search salt v1";
const SECRETS: &str = "satchel space secrets v1";

macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(Box<Zeroizing<[u8; 32]>>);

        impl $name {
            /// Fills the key where it will stay: a move of the owner copies a pointer, not the key.
            pub(crate) fn fill(write: impl FnOnce(&mut [u8; 32])) -> Self {
                let mut bytes = Box::new(Zeroizing::new([0; 32]));
                write(&mut bytes);
                Self(bytes)
            }

            /// The 32 bytes, for the primitive that uses them; never store, print or log them.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl ZeroizeOnDrop for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

secret_key! {
    /// The one key of a vault: opens the list of spaces and the issuer key.
    VaultKey
}

secret_key! {
    /// The key of one space; everything of the space hangs on it, and deleting it makes the space unreadable.
    SpaceKey
}

secret_key! {
    /// The raw key of a space's SQLCipher database.
    DatabaseKey
}

secret_key! {
    /// The key of a space's raw documents.
    RawStoreKey
}

secret_key! {
    /// The salt that keeps a space's search terms apart from those of other spaces.
    SearchSalt
}

secret_key! {
    /// The key for secrets inside a space's database (platform tokens, the peer key), used with [`crate::envelope`].
    SealKey
}

impl VaultKey {
    /// A random key.
    pub(crate) fn generate() -> Self {
        Self::fill(|bytes| OsRng.fill_bytes(bytes))
    }

    /// The key for one purpose inside the header.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        expand_into(self.as_bytes(), purpose, &mut key);
        key
    }
}

impl SpaceKey {
    /// A random key.
    #[must_use]
    pub fn generate() -> Self {
        Self::fill(|bytes| OsRng.fill_bytes(bytes))
    }

    /// The key of the space's database.
    #[must_use]
    pub fn derive_database_key(&self) -> DatabaseKey {
        DatabaseKey::fill(|bytes| expand_into(self.as_bytes(), DATABASE, bytes))
    }

    /// The key of the space's raw documents.
    #[must_use]
    pub fn derive_raw_store_key(&self) -> RawStoreKey {
        RawStoreKey::fill(|bytes| expand_into(self.as_bytes(), RAW_STORE, bytes))
    }

    /// The salt of the space's search terms.
    #[must_use]
    pub fn derive_search_salt(&self) -> SearchSalt {
        SearchSalt::fill(|bytes| expand_into(self.as_bytes(), SEARCH_SALT, bytes))
    }

    /// The key that seals secrets inside the space's database.
    #[must_use]
    pub fn derive_seal_key(&self) -> SealKey {
        SealKey::fill(|bytes| expand_into(self.as_bytes(), SECRETS, bytes))
    }
}

impl DatabaseKey {
    /// The value of `PRAGMA key` with the quotes that mark a raw key: `x'…'` with 64 hexadecimal digits.
    #[must_use]
    pub fn to_pragma(&self) -> Zeroizing<String> {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        let mut pragma = Zeroizing::new(String::with_capacity(67));
        pragma.push_str("x'");
        for nibble in self.as_bytes().iter().flat_map(|byte| [byte >> 4, byte & 0xf]) {
            pragma.extend(DIGITS.get(usize::from(nibble)));
        }
        pragma.push('\'');
        pragma
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_keys_differ() {
        assert_ne!(SpaceKey::generate().as_bytes(), SpaceKey::generate().as_bytes());
        assert_ne!(VaultKey::generate().as_bytes(), VaultKey::generate().as_bytes());
    }

    #[test]
    fn pragma_is_a_raw_key() {
        let key = DatabaseKey::fill(|bytes| *bytes = std::array::from_fn(|at| at as u8 * 8));
        assert_eq!(
            key.to_pragma().as_str(),
            "x'0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8'"
        );
        assert!(key.to_pragma().capacity() >= 67);
    }

    #[test]
    fn each_purpose_has_its_own_key() {
        let space = SpaceKey::fill(|bytes| bytes.fill(9));
        let keys = [
            *space.derive_database_key().as_bytes(),
            *space.derive_raw_store_key().as_bytes(),
            *space.derive_search_salt().as_bytes(),
            *space.derive_seal_key().as_bytes(),
            *space.as_bytes(),
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key));
        }
    }
}
