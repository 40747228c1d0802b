//! A row that was set aside and that the person corrected: it becomes what it says, as a part of its import.

use vault_store::{
    Assurance, ImportId, NewRecord, RecordFault, StoreError, import_asides,
    import_files::{self, ImportSums},
    imports::ImportState,
    records::{self, Became},
    retrieval_documents::{self, NewDocument},
    retrievals,
};

use super::{batch::fault_word, changed, import, kept};
use crate::{SpaceHandle, VaultError, VaultEvent, vault::Turn};

/// A row that its importer can read since the person corrected it.
pub struct FixedRow {
    /// Place of its file in the import.
    pub position: u32,
    /// Its row.
    pub row: u64,
    /// The row as it came, with the corrected cells beside it, as JSON: the raw document of its records.
    pub document: Vec<u8>,
    /// What it says; nothing where it repeats what others say.
    pub records: Vec<NewRecord>,
}

impl std::fmt::Debug for FixedRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("FixedRow")
            .field("position", &self.position)
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

/// Why nothing was written.
enum Refused {
    Vault(VaultError),
    Record(RecordFault),
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Vault(error.into())
    }
}

impl SpaceHandle {
    /// Whether the files of an import say a record of this key already.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; the database could not be read.
    pub async fn import_says(&self, id: ImportId, source_key: &str) -> Result<bool, VaultError> {
        let key = source_key.to_owned();
        self.read(move |db| {
            db.read(|view| {
                let import = import(view, id)?;
                Ok(records::says(view, import.retrieval, &import.connection, &key)?)
            })
        })
        .await
    }

    /// Takes a corrected row as a part of its import: its records, the row with its corrections, the sums, all of it or nothing. Undoing the
    /// import takes it away, too. `None` when it is in; else the word for what its records may not be, and nothing was written.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for a row that is not set aside; [`VaultError::Invalid`] for an import that is undone; the database could not be
    /// written.
    pub async fn take_fixed_row(
        &self,
        id: ImportId,
        fixed: FixedRow,
    ) -> Result<Option<&'static str>, VaultError> {
        self.write(move |turn| match take(turn, id, &fixed) {
            Ok(()) => {
                turn.tell(VaultEvent::RecordsChanged {
                    space: turn.space.info.id,
                });
                changed(turn, id);
                Ok(None)
            }
            Err(Refused::Record(fault)) => Ok(Some(fault_word(fault))),
            Err(Refused::Vault(error)) => Err(error),
        })
        .await
    }
}

fn take(turn: &Turn<'_>, id: ImportId, fixed: &FixedRow) -> Result<(), Refused> {
    let received_at = turn.now();
    turn.space.db.write(|tx| {
        let import = import(tx, id)?;
        if matches!(import.state, ImportState::Stopped | ImportState::Undone) {
            return Err(VaultError::Invalid {
                field: "import",
                why: "one that is not undone",
            }
            .into());
        }
        let file = import_files::list(tx, id)?
            .into_iter()
            .find(|file| file.position == fixed.position)
            .ok_or(VaultError::NoSuch("file of the import"))?;
        if !import_asides::delete(tx, id, fixed.position, fixed.row)? {
            return Err(VaultError::NoSuch("row set aside").into());
        }
        let document = NewDocument {
            bytes: &fixed.document,
            media_type: "application/json",
            locator: &kept::corrected(&file.path, fixed.row),
            position: file.position,
            received_at,
            // What the person typed counts less than what a platform wrote.
            assurance: Assurance::Typed,
            as_of: Some(file.as_of),
        };
        let stored = retrieval_documents::store(tx, import.retrieval, &document)?;
        let intake = records::intake(tx, &stored, &fixed.records)?;
        if let Some((_, fault)) = intake.set_aside.first() {
            return Err(Refused::Record(*fault));
        }
        let checkpoint = format!("{}:{}", file.position, file.next_row);
        retrievals::advance(tx, import.retrieval, intake.counts, Some(&checkpoint))?;
        let mut became = ImportSums::default();
        match intake.became.iter().max() {
            Some(Became::New) => became.new = 1,
            Some(Became::Changed) => became.changed = 1,
            Some(Became::Same | Became::SetAside) => became.had = 1,
            None => became.contained = 1,
        }
        Ok(import_files::take_aside(tx, id, fixed.position, became)?)
    })
}
