//! CSV and its relatives: the delimiter is found, rows may have any number of cells, and no row grows without end.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever else went wrong means the same here"
)]

use std::{
    borrow::Cow,
    cell::Cell,
    io::{self, Read},
    ops::ControlFlow,
    rc::Rc,
};

use csv::{ByteRecord, ReaderBuilder};

use super::{
    Each, LONGEST_ROW, MOST_COLUMNS,
    encoding::{self, Encoding, Narrow},
};
use crate::BundleError;

/// How a delimited file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimited {
    pub(super) encoding: Encoding,
    /// The sign between two cells.
    pub delimiter: u8,
}

/// Signs between cells, the most usual first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many rows are compared.
const COMPARED: usize = 20;

/// The delimiter of a text: the one that gives the most rows of one width, and of those the widest. `None` for what is no text in lines.
pub(super) fn find(text: &str, encoding: Encoding) -> Option<Delimited> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return None;
    }
    // Excel's own hint.
    if let Some(hint) = text.strip_prefix("sep=").and_then(|rest| rest.as_bytes().first())
        && DELIMITERS.contains(hint)
    {
        return Some(Delimited {
            encoding,
            delimiter: *hint,
        });
    }
    let best = DELIMITERS
        .iter()
        .rev()
        .map(|delimiter| (score(text, *delimiter), *delimiter))
        .max_by_key(|(score, _)| *score)?;
    Some(Delimited {
        encoding,
        delimiter: if best.0 == (0, 0) { b',' } else { best.1 },
    })
}

/// How many rows have the width of the widest row that occurs twice, or of the only one; and that width.
fn score(text: &str, delimiter: u8) -> (usize, usize) {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut widths = Vec::new();
    let mut record = ByteRecord::new();
    while widths.len() < COMPARED && matches!(reader.read_byte_record(&mut record), Ok(true)) {
        widths.push(record.len());
    }
    // The last row may be cut.
    if widths.len() > 2 {
        widths.pop();
    }
    let of_width = |width: usize| widths.iter().filter(|other| **other == width).count();
    widths
        .iter()
        .filter(|width| **width > 1)
        .map(|width| (of_width(*width), *width))
        .max()
        .unwrap_or_default()
}

/// Reads every row. Lines without anything in them are no rows, and count for nothing.
pub(super) fn each_row(
    reader: &mut dyn Read,
    form: Delimited,
    path: &str,
    each: &mut Each<'_>,
) -> Result<(), BundleError> {
    let tally = Rc::new(Tally::default());
    let narrow = Narrow::new(reader, form.encoding);
    let watched = Watched {
        inner: narrow,
        tally: Rc::clone(&tally),
    };
    let mut csv = ReaderBuilder::new()
        .delimiter(form.delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(watched);
    let mut record = ByteRecord::new();
    let mut number = 0_u64;
    loop {
        tally.since_row.set(0);
        match csv.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(read_failed(&error, &tally, path, number)),
        }
        if record.len() > MOST_COLUMNS {
            return Err(BundleError::TooWide(crate::shown(path)));
        }
        if number == 0 && record.get(0).is_some_and(|first| first.starts_with(b"sep=")) && record.len() <= 2 {
            number += 1;
            continue;
        }
        number += 1;
        // A quote that is never closed takes the rest of the file as one cell.
        if tally.ended.get() && tally.is_cut() {
            return Err(BundleError::EndsInTheMiddle {
                path: crate::shown(path),
                rows: number - 1,
            });
        }
        let texts: Vec<Cow<'_, str>> = record
            .iter()
            .map(|bytes| encoding::cell(bytes, form.encoding))
            .collect();
        let cells: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        if each(number, &cells)? == ControlFlow::Break(()) {
            return Ok(());
        }
    }
    Ok(())
}

fn read_failed(error: &csv::Error, tally: &Tally, path: &str, rows: u64) -> BundleError {
    if tally.too_long.get() {
        return BundleError::TooWide(crate::shown(path));
    }
    match error.kind() {
        csv::ErrorKind::Io(error) => crate::failed(error, path, rows),
        _ => BundleError::Broken(crate::shown(path)),
    }
}

/// What went through the reader.
#[derive(Default)]
struct Tally {
    since_row: Cell<u64>,
    too_long: Cell<bool>,
    quotes: Cell<u64>,
    last: Cell<u8>,
    ended: Cell<bool>,
}

impl Tally {
    /// An odd number of quotes and no end of the last line: the file was cut inside a cell.
    fn is_cut(&self) -> bool {
        !self.quotes.get().is_multiple_of(2) && self.last.get() != b'\n'
    }
}

struct Watched<R> {
    inner: R,
    tally: Rc<Tally>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        if self.tally.since_row.get() > LONGEST_ROW {
            self.tally.too_long.set(true);
            return Err(io::ErrorKind::InvalidData.into());
        }
        let count = self.inner.read(piece)?;
        let read = piece.get(..count).unwrap_or_default();
        let quotes = read.iter().filter(|byte| **byte == b'"').count();
        self.tally.quotes.set(self.tally.quotes.get() + quotes as u64);
        self.tally
            .since_row
            .set(self.tally.since_row.get() + count as u64);
        match read.last() {
            Some(last) => self.tally.last.set(*last),
            None => self.tally.ended.set(true),
        }
        Ok(count)
    }
}
