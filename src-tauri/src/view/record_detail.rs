//! One record with where each of its values came from.

use serde::Serialize;
use serde_json::Value;
use specta::Type;
use time::OffsetDateTime;
use vault_connect::takeout::job::WholeRow;
use vault_core::{disclosure::is_about_others, records::RecordDetail as CoreDetail};
use vault_store::{Assurance as StoreAssurance, Record};

use super::{
    platforms::Platforms,
    records::{Assurance, RecordRow, title},
    time::{clock, long, rfc3339, span, stamp},
    values::RawCell,
    words::{count, kind_words, sentence_case, type_words},
};

/// How many members of the raw row are shown at first.
const FIRST_RAW: usize = 6;
/// No row of an honest source has more members.
const MOST_RAW: usize = 500;

/// One record.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordDetail {
    row: RecordRow,
    heading: String,
    sub: String,
    fields: Vec<Field>,
    shift: Option<Shift>,
    source: Source,
    raw: Vec<RawCell>,
    raw_count: u32,
    left: Vec<Left>,
}

#[derive(Clone, Serialize, Type)]
struct Field {
    name: String,
    value: String,
    note: String,
    hidden: bool,
}

#[derive(Clone, Serialize, Type)]
struct Shift {
    from: String,
    to: String,
    sentence: String,
    blocks: Vec<Block>,
}

#[derive(Clone, Serialize, Type)]
struct Block {
    id: String,
    start: String,
    end: String,
    current: bool,
}

#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
struct Source {
    name: String,
    position: String,
    sha256: String,
    fetched_at: String,
    by: String,
    reader: String,
    assurance: Assurance,
    unchanged: bool,
}

#[derive(Clone, Serialize, Type)]
struct Left {
    entry: String,
    words: String,
}

impl RecordDetail {
    /// `row` is the row of a file that it was read from.
    pub(crate) fn new(detail: &CoreDetail, row: Option<WholeRow>, platforms: &Platforms) -> Self {
        let record = &detail.record;
        let name = row
            .as_ref()
            .map_or_else(|| detail.locator.clone(), |row| row.file.clone());
        let raw = raw_cells(detail, row);
        let provenance = &record.provenance;
        let heading = record
            .type_name
            .as_deref()
            .map_or_else(|| kind_words(record.kind).to_owned(), type_words);
        let city = record.extra.get("city").and_then(Value::as_str);
        Self {
            row: RecordRow::new(record, platforms),
            heading: format!("{heading}, {}", long(record.start.date())),
            sub: city.map_or_else(
                || detail.platform_name.clone(),
                |city| format!("{}, {city}", detail.platform_name),
            ),
            fields: fields(detail, &raw),
            shift: shift(detail),
            source: Source {
                name,
                position: provenance.path.clone(),
                sha256: provenance.sha256.to_string(),
                fetched_at: stamp(provenance.retrieved_at),
                by: by(provenance.assurance).into(),
                reader: provenance.source.clone(),
                assurance: provenance.assurance.into(),
                unchanged: detail.unchanged,
            },
            raw_count: u32::try_from(raw.len()).unwrap_or(u32::MAX),
            raw: raw.into_iter().take(FIRST_RAW).collect(),
            left: Vec::new(),
        }
    }
}

/// The cells of the row of a file, or every member of a raw document, nested ones with their path.
pub(crate) fn raw_cells(detail: &CoreDetail, row: Option<WholeRow>) -> Vec<RawCell> {
    if let Some(row) = row {
        return row.cells.into_iter().map(RawCell::from).collect();
    }
    let mut out = Vec::new();
    if let Some(value) = &detail.raw {
        flatten("", value, &mut out);
    }
    out
}

fn flatten(path: &str, value: &Value, out: &mut Vec<RawCell>) {
    if out.len() >= MOST_RAW {
        return;
    }
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| flatten(&below(name), value, out)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(at, value)| flatten(&format!("{path}[{at}]"), value, out)),
        Value::String(text) => out.push(member(path, text.clone())),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push(member(path, value.to_string())),
    }
}

fn member(path: &str, value: String) -> RawCell {
    RawCell {
        name: path.to_owned(),
        value,
        corrected: None,
        hidden: is_about_others(path),
    }
}

