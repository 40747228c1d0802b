//! What can be wrong with a package.

use thiserror::Error;

/// Why a package is not taken. The texts name the file inside it, cut and without control signs, and nothing else of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackageError {
    /// It is no zip file, or a broken one.
    #[error("it is not a whole zip file")]
    NotZip,
    /// The file is larger than [`super::LARGEST_PACKAGE`].
    #[error("it is larger than 32 MiB")]
    TooLarge,
    /// It holds more files than [`super::MOST_FILES`].
    #[error("it holds more than {} files", super::MOST_FILES)]
    TooMany,
    /// One file, or all together, are larger when unpacked than a package may be.
    #[error("{0}: it unpacks to more than a package may hold")]
    Bomb(String),
    /// A path that could mean something else on another system, or that no web address can name.
    #[error("{path}: {why}")]
    Name {
        /// The path, fit to be shown.
        path: String,
        /// What a path has to be.
        why: &'static str,
    },
    /// Two files have the same path, or differ only in capitals.
    #[error("{0}: there are two files of this name")]
    Twice(String),
    /// Something that is not a plain file.
    #[error("{path}: {why}")]
    Entry {
        /// The path, fit to be shown.
        path: String,
        /// What it is.
        why: &'static str,
    },
    /// The file has an ending for which there is no media type.
    #[error("{0}: files of this kind cannot be in a package")]
    Kind(String),
    /// There is no `openplatform.json` at its top.
    #[error("it has no openplatform.json at its top")]
    NoManifest,
    /// The description has a mistake.
    #[error("openplatform.json: {0}")]
    Manifest(String),
    /// The page that the description names is not in it.
    #[error("{0}: this page of the app is not in the package")]
    NoFirstPage(String),
    /// Its sums or their signature are wrong.
    #[error("{path}: {why}")]
    Signature {
        /// The file that is concerned.
        path: String,
        /// What is wrong.
        why: &'static str,
    },
}

impl PackageError {
    /// Whether what is wrong is its signature: somebody may have changed it.
    #[must_use]
    pub fn is_of_signature(&self) -> bool {
        matches!(self, Self::Signature { .. })
    }
}
