//! Workbooks (xlsx: ECMA-376 part 1): a zip file with XML in it. Only what a cell shows is read: texts, numbers, dates, truth values.

mod cells;
mod dates;
mod parts;

use std::{
    io::{Cursor, Read, Seek},
    ops::ControlFlow,
};

use quick_xml::events::{BytesStart, Event};
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
    let mut within = false;
    loop {
        match sheet.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                // A row in a row would be handed over twice.
                "row" if within => return Err(broken()),
                "row" => {
                    number = after(number, &tag, path)?;
                    within = true;
                    row.texts.clear();
                }
                "c" => row.begin(&tag, path)?,
                "v" | "t" => row.takes = true,
                // How a word is spoken (Japanese) is no part of it.
                "rPh" => row.hidden = true,
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "row" && !within => {
                number = after(number, &tag, path)?;
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
                    within = false;
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

/// The number of the row that begins: what it says, if that is further down, else the next.
fn after(number: u64, tag: &BytesStart<'_>, path: &str) -> Result<u64, BundleError> {
    let said: Option<u64> = parts::attribute(tag, "r").and_then(|text| text.parse().ok());
    let next = said.filter(|said| *said > number).unwrap_or(number + 1);
    if next > MOST_ROWS {
        return Err(BundleError::TooWide(crate::shown(path)));
    }
    Ok(next)
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
    fn begin(&mut self, tag: &BytesStart<'_>, path: &str) -> Result<(), BundleError> {
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    /// The numbers of the rows of a sheet with this content, and how the reading ended.
    fn rows(content: &str) -> (Vec<u64>, Result<(), BundleError>) {
        let mut book = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            ("[Content_Types].xml", "<Types/>"),
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"a\" sheetId=\"1\"/></sheets></workbook>",
            ),
            (
                "xl/worksheets/sheet1.xml",
                &format!("<worksheet><sheetData>{content}</sheetData></worksheet>"),
            ),
        ] {
            book.start_file(name, SimpleFileOptions::default()).unwrap();
            book.write_all(text.as_bytes()).unwrap();
        }
        let bytes = book.finish().unwrap().into_inner();
        let mut numbers = Vec::new();
        let read = each_row(&mut bytes.as_slice(), 0, "a.xlsx", &mut |number, _| {
            numbers.push(number);
            Ok(ControlFlow::Continue(()))
        });
        (numbers, read)
    }

    #[test]
    fn rows_are_counted_up_whatever_they_say() {
        let cell = "<c><v>1</v></c>";
        let (numbers, read) = rows(&format!(
            "<row>{cell}</row><row r=\"7\">{cell}</row><row r=\"7\">{cell}</row><row r=\"2\">{cell}</row><row r=\"9\"/><row>{cell}</row>"
        ));
        assert_eq!((numbers, read), (vec![1, 7, 8, 9, 11], Ok(())));
    }

    #[test]
    fn a_row_in_a_row_is_no_sheet() {
        let (numbers, read) = rows("<row><c><v>1</v></c><row><c><v>2</v></c></row></row>");
        assert!(numbers.is_empty());
        assert!(matches!(read, Err(BundleError::Broken(_))));
    }

    #[test]
    fn no_row_is_beyond_the_last_of_a_sheet() {
        for content in ["<row r=\"18446744073709551615\"/><row/>", "<row r=\"1048577\"/>"] {
            assert!(
                matches!(rows(content).1, Err(BundleError::TooWide(_))),
                "{content}"
            );
        }
    }
}
