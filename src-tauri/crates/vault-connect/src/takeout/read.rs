//! Reading a file that was recognised.

use std::{collections::BTreeSet, ops::ControlFlow};

use bundle::{
    BundleError,
    table::{self, Form},
};
use time::OffsetDateTime;

use super::{
    Bundle, TakeoutError,
    importer::Importer,
    recognise::{RecognisedFile, named},
    rows::{LOOKED_AT, RowRead, Rows},
};

/// The most rows of a batch.
pub const ROWS_OF_A_BATCH: u64 = 2_000;
/// A batch ends after so many bytes, too.
const BYTES_OF_A_BATCH: usize = 4 * 1024 * 1024;

/// What the person chose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Positions of files that are not read. It is the caller's to keep; [`read`] reads what it is told to.
    pub leave_out: BTreeSet<usize>,
    /// What the files say of others is neither in the records nor in the raw rows.
    pub without_people: bool,
    /// The zone (IANA) of times that a file gives as the clock on the wall showed them.
    pub time_zone: Option<String>,
}

/// Some rows, and what they are.
pub struct Batch {
    /// The header and the rows of this batch as UTF-8 and CSV, whatever the file is: what is kept as the raw document.
    pub raw: Vec<u8>,
    /// The kind of `raw`.
    pub media_type: &'static str,
    /// Number of the first row: as a person counts, the header is row 1. Rows of JSON are counted from 1.
    pub first_row: u64,
    /// Where to go on after this batch.
    pub next_row: u64,
    /// The rows by their numbers.
    pub rows: Vec<(u64, RowRead)>,
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Batch")
            .field("first_row", &self.first_row)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// What is known at the end of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileEnd {
    /// Rows of the whole file, those before `from_row` among them, the header not.
    pub rows: u64,
    /// The greatest number of the platform's own counter: how much work it says there was.
    pub counter: Option<u64>,
    /// The latest moment of which the file speaks: of two files the later one knows better.
    pub as_of: Option<OffsetDateTime>,
    /// Days before the 13th are all that it has, so that day and month may be the other way round.
    pub days_doubtful: bool,
    /// It has times as the clock on the wall showed them, and says of no place where that was.
    pub wall_clock: bool,
}

