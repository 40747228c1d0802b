//! Tables: rows of texts under named columns, whatever form they come in.

mod delimited;
mod encoding;
mod json;
mod workbook;

use std::io::Read;
use std::ops::ControlFlow;

pub(super) use encoding::is_wide;
pub(super) use workbook::{is_workbook, sheets};

use super::{
    TakeoutError,
    bundle::{Bundle, Kind},
};
use delimited::Delimited;

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 2_000;
/// The longest row, in bytes.
pub const LONGEST_ROW: u64 = 1024 * 1024;
/// How many bytes at its beginning tell the form of a file.
const SAMPLE: usize = 64 * 1024;
/// How many rows before the header are looked at: some platforms put a few lines of words there.
const BEFORE_HEADER: usize = 15;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Delimited(Delimited),
    Sheet(usize),
    /// One JSON document with a list of objects in it.
    Json,
    /// An object on each line.
    Lines,
}

impl Form {
    /// Whether a row begins with a name for each member: JSON has no header.
    pub(super) fn has_header(self) -> bool {
        matches!(self, Self::Delimited(_) | Self::Sheet(_))
    }
}

/// The first rows of a table; one of them is the header.
pub(super) struct Beginning {
    pub(super) form: Form,
    pub(super) rows: Vec<(u64, Vec<String>)>,
}

/// What is done with a row: its number, from 1, and its texts. JSON rows have the texts of the columns that were asked for.
pub(super) type Each<'e> = dyn FnMut(u64, &[&str]) -> Result<ControlFlow<()>, TakeoutError> + 'e;

/// Finds the form of a file and its first rows; `None` for one that is no table.
pub(super) fn begin(bundle: &Bundle, position: usize) -> Result<Option<Beginning>, TakeoutError> {
    let file = bundle.file(position)?;
    let path = file.path.clone();
    match file.kind {
        Kind::Text => bundle.with(position, &mut |reader| begin_text(reader, &path)),
        Kind::Sheet(at) => {
            let form = Form::Sheet(at);
            let rows = bundle.with(position, &mut |reader| first_rows(reader, form, &path))?;
            Ok(Some(Beginning { form, rows }))
        }
        Kind::Picture | Kind::Empty | Kind::Other => Ok(None),
    }
}

/// The same for bytes of a text.
pub(super) fn begin_text(reader: &mut dyn Read, path: &str) -> Result<Option<Beginning>, TakeoutError> {
    let mut sample = Vec::new();
    reader
        .take(SAMPLE as u64)
        .read_to_end(&mut sample)
        .map_err(|error| super::bundle::failed(&error, path, 0))?;
    let Some(form) = form_of(&sample) else {
        return Ok(None);
    };
    let mut all = std::io::Cursor::new(sample).chain(reader);
    let rows = first_rows(&mut all, form, path)?;
    Ok((!rows.is_empty()).then_some(Beginning { form, rows }))
}

fn first_rows(
    reader: &mut dyn Read,
    form: Form,
    path: &str,
) -> Result<Vec<(u64, Vec<String>)>, TakeoutError> {
    if !form.has_header() {
        let columns = json::columns(reader, form, path)?;
        return Ok(if columns.is_empty() {
            Vec::new()
        } else {
            vec![(0, columns)]
        });
    }
    let mut rows = Vec::new();
    let read = each_row(reader, form, &[], path, &mut |number, cells| {
        rows.push((
            number,
            cells
                .iter()
                .map(|cell| (*cell).to_owned())
                .collect::<Vec<String>>(),
        ));
        Ok(if rows.len() < BEFORE_HEADER {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    });
    match read {
        // What is wrong further down is said when the rows are read.
        Err(TakeoutError::EndsInTheMiddle { .. }) if !rows.is_empty() => Ok(rows),
        read => read.map(|()| rows),
    }
}

/// Reads all rows, the header among them. `columns` are the members that are wanted of JSON.
pub(super) fn each_row(
    reader: &mut dyn Read,
    form: Form,
    columns: &[String],
    path: &str,
    each: &mut Each<'_>,
) -> Result<(), TakeoutError> {
    match form {
        Form::Delimited(form) => delimited::each_row(reader, form, path, each),
        Form::Sheet(at) => workbook::each_row(reader, at, path, each),
        Form::Json | Form::Lines => json::each_row(reader, form, columns, path, each),
    }
}

/// What the first bytes say of the form.
fn form_of(sample: &[u8]) -> Option<Form> {
    let encoding = encoding::of(sample);
    let text = encoding::text(sample, encoding);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if json::is_start(start) {
        return Some(json::form(start));
    }
    delimited::find(&text, encoding).map(Form::Delimited)
}
