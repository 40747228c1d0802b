//! Where the entries of a backpack come from.

use std::io::{self, Write};

use time::OffsetDateTime;

use crate::EntryPath;

/// One entry that a [`Contents`] can write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its path in the backpack; none of the four that the format fills itself.
    pub path: EntryPath,
    /// When its data was last changed, taken from the data and not from a clock.
    pub modified: OffsetDateTime,
}

/// A source of entries over one snapshot of the data.
///
/// [`Packing::write`](crate::Packing::write) asks for every entry twice, in the same order, and refuses a
/// source that gives other bytes the second time. An entry is streamed, so it may be larger than memory.
pub trait Contents {
    /// All entries, in any order. Asked once.
    ///
    /// # Errors
    /// What the source cannot read; it ends the writing.
    fn items(&mut self) -> io::Result<Vec<Item>>;

    /// Writes the bytes of one entry into `out`.
    ///
    /// # Errors
    /// What the source cannot read, and what `out` returned.
    fn write(&mut self, path: &EntryPath, out: &mut dyn Write) -> io::Result<()>;
}
