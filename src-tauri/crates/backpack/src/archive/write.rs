//! Writes the headers of the tar. Equal content gives equal bytes: no owner, one mode, times from the data.

use std::io::{self, Write};

use tar::{EntryType, Header};
use time::OffsetDateTime;

use super::{BLOCK, padding, pax};
use crate::EntryPath;

/// Largest number that eleven octal digits hold.
const OCTAL_MAX: u64 = 0o777_7777_7777;
/// Name field of a ustar header; longer names go into a pax header.
const NAME_BYTES: usize = 100;

/// Writes everything that comes before the bytes of an entry.
pub(crate) fn head(
    out: &mut dyn Write,
    path: &EntryPath,
    bytes: u64,
    modified: OffsetDateTime,
) -> io::Result<()> {
    let modified = u64::try_from(modified.unix_timestamp())
        .unwrap_or(0)
        .min(OCTAL_MAX);
    let fits_name = path.as_str().is_ascii() && path.as_str().len() <= NAME_BYTES;
    let mut extra = Vec::new();
    if !fits_name {
        pax::record(&mut extra, "path", path.as_str());
    }
    if bytes > OCTAL_MAX {
        pax::record(&mut extra, "size", &bytes.to_string());
    }
    if !extra.is_empty() {
        let size = u64::try_from(extra.len()).unwrap_or(u64::MAX);
        out.write_all(header(EntryType::XHeader, "pax", size, modified)?.as_bytes())?;
        out.write_all(&extra)?;
        tail(out, size)?;
    }
    let name = if fits_name { path.as_str() } else { "long-name" };
    out.write_all(header(EntryType::Regular, name, bytes.min(OCTAL_MAX), modified)?.as_bytes())
}

/// Writes the zeros that come after the bytes of an entry.
pub(crate) fn tail(out: &mut dyn Write, bytes: u64) -> io::Result<()> {
    out.write_all([0; BLOCK].get(..padding(bytes)).unwrap_or_default())
}

/// Writes the two blocks that end a tar.
pub(crate) fn end(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&[0; BLOCK * 2])
}

fn header(kind: EntryType, name: &str, bytes: u64, modified: u64) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_path(name)?;
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(bytes);
    header.set_mtime(modified);
    header.set_cksum();
    Ok(header)
}
