//! Letters, and the clock from the day of sending to the complaint.

use time::{Duration, OffsetDateTime, macros::datetime};

use super::{
    DataRequestState, DataRequestStep, Followup, LANGUAGES, Letter, LetterKind, WayKind,
    way::{authority, ways},
};
use crate::{persona::PersonaField, test_vault::TestVault};

const NOW: OffsetDateTime = datetime!(2026-11-10 09:00 UTC);
fn mine(letter: &Letter) -> Vec<&str> {
    let pieces = letter.paragraphs.iter().flatten();
    pieces
        .filter(|piece| piece.mine)
        .map(|piece| piece.text.as_str())
        .collect()
}

#[tokio::test]
async fn every_letter_of_every_language_is_filled_and_marks_what_is_the_persons() {
    let world = TestVault::new(NOW).await;
    let space = &world.space;
    for (field, value) in [
        (PersonaField::FirstName, "Anna"),
        (PersonaField::LastName, "Puig"),
        (PersonaField::Email, "anna@example.org"),
        (PersonaField::Address, "Carrer Gran 1"),
        (PersonaField::City, "Girona"),
        (PersonaField::Country, "ES"),
    ] {
        space.set_persona(field, value).await.unwrap();
    }
    let id = space.begin_data_request("wolt", "ca").await.unwrap();
    space.data_request_sent(id, NOW).await.unwrap();
    for language in LANGUAGES {
        for kind in [
            LetterKind::Access,
            LetterKind::Reminder,
            LetterKind::Complaint,
            LetterKind::Identity,
        ] {
            let letter = space.data_request_letter(id, kind, language).await.unwrap();
            let text = letter.text();
            assert!(!text.contains(['{', '}']), "{language} {kind:?}: {text}");
            assert!(text.contains("Wolt") && text.contains("Anna Puig"), "{language}");
            assert!(mine(&letter).contains(&"anna@example.org"), "{language} {kind:?}");
            assert!(letter.sign.ends_with("Anna Puig"));
            if kind != LetterKind::Access {
                assert!(text.contains("2026-11-10"), "{language} {kind:?}");
            }
            match kind {
                LetterKind::Complaint => {
                    assert!(text.contains("Agencia Española"));
                    assert!(text.contains("2026-12-10"));
                    assert_eq!(letter.to, "https://www.aepd.es");
                }
                LetterKind::Access | LetterKind::Reminder | LetterKind::Identity => {
                    assert_eq!(letter.to, "support@wolt.com");
                }
            }
            // No telephone in the profile: the sentence about it is not in the letter.
            assert_eq!(
                letter.paragraphs.len(),
                match kind {
                    LetterKind::Access => 7,
                    LetterKind::Reminder => 5,
                    LetterKind::Complaint | LetterKind::Identity => 7,
                }
            );
        }
    }
    assert!(
        space
            .data_request_letter(id, LetterKind::Access, "xx")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_profile_without_a_name_leaves_a_line_to_write_on() {
    let world = TestVault::new(NOW).await;
    let space = &world.space;
    let id = space.begin_data_request("glovo", "en").await.unwrap();
    let letter = space
        .data_request_letter(id, LetterKind::Access, "en")
        .await
        .unwrap();
    assert_eq!(mine(&letter), ["____________________"]);
    assert_eq!((letter.to.as_str(), letter.authority), ("", None));
}

#[tokio::test]
async fn the_reminder_is_ready_on_day_31_and_the_complaint_on_day_38() {
    let world = TestVault::new(NOW).await;
    let (space, clock) = (&world.space, &world.clock);
    let id = space.begin_data_request("glovo", "es").await.unwrap();
    assert!(
        space
            .data_request_step(id, DataRequestStep::Refused, NOW, "")
            .await
            .is_err(),
        "a draft cannot be refused"
    );
    assert!(
        space
            .data_request_sent(id, NOW + Duration::days(3))
            .await
            .is_err()
    );
    space.data_request_sent(id, NOW).await.unwrap();
    assert!(space.data_request_sent(id, NOW).await.is_err(), "once");
    for (day, next) in [
        (30, None),
        (31, Some(Followup::Reminder)),
        (37, Some(Followup::Reminder)),
        (38, Some(Followup::Complaint)),
    ] {
        clock.advance(NOW + Duration::days(day) - space.vault().clock().now());
        let view = space.data_request(id).await.unwrap();
        assert_eq!(view.next, next, "day {day}");
        assert_eq!(view.clock.unwrap().passed, u16::try_from(day).unwrap());
    }
    // More time has to be said within the month.
    let now = space.vault().clock().now();
    assert!(
        space
            .data_request_step(id, DataRequestStep::Extended, now, "")
            .await
            .is_err()
    );
    space
        .data_request_step(
            id,
            DataRequestStep::Extended,
            NOW + Duration::days(20),
            "two months",
        )
        .await
        .unwrap();
    let view = space.data_request(id).await.unwrap();
    assert_eq!(
        (view.request.state, view.next),
        (DataRequestState::Extended, None)
    );
    assert_eq!(view.clock.unwrap().days, 92);
    space
        .data_request_step(id, DataRequestStep::Refused, now, "")
        .await
        .unwrap();
    assert_eq!(
        space.data_request(id).await.unwrap().next,
        Some(Followup::Complaint)
    );
    space
        .data_request_step(id, DataRequestStep::Answered, now, "")
        .await
        .unwrap();
    assert!(space.stop_data_request(id).await.is_err());
    let view = &space.data_requests().await.unwrap()[0];
    assert_eq!((view.next, view.steps.len()), (None, 4));
}

#[test]
fn every_way_is_whole() {
    let ways = ways();
    assert!(ways.len() >= 18);
    for way in &ways {
        assert!(!way.words.is_empty() && way.words.ends_with('.'), "{}", way.id);
        match way.kind {
            WayKind::Mail => assert!(way.target.is_empty() || way.target.contains('@'), "{}", way.id),
            WayKind::Portal | WayKind::Form => {
                assert!(
                    way.target.is_empty() || way.target.starts_with("https://"),
                    "{}",
                    way.id
                );
            }
        }
    }
    assert_eq!(authority("se").unwrap().name, "Integritetsskyddsmyndigheten");
    assert_eq!(authority("XX"), None);
}
