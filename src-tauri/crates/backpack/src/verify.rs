//! Checks a whole backpack.

use std::io::Read;

use crate::progress::{Stopped, Ticker};
use crate::{Fingerprint, Keys, Limits, OnProgress, ReadError, Reader, Report, Signed, Step};

/// Reads a backpack to its end and says that all of it is intact: lock, signature, and size, hash, order and
/// name of every entry. Nothing is written anywhere.
///
/// `check` gets what was signed and returns the fingerprint of the key, or nothing if the signature is wrong.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify<R: Read>(
    source: R,
    keys: &Keys,
    limits: &Limits,
    check: impl FnOnce(&Signed<'_>) -> Option<Fingerprint>,
    progress: &mut OnProgress<'_>,
) -> Result<Report, ReadError> {
    let mut reader = Reader::open(source, keys, limits, check)?;
    let manifest = reader.manifest();
    let (entries, bytes) = (manifest.entries.len(), manifest.total_bytes());
    let mut ticker = Ticker::new(progress, Step::Checking, entries, Some(bytes));
    let mut buf = [0; 64 << 10];
    while let Some(mut entry) = reader.next_entry()? {
        loop {
            let read = entry.read(&mut buf)?;
            if read == 0 {
                break;
            }
            ticker.bytes(read)?;
        }
        ticker.entry()?;
    }
    reader.finish()
}

impl From<Stopped> for ReadError {
    fn from(Stopped: Stopped) -> Self {
        Self::Cancelled
    }
}
