//! What can be wrong with files.

use thiserror::Error;

/// Why files are not read. The texts name a file inside, cut and without control signs, and nothing that stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BundleError {
    /// There is no such file, or it may not be read.
    #[error("the file cannot be read")]
    NotReadable,
    /// There is nothing in it.
    #[error("there is no file in it")]
    Empty,
    /// It holds more entries than [`super::MOST_ENTRIES`].
    #[error("it holds more than {} files", super::MOST_ENTRIES)]
    TooMany,
    /// One file, or all together, unpack to more than is read.
    #[error("{0}: it unpacks to more than Satchel reads")]
    TooLarge(String),
    /// A file that unpacks to so many times its packed size is made to fill a computer.
    #[error("{0}: it unpacks to a size that no real file has")]
    Bomb(String),
    /// Archives in archives, deeper than [`super::DEEPEST`].
    #[error("{0}: there are too many archives inside each other")]
    TooDeep(String),
    /// A path that is longer than [`super::LONGEST_NAME`].
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
    /// The files are not those that were looked at.
    #[error("the file is not the one that was looked at")]
    Changed,
}
