//! What can be wrong with a takeout.

use thiserror::Error;

use super::importer::ImporterFault;

/// Why files are not read. The texts name a file inside, cut and without control signs, and nothing that stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TakeoutError {
    /// There is no such file, or it may not be read.
    #[error("the file cannot be read")]
    NotReadable,
    /// There is nothing in it.
    #[error("there is no file in it")]
    Empty,
    /// It holds more entries than [`super::bundle::MOST_ENTRIES`].
    #[error("it holds more than {} files", super::bundle::MOST_ENTRIES)]
    TooMany,
    /// One file, or all together, unpack to more than is read.
    #[error("{0}: it unpacks to more than Satchel reads")]
    TooLarge(String),
    /// A file that unpacks to so many times its packed size is made to fill a computer.
    #[error("{0}: it unpacks to a size that no real file has")]
    Bomb(String),
    /// Archives in archives, deeper than [`super::bundle::DEEPEST`].
    #[error("{0}: there are too many archives inside each other")]
    TooDeep(String),
    /// A path that is longer than [`super::bundle::LONGEST_NAME`].
    #[error("{0}: the name of this file is too long")]
    LongName(String),
    /// A path that leads out of the archive, or begins at the root of a disk.
    #[error("{0}: the path of this file leads out of the archive")]
    Climbs(String),
    /// Two entries have one path, or share their bytes.
    #[error("{0}: there are two files of this name")]
    Twice(String),
    /// A link, or a device: it could stand for another file of this computer.
    #[error("{0}: it is a link and no file")]
    Link(String),
    /// An archive, or a packing, of a kind that is not read.
    #[error("{0}: it is packed in a way that Satchel does not read")]
    Packing(String),
    /// It is locked with a password.
    #[error("it is locked with a password")]
    NeedsPassword,
    /// The password does not open it.
    #[error("this password does not open it")]
    WrongPassword,
    /// It is damaged.
    #[error("{0}: it is damaged")]
    Broken(String),
    /// It ends in the middle. What was read before was handed over.
    #[error("{path}: it ends in the middle, after {rows} rows")]
    EndsInTheMiddle {
        /// The file.
        path: String,
        /// Rows that were whole.
        rows: u64,
    },
    /// A row, a cell or the number of columns is beyond what a table has.
    #[error("{0}: it has rows or cells larger than a table has")]
    TooWide(String),
    /// The layout of the file is not the one that was recognised.
    #[error("{0}: its layout is not known")]
    UnknownLayout(String),
    /// There is no importer of this name.
    #[error("there is no importer of this name")]
    NoImporter,
    /// An importer file, or a mapping, has a mistake.
    #[error("{0}")]
    Importer(#[from] ImporterFault),
    /// The files are not those that were looked at.
    #[error("the file is not the one that was looked at")]
    Changed,
}

impl TakeoutError {
    /// The code under which `assets/errors` has the words for people.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownLayout(_) => "IMP-201",
            Self::NotReadable => "IMP-202",
            Self::Empty => "IMP-203",
            Self::NoImporter => "IMP-204",
            Self::Importer(_) => "IMP-205",
            Self::Changed => "IMP-206",
            Self::EndsInTheMiddle { .. } => "IMP-210",
            Self::Broken(_) => "IMP-211",
            Self::NeedsPassword => "IMP-212",
            Self::WrongPassword => "IMP-213",
            Self::Packing(_) => "IMP-214",
            Self::Bomb(_) => "IMP-220",
            Self::TooLarge(_) => "IMP-221",
            Self::TooMany => "IMP-222",
            Self::TooDeep(_) => "IMP-223",
            Self::LongName(_) => "IMP-224",
            Self::Climbs(_) => "IMP-225",
            Self::Twice(_) => "IMP-226",
            Self::Link(_) => "IMP-227",
            Self::TooWide(_) => "IMP-228",
        }
    }
}
