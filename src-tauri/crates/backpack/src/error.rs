//! Why a backpack could not be read. Reading changes nothing, whatever the cause.

use std::io;

use crate::{EntryPath, ManifestError, PathProblem};

/// Why a backpack is refused. The text says what happened; [`ReadError::advice`] says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be read.
    #[error("The file could not be read: {0}.")]
    Source(#[source] io::Error),
    /// No age file, or of an unknown version of age.
    #[error("This file is not a backpack.")]
    NotABackpack,
    /// The part before the encrypted data is damaged.
    #[error("The beginning of the backpack is damaged.")]
    HeaderDamaged,
    /// Locked with a passphrase, but a key was given.
    #[error("This backpack opens with a passphrase, not with a key.")]
    NeedsPassphrase,
    /// Locked for keys, but a passphrase was given.
    #[error("This backpack opens with a key, not with a passphrase.")]
    NeedsIdentity,
    /// The passphrase is another one.
    #[error("The passphrase did not open the backpack.")]
    WrongPassphrase,
    /// It was locked for other keys.
    #[error("This backpack was not made for this key.")]
    NoMatchingIdentity,
    /// The passphrase needs more work than is safe to do for an unknown file.
    #[error("Opening this backpack would need 2^{required} rounds, more than Satchel does for a file.")]
    TooMuchWork {
        /// The work factor the file asks for, as a power of two.
        required: u8,
    },
    /// A byte of the encrypted data is not as it was written.
    #[error("A part of the backpack was changed after it was packed.")]
    Changed,
    /// The end is missing, or the last part was changed: encryption cannot tell these two apart.
    #[error("The backpack ends too early, or its end was changed.")]
    CutShort,
    /// What is inside the encryption is no sound zstd frame.
    #[error("The contents of the backpack cannot be unpacked.")]
    Compression,
    /// The contents grow beyond all reason while they are unpacked.
    #[error("The contents grow more than {ratio}-fold when unpacked: this is not what Satchel packs.")]
    Bomb {
        /// The growth that is allowed.
        ratio: u64,
    },
    /// A header of the archive breaks the rules of POSIX tar.
    #[error("The archive inside the backpack is malformed: {0}.")]
    Malformed(&'static str),
    /// The archive stops before its end mark.
    #[error("The archive inside the backpack stops in the middle.")]
    EndMissing,
    /// There is something behind the end.
    #[error("The backpack holds data behind its end.")]
    TrailingData,
    /// The first entry is not the manifest.
    #[error("The backpack has no list of contents where it must be.")]
    ManifestMissing,
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The second entry is not the signature.
    #[error("The backpack has no signature where it must be.")]
    SignatureMissing,
    /// The signature was not made over this manifest by the key in it.
    #[error("The signature does not match the list of contents.")]
    SignatureMismatch,
    /// A path that could reach outside the folder it is unpacked into.
    #[error("The backpack holds a dangerous file name: {0}.")]
    UnsafePath(PathProblem),
    /// A link, a device, a folder or another thing that is no plain file.
    #[error("The backpack holds something that is not a plain file ({0}).")]
    NotAFile(&'static str),
    /// An entry that the manifest does not list.
    #[error("The backpack holds {0}, which its list of contents does not name.")]
    Unlisted(EntryPath),
    /// The same entry a second time.
    #[error("The backpack holds {0} twice.")]
    Duplicate(EntryPath),
    /// A listed entry at the wrong place.
    #[error("{0} is not at its place in the backpack.")]
    OutOfOrder(EntryPath),
    /// A listed entry that is not there.
    #[error("{0} is missing from the backpack.")]
    Missing(EntryPath),
    /// An entry with another size than listed.
    #[error("{path} has {found} bytes, but {expected} were packed.")]
    WrongSize {
        /// The entry.
        path: EntryPath,
        /// Bytes by the manifest.
        expected: u64,
        /// Bytes by the archive.
        found: u64,
    },
    /// An entry with other bytes than listed.
    #[error("{0} is not as it was packed.")]
    WrongHash(EntryPath),
    /// The caller stopped it.
    #[error("Checking was stopped.")]
    Cancelled,
    /// An earlier fault, or an end that was not reached: there is nothing to say about the whole.
    #[error("The backpack was not read to its end.")]
    Unfinished,
}

/// The causes in the coarse, for one error code each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The file could not be read from its disk.
    File,
    /// The file is something else.
    NotABackpack,
    /// The passphrase or the key does not fit, or is of the wrong kind.
    Lock,
    /// The file ends too early.
    CutShort,
    /// A later Satchel wrote it.
    Newer,
    /// It is not as it was packed.
    Mismatch,
    /// It holds what no backpack may hold: it was made to do harm, or by a faulty program.
    Forbidden,
    /// It was not read to its end.
    Stopped,
}

impl ReadError {
    /// The cause in the coarse.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Source(_) => Refusal::File,
            Self::NotABackpack | Self::Manifest(ManifestError::OtherFormat) => Refusal::NotABackpack,
            Self::NeedsPassphrase
            | Self::NeedsIdentity
            | Self::WrongPassphrase
            | Self::NoMatchingIdentity
            | Self::TooMuchWork { .. } => Refusal::Lock,
            Self::CutShort | Self::EndMissing => Refusal::CutShort,
            Self::Manifest(ManifestError::Newer { .. }) => Refusal::Newer,
            Self::HeaderDamaged
            | Self::Changed
            | Self::Compression
            | Self::ManifestMissing
            | Self::Manifest(ManifestError::Malformed(_))
            | Self::SignatureMissing
            | Self::SignatureMismatch
            | Self::Missing(_)
            | Self::WrongSize { .. }
            | Self::WrongHash(_) => Refusal::Mismatch,
            Self::Bomb { .. }
            | Self::Malformed(_)
            | Self::TrailingData
            | Self::Manifest(_)
            | Self::UnsafePath(_)
            | Self::NotAFile(_)
            | Self::Unlisted(_)
            | Self::Duplicate(_)
            | Self::OutOfOrder(_) => Refusal::Forbidden,
            Self::Cancelled | Self::Unfinished => Refusal::Stopped,
        }
    }

    /// What is safe after any of these: reading a backpack changes nothing.
    pub const SAFE: &'static str = "Nothing was changed.";

    /// What a person can do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Source(_) => "Check that the disk is connected, then try again.",
            Self::NotABackpack => "Choose a file that Satchel packed; its name ends in .backpack.",
            Self::NeedsPassphrase => "Enter the passphrase that was chosen when it was packed.",
            Self::NeedsIdentity => "Choose the file with the key, or your recovery kit.",
            Self::WrongPassphrase => "Try again. Capitals and spaces count.",
            Self::NoMatchingIdentity => "Try the other keys that you have.",
            Self::TooMuchWork { .. } => "Open it with the age tool, if you trust where it comes from.",
            Self::HeaderDamaged | Self::Changed | Self::CutShort => {
                "Copy the file again, or use an earlier backpack."
            }
            Self::Manifest(ManifestError::Newer { .. }) => "Update Satchel.",
            Self::Compression
            | Self::Bomb { .. }
            | Self::Malformed(_)
            | Self::EndMissing
            | Self::TrailingData
            | Self::ManifestMissing
            | Self::Manifest(_)
            | Self::SignatureMissing
            | Self::SignatureMismatch
            | Self::UnsafePath(_)
            | Self::NotAFile(_)
            | Self::Unlisted(_)
            | Self::Duplicate(_)
            | Self::OutOfOrder(_)
            | Self::Missing(_)
            | Self::WrongSize { .. }
            | Self::WrongHash(_) => "Do not use this file. Ask for it again, or use an earlier backpack.",
            Self::Cancelled | Self::Unfinished => "Check the backpack again.",
        }
    }
}
