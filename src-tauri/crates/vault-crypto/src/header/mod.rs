//! The file `vault.header`: the wrapped keys of a vault and the sealed list of its spaces.
//!
//! Nothing personal stands in it in clear: names of spaces are sealed with their keys. In clear are what is needed
//! before a passphrase is known (cost of the key derivation, port, which ways of opening exist) and the recovery
//! recipient, which is a public key. Every part is bound to this vault, so no part of another header fits in.

mod codec;
mod error;
mod keyring;
mod recovery;
mod second_factor;
mod spaces;
mod unlock;

use std::fmt;

use rand::RngCore;
use rand::rngs::OsRng;

pub use self::error::{CryptoError, HeaderError, KeyringError, RecoverError, UnlockError};
pub use self::keyring::{KeyringSecret, KeyringSecretError};
pub use self::spaces::SpaceEntry;

use self::recovery::RecoverySlot;
use self::spaces::SealedSpace;
use crate::kdf::SALT_BYTES;
use crate::{KdfParams, Passphrase, Signer, VaultId, VaultKey, envelope};

const ISSUER_KEY: &str = "satchel issuer key v1";

/// The wrapped keys of one vault.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    vault_id: VaultId,
    created: i64,
    revision: u64,
    port: u16,
    kdf: KdfParams,
    salt: [u8; SALT_BYTES],
    passphrase_slot: Vec<u8>,
    issuer: Vec<u8>,
    keyring_slot: Option<Vec<u8>>,
    recovery: Option<RecoverySlot>,
    spaces: Vec<SealedSpace>,
    second_factor: Option<Vec<u8>>,
}

impl Header {
    /// Makes the header of a new vault with a new issuer key, which takes a second or two of computing.
    ///
    /// `port` is the gateway's (0: any free one), `now_unix` the time of creation in seconds since 1970.
    ///
    /// # Errors
    /// [`CryptoError::Kdf`] and [`CryptoError::Signer`].
    pub fn create(
        passphrase: &Passphrase,
        kdf: KdfParams,
        port: u16,
        now_unix: i64,
    ) -> Result<(Self, VaultKey), CryptoError> {
        kdf.validate()?;
        Self::create_with_issuer(passphrase, kdf, port, now_unix, &Signer::generate()?)
    }

    /// Like [`Header::create`], with an issuer key that exists already: a vault that moves to another computer keeps
    /// its own.
    ///
    /// # Errors
    /// [`CryptoError::Kdf`] and [`CryptoError::Signer`].
    pub fn create_with_issuer(
        passphrase: &Passphrase,
        kdf: KdfParams,
        port: u16,
        now_unix: i64,
        issuer: &Signer,
    ) -> Result<(Self, VaultKey), CryptoError> {
        let vault_key = VaultKey::generate();
        let mut header = Self {
            vault_id: VaultId::generate(),
            created: now_unix,
            revision: 0,
            port,
            kdf,
            salt: [0; SALT_BYTES],
            passphrase_slot: Vec::new(),
            issuer: Vec::new(),
            keyring_slot: None,
            recovery: None,
            spaces: Vec::new(),
            second_factor: None,
        };
        header.issuer = issuer.seal(&vault_key.derive(ISSUER_KEY), &header.bind("issuer", &[]))?;
        header.wrap_for_passphrase(&vault_key, passphrase, kdf)?;
        header.revision = 1;
        Ok((header, vault_key))
    }

    /// The identifier of the vault.
    #[must_use]
    pub const fn vault_id(&self) -> VaultId {
        self.vault_id
    }

    /// When the vault was made, in seconds since 1970.
    #[must_use]
    pub const fn created(&self) -> i64 {
        self.created
    }

    /// Grows by one with every change: of two copies, the one that saw more changes has the higher number.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The cost of one guess at the passphrase.
    #[must_use]
    pub const fn kdf(&self) -> KdfParams {
        self.kdf
    }

    /// The port of the gateway on the loopback interface; 0 means any free one. It is the one value a stranger with
    /// write access could change unseen, and nothing secret depends on it.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Changes the port of the gateway.
    pub fn set_port(&mut self, port: u16) {
        self.port = port;
        self.changed();
    }

    /// The issuer key: signs tokens, log heads, consent receipts and backpacks.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`] or [`CryptoError::Signer`].
    pub fn issuer(&self, vault_key: &VaultKey) -> Result<Signer, CryptoError> {
        self.check_key(vault_key)?;
        Ok(Signer::open(
            &vault_key.derive(ISSUER_KEY),
            &self.bind("issuer", &[]),
            &self.issuer,
        )?)
    }

    /// Puts another issuer key in the place of the one that is there. What that one signed stays signed by it.
    ///
    /// # Errors
    /// [`CryptoError::WrongVaultKey`] or [`CryptoError::Signer`].
    pub fn replace_issuer(&mut self, vault_key: &VaultKey, issuer: &Signer) -> Result<(), CryptoError> {
        self.check_key(vault_key)?;
        self.issuer = issuer.seal(&vault_key.derive(ISSUER_KEY), &self.bind("issuer", &[]))?;
        self.changed();
        Ok(())
    }

    /// Whether this is the key of this vault. The issuer key is always there and bound to the vault, so it answers.
    fn check_key(&self, vault_key: &VaultKey) -> Result<(), CryptoError> {
        envelope::open(
            &vault_key.derive(ISSUER_KEY),
            &self.bind("issuer", &[]),
            &self.issuer,
        )
        .map(drop)
        .map_err(|_| CryptoError::WrongVaultKey)
    }

    fn wrap_for_passphrase(
        &mut self,
        vault_key: &VaultKey,
        passphrase: &Passphrase,
        kdf: KdfParams,
    ) -> Result<(), CryptoError> {
        let mut salt = [0; SALT_BYTES];
        OsRng.fill_bytes(&mut salt);
        let key = kdf.derive(passphrase, &salt)?;
        self.kdf = kdf;
        self.salt = salt;
        self.passphrase_slot = envelope::seal(&key, &self.bind_passphrase(), vault_key.as_bytes());
        Ok(())
    }

    fn bind_passphrase(&self) -> Vec<u8> {
        let KdfParams { m_kib, t, p } = self.kdf;
        let cost = [m_kib.to_be_bytes(), t.to_be_bytes(), p.to_be_bytes()].concat();
        self.bind("passphrase", &[&cost, &self.salt])
    }

    /// What ties a sealed part to its role and to this vault. `extra` has a fixed length for each role.
    fn bind(&self, role: &str, extra: &[&[u8]]) -> Vec<u8> {
        let mut bound = format!("satchel header v1 {role}\0").into_bytes();
        bound.extend_from_slice(self.vault_id.as_bytes());
        bound.extend_from_slice(&self.created.to_be_bytes());
        bound.extend(extra.iter().copied().flatten());
        bound
    }

    fn changed(&mut self) {
        self.revision = self.revision.saturating_add(1);
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("vault_id", &self.vault_id)
            .field("revision", &self.revision)
            .field("kdf", &self.kdf)
            .field("keyring", &self.keyring_slot.is_some())
            .field("recovery", &self.recovery.is_some())
            .field("spaces", &self.spaces.len())
            .field("second_factor", &self.second_factor.is_some())
            .finish_non_exhaustive()
    }
}
