//! Days before months, or months before days: one file writes them one way, and the file as a whole says which. A row is never guessed.

use std::ops::ControlFlow;

use super::{
    Bundle, TakeoutError,
    importer::{Layout, TimeRule, Written, normal},
    recognise::RecognisedFile,
    table::{self, Form},
};

/// How many rows are looked at.
const MOST: u64 = 50_000;

/// The layout with the forms of dates that the file has. A file whose days are all below 13 is read as the layout says first.
pub(super) fn decided(
    bundle: &Bundle,
    file: &RecognisedFile,
    form: Form,
    layout: &Layout,
    header: &[String],
) -> Result<Layout, TakeoutError> {
    let mut layout = layout.clone();
    let mut rules: Vec<&mut TimeRule> = layout
        .record
        .iter_mut()
        .flat_map(|record| record.start.iter_mut().chain(&mut record.end))
        .filter(|rule| is_open(rule))
        .collect();
    if rules.is_empty() {
        return Ok(layout);
    }
    let mut votes: Vec<Votes> = rules.iter().map(|rule| Votes::new(rule, header)).collect();
    let mut count = 0;
    let read = bundle.with(file.position, &mut |reader| {
        table::each_row(reader, form, header, &file.path, &mut |number, cells| {
            if number > file.header_row {
                count += 1;
                for vote in &mut votes {
                    vote.look(cells);
                }
            }
            Ok(if count < MOST {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        })
    });
    match read {
        // What is wrong with the file is said when it is read.
        Ok(()) | Err(TakeoutError::EndsInTheMiddle { .. }) => {}
        Err(error) => return Err(error),
    }
    // All columns of a file are written one way.
    let day_first: u64 = votes.iter().map(|vote| vote.day_only).sum();
    let month_first: u64 = votes.iter().map(|vote| vote.month_only).sum();
    for rule in &mut rules {
        let first_is_day = rule
            .formats
            .iter()
            .find(|format| is_either(format))
            .is_some_and(|format| is_day_first(format));
        let days = match day_first.cmp(&month_first) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => first_is_day,
        };
        rule.formats
            .retain(|format| !is_either(format) || is_day_first(format) == days);
    }
    Ok(layout)
}

/// How many dates can be read in one way only.
struct Votes {
    columns: Vec<usize>,
    day: Vec<String>,
    month: Vec<String>,
    day_only: u64,
    month_only: u64,
}

impl Votes {
    fn new(rule: &TimeRule, header: &[String]) -> Self {
        let wanted: Vec<String> = rule.columns.iter().map(|name| normal(name)).collect();
        let columns = header
            .iter()
            .enumerate()
            .filter(|(_, name)| wanted.contains(&normal(name)));
        let (day, month) = rule
            .formats
            .iter()
            .filter(|format| is_either(format))
            .cloned()
            .partition(|format| is_day_first(format));
        Self {
            columns: columns.map(|(at, _)| at).collect(),
            day,
            month,
            day_only: 0,
            month_only: 0,
        }
    }

    fn look(&mut self, cells: &[&str]) {
        for at in &self.columns {
            let text = cells.get(*at).copied().unwrap_or_default();
            let day = Written::read(text, &self.day).is_some();
            let month = Written::read(text, &self.month).is_some();
            self.day_only += u64::from(day && !month);
            self.month_only += u64::from(month && !day);
        }
    }
}

fn is_open(rule: &TimeRule) -> bool {
    let either = || rule.formats.iter().filter(|format| is_either(format));
    either().any(|format| is_day_first(format)) && either().any(|format| !is_day_first(format))
}

/// Numbers with strokes, the year at the end: the only form that is read in both ways.
fn is_either(format: &str) -> bool {
    format.starts_with("%d/%m") || format.starts_with("%m/%d")
}

fn is_day_first(format: &str) -> bool {
    format.starts_with("%d")
}
