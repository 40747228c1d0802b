//! The import of what was looked at.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use bundle::BundleError;
use secrecy::SecretString;
use tokio::runtime::Handle;
use vault_core::{
    SpaceHandle, VaultError,
    imports::{Account, ImportBatch, ImportRow, NewImport, NewImportFile},
};
use vault_store::{ImportId, import_files::ImportFileState, imports::ImportState};

use super::{ImportError, blocking, check::Check, keep_mapping, own_importers, same_files};
use crate::{
    Stop,
    takeout::{Batch, Choices, Importer, RowRead, TakeoutError, importer, read, recognise::recognise_as},
};

/// Begins an import of what was looked at. From here it is in the vault.
///
/// # Errors
/// [`ImportError::Unknown`] when nothing of it is known, [`ImportError::Nothing`] when nothing of it is taken; the vault was locked.
pub async fn begin(space: &SpaceHandle, check: &Check) -> Result<ImportId, ImportError> {
    if !check.files.iter().any(|file| file.taken) {
        let known = check.findings().unknown.is_empty();
        return Err(if known {
            ImportError::Nothing
        } else {
            ImportError::Unknown
        });
    }
    // The import reads its files by them, today and when it goes on.
    for mapping in check.question.mappings.values() {
        keep_mapping(space, mapping).await?;
    }
    let findings = check.findings();
    let source = format!("takeout:{}/1", findings.importer);
    let findings =
        serde_json::to_value(findings).map_err(|_| VaultError::Internal("findings could not be written"))?;
    let files = check.files.iter().map(|one| NewImportFile {
        position: u32::try_from(one.file.position).unwrap_or(u32::MAX),
        path: one.file.path.clone(),
        what: one.file.what.clone(),
        layout: one
            .file
            .layout
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        taken: one.taken,
        people: one.file.people,
        total: one.sums.read,
        as_of: one.as_of,
        counter: one.counter,
    });
    let new = NewImport {
        id: check.id,
        account: Account {
            platform: check.platform.clone(),
            platform_name: check.platform_name.clone(),
            name: check.question.account.clone(),
        },
        source,
        layout: check.layout.clone(),
        places: check
            .question
            .places
            .iter()
            .map(|place| place.to_string_lossy().into_owned())
            .collect(),
        name: check.name.clone(),
        size: check.size,
        digest: check.digest,
        without_people: check.question.without_people,
        time_zone: check.question.time_zone.clone(),
        findings,
        files: files.collect(),
    };
    Ok(space.begin_import(new).await?.id)
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All of it is in.
    Done,
    /// It was paused or stopped; the rest waits.
    Paused,
}

/// Imports what is not in yet, batch by batch. The files are looked for where they were; another file in their place is refused. What goes wrong
/// with the files is noted with the import.
///
/// # Errors
/// What is wrong with the files; the vault was locked, and then the import goes on from its last batch.
pub async fn run(
    space: &SpaceHandle,
    id: ImportId,
    password: Option<SecretString>,
    stop: Stop,
) -> Result<Ended, ImportError> {
    let own = own_importers(space).await?;
    let outcome = files_of(space, id, password, own, stop).await;
    match outcome {
        Err(ImportError::Vault(VaultError::Cancelled)) => Ok(Ended::Paused),
        Err(error) => {
            if let Some(code) = error.code() {
                space.fail_import(id, code).await?;
            }
            Err(error)
        }
        Ok(ended) => Ok(ended),
    }
}

