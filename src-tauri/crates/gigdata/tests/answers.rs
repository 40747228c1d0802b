//! What real platforms answer: the cases of `spec/gigdata.md` 3.3, 3.6 and 3.10, and the limits.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail where the test fails"
)]

use gigdata::{
    AchievementKind, Limits, Number, ReadError, ReadOptions, Scale, ScoreValue, UserPlatformData, read,
};

fn answer(text: &str) -> UserPlatformData {
    read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn refusal(text: &str) -> ReadError {
    read(text.as_bytes(), &ReadOptions::default()).unwrap_err()
}

fn refused_by(limits: Limits, text: &str) -> ReadError {
    read(
        text.as_bytes(),
        &ReadOptions {
            limits,
            ..ReadOptions::default()
        },
    )
    .unwrap_err()
}

#[test]
fn a_whole_answer_keeps_every_member() {
    let data = answer(include_str!("answer.json"));
    let [job] = data.interactions.as_slice() else {
        panic!("one interaction")
    };
    assert_eq!((job.id.as_str(), job.kind.as_str()), ("8812", "Garden work"));
    assert_eq!(
        job.period.start.unwrap().to_string(),
        "2025-03-01T09:00:00.1760745+01:00"
    );
    assert_eq!(
        job.client.as_ref().unwrap().photo_uri,
        "https://pictures.invalid/1.png"
    );
    assert_eq!(
        job.outcome.review.as_ref().unwrap().text,
        "Came on time, left no mess."
    );
    assert_eq!(job.outcome.ratings[1].name.as_deref(), Some("Would hire again"));
    assert_eq!(job.outcome.ratings[1].max, Number::from(1));
    let more = job.additional_data.as_ref().unwrap();
    assert_eq!(more.images[0].caption, "The hedge");
    assert_eq!(more.no_of_hours.as_ref().unwrap().to_string(), "2.5");
    assert_eq!(more.income.as_ref().unwrap().amount.to_string(), "61.25");
    let [badge] = data.achievements.as_slice() else {
        panic!("one achievement")
    };
    assert_eq!(badge.kind, AchievementKind::Badge);
    assert_eq!(badge.score.as_ref().unwrap().value, ScoreValue::Number(97.into()));
    assert_eq!(
        badge.badge_icon_uri.as_deref(),
        Some("https://pictures.invalid/badge.png")
    );
}

#[test]
fn a_whole_answer_is_written_as_it_came() {
    let text = include_str!("answer.json");
    let came: serde_json::Value = serde_json::from_str(text).unwrap();
    let written: serde_json::Value = serde_json::from_slice(&answer(text).to_json().unwrap()).unwrap();
    assert_eq!(written, came);
}

#[test]
fn no_interactions_is_an_answer_too() {
    assert_eq!(answer(r#"{"interactions":[]}"#), UserPlatformData::default());
}

#[test]
fn an_outcome_without_ratings_has_none() {
    let data = answer(
        r#"{"interactions":[{"id":"1","period":{"end":"2025-01-01"},"type":"t","outcome":{"success":false}}]}"#,
    );
    assert!(data.interactions[0].outcome.ratings.is_empty());
    assert!(data.interactions[0].period.start.is_none());
    assert!(!data.interactions[0].outcome.success);
}

#[test]
fn silence_about_the_outcome_claims_no_failure() {
    for outcome in ["null", "{}", r#"{"success":null}"#] {
        let data = answer(&format!(r#"{{"interactions":[{{"outcome":{outcome}}}]}}"#));
        assert!(data.interactions[0].outcome.success, "{outcome}");
    }
}

#[test]
fn a_rating_keeps_its_own_scale_and_borrows_one_if_it_has_none() {
    let options = ReadOptions {
        rating: Scale {
            min: 0.into(),
            max: 10.into(),
        },
        ..ReadOptions::default()
    };
    let text = r#"{"interactions":[{"outcome":{"ratings":[{"value":1,"min":0,"max":1},{"value":"7.5"},{"name":"empty","value":null}]}}]}"#;
    let data = read(text.as_bytes(), &options).unwrap();
    let ratings = &data.interactions[0].outcome.ratings;
    assert_eq!(ratings.len(), 2);
    assert_eq!(
        (ratings[0].value.as_i64(), ratings[0].max.as_i64()),
        (Some(1), Some(1))
    );
    assert_eq!(
        (ratings[1].value.as_f64(), ratings[1].max.as_i64()),
        (7.5, Some(10))
    );
}

#[test]
fn a_score_may_be_a_text_and_a_sort_unknown() {
    let data = answer(
        r#"{"interactions":[],"achievements":[{"type":"Diploma","score":{"value":"A"}},{"type":"qualificationassessment","score":{"label":"points"}}]}"#,
    );
    assert_eq!(
        data.achievements[0].kind,
        AchievementKind::Other("Diploma".into())
    );
    assert_eq!(
        data.achievements[0].score.as_ref().unwrap().value,
        ScoreValue::Text("A".into())
    );
    assert_eq!(
        data.achievements[1].kind,
        AchievementKind::QualificationAssessment
    );
    assert_eq!(data.achievements[1].score, None);
}

#[test]
fn names_match_in_any_case_and_the_last_of_several_counts() {
    let data = answer(
        r#"{"INTERACTIONS":[{"Id":7,"Type":"a","TYPE":"b","unknown":{"deep":[1]},"Outcome":{"Ratings":[{"Value":3,"Min":1,"Max":5}]}}]}"#,
    );
    assert_eq!(
        (
            data.interactions[0].id.as_str(),
            data.interactions[0].kind.as_str()
        ),
        ("7", "b")
    );
    assert_eq!(data.interactions[0].outcome.ratings.len(), 1);
}

#[test]
fn dates_without_a_zone_are_utc_and_a_null_id_is_an_unknown_one() {
    let data = answer(
        r#"{"interactions":[{"id":null,"period":{"start":"2019-05-01","end":"2019-05-02T08:30:00"}}, null]}"#,
    );
    assert_eq!(data.interactions.len(), 1);
    assert_eq!(data.interactions[0].id, "");
    assert_eq!(
        data.interactions[0].period.end.unwrap().to_string(),
        "2019-05-02T08:30:00Z"
    );
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(
        answer("\u{feff}{\"interactions\":[]}"),
        UserPlatformData::default()
    );
}

#[test]
fn what_is_no_answer_is_refused() {
    assert_eq!(refusal("{}"), ReadError::NoInteractions);
    assert_eq!(refusal(r#"{"interactions":null}"#), ReadError::NoInteractions);
    assert_eq!(refusal("null"), ReadError::NotAnObject);
    assert_eq!(refusal("[]"), ReadError::NotAnObject);
    assert_eq!(refusal(""), ReadError::NotJson { line: 1, column: 0 });
    assert_eq!(refusal("<html>"), ReadError::NotJson { line: 1, column: 1 });
    assert!(matches!(refusal(&"[".repeat(100_000)), ReadError::NotJson { .. }));
}

#[test]
fn a_wrong_type_is_refused_with_its_place_and_without_its_value() {
    let error = refusal(r#"{"interactions":[{},{"outcome":{"ratings":[{"value":"Private"}]}}]}"#);
    assert_eq!(
        error.to_string(),
        "interactions[1].outcome.ratings[0].value is not a number"
    );
    let error = refusal(r#"{"interactions":[{"period":{"end":"next week"}}]}"#);
    assert_eq!(
        error.to_string(),
        "interactions[0].period.end is not a date and time"
    );
    for wrong in [
        r#"{"interactions":{}}"#,
        r#"{"interactions":[7]}"#,
        r#"{"interactions":[],"achievements":[{"name":[]}]}"#,
        r#"{"interactions":[{"outcome":{"success":"maybe"}}]}"#,
    ] {
        assert!(matches!(refusal(wrong), ReadError::Mismatch { .. }), "{wrong}");
    }
}

#[test]
fn every_limit_refuses_one_more_and_takes_exactly_as_many() {
    let text = r#"{"interactions":[{"id":"abcd","outcome":{"ratings":[{"value":1},{"value":1}]},"additionalData":{"images":[{},{}]}},{}],"achievements":[{},{}]}"#;
    let limits = Limits {
        bytes: text.len(),
        values: 23,
        interactions: 2,
        achievements: 2,
        ratings: 2,
        images: 2,
        text: 4,
    };
    let options = ReadOptions {
        limits,
        ..ReadOptions::default()
    };
    assert_eq!(
        read(text.as_bytes(), &options).map(|data| data.interactions.len()),
        Ok(2)
    );
    assert_eq!(
        refused_by(
            Limits {
                bytes: text.len() - 1,
                ..limits
            },
            text
        ),
        ReadError::TooLong {
            limit: text.len() - 1
        }
    );
    assert_eq!(
        refused_by(Limits { values: 22, ..limits }, text),
        ReadError::TooManyValues { limit: 22 }
    );
    let too_many = |path: &str| ReadError::TooMany {
        path: path.into(),
        limit: 1,
    };
    assert_eq!(
        refused_by(
            Limits {
                interactions: 1,
                ..limits
            },
            text
        ),
        too_many("interactions")
    );
    assert_eq!(
        refused_by(
            Limits {
                achievements: 1,
                ..limits
            },
            text
        ),
        too_many("achievements")
    );
    assert_eq!(
        refused_by(Limits { ratings: 1, ..limits }, text),
        too_many("interactions[0].outcome.ratings")
    );
    assert_eq!(
        refused_by(Limits { images: 1, ..limits }, text),
        too_many("interactions[0].additionalData.images")
    );
    assert_eq!(
        refused_by(Limits { text: 3, ..limits }, text),
        ReadError::TextTooLong {
            path: "interactions[0].id".into(),
            limit: 3
        }
    );
}
