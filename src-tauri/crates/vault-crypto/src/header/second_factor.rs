//! The second factor, sealed under the vault key.

use super::{CryptoError, Header};
use crate::{SecondFactor, VaultKey, envelope};

const SECOND_FACTOR_KEY: &str = "satchel second factor v1";

impl Header {
    /// Whether there is a second factor.
    #[must_use]
    pub const fn has_second_factor(&self) -> bool {
        self.second_factor.is_some()
    }

    /// The second factor, if there is one.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`].
    pub fn second_factor(&self, vault_key: &VaultKey) -> Result<Option<SecondFactor>, CryptoError> {
        let Some(sealed) = &self.second_factor else {
            return Ok(None);
        };
        let opened = envelope::open(
            &vault_key.derive(SECOND_FACTOR_KEY),
            &self.bind("second factor", &[]),
            sealed,
        );
        let factor = opened.ok().and_then(|bytes| SecondFactor::from_bytes(&bytes));
        factor.map(Some).ok_or(CryptoError::WrongVaultKey)
    }

    /// Keeps a second factor in the place of another, or has none from now on.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`].
    pub fn set_second_factor(
        &mut self,
        vault_key: &VaultKey,
        factor: Option<&SecondFactor>,
    ) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        let key = vault_key.derive(SECOND_FACTOR_KEY);
        let bound = self.bind("second factor", &[]);
        self.second_factor = factor.map(|factor| envelope::seal(&key, &bound, &factor.to_bytes()));
        self.changed();
        Ok(())
    }
}
