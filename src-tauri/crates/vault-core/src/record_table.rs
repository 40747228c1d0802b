//! A record as a row of a table: the members of its JSON, those of nested objects with their path.

use ::backpack::csv_text;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use vault_store::Record;

/// The columns, in their order.
pub const COLUMNS: [&str; 28] = [
    "id",
    "kind",
    "platform",
    "connection",
    "start",
    "end",
    "type",
    "title",
    "status",
    "distance_m",
    "duration_s",
    "amount.minor",
    "amount.currency",
    "amount.exponent",
    "amount",
    "rating.name",
    "rating.value",
    "rating.min",
    "rating.max",
    "text",
    "work",
    "extra",
    "provenance.source",
    "provenance.retrieval",
    "provenance.retrieved_at",
    "provenance.path",
    "provenance.sha256",
    "provenance.assurance",
];

/// A cell for each column. No spreadsheet takes a text in it for a formula.
#[must_use]
pub fn row(record: &Record) -> Vec<String> {
    let amount = record.amount;
    let rating = record.rating.as_ref();
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let whole = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let extra = if record.extra.is_empty() {
        String::new()
    } else {
        serde_json::to_string(&record.extra).unwrap_or_default()
    };
    let provenance = &record.provenance;
    vec![
        record.id.to_string(),
        record.kind.as_str().to_owned(),
        safe(&record.platform),
        record.connection.to_string(),
        moment(record.start),
        record.end.map(moment).unwrap_or_default(),
        optional(record.type_name.as_deref()),
        optional(record.title.as_deref()),
        optional(record.status.as_deref()),
        whole(record.distance_m),
        whole(record.duration_s),
        amount.map(|amount| amount.minor.to_string()).unwrap_or_default(),
        amount
            .map(|amount| amount.currency.to_string())
            .unwrap_or_default(),
        amount
            .map(|amount| amount.exponent.to_string())
            .unwrap_or_default(),
        amount.map(|amount| amount.decimal()).unwrap_or_default(),
        optional(rating.map(|rating| rating.name.as_str())),
        number(rating.map(|rating| rating.value)),
        number(rating.map(|rating| rating.min)),
        number(rating.map(|rating| rating.max)),
        optional(record.text.as_deref()),
        record.work.map(|work| work.to_string()).unwrap_or_default(),
        safe(&extra),
        safe(&provenance.source),
        provenance.retrieval.to_string(),
        moment(provenance.retrieved_at),
        safe(&provenance.path),
        provenance.sha256.to_string(),
        provenance.assurance.as_str().to_owned(),
    ]
}

fn optional(text: Option<&str>) -> String {
    text.map(safe).unwrap_or_default()
}

fn safe(text: &str) -> String {
    csv_text(text).into_owned()
}

fn moment(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_has_a_cell_for_each_column_and_no_formula() {
        let record: Record = serde_json::from_value(json!({
            "id": "e17abfba-14a4-84ed-aec2-28ed0dd21b6e", "kind": "work", "platform": "demo",
            "connection": "018f0000-0000-7000-8000-000000000001", "start": "2026-11-20T18:42:08+01:00",
            "title": "=HYPERLINK(\"http://x\")", "text": "+1", "amount": {"minor": -675, "currency": "EUR", "exponent": 2},
            "rating": {"name": "@x", "value": 4.5, "min": 1.0, "max": 5.0},
            "provenance": {"source": "oauth:demo/1", "retrieval": "018f0000-0000-7000-8000-000000000002",
                "retrieved_at": "2026-11-21T06:00:00Z", "path": "$.gigs[3]",
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "assurance": "fetched"}
        }))
        .unwrap();
        let row = row(&record);
        assert_eq!(row.len(), COLUMNS.len());
        let cell = |name: &str| &row[COLUMNS.iter().position(|column| *column == name).unwrap()];
        assert_eq!(cell("title"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(cell("rating.name"), "'@x");
        assert_eq!((cell("amount").as_str(), cell("text").as_str()), ("-6.75", "+1"));
        assert_eq!(cell("start"), "2026-11-20T18:42:08+01:00");
        assert_eq!(row.last().unwrap(), "fetched");
    }
}
