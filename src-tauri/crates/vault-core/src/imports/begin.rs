//! Beginning an import. Nothing of a file is in the vault before.

use serde_json::Value;
use time::OffsetDateTime;
use vault_store::{
    ImportId, Sha256,
    import_files::{self, ImportFile, ImportFileState, ImportSums},
    imports::{self, Import, ImportState},
    retrievals::{self, Retrieval, RetrievalKind},
};

use super::{Account, changed, ending};
use crate::{SpaceHandle, VaultError, VaultEvent};

/// The most files of one import.
const MOST_FILES: usize = 10_000;

/// What an import begins with: what the look at the files found, and what the person chose.
#[derive(Clone)]
pub struct NewImport {
    /// Its identifier, given to the look before.
    pub id: ImportId,
    /// Whose account it is.
    pub account: Account,
    /// The reader and its version; records name it as their source.
    pub source: String,
    /// What the files were recognised as.
    pub layout: String,
    /// The files' paths on this computer.
    pub places: Vec<String>,
    /// The name of the file or folder.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// What identifies it.
    pub digest: Sha256,
    /// Whether other people's data is left out.
    pub without_people: bool,
    /// The zone of times that say none.
    pub time_zone: Option<String>,
    /// What the look found, as the shell words it.
    pub findings: Value,
    /// The files inside.
    pub files: Vec<NewImportFile>,
}

/// A file inside an import.
#[derive(Clone)]
pub struct NewImportFile {
    /// Its place.
    pub position: u32,
    /// Its path inside the archive or folder.
    pub path: String,
    /// What it holds, in words.
    pub what: String,
    /// The layout that it is read by; empty for one that is left out.
    pub layout: String,
    /// Whether it is taken in.
    pub taken: bool,
    /// Whether it holds data of other people.
    pub people: bool,
    /// Rows in it.
    pub total: u64,
    /// Up to when it knows what happened; `None` where it does not say.
    pub as_of: Option<OffsetDateTime>,
    /// The platform's own counter in it.
    pub counter: Option<u64>,
}

impl std::fmt::Debug for NewImport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewImport")
            .field("id", &self.id)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// Begins an import: it is running from here, and each batch of it is one transaction.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] for an account's name that cannot be one, or too many files; the database could not be written.
    pub async fn begin_import(&self, new: NewImport) -> Result<Import, VaultError> {
        new.account.check()?;
        if new.files.len() > MOST_FILES {
            return Err(VaultError::Invalid {
                field: "files",
                why: "fewer files in one import",
            });
        }
        self.write(move |turn| {
            let now = turn.now();
            let (import, made) = turn.space.db.write(|tx| {
                let (connection, made) = new.account.find_or_make(tx, now)?;
                let retrieval = Retrieval::begin(connection, RetrievalKind::Import, &new.source, now);
                retrievals::insert(tx, &retrieval)?;
                let import = Import {
                    id: new.id,
                    retrieval: retrieval.id,
                    connection,
                    platform: new.account.platform.clone(),
                    platform_name: new.account.platform_name.clone(),
                    layout: new.layout.clone(),
                    state: ImportState::Running,
                    code: String::new(),
                    places: new.places.clone(),
                    name: new.name.clone(),
                    size: new.size,
                    digest: new.digest,
                    without_people: new.without_people,
                    time_zone: new.time_zone.clone(),
                    findings: new.findings.clone(),
                    started_at: now,
                    changed_at: now,
                    undo_until: Some(now + ending::UNDO),
                };
                imports::insert(tx, &import)?;
                for file in &new.files {
                    import_files::insert(tx, import.id, &file.stored())?;
                }
                Ok::<_, VaultError>((import, made))
            })?;
            if made {
                turn.tell(VaultEvent::ConnectionsChanged {
                    space: turn.space.info.id,
                });
            }
            changed(turn, import.id);
            Ok(import)
        })
        .await
    }
}

impl NewImportFile {
    fn stored(&self) -> ImportFile {
        ImportFile {
            position: self.position,
            path: self.path.clone(),
            what: self.what.clone(),
            layout: self.layout.clone(),
            state: if self.taken {
                ImportFileState::Waiting
            } else {
                ImportFileState::LeftOut
            },
            people: self.people,
            total: self.total,
            next_row: 0,
            // A file that does not say counts less than any that does.
            as_of: self.as_of.unwrap_or(OffsetDateTime::UNIX_EPOCH),
            counter: self.counter,
            sums: ImportSums::default(),
        }
    }
}