fn by(assurance: StoreAssurance) -> &'static str {
    match assurance {
        StoreAssurance::Signed => "the platform, with its signature",
        StoreAssurance::Fetched => "Satchel, from the platform itself",
        StoreAssurance::Imported => "you gave the file",
        StoreAssurance::Typed => "you typed it",
    }
}

/// Collects rows of the table; each finds out which member of the raw row says the same.
struct Fields<'a> {
    raw: &'a [RawCell],
    typed: bool,
    rows: Vec<Field>,
}

impl Fields<'_> {
    fn add(&mut self, name: &str, value: Option<String>, as_written: &[String]) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let note = self.note(as_written);
            self.rows.push(Field {
                name: name.into(),
                value,
                note,
                hidden: false,
            });
        }
    }

    fn note(&self, as_written: &[String]) -> String {
        let says =
            |member: &&RawCell| as_written.contains(member.corrected.as_ref().unwrap_or(&member.value));
        match self.raw.iter().find(says) {
            Some(member) if member.corrected.is_some() => format!("you corrected {}", member.name),
            Some(member) => format!("from {}", member.name),
            None if self.typed => "you typed it".into(),
            None => String::new(),
        }
    }
}

fn fields(detail: &CoreDetail, raw: &[RawCell]) -> Vec<Field> {
    let record = &detail.record;
    let mut fields = Fields {
        raw,
        // Of a row that was corrected only the corrected cells are.
        typed: record.provenance.assurance == StoreAssurance::Typed
            && raw.iter().all(|cell| cell.corrected.is_none()),
        rows: Vec::new(),
    };
    let text = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    fields.add("Title", Some(title(record)), &text(&record.title));
    fields.add(
        "Started",
        Some(moment(record.start, record.start)),
        &[rfc3339(record.start)],
    );
    let end = record.end;
    fields.add(
        "Ended",
        end.map(|end| moment(end, record.start)),
        &end.map(rfc3339).into_iter().collect::<Vec<_>>(),
    );
    let seconds = record.duration_s;
    fields.add(
        "Duration",
        seconds.map(|seconds| span(i64::from(seconds))),
        &written(seconds),
    );
    let metres = record.distance_m;
    fields.add(
        "Distance",
        metres.map(|metres| format!("{:.1} km", f64::from(metres) / 1000.0)),
        &written(metres),
    );
    let amount = record.amount;
    fields.add(
        "Amount",
        amount.map(vault_core::money::words),
        &written(amount.map(|amount| amount.minor)),
    );
    let rating = record.rating.as_ref();
    fields.add(
        "Rating",
        rating.map(rating_words),
        &rating
            .map(|rating| rating.value.to_string())
            .into_iter()
            .collect::<Vec<_>>(),
    );
    fields.add(
        "State",
        record.status.as_deref().map(type_words),
        &text(&record.status),
    );
    fields.add("Words", record.text.clone(), &text(&record.text));
    for (name, value) in &record.extra {
        add_extra(&mut fields, name, value);
    }
    for other in &detail.belonging {
        fields.rows.push(belonging(other));
    }
    fields.rows
}

/// A member that has no column of its own; what speaks of somebody else is hidden until it is asked for.
fn add_extra(fields: &mut Fields<'_>, name: &str, value: &Value) {
    let Some(text) = value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_number().map(ToString::to_string))
    else {
        return;
    };
    let hidden = is_about_others(name);
    let note = if hidden {
        "hidden until shown".into()
    } else {
        fields.note(std::slice::from_ref(&text))
    };
    fields.rows.push(Field {
        name: type_words(name),
        value: text,
        note,
        hidden,
    });
}

/// A payment, rating or review that belongs to the work.
fn belonging(record: &Record) -> Field {
    let name = record
        .type_name
        .as_deref()
        .map_or_else(|| kind_words(record.kind).to_owned(), type_words);
    let value = record
        .amount
        .map(vault_core::money::words)
        .or_else(|| record.rating.as_ref().map(rating_words))
        .or_else(|| record.text.clone())
        .unwrap_or_else(|| title(record));
    let note = format!(
        "{} of {}",
        kind_words(record.kind).to_lowercase(),
        long(record.start.date())
    );
    Field {
        name,
        value,
        note,
        hidden: false,
    }
}

fn written(value: Option<impl ToString>) -> Vec<String> {
    value.map(|value| value.to_string()).into_iter().collect()
}

