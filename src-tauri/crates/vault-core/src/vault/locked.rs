//! The locked vault: making one, opening one, and what is known of it without a key.

use std::{path::Path, sync::Arc};

use rand::Rng as _;
use secrecy::ExposeSecret as _;
use time::OffsetDateTime;
use vault_crypto::{
    Header, HeaderError, KdfParams, KeyringSecret, Level, Passphrase, RecoveryCode, RecoveryKey, Signer,
    VaultId, strength,
};

use super::{
    handle::{VaultHandle, checked_name, create_space},
    place::Place,
    safe_copy,
};
use crate::{Clock, VaultError};

/// The ports among which a new vault's gateway picks one.
const PORTS: std::ops::RangeInclusive<u16> = 20_000..=29_999;

/// How a vault is made.
#[derive(Debug, Clone)]
pub struct CreateOptions {
    /// The name of the first space.
    pub name: String,
    /// Whether the first space is made for invented data.
    pub made_up: bool,
    /// The gateway's port; chosen at random when absent.
    pub port: Option<u16>,
    /// The cost of the passphrase.
    pub kdf: KdfParams,
    /// An issuer key to keep, as when a vault moves to another computer; made when absent, which takes a second or two.
    pub issuer: Option<Arc<Signer>>,
}

impl Default for CreateOptions {
    fn default() -> Self {
        Self {
            name: "Personal".into(),
            made_up: false,
            port: None,
            kdf: KdfParams::default(),
            issuer: None,
        }
    }
}

/// What a locked vault tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultFacts {
    /// The vault's id.
    pub id: VaultId,
    /// The gateway's port.
    pub port: u16,
    /// How many spaces it has.
    pub spaces: usize,
    /// Whether a recovery kit opens it.
    pub has_recovery: bool,
    /// Whether quick unlock is set up.
    pub has_keyring: bool,
}

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepairReport {
    /// Whether the header came from its copy.
    pub header: bool,
    /// How many spaces came from their safe copy.
    pub spaces: usize,
    /// When the oldest safe copy that was used had been made.
    pub copied_at: Option<OffsetDateTime>,
}

/// A vault that this process holds and that is locked. Unlocking does not use it up: after a lock it serves again.
#[derive(Clone)]
pub struct LockedVault {
    place: Arc<Place>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for LockedVault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LockedVault").finish_non_exhaustive()
    }
}

impl LockedVault {
    /// Makes a vault with one space and a recovery code, and unlocks it. The code is nowhere but in the answer.
    ///
    /// # Errors
    /// The passphrase is too weak, the folder holds a vault already or cannot be written, the disk is full.
    pub fn create(
        dir: &Path,
        passphrase: &Passphrase,
        options: &CreateOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, VaultHandle, RecoveryCode), VaultError> {
        check_strength(passphrase)?;
        let name = checked_name(&options.name)?;
        let place = Arc::new(Place::create(dir)?);
        let port = options
            .port
            .unwrap_or_else(|| rand::thread_rng().gen_range(PORTS));
        let now = clock.now().unix_timestamp();
        let (mut header, key) = match &options.issuer {
            Some(issuer) => Header::create_with_issuer(passphrase, options.kdf, port, now, issuer)?,
            None => Header::create(passphrase, options.kdf, port, now)?,
        };
        let code = RecoveryCode::generate();
        header.set_recovery(&key, &code)?;
        let (space, _) = create_space(&place, &mut header, &key, &name, options.made_up, clock.as_ref())?;
        // The header comes last: a folder without one is no vault, so an interrupted creation can be repeated.
        place
            .write_header(&header)
            .inspect_err(|_| place.remove_space_files(space))?;
        let handle = VaultHandle::start(Arc::clone(&place), header, key, Arc::clone(&clock))?;
        Ok((Self { place, clock }, handle, code))
    }

