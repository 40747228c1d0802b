//! The table of a preview: the same data as the JSON, as people read it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use vault_store::{ConnectionId, Record, RecordKind, records::Step};

use super::{
    format::{count, day, number, rating, span},
    preview::Column,
    scope_words::kind_label,
    v1::summary::Period,
};
use crate::{money, persona::PersonaField};

/// Rows that are shown.
pub(super) const MOST_ROWS: u32 = 100;

/// A finished table.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) total: u64,
}

/// The rows of one kind of scope, in its own columns and in the common ones.
pub(super) struct Section {
    columns: Vec<Column>,
    rows: Vec<Row>,
    total: u64,
}

struct Row {
    own: Vec<String>,
    /// Kind, when, what, value.
    common: [String; 4],
}

const COMMON: [Column; 4] = [start("Kind"), start("When"), start("What"), end("Value")];

/// Puts sections together: one keeps its own columns, several share the common ones.
pub(super) fn join(sections: Vec<Section>) -> Table {
    let total = sections.iter().map(|section| section.total).sum();
    let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
    if let [only] = sections.as_slice() {
        return Table {
            columns: only.columns.clone(),
            rows: only.rows.iter().take(most).map(|row| row.own.clone()).collect(),
            total,
        };
    }
    // Every kind shows some of its rows, however many the others have.
    let share = most / sections.len().max(1);
    let spare = sections
        .iter()
        .map(|section| share.saturating_sub(section.rows.len()))
        .sum::<usize>();
    let mut room = most.min(share * sections.len()).max(share);
    let mut extra = spare;
    let mut rows = Vec::new();
    for section in &sections {
        let wanted = section.rows.len().min(share + extra).min(room);
        extra -= wanted.saturating_sub(share).min(extra);
        room -= wanted;
        rows.extend(section.rows.iter().take(wanted).map(|row| row.common.to_vec()));
    }
    Table {
        columns: COMMON.to_vec(),
        rows,
        total,
    }
}

impl Section {
    pub(super) fn profile(fields: &Map<String, Value>) -> Self {
        let label = |name: &str| {
            let field = name.parse::<PersonaField>();
            field.map_or_else(|_| name.to_owned(), |field| field.label().to_owned())
        };
        Self::members("Profile", [start("Field"), start("Value")], fields, label)
    }

    pub(super) fn external_ids(ids: &Map<String, Value>) -> Self {
        Self::members(
            "Numbers in other systems",
            [start("System"), start("Number")],
            ids,
            str::to_owned,
        )
    }

    /// A row for each member of an object, under the label of its name.
    fn members(
        kind: &str,
        columns: [Column; 2],
        members: &Map<String, Value>,
        label: impl Fn(&str) -> String,
    ) -> Self {
        let rows = members.iter().map(|(name, value)| {
            let (label, value) = (label(name), value.as_str().unwrap_or_default().to_owned());
            Row {
                own: vec![label.clone(), value.clone()],
                common: [kind.to_owned(), String::new(), label, value],
            }
        });
        let rows: Vec<Row> = rows.collect();
        Self {
            columns: columns.to_vec(),
            total: rows.len() as u64,
            rows,
        }
    }

    pub(super) fn summary(step: Step, periods: &[Period], platforms: &BTreeMap<String, String>) -> Self {
        let (column, kind) = match step {
            Step::Week => ("Week", "Weekly sums"),
            Step::Month => ("Month", "Monthly sums"),
            Step::Year => ("Year", "Yearly sums"),
        };
        let rows = periods
            .iter()
            .rev()
            .map(|period| {
                let (from, to) = period.days;
                let when = span(from, to);
                let platform = platforms.get(&period.platform).unwrap_or(&period.platform);
                let earned: Vec<String> = period.earned.iter().map(|sum| money::words(*sum)).collect();
                let ratings: Vec<String> = period
                    .ratings
                    .iter()
                    .map(|one| {
                        let of = format!(
                            "{} of {} ({})",
                            number(one.average),
                            number(one.max),
                            count(one.count)
                        );
                        format!("{} {of}", one.name).trim_start().to_owned()
                    })
                    .collect();
                let own = vec![
                    when.clone(),
                    platform.clone(),
                    count(period.gigs),
                    format!("{:.1}", period.hours),
                    earned.join(", "),
                    ratings.join(", "),
                ];
                let mut parts = vec![
                    format!("{} gigs", count(period.gigs)),
                    format!("{:.1} hours", period.hours),
                ];
                parts.extend(earned);
                parts.extend(ratings);
                Row {
                    own,
                    common: [kind.into(), when, platform.clone(), parts.join(", ")],
                }
            })
            .collect();
        Self {
            columns: vec![
                start(column),
                start("Platform"),
                end("Gigs"),
                end("Hours"),
                end("Earned"),
                end("Ratings"),
            ],
            rows,
            total: periods.len() as u64,
        }
    }

