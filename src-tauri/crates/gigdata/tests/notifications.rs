//! The message to apps, byte by byte: the shape of `spec/gigdata.md` 6.3 with the names of 10.4 after it.
#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may fail where the test fails"
)]

use gigdata::{
    ConnectionState, Details, Figures, JudgedRating, Notification, NotifiedAchievement, NotifiedKind,
    NotifiedReview, NotifiedScore, PlatformData, Reason, Subject,
};
use time::macros::date;
use uuid::uuid;

const EVERY_NAME: &str = include_str!("notification_full.json");

fn subject() -> Subject {
    Subject {
        platform_id: uuid!("d2719a4e-0a43-4a86-9a3c-6a1f6d9a5b11"),
        platform_name: "Garden Help".into(),
        user_id: uuid!("7c1d02c8-5d25-49c6-8a3e-0d0c5c4f2a90"),
        app_secret: "5f0f6f5e-8b1e-4d69-bb0c-3c0c4d2f9d21".into(),
        updated: 1_748_779_200,
    }
}

fn stars(value: f64, is_successful: bool) -> JudgedRating {
    JudgedRating {
        value,
        min: 1.0,
        max: 5.0,
        is_successful,
    }
}

fn figures() -> Figures {
    Figures {
        gigs: 2,
        ratings: 3,
        successful: 2,
        start: Some(date!(2025 - 03 - 01)),
        end: Some(date!(2025 - 04 - 02)),
        average: Some(stars(3.5, true)),
    }
}

fn review(rating: Option<JudgedRating>, avatar: Option<&str>) -> NotifiedReview {
    NotifiedReview {
        id: "garden_8812".into(),
        date: Some(date!(2025 - 03 - 01)),
        rating,
        heading: Some("Recommended".into()),
        text: Some("Came on time.".into()),
        reviewer: Some("Marisol Peña".into()),
        avatar: avatar.map(Into::into),
    }
}

fn details() -> Details {
    Details {
        reviews: vec![
            review(Some(stars(5.0, true)), Some("https://pictures.invalid/1.png")),
            NotifiedReview {
                id: "garden_8813".into(),
                date: None,
                ..review(None, None)
            },
        ],
        achievements: vec![NotifiedAchievement {
            id: "b-1".into(),
            name: Some("Green thumb".into()),
            platform_kind: "Badge".into(),
            kind: NotifiedKind::Badge,
            description: Some("Fifty gardens.".into()),
            image: None,
            score: Some(NotifiedScore {
                value: "A".into(),
                label: None,
            }),
            date: Some(date!(2025 - 04 - 01)),
        }],
    }
}

fn written(state: ConnectionState, data: Option<PlatformData>) -> String {
    String::from_utf8(Notification::new(subject(), state, data).to_json().unwrap()).unwrap()
}

/// The fixture without the spaces that make it readable; its texts hold no line breaks and no two spaces.
fn compact(text: &str) -> String {
    text.lines()
        .map(str::trim)
        .collect::<String>()
        .replace("\": ", "\":")
}

#[test]
fn everything_is_written_in_order_and_the_older_names_after_it() {
    let data = PlatformData::new(figures(), Some(details()));
    assert_eq!(written(ConnectionState::Synced, Some(data)), compact(EVERY_NAME));
}

#[test]
fn an_app_that_sees_figures_only_gets_no_texts() {
    let json = written(ConnectionState::Synced, Some(PlatformData::new(figures(), None)));
    let expected = concat!(
        r#""platformData":{"numberOfGigs":2,"numberOfRatings":3,"numberOfRatingsThatAreDeemedSuccessful":2,"#,
        r#""periodStart":"2025-03-01","periodEnd":"2025-04-02","averageRating":{"value":3.5,"min":1.0,"max":5.0,"isSuccessful":true},"#,
        r#""reviews":null,"achievements":null,"numberOfSuccessfulRatings":2},"appSecret""#
    );
    assert!(json.contains(expected), "{json}");
}

#[test]
fn empty_lists_are_null_for_reviews_and_empty_for_achievements() {
    let json = written(
        ConnectionState::Synced,
        Some(PlatformData::new(Figures::default(), Some(Details::default()))),
    );
    let expected = concat!(
        r#"{"numberOfGigs":0,"numberOfRatings":0,"numberOfRatingsThatAreDeemedSuccessful":0,"#,
        r#""periodStart":null,"periodEnd":null,"averageRating":null,"reviews":null,"achievements":[],"numberOfSuccessfulRatings":0}"#
    );
    assert!(json.contains(expected), "{json}");
}

#[test]
fn only_a_synced_connection_has_data_and_only_a_removed_one_another_reason() {
    for state in ConnectionState::ALL {
        let message = Notification::new(subject(), state, Some(PlatformData::new(figures(), None)));
        assert_eq!(
            message.data().is_some(),
            state == ConnectionState::Synced,
            "{state:?}"
        );
        let reason = if state == ConnectionState::Removed {
            Reason::ConnectionDeleted
        } else {
            Reason::DataUpdate
        };
        assert_eq!(state.reason(), reason);
        if state == ConnectionState::Synced {
            continue;
        }
        let expected = format!(
            "{{\"platformId\":\"d2719a4e-0a43-4a86-9a3c-6a1f6d9a5b11\",\"platformName\":\"Garden Help\",\
             \"platformConnectionState\":\"{}\",\"userId\":\"7c1d02c8-5d25-49c6-8a3e-0d0c5c4f2a90\",\"updated\":1748779200,\
             \"platformData\":null,\"appSecret\":\"5f0f6f5e-8b1e-4d69-bb0c-3c0c4d2f9d21\",\"reason\":\"{reason:?}\"}}",
            state.as_str()
        );
        assert_eq!(String::from_utf8(message.to_json().unwrap()).unwrap(), expected);
    }
}

#[test]
fn nothing_personal_and_no_secret_is_shown_for_debugging() {
    let data = PlatformData::new(figures(), Some(details()));
    let message = Notification::new(subject(), ConnectionState::Synced, Some(data.clone()));
    let shown = format!("{:?} {data:?} {message:?}", subject());
    for hidden in [
        "5f0f6f5e",
        "7c1d02c8",
        "Marisol",
        "Green thumb",
        "Came on time",
        "2025",
    ] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}
