//! Single rows of files: as they came, and as the person corrects them.

use std::collections::{BTreeMap, BTreeSet};

use csv::ReaderBuilder;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use vault_core::{
    SpaceHandle, VaultError,
    imports::{FixedRow, KeptAside, KeptRows},
};
use vault_store::{ImportId, Provenance};

use super::{ImportError, blocking, own_importers};
use crate::takeout::{
    AsideReason, Choices, Importer, RowRead, TakeoutError, importer,
    read::plain,
    recognise::named,
    rows::{LOOKED_AT, Rows, about_others},
};

/// The longest text of a corrected cell, in bytes.
const LONGEST_CELL: usize = 10_000;

/// A cell of a row.
#[derive(Clone, PartialEq, Eq)]
pub struct RowCell {
    /// The name of its column.
    pub name: String,
    /// As it came.
    pub value: String,
    /// What the person says instead.
    pub corrected: Option<String>,
    /// Whether it speaks of somebody else.
    pub about_others: bool,
}

/// A row as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct WholeRow {
    /// Path of its file.
    pub file: String,
    /// Its number, as a person counts them: the header is row 1.
    pub row: u64,
    /// Its cells in the order of the columns; those beyond the header at the end.
    pub cells: Vec<RowCell>,
}

/// A row that is set aside, whole.
#[derive(Clone, PartialEq, Eq)]
pub struct AsideRow {
    /// The row.
    pub row: WholeRow,
    /// What its file holds, in words.
    pub what: String,
    /// Why it is set aside, as a word.
    pub reason: String,
    /// The columns that are the reason; none where it is the whole row.
    pub faults: Vec<usize>,
    /// How many of its cells have a column: only those can be corrected.
    pub columns: usize,
}

/// What became of a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fixed {
    /// It is a part of its import.
    Taken,
    /// The importer cannot take it either, and nothing was written.
    Refused {
        /// Why, as a word.
        reason: String,
        /// The columns that are the reason; none where it is the whole row.
        faults: Vec<usize>,
    },
}

/// A corrected row as it is kept.
#[derive(Serialize, Deserialize)]
struct Corrected {
    file: String,
    row: u64,
    columns: Vec<String>,
    cells: Vec<String>,
    corrected: BTreeMap<usize, String>,
}

/// The row of a file that a record with this provenance was read from; `None` for one that came another way.
///
/// # Errors
/// The vault is locked, what is kept is damaged, or the database could not be read.
pub async fn raw_row(space: &SpaceHandle, provenance: &Provenance) -> Result<Option<WholeRow>, VaultError> {
    let number = provenance.path.strip_prefix("row ").map(str::parse::<u64>);
    let (Some(Ok(number)), true) = (number, provenance.source.starts_with("takeout:")) else {
        return Ok(None);
    };
    let kept = space.kept_rows(provenance.retrieval, provenance.sha256).await?;
    let own = own_importers(space).await?;
    Ok(kept.and_then(|kept| whole(kept, number, &own)))
}

fn whole(kept: KeptRows, number: u64, own: &[Importer]) -> Option<WholeRow> {
    let (header, row, corrected) = match kept.first_row {
        Some(first) => {
            let (header, row) = row_of(&kept.bytes, number.checked_sub(first)?)?;
            (header, row, BTreeMap::new())
        }
        None => {
            let kept: Corrected = serde_json::from_slice(&kept.bytes).ok()?;
            (kept.columns, kept.cells, kept.corrected)
        }
    };
    let people = about_others(&header, own);
    Some(WholeRow {
        file: kept.path,
        row: number,
        cells: cells(&header, &row, &corrected, &people),
    })
}

/// A row that is set aside, whole, with the cells that are the reason.
///
/// # Errors
/// [`ImportError::NotKept`]; [`TakeoutError::NoImporter`] when its importer is not there any more; it is not set aside.
pub async fn aside(
    space: &SpaceHandle,
    id: ImportId,
    position: u32,
    row: u64,
) -> Result<AsideRow, ImportError> {
    let own = own_importers(space).await?;
    let (space, runtime) = (space.clone(), Handle::current());
    blocking(move || {
        let alone = Alone::open(&space, &runtime, &own, (id, position, row))?;
        let mut people = about_others(&alone.header, &own);
        people.extend(alone.rows.people());
        let texts: Vec<&str> = alone.cells.iter().map(String::as_str).collect();
        let word = alone.kept.aside.reason;
        let reason: Option<AsideReason> = serde_json::from_value(word.as_str().into()).ok();
        Ok(AsideRow {
            faults: reason.map_or_else(Vec::new, |reason| alone.rows.at_fault(reason, &texts)),
            row: WholeRow {
                file: alone.kept.file.path,
                row,
                cells: cells(&alone.header, &alone.cells, &BTreeMap::new(), &people),
            },
            what: alone.kept.file.what,
            reason: word,
            columns: alone.header.len(),
        })
    })
    .await
}

