//! The second factor of an open vault: a code of the person's authenticator before an export, a change of keys, or a removal.
//!
//! A right code opens one such act, soon after it; the code itself works once. After five wrong ones in a row no code is taken until the
//! vault is unlocked again. It is no condition of unlocking: its secret lies in the vault.

use time::{Duration, OffsetDateTime};
use vault_crypto::{RecoveryCodes, SecondFactor};
use zeroize::Zeroizing;

use super::{actor::OpenVault, handle::VaultHandle};
use crate::{VaultError, VaultEvent};

/// For how long a right code opens the act that it was asked for.
const GOOD_FOR: Duration = Duration::minutes(2);

/// How many wrong codes in a row end the taking of codes until the next unlock.
const MOST_WRONG: u8 = 5;

/// How the second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorState {
    /// Since when there is one; `None` for none.
    pub since: Option<OffsetDateTime>,
    /// How many recovery codes were not used.
    pub codes_left: usize,
}

/// What an authenticator has to know. Both are secret; there is nothing to print.
pub struct SecondFactorSetup {
    /// The `otpauth://` address for the picture.
    pub uri: Zeroizing<String>,
    /// The same secret for typing, in base32.
    pub secret: Zeroizing<String>,
}

impl std::fmt::Debug for SecondFactorSetup {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SecondFactorSetup")
            .finish_non_exhaustive()
    }
}

/// What this unlock knows of codes. It goes with the lock.
#[derive(Default)]
pub(super) struct Guard {
    /// A secret that the person has not shown yet to have.
    begun: Option<SecondFactor>,
    /// Wrong codes since the last right one.
    wrong: u8,
    /// Until when one act is open.
    open_until: Option<OffsetDateTime>,
}

