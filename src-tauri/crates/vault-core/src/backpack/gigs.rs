//! `data.json`: a connection's data with the names of Open Platforms (`spec/gigdata.md` 3.3), for readers of that format.
//!
//! Each work record is an interaction with the ratings and the review that belong to it; a review without a work record stands for an
//! interaction of its own. Payments, restrictions and ratings without a work record have no place in the format: they are in the records.

use std::io::Write;

use gigdata::{
    Achievement, AchievementKind, AdditionalData, Client, DataWriter, Income, Interaction, Number, Outcome,
    Period, Rating, Review, Score, ScoreValue, Timestamp,
};
use serde_json::Value;
use vault_store::{
    ConnectionId, Record, RecordKind, View,
    records::{self, RecordFilter},
};

use super::contents::{Halt, of};

/// Writes the data of a connection, oldest first.
pub(super) fn write(view: &View<'_>, connection: ConnectionId, out: impl Write) -> Result<(), Halt> {
    let mut data = DataWriter::new(out)?;
    records::each(
        view,
        &kinds(connection, &[RecordKind::Work, RecordKind::Review]),
        |record| {
            if record.kind == RecordKind::Work {
                let said = records::said_about(view, record.id)?;
                data.interaction(&of_work(&record, &said))?;
            } else if record.work.is_none() {
                data.interaction(&of_review(&record))?;
            }
            Ok::<_, Halt>(())
        },
    )?;
    records::each(view, &kinds(connection, &[RecordKind::Achievement]), |record| {
        Ok::<_, Halt>(data.achievement(&achievement(&record))?)
    })?;
    Ok(data.finish()?.flush()?)
}

fn kinds(connection: ConnectionId, kinds: &[RecordKind]) -> RecordFilter {
    RecordFilter {
        kinds: kinds.to_vec(),
        ..of(connection)
    }
}

fn of_work(work: &Record, belonging: &[Record]) -> Interaction {
    let of_kind = |kind| belonging.iter().filter(move |record| record.kind == kind);
    let own = work.rating.iter();
    let given = of_kind(RecordKind::Rating).chain(of_kind(RecordKind::Review));
    let ratings = own.chain(given.filter_map(|record| record.rating.as_ref()));
    Interaction {
        id: work.id.to_string(),
        period: period(work),
        client: client(work),
        kind: work.type_name.clone().unwrap_or_default(),
        outcome: Outcome {
            success: is_success(work.status.as_deref()),
            review: of_kind(RecordKind::Review).next().map(review),
            ratings: ratings.filter_map(rating).collect(),
        },
        additional_data: additional(work),
    }
}

/// A review by itself, as an interaction.
pub(crate) fn of_review(record: &Record) -> Interaction {
    Interaction {
        id: record.id.to_string(),
        period: Period {
            start: None,
            end: moment(record),
        },
        client: client(record),
        kind: String::new(),
        outcome: Outcome {
            success: true,
            review: Some(review(record)),
            ratings: record.rating.iter().filter_map(rating).collect(),
        },
        additional_data: None,
    }
}

/// The format demands an end: work of which only one moment is known ended at that one.
fn period(record: &Record) -> Period {
    let start = moment(record);
    Period {
        end: record.end.and_then(|end| end.try_into().ok()).or(start),
        start,
    }
}

/// When it was; nothing for a record that its source does not date.
fn moment(record: &Record) -> Option<Timestamp> {
    let undated = record.extra.get("undated") == Some(&Value::Bool(true));
    (!undated).then(|| record.start.try_into().ok()).flatten()
}

/// A platform that names no state has not claimed a failure.
fn is_success(status: Option<&str>) -> bool {
    const FAILED: [&str; 7] = [
        "cancel", "fail", "declin", "reject", "abort", "no_show", "expired",
    ];
    let status = status.unwrap_or_default().to_ascii_lowercase();
    !FAILED.iter().any(|beginning| status.starts_with(beginning))
}

