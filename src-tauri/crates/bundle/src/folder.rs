//! Files and folders of this computer.

use std::{fs, io::Read as _, path::Path};

use super::{
    BundleError, DEEPEST,
    archive::{Listing, Within},
    names,
    place::Bytes,
};

/// How deep folders go.
const FOLDERS: usize = 16;

/// Lists a file or folder; answers how many bytes lie there. A link that the person chose is followed; one inside a folder is refused.
pub(super) fn list(path: &Path, list: &mut Listing<'_>) -> Result<u64, BundleError> {
    let about = fs::metadata(path).map_err(|_| BundleError::NotReadable)?;
    let name = super::name_of(path);
    if about.is_dir() {
        return folder(path, "", FOLDERS, list);
    }
    if !about.is_file() {
        return Err(BundleError::Link(name));
    }
    file(path, &name, list)?;
    Ok(about.len())
}

fn folder(path: &Path, under: &str, left: usize, list: &mut Listing<'_>) -> Result<u64, BundleError> {
    if left == 0 {
        return Err(BundleError::TooDeep(names::shown(under)));
    }
    let mut size = 0_u64;
    for entry in fs::read_dir(path).map_err(|_| BundleError::NotReadable)? {
        let entry = entry.map_err(|_| BundleError::NotReadable)?;
        let kind = entry.file_type().map_err(|_| BundleError::NotReadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let inner = if under.is_empty() {
            name
        } else {
            format!("{under}/{name}")
        };
        if kind.is_dir() {
            size = size.saturating_add(folder(&entry.path(), &inner, left - 1, list)?);
        } else if kind.is_file() {
            size = size.saturating_add(entry.metadata().map_or(0, |about| about.len()));
            file(&entry.path(), &inner, list)?;
        } else {
            return Err(BundleError::Link(names::shown(&inner)));
        }
    }
    Ok(size)
}

fn file(path: &Path, name: &str, list: &mut Listing<'_>) -> Result<(), BundleError> {
    let name = names::check(name.as_bytes())?;
    if names::is_litter(&name) {
        return Ok(());
    }
    let size = fs::metadata(path).map_err(|_| BundleError::NotReadable)?.len();
    let within = Within {
        disk: path,
        steps: &[],
        left: DEEPEST,
    };
    list.add(&name, Bytes::open(path)?, &within, size, &|| sum(path))
}

/// The check sum of a file of the disk.
fn sum(path: &Path) -> Result<u32, BundleError> {
    let mut file = fs::File::open(path).map_err(|_| BundleError::NotReadable)?;
    let mut sum = crc32fast::Hasher::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut piece).map_err(|_| BundleError::NotReadable)?;
        if count == 0 {
            return Ok(sum.finalize());
        }
        sum.update(piece.get(..count).unwrap_or_default());
    }
}
