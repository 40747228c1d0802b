//! Imports as the pages show them: before anything is stored, while they go on, and after.

mod aside;
mod mapping;

use serde::Serialize;
use specta::Type;
use time::OffsetDateTime;
use vault_connect::takeout::{
    self, MoneySums,
    job::{Check, Findings},
};
use vault_core::{
    imports::{Coverage, ImportProgress},
    money::amount,
};
use vault_store::{
    Currency, NewRecord,
    import_files::{self, ImportFileState},
    imports as store,
    records::Sum,
};

use super::{
    completeness::{Counter, Gap, gaps},
    time::{rfc3339, stamp},
    values::Money,
};
use crate::error::AppError;

use aside::{AsideCount, reasons};
pub(crate) use aside::{AsideRow, RowFault, WholeAside, aside_row};
pub(crate) use mapping::{Mapping, MappingTable, TableColumn, fits};

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ImportState {
    Checking,
    Checked,
    Running,
    Paused,
    Done,
    Stopped,
    Failed,
    Undone,
}

impl From<store::ImportState> for ImportState {
    fn from(state: store::ImportState) -> Self {
        match state {
            store::ImportState::Running => Self::Running,
            store::ImportState::Paused => Self::Paused,
            store::ImportState::Done => Self::Done,
            store::ImportState::Stopped => Self::Stopped,
            store::ImportState::Failed => Self::Failed,
            store::ImportState::Undone => Self::Undone,
        }
    }
}

/// Rows by what became of them: `new + had + changed + contained + aside = read`.
#[derive(Clone, Copy, Default, Serialize, Type)]
pub(crate) struct ImportSums {
    read: u64,
    new: u64,
    had: u64,
    changed: u64,
    contained: u64,
    aside: u64,
}

impl From<import_files::ImportSums> for ImportSums {
    fn from(sums: import_files::ImportSums) -> Self {
        Self {
            read: sums.read,
            new: sums.new,
            had: sums.had,
            changed: sums.changed,
            contained: sums.contained,
            aside: sums.aside,
        }
    }
}

/// How a file inside stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FileState {
    Waiting,
    Reading,
    Done,
    LeftOut,
    Unknown,
}

/// A file inside of what is imported.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportFile {
    position: u32,
    path: String,
    what: String,
    state: FileState,
    /// Why it is left out, in words.
    left_out: Option<String>,
    /// Whether the person may leave it out or take it.
    optional: bool,
    taken: bool,
    sums: ImportSums,
    /// How much of it is in, from 0 to 1.
    #[specta(type = i32)] // a finite number
    share: f64,
    unknown_columns: Vec<String>,
    people: bool,
}

/// The money of the files in one currency. What is of two kinds is never added: payouts hold payments, and so do statements.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrencySum {
    currency: String,
    payments: Money,
    /// Money that went to the person, without the sign that the file writes before it.
    payouts: Money,
    /// What was charged for something else than work.
    charges: Money,
    statements: Money,
    /// What gigs say themselves that they brought.
    work: Money,
    in_vault: Option<Money>,
}

impl CurrencySum {
    fn of(currency: Currency, sums: &MoneySums, in_vault: &[Sum]) -> Self {
        let amount = |minor| amount(minor, currency).into();
        Self {
            currency: currency.as_str().to_owned(),
            payments: amount(sums.payments),
            payouts: amount(sums.payouts.saturating_abs()),
            charges: amount(sums.charges),
            statements: amount(sums.statements),
            work: amount(sums.work),
            in_vault: in_vault
                .iter()
                .find(|sum| sum.amount.currency == currency)
                .map(|sum| sum.amount.into()),
        }
    }
}

/// A record as it will look.
#[derive(Clone, Serialize, Type)]
pub(crate) struct SampleRecord {
    kind: String,
    start: String,
    title: Option<String>,
    amount: Option<Money>,
    status: Option<String>,
}

impl From<&NewRecord> for SampleRecord {
    fn from(record: &NewRecord) -> Self {
        Self {
            kind: record.kind.as_str().to_owned(),
            start: record.start.map(rfc3339).unwrap_or_default(),
            title: record.title.clone(),
            amount: record.amount.map(Money::from),
            status: record.status.clone(),
        }
    }
}

/// Records of a kind.
#[derive(Clone, Serialize, Type)]
pub(crate) struct KindCount {
    kind: String,
    rows: u64,
}

/// An import as its page shows it.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportView {
    id: String,
    state: ImportState,
    error: Option<AppError>,
    platform: String,
    platform_name: String,
    layout: String,
    sure: bool,
    file_name: String,
    size: u64,
    account: String,
    from: Option<String>,
    to: Option<String>,
    kinds: Vec<KindCount>,
    sums: ImportSums,
    total: Option<u64>,
    files: Vec<ImportFile>,
    money: Vec<CurrencySum>,
    aside: Vec<AsideCount>,
    latest_aside: Vec<AsideRow>,
    sample: Vec<SampleRecord>,
    people: bool,
    without_people: bool,
    /// Whether there are times as the clock on the wall showed them, without a word where that was.
    wall_clock: bool,
    /// The zone by which they are read (IANA).
    time_zone: Option<String>,
    counter: Option<Counter>,
    gaps: Vec<Gap>,
    undo_until: Option<String>,
    started_at: String,
}

