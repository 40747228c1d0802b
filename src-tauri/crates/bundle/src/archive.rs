//! Archives and what lies in them: checked entry by entry before anything is read.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else went wrong means the same here"
)]

use std::{
    collections::HashSet,
    io::{self, Read, Seek},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use secrecy::SecretString;
use zip::{CompressionMethod, ZipArchive};

use super::{
    BundleError, BundleFile, Kind, LARGEST_BUNDLE, LARGEST_FILE, MOST_ENTRIES,
    kind::{self, HEAD, Mark},
    names,
    place::{self, Bounded, Bytes, Place, Step},
};
use crate::table;

/// Below this many bytes no file is a bomb, however well it was packed.
const NEVER_A_BOMB: u64 = 8 * 1024 * 1024;
/// A file that unpacks to more than so many times its packed size is a bomb: tables of one long day pack to a fiftieth.
const MOST_TIMES: u64 = 250;
/// A file in a tarball is found by reading what is before it. All of them together may cost so many bytes.
const MOST_SEARCHED: u64 = 16 * 1024 * 1024 * 1024;
/// Up to this size the first locked entry is read whole, to tell a wrong password from the one in 256 that old encryption lets pass.
const PROOF: u64 = 16 * 1024 * 1024;

/// A list of files that grows.
pub(super) struct Listing<'p> {
    files: Vec<(BundleFile, u32)>,
    entries: usize,
    unpacked: u64,
    password: Option<&'p SecretString>,
    proven: bool,
}

/// Where an archive lies.
pub(super) struct Within<'a> {
    pub(super) disk: &'a Path,
    pub(super) steps: &'a [Step],
    /// How many more archives may be inside.
    pub(super) left: usize,
}

impl<'p> Listing<'p> {
    pub(super) fn new(password: Option<&'p SecretString>) -> Self {
        Self {
            files: Vec::new(),
            entries: 0,
            unpacked: 0,
            password,
            proven: false,
        }
    }

    pub(super) fn end(self) -> Vec<(BundleFile, u32)> {
        self.files
    }

    /// Adds a file that lies `within`, whose bytes are `bytes`; `sum` gives its check sum when it is asked for.
    pub(super) fn add(
        &mut self,
        name: &str,
        mut bytes: Bytes,
        within: &Within<'_>,
        size: u64,
        sum: &dyn Fn() -> Result<u32, BundleError>,
    ) -> Result<(), BundleError> {
        let head = head_of(&mut bytes, name)?;
        bytes.rewind()?;
        match kind::mark(&head) {
            Mark::File(kind) => {
                self.count(name, size)?;
                self.push(
                    name.to_owned(),
                    size,
                    kind,
                    within.disk,
                    within.steps.to_vec(),
                    sum()?,
                );
                Ok(())
            }
            Mark::Zip => self.zip(name, bytes, within, size, sum),
            Mark::Tar => self.tar(name, &mut bytes, within, size),
            Mark::Gzip => self.gzip(name, bytes, within, size),
        }
    }

    fn push(&mut self, path: String, size: u64, kind: Kind, disk: &Path, steps: Vec<Step>, sum: u32) {
        let place = Place {
            disk: disk.to_owned(),
            steps,
        };
        let file = BundleFile {
            path,
            size,
            kind,
            place,
        };
        self.files.push((file, sum));
    }

    /// Counts an entry and its bytes.
    fn count(&mut self, name: &str, size: u64) -> Result<(), BundleError> {
        self.entries += 1;
        self.unpacked = self.unpacked.saturating_add(size);
        if self.entries > MOST_ENTRIES {
            return Err(BundleError::TooMany);
        }
        if size > LARGEST_FILE || self.unpacked > LARGEST_BUNDLE {
            return Err(BundleError::TooLarge(names::shown(name)));
        }
        Ok(())
    }