impl VaultHandle {
    /// How the second factor stands.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub async fn second_factor(&self) -> Result<SecondFactorState, VaultError> {
        self.run(|vault| {
            let factor = vault.header.second_factor(&vault.key)?;
            let since = factor
                .as_ref()
                .and_then(|one| OffsetDateTime::from_unix_timestamp(one.created()).ok());
            Ok(SecondFactorState {
                since,
                codes_left: factor.map_or(0, |one| one.codes_left()),
            })
        })
        .await
    }

    /// Makes a secret for an authenticator. Nothing holds yet: [`VaultHandle::finish_second_factor`] takes its first code. One that
    /// is there is replaced only then, and only after a code of it.
    ///
    /// # Errors
    /// [`VaultError::NeedsSecondFactor`] where there is one already; [`VaultError::Locked`].
    pub async fn begin_second_factor(&self) -> Result<SecondFactorSetup, VaultError> {
        self.run(|vault| {
            vault.pass_guard()?;
            let factor = SecondFactor::generate(vault.clock.now().unix_timestamp());
            let account = vault.spaces.first().map(|space| space.info.name.as_str());
            let setup = SecondFactorSetup {
                uri: factor.uri(account.unwrap_or_default()),
                secret: factor.secret_text(),
            };
            vault.guard.begun = Some(factor);
            Ok(setup)
        })
        .await
    }

    /// Takes the first code of a secret that was begun, and gives the recovery codes, which are told this once.
    ///
    /// # Errors
    /// [`VaultError::WrongSecondFactor`], [`VaultError::SecondFactorSpent`]; [`VaultError::NoSuch`] when none was begun in this unlock.
    pub async fn finish_second_factor(&self, code: Zeroizing<String>) -> Result<RecoveryCodes, VaultError> {
        self.run(move |vault| {
            let mut factor = vault.guard.begun.take().ok_or(VaultError::NoSuch("secret"))?;
            let now = vault.clock.now().unix_timestamp();
            let taken = vault.guard.count(|| factor.take(&code, now));
            if let Err(error) = taken {
                vault.guard.begun = Some(factor);
                return Err(error);
            }
            let codes = factor.renew_codes();
            vault.change_header(|header, key| Ok(header.set_second_factor(key, Some(&factor))?))?;
            vault.tell(VaultEvent::SecondFactorChanged);
            Ok(codes)
        })
        .await
    }

    /// Takes a code, so that one guarded act is open for two minutes. A recovery code is used up by it.
    ///
    /// # Errors
    /// [`VaultError::WrongSecondFactor`]; [`VaultError::SecondFactorSpent`] after five wrong ones; [`VaultError::NoSuch`] without a second factor.
    pub async fn take_code(&self, code: Zeroizing<String>) -> Result<(), VaultError> {
        self.run(move |vault| {
            let factor = vault.header.second_factor(&vault.key)?;
            let mut factor = factor.ok_or(VaultError::NoSuch("second factor"))?;
            let left = factor.codes_left();
            let now = vault.clock.now();
            vault.guard.count(|| factor.take(&code, now.unix_timestamp()))?;
            // On the disk before it opens anything: a code that was taken is taken, whatever happens next.
            vault.change_header(|header, key| Ok(header.set_second_factor(key, Some(&factor))?))?;
            vault.guard.open_until = Some(now + GOOD_FOR);
            if factor.codes_left() != left {
                vault.tell(VaultEvent::SecondFactorChanged);
            }
            Ok(())
        })
        .await
    }

    /// New recovery codes; earlier ones stop working.
    ///
    /// # Errors
    /// [`VaultError::NeedsSecondFactor`]; [`VaultError::NoSuch`] without a second factor.
    pub async fn renew_recovery_codes(&self) -> Result<RecoveryCodes, VaultError> {
        self.run(|vault| {
            let factor = vault.header.second_factor(&vault.key)?;
            let mut factor = factor.ok_or(VaultError::NoSuch("second factor"))?;
            vault.pass_guard()?;
            let codes = factor.renew_codes();
            vault.change_header(|header, key| Ok(header.set_second_factor(key, Some(&factor))?))?;
            vault.tell(VaultEvent::SecondFactorChanged);
            Ok(codes)
        })
        .await
    }

    /// Has no second factor from now on. Without one this changes nothing.
    ///
    /// # Errors
    /// [`VaultError::NeedsSecondFactor`].
    pub async fn end_second_factor(&self) -> Result<(), VaultError> {
        self.run(|vault| {
            if !vault.header.has_second_factor() {
                return Ok(());
            }
            vault.pass_guard()?;
            vault.change_header(|header, key| Ok(header.set_second_factor(key, None)?))?;
            vault.tell(VaultEvent::SecondFactorChanged);
            Ok(())
        })
        .await
    }

    /// Uses up what a code opened, where there is a second factor: before an act that this crate does not do itself, such as deleting
    /// the whole vault.
    ///
    /// # Errors
    /// [`VaultError::NeedsSecondFactor`].
    pub async fn pass_guard(&self) -> Result<(), VaultError> {
        self.run(OpenVault::pass_guard).await
    }
}

impl OpenVault {
    /// Lets one guarded act through. Call it right before the act, after everything else that can refuse it.
    pub(crate) fn pass_guard(&mut self) -> Result<(), VaultError> {
        let now = self.clock.now();
        let is_open = self.guard.open_until.take().is_some_and(|until| now < until);
        if is_open || !self.header.has_second_factor() {
            Ok(())
        } else {
            Err(VaultError::NeedsSecondFactor)
        }
    }
}

impl Guard {
    fn count(&mut self, take: impl FnOnce() -> bool) -> Result<(), VaultError> {
        if self.wrong >= MOST_WRONG {
            return Err(VaultError::SecondFactorSpent);
        }
        if take() {
            self.wrong = 0;
            return Ok(());
        }
        self.wrong += 1;
        Err(if self.wrong >= MOST_WRONG {
            VaultError::SecondFactorSpent
        } else {
            VaultError::WrongSecondFactor
        })
    }
}