    pub(super) fn records(
        kind: RecordKind,
        newest: &[Record],
        total: u64,
        names: &BTreeMap<ConnectionId, String>,
    ) -> Self {
        let rows = newest
            .iter()
            .map(|record| {
                let platform = names.get(&record.connection).unwrap_or(&record.platform).clone();
                let when = day(record.start.date());
                let (what, value) = (what(record), value(record));
                let common = [
                    kind_label(kind).to_owned(),
                    when.clone(),
                    joined(&[&platform, &what]),
                    value.clone(),
                ];
                let own = if kind == RecordKind::Work {
                    vec![when, platform, what, extent(record), value]
                } else {
                    vec![when, platform, what, value]
                };
                Row { own, common }
            })
            .collect();
        Self {
            columns: columns(kind),
            rows,
            total,
        }
    }
}

fn columns(kind: RecordKind) -> Vec<Column> {
    let (what, value) = match kind {
        RecordKind::Work => {
            return vec![
                start("Day"),
                start("Platform"),
                start("What"),
                end("How much"),
                end("Amount"),
            ];
        }
        RecordKind::Payment => (start("What"), end("Amount")),
        RecordKind::Rating => (start("For"), end("Rating")),
        RecordKind::Review => (start("Words"), end("Rating")),
        RecordKind::Achievement => (start("What"), end("Value")),
        RecordKind::Restriction => (start("What"), end("State")),
    };
    vec![start("Day"), start("Platform"), what, value]
}

fn what(record: &Record) -> String {
    let title = record.title.as_deref().or(record.type_name.as_deref());
    match (record.kind, &record.text) {
        (RecordKind::Review, Some(text)) => text.clone(),
        (_, text) => title.or(text.as_deref()).unwrap_or_default().to_owned(),
    }
}

fn value(record: &Record) -> String {
    let amount = record.amount.map(money::words);
    let stars = record.rating.as_ref().map(rating);
    let status = || record.status.clone().unwrap_or_default();
    amount.or(stars).unwrap_or_else(status)
}

/// `24 min, 2.3 km`.
fn extent(record: &Record) -> String {
    let minutes = record.duration_s.map(|seconds| format!("{} min", seconds / 60));
    let kilometres = record
        .distance_m
        .map(|metres| format!("{}.{} km", metres / 1000, metres % 1000 / 100));
    let parts: Vec<String> = minutes.into_iter().chain(kilometres).collect();
    parts.join(", ")
}

fn joined(parts: &[&str]) -> String {
    let some: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    some.join(": ")
}

const fn start(name: &'static str) -> Column {
    Column { name, end: false }
}

const fn end(name: &'static str) -> Column {
    Column { name, end: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(rows: usize) -> Section {
        let row = |at: usize| Row {
            own: vec![at.to_string()],
            common: [rows.to_string(), String::new(), at.to_string(), String::new()],
        };
        Section {
            columns: vec![start("Own")],
            rows: (0..rows).map(row).collect(),
            total: rows as u64,
        }
    }

    fn shown(table: &Table, kind: &str) -> usize {
        table.rows.iter().filter(|row| row[0] == kind).count()
    }

    #[test]
    fn one_kind_keeps_its_columns() {
        let table = join(vec![section(150)]);
        assert_eq!(table.columns, vec![start("Own")]);
        assert_eq!((table.rows.len(), table.total), (100, 150));
    }

    #[test]
    fn several_kinds_share_the_rows() {
        let table = join(vec![section(90), section(3), section(80)]);
        assert_eq!(table.columns.len(), 4);
        assert_eq!(table.total, 173);
        assert!(table.rows.len() <= 100);
        assert_eq!(shown(&table, "3"), 3);
        assert!(shown(&table, "80") >= 30 && shown(&table, "90") >= 30);
    }

    #[test]
    fn nothing_is_an_empty_table() {
        let table = join(Vec::new());
        assert!(table.rows.is_empty());
        assert_eq!(table.total, 0);
    }
}