    fn zip(
        &mut self,
        name: &str,
        bytes: Bytes,
        within: &Within<'_>,
        size: u64,
        sum: &dyn Fn() -> Result<u32, BundleError>,
    ) -> Result<(), BundleError> {
        let mut archive = ZipArchive::new(bytes).map_err(|_| BundleError::EndsInTheMiddle {
            path: names::shown(name),
            rows: 0,
        })?;
        let entries = checked(&mut archive, name)?;
        if table::is_workbook(&archive) {
            self.count(name, size)?;
            let sum = sum()?;
            for (at, sheet) in table::sheets(&mut archive, name)?.into_iter().enumerate() {
                let path = format!("{name}#{}", names::shown(&sheet));
                self.push(
                    path,
                    size,
                    Kind::Sheet(at),
                    within.disk,
                    within.steps.to_vec(),
                    sum,
                );
            }
            return Ok(());
        }
        let left = deeper(within.left, name)?;
        for entry in entries {
            let path = joined(name, &entry.path, within);
            self.count(&path, entry.size)?;
            let steps: Vec<Step> = within
                .steps
                .iter()
                .copied()
                .chain([Step::Zip(entry.at)])
                .collect();
            let inner = Within {
                disk: within.disk,
                steps: &steps,
                left,
            };
            self.entry(&mut archive, &path, &entry, &inner)?;
        }
        Ok(())
    }

    /// One entry of a zip file: an archive, or a file.
    fn entry<R: Read + Seek>(
        &mut self,
        archive: &mut ZipArchive<R>,
        path: &str,
        entry: &Entry,
        inner: &Within<'_>,
    ) -> Result<(), BundleError> {
        if entry.locked && !self.proven && entry.size <= PROOF {
            let mut file = place::unlocked(archive, entry.at, self.password, path)?;
            io::copy(&mut Bounded::new(&mut file, entry.size), &mut io::sink())
                .map_err(|_| BundleError::WrongPassword)?;
            self.proven = true;
        }
        let mut file = Bounded::new(
            place::unlocked(archive, entry.at, self.password, path)?,
            entry.size,
        );
        let head = head_of(&mut file, path)?;
        match kind::mark(&head) {
            Mark::File(kind) => {
                self.push(
                    path.to_owned(),
                    entry.size,
                    kind,
                    inner.disk,
                    inner.steps.to_vec(),
                    entry.sum,
                );
                Ok(())
            }
            Mark::Zip | Mark::Gzip | Mark::Tar => {
                let bytes = place::whole(&mut io::Cursor::new(head).chain(file), path)?;
                self.add(path, Bytes::of(bytes), inner, entry.size, &|| Ok(entry.sum))
            }
        }
    }

    fn gzip(
        &mut self,
        name: &str,
        mut bytes: Bytes,
        within: &Within<'_>,
        size: u64,
    ) -> Result<(), BundleError> {
        let left = deeper(within.left, name)?;
        let head = head_of(&mut MultiGzDecoder::new(&mut bytes), name)?;
        bytes.rewind()?;
        let most = NEVER_A_BOMB
            .max(size.saturating_mul(MOST_TIMES))
            .min(LARGEST_BUNDLE);
        let steps: Vec<Step> = within.steps.iter().copied().chain([Step::Gzip]).collect();
        let inner = Within {
            disk: within.disk,
            steps: &steps,
            left,
        };
        let mut unpacked = Measured::new(MultiGzDecoder::new(&mut bytes), most);
        let bomb = |error: &io::Error| match error.kind() {
            io::ErrorKind::InvalidData => BundleError::Bomb(names::shown(name)),
            _ => place::failed(error, name, 0),
        };
        match kind::mark(&head) {
            Mark::Tar => self.tarball(name, &mut unpacked, &inner),
            Mark::Zip | Mark::Gzip => {
                let whole = place::whole(&mut unpacked, name)?;
                let (size, sum) = (whole.len() as u64, unpacked.sum());
                self.add(name, Bytes::of(whole), &inner, size, &|| Ok(sum))
            }
            Mark::File(kind) => {
                io::copy(&mut unpacked, &mut io::sink()).map_err(|error| bomb(&error))?;
                let (size, sum) = (unpacked.count, unpacked.sum());
                self.count(name, size)?;
                self.push(name.to_owned(), size, kind, inner.disk, steps.clone(), sum);
                Ok(())
            }
        }
    }

