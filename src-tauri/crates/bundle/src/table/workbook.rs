//! Workbooks (xlsx: ECMA-376 part 1): a zip file with XML in it. Only what a cell shows is read: texts, numbers, dates, truth values.

mod cells;
mod dates;
mod parts;

use std::{
    io::{Cursor, Read, Seek},
    ops::ControlFlow,
};

use quick_xml::events::Event;
use zip::ZipArchive;

use super::{Each, MOST_COLUMNS};
use crate::BundleError;
use cells::{CellKind, column_of};
use parts::{Part, Parts};

/// The most rows that a sheet can have.
const MOST_ROWS: u64 = 1_048_576;
/// The longest text of a cell, in bytes; Excel itself ends at 32,767 signs.
const LONGEST_CELL: usize = 256 * 1024;

/// Whether a zip file is a workbook.
pub(crate) fn is_workbook<R: Read + Seek>(archive: &ZipArchive<R>) -> bool {
    let has = |name| archive.index_for_name(name).is_some();
    has("[Content_Types].xml") && has("xl/workbook.xml")
}

/// The names of its sheets, in their order.
pub(crate) fn sheets<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    path: &str,
) -> Result<Vec<String>, BundleError> {
    let sheets = parts::sheets(archive, path)?;
    Ok(sheets.into_iter().map(|sheet| sheet.name).collect())
}

/// Reads every row of a sheet. Rows are numbered as Excel does; rows without anything in them are passed over.
pub(super) fn each_row(
    reader: &mut dyn Read,
    at: usize,
    path: &str,
    each: &mut Each<'_>,
) -> Result<(), BundleError> {
    let bytes = crate::whole(reader, path)?;
    let broken = || BundleError::Broken(crate::shown(path));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| broken())?;
    let parts = Parts::read(&mut archive, at, path)?;
    let mut sheet = Part::open(&mut archive, &parts.sheet, path)?;
    let mut row = Row::default();
    let mut number = 0_u64;
    loop {
        match sheet.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => {
                    let said = parts::attribute(&tag, "r").and_then(|text| text.parse().ok());
                    number = said.filter(|said| *said > number).unwrap_or(number + 1);
                    row.texts.clear();
                }
                "c" => row.begin(&tag, path)?,
                "v" | "t" => row.takes = true,
                // How a word is spoken (Japanese) is no part of it.
                "rPh" => row.hidden = true,
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "row" => {
                let said = parts::attribute(&tag, "r").and_then(|text| text.parse().ok());
                number = said.filter(|said| *said > number).unwrap_or(number + 1);
            }
            Event::Text(text) if row.takes && !row.hidden => row.push(&text.xml10_content(), path)?,
            Event::CData(text) if row.takes && !row.hidden => row.push(&text.xml10_content(), path)?,
            Event::GeneralRef(name) if row.takes && !row.hidden => {
                row.push(&parts::resolved(&name).ok_or_else(broken)?, path)?;
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => row.takes = false,
                "rPh" => row.hidden = false,
                "c" => row.end(&parts),
                "row" => {
                    if number > MOST_ROWS {
                        return Err(BundleError::TooWide(crate::shown(path)));
                    }
                    let cells: Vec<&str> = row.texts.iter().map(String::as_str).collect();
                    if cells.iter().any(|cell| !cell.is_empty())
                        && each(number, &cells)? == ControlFlow::Break(())
                    {
                        return Ok(());
                    }
                }
                "sheetData" => return Ok(()),
                _ => {}
            },
            Event::Eof => {
                return Err(BundleError::EndsInTheMiddle {
                    path: crate::shown(path),
                    rows: number,
                });
            }
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

/// A row that is being read.
#[derive(Default)]
struct Row {
    texts: Vec<String>,
    column: usize,
    kind: CellKind,
    style: usize,
    text: String,
    takes: bool,
    hidden: bool,
}

impl Row {
    fn begin(&mut self, tag: &quick_xml::events::BytesStart<'_>, path: &str) -> Result<(), BundleError> {
        let place = parts::attribute(tag, "r").and_then(|place| column_of(&place));
        self.column = place.unwrap_or(self.texts.len());
        if self.column >= MOST_COLUMNS {
            return Err(BundleError::TooWide(crate::shown(path)));
        }
        self.kind = CellKind::of(parts::attribute(tag, "t").as_deref());
        self.style = parts::attribute(tag, "s")
            .and_then(|text| text.parse().ok())
            .unwrap_or_default();
        self.text.clear();
        Ok(())
    }

    fn push(&mut self, text: &str, path: &str) -> Result<(), BundleError> {
        if self.text.len() + text.len() > LONGEST_CELL {
            return Err(BundleError::TooWide(crate::shown(path)));
        }
        self.text.push_str(text);
        Ok(())
    }

    fn end(&mut self, parts: &Parts) {
        let text = parts.shown(self.kind, self.style, &self.text);
        if self.texts.len() <= self.column {
            self.texts.resize(self.column + 1, String::new());
        }
        if let Some(place) = self.texts.get_mut(self.column) {
            *place = text;
        }
    }
}