impl ImportView {
    /// Files that are being looked at, or could not be.
    pub(crate) fn looking(
        id: String,
        name: String,
        account: String,
        rows: u64,
        error: Option<AppError>,
        at: OffsetDateTime,
    ) -> Self {
        let state = if error.is_some() {
            ImportState::Failed
        } else {
            ImportState::Checking
        };
        Self {
            id,
            state,
            error,
            platform: String::new(),
            platform_name: String::new(),
            layout: String::new(),
            sure: false,
            file_name: name,
            size: 0,
            account,
            from: None,
            to: None,
            kinds: Vec::new(),
            sums: ImportSums {
                read: rows,
                ..ImportSums::default()
            },
            total: None,
            files: Vec::new(),
            money: Vec::new(),
            aside: Vec::new(),
            latest_aside: Vec::new(),
            sample: Vec::new(),
            people: false,
            without_people: false,
            wall_clock: false,
            time_zone: None,
            counter: None,
            gaps: Vec::new(),
            undo_until: None,
            started_at: stamp(at),
        }
    }

    /// Files that were looked at. `in_vault` is what the platform's payments in the vault add up to.
    pub(crate) fn checked(check: &Check, in_vault: &[Sum], at: OffsetDateTime) -> Self {
        let findings = check.findings();
        let mut files: Vec<ImportFile> = check
            .files
            .iter()
            .map(|one| ImportFile {
                position: u32::try_from(one.file.position).unwrap_or(u32::MAX),
                path: one.file.path.clone(),
                what: one.file.what.clone(),
                state: if one.taken {
                    FileState::Waiting
                } else {
                    FileState::LeftOut
                },
                left_out: left_out(&findings, one.file.position, one.taken),
                optional: one.file.layout.is_some(),
                taken: one.taken,
                sums: one.sums.into(),
                share: 0.0,
                unknown_columns: one.file.unknown_columns.clone(),
                people: one.file.people,
            })
            .collect();
        files.extend(unknown(&findings));
        let sums = check.sums();
        let nothing = check.files.iter().all(|one| !one.taken);
        let error = if nothing && !findings.unknown.is_empty() {
            Some(AppError::new("IMP-201"))
        } else {
            check.warning.map(AppError::new)
        };
        let counter = check.counter();
        let work = |findings: &Findings| {
            let kinds = findings.kinds.iter();
            kinds
                .filter(|(kind, _)| *kind == vault_store::RecordKind::Work)
                .map(|(_, count)| count)
                .sum()
        };
        let latest = check.asides.iter().map(|aside| AsideRow {
            position: u32::try_from(aside.position).unwrap_or(u32::MAX),
            file: what_of(&check.files, aside.position),
            row: aside.row,
            reason: aside.reason.words().to_owned(),
            text: aside.text.clone(),
            hint: None,
        });
        Self {
            state: ImportState::Checked,
            error,
            platform: check.platform.clone(),
            platform_name: check.platform_name.clone(),
            layout: check.layout.clone(),
            file_name: check.name.clone(),
            size: check.size,
            account: check.question.account.clone(),
            sums: sums.into(),
            total: Some(sums.read),
            files,
            aside: reasons(
                check
                    .aside()
                    .into_iter()
                    .map(|(reason, rows)| (reason.word().to_owned(), rows)),
            ),
            latest_aside: latest.collect(),
            without_people: check.question.without_people,
            time_zone: check.question.time_zone.clone(),
            counter: counter.map(|says| Counter {
                says,
                holds: work(&findings),
            }),
            ..Self::found(check.id.to_string(), &findings, in_vault, at)
        }
    }

