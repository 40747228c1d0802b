//! The view that apps know, for the answers of `spec/gigdata.md` 3.10 and for the published example's shape.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail where the test fails"
)]

use gigdata::{
    Details, Figures, JudgedRating, Number, RatingRule, ReadError, ReadOptions, Scale, UserPlatformData,
    achievement_keys, compatible, interaction_keys, read,
};
use time::macros::date;

fn answer(text: &str) -> UserPlatformData {
    read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn view(text: &str) -> (Figures, Details) {
    compatible(&answer(text), &RatingRule::default(), "garden")
}

fn rated(value: f64, min: f64, max: f64, is_successful: bool) -> JudgedRating {
    JudgedRating {
        value,
        min,
        max,
        is_successful,
    }
}

#[test]
fn a_whole_answer_in_the_words_of_apps() {
    let text = include_str!("rated.json");
    let (figures, details) = view(text);
    assert_eq!((figures.gigs, figures.ratings, figures.successful), (2, 3, 2));
    assert_eq!(
        (figures.start, figures.end),
        (Some(date!(2025 - 03 - 01)), Some(date!(2025 - 04 - 02)))
    );
    let average = figures.average.unwrap();
    assert!((average.value - 11.0 / 3.0).abs() < 1e-12);
    assert!(average.is_successful);
    let [first] = details.reviews.as_slice() else {
        panic!("one review")
    };
    assert_eq!(first.id, "garden_8812");
    assert_eq!(first.date, Some(date!(2025 - 03 - 01)));
    assert_eq!(first.rating, Some(rated(5.0, 1.0, 5.0, true)));
    assert_eq!(first.heading.as_deref(), Some("Recommended"));
    assert_eq!(first.reviewer.as_deref(), Some("Marisol Peña"));
    assert_eq!(first.avatar.as_deref(), Some("https://pictures.invalid/1.png"));
    let [badge, test] = details.achievements.as_slice() else {
        panic!("two achievements")
    };
    assert_eq!(
        (badge.id.as_str(), badge.platform_kind.as_str()),
        ("b-1", "Badge")
    );
    assert_eq!(badge.score.as_ref().unwrap().value, "97");
    assert_eq!(badge.date, Some(date!(2025 - 04 - 01)));
    assert_eq!(test.score.as_ref().unwrap().value, "A");
}

#[test]
fn e01_nothing_done_is_an_answer() {
    assert_eq!(view(r#"{"interactions":[]}"#).0, Figures::default());
}

#[test]
fn e02_without_ratings_there_is_no_mean() {
    let (figures, _) = view(
        r#"{"interactions":[{"id":"1","period":{"end":"2025-01-01"},"type":"t","outcome":{"success":true}}]}"#,
    );
    assert_eq!((figures.gigs, figures.ratings, figures.average), (1, 0, None));
    assert_eq!((figures.start, figures.end), (None, Some(date!(2025 - 01 - 01))));
}

#[test]
fn e03_thumbs_keep_their_scale_and_are_judged_on_it() {
    let thumbs = |value| {
        view(&format!(
            r#"{{"interactions":[{{"id":"1","outcome":{{"ratings":[{{"value":{value},"min":0,"max":1}}]}}}}]}}"#
        ))
        .0
    };
    assert_eq!(thumbs(1).average, Some(rated(1.0, 0.0, 1.0, true)));
    assert_eq!(thumbs(1).successful, 1);
    assert_eq!(thumbs(0).average, Some(rated(0.0, 0.0, 1.0, false)));
}

#[test]
fn stars_and_thumbs_together_have_their_mean_on_the_platforms_scale() {
    let (figures, _) = view(
        r#"{"interactions":[{"id":"1","outcome":{"ratings":[{"value":1,"min":0,"max":1},{"value":4,"min":1,"max":5}]}}]}"#,
    );
    assert_eq!(figures.average, Some(rated(4.5, 1.0, 5.0, true)));
    assert_eq!(figures.successful, 2);
}

#[test]
fn the_platforms_own_limit_counts_on_its_own_scale_only() {
    let rule = RatingRule {
        scale: Scale {
            min: 0.into(),
            max: 10.into(),
        },
        success: 9.into(),
    };
    assert!(!rule.judged(8.0, 0.0, 10.0).is_successful);
    assert!(rule.judged(9.0, 0.0, 10.0).is_successful);
    assert!(rule.judged(4.0, 1.0, 5.0).is_successful);
    assert!(!rule.judged(3.0, 1.0, 5.0).is_successful);
    assert!(RatingRule::default().judged(3.0, 1.0, 5.0).is_successful);
    assert_eq!(RatingRule::default().success, Number::from(3));
}

#[test]
fn values_beyond_all_scales_are_no_number_that_json_cannot_hold() {
    let huge = |value: f64| rated(value, -f64::MAX, f64::MAX, true);
    let rule = RatingRule::default();
    assert_eq!(rule.mean(&[huge(f64::MAX), huge(f64::MAX)]), None);
    let mixed = rule.mean(&[huge(f64::MAX), rated(1.0, 1.0, 1.0, false)]).unwrap();
    assert!(mixed.value.is_finite());
}

#[test]
fn e04_and_other_sorts_are_delivered_as_they_came() {
    let (_, details) = view(
        r#"{"interactions":[],"achievements":[{"id":"1","type":"Diploma","score":{"value":"A","label":"grade"}},{"id":"2","type":"Pin"}]}"#,
    );
    let words: Vec<_> = details
        .achievements
        .iter()
        .map(|item| {
            (
                item.platform_kind.as_str(),
                format!("{:?}", item.kind),
                item.score.as_ref().map(|score| score.value.as_str()),
            )
        })
        .collect();
    assert_eq!(
        words,
        [
            ("Diploma", "QualificationAssessment".to_owned(), Some("A")),
            ("Pin", "Badge".to_owned(), None)
        ]
    );
}

#[test]
fn e05_a_review_without_a_rating_has_none() {
    let (_, details) =
        view(r#"{"interactions":[{"id":"1","outcome":{"review":{"title":"","text":"Good"}}}]}"#);
    assert_eq!(details.reviews[0].rating, None);
    assert_eq!(
        (details.reviews[0].date, details.reviews[0].heading.as_deref()),
        (None, None)
    );
}

#[test]
fn e06_to_e08_are_refused_with_a_reason() {
    for (text, expected) in [
        ("{}", ReadError::NoInteractions),
        ("<html></html>", ReadError::NotJson { line: 1, column: 1 }),
        ("", ReadError::NotJson { line: 1, column: 0 }),
        ("null", ReadError::NotAnObject),
    ] {
        assert_eq!(read(text.as_bytes(), &ReadOptions::default()), Err(expected));
    }
}

const TWICE: &str = r#"{"interactions":[
    {"id":"7","period":{"end":"2025-05-02"},"outcome":{"review":{"title":"","text":"second"},"ratings":[{"value":2,"min":1,"max":5}]}},
    {"id":"7","period":{"end":"2025-05-01"},"outcome":{"review":{"title":"","text":"first"},"ratings":[{"value":5,"min":1,"max":5}]}}]}"#;

#[test]
fn e13_each_review_of_one_id_has_its_own_rating() {
    let (figures, details) = view(TWICE);
    assert_eq!(figures.gigs, 2);
    let said: Vec<_> = details
        .reviews
        .iter()
        .map(|review| (review.text.as_deref().unwrap(), review.rating.unwrap().value))
        .collect();
    assert_eq!(said, [("second", 2.0), ("first", 5.0)]);
    assert_ne!(details.reviews[0].id, details.reviews[1].id);
    assert_eq!(details.reviews[1].id, "garden_7", "the earliest keeps the id");
}

#[test]
fn e13_the_keys_do_not_depend_on_the_order() {
    let mut data = answer(TWICE);
    let mut keys = interaction_keys(&data.interactions);
    data.interactions.reverse();
    keys.reverse();
    assert_eq!(interaction_keys(&data.interactions), keys);
}

#[test]
fn e14_names_in_pascal_case_give_the_same_view() {
    let pascal = TWICE
        .replace("interactions", "Interactions")
        .replace("\"outcome\"", "\"Outcome\"")
        .replace("\"review\"", "\"Review\"")
        .replace("\"ratings\"", "\"Ratings\"")
        .replace("\"value\"", "\"Value\"")
        .replace("\"id\"", "\"Id\"")
        .replace("\"text\"", "\"Text\"");
    assert_eq!(answer(&pascal), answer(TWICE));
}

#[test]
fn e15_without_an_id_the_key_is_the_same_at_every_fetch() {
    let at = |rating: &str| {
        answer(&format!(
            r#"{{"interactions":[{{"id":null,"period":{{"start":"2019-05-01","end":"2019-05-02T08:30:00"}},"type":"Ride","outcome":{{{rating}}}}},
               {{"id":null,"period":{{"end":"2019-06-01"}},"type":"Ride"}}]}}"#
        ))
    };
    let first = at("");
    let later = at(r#""review":{"title":"","text":"late"},"ratings":[{"value":4,"min":1,"max":5}]"#);
    let keys = interaction_keys(&first.interactions);
    assert_eq!(
        keys,
        interaction_keys(&later.interactions),
        "a review that comes later"
    );
    assert_ne!(keys[0], keys[1]);
    assert!(
        keys.iter().all(|key| key.len() == 33 && key.starts_with('~')),
        "{keys:?}"
    );
    let (_, details) = compatible(&later, &RatingRule::default(), "garden");
    assert_eq!(details.reviews[0].rating, Some(rated(4.0, 1.0, 5.0, true)));
    assert_eq!(details.reviews[0].date, Some(date!(2019 - 05 - 02)));
}

#[test]
fn many_without_any_difference_have_keys_of_their_own_and_take_no_time() {
    let text = format!("{{\"interactions\":[{}{{}}]}}", "{},".repeat(30_000));
    let data = answer(&text);
    let keys: std::collections::BTreeSet<_> = interaction_keys(&data.interactions).into_iter().collect();
    assert_eq!(keys.len(), 30_001);
}

#[test]
fn achievements_without_an_id_are_known_by_what_they_are() {
    let keys = |text| achievement_keys(&answer(text).achievements);
    let one = keys(
        r#"{"interactions":[],"achievements":[{"type":"Badge","name":"A","description":"x"},{"id":"k","type":"Badge","name":"B"}]}"#,
    );
    let other = keys(
        r#"{"interactions":[],"achievements":[{"id":"k","type":"Badge","name":"B"},{"type":"Badge","name":"A","description":"new words"}]}"#,
    );
    assert_eq!((&one[0], &one[1]), (&other[1], &other[0]));
}
