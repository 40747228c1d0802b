//! Quick unlock: the vault key wrapped by a secret that the system's keyring keeps.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use rand::rngs::OsRng;
use thiserror::Error;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::unlock::vault_key;
use super::{CryptoError, Header, KeyringError};
use crate::derive::expand_into;
use crate::{VaultKey, envelope};

const KEYRING_KEY: &str = "satchel keyring key v1";

/// What the system's keyring keeps: 32 random bytes that open this vault only together with its header.
pub struct KeyringSecret(Box<Zeroizing<[u8; 32]>>);

/// The keyring's entry is not a secret of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the keyring's entry is not a secret of this program")]
pub struct KeyringSecretError;

impl KeyringSecret {
    fn generate() -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        OsRng.fill_bytes(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The form for the keyring: 43 characters of base64url.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// Reads what [`KeyringSecret::to_text`] wrote.
    ///
    /// # Errors
    /// [`KeyringSecretError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeyringSecretError> {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        match URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut_slice()) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(KeyringSecretError),
        }
    }

    fn key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        expand_into(self.0.as_slice(), KEYRING_KEY, &mut key);
        key
    }
}

impl ZeroizeOnDrop for KeyringSecret {}

impl fmt::Debug for KeyringSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyringSecret(…)")
    }
}

impl Header {
    /// Turns quick unlock on and gives the secret for the keyring; an earlier secret opens nothing afterwards.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`].
    pub fn enable_keyring(&mut self, vault_key: &VaultKey) -> Result<KeyringSecret, CryptoError> {
        self.check_key(vault_key)?;
        let secret = KeyringSecret::generate();
        let slot = envelope::seal(&secret.key(), &self.bind("keyring", &[]), vault_key.as_bytes());
        self.keyring_slot = Some(slot);
        self.changed();
        Ok(secret)
    }

    /// Turns quick unlock off: whatever the keyring still holds opens nothing.
    pub fn disable_keyring(&mut self) {
        self.keyring_slot = None;
        self.changed();
    }

    /// Whether quick unlock is on.
    #[must_use]
    pub const fn has_keyring(&self) -> bool {
        self.keyring_slot.is_some()
    }

    /// Opens the vault with the keyring's secret.
    ///
    /// # Errors
    /// [`KeyringError`] says why; the passphrase works in every case.
    pub fn unlock_with_keyring(&self, secret: &KeyringSecret) -> Result<VaultKey, KeyringError> {
        let slot = self.keyring_slot.as_deref().ok_or(KeyringError::NotEnabled)?;
        let wrapped = envelope::open(&secret.key(), &self.bind("keyring", &[]), slot);
        let vault_key = wrapped
            .ok()
            .and_then(|bytes| vault_key(&bytes))
            .ok_or(KeyringError::WrongSecret)?;
        self.verify_parts(&vault_key).map_err(|_| KeyringError::Altered)?;
        Ok(vault_key)
    }
}
