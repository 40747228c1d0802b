//! From files to the vault: the look before, which stores nothing, and the import, which goes on where it stopped.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    ops::ControlFlow,
    path::PathBuf,
};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use vault_core::{
    SpaceHandle, VaultError,
    imports::{Account, ImportBatch, ImportRow, NewImport, NewImportFile},
};
use vault_store::{
    Amount, Currency, ImportId, NewRecord, RecordKind, Sha256,
    import_files::{ImportFileState, ImportSums},
    imports::ImportState,
    records::Became,
};

use super::{
    AsideReason, Batch, Bundle, Choices, Importer, Mapping, Recognised, RecognisedFile, RowRead, Sums,
    TakeoutError, importer, open, read, recognise, zone,
};
use crate::Stop;

/// Records that the look before shows.
const SAMPLE: usize = 5;
/// Rows set aside that the look before shows.
const SHOWN_ASIDE: usize = 50;
/// Rows that say something else than the vault; more are counted by a guess.
const MOST_DOUBTS: usize = 100_000;
/// A moment after every other: a file that knew up to then would count most.
const LATEST: OffsetDateTime = time::macros::datetime!(9999-01-01 00:00 UTC);

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
            Self::Vault(_) | Self::Ended => None,
        }
    }
}

/// What is looked at, and how.
#[derive(Clone, Default)]
pub struct Question {
    /// Files and folders of this computer.
    pub places: Vec<PathBuf>,
    /// Opens encrypted files.
    pub password: Option<SecretString>,
    /// Id of an importer or platform that the person named.
    pub chosen: Option<String>,
    /// The account's name at the platform; empty for the only one.
    pub account: String,
    /// Positions of files that are left out beside those that the importer leaves out.
    pub leave_out: BTreeSet<usize>,
    /// Whether other people's data is left out.
    pub without_people: bool,
    /// The zone of times that say none.
    pub time_zone: Option<String>,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Question")
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}

/// What a look at files found. It is kept with the import, so that its page shows it for as long as there is one.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Findings {
    /// The earliest moment.
    #[serde(with = "time::serde::rfc3339::option")]
    pub from: Option<OffsetDateTime>,
    /// The latest moment.
    #[serde(with = "time::serde::rfc3339::option")]
    pub to: Option<OffsetDateTime>,
    /// Records by kind.
    pub kinds: Vec<(RecordKind, u64)>,
    /// Money by currency: payments that count as earnings, and payouts.
    pub money: Vec<(Amount, Amount)>,
    /// The first records as they will look.
    pub sample: Vec<NewRecord>,
    /// Whether every header is known to the last column, and no day may be a month.
    pub sure: bool,
    /// Whether there is data of other people.
    pub people: bool,
    /// Why files are left out, by position.
    pub left_out: BTreeMap<usize, String>,
    /// Columns that no record gets, by position.
    pub unknown_columns: BTreeMap<usize, Vec<String>>,
    /// Files that are not known.
    pub unknown: Vec<Unknown>,
    /// Id of the importer.
    pub importer: String,
}

/// A file that is not known. It holds no value.
#[derive(Clone, Serialize, Deserialize)]
pub struct Unknown {
    /// Its position in the bundle.
    pub position: usize,
    /// Its path in it.
    pub path: String,
    /// Its columns, as far as they look like names.
    pub columns: Vec<String>,
    /// The layout that it is nearest to.
    pub nearest: Option<String>,
}

/// A file that was looked at.
#[derive(Clone)]
pub struct CheckedFile {
    /// What it was recognised as.
    pub file: RecognisedFile,
    /// Whether it is taken in.
    pub taken: bool,
    /// What would become of its rows.
    pub sums: ImportSums,
    /// What they add up to.
    pub adds_up: Sums,
    /// Up to when it knows.
    pub as_of: Option<OffsetDateTime>,
    /// The platform's own counter.
    pub counter: Option<u64>,
}

/// A row that would be set aside.
#[derive(Clone)]
pub struct CheckedAside {
    /// Position of its file.
    pub position: usize,
    /// Its row.
    pub row: u64,
    /// Why.
    pub reason: AsideReason,
    /// Its beginning.
    pub text: String,
}

/// A look at files. Nothing of it is stored.
#[derive(Clone)]
pub struct Check {
    /// The id that the import will have.
    pub id: ImportId,
    /// What was looked at.
    pub question: Question,
    /// The name of the file or folder.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// What identifies it.
    pub digest: Sha256,
    /// Id of the platform.
    pub platform: String,
    /// Its name.
    pub platform_name: String,
    /// What it was recognised as, for people.
    pub layout: String,
    /// The files inside.
    pub files: Vec<CheckedFile>,
    /// The first rows that would be set aside.
    pub asides: Vec<CheckedAside>,
    /// What does not depend on which files are taken.
    known: Findings,
    /// The code of what is wrong with a file that can be read all the same.
    pub warning: Option<&'static str>,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Check")
            .field("id", &self.id)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}

