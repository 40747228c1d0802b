//! Tables: rows of texts under named columns, whatever form they come in.

mod delimited;
mod encoding;
mod json;
mod workbook;

use std::io::Read;
use std::ops::ControlFlow;

pub(crate) use encoding::is_wide;
pub(crate) use workbook::{is_workbook, sheets};

use crate::{Bundle, BundleError, Kind};
pub use delimited::Delimited;

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
pub enum Form {
    /// Cells with a sign between them.
    Delimited(Delimited),
    /// A sheet of a workbook, counted from 0.
    Sheet(usize),
    /// One JSON document with a list of objects in it.
    Json,
    /// An object on each line.
    Lines,
}

impl Form {
    /// Whether a row begins with a name for each member: JSON has no header.
    #[must_use]
    pub fn has_header(self) -> bool {
        matches!(self, Self::Delimited(_) | Self::Sheet(_))
    }
}

/// The first rows of a table; one of them is the header.
pub struct Beginning {
    /// How the table is written.
    pub form: Form,
    /// The rows by their numbers, from 1; of JSON the names of the members, as row 0.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// What is done with a row: its number, from 1, and its texts. JSON rows have the texts of the columns that were asked for.
pub type Each<'e> = dyn FnMut(u64, &[&str]) -> Result<ControlFlow<()>, BundleError> + 'e;

/// Finds the form of a file and its first rows; `None` for one that is no table.
///
/// # Errors
/// What is wrong with the file.
pub fn begin(bundle: &Bundle, position: usize) -> Result<Option<Beginning>, BundleError> {
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
///
/// # Errors
/// What is wrong with them.
pub fn begin_text(reader: &mut dyn Read, path: &str) -> Result<Option<Beginning>, BundleError> {
    let mut sample = Vec::new();
    reader
        .take(SAMPLE as u64)
        .read_to_end(&mut sample)
        .map_err(|error| crate::failed(&error, path, 0))?;
    let Some(form) = form_of(&sample) else {
        return Ok(None);
    };
    let mut all = std::io::Cursor::new(sample).chain(reader);
    let rows = first_rows(&mut all, form, path)?;
    Ok((!rows.is_empty()).then_some(Beginning { form, rows }))
}

fn first_rows(reader: &mut dyn Read, form: Form, path: &str) -> Result<Vec<(u64, Vec<String>)>, BundleError> {
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
        Err(BundleError::EndsInTheMiddle { .. }) if !rows.is_empty() => Ok(rows),
        read => read.map(|()| rows),
    }
}

/// Reads all rows, the header among them. `columns` are the members that are wanted of JSON.
///
/// # Errors
/// [`BundleError::EndsInTheMiddle`] after the rows before the break were handed over; what else is wrong with the file, or what `each` found.
pub fn each_row(
    reader: &mut dyn Read,
    form: Form,
    columns: &[String],
    path: &str,
    each: &mut Each<'_>,
) -> Result<(), BundleError> {
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