    /// Takes hold of the vault in a folder.
    ///
    /// # Errors
    /// There is none, another process holds it, or the folder cannot be written.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, VaultError> {
        Ok(Self {
            place: Arc::new(Place::open(dir)?),
            clock,
        })
    }

    /// The folder of the vault.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.place.dir()
    }

    /// What is known without a key.
    ///
    /// # Errors
    /// The header is damaged, truncated or of a newer version.
    pub fn facts(&self) -> Result<VaultFacts, VaultError> {
        let header = self.place.read_header()?;
        Ok(VaultFacts {
            id: header.vault_id(),
            port: header.port(),
            spaces: header.space_ids().len(),
            has_recovery: header.has_recovery(),
            has_keyring: header.has_keyring(),
        })
    }

    /// Unlocks with the passphrase. Takes as long as the key derivation is meant to take: call it off the async threads.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`]; damage to the header or a database, each with its own error; [`VaultError::Busy`] when it is unlocked.
    pub fn unlock(&self, passphrase: &Passphrase) -> Result<VaultHandle, VaultError> {
        let header = self.place.read_header()?;
        let key = header.unlock(passphrase)?;
        VaultHandle::start(Arc::clone(&self.place), header, key, Arc::clone(&self.clock))
    }

    /// Unlocks with the secret from the keyring.
    ///
    /// # Errors
    /// As [`LockedVault::unlock`]; [`VaultError::NoKeyring`] when quick unlock is not set up.
    pub fn unlock_with_keyring(&self, secret: &KeyringSecret) -> Result<VaultHandle, VaultError> {
        let header = self.place.read_header()?;
        let key = header.unlock_with_keyring(secret)?;
        VaultHandle::start(Arc::clone(&self.place), header, key, Arc::clone(&self.clock))
    }

    /// Unlocks with the recovery kit and sets another passphrase.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`] when the kit is of another vault or replaced by a later one, [`VaultError::WeakPassphrase`], damage.
    pub fn recover(
        &self,
        recovery: &RecoveryKey,
        passphrase: &Passphrase,
    ) -> Result<VaultHandle, VaultError> {
        check_strength(passphrase)?;
        let mut header = self.place.read_header()?;
        let key = header.recover(recovery)?;
        header.change_passphrase(&key, passphrase, KdfParams::default())?;
        self.place.write_header(&header)?;
        VaultHandle::start(Arc::clone(&self.place), header, key, Arc::clone(&self.clock))
    }

    /// When the safe copy that a repair would use was made; the oldest one, and none unless every space has one.
    #[must_use]
    pub fn safe_copy_time(&self) -> Option<OffsetDateTime> {
        let header = self
            .place
            .read_header()
            .or_else(|_| self.place.read_header_copy())
            .ok()?;
        header
            .space_ids()
            .into_iter()
            .map(|id| safe_copy::time(&self.place, id))
            .min()
            .flatten()
    }

    /// Whether a damaged header could be put back from its copy.
    #[must_use]
    pub fn header_copy_is_whole(&self) -> bool {
        self.place.read_header_copy().is_ok()
    }

    /// Repairs what is damaged: the header from its copy, each damaged space from its safe copy. Damaged files are set aside, never
    /// deleted; what is whole is not touched.
    ///
    /// # Errors
    /// [`VaultError::WrongKey`], [`VaultError::NoSafeCopy`] when a damaged space has none that is whole.
    pub fn repair(&self, passphrase: &Passphrase) -> Result<RepairReport, VaultError> {
        let now = self.clock.now().unix_timestamp();
        let mut report = RepairReport::default();
        let header = match self.place.read_header() {
            Ok(header) => header,
            // No damage: an older copy must not replace what a newer program wrote.
            Err(error @ VaultError::Header(HeaderError::NewerVersion { .. })) => return Err(error),
            Err(VaultError::Header(_) | VaultError::NotFound) => {
                let header = self
                    .place
                    .read_header_copy()
                    .map_err(|_| VaultError::NoSafeCopy)?;
                // The copy must open before it replaces anything.
                header.unlock(passphrase)?;
                self.place.restore_header(now)?;
                report.header = true;
                header
            }
            Err(error) => return Err(error),
        };
        let key = header.unlock(passphrase)?;
        for entry in header.spaces(&key)? {
            if let Some(copied_at) = safe_copy::repair(&self.place, entry.id, &entry.key, now)? {
                report.spaces += 1;
                report.copied_at = Some(report.copied_at.map_or(copied_at, |oldest| oldest.min(copied_at)));
            }
        }
        Ok(report)
    }

    /// Deletes the vault: the header first, which makes the rest unreadable, then the folder, unless something else lies in it.
    ///
    /// # Errors
    /// [`VaultError::Busy`] while it is unlocked, or the disk refuses.
    pub fn delete(self) -> Result<(), VaultError> {
        drop(self.place.claim()?);
        self.place.delete()
    }
}

/// A passphrase that a computer guesses in hours is refused; the person is told why before it comes to this.
pub(super) fn check_strength(passphrase: &Passphrase) -> Result<(), VaultError> {
    match strength(passphrase.expose_secret(), &[]).level {
        Level::Weak => Err(VaultError::WeakPassphrase),
        Level::Fair | Level::Good | Level::Strong => Ok(()),
    }
}