    fn tar(
        &mut self,
        name: &str,
        bytes: &mut Bytes,
        within: &Within<'_>,
        size: u64,
    ) -> Result<(), BundleError> {
        let inner = Within {
            disk: within.disk,
            steps: within.steps,
            left: deeper(within.left, name)?,
        };
        self.tarball(name, &mut Measured::new(bytes, size), &inner)
    }

    /// The entries of a tarball, in the order in which they come.
    fn tarball(
        &mut self,
        name: &str,
        reader: &mut Measured<impl Read>,
        within: &Within<'_>,
    ) -> Result<(), BundleError> {
        let mut known = HashSet::new();
        let (mut before, mut searched) = (0_u64, 0_u64);
        // The end of a tarball is a block of zeros. One that is cut has none, wherever it was cut.
        let mut ended = Ending::new(reader);
        let mut archive = tar::Archive::new(&mut ended);
        let entries = archive.entries().map_err(|error| broken(&error, name))?;
        for (at, entry) in entries.enumerate() {
            let mut entry = entry.map_err(|error| broken(&error, name))?;
            let raw = entry.path_bytes().into_owned();
            let kind = entry.header().entry_type();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                names::check(&raw).map(drop).or_else(|error| top(&raw, error))?;
                continue;
            }
            let path = joined(name, &names::check(&raw)?, within);
            if !kind.is_file() {
                return Err(BundleError::Link(names::shown(&path)));
            }
            if !known.insert(path.clone()) {
                return Err(BundleError::Twice(names::shown(&path)));
            }
            let size = entry.size();
            self.count(&path, size)?;
            before = before.saturating_add(size);
            searched = searched.saturating_add(before);
            if searched > MOST_SEARCHED {
                return Err(BundleError::TooLarge(names::shown(&path)));
            }
            if names::is_litter(&path) {
                continue;
            }
            let steps: Vec<Step> = within.steps.iter().copied().chain([Step::Tar(at)]).collect();
            let inner = Within {
                disk: within.disk,
                steps: &steps,
                left: within.left,
            };
            let head = head_of(&mut entry, &path)?;
            let mut rest = Measured::new(io::Cursor::new(head.clone()).chain(entry), size);
            match kind::mark(&head) {
                Mark::File(kind) => {
                    io::copy(&mut rest, &mut io::sink()).map_err(|error| broken(&error, &path))?;
                    if rest.count != size {
                        return Err(broken(&io::ErrorKind::UnexpectedEof.into(), &path));
                    }
                    self.push(path, size, kind, inner.disk, steps.clone(), rest.sum());
                }
                Mark::Zip | Mark::Gzip | Mark::Tar => {
                    let whole = place::whole(&mut rest, &path)?;
                    let sum = rest.sum();
                    self.add(&path, Bytes::of(whole), &inner, size, &|| Ok(sum))?;
                }
            }
        }
        if ended.zeros {
            Ok(())
        } else {
            Err(broken(&io::ErrorKind::UnexpectedEof.into(), name))
        }
    }
}

/// `./` is the folder itself and no path.
fn top(raw: &[u8], error: BundleError) -> Result<(), BundleError> {
    if matches!(raw, b"./" | b".") {
        Ok(())
    } else {
        Err(error)
    }
}

fn broken(error: &io::Error, name: &str) -> BundleError {
    match error.kind() {
        io::ErrorKind::InvalidData => BundleError::Bomb(names::shown(name)),
        // The reader of tarballs says so of one that is cut.
        io::ErrorKind::Other => place::failed(&io::ErrorKind::UnexpectedEof.into(), name, 0),
        _ => place::failed(error, name, 0),
    }
}