fn moment(at: OffsetDateTime, first: OffsetDateTime) -> String {
    if at.date() == first.date() {
        clock(at)
    } else {
        format!("{}, {}", long(at.date()), clock(at))
    }
}

fn rating_words(rating: &vault_store::RatingValue) -> String {
    let scale = format!("{} of {}", rating.value, rating.max);
    if rating.name.is_empty() {
        scale
    } else {
        format!("{}: {scale}", sentence_case(&rating.name))
    }
}

/// The work of the same day on a line; nothing when it was the only one.
fn shift(detail: &CoreDetail) -> Option<Shift> {
    let ended = |record: &Record| record.end.unwrap_or(record.start);
    let first = detail.same_day.first()?.start;
    let last = detail.same_day.iter().map(ended).max()?;
    if detail.same_day.len() < 2 || !detail.same_day.iter().any(|record| record.id == detail.record.id) {
        return None;
    }
    let (mut busy, mut until) = (0, first);
    for record in &detail.same_day {
        // Work that overlaps counts once.
        let end = ended(record).max(until);
        busy += (end - record.start.max(until)).whole_seconds();
        until = end;
    }
    let waiting = (last - first).whole_seconds() - busy;
    Some(Shift {
        from: rfc3339(first),
        to: rfc3339(last),
        sentence: format!(
            "{}, {} with work, {} waiting.",
            count(detail.same_day.len() as u64, "gig", "gigs"),
            span(busy),
            span(waiting)
        ),
        blocks: detail
            .same_day
            .iter()
            .map(|record| Block {
                id: record.id.to_string(),
                start: rfc3339(record.start),
                end: rfc3339(ended(record)),
                current: record.id == detail.record.id,
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(id: u8, start: &str, end: &str) -> Record {
        serde_json::from_value(json!({
            "id": format!("e17abfba-14a4-84ed-aec2-28ed0dd21b{id:02x}"), "kind": "work", "platform": "demo",
            "connection": "018f0000-0000-7000-8000-000000000001", "start": start, "end": end, "type": "delivery",
            "title": "Two pizzas", "amount": {"minor": 675, "currency": "EUR", "exponent": 2}, "distance_m": 3400,
            "extra": {"city": "Barcelona", "client": "Ona"},
            "provenance": {"source": "oauth:demo/1", "retrieval": "018f0000-0000-7000-8000-000000000002",
                "retrieved_at": "2026-11-21T06:00:00Z", "path": "$.items[3]",
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "assurance": "fetched"}
        }))
        .unwrap()
    }

    fn detail() -> CoreDetail {
        let first = record(1, "2026-11-20T18:00:00+01:00", "2026-11-20T18:30:00+01:00");
        let second = record(2, "2026-11-20T19:00:00+01:00", "2026-11-20T19:20:00+01:00");
        CoreDetail {
            record: first.clone(),
            platform_name: "Demo platform".into(),
            belonging: Vec::new(),
            same_day: vec![first, second],
            locator: "/api/v1/gigs?limit=500".into(),
            raw: Some(
                json!({"id": "g1", "started_at": "2026-11-20T18:00:00+01:00", "amount": {"minor": 675}, "tags": ["a"]}),
            ),
            unchanged: true,
        }
    }

    #[test]
    fn values_name_the_member_they_come_from() {
        let detail = detail();
        let raw = raw_cells(&detail, None);
        assert_eq!(
            raw.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(),
            ["id", "started_at", "amount.minor", "tags[0]"]
        );
        let fields = fields(&detail, &raw);
        let note = |name: &str| {
            fields
                .iter()
                .find(|field| field.name == name)
                .unwrap()
                .note
                .clone()
        };
        assert_eq!(
            (note("Started"), note("Amount"), note("Ended")),
            (
                "from started_at".into(),
                "from amount.minor".into(),
                String::new()
            )
        );
        assert!(fields.iter().any(|field| field.name == "Client" && field.hidden));
    }

    #[test]
    fn a_day_is_work_and_waiting() {
        let shift = shift(&detail()).unwrap();
        assert_eq!(shift.sentence, "2 gigs, 50 min with work, 30 min waiting.");
        assert_eq!(shift.blocks.iter().filter(|block| block.current).count(), 1);
    }
}
