//! Rows that were set aside: why, and each of them whole, for the person to correct.

use std::collections::BTreeMap;

use serde::Serialize;
use specta::Type;
use vault_connect::takeout::{AsideReason, job};
use vault_store::{import_asides::Aside, import_files};

use crate::view::values::RawCell;

/// Why rows were set aside, and how many.
#[derive(Clone, Serialize, Type)]
pub(crate) struct AsideCount {
    pub(super) reason: String,
    pub(super) rows: u64,
}

/// A row that was set aside.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AsideRow {
    /// Place of its file in the import.
    pub(crate) position: u32,
    pub(crate) file: String,
    /// As a person counts: the header is row 1.
    pub(crate) row: u64,
    pub(crate) reason: String,
    pub(crate) text: String,
    pub(super) hint: Option<String>,
}

/// A row that was set aside, with what its file is.
pub(crate) fn aside_row(files: &[import_files::ImportFile], aside: Aside) -> AsideRow {
    AsideRow {
        position: aside.position,
        file: files
            .iter()
            .find(|file| file.position == aside.position)
            .map(|file| file.what.clone())
            .unwrap_or_default(),
        row: aside.row,
        reason: reason_words(&aside.reason).to_owned(),
        text: aside.text,
        hint: hint(&aside.reason).map(str::to_owned),
    }
}

pub(super) fn reasons(all: impl Iterator<Item = (String, u64)>) -> Vec<AsideCount> {
    let mut by_words: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (word, rows) in all {
        *by_words.entry(reason_words(&word)).or_default() += rows;
    }
    let mut counts: Vec<AsideCount> = by_words
        .into_iter()
        .map(|(reason, rows)| AsideCount {
            reason: reason.to_owned(),
            rows,
        })
        .collect();
    counts.sort_by_key(|one| std::cmp::Reverse(one.rows));
    counts
}

/// Every reason that a reader has.
const REASONS: [AsideReason; 12] = [
    AsideReason::NoDate,
    AsideReason::BadDate,
    AsideReason::EndsFirst,
    AsideReason::NoAmount,
    AsideReason::BadAmount,
    AsideReason::LargeAmount,
    AsideReason::NoCurrency,
    AsideReason::BadCurrency,
    AsideReason::BadNumber,
    AsideReason::Width,
    AsideReason::Twice,
    AsideReason::TooLong,
];

fn reason_words(word: &str) -> &'static str {
    if let Some(reason) = REASONS.into_iter().find(|reason| reason.word() == word) {
        return reason.words();
    }
    // The rules of records have reasons of their own.
    match word {
        "key" => "Has no usable key",
        "duplicate" => "Same row twice in this file",
        "tooLong" => "A text is too long",
        "time" => "Date is out of range",
        "amount" => "Amount is out of range",
        "rating" => "Rating is not on its scale",
        _ => "Cannot be read",
    }
}

fn hint(word: &str) -> Option<&'static str> {
    match word {
        "bad-date" => Some("The date may be in another order than the rest of the file."),
        "width" => Some("A line break or a delimiter may stand inside of a cell."),
        "bad-amount" => Some("It may hold words, or another decimal sign than elsewhere."),
        _ => None,
    }
}

/// A row that is set aside, whole.
#[derive(Clone, Serialize, Type)]
pub(crate) struct WholeAside {
    /// What its file holds.
    file: String,
    /// The file's path inside what was imported.
    path: String,
    row: u64,
    fault: RowFault,
    /// Its cells; those of the first `columns` can be corrected.
    cells: Vec<RawCell>,
    columns: u32,
}

/// Why a row cannot be taken, and which of its cells are the reason; none where it is the whole row.
#[derive(Clone, Serialize, Type)]
pub(crate) struct RowFault {
    reason: String,
    hint: Option<String>,
    columns: Vec<u32>,
}

impl RowFault {
    fn new(word: &str, columns: &[usize]) -> Self {
        Self {
            reason: reason_words(word).to_owned(),
            hint: hint(word).map(str::to_owned),
            columns: columns.iter().filter_map(|at| u32::try_from(*at).ok()).collect(),
        }
    }

    /// What is wrong with a correction; nothing when it was taken.
    pub(crate) fn of(fixed: &job::Fixed) -> Option<Self> {
        match fixed {
            job::Fixed::Taken => None,
            job::Fixed::Refused { reason, faults } => Some(Self::new(reason, faults)),
        }
    }
}

impl From<job::AsideRow> for WholeAside {
    fn from(aside: job::AsideRow) -> Self {
        Self {
            file: aside.what,
            path: aside.row.file,
            row: aside.row.row,
            fault: RowFault::new(&aside.reason, &aside.faults),
            cells: aside.row.cells.into_iter().map(RawCell::from).collect(),
            columns: u32::try_from(aside.columns).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_have_words_and_are_counted_once() {
        let all = [("twice", 1), ("duplicate", 2), ("bad-date", 9), ("else", 1)];
        let counts = reasons(all.into_iter().map(|(word, rows)| (word.to_owned(), rows)));
        let shown: Vec<(&str, u64)> = counts.iter().map(|one| (one.reason.as_str(), one.rows)).collect();
        assert_eq!(
            shown,
            [
                ("Date cannot be read", 9),
                ("Same row twice in this file", 3),
                ("Cannot be read", 1)
            ]
        );
    }
}