/// Reads a row that is set aside once more, with other texts in some of its columns, by the importer that read its file; what it says then is a
/// part of the import. The row as it came is kept, and what was corrected beside it.
///
/// # Errors
/// As [`aside`]; [`VaultError::Invalid`] for a column that there is not, or a text that no cell has; the database could not be written.
pub async fn fix(
    space: &SpaceHandle,
    id: ImportId,
    (position, row): (u32, u64),
    corrected: BTreeMap<usize, String>,
) -> Result<Fixed, ImportError> {
    let own = own_importers(space).await?;
    let (space, runtime) = (space.clone(), Handle::current());
    blocking(move || {
        let mut alone = Alone::open(&space, &runtime, &own, (id, position, row))?;
        let mut corrected = corrected;
        corrected.retain(|at, text| alone.cells.get(*at) != Some(text));
        let usual = |text: &String| text.len() <= LONGEST_CELL && !text.chars().any(char::is_control);
        if corrected.keys().any(|at| *at >= alone.header.len()) || !corrected.values().all(usual) {
            let invalid = VaultError::Invalid {
                field: "cells",
                why: "columns of the file, each with one line of text",
            };
            return Err(invalid.into());
        }
        let texts: Vec<&str> = (0..alone.header.len())
            .map(|at| corrected.get(&at).or_else(|| alone.cells.get(at)))
            .map(|text| text.map_or("", String::as_str))
            .collect();
        let there = |key: &str| runtime.block_on(space.import_says(id, key));
        let records = match alone.rows.read_last(row, &texts, there)? {
            RowRead::Record(record) => vec![*record],
            RowRead::Records(records) => records,
            RowRead::Contained => Vec::new(),
            RowRead::Aside(reason, _) => {
                return Ok(Fixed::Refused {
                    reason: reason.word().to_owned(),
                    faults: alone.rows.at_fault(reason, &texts),
                });
            }
        };
        let document = Corrected {
            file: alone.kept.file.path,
            row,
            columns: alone.header,
            cells: alone.cells,
            corrected,
        };
        let document = serde_json::to_vec(&document)
            .map_err(|_| VaultError::Internal("a corrected row could not be written"))?;
        let fixed = FixedRow {
            position,
            row,
            document,
            records,
        };
        let refused = runtime.block_on(space.take_fixed_row(id, fixed))?;
        Ok(refused.map_or(Fixed::Taken, |word| Fixed::Refused {
            reason: word.to_owned(),
            faults: Vec::new(),
        }))
    })
    .await
}

/// A row that is set aside, and what reads it as its file was read.
struct Alone {
    kept: KeptAside,
    header: Vec<String>,
    cells: Vec<String>,
    rows: Rows,
}

impl Alone {
    fn open(
        space: &SpaceHandle,
        runtime: &Handle,
        own: &[Importer],
        (id, position, row): (ImportId, u32, u64),
    ) -> Result<Self, ImportError> {
        let kept = runtime.block_on(space.kept_aside(id, position, row))?;
        let rows_of = |sha256| runtime.block_on(space.kept_rows(kept.import.retrieval, sha256));
        let document = kept.document().ok_or(ImportError::NotKept)?;
        let part = rows_of(document)?.ok_or(ImportError::NotKept)?;
        let at = part.first_row.and_then(|first| row.checked_sub(first));
        let (header, cells) = at
            .and_then(|at| row_of(&part.bytes, at))
            .ok_or(ImportError::NotKept)?;
        let (by, layout) = kept.file.layout.split_once('/').unwrap_or_default();
        let importer = importer(by, own).ok_or(TakeoutError::NoImporter)?;
        let layout = importer.layout(layout).ok_or(TakeoutError::NoImporter)?;
        let choices = Choices {
            leave_out: BTreeSet::new(),
            without_people: kept.import.without_people,
            time_zone: kept.import.time_zone.clone(),
        };
        // How many cells the row came with counts no more: the person sees each under its column.
        let mut rows = Rows::new(importer, layout, header.clone(), &choices, false);
        if rows.leaves_open() {
            let mut looked = 0;
            for (_, sha256) in &kept.documents {
                let Some(part) = rows_of(*sha256)?.filter(|_| looked < LOOKED_AT) else {
                    break;
                };
                for cells in table(&part.bytes).skip(1) {
                    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                    rows.look(&cells);
                    looked += 1;
                }
            }
            rows.settle();
        }
        Ok(Self {
            kept,
            header,
            cells,
            rows,
        })
    }
}

/// The header and the rows of a document of an import.
fn table(bytes: &[u8]) -> impl Iterator<Item = Vec<String>> {
    let reader = ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let rows = reader.into_records().map_while(Result::ok);
    rows.map(|row| row.iter().map(str::to_owned).collect())
}

/// The header of a document, and one of its rows, counted from 0.
fn row_of(bytes: &[u8], at: u64) -> Option<(Vec<String>, Vec<String>)> {
    let mut rows = table(bytes);
    let header = named(rows.next()?);
    Some((header, rows.nth(usize::try_from(at).ok()?)?))
}

fn cells(
    header: &[String],
    row: &[String],
    corrected: &BTreeMap<usize, String>,
    people: &BTreeSet<usize>,
) -> Vec<RowCell> {
    let beyond = row.iter().skip(header.len()).rev();
    let blank = beyond.take_while(|cell| cell.trim().is_empty()).count();
    let width = header.len().max(row.len().saturating_sub(blank));
    (0..width)
        .map(|at| RowCell {
            name: header
                .get(at)
                .map_or_else(|| format!("column {}", at + 1), |name| plain(name).to_owned()),
            value: row.get(at).cloned().unwrap_or_default(),
            corrected: corrected.get(&at).cloned(),
            // What stands beyond the header may be anything.
            about_others: people.contains(&at) || at >= header.len(),
        })
        .collect()
}
