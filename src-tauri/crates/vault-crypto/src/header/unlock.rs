//! From the passphrase to the vault key, and the change of the passphrase.

use super::{CryptoError, Header, UnlockError};
use crate::{KdfParams, Passphrase, VaultKey, envelope};

impl Header {
    /// Opens the vault with its passphrase; takes as long as the key derivation was set to.
    ///
    /// # Errors
    /// [`UnlockError`]; a wrong passphrase is told apart from damage, which [`Header::decode`] has found before.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<VaultKey, UnlockError> {
        let key = self.kdf.derive(passphrase, &self.salt)?;
        let wrapped = envelope::open(&key, &self.bind_passphrase(), &self.passphrase_slot);
        let vault_key = wrapped
            .ok()
            .and_then(|bytes| vault_key(&bytes))
            .ok_or(UnlockError::WrongPassphrase)?;
        self.verify_parts(&vault_key).map_err(|_| UnlockError::Altered)?;
        Ok(vault_key)
    }

    /// Wraps the vault key for another passphrase; the earlier one opens nothing afterwards. Keys of spaces stay.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`] and [`CryptoError::Kdf`]; the header is then as it was.
    pub fn change_passphrase(
        &mut self,
        vault_key: &VaultKey,
        passphrase: &Passphrase,
        kdf: KdfParams,
    ) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        self.wrap_for_passphrase(vault_key, passphrase, kdf)?;
        self.changed();
        Ok(())
    }

    /// Whether everything sealed in the header was sealed by this vault: somebody who can write the file, but not
    /// open it, could otherwise plant a recovery recipient of their own and receive the next backpack.
    pub(super) fn verify_parts(&self, vault_key: &VaultKey) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        self.check_recovery(vault_key)?;
        self.second_factor(vault_key)?;
        self.spaces(vault_key).map(drop)
    }
}

/// A vault key out of the bytes that were wrapped.
pub(super) fn vault_key(bytes: &[u8]) -> Option<VaultKey> {
    let bytes: &[u8; 32] = bytes.try_into().ok()?;
    Some(VaultKey::fill(|key| key.copy_from_slice(bytes)))
}
