//! The look before an import.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    ops::ControlFlow,
};

use bundle::{Bundle, BundleError};
use time::OffsetDateTime;
use tokio::runtime::Handle;
use vault_core::{SpaceHandle, VaultError, imports::Account};
use vault_store::{ImportId, NewRecord, Sha256, import_files::ImportSums, records::Became};

use super::{
    ImportError, blocking,
    check::{Check, CheckedAside, CheckedFile, Findings, Question, Unknown},
    own_importers,
};
use crate::{
    Stop,
    takeout::{
        Batch, Choices, Importer, Recognised, RecognisedFile, RowRead, Sums, TakeoutError, importer, open,
        read, recognise_with, zone,
    },
};

/// Records that the look before shows.
const SAMPLE: usize = 5;
/// Rows set aside that the look before shows.
const SHOWN_ASIDE: usize = 50;
/// Rows that say something else than the vault; more are counted by a guess.
const MOST_DOUBTS: usize = 100_000;
/// A moment after every other: a file that knew up to then would count most.
const LATEST: OffsetDateTime = time::macros::datetime!(9999-01-01 00:00 UTC);

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
        let bundle = open(&question.places, question.password.as_ref()).map_err(TakeoutError::from)?;
        let said = said(&question)?;
        let recognised = recognise_with(&bundle, &own, question.chosen.as_deref(), &said)?;
        let own: Vec<Importer> = said
            .into_iter()
            .map(|(_, importer)| importer)
            .chain(own)
            .collect();
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

/// The importers of what the person says of single files.
fn said(question: &Question) -> Result<Vec<(usize, Importer)>, TakeoutError> {
    let all = question.mappings.iter();
    all.map(|(position, mapping)| Ok((*position, mapping.importer()?)))
        .collect()
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
        for file in &recognised.files {
            let reader = file.layout.as_ref().and_then(|id| importer(id.importer(), own));
            let taken = reader.is_some() && !self.choices.leave_out.contains(&file.position);
            let mut checked = CheckedFile {
                file: file.clone(),
                taken,
                sums: ImportSums::default(),
                adds_up: Sums::default(),
                as_of: None,
                counter: None,
                wall_clock: false,
            };
            // Those that are left out too: the person may change that without another look.
            if let Some(importer) = reader {
                self.one(&mut checked, importer)?;
            }
            files.push(checked);
        }
        let known = Findings {
            from: None,
            to: None,
            kinds: Vec::new(),
            money: Default::default(),
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
            wall_clock: false,
        };
        Ok(Check {
            id,
            question,
            name: self.bundle.name().to_owned(),
            size: self.bundle.size(),
            digest: Sha256(self.bundle.digest()),
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
                checked.wall_clock = end.wall_clock;
                self.days_doubtful |= end.days_doubtful;
            }
            Err(error @ TakeoutError::Files(BundleError::EndsInTheMiddle { .. })) => {
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
