//! Why a header could not be read, opened or changed.

use thiserror::Error;

use crate::{KdfError, SignerError};

/// Why bytes are not a usable header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// The file does not begin like a vault header.
    #[error("this is not the header of a vault")]
    NotAVault,
    /// The file ends too early.
    #[error("the header of the vault is cut short")]
    Truncated,
    /// The checksum does not fit: bytes were changed or lost.
    #[error("the header of the vault is damaged")]
    Damaged,
    /// A later program wrote it; it was left as it is.
    #[error("the header of the vault has version {found}, this program reads up to version {supported}")]
    NewerVersion {
        /// The version of the file.
        found: u16,
        /// The highest version that can be read.
        supported: u16,
    },
    /// Whole, but not what this version prescribes.
    #[error("the header of the vault is not built as its version prescribes")]
    Malformed,
    /// Opening it would cost more memory or time than is ever reasonable.
    #[error("the header of the vault asks for an unreasonably expensive key derivation")]
    KdfTooExpensive,
}

/// Why the passphrase did not open the vault. Damage is found earlier, when the header is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnlockError {
    /// Another passphrase.
    #[error("the passphrase does not open the vault")]
    WrongPassphrase,
    /// The passphrase is right, but a part of the header was not written with the vault's key.
    #[error("a part of the header was changed by something other than this vault")]
    Altered,
    /// The key could not be derived.
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

/// Why the recovery kit did not open the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecoverError {
    /// The vault has no recovery kit.
    #[error("the vault has no recovery kit")]
    NoRecovery,
    /// The kit is of another vault, or was replaced by a later one.
    #[error("the recovery kit does not belong to this vault")]
    WrongKit,
    /// The kit is right, but a part of the header was not written with the vault's key.
    #[error("a part of the header was changed by something other than this vault")]
    Altered,
}

/// Why the secret from the system's keyring did not open the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyringError {
    /// Quick unlock is off.
    #[error("quick unlock is off for this vault")]
    NotEnabled,
    /// The keyring holds the secret of another vault or of an earlier time.
    #[error("the keyring's secret does not belong to this vault")]
    WrongSecret,
    /// The secret is right, but a part of the header was not written with the vault's key.
    #[error("a part of the header was changed by something other than this vault")]
    Altered,
}

/// Why a header could not be made, changed or searched with the vault key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CryptoError {
    /// The passphrase key could not be derived.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The issuer key could not be made, sealed or opened.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The key is of another vault.
    #[error("the vault key does not belong to this header")]
    WrongVaultKey,
    /// An entry of the list of spaces does not open with the vault's key.
    #[error("an entry of the list of spaces was changed by something other than this vault")]
    AlteredSpace,
    /// The list of spaces is full.
    #[error("a vault holds at most {limit} spaces")]
    TooManySpaces {
        /// The most a vault holds.
        limit: usize,
    },
    /// A space with this identifier is there already.
    #[error("the space is in the vault already")]
    SpaceExists,
    /// No space has this identifier.
    #[error("the vault has no such space")]
    NoSuchSpace,
    /// Names have 1 to 255 bytes, no control characters, and no blank at either end.
    #[error("the name of a space has 1 to 255 bytes, no control characters and no blank at either end")]
    SpaceName,
    /// The vault key could not be wrapped for the recovery code.
    #[error("the vault key could not be wrapped for the recovery code")]
    RecoveryWrap,
}
