//! Packages: an app in a zip file. Read whole and checked before anything of it is kept; nothing is ever unpacked onto the disk.

mod archive;
mod error;
mod media;
mod names;
mod signature;
#[cfg(test)]
mod tests;

use openplatform::manifest::{MAX_MANIFEST_BYTES, Manifest};

pub use archive::{MOST_FILES, MOST_UNPACKED};
pub use error::PackageError;
pub use media::media_type;

/// The description of an app inside its package.
const MANIFEST: &str = "openplatform.json";
/// The largest package, in bytes.
pub const LARGEST_PACKAGE: usize = 32 * 1024 * 1024;

/// A package that was read and checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Package {
    /// What its `openplatform.json` says.
    pub manifest: Manifest,
    /// The same as it stands there.
    pub text: String,
    /// Fingerprint of the key that signed it: the SHA-256 of the key in hexadecimal digits; empty for one without a signature.
    pub key_pin: String,
    /// Its files in the order of their paths, the sums and their signature left out.
    pub files: Vec<PackageFile>,
}

/// A file of a package.
#[derive(Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Its path inside the package, without a slash at the start.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Package {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Package")
            .field("name", &self.manifest.name)
            .field("key_pin", &self.key_pin)
            .field("files", &self.files.len())
            .finish()
    }
}

impl Package {
    /// Reads a package.
    ///
    /// # Errors
    /// The first thing that is wrong with it; see [`PackageError`].
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        if bytes.len() > LARGEST_PACKAGE {
            return Err(PackageError::TooLarge);
        }
        let mut files = archive::read(bytes)?;
        let manifest = files
            .iter()
            .find(|file| file.path == MANIFEST)
            .ok_or(PackageError::NoManifest)?;
        if manifest.bytes.len() > MAX_MANIFEST_BYTES {
            return Err(PackageError::Manifest(format!(
                "it is larger than {} KiB",
                MAX_MANIFEST_BYTES / 1024
            )));
        }
        let text = String::from_utf8(manifest.bytes.clone())
            .map_err(|_| PackageError::Manifest("it is not text in UTF-8".to_owned()))?;
        let manifest =
            Manifest::parse(text.as_bytes()).map_err(|error| PackageError::Manifest(error.to_string()))?;
        let key_pin = signature::check(&files, manifest.vault.key.as_ref())?;
        files.retain(|file| !signature::is_part(&file.path));
        let first = names::first_page(manifest.url.as_deref()).ok_or_else(|| {
            PackageError::Manifest("`url` is not the path of a file of the package".to_owned())
        })?;
        if !files.iter().any(|file| file.path == first) {
            return Err(PackageError::NoFirstPage(first));
        }
        Ok(Self {
            manifest,
            text,
            key_pin,
            files,
        })
    }
}
