//! The rows of files as they are kept: raw documents, each with the header and some rows.

use vault_store::{
    ImportId, RetrievalId, Sha256, View,
    import_asides::{self, Aside},
    import_files::{self, ImportFile},
    imports::Import,
    raw_documents, retrieval_documents,
};

use super::import;
use crate::{SpaceHandle, VaultError};

/// What stands between the path of a file and its first row.
const FROM: &str = " from row ";

/// Some rows of a file as they are kept.
#[derive(Clone)]
pub struct KeptRows {
    /// Path of the file inside what was imported.
    pub path: String,
    /// The number of the first row behind the header; `None` for a row that the person corrected, which is a document of its own.
    pub first_row: Option<u64>,
    /// The document.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for KeptRows {
    /// How much, and not what.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("KeptRows")
            .field("first_row", &self.first_row)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// A row that was set aside, with where it stands.
#[derive(Debug, Clone)]
pub struct KeptAside {
    /// The row.
    pub aside: Aside,
    /// Its file.
    pub file: ImportFile,
    /// Its import.
    pub import: Import,
    /// The documents with rows of the file, each with the number of its first row, in order.
    pub documents: Vec<(u64, Sha256)>,
}

impl KeptAside {
    /// The document that holds the row; `None` where it was not kept.
    #[must_use]
    pub fn document(&self) -> Option<Sha256> {
        let mut before = self
            .documents
            .iter()
            .filter(|(first, _)| *first <= self.aside.row);
        before.next_back().map(|(_, sha256)| *sha256)
    }
}

/// Where the rows of a document were: the path of their file, and the first of them.
pub(super) fn locator(path: &str, first_row: u64) -> String {
    format!("{path}{FROM}{first_row}")
}

/// Where a row was that the person corrected.
pub(super) fn corrected(path: &str, row: u64) -> String {
    format!("{path} row {row}, corrected")
}

fn place_of(locator: &str) -> (&str, Option<u64>) {
    let parts = locator.rsplit_once(FROM);
    parts
        .and_then(|(path, row)| Some((path, Some(row.parse().ok()?))))
        .unwrap_or_else(|| {
            (
                locator.rsplit_once(" row ").map_or(locator, |(path, _)| path),
                None,
            )
        })
}

impl SpaceHandle {
    /// A document with rows of a file; `None` if the retrieval has no such document.
    ///
    /// # Errors
    /// The vault is locked, the document is damaged, or the database could not be read.
    pub async fn kept_rows(
        &self,
        retrieval: RetrievalId,
        sha256: Sha256,
    ) -> Result<Option<KeptRows>, VaultError> {
        self.read(move |db| db.read(|view| kept_rows(view, retrieval, sha256)))
            .await
    }

    /// A row that is set aside.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] if it is not, or not any more; the database could not be read.
    pub async fn kept_aside(&self, id: ImportId, position: u32, row: u64) -> Result<KeptAside, VaultError> {
        self.read(move |db| db.read(|view| kept_aside(view, id, position, row)))
            .await
    }
}

fn kept_rows(
    view: &View<'_>,
    retrieval: RetrievalId,
    sha256: Sha256,
) -> Result<Option<KeptRows>, VaultError> {
    let Some(locator) = retrieval_documents::locator(view, retrieval, sha256)? else {
        return Ok(None);
    };
    let (path, first_row) = place_of(&locator);
    let kept = raw_documents::bytes(view, sha256)?.map(|bytes| KeptRows {
        path: path.to_owned(),
        first_row,
        bytes,
    });
    Ok(kept)
}

fn kept_aside(view: &View<'_>, id: ImportId, position: u32, row: u64) -> Result<KeptAside, VaultError> {
    let import = import(view, id)?;
    let aside = import_asides::get(view, id, position, row)?.ok_or(VaultError::NoSuch("row set aside"))?;
    let file = import_files::list(view, id)?
        .into_iter()
        .find(|file| file.position == position)
        .ok_or(VaultError::NoSuch("file of the import"))?;
    let mut documents: Vec<(u64, Sha256)> = retrieval_documents::list(view, import.retrieval)?
        .into_iter()
        .filter(|document| document.position == position)
        .filter_map(|document| Some((place_of(&document.locator).1?, document.sha256)))
        .collect();
    documents.sort_unstable_by_key(|(first, _)| *first);
    Ok(KeptAside {
        aside,
        file,
        import,
        documents,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locator_says_where_rows_were() {
        assert_eq!(
            place_of(&locator("a/b from row 3.csv", 17)),
            ("a/b from row 3.csv", Some(17))
        );
        assert_eq!(place_of(&corrected("a row.csv", 8)), ("a row.csv", None));
        assert_eq!(place_of("/rest/trips?page=2"), ("/rest/trips?page=2", None));
    }
}
