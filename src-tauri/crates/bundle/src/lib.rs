//! What a person drops: files, folders, zip files and tarballs, as one flat list of files. Everything is read in place; nothing is ever
//! written to the disk. What archives say about sizes is not believed: reading stops where a limit is.

mod archive;
mod digest;
mod error;
mod folder;
mod kind;
mod names;
mod place;
pub mod table;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

pub use error::BundleError;
pub use kind::Kind;
pub use names::shown;
use place::Place;
pub(crate) use place::{failed, whole};

/// The most files, in all archives together.
pub const MOST_ENTRIES: usize = 5_000;
/// The longest path of a file, in bytes.
pub const LONGEST_NAME: usize = 512;
/// How many archives may be inside each other.
pub const DEEPEST: usize = 3;
/// The most bytes of one file, unpacked.
pub const LARGEST_FILE: u64 = 2 * 1024 * 1024 * 1024;
/// The most bytes of all files together, unpacked.
pub const LARGEST_BUNDLE: u64 = 8 * 1024 * 1024 * 1024;
/// The largest archive inside an archive, and the largest workbook: they are held in memory.
pub const LARGEST_INNER: u64 = 64 * 1024 * 1024;

/// A file of a bundle. A sheet of a workbook is one, too.
#[derive(Clone, PartialEq, Eq)]
pub struct BundleFile {
    /// Its path in the bundle, with `/` between the parts; `!` follows the name of an archive, `#` the name of a workbook.
    pub path: String,
    /// Its size in bytes, unpacked, as the archive says.
    pub size: u64,
    /// What it is, by its first bytes.
    pub kind: Kind,
    place: Place,
}

impl fmt::Debug for BundleFile {
    /// Names of files may be words of the person.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BundleFile")
            .field("size", &self.size)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Files that were looked at and can be read.
#[derive(Clone)]
pub struct Bundle {
    name: String,
    size: u64,
    digest: [u8; 32],
    files: Vec<BundleFile>,
    password: Option<SecretString>,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Bundle")
            .field("size", &self.size)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl Bundle {
    /// What to call it: the name of the first file or folder that was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size on the disk, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What it is known by, SHA-256 of: names, sizes and check sums of its files; without the name where there is one file.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Its files, by their paths.
    #[must_use]
    pub fn files(&self) -> &[BundleFile] {
        &self.files
    }

    /// One of its files.
    ///
    /// # Errors
    /// [`BundleError::Changed`] for a position that it does not have.
    pub fn file(&self, position: usize) -> Result<&BundleFile, BundleError> {
        self.files.get(position).ok_or(BundleError::Changed)
    }

    /// Hands the bytes of a file to `work`, unpacked.
    ///
    /// # Errors
    /// What is wrong with the file, or what `work` found.
    pub fn with<T>(
        &self,
        position: usize,
        work: &mut dyn FnMut(&mut dyn std::io::Read) -> Result<T, BundleError>,
    ) -> Result<T, BundleError> {
        place::with(self.file(position)?, self.password.as_ref(), work)
    }
}

/// Looks at files and folders. It blocks; `password` opens encrypted zip files.
///
/// # Errors
/// The first thing that is wrong with them; [`BundleError::NeedsPassword`] when a password is asked for.
pub fn open(paths: &[PathBuf], password: Option<&SecretString>) -> Result<Bundle, BundleError> {
    let mut list = archive::Listing::new(password);
    let mut size = 0_u64;
    for path in paths {
        size = size.saturating_add(folder::list(path, &mut list)?);
    }
    let mut listed = list.end();
    if listed.is_empty() {
        return Err(BundleError::Empty);
    }
    listed.sort_by(|one, other| one.0.path.cmp(&other.0.path));
    Ok(Bundle {
        name: paths.first().map(|path| name_of(path)).unwrap_or_default(),
        size,
        digest: digest::of(&listed),
        files: listed.into_iter().map(|(file, _)| file).collect(),
        password: password.cloned(),
    })
}

/// The last part of a path, fit to be shown.
fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| shown(&name.to_string_lossy()))
        .unwrap_or_default()
}
