//! Properties for arbitrary documents: nothing panics, what was written is read back equal, what the schema requires is there.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail where the test fails"
)]

use std::collections::BTreeSet;

use gigdata::{
    Achievement, AchievementKind, AdditionalData, Client, DataWriter, Image, Income, Interaction, Number,
    Outcome, Period, PlatformData, Rating, RatingRule, ReadOptions, Review, Score, ScoreValue, Timestamp,
    UserPlatformData, compatible, interaction_keys, read,
};
use proptest::{collection::vec, option, prelude::*};
use serde_json::Value;

/// The members that the published draft-07 schema requires, by the place of the object that has them, and the list of ratings, without which
/// upstream's consumer loops (`spec/gigdata.md` 3.3, 3.6).
const REQUIRED: &[(&str, &[&str])] = &[
    ("", &["interactions"]),
    ("/interactions/*", &["id", "period", "type", "outcome"]),
    ("/interactions/*/period", &["end"]),
    ("/interactions/*/client", &["id", "name", "photoUri"]),
    ("/interactions/*/outcome", &["success", "ratings"]),
    ("/interactions/*/outcome/review", &["title", "text"]),
    ("/interactions/*/outcome/ratings/*", &["value", "min", "max"]),
    ("/interactions/*/additionalData/images/*", &["uri", "caption"]),
    ("/interactions/*/additionalData/income", &["amount", "currency"]),
    (
        "/achievements/*",
        &["id", "timeStamp", "type", "name", "description"],
    ),
    ("/achievements/*/score", &["value"]),
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-zA-ZñÉ€ \"\\\\,\\[{]{1,12}",
        any::<String>()
    ]
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
        (any::<i64>(), 0_u8..5).prop_map(|(minor, exponent)| Number::from_minor(minor, exponent)),
    ]
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (
        -62_000_000_000_i64..250_000_000_000,
        0_u32..1_000_000_000,
        -1439_i32..1440,
    )
        .prop_filter_map("writable", |(second, nano, minutes)| {
            let offset = time::UtcOffset::from_whole_seconds(minutes * 60).ok()?;
            let moment = time::OffsetDateTime::from_unix_timestamp(second)
                .ok()?
                .replace_nanosecond(nano)
                .ok()?;
            Timestamp::try_from(moment.checked_to_offset(offset)?).ok()
        })
}

fn rating() -> impl Strategy<Value = Rating> {
    (option::of(word()), number(), number(), number()).prop_map(|(name, value, min, max)| Rating {
        name,
        value,
        min,
        max,
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let review = (word(), word()).prop_map(|(title, text)| Review { title, text });
    (any::<bool>(), option::of(review), vec(rating(), 0..4)).prop_map(|(success, review, ratings)| Outcome {
        success,
        review,
        ratings,
    })
}

fn additional_data() -> impl Strategy<Value = AdditionalData> {
    let image = (word(), word()).prop_map(|(uri, caption)| Image { uri, caption });
    let income = (number(), word()).prop_map(|(amount, currency)| Income { amount, currency });
    let texts = (option::of(word()), option::of(word()), option::of(word()));
    (texts, vec(image, 0..3), option::of(number()), option::of(income)).prop_map(
        |((location, title, description), images, no_of_hours, income)| AdditionalData {
            location,
            title,
            description,
            images,
            no_of_hours,
            income,
        },
    )
}

fn interaction() -> impl Strategy<Value = Interaction> {
    let period = (option::of(moment()), option::of(moment())).prop_map(|(start, end)| Period { start, end });
    let client = (word(), word(), word()).prop_map(|(id, name, photo_uri)| Client { id, name, photo_uri });
    (
        word(),
        period,
        option::of(client),
        word(),
        outcome(),
        option::of(additional_data()),
    )
        .prop_map(
            |(id, period, client, kind, outcome, additional_data)| Interaction {
                id,
                period,
                client,
                kind,
                outcome,
                additional_data,
            },
        )
}

fn achievement() -> impl Strategy<Value = Achievement> {
    let value = prop_oneof![
        number().prop_map(ScoreValue::Number),
        word().prop_map(ScoreValue::Text)
    ];
    let score = (value, option::of(word())).prop_map(|(value, label)| Score { value, label });
    let kind = prop_oneof![
        Just(AchievementKind::Badge),
        Just(AchievementKind::QualificationAssessment),
        word().prop_map(|word| AchievementKind::from(word.as_str())),
    ];
    (
        word(),
        option::of(moment()),
        kind,
        word(),
        word(),
        option::of(score),
        option::of(word()),
    )
        .prop_map(
            |(id, time_stamp, kind, name, description, score, badge_icon_uri)| Achievement {
                id,
                time_stamp,
                kind,
                name,
                description,
                score,
                badge_icon_uri,
            },
        )
}

fn document() -> impl Strategy<Value = UserPlatformData> {
    (vec(interaction(), 0..4), vec(achievement(), 0..3)).prop_map(|(interactions, achievements)| {
        UserPlatformData {
            interactions,
            achievements,
        }
    })
}

/// JSON that looks like the format, with any value in any place.
fn almost_a_document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
        moment().prop_map(|moment| Value::from(moment.to_string())),
    ];
    let name = prop::sample::select(vec![
        "interactions",
        "Achievements",
        "id",
        "period",
        "START",
        "end",
        "client",
        "outcome",
        "ratings",
        "value",
        "min",
        "max",
        "score",
        "income",
        "amount",
        "additionalData",
        "images",
        "type",
        "timeStamp",
        "success",
        "other",
    ]);
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

/// The objects at a place such as `/interactions/*/client`.
fn objects_at<'v>(root: &'v Value, place: &str) -> Vec<&'v Value> {
    place.split('/').skip(1).fold(vec![root], |found, step| {
        let below = |value: &'v Value| match step {
            "*" => value.as_array().into_iter().flatten().collect(),
            name => value.get(name).into_iter().collect::<Vec<_>>(),
        };
        found.into_iter().flat_map(below).collect()
    })
}