fn client(record: &Record) -> Option<Client> {
    let text = |value: &Value, names: &[&str]| -> String {
        let found = names.iter().find_map(|name| value.get(name)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let named = record
        .extra
        .get("client")
        .or_else(|| record.extra.get("author"))?;
    if let Value::String(name) = named {
        return Some(Client {
            name: name.clone(),
            ..Client::default()
        });
    }
    Some(Client {
        id: text(named, &["id"]),
        name: text(named, &["name"]),
        photo_uri: text(named, &["photoUri", "photo_uri", "photo"]),
    })
}

fn review(record: &Record) -> Review {
    Review {
        title: record.title.clone().unwrap_or_default(),
        text: record.text.clone().unwrap_or_default(),
    }
}

fn rating(rating: &vault_store::RatingValue) -> Option<Rating> {
    Some(Rating {
        name: (!rating.name.is_empty()).then(|| rating.name.clone()),
        value: number(rating.value)?,
        min: number(rating.min)?,
        max: number(rating.max)?,
    })
}

/// A whole number is written without a fraction, as the published schema has it.
fn number(value: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        format!("{value:.0}").parse::<i64>().ok().map(Number::from)
    } else {
        Number::from_f64(value)
    }
}

fn additional(work: &Record) -> Option<AdditionalData> {
    let text = |name: &str| work.extra.get(name)?.as_str().map(str::to_owned);
    let data = AdditionalData {
        location: text("location").or_else(|| text("city")),
        title: work.title.clone(),
        description: work.text.clone(),
        images: Vec::new(),
        // Hundredths of an hour: 36 seconds.
        no_of_hours: work
            .duration_s
            .map(|seconds| Number::from_minor((i64::from(seconds) + 18) / 36, 2)),
        income: work.amount.map(|amount| Income {
            amount: Number::from_minor(amount.minor, amount.exponent),
            currency: amount.currency.to_string(),
        }),
    };
    (data != AdditionalData::default()).then_some(data)
}

/// Readers of the format know two sorts and refuse the whole document for a third: another word is in the records.
fn sort(word: &str, has_score: bool) -> AchievementKind {
    match AchievementKind::from(word) {
        AchievementKind::Other(_) if has_score => AchievementKind::QualificationAssessment,
        AchievementKind::Other(_) => AchievementKind::Badge,
        known @ (AchievementKind::Badge | AchievementKind::QualificationAssessment) => known,
    }
}

/// An achievement.
pub(crate) fn achievement(record: &Record) -> Achievement {
    let score = record.extra.get("score");
    let value = score.and_then(|score| match score.get("value").unwrap_or(score) {
        Value::Number(value) => value.as_f64().and_then(number).map(ScoreValue::Number),
        Value::String(text) => Some(ScoreValue::Text(text.clone())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    let value = value.or_else(|| number(record.rating.as_ref()?.value).map(ScoreValue::Number));
    let label = score.and_then(|score| score.get("label")?.as_str().map(str::to_owned));
    let icon = ["badgeIconUri", "icon"]
        .iter()
        .find_map(|name| record.extra.get(*name)?.as_str());
    Achievement {
        id: record.id.to_string(),
        time_stamp: moment(record),
        kind: sort(record.type_name.as_deref().unwrap_or_default(), value.is_some()),
        name: record.title.clone().unwrap_or_default(),
        description: record.text.clone().unwrap_or_default(),
        score: value.map(|value| Score { value, label }),
        badge_icon_uri: icon.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(members: Value) -> Record {
        let mut value = json!({
            "id": "e17abfba-14a4-84ed-aec2-28ed0dd21b6e", "platform": "demo",
            "connection": "018f0000-0000-7000-8000-000000000001", "start": "2026-11-20T18:42:08+01:00",
            "provenance": {"source": "x/1", "retrieval": "018f0000-0000-7000-8000-000000000002",
                "retrieved_at": "2026-11-21T06:00:00Z",
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "assurance": "fetched"}
        });
        value
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_gig_has_what_clients_said_about_it() {
        let work = record(
            json!({"kind": "work", "type": "delivery", "status": "completed", "duration_s": 5400,
            "amount": {"minor": 675, "currency": "EUR", "exponent": 2}, "extra": {"city": "Girona", "client": {"id": "c", "name": "J"}}}),
        );
        let belonging = [
            record(
                json!({"kind": "rating", "rating": {"name": "on_time", "value": 1.0, "min": 0.0, "max": 1.0}}),
            ),
            record(json!({"kind": "review", "title": "Good", "text": "Fast"})),
            record(json!({"kind": "payment", "amount": {"minor": 1, "currency": "EUR", "exponent": 2}})),
        ];
        let json = serde_json::to_value(of_work(&work, &belonging)).unwrap();
        assert_eq!(json["period"]["end"], json["period"]["start"]);
        assert_eq!(
            json["outcome"]["ratings"],
            json!([{"name": "on_time", "value": 1, "min": 0, "max": 1}])
        );
        assert_eq!(
            json["outcome"]["review"],
            json!({"title": "Good", "text": "Fast"})
        );
        assert_eq!(json["client"]["name"], "J");
        assert_eq!(
            json["additionalData"],
            json!({"location": "Girona", "noOfHours": 1.5, "income": {"amount": 6.75, "currency": "EUR"}})
        );
    }

    #[test]
    fn only_a_named_failure_is_one() {
        for (status, success) in [
            (None, true),
            (Some("completed"), true),
            (Some("Cancelled_paid"), false),
        ] {
            assert_eq!(is_success(status), success);
        }
    }

    #[test]
    fn an_assessment_keeps_its_mark() {
        let of_type = |kind: &str, score: Value| {
            let record = record(json!({"kind": "achievement", "type": kind, "title": "Hygiene",
                "extra": {"score": score, "undated": true}}));
            serde_json::to_value(achievement(&record)).unwrap()
        };
        let marked = |score: Value| of_type("qualificationassessment", score);
        let json = marked(json!({"value": 90, "label": "percent"}));
        assert_eq!(json["score"], json!({"value": 90, "label": "percent"}));
        assert_eq!(
            (&json["type"], &json["timeStamp"]),
            (&json!("QualificationAssessment"), &json!(""))
        );
        assert_eq!(marked(json!({"value": "A"}))["score"], json!({"value": "A"}));
        assert_eq!(of_type("licence", Value::Null)["type"], "Badge");
        assert_eq!(of_type("test", json!(7))["type"], "QualificationAssessment");
    }
}