/// Reads a file from `from_row` on (0 for all of it) and hands over batch after batch, until `each` breaks off. Rows before `from_row` are
/// read, too, because the keys of later rows depend on them, and are not handed over.
///
/// # Errors
/// [`BundleError::EndsInTheMiddle`] after the rows before the break were handed over; what else is wrong with the file.
pub fn read(
    bundle: &Bundle,
    file: &RecognisedFile,
    importer: &Importer,
    from_row: u64,
    choices: &Choices,
    each: &mut dyn FnMut(Batch) -> ControlFlow<()>,
) -> Result<FileEnd, TakeoutError> {
    let unknown = || TakeoutError::UnknownLayout(bundle::shown(&file.path));
    if let Some(zone) = &choices.time_zone {
        super::importer::zone_of(zone)?;
    }
    let id = file.layout.as_ref().ok_or_else(unknown)?;
    let layout = importer.layout(id.layout()).ok_or_else(unknown)?;
    let beginning = table::begin(bundle, file.position)?.ok_or_else(unknown)?;
    let header = beginning
        .rows
        .into_iter()
        .find(|(number, _)| *number == file.header_row)
        .map(|(_, cells)| named(cells))
        .filter(|header| *header == file.columns)
        .ok_or(BundleError::Changed)?;
    let strict = matches!(beginning.form, Form::Delimited(_));
    let mut reading = Reading {
        rows: Rows::new(importer, layout, header.clone(), choices, strict),
        without: Vec::new(),
        header,
        from_row,
        batch: None,
        count: 0,
    };
    if choices.without_people {
        reading.without = reading.rows.people().to_vec();
    }
    let columns = reading.header.clone();
    if reading.rows.leaves_open() {
        let look = bundle.with(file.position, &mut |reader| {
            table::each_row(
                reader,
                beginning.form,
                &columns,
                &file.path,
                &mut |number, cells| {
                    if number > file.header_row {
                        reading.rows.look(cells);
                    }
                    Ok(if number.saturating_sub(file.header_row) < LOOKED_AT {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    })
                },
            )
        });
        match look {
            // What is wrong is said when the rows are read.
            Ok(()) | Err(BundleError::EndsInTheMiddle { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        reading.rows.settle();
    }
    let mut stopped = false;
    let done = bundle.with(file.position, &mut |reader| {
        table::each_row(
            reader,
            beginning.form,
            &columns,
            &file.path,
            &mut |number, cells| {
                if number <= file.header_row {
                    return Ok(ControlFlow::Continue(()));
                }
                let full = reading.row(number, cells, &file.path)?;
                if let Some(batch) = full
                    && each(batch).is_break()
                {
                    stopped = true;
                    return Ok(ControlFlow::Break(()));
                }
                Ok(ControlFlow::Continue(()))
            },
        )
    });
    // What was whole before the break is the person's to keep.
    if !stopped && let Some(batch) = reading.end(&file.path)? {
        let _ = each(batch);
    }
    match done {
        Ok(()) => Ok(reading.file_end()),
        Err(BundleError::EndsInTheMiddle { path, .. }) => Err(BundleError::EndsInTheMiddle {
            path,
            rows: reading.count,
        }
        .into()),
        Err(error) => Err(error.into()),
    }
}

struct Reading {
    rows: Rows,
    header: Vec<String>,
    without: Vec<usize>,
    from_row: u64,
    batch: Option<Open>,
    count: u64,
}

/// A batch that is not full yet.
struct Open {
    writer: csv::Writer<Vec<u8>>,
    bytes: usize,
    first_row: u64,
    last_row: u64,
    rows: Vec<(u64, RowRead)>,
}

impl Reading {
    fn row(&mut self, number: u64, cells: &[&str], path: &str) -> Result<Option<Batch>, BundleError> {
        self.count += 1;
        let read = self.rows.read(number, cells);
        if number < self.from_row {
            return Ok(None);
        }
        let failed = |_| BundleError::Broken(bundle::shown(path));
        if self.batch.is_none() {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            let names: Vec<&str> = self.header.iter().map(|name| plain(name)).collect();
            writer.write_record(kept(&names, &self.without)).map_err(failed)?;
            self.batch = Some(Open {
                writer,
                bytes: 0,
                first_row: number,
                last_row: number,
                rows: Vec::new(),
            });
        }
        let Some(open) = &mut self.batch else {
            return Ok(None);
        };
        // A sheet has rows that are not written; every row is found by its number.
        while open.last_row + 1 < number {
            open.writer.write_record([""]).map_err(failed)?;
            open.last_row += 1;
        }
        open.writer
            .write_record(kept(cells, &self.without))
            .map_err(failed)?;
        open.bytes += cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
        open.last_row = number;
        open.rows.push((number, read));
        // Batches end at the same rows however often the reading was broken off.
        if number.is_multiple_of(ROWS_OF_A_BATCH) || open.bytes >= BYTES_OF_A_BATCH {
            return self.end(path);
        }
        Ok(None)
    }

    fn end(&mut self, path: &str) -> Result<Option<Batch>, BundleError> {
        let Some(open) = self.batch.take() else {
            return Ok(None);
        };
        let raw = open
            .writer
            .into_inner()
            .map_err(|_| BundleError::Broken(bundle::shown(path)))?;
        Ok(Some(Batch {
            raw,
            media_type: "text/csv",
            first_row: open.first_row,
            next_row: open.last_row + 1,
            rows: open.rows,
        }))
    }

    fn file_end(&self) -> FileEnd {
        FileEnd {
            rows: self.count,
            counter: self.rows.counter(),
            as_of: self.rows.as_of(),
            days_doubtful: self.rows.days_doubtful(),
            wall_clock: self.rows.wall_clock(),
        }
    }
}

/// The name of a column as the file has it: the second of two has a number behind it here.
pub(super) fn plain(name: &str) -> &str {
    name.rsplit_once('#')
        .filter(|(_, number)| number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(name, |(name, _)| name)
}

/// The cells that are kept.
fn kept<'c>(cells: &'c [&'c str], without: &'c [usize]) -> impl Iterator<Item = &'c str> {
    cells
        .iter()
        .enumerate()
        .filter(|(at, _)| !without.contains(at))
        .map(|(_, cell)| *cell)
}