async fn files_of(
    space: &SpaceHandle,
    id: ImportId,
    password: Option<SecretString>,
    own: Vec<Importer>,
    stop: Stop,
) -> Result<Ended, ImportError> {
    let progress = space.import(id).await?;
    if progress.import.state != ImportState::Running {
        return Ok(Ended::Paused);
    }
    let import = progress.import;
    let choices = Choices {
        leave_out: Default::default(),
        without_people: import.without_people,
        time_zone: import.time_zone.clone(),
    };
    let (runtime, vault) = (Handle::current(), space.clone());
    let finished = blocking(move || {
        let bundle = same_files(&import.places, import.digest, password.as_ref())?;
        let mut warning = None;
        let mut together = Together::default();
        for file in progress.files {
            if matches!(file.state, ImportFileState::Done | ImportFileState::LeftOut) {
                continue;
            }
            let (by, _) = file.layout.split_once('/').unwrap_or_default();
            let importer = importer(by, &own).ok_or(TakeoutError::NoImporter)?;
            let position = usize::try_from(file.position).unwrap_or(usize::MAX);
            let known = recognise_as(&bundle, position, importer, &file.layout)?
                .filter(|one| one.path == file.path)
                .ok_or(TakeoutError::Files(BundleError::Changed))?;
            let mut next = file.next_row;
            let mut failed = None;
            let mut take = |batches| runtime.block_on(vault.take_import_batches(id, batches)).map(drop);
            let ended = read(&bundle, &known, importer, file.next_row, &choices, &mut |batch| {
                if stop.is_set() {
                    failed = Some(VaultError::Cancelled);
                    return ControlFlow::Break(());
                }
                next = batch.next_row;
                match together.add(taken(file.position, batch), &mut take) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            });
            if let Some(error) = failed {
                return Err(error.into());
            }
            // What was read before a fault is taken too.
            together.rest(&mut take)?;
            match ended {
                Ok(_) => {}
                Err(error @ TakeoutError::Files(BundleError::EndsInTheMiddle { .. })) => {
                    warning = Some(error.code())
                }
                Err(error) => return Err(error.into()),
            }
            runtime.block_on(vault.end_import_file(id, file.position, next))?;
        }
        Ok(warning)
    })
    .await?;
    space.finish_import(id, finished.unwrap_or_default()).await?;
    Ok(Ended::Done)
}

/// The most batches that go into one transaction.
const MOST_TOGETHER: usize = 4;

/// A transaction that takes longer than this has too many of them: a stop waits for its end, and so does whoever else wants to write.
const LONG: Duration = Duration::from_millis(800);

/// Batches that wait to be taken in one transaction: as many as the machine takes within some tenths of a second.
struct Together {
    waiting: Vec<ImportBatch>,
    most: usize,
}

impl Default for Together {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            most: 1,
        }
    }
}

impl Together {
    /// Adds a batch, and takes all that wait if that are enough.
    fn add<E>(
        &mut self,
        batch: ImportBatch,
        take: &mut impl FnMut(Vec<ImportBatch>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.waiting.push(batch);
        if self.waiting.len() < self.most {
            return Ok(());
        }
        let begin = Instant::now();
        self.rest(take)?;
        let took = begin.elapsed();
        if took > LONG {
            self.most = self.most.saturating_sub(1).max(1);
        } else if took < LONG / 2 {
            self.most = (self.most + 1).min(MOST_TOGETHER);
        }
        Ok(())
    }

    /// Takes what waits.
    fn rest<E>(&mut self, take: &mut impl FnMut(Vec<ImportBatch>) -> Result<(), E>) -> Result<(), E> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        take(std::mem::take(&mut self.waiting))
    }
}

fn taken(position: u32, batch: Batch) -> ImportBatch {
    let row = |read| match read {
        RowRead::Record(record) => ImportRow::Records(vec![*record]),
        RowRead::Records(records) => ImportRow::Records(records),
        RowRead::Contained => ImportRow::Contained,
        RowRead::Aside(reason, text) => ImportRow::Aside {
            reason: reason.word().to_owned(),
            text,
        },
    };
    ImportBatch {
        position,
        first_row: batch.first_row,
        next_row: batch.next_row,
        ends: false,
        raw: batch.raw,
        media_type: batch.media_type,
        rows: batch
            .rows
            .into_iter()
            .map(|(number, read)| (number, row(read)))
            .collect(),
    }
}
