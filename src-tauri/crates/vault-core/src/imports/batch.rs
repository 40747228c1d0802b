//! Batches of rows: one raw document each, as many in a transaction as come together.

use time::OffsetDateTime;
use vault_store::{
    Assurance, ImportId, NewRecord, RecordFault, Tx,
    import_asides::{self, Aside},
    import_files::{self, ImportFileState, ImportSums},
    imports::{Import, ImportState},
    records::{self, Became},
    retrieval_documents::{self, NewDocument},
    retrievals,
};

use super::{changed, kept};
use crate::{SpaceHandle, VaultError};

/// Longest text that is kept of a row that is set aside, in bytes.
const LONGEST_ASIDE: usize = 300;

/// Rows of one file, as its reader read them.
pub struct ImportBatch {
    /// Place of the file in the import.
    pub position: u32,
    /// The row that it begins with: one that was taken is not taken twice.
    pub first_row: u64,
    /// The row to go on with.
    pub next_row: u64,
    /// Whether the file ends with it.
    pub ends: bool,
    /// The header and the rows, as bytes: the raw document of its records.
    pub raw: Vec<u8>,
    /// Their media type.
    pub media_type: &'static str,
    /// What became of each row.
    pub rows: Vec<(u64, ImportRow)>,
}

/// A row as it was read.
pub enum ImportRow {
    /// It says this.
    Records(Vec<NewRecord>),
    /// It repeats what other rows say.
    Contained,
    /// It cannot be read.
    Aside {
        /// Why, as a word.
        reason: String,
        /// The beginning of it.
        text: String,
    },
}

impl std::fmt::Debug for ImportBatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ImportBatch")
            .field("position", &self.position)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// Takes batches: their raw bytes, their records, their rows set aside, the sums and the place to go on from, all of it or nothing. What
    /// became of their rows. Many rows in one transaction take less time each than few.
    ///
    /// # Errors
    /// [`VaultError::Cancelled`] when the import was paused or stopped meanwhile; [`VaultError::Invalid`] for a batch with rows that
    /// were taken; the database could not be written.
    pub async fn take_import_batches(
        &self,
        id: ImportId,
        batches: Vec<ImportBatch>,
    ) -> Result<ImportSums, VaultError> {
        self.write(move |turn| {
            let received_at = turn.now();
            let sums = turn.space.db.write(|tx| {
                let import = super::import(tx, id)?;
                if import.state != ImportState::Running {
                    return Err(VaultError::Cancelled);
                }
                let mut sums = ImportSums::default();
                for batch in batches {
                    sums += take(tx, &import, batch, received_at)?;
                }
                Ok(sums)
            })?;
            // That there are records is told when the import rests: pages would read again with every batch.
            changed(turn, id);
            Ok(sums)
        })
        .await
    }
}

fn take(
    tx: &Tx<'_>,
    import: &Import,
    batch: ImportBatch,
    received_at: OffsetDateTime,
) -> Result<ImportSums, VaultError> {
    let id = import.id;
    let files = import_files::list(tx, id)?;
    let file = files
        .into_iter()
        .find(|file| file.position == batch.position)
        .ok_or(VaultError::NoSuch("file of the import"))?;
    if batch.first_row < file.next_row {
        return Err(VaultError::Invalid {
            field: "first_row",
            why: "a row after those of the last batch",
        });
    }
    let (records, shape) = apart(batch.rows);
    let mut counts = None;
    // A row that is set aside can be corrected later, from what is kept here.
    let aside = shape
        .iter()
        .any(|(_, shape)| matches!(shape, Shape::Aside { .. }));
    if aside || !records.is_empty() {
        let document = NewDocument {
            bytes: &batch.raw,
            media_type: batch.media_type,
            locator: &kept::locator(&file.path, batch.first_row),
            position: file.position,
            received_at,
            assurance: Assurance::Imported,
            as_of: Some(file.as_of),
        };
        let stored = retrieval_documents::store(tx, import.retrieval, &document)?;
        let intake = records::intake(tx, &stored, &records)?;
        let checkpoint = format!("{}:{}", file.position, batch.next_row);
        retrievals::advance(tx, import.retrieval, intake.counts, Some(&checkpoint))?;
        counts = Some(intake);
    }
    let intake = counts.unwrap_or_default();
    let faults: std::collections::HashMap<usize, RecordFault> = intake.set_aside.iter().copied().collect();
    let mut sums = ImportSums::default();
    for (row, shape) in shape {
        sums.read += 1;
        match shape {
            Shape::Contained => sums.contained += 1,
            Shape::Aside { reason, text } => {
                sums.aside += 1;
                keep_aside(tx, id, &file, row, reason, text)?;
            }
            Shape::Records { first, count } => {
                let became = intake.became.iter().skip(first).take(count).max().copied();
                match became {
                    Some(Became::New) => sums.new += 1,
                    Some(Became::Changed) => sums.changed += 1,
                    Some(Became::Same) => sums.had += 1,
                    Some(Became::SetAside) | None => {
                        sums.aside += 1;
                        let reason = faults.get(&first).map_or("empty", |fault| fault_word(*fault));
                        keep_aside(tx, id, &file, row, reason.to_owned(), String::new())?;
                    }
                }
            }
        }
    }
    let state = if batch.ends {
        ImportFileState::Done
    } else {
        ImportFileState::Reading
    };
    import_files::advance(tx, id, batch.position, sums, batch.next_row, state)?;
    Ok(sums)
}

/// What a row is, with its records beside.
enum Shape {
    Records { first: usize, count: usize },
    Contained,
    Aside { reason: String, text: String },
}

fn apart(rows: Vec<(u64, ImportRow)>) -> (Vec<NewRecord>, Vec<(u64, Shape)>) {
    let mut records = Vec::with_capacity(rows.len());
    let mut shapes = Vec::with_capacity(rows.len());
    for (row, read) in rows {
        let shape = match read {
            ImportRow::Records(all) => {
                let (first, count) = (records.len(), all.len());
                records.extend(all);
                Shape::Records { first, count }
            }
            ImportRow::Contained => Shape::Contained,
            ImportRow::Aside { reason, text } => Shape::Aside { reason, text },
        };
        shapes.push((row, shape));
    }
    (records, shapes)
}

fn keep_aside(
    tx: &Tx<'_>,
    id: ImportId,
    file: &import_files::ImportFile,
    row: u64,
    reason: String,
    mut text: String,
) -> Result<(), VaultError> {
    text.truncate(text.floor_char_boundary(LONGEST_ASIDE));
    let aside = Aside {
        position: file.position,
        row,
        reason,
        text,
    };
    Ok(import_asides::insert(tx, id, &aside)?)
}

/// The word for what records may not be.
pub(super) const fn fault_word(fault: RecordFault) -> &'static str {
    match fault {
        RecordFault::Key => "key",
        RecordFault::Duplicate => "duplicate",
        RecordFault::TooLong => "tooLong",
        RecordFault::Time => "time",
        RecordFault::Amount => "amount",
        RecordFault::Rating => "rating",
    }
}