fn deeper(left: usize, name: &str) -> Result<usize, BundleError> {
    left.checked_sub(1)
        .ok_or_else(|| BundleError::TooDeep(names::shown(name)))
}

/// The path of an entry. The name of the archive that the person gave is left out: it is the bundle's.
fn joined(archive: &str, path: &str, within: &Within<'_>) -> String {
    let own = within.steps.is_empty() || matches!(within.steps, [Step::Gzip]);
    if own && !archive.contains('/') {
        path.to_owned()
    } else {
        format!("{archive}!{path}")
    }
}

/// An entry of a zip file that is a file.
struct Entry {
    at: usize,
    path: String,
    size: u64,
    sum: u32,
    locked: bool,
}

/// All files of a zip file, once nothing about them is wrong.
fn checked<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<Vec<Entry>, BundleError> {
    let broken = |_| BundleError::Broken(names::shown(name));
    if archive.len() > MOST_ENTRIES {
        return Err(BundleError::TooMany);
    }
    // Something in front of it would be another file to another program.
    if archive.offset() != 0 {
        return Err(BundleError::Broken(names::shown(name)));
    }
    if archive.has_duplicate_names() || archive.has_overlapping_entries().map_err(broken)? {
        return Err(BundleError::Twice(names::shown(name)));
    }
    let mut known = HashSet::new();
    let mut entries = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(broken)?;
        let raw = entry.name_raw().to_vec();
        if entry.is_symlink()
            || !matches!(
                entry.unix_mode().map_or(0, |mode| mode & 0o170_000),
                0 | 0o100_000 | 0o040_000
            )
        {
            return Err(BundleError::Link(names::shown(&String::from_utf8_lossy(&raw))));
        }
        if raw.ends_with(b"/") || raw.ends_with(b"\\") && entry.size() == 0 {
            names::check(&raw).map(drop).or_else(|error| top(&raw, error))?;
            continue;
        }
        let path = names::check(&raw)?;
        let packing = entry.compression();
        if !entry.encrypted() && !matches!(packing, CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(BundleError::Packing(names::shown(&path)));
        }
        let most = NEVER_A_BOMB.max(entry.compressed_size().saturating_mul(MOST_TIMES));
        if entry.size() > most {
            return Err(BundleError::Bomb(names::shown(&path)));
        }
        if !known.insert(path.clone()) {
            return Err(BundleError::Twice(names::shown(&path)));
        }
        if !names::is_litter(&path) {
            entries.push(Entry {
                at,
                path,
                size: entry.size(),
                sum: entry.crc32(),
                locked: entry.encrypted(),
            });
        }
    }
    Ok(entries)
}

/// The first bytes of a file.
fn head_of(reader: &mut dyn Read, name: &str) -> Result<Vec<u8>, BundleError> {
    let mut head = Vec::new();
    reader
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|error| place::failed(&error, name, 0))?;
    Ok(head)
}

/// Counts and sums what goes through it, and stops it where it is too much.
struct Measured<R> {
    inner: R,
    count: u64,
    most: u64,
    sum: crc32fast::Hasher,
}

impl<R> Measured<R> {
    fn new(inner: R, most: u64) -> Self {
        Self {
            inner,
            count: 0,
            most,
            sum: crc32fast::Hasher::new(),
        }
    }

    fn sum(&self) -> u32 {
        self.sum.clone().finalize()
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(piece)?;
        self.sum.update(piece.get(..count).unwrap_or_default());
        self.count += count as u64;
        if self.count > self.most {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(count)
    }
}

/// Notes whether the last block that was read is one of zeros.
struct Ending<'r, R> {
    inner: &'r mut R,
    zeros: bool,
}

impl<'r, R> Ending<'r, R> {
    fn new(inner: &'r mut R) -> Self {
        Self { inner, zeros: false }
    }
}

impl<R: Read> Read for Ending<'_, R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(piece)?;
        if let Some(read) = piece.get(..count)
            && count > 0
        {
            self.zeros = read.iter().all(|byte| *byte == 0);
        }
        Ok(count)
    }
}
