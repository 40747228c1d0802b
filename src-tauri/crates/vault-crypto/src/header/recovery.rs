//! The vault key wrapped for the recovery code.

use zeroize::Zeroizing;

use super::unlock::vault_key;
use super::{CryptoError, Header, RecoverError};
use crate::{RecoveryCode, RecoveryKey, VaultKey, envelope};

const RECOVERY_TAG: &str = "satchel recovery tag v1";

/// The recipient, what was wrapped for it, and the vault's own seal over both.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct RecoverySlot {
    /// `age1…`, canonical.
    pub(super) recipient: String,
    /// A binary age file that holds the 32 bytes of the vault key.
    pub(super) wrapped: Vec<u8>,
    /// An empty envelope bound to the two.
    pub(super) seal: Vec<u8>,
}

impl Header {
    /// Wraps the vault key for a recovery code; an earlier code opens nothing afterwards.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`] and [`CryptoError::RecoveryWrap`].
    pub fn set_recovery(&mut self, vault_key: &VaultKey, code: &RecoveryCode) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        let recipient = code.identity().age().to_public();
        let wrapped =
            age::encrypt(&recipient, vault_key.as_bytes()).map_err(|_| CryptoError::RecoveryWrap)?;
        let recipient = recipient.to_string();
        let seal = envelope::seal(
            &vault_key.derive(RECOVERY_TAG),
            &self.bind_recovery(&recipient, &wrapped),
            b"",
        );
        self.recovery = Some(RecoverySlot {
            recipient,
            wrapped,
            seal,
        });
        self.changed();
        Ok(())
    }

    /// Whether a recovery kit was made.
    #[must_use]
    pub const fn has_recovery(&self) -> bool {
        self.recovery.is_some()
    }

    /// The recovery kit's public key (`age1…`), for a backpack that the kit shall open. Trust it only after the vault
    /// was opened: opening checks that the vault itself wrote it.
    #[must_use]
    pub fn recovery_recipient(&self) -> Option<String> {
        self.recovery.as_ref().map(|slot| slot.recipient.clone())
    }

    /// Opens the vault with its recovery kit.
    ///
    /// # Errors
    /// [`RecoverError`].
    pub fn recover(&self, key: &RecoveryKey) -> Result<VaultKey, RecoverError> {
        let slot = self.recovery.as_ref().ok_or(RecoverError::NoRecovery)?;
        let wrapped = age::decrypt(key.identity().age(), &slot.wrapped).map(Zeroizing::new);
        let vault_key = wrapped
            .ok()
            .and_then(|bytes| vault_key(&bytes))
            .ok_or(RecoverError::WrongKit)?;
        self.verify_parts(&vault_key).map_err(|_| RecoverError::Altered)?;
        Ok(vault_key)
    }

    /// Whether the recovery part, if any, was written with the vault's key.
    pub(super) fn check_recovery(&self, vault_key: &VaultKey) -> Result<(), CryptoError> {
        let Some(slot) = &self.recovery else { return Ok(()) };
        let bound = self.bind_recovery(&slot.recipient, &slot.wrapped);
        envelope::open(&vault_key.derive(RECOVERY_TAG), &bound, &slot.seal)
            .map(drop)
            .map_err(|_| CryptoError::WrongVaultKey)
    }

    /// A recipient has always the same length, so the two parts cannot be shifted against each other.
    fn bind_recovery(&self, recipient: &str, wrapped: &[u8]) -> Vec<u8> {
        self.bind("recovery", &[recipient.as_bytes(), wrapped])
    }
}
