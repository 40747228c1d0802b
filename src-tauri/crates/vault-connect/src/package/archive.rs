//! The zip file itself. Its own words about sizes are not believed: reading stops where the limit is.

use std::{
    collections::HashSet,
    io::{Cursor, Read as _},
};

use zip::{CompressionMethod, ZipArchive, read::ZipFile};

use super::{PackageFile, error::PackageError, media::media_type, names, signature};

/// The most files, folders among them.
pub const MOST_FILES: usize = 2000;
/// The most bytes of all files together, unpacked.
pub const MOST_UNPACKED: usize = 64 * 1024 * 1024;
/// Below this many bytes no file is a bomb, however well it was packed.
const NEVER_A_BOMB: u64 = 1024 * 1024;
/// A file that unpacks to more than so many times its packed size is a bomb: text packs to a tenth.
const MOST_TIMES: u64 = 200;

/// All files of an archive in the order of their paths.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<PackageFile>, PackageError> {
    let broken = |_| PackageError::NotZip;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    // Something in front of it would be another file to another program.
    if archive.offset() != 0 {
        return Err(PackageError::NotZip);
    }
    if archive.len() > MOST_FILES {
        return Err(PackageError::TooMany);
    }
    if archive.has_duplicate_names() {
        return Err(PackageError::Twice("the list of files".to_owned()));
    }
    if archive.has_overlapping_entries().map_err(broken)? {
        return Err(PackageError::NotZip);
    }
    let mut files = Vec::new();
    let mut known = HashSet::new();
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let Some(path) = check(&archive.by_index_raw(at).map_err(broken)?)? else {
            continue;
        };
        // Case does not tell files apart on every system.
        if !known.insert(path.to_ascii_lowercase()) {
            return Err(PackageError::Twice(path));
        }
        let bytes = unpack(archive.by_index(at).map_err(broken)?, &path, left)?;
        left -= bytes.len();
        files.push(PackageFile { path, bytes });
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// The path of an entry that is a file; none for a folder, which says nothing.
fn check(entry: &ZipFile<'_, Cursor<&[u8]>>) -> Result<Option<String>, PackageError> {
    let raw = entry.name_raw();
    let refuse = |why| {
        Err(PackageError::Entry {
            path: names::shown(raw),
            why,
        })
    };
    if entry.encrypted() {
        return refuse("it is encrypted");
    }
    // The upper half of the attributes is the mode where a Unix system made it: 0o100000 is a file, 0o040000 a folder, 0 nothing said.
    let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
    if entry.is_symlink() || !matches!(kind, 0 | 0o100_000 | 0o040_000) {
        return refuse("it is neither a file nor a folder");
    }
    if let Some(folder) = raw.strip_suffix(b"/") {
        names::check(folder)?;
        return if entry.size() == 0 {
            Ok(None)
        } else {
            refuse("it is a folder that holds bytes")
        };
    }
    if !matches!(
        entry.compression(),
        CompressionMethod::Stored | CompressionMethod::Deflated
    ) {
        return refuse("it is packed in a way that is not read here; use deflate");
    }
    let path = names::check(raw)?;
    if media_type(&path).is_none() && !signature::is_part(&path) {
        return Err(PackageError::Kind(path));
    }
    Ok(Some(path))
}

fn unpack(entry: ZipFile<'_, Cursor<&[u8]>>, path: &str, left: usize) -> Result<Vec<u8>, PackageError> {
    let bomb = || PackageError::Bomb(path.to_owned());
    let (said, packed) = (entry.size(), entry.compressed_size());
    let times = NEVER_A_BOMB.max(packed.saturating_mul(MOST_TIMES));
    let most = times.min(u64::try_from(left).unwrap_or(u64::MAX));
    if said > most {
        return Err(bomb());
    }
    let mut bytes = Vec::new();
    entry
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| PackageError::Entry {
            path: path.to_owned(),
            why: "it cannot be unpacked, or its sum is wrong",
        })?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > most {
        return Err(bomb());
    }
    if size != said {
        return Err(PackageError::Entry {
            path: path.to_owned(),
            why: "it has another size than it says",
        });
    }
    Ok(bytes)
}
