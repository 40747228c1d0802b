//! Why a backpack was not packed, not opened, or not brought back.

use std::io;

use ::backpack::{EntryPath, LockError, ReadError, Refusal, WriteError};
use thiserror::Error;
use vault_store::StoreError;

use super::reading::Stopped;
use crate::VaultError;

/// A failure of packing, checking or restoring. No text holds a personal value.
#[derive(Debug, Error)]
pub enum BackpackError {
    /// The file is no backpack, does not open, or is not as it was packed.
    #[error(transparent)]
    Refused(ReadError),
    /// The file is not there, or may not or cannot be read.
    #[error("the backpack could not be read: {0}")]
    Unreadable(#[source] io::Error),
    /// What it was to be locked for is no key or passphrase.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// It was written, but reading it back did not give what was packed. The file was removed.
    #[error("the backpack was written, but reading it back failed")]
    NotProved,
    /// An entry is intact and yet not what such an entry must be.
    #[error("{path} holds what it must not hold{}", line_words(*line))]
    Content {
        /// The entry.
        path: EntryPath,
        /// The line, from 1, where the entry has lines.
        line: Option<u64>,
    },
    /// Made-up data were to go among real ones, or the reverse.
    #[error("made-up data and real data do not go into one space")]
    Mixed,
    /// The vault, or the disk, failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

fn line_words(line: Option<u64>) -> String {
    line.map(|line| format!(" (line {line})")).unwrap_or_default()
}

impl BackpackError {
    /// The code of its words in `assets/errors`; `None` for a failure of the vault, which has its own.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(error) => Some(match error.refusal() {
                Refusal::Mismatch => "BPK-501",
                Refusal::Lock => "BPK-502",
                Refusal::CutShort => "BPK-503",
                Refusal::Newer => "BPK-504",
                Refusal::Forbidden => "BPK-505",
                Refusal::NotABackpack => "BPK-506",
                Refusal::File => "BPK-510",
                Refusal::Stopped => "SYS-711",
            }),
            Self::Unreadable(_) => Some("BPK-510"),
            Self::Content { .. } => Some("BPK-505"),
            Self::Lock(_) => Some("BPK-507"),
            Self::NotProved => Some("BPK-508"),
            Self::Mixed => Some("BPK-509"),
            Self::Vault(_) => None,
        }
    }
}

impl From<ReadError> for BackpackError {
    fn from(error: ReadError) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "every other cause is a refusal")]
        match error {
            ReadError::Source(error) => Self::Unreadable(error),
            ReadError::Cancelled => VaultError::Cancelled.into(),
            other => Self::Refused(other),
        }
    }
}

impl From<io::Error> for BackpackError {
    /// The error of a file, or the cause that reading an entry put into one.
    fn from(error: io::Error) -> Self {
        if error.get_ref().is_some_and(|inner| inner.is::<Stopped>()) {
            return VaultError::Cancelled.into();
        }
        ReadError::from(error).into()
    }
}

impl From<StoreError> for BackpackError {
    fn from(error: StoreError) -> Self {
        VaultError::from(error).into()
    }
}

/// What a failed packing means. `inner` is the cause that the source of the entries met, which the writer cannot carry.
pub(super) fn of_writing(error: WriteError, inner: Option<BackpackError>) -> BackpackError {
    match error {
        WriteError::Contents(_) => {
            inner.unwrap_or(VaultError::Internal("the space could not be packed").into())
        }
        WriteError::Target(error) => VaultError::from(error).into(),
        WriteError::Cancelled => VaultError::Cancelled.into(),
        WriteError::ContentsChanged(_) => {
            VaultError::Internal("the space changed while it was packed").into()
        }
        WriteError::Sign(error) => match error.downcast::<VaultError>() {
            Ok(error) => (*error).into(),
            Err(_) => VaultError::Internal("the backpack could not be signed").into(),
        },
        WriteError::SignatureTooLong => VaultError::Internal("the backpack could not be signed").into(),
        WriteError::Lock(_) => VaultError::Internal("the backpack could not be locked").into(),
        WriteError::Reserved(_) | WriteError::Manifest(_) => {
            VaultError::Internal("the list of contents broke a rule").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_a_full_disk() {
        let full = WriteError::Target(io::ErrorKind::StorageFull.into());
        assert!(matches!(
            of_writing(full, None),
            BackpackError::Vault(VaultError::DiskFull)
        ));
        let stopped = BackpackError::from(ReadError::Cancelled);
        assert!(matches!(stopped, BackpackError::Vault(VaultError::Cancelled)));
    }

    #[test]
    fn every_cause_has_its_code() {
        let path = || EntryPath::new("persona.json").unwrap();
        for (error, code) in [
            (BackpackError::Refused(ReadError::WrongHash(path())), "BPK-501"),
            (BackpackError::Refused(ReadError::WrongPassphrase), "BPK-502"),
            (BackpackError::Refused(ReadError::CutShort), "BPK-503"),
            (BackpackError::Refused(ReadError::TrailingData), "BPK-505"),
            (BackpackError::Refused(ReadError::NotABackpack), "BPK-506"),
            (BackpackError::Lock(LockError::NoRecipients), "BPK-507"),
            (BackpackError::NotProved, "BPK-508"),
            (BackpackError::Mixed, "BPK-509"),
            (
                ReadError::Source(io::ErrorKind::NotFound.into()).into(),
                "BPK-510",
            ),
            (
                BackpackError::Content {
                    path: path(),
                    line: Some(3),
                },
                "BPK-505",
            ),
        ] {
            assert_eq!(error.code(), Some(code), "{error}");
        }
        assert_eq!(BackpackError::Vault(VaultError::DiskFull).code(), None);
    }
}
