//! What can be wrong with a takeout.

use bundle::BundleError;
use thiserror::Error;

use super::importer::ImporterFault;

/// Why a takeout is not read. The texts name a file inside, cut and without control signs, and nothing that stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TakeoutError {
    /// Something is wrong with the files themselves.
    #[error(transparent)]
    Files(#[from] BundleError),
    /// The layout of the file is not the one that was recognised.
    #[error("{0}: its layout is not known")]
    UnknownLayout(String),
    /// There is no importer of this name.
    #[error("there is no importer of this name")]
    NoImporter,
    /// An importer file, or a mapping, has a mistake.
    #[error("{0}")]
    Importer(#[from] ImporterFault),
}

impl TakeoutError {
    /// The code under which `assets/errors` has the words for people.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownLayout(_) => "IMP-201",
            Self::NoImporter => "IMP-204",
            Self::Importer(_) => "IMP-205",
            Self::Files(error) => of_files(error),
        }
    }
}

const fn of_files(error: &BundleError) -> &'static str {
    match error {
        BundleError::NotReadable => "IMP-202",
        BundleError::Empty => "IMP-203",
        BundleError::Changed => "IMP-206",
        BundleError::EndsInTheMiddle { .. } => "IMP-210",
        BundleError::Broken(_) => "IMP-211",
        BundleError::NeedsPassword => "IMP-212",
        BundleError::WrongPassword => "IMP-213",
        BundleError::Packing(_) => "IMP-214",
        BundleError::Bomb(_) => "IMP-220",
        BundleError::TooLarge(_) => "IMP-221",
        BundleError::TooMany => "IMP-222",
        BundleError::TooDeep(_) => "IMP-223",
        BundleError::LongName(_) => "IMP-224",
        BundleError::Climbs(_) => "IMP-225",
        BundleError::Twice(_) => "IMP-226",
        BundleError::Link(_) => "IMP-227",
        BundleError::TooWide(_) => "IMP-228",
    }
}
