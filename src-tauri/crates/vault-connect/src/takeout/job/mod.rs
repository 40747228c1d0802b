//! From files to the vault: the look before, which stores nothing, and the import, which goes on where it stopped.

mod check;
mod import;
mod look;
mod row;

use std::path::PathBuf;

use bundle::{BundleError, open};
use secrecy::SecretString;
use thiserror::Error;
use vault_core::{SpaceHandle, VaultError};
use vault_store::{ImportId, Sha256};

use super::{Bundle, Importer, Mapping, TakeoutError};

pub use check::{Check, CheckedAside, CheckedFile, Findings, Question, Unknown};
pub use import::{Ended, begin, run};
pub use look::{check, check_with};
pub use row::{AsideRow, Fixed, RowCell, WholeRow, aside, fix, raw_row};

/// Why files were not imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Something is wrong with the files.
    #[error(transparent)]
    Takeout(#[from] TakeoutError),
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Nothing of it is known, so there is nothing to import.
    #[error("nothing in it is known")]
    Unknown,
    /// What is known of it says nothing of the person's work, or has no row.
    #[error("nothing in it would be imported")]
    Nothing,
    /// The whole of a row is not kept.
    #[error("the row is not kept")]
    NotKept,
    /// The work ended without an answer: a defect.
    #[error("the work ended without an answer")]
    Ended,
}

impl ImportError {
    /// The code of the message for people, where it is about the files.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Takeout(error) => Some(error.code()),
            Self::Unknown => Some("IMP-201"),
            Self::Nothing => Some("IMP-234"),
            Self::NotKept => Some("IMP-232"),
            Self::Vault(_) | Self::Ended => None,
        }
    }
}

/// The importers that the person's own mappings make. A mapping that no longer makes one is passed over.
///
/// # Errors
/// The vault is locked, or the database could not be read.
pub async fn own_importers(space: &SpaceHandle) -> Result<Vec<Importer>, VaultError> {
    let texts = space.mappings().await?.into_iter();
    Ok(texts
        .filter_map(|(_, text)| serde_json::from_str::<Mapping>(&text).ok())
        .filter_map(|mapping| mapping.importer().ok())
        .collect())
}

/// Remembers a mapping under its name.
///
/// # Errors
/// [`VaultError::Invalid`] for a name that cannot be one, or too many; the database could not be written.
pub async fn keep_mapping(space: &SpaceHandle, mapping: &Mapping) -> Result<(), VaultError> {
    let text =
        serde_json::to_string(mapping).map_err(|_| VaultError::Internal("a mapping could not be written"))?;
    space.put_mapping(&mapping.name, &text).await
}

/// The files at these places, if they are those with this digest.
fn same_files(
    places: &[String],
    digest: Sha256,
    password: Option<&SecretString>,
) -> Result<Bundle, ImportError> {
    let places: Vec<PathBuf> = places.iter().map(PathBuf::from).collect();
    let bundle = open(&places, password).map_err(TakeoutError::from)?;
    if digest == Sha256(bundle.digest()) {
        Ok(bundle)
    } else {
        Err(TakeoutError::from(BundleError::Changed).into())
    }
}

/// Looks whether the files of an import are where they were, and are those.
///
/// # Errors
/// They are gone, or others.
pub async fn find_again(
    space: &SpaceHandle,
    id: ImportId,
    password: Option<SecretString>,
) -> Result<(), ImportError> {
    let import = space.import(id).await?.import;
    blocking(move || same_files(&import.places, import.digest, password.as_ref()).map(drop)).await
}

/// Runs work that blocks, off the threads that answer.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImportError> + Send + 'static,
) -> Result<T, ImportError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| ImportError::Ended)?
}

/// A platform whose files are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlatform {
    /// Id of the importer.
    pub id: String,
    /// The platform's name.
    pub name: String,
    /// What its files hold, in words.
    pub files: String,
}

/// The platforms whose files are known, in the order of their names.
#[must_use]
pub fn platforms() -> Vec<KnownPlatform> {
    let mut all: Vec<KnownPlatform> = super::importers()
        .iter()
        .map(|importer| {
            let mut words: Vec<&str> = Vec::new();
            for layout in importer.layout.iter().filter(|layout| layout.left_out.is_none()) {
                if !words.contains(&layout.what.as_str()) {
                    words.push(&layout.what);
                }
            }
            KnownPlatform {
                id: importer.id.clone(),
                name: importer.name.clone(),
                files: words.join(", "),
            }
        })
        .collect();
    all.sort_by_key(|platform| platform.name.to_lowercase());
    all
}