impl Check {
    /// What would become of all rows of the files that are taken.
    #[must_use]
    pub fn sums(&self) -> ImportSums {
        let mut all = ImportSums::default();
        self.taken().for_each(|file| all += file.sums);
        all
    }

    /// Leaves out files beside those that the importer leaves out. Nothing is read again.
    pub fn leave_out(&mut self, positions: BTreeSet<usize>) {
        for one in &mut self.files {
            one.taken = one.file.layout.is_some() && !positions.contains(&one.file.position);
        }
        self.question.leave_out = positions;
    }

    /// Rows that would be set aside, by reason.
    #[must_use]
    pub fn aside(&self) -> BTreeMap<AsideReason, u64> {
        let mut all = BTreeMap::new();
        for (reason, count) in self.taken().flat_map(|file| &file.adds_up.aside) {
            *all.entry(*reason).or_default() += count;
        }
        all
    }

    /// What is found in the files that are taken.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let mut kinds: BTreeMap<RecordKind, u64> = BTreeMap::new();
        let mut money: BTreeMap<Currency, (i64, i64)> = BTreeMap::new();
        let mut findings = self.known.clone();
        for file in self.taken() {
            let sums = &file.adds_up;
            for (kind, count) in &sums.kinds {
                *kinds.entry(*kind).or_default() += count;
            }
            for (currency, part) in &sums.money {
                let entry = money.entry(*currency).or_default();
                entry.0 = entry.0.saturating_add(part.payments);
                entry.1 = entry.1.saturating_add(part.payouts);
            }
            findings.from = match (findings.from, sums.from) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            findings.to = findings.to.max(sums.to);
        }
        findings.people = self.taken().any(|file| file.file.people);
        findings.kinds = kinds.into_iter().collect();
        let amounts = |(currency, (payments, payouts))| {
            let amount = |minor| Amount {
                minor,
                currency,
                exponent: vault_core::money::exponent(currency),
            };
            (amount(payments), amount(payouts))
        };
        findings.money = money.into_iter().map(amounts).collect();
        findings
    }

    /// The platform's own counter of work.
    #[must_use]
    pub fn counter(&self) -> Option<u64> {
        self.taken().filter_map(|file| file.counter).max()
    }

    fn taken(&self) -> impl Iterator<Item = &CheckedFile> {
        self.files.iter().filter(|file| file.taken)
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

/// Looks at files: what they are, what would become of each row, and what they add up to. `told` hears how many rows were read; it is asked
/// again and again, and nothing is stored.
///
/// # Errors
/// What is wrong with the files; [`VaultError::Cancelled`] when it was stopped; the vault was locked.
pub async fn check(
    space: &SpaceHandle,
    id: ImportId,
    question: Question,
    stop: Stop,
    told: impl Fn(u64) + Send + 'static,
) -> Result<Check, ImportError> {
    let own = own_importers(space).await?;
    check_with(space, id, question, own, stop, told).await
}

/// The same with importers that the vault does not keep.
///
/// # Errors
/// As [`check`].
pub async fn check_with(
    space: &SpaceHandle,
    id: ImportId,
    question: Question,
    own: Vec<Importer>,
    stop: Stop,
    told: impl Fn(u64) + Send + 'static,
) -> Result<Check, ImportError> {
    let (space, runtime) = (space.clone(), Handle::current());
    blocking(move || {
        let mut question = question;
        let bundle = open(&question.places, question.password.as_ref())?;
        let recognised = recognise(&bundle, &own, question.chosen.as_deref())?;
        if question.time_zone.is_none() {
            question.time_zone = zone(&bundle, &recognised, &own)?;
        }
        let looking = Looking {
            space,
            runtime,
            bundle: &bundle,
            account: Account {
                platform: recognised.platform.clone(),
                platform_name: recognised.name.clone(),
                name: question.account.clone(),
            },
            choices: choices(&question),
            stop,
            told: &told,
            seen: HashSet::new(),
            rows: 0,
            sample: Vec::new(),
            asides: Vec::new(),
            warning: None,
            days_doubtful: false,
        };
        looking.all(id, question, recognised, &own)
    })
    .await
}

fn choices(question: &Question) -> Choices {
    Choices {
        leave_out: question.leave_out.clone(),
        without_people: question.without_people,
        time_zone: question.time_zone.clone(),
    }
}

struct Looking<'b, F> {
    space: SpaceHandle,
    runtime: Handle,
    bundle: &'b Bundle,
    account: Account,
    choices: Choices,
    stop: Stop,
    told: &'b F,
    /// Keys of this look, short: a row that comes in two of its files is new once.
    seen: HashSet<u64>,
    rows: u64,
    sample: Vec<NewRecord>,
    asides: Vec<CheckedAside>,
    warning: Option<&'static str>,
    /// Days may be months in one of its files.
    days_doubtful: bool,
}

