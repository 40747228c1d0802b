//! Tables that are not known: their shape, which holds no value, and a look for the person who maps them.

use std::ops::ControlFlow;

use bundle::{
    BundleError,
    table::{self, Beginning, Form},
};
use serde::Serialize;

use super::{
    Bundle, TakeoutError,
    importer::{DATE_FORMATS, Decimal, Number, Written, guess},
    recognise::{header_digest, named},
};

/// The most columns that a report names.
const MOST: usize = 200;
/// The longest sample, in signs.
const SAMPLE: usize = 60;

/// A table without its values: what may be sent to whoever writes an importer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shape {
    /// Rows, the header not counted.
    pub rows: u64,
    /// How it is written.
    pub form: &'static str,
    /// Its columns in their order.
    pub columns: Vec<ColumnShape>,
}

/// A column without its values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ColumnShape {
    /// Its name; `column 3` where it looks like a value.
    pub name: String,
    /// Cells that say nothing.
    pub empty: u64,
    /// Cells that are numbers.
    pub numbers: u64,
    /// Cells that are dates.
    pub dates: u64,
    /// Cells that are anything else.
    pub texts: u64,
}

/// A table for the person to map. It holds values and goes nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Look {
    /// The sign between cells, as a word: `,`, `;`, `tab`; empty where there is none.
    pub delimiter: String,
    /// Its columns.
    pub columns: Vec<LookedColumn>,
    /// What tells its header from every other: a digest, because a table without names has values there.
    pub header: String,
}

/// A column of a [`Look`].
#[derive(Clone, PartialEq, Eq)]
pub struct LookedColumn {
    /// Its name.
    pub name: String,
    /// The first values that say something.
    pub samples: Vec<String>,
    /// What it probably is; one of [`super::MEMBERS`].
    pub guess: Option<&'static str>,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Look")
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

/// Reads a table through for its shape.
///
/// # Errors
/// It cannot be read, or is none.
pub fn shape(bundle: &Bundle, position: usize) -> Result<Shape, TakeoutError> {
    let path = bundle.file(position)?.path.clone();
    let beginning =
        table::begin(bundle, position)?.ok_or_else(|| TakeoutError::UnknownLayout(bundle::shown(&path)))?;
    let names = header(&beginning);
    let mut columns: Vec<ColumnShape> = shown(&names)
        .into_iter()
        .map(|name| ColumnShape {
            name,
            ..ColumnShape::default()
        })
        .collect();
    let first = header_row(&beginning);
    let mut rows = 0;
    let read = bundle.with(position, &mut |reader| {
        table::each_row(reader, beginning.form, &names, &path, &mut |number, cells| {
            if number > first {
                rows += 1;
                for (column, cell) in columns
                    .iter_mut()
                    .zip(cells.iter().map(|cell| cell.trim()).chain(std::iter::repeat("")))
                {
                    *column.place(cell) += 1;
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    });
    match read {
        Ok(()) | Err(BundleError::EndsInTheMiddle { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Shape {
        rows,
        form: form_words(beginning.form),
        columns,
    })
}

/// The first rows of a table, for the person to say what its columns are.
///
/// # Errors
/// It cannot be read, or is none.
pub fn look(bundle: &Bundle, position: usize, samples: usize) -> Result<Look, TakeoutError> {
    let path = bundle.file(position)?.path.clone();
    let beginning =
        table::begin(bundle, position)?.ok_or_else(|| TakeoutError::UnknownLayout(bundle::shown(&path)))?;
    let names = header(&beginning);
    let mut columns: Vec<LookedColumn> = names
        .iter()
        .map(|name| LookedColumn {
            name: name.clone(),
            samples: Vec::new(),
            guess: guess(name),
        })
        .collect();
    let first = header_row(&beginning);
    let mut rows = 0;
    let read = bundle.with(position, &mut |reader| {
        table::each_row(reader, beginning.form, &names, &path, &mut |number, cells| {
            if number > first {
                rows += 1;
                for (column, cell) in columns.iter_mut().zip(cells) {
                    if column.samples.len() < samples && !cell.trim().is_empty() {
                        column.samples.push(cell.trim().chars().take(SAMPLE).collect());
                    }
                }
            }
            Ok(if rows > 50 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        })
    });
    match read {
        Ok(()) | Err(BundleError::EndsInTheMiddle { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let is_start = |column: &&mut LookedColumn| {
        column.guess.is_none()
            && !column.samples.is_empty()
            && column.samples.iter().all(|text| is_date(text))
    };
    if columns.iter().all(|column| column.guess != Some("start"))
        && let Some(column) = columns.iter_mut().find(is_start)
    {
        column.guess = Some("start");
    }
    let delimiter = match beginning.form {
        Form::Delimited(form) if form.delimiter == b'\t' => "tab".to_owned(),
        Form::Delimited(form) => char::from(form.delimiter).to_string(),
        Form::Sheet(_) | Form::Json | Form::Lines => String::new(),
    };
    Ok(Look {
        delimiter,
        columns,
        header: header_digest(&names),
    })
}

/// Whether a text is a day in one of the forms that a mapping can name. A plain number is none, though some files count seconds.
fn is_date(text: &str) -> bool {
    let reads = |patterns: &[&str]| {
        let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Written::read(text, &patterns).is_some()
    };
    text.contains(|sign: char| !sign.is_ascii_digit())
        && DATE_FORMATS.iter().any(|(_, patterns)| reads(patterns))
}

/// The columns of a table, as far as they look like names.
pub(super) fn shown_columns(beginning: &Beginning) -> Vec<String> {
    shown(&header(beginning))
}

fn shown(names: &[String]) -> Vec<String> {
    names
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(at, name)| {
            if is_name(name) {
                name.trim().to_owned()
            } else {
                format!("column {}", at + 1)
            }
        })
        .collect()
}

/// A table without a header has values where names should be: what looks like one is not shown.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    !text.is_empty()
        && text.len() <= 60
        && digits <= 3
        && !text.contains(['@', '\n'])
        && text.chars().next().is_some_and(char::is_alphabetic)
        && !text.chars().any(char::is_control)
}

/// The row with the most cells that look like names, which is the first of those that have them.
fn header_at(beginning: &Beginning) -> Option<&(u64, Vec<String>)> {
    let names = |cells: &[String]| cells.iter().filter(|cell| is_name(cell)).count();
    beginning.rows.iter().rev().max_by_key(|(_, cells)| names(cells))
}

fn header(beginning: &Beginning) -> Vec<String> {
    header_at(beginning)
        .map(|(_, cells)| named(cells.clone()))
        .unwrap_or_default()
}

fn header_row(beginning: &Beginning) -> u64 {
    header_at(beginning).map_or(0, |(number, _)| *number)
}

fn form_words(form: Form) -> &'static str {
    match form {
        Form::Delimited(form) if form.delimiter == b'\t' => "tab-separated",
        Form::Delimited(form) if form.delimiter == b';' => "semicolon-separated",
        Form::Delimited(form) if form.delimiter == b'|' => "bar-separated",
        Form::Delimited(_) => "comma-separated",
        Form::Sheet(_) => "sheet",
        Form::Json => "json",
        Form::Lines => "json lines",
    }
}

impl ColumnShape {
    fn place(&mut self, cell: &str) -> &mut u64 {
        if cell.is_empty() || matches!(cell, "\\N" | "NULL" | "null") {
            return &mut self.empty;
        }
        if is_date(cell) {
            return &mut self.dates;
        }
        if cell.len() < 40 && Number::read(cell, Decimal::Auto).is_some() {
            return &mut self.numbers;
        }
        &mut self.texts
    }
}
