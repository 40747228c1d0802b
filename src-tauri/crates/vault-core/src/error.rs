//! What can go wrong with a vault, named for its cause.

use std::{io, path::PathBuf};

use thiserror::Error;
use vault_crypto::{CryptoError, HeaderError, KeyringError, RecoverError, RecoveryCodeError, UnlockError};
use vault_store::StoreError;

/// A failure of the vault. The text is for a log and holds no personal value; the words for people live with their codes in
/// `assets/errors`.
#[derive(Debug, Error)]
pub enum VaultError {
    /// There is no vault in the folder.
    #[error("there is no vault in this folder")]
    NotFound,
    /// The folder already holds a vault.
    #[error("there is a vault in this folder already")]
    AlreadyThere,
    /// Another process holds the vault.
    #[error("another process holds this vault")]
    Busy,
    /// The vault was locked before, or while, the call was answered.
    #[error("the vault is locked")]
    Locked,
    /// The passphrase, recovery code or keyring secret does not open the vault.
    #[error("this does not open the vault")]
    WrongKey,
    /// The passphrase is too weak to protect a vault.
    #[error("the passphrase is too easy to guess")]
    WeakPassphrase,
    /// The recovery code was mistyped.
    #[error(transparent)]
    RecoveryCode(#[from] RecoveryCodeError),
    /// The recovery kit belongs to another vault, or was replaced by a later one.
    #[error("this recovery kit does not open the vault")]
    WrongRecovery,
    /// The vault has no recovery kit.
    #[error("this vault has no recovery kit")]
    NoRecovery,
    /// The vault does not know a key in the keyring.
    #[error("quick unlock is not set up for this vault")]
    NoKeyring,
    /// The header is damaged, truncated or of a newer version.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The folder or file cannot be written.
    #[error("the folder of the vault cannot be written")]
    NotWritable,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Reading or writing a file of the vault failed.
    #[error("a file of the vault could not be read or written: {0}")]
    Io(#[source] io::Error),
    /// The database of a space reported an error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A cryptographic operation failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// No such space.
    #[error("there is no such space")]
    NoSuchSpace,
    /// A vault keeps at least one space.
    #[error("the last space of a vault cannot be removed")]
    LastSpace,
    /// A code of the second factor is needed first.
    #[error("this needs a code of the second factor")]
    NeedsSecondFactor,
    /// The code is not one of the second factor, or was used.
    #[error("this code is wrong, or was used")]
    WrongSecondFactor,
    /// There were too many wrong codes.
    #[error("no code is taken until the vault is unlocked again")]
    SecondFactorSpent,
    /// There is no safe copy to repair from.
    #[error("there is no safe copy")]
    NoSafeCopy,
    /// What was named does not exist in this space.
    #[error("there is no such {0}")]
    NoSuch(&'static str),
    /// A value did not have the form that its field needs.
    #[error("{field}: {why}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is expected, without the value.
        why: &'static str,
    },
    /// What was to be added is there already.
    #[error("there is such a {0} already")]
    Exists(&'static str),
    /// A name that a person would take for another's.
    #[error("the name imitates another")]
    Imitates(KnownName),
    /// The address or the key of an app changed; it is paused until the person decides.
    #[error("the app is paused: its address or key changed")]
    Paused,
    /// The app came with a backpack, and the person has not looked at it.
    #[error("the app came with a backpack and waits for a look")]
    Unseen,
    /// The app belongs to a project that is under test: nobody can agree to it.
    #[error("the app is under test")]
    UnderTest,
    /// A mail to an address was sent a moment ago, or many were sent today.
    #[error("a mail to this address was sent a moment ago, or many were today")]
    TooManyMails,
    /// The code is not the one in the mail.
    #[error("the code is not the one in the mail")]
    WrongCode,
    /// A descriptor cannot be used; which value, and what is wrong with it.
    #[error("the descriptor cannot be used: {0}")]
    Descriptor(#[source] intercoop::descriptor::DescriptorError),
    /// The key of a cooperative was not compared, or it has changed since: nothing is sent to it.
    #[error("the key of the cooperative was not compared, or has changed")]
    Unchecked,
    /// Sharing this much needs the passphrase once more.
    #[error("this needs the passphrase once more")]
    NeedsPassphrase,
    /// What would leave is not what the person was shown.
    #[error("what would leave has changed since it was shown")]
    ShownChanged,
    /// The person, or the other side, stopped the work.
    #[error("cancelled")]
    Cancelled,
    /// Something left could not be put in order: a defect of the program.
    #[error("internal: {0}")]
    Internal(&'static str),
    /// The path is not one that a vault can have.
    #[error("not a vault folder: {0}")]
    BadPlace(PathBuf),
}

/// The name of a party that the person knows, for their own eyes: it may tell whom they work for, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownName(pub(crate) String);

impl KnownName {
    /// The name.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for KnownName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KnownName(..)")
    }
}

impl From<UnlockError> for VaultError {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::WrongPassphrase => Self::WrongKey,
            UnlockError::Altered => Self::Header(HeaderError::Damaged),
            UnlockError::Kdf(inner) => Self::Crypto(inner.into()),
        }
    }
}

impl From<RecoverError> for VaultError {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::NoRecovery => Self::NoRecovery,
            RecoverError::WrongKit => Self::WrongRecovery,
            RecoverError::Altered => Self::Header(HeaderError::Damaged),
        }
    }
}

impl From<KeyringError> for VaultError {
    fn from(error: KeyringError) -> Self {
        match error {
            KeyringError::NotEnabled => Self::NoKeyring,
            KeyringError::WrongSecret => Self::WrongKey,
            KeyringError::Altered => Self::Header(HeaderError::Damaged),
        }
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is open")]
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::NotWritable,
            _ => Self::Io(error),
        }
    }
}