fn assert_required_members(written: &[u8]) {
    let root: Value = serde_json::from_slice(written).unwrap();
    for (place, members) in REQUIRED {
        for object in objects_at(&root, place) {
            for member in *members {
                assert!(
                    object.get(*member).is_some_and(|value| !value.is_null()),
                    "{place} lacks {member}"
                );
            }
        }
    }
    assert!(!holds_null(&root), "an absent member is left out, never null");
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.iter().any(holds_null),
        Value::Object(members) => members.values().any(holds_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[test]
fn a_document_of_unknowns_has_every_required_member() {
    let data = UserPlatformData {
        interactions: vec![Interaction {
            id: String::new(),
            period: Period::default(),
            client: Some(Client::default()),
            kind: String::new(),
            outcome: Outcome {
                review: Some(Review::default()),
                ..Outcome::default()
            },
            additional_data: Some(AdditionalData {
                images: vec![Image::default()],
                ..AdditionalData::default()
            }),
        }],
        achievements: vec![Achievement {
            id: String::new(),
            time_stamp: None,
            kind: AchievementKind::from(""),
            name: String::new(),
            description: String::new(),
            score: None,
            badge_icon_uri: None,
        }],
    };
    let written = data.to_json().unwrap();
    assert_required_members(&written);
    assert_eq!(read(&written, &ReadOptions::default()), Ok(data));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..512)) {
        let _ = read(&bytes, &ReadOptions::default());
    }

    #[test]
    fn arbitrary_json_never_panics_and_what_is_read_is_written_whole(value in almost_a_document()) {
        if let Ok(data) = read(value.to_string().as_bytes(), &ReadOptions::default()) {
            let written = data.to_json().unwrap();
            assert_required_members(&written);
            prop_assert_eq!(read(&written, &ReadOptions::default()), Ok(data));
        }
    }

    #[test]
    fn a_list_of_almost_interactions_never_panics(values in vec(almost_a_document(), 0..4)) {
        let root = serde_json::json!({ "interactions": values, "achievements": values });
        let _ = read(root.to_string().as_bytes(), &ReadOptions::default());
    }

    #[test]
    fn what_was_written_is_read_back_equal(data in document()) {
        let written = data.to_json().unwrap();
        prop_assert_eq!(read(&written, &ReadOptions::default()), Ok(data));
    }

    #[test]
    fn what_was_written_has_every_required_member(data in document()) {
        let written = data.to_json().unwrap();
        let root: Value = serde_json::from_slice(&written).unwrap();
        prop_assert_eq!(objects_at(&root, "/interactions/*").len(), data.interactions.len());
        assert_required_members(&written);
    }

    #[test]
    fn the_view_of_apps_counts_what_the_json_holds(data in document()) {
        let written = data.to_json().unwrap();
        let read = read(&written, &ReadOptions::default()).unwrap();
        let (figures, details) = compatible(&read, &RatingRule::default(), "any");
        let root: Value = serde_json::from_slice(&written).unwrap();
        let count = |place| objects_at(&root, place).len();
        prop_assert_eq!(figures.gigs, count("/interactions/*") as u64);
        prop_assert_eq!(figures.ratings, count("/interactions/*/outcome/ratings/*") as u64);
        prop_assert_eq!(details.reviews.len(), count("/interactions/*/outcome/review"));
        prop_assert_eq!(details.achievements.len(), count("/achievements/*"));
        let keys: BTreeSet<_> = interaction_keys(&read.interactions).into_iter().collect();
        prop_assert_eq!(keys.len(), read.interactions.len());
        let message = serde_json::to_vec(&PlatformData::new(figures, Some(details))).unwrap();
        let message: Value = serde_json::from_slice(&message).unwrap();
        prop_assert_eq!(message["numberOfGigs"].as_u64(), Some(count("/interactions/*") as u64));
    }

    #[test]
    fn keys_do_not_depend_on_the_order(data in document()) {
        let mut turned = data.clone();
        turned.interactions.reverse();
        let mut keys = interaction_keys(&turned.interactions);
        keys.reverse();
        let mut both: Vec<_> = interaction_keys(&data.interactions).into_iter().zip(&data.interactions).collect();
        let mut other: Vec<_> = keys.into_iter().zip(&data.interactions).collect();
        both.sort_by(|one, next| one.0.cmp(&next.0));
        other.sort_by(|one, next| one.0.cmp(&next.0));
        prop_assert_eq!(both, other);
    }

    #[test]
    fn piece_by_piece_gives_the_same_bytes(data in document()) {
        let mut writer = DataWriter::new(Vec::new()).unwrap();
        for interaction in &data.interactions {
            writer.interaction(interaction).unwrap();
        }
        for achievement in &data.achievements {
            writer.achievement(achievement).unwrap();
        }
        prop_assert_eq!(writer.finish().unwrap(), data.to_json().unwrap());
    }

    #[test]
    fn any_text_is_a_moment_or_refused(text in "[0-9TtZz:. +-]{0,40}") {
        if let Ok(moment) = text.parse::<Timestamp>() {
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }
}

#[test]
fn an_interaction_after_an_achievement_is_refused() {
    let data = read(include_bytes!("answer.json"), &ReadOptions::default()).unwrap();
    let mut writer = DataWriter::new(Vec::new()).unwrap();
    writer.achievement(&data.achievements[0]).unwrap();
    assert_eq!(
        writer.interaction(&data.interactions[0]).unwrap_err().kind(),
        std::io::ErrorKind::InvalidInput
    );
}
