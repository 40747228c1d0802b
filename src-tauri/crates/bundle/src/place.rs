//! Where a file of a bundle lies, and the way to its bytes.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else went wrong means the same here"
)]

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    path::PathBuf,
};

use flate2::read::MultiGzDecoder;
use secrecy::{ExposeSecret as _, SecretString};
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use super::{BundleError, BundleFile, LARGEST_INNER, names};

/// A file of the disk, and the steps into it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) disk: PathBuf,
    pub(super) steps: Vec<Step>,
}

/// A step into an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The entry of a zip file, by its number.
    Zip(usize),
    /// The entry of a tarball, by its number.
    Tar(usize),
    /// The one file in a gzip file.
    Gzip,
}

/// Bytes with a position: a file of the disk, or an archive inside another.
pub(super) enum Bytes {
    Disk(BufReader<File>),
    Memory(Cursor<Vec<u8>>),
}

impl Bytes {
    pub(super) fn open(path: &std::path::Path) -> Result<Self, BundleError> {
        let file = File::open(path).map_err(|_| BundleError::NotReadable)?;
        Ok(Self::Disk(BufReader::with_capacity(64 * 1024, file)))
    }

    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self::Memory(Cursor::new(bytes))
    }

    pub(super) fn rewind(&mut self) -> Result<(), BundleError> {
        self.seek(SeekFrom::Start(0))
            .map(drop)
            .map_err(|_| BundleError::NotReadable)
    }
}

impl Read for Bytes {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Disk(file) => file.read(piece),
            Self::Memory(bytes) => bytes.read(piece),
        }
    }
}

impl Seek for Bytes {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Disk(file) => file.seek(to),
            Self::Memory(bytes) => bytes.seek(to),
        }
    }
}

/// Lets so many bytes through; one more is an error, because the archive spoke of fewer.
pub(super) struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R> Bounded<R> {
    pub(super) fn new(inner: R, left: u64) -> Self {
        Self { inner, left }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(piece)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "more bytes than were announced"))?;
        Ok(count)
    }
}

/// Hands the bytes of a file to `work`.
pub(super) fn with<T>(
    file: &BundleFile,
    password: Option<&SecretString>,
    work: &mut dyn FnMut(&mut dyn Read) -> Result<T, BundleError>,
) -> Result<T, BundleError> {
    let bytes = Bytes::open(&file.place.disk)?;
    walk(bytes, &file.place.steps, file, password, work)
}

fn walk<T>(
    mut bytes: Bytes,
    steps: &[Step],
    file: &BundleFile,
    password: Option<&SecretString>,
    work: &mut dyn FnMut(&mut dyn Read) -> Result<T, BundleError>,
) -> Result<T, BundleError> {
    // A tarball is read through, however large it is.
    if let [Step::Gzip, Step::Tar(at), rest @ ..] = steps {
        return entry_of(
            &mut MultiGzDecoder::new(&mut bytes),
            *at,
            rest,
            file,
            password,
            work,
        );
    }
    let Some((step, rest)) = steps.split_first() else {
        return work(&mut Bounded::new(bytes, file.size));
    };
    let mut onward = |reader: &mut dyn Read| {
        if rest.is_empty() {
            work(&mut Bounded::new(reader, file.size))
        } else {
            let inner = whole(reader, &file.path)?;
            walk(Bytes::of(inner), rest, file, password, work)
        }
    };
    match step {
        Step::Gzip => onward(&mut MultiGzDecoder::new(&mut bytes)),
        Step::Zip(at) => {
            let mut archive = ZipArchive::new(&mut bytes).map_err(|_| BundleError::Changed)?;
            let mut entry = unlocked(&mut archive, *at, password, &file.path)?;
            onward(&mut entry)
        }
        Step::Tar(at) => entry_of(&mut bytes, *at, rest, file, password, work),
    }
}

/// An entry of a tarball.
fn entry_of<T>(
    reader: &mut dyn Read,
    at: usize,
    rest: &[Step],
    file: &BundleFile,
    password: Option<&SecretString>,
    work: &mut dyn FnMut(&mut dyn Read) -> Result<T, BundleError>,
) -> Result<T, BundleError> {
    let mut archive = tar::Archive::new(reader);
    let mut entries = archive.entries().map_err(|_| BundleError::Changed)?;
    let entry = entries.nth(at).ok_or(BundleError::Changed)?;
    let mut entry = entry.map_err(|_| BundleError::Changed)?;
    if rest.is_empty() {
        return work(&mut Bounded::new(entry, file.size));
    }
    let inner = whole(&mut entry, &file.path)?;
    walk(Bytes::of(inner), rest, file, password, work)
}

/// The whole of an archive or workbook that lies inside an archive.
pub(crate) fn whole(reader: &mut dyn Read, path: &str) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    let read = reader.take(LARGEST_INNER + 1).read_to_end(&mut bytes);
    read.map_err(|error| failed(&error, path, 0))?;
    if bytes.len() as u64 > LARGEST_INNER {
        return Err(BundleError::TooLarge(names::shown(path)));
    }
    Ok(bytes)
}

/// An entry of a zip file, with the password where it has one.
pub(super) fn unlocked<'a, R: Read + Seek>(
    archive: &'a mut ZipArchive<R>,
    at: usize,
    password: Option<&SecretString>,
    path: &str,
) -> Result<ZipFile<'a, R>, BundleError> {
    let locked = archive
        .by_index_raw(at)
        .map_err(|_| BundleError::Broken(names::shown(path)))?
        .encrypted();
    let entry = match (locked, password) {
        (false, _) => archive.by_index(at),
        (true, None) => return Err(BundleError::NeedsPassword),
        (true, Some(password)) => archive.by_index_decrypt(at, password.expose_secret().as_bytes()),
    };
    entry.map_err(|error| match error {
        ZipError::InvalidPassword => BundleError::WrongPassword,
        ZipError::UnsupportedArchive(_) => BundleError::Packing(names::shown(path)),
        _ => BundleError::Broken(names::shown(path)),
    })
}

/// What a failure while reading means.
pub(crate) fn failed(error: &io::Error, path: &str, rows: u64) -> BundleError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        BundleError::EndsInTheMiddle {
            path: names::shown(path),
            rows,
        }
    } else {
        BundleError::Broken(names::shown(path))
    }
}