impl<F: Fn(u64)> Looking<'_, F> {
    fn all(
        mut self,
        id: ImportId,
        question: Question,
        recognised: Recognised,
        own: &[Importer],
    ) -> Result<Check, ImportError> {
        let mut files = Vec::with_capacity(recognised.files.len());
        let importer = importer(&recognised.importer, own);
        for file in &recognised.files {
            let readable = file.layout.is_some();
            let taken = readable && !self.choices.leave_out.contains(&file.position);
            let mut checked = CheckedFile {
                file: file.clone(),
                taken,
                sums: ImportSums::default(),
                adds_up: Sums::default(),
                as_of: None,
                counter: None,
            };
            // Those that are left out too: the person may change that without another look.
            if let Some(importer) = importer.filter(|_| readable) {
                self.one(&mut checked, importer)?;
            }
            files.push(checked);
        }
        let known = Findings {
            from: None,
            to: None,
            kinds: Vec::new(),
            money: Vec::new(),
            sample: self.sample,
            sure: recognised.sure && !self.days_doubtful,
            people: false,
            left_out: recognised
                .files
                .iter()
                .filter_map(|file| Some((file.position, file.left_out?.words().to_owned())))
                .collect(),
            unknown_columns: recognised
                .files
                .iter()
                .filter(|file| !file.unknown_columns.is_empty())
                .map(|file| (file.position, file.unknown_columns.clone()))
                .collect(),
            unknown: recognised
                .unknown
                .into_iter()
                .map(|file| Unknown {
                    position: file.position,
                    path: file.path,
                    columns: file.columns,
                    nearest: file.nearest,
                })
                .collect(),
            importer: recognised.importer,
        };
        Ok(Check {
            id,
            question,
            name: self.bundle.name().to_owned(),
            size: self.bundle.size(),
            digest: self.bundle.digest(),
            platform: recognised.platform,
            platform_name: recognised.name,
            layout: recognised.layout,
            files,
            asides: self.asides,
            known,
            warning: self.warning,
        })
    }

    fn one(&mut self, checked: &mut CheckedFile, importer: &Importer) -> Result<(), ImportError> {
        let file = checked.file.clone();
        let choices = self.choices.clone();
        let (mut sums, mut adds_up) = (ImportSums::default(), Sums::default());
        let (mut doubts, mut failed) = (Vec::new(), None);
        let bundle = self.bundle;
        let ended = read(bundle, &file, importer, 0, &choices, &mut |batch| {
            if self.stop.is_set() {
                failed = Some(VaultError::Cancelled);
                return ControlFlow::Break(());
            }
            match self.batch(&file, batch, &mut adds_up, &mut doubts) {
                Ok(part) => {
                    sums += part;
                    self.rows += part.read;
                    (self.told)(self.rows);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        match ended {
            Ok(end) => {
                checked.as_of = end.as_of;
                checked.counter = end.counter;
                self.days_doubtful |= end.days_doubtful;
            }
            Err(error @ TakeoutError::EndsInTheMiddle { .. }) => {
                // What is whole can be kept; the person is told.
                self.warning = Some(error.code());
                checked.as_of = adds_up.to;
            }
            Err(error) => return Err(error.into()),
        }
        self.settle(&mut sums, checked.as_of, doubts)?;
        checked.sums = sums;
        checked.adds_up = adds_up;
        Ok(())
    }

    /// Rows that say something else than the vault: whether they count depends on what the whole file knows.
    fn settle(
        &self,
        sums: &mut ImportSums,
        as_of: Option<OffsetDateTime>,
        doubts: Vec<Vec<NewRecord>>,
    ) -> Result<(), VaultError> {
        for part in doubts.chunks(1_000) {
            let records: Vec<NewRecord> = part.iter().flatten().cloned().collect();
            let became = self.foresee(as_of, records)?;
            let mut became = became.into_iter();
            for row in part {
                let most = became.by_ref().take(row.len()).max();
                if most != Some(Became::Changed) {
                    sums.changed -= 1;
                    sums.had += 1;
                }
            }
        }
        Ok(())
    }

    fn batch(
        &mut self,
        file: &RecognisedFile,
        batch: Batch,
        adds_up: &mut Sums,
        doubts: &mut Vec<Vec<NewRecord>>,
    ) -> Result<ImportSums, VaultError> {
        let mut sums = ImportSums::default();
        let mut rows: Vec<Vec<NewRecord>> = Vec::with_capacity(batch.rows.len());
        for (number, row) in batch.rows {
            adds_up.add(&row);
            sums.read += 1;
            match row {
                RowRead::Record(record) => rows.push(vec![*record]),
                RowRead::Records(records) => rows.push(records),
                RowRead::Contained => sums.contained += 1,
                RowRead::Aside(reason, text) => {
                    sums.aside += 1;
                    if self.asides.len() < SHOWN_ASIDE {
                        self.asides.push(CheckedAside {
                            position: file.position,
                            row: number,
                            reason,
                            text,
                        });
                    }
                }
            }
        }
        for record in rows.iter().flatten() {
            if self.sample.len() < SAMPLE {
                self.sample.push(record.clone());
            }
        }
        let became = self.foresee(Some(LATEST), rows.iter().flatten().cloned().collect())?;
        let mut became = became.into_iter();
        for row in rows {
            let mut most = Became::SetAside;
            for (record, one) in row.iter().zip(became.by_ref()) {
                let mut hasher = DefaultHasher::new();
                record.source_key.hash(&mut hasher);
                let first = self.seen.insert(hasher.finish());
                most = most.max(if one == Became::New && !first {
                    Became::Same
                } else {
                    one
                });
            }
            match most {
                Became::New => sums.new += 1,
                Became::Same => sums.had += 1,
                Became::SetAside => sums.aside += 1,
                Became::Changed => {
                    sums.changed += 1;
                    if doubts.len() < MOST_DOUBTS {
                        doubts.push(row);
                    }
                }
            }
        }
        Ok(sums)
    }

    fn foresee(
        &self,
        as_of: Option<OffsetDateTime>,
        records: Vec<NewRecord>,
    ) -> Result<Vec<Became>, VaultError> {
        let account = self.account.clone();
        self.runtime
            .block_on(self.space.foresee_import(account, as_of, records))
    }
}

/// Begins an import of what was looked at. From here it is in the vault.
///
/// # Errors
/// [`ImportError::Unknown`] when nothing of it is known; the vault was locked.
pub async fn begin(space: &SpaceHandle, check: &Check) -> Result<ImportId, ImportError> {
    if !check.files.iter().any(|file| file.taken) {
        return Err(ImportError::Unknown);
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
    let findings: Findings = serde_json::from_value(import.findings.clone()).unwrap_or_default();
    let choices = Choices {
        leave_out: Default::default(),
        without_people: import.without_people,
        time_zone: import.time_zone.clone(),
    };
    let (runtime, vault) = (Handle::current(), space.clone());
    let finished = blocking(move || {
        let places: Vec<PathBuf> = import.places.iter().map(PathBuf::from).collect();
        let bundle = open(&places, password.as_ref())?;
        if bundle.digest() != import.digest {
            return Err(TakeoutError::Changed.into());
        }
        let recognised = recognise(&bundle, &own, Some(&findings.importer))?;
        let importer = importer(&recognised.importer, &own).ok_or(TakeoutError::NoImporter)?;
        let mut warning = None;
        for file in progress.files {
            if matches!(file.state, ImportFileState::Done | ImportFileState::LeftOut) {
                continue;
            }
            let known = recognised
                .files
                .iter()
                .find(|one| {
                    u32::try_from(one.position) == Ok(file.position)
                        && one.path == file.path
                        && one
                            .layout
                            .as_ref()
                            .is_some_and(|layout| layout.as_str() == file.layout)
                })
                .ok_or(TakeoutError::Changed)?;
            let mut next = file.next_row;
            let mut failed = None;
            let ended = read(&bundle, known, importer, file.next_row, &choices, &mut |batch| {
                if stop.is_set() {
                    failed = Some(VaultError::Cancelled);
                    return ControlFlow::Break(());
                }
                next = batch.next_row;
                let taken = runtime.block_on(vault.take_import_batch(id, taken(file.position, batch)));
                match taken {
                    Ok(_) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            });
            if let Some(error) = failed {
                return Err(error.into());
            }
            match ended {
                Ok(_) => {}
                Err(error @ TakeoutError::EndsInTheMiddle { .. }) => warning = Some(error.code()),
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
    blocking(move || {
        let places: Vec<PathBuf> = import.places.iter().map(PathBuf::from).collect();
        let bundle = open(&places, password.as_ref())?;
        if bundle.digest() == import.digest {
            Ok(())
        } else {
            Err(TakeoutError::Changed.into())
        }
    })
    .await
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
