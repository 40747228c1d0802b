//! What a look at files found.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use vault_store::{Currency, ImportId, NewRecord, RecordKind, Sha256, import_files::ImportSums};

use crate::takeout::{AsideReason, Mapping, MoneySums, RecognisedFile, Sums};

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
    /// What the person says of single files, by position. It counts for other files with the same header, too.
    pub mappings: BTreeMap<usize, Mapping>,
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
    /// Money by currency.
    #[serde(deserialize_with = "money")]
    pub money: BTreeMap<Currency, MoneySums>,
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
    /// Whether there are times as the clock on the wall showed them, without a word where that was.
    #[serde(default)]
    pub wall_clock: bool,
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
    /// Whether its times are those of a clock on the wall, without a word where that was.
    pub wall_clock: bool,
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
    pub(super) known: Findings,
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

/// Findings of an import that kept its money in another form go without it.
fn money<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Currency, MoneySums>, D::Error> {
    let kept = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(kept).unwrap_or_default())
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
        let mut findings = self.known.clone();
        findings.money.clear();
        for file in self.taken() {
            let sums = &file.adds_up;
            for (kind, count) in &sums.kinds {
                *kinds.entry(*kind).or_default() += count;
            }
            for (currency, part) in &sums.money {
                *findings.money.entry(*currency).or_default() += *part;
            }
            findings.from = match (findings.from, sums.from) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            findings.to = findings.to.max(sums.to);
        }
        findings.wall_clock = self.taken().any(|file| file.wall_clock);
        findings.people = self.taken().any(|file| file.file.people);
        findings.kinds = kinds.into_iter().collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_in_the_former_form_go_without_their_money() {
        let mut found = Findings::default();
        let euro: Currency = "EUR".parse().unwrap();
        let sums = MoneySums {
            work: 1234,
            ..MoneySums::default()
        };
        found.money.insert(euro, sums);
        found.kinds.push((RecordKind::Work, 7));
        let mut kept = serde_json::to_value(&found).unwrap();
        let again: Findings = serde_json::from_value(kept.clone()).unwrap();
        assert_eq!(again.money, found.money);
        kept["money"] = serde_json::json!([[{ "minor": 1, "currency": "EUR", "exponent": 2 }]]);
        let former: Findings = serde_json::from_value(kept).unwrap();
        assert!(former.money.is_empty());
        assert_eq!(former.kinds, found.kinds);
    }
}
