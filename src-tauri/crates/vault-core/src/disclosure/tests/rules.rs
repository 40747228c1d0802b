//! Consent rule 12: many questions become quiet, and a second no can be made to last.

use time::Duration;
use vault_store::{PartyKind, Scope};

use super::super::{Asked, Narrowing, Outcome, is_quiet, v1::Caller};
use super::kit::{World, week};

fn scope(text: &str) -> Scope {
    Scope::new(text).unwrap()
}

#[tokio::test]
async fn a_fourth_question_in_ten_minutes_waits_quietly() {
    let world = World::new().await;
    let app = world
        .app(
            "Hourly",
            &["reviews:get", "ratings:get", "payments:get", "achievements:get"],
        )
        .await;
    let mut answers = Vec::new();
    for (number, kind) in ["review", "rating", "payment", "achievement"]
        .into_iter()
        .enumerate()
    {
        let (space, path) = (world.space.clone(), format!("/v1/records?kind={kind}"));
        answers.push(tokio::spawn(async move {
            space.answer_v1(Caller::App(app), &path, None).await.unwrap()
        }));
        let waiting = loop {
            let waiting = world.space.pending_requests().await.unwrap();
            if !waiting.is_empty() {
                break waiting;
            }
            tokio::task::yield_now().await;
        };
        let [only] = waiting.as_slice() else {
            panic!("one question at a time")
        };
        assert_eq!(is_quiet(only), number == 3, "{kind}");
        if number < 3 {
            world.space.refuse(only.id).await.unwrap();
        }
    }
    let id = world.space.pending_requests().await.unwrap()[0].id;
    assert_eq!(world.space.bring_quiet(app).await.unwrap(), 1);
    assert_eq!(world.space.bring_quiet(app).await.unwrap(), 0);
    assert!(!is_quiet(&world.space.pending_requests().await.unwrap()[0]));
    world.allow(id, Narrowing::default(), week()).await;
    let statuses: Vec<u16> = {
        let mut all = Vec::new();
        for answer in answers {
            all.push(answer.await.unwrap().status);
        }
        all
    };
    assert_eq!(statuses, [403, 403, 403, 200]);
}

#[tokio::test]
async fn ten_minutes_later_a_question_is_brought_again() {
    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get"]).await;
    for quiet in [false, false, false, true] {
        let id = world.question(app).await;
        let waiting = world.space.pending_requests().await.unwrap();
        assert_eq!(is_quiet(&waiting[0]), quiet);
        world.space.refuse(id).await.unwrap();
        world.space.app_closed(app).await.unwrap();
    }
    world.clock.advance(Duration::minutes(10));
    world.question(app).await;
    assert!(!is_quiet(&world.space.pending_requests().await.unwrap()[0]));
}

#[tokio::test]
async fn a_second_no_can_be_made_to_last() {
    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get", "ratings:get"]).await;
    let first = world.question(app).await;
    assert_eq!(world.space.question(first).await.unwrap().always, None);
    world.space.refuse(first).await.unwrap();
    world.space.app_closed(app).await.unwrap();

    let second = world.question(app).await;
    let offered = world.space.question(second).await.unwrap().always;
    assert_eq!(offered.as_deref(), Some("Reviews and ratings"));
    world.space.refuse_always(second).await.unwrap();
    assert_eq!(world.space.wait(second).await.unwrap(), Outcome::Refused);
    world.space.app_closed(app).await.unwrap();
    world.clock.advance(Duration::days(90));

    // Nobody is asked, and the answer is that of every other refusal.
    assert_eq!(world.space.ask_for_app(app).await.unwrap(), Asked::Refused);
    world.denied(app, "/v1/records?kind=review").await;
    let rules = world
        .space
        .standing_refusals(PartyKind::App, &app.to_string())
        .await
        .unwrap();
    let words: Vec<&str> = rules.iter().map(|rule| rule.words.as_str()).collect();
    assert_eq!(words, ["Ratings", "Reviews"]);

    let id = app_id(app);
    let again = |what: &str| world.space.ask_again(PartyKind::App, &id, scope(what));
    again("vault:reviews:get").await.unwrap();
    assert!(again("vault:reviews:get").await.is_err());
    let third = world.question(app).await;
    let asked = world.space.question(third).await.unwrap();
    assert_eq!(asked.scopes.len(), 1, "ratings are refused still");
    assert_eq!(asked.always, None, "the last no was long ago");
    let ruled = world
        .log_kinds()
        .await
        .iter()
        .filter(|kind| **kind == "ruled")
        .count();
    assert_eq!(ruled, 2);
    world.space.remove_app(app).await.unwrap();
    assert!(
        world
            .space
            .standing_refusals(PartyKind::App, &app_id(app))
            .await
            .unwrap()
            .is_empty()
    );
}

fn app_id(app: vault_store::AppId) -> String {
    app.to_string()
}