    /// An import in the vault. `coverage` is what there is of its platform.
    pub(crate) fn kept(progress: ImportProgress, in_vault: &[Sum], coverage: Option<&Coverage>) -> Self {
        let ImportProgress {
            import,
            account,
            files,
            sums,
            reasons: why,
            latest,
        } = progress;
        let findings: Findings = serde_json::from_value(import.findings.clone()).unwrap_or_default();
        let total = files
            .iter()
            .filter(|file| file.state != ImportFileState::LeftOut)
            .map(|file| file.total)
            .sum();
        let shown = latest.into_iter().map(|aside| aside_row(&files, aside)).collect();
        let mut all: Vec<ImportFile> = files.iter().map(|file| kept_file(&findings, file)).collect();
        all.extend(unknown(&findings));
        let done = import.state == store::ImportState::Done;
        let counter = files.iter().filter_map(|file| file.counter).max();
        Self {
            state: import.state.into(),
            error: (!import.code.is_empty()).then(|| AppError::new(&import.code)),
            platform: import.platform,
            platform_name: import.platform_name,
            layout: import.layout,
            file_name: import.name,
            size: import.size,
            account,
            sums: sums.into(),
            total: Some(total),
            files: all,
            aside: reasons(why.into_iter()),
            latest_aside: shown,
            without_people: import.without_people,
            time_zone: import.time_zone,
            counter: counter.zip(coverage).map(|(says, coverage)| Counter {
                says,
                holds: coverage.counter.map_or(0, |(_, holds)| holds),
            }),
            gaps: coverage.filter(|_| done).map(gaps).unwrap_or_default(),
            undo_until: import.undo_until.map(stamp),
            ..Self::found(import.id.to_string(), &findings, in_vault, import.started_at)
        }
    }

    fn found(id: String, findings: &Findings, in_vault: &[Sum], at: OffsetDateTime) -> Self {
        let money = findings
            .money
            .iter()
            .map(|(currency, sums)| CurrencySum::of(*currency, sums, in_vault));
        let kinds = findings.kinds.iter().map(|(kind, rows)| KindCount {
            kind: kind.as_str().to_owned(),
            rows: *rows,
        });
        Self {
            sure: findings.sure,
            from: findings.from.map(rfc3339),
            to: findings.to.map(rfc3339),
            kinds: kinds.collect(),
            money: money.collect(),
            sample: findings.sample.iter().map(SampleRecord::from).collect(),
            people: findings.people,
            wall_clock: findings.wall_clock,
            ..Self::looking(id, String::new(), String::new(), 0, None, at)
        }
    }
}

fn kept_file(findings: &Findings, file: &import_files::ImportFile) -> ImportFile {
    let position = usize::try_from(file.position).unwrap_or(usize::MAX);
    let taken = file.state != ImportFileState::LeftOut;
    let share = match file.state {
        ImportFileState::Done => 1.0,
        ImportFileState::Waiting | ImportFileState::LeftOut => 0.0,
        ImportFileState::Reading => share(file.sums.read, file.total),
    };
    ImportFile {
        position: file.position,
        path: file.path.clone(),
        what: file.what.clone(),
        state: match file.state {
            ImportFileState::Waiting => FileState::Waiting,
            ImportFileState::Reading => FileState::Reading,
            ImportFileState::Done => FileState::Done,
            ImportFileState::LeftOut => FileState::LeftOut,
        },
        left_out: left_out(findings, position, taken),
        optional: !file.layout.is_empty(),
        taken,
        sums: file.sums.into(),
        share,
        unknown_columns: findings
            .unknown_columns
            .get(&position)
            .cloned()
            .unwrap_or_default(),
        people: file.people,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for the eye")]
fn share(done: u64, of: u64) -> f64 {
    if of == 0 {
        return 0.0;
    }
    (done as f64 / of as f64).min(1.0)
}

fn left_out(findings: &Findings, position: usize, taken: bool) -> Option<String> {
    if taken {
        return None;
    }
    let why = findings.left_out.get(&position).cloned();
    Some(why.unwrap_or_else(|| "You left it out.".to_owned()))
}

fn unknown(findings: &Findings) -> impl Iterator<Item = ImportFile> {
    findings.unknown.iter().map(|file| ImportFile {
        position: u32::try_from(file.position).unwrap_or(u32::MAX),
        path: file.path.clone(),
        what: String::new(),
        state: FileState::Unknown,
        left_out: None,
        optional: false,
        taken: false,
        sums: ImportSums::default(),
        share: 0.0,
        unknown_columns: file.columns.clone(),
        people: false,
    })
}

fn what_of(files: &[takeout::job::CheckedFile], position: usize) -> String {
    files
        .iter()
        .find(|one| one.file.position == position)
        .map(|one| one.file.what.clone())
        .unwrap_or_default()
}

/// A file whose layout is not known. No values.
#[derive(Clone, Serialize, Type)]
pub(crate) struct UnknownShape {
    pub(crate) file: String,
    pub(crate) rows: u64,
    pub(crate) columns: Vec<String>,
    pub(crate) nearest: Option<String>,
}

/// A platform whose files are known.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ImportPlatform {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) files: String,
}

/// A file in the watched folder that was recognised.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundFile {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) platform_name: String,
    pub(crate) at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payout_is_shown_without_the_sign_of_the_file() {
        let sums = MoneySums {
            payments: -900,
            payouts: -8100,
            ..MoneySums::default()
        };
        let shown = CurrencySum::of("USD".parse().unwrap(), &sums, &[]);
        assert_eq!((shown.payments.minor, shown.payouts.minor), (-900, 8100));
    }
}
