//! Asking to erase: the letter, the month, one request at a time, and what the log says of it.

use time::{Duration, macros::date};
use vault_store::{
    AppId, DisclosureId, PartyKind, apps,
    disclosures::DisclosureKind,
    erasures::{ErasureState, ErasureWay},
};

use super::super::{ActivityEntry, ActivityFilter, ActivityResult, EraseOf, Narrowing};
use super::kit::{CANARY, World, week};
use crate::{VaultError, apps::NewApp};

/// An app that got work and a review, a day apart.
async fn fed(world: &World) -> AppId {
    let app = world.app("Hourly", &["work.records:get", "reviews:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    world.read(app, "/v1/records?kind=work").await;
    world.clock.advance(Duration::DAY);
    world.read(app, "/v1/records?kind=review").await;
    app
}

/// The name under which an app knows the person.
async fn account(world: &World, app: AppId) -> String {
    let app = world
        .space
        .read(move |db| Ok(db.read(|view| apps::get(view, app))?))
        .await
        .unwrap();
    app.unwrap().account
}

async fn line(world: &World, result: ActivityResult) -> ActivityEntry {
    let filter = ActivityFilter {
        result: Some(result),
        ..ActivityFilter::default()
    };
    let page = world.space.activity(filter, 0, 50).await.unwrap();
    world
        .space
        .activity_entry(page.items.first().unwrap().entry.id)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_letter_says_what_was_shared_and_never_what_was_in_it() {
    let world = World::new().await;
    let app = fed(&world).await;
    let entry = line(&world, ActivityResult::Shared).await;
    assert!(entry.can_ask_to_erase && entry.can_report);
    for of in [EraseOf::Entry(entry.item.entry.id), EraseOf::App(app)] {
        let letter = world.space.erasure_letter(of).await.unwrap();
        assert_eq!(letter.email.as_deref(), Some("privacy@app.example"));
        assert_eq!(letter.page.as_deref(), Some("https://app.example/privacy"));
        let link = letter.mailto.unwrap();
        assert!(
            link.starts_with("mailto:privacy@app.example?subject=Request%20to%20erase"),
            "{link}"
        );
        assert!(letter.sees && letter.waiting.is_none());
        let account = account(&world, app).await;
        for part in [
            "Fair Hours\nHourly\nhttps://app.example\nprivacy@app.example\n",
            "- Single gigs: on 22 Nov 2026\n",
            "- Reviews: on 23 Nov 2026\n",
            &format!("the account {account}"),
            &format!("{CANARY} Example\n"),
        ] {
            assert!(letter.text.contains(part), "{part}\n{}", letter.text);
        }
        // The canary is also what reviews say; the letter has it only as the person's own name.
        assert_eq!(letter.text.matches(CANARY).count(), 1);
    }
    // A letter that was only looked at leaves no trace.
    assert!(!world.log_kinds().await.contains(&"eraseAsked"));
}

#[tokio::test]
async fn a_request_runs_a_month_is_written_again_and_is_answered() {
    let world = World::new().await;
    let app = fed(&world).await;
    let id = world
        .space
        .ask_to_erase(EraseOf::App(app), ErasureWay::Mail)
        .await
        .unwrap();
    let asked = line(&world, ActivityResult::EraseAsked).await;
    assert_eq!(asked.item.entry.id, id);
    assert_eq!(asked.item.words, "Answer due 23 Dec 2026");
    assert_eq!(asked.item.entry.scopes.len(), 2);
    assert!(asked.asked.is_empty(), "nobody asked the person anything");
    let released = world
        .log()
        .await
        .into_iter()
        .rfind(|entry| entry.kind == DisclosureKind::Released);
    assert_eq!(
        asked.item.entry.refers_to,
        released.as_ref().map(|entry| entry.id)
    );
    assert_eq!(asked.item.entry.grant, released.unwrap().grant);

    world.clock.advance(Duration::days(33));
    let party = app.to_string();
    let view = world
        .space
        .erasure_of(PartyKind::App, &party)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (view.clock.due, view.clock.days, view.clock.late()),
        (date!(2026 - 12 - 23), 30, 3)
    );
    assert_eq!(
        line(&world, ActivityResult::EraseAsked).await.item.words,
        "Answer overdue by 3 days"
    );
    let letter = world.space.erasure_letter(EraseOf::Entry(id)).await.unwrap();
    assert!(letter.subject.starts_with("Reminder") && letter.text.contains("ended on 23 Dec 2026"));

    // Asking once more is the same request: the month does not begin anew.
    assert_eq!(
        world
            .space
            .ask_to_erase(EraseOf::Entry(id), ErasureWay::Letter)
            .await
            .unwrap(),
        id
    );
    let view = world
        .space
        .erasure_of(PartyKind::App, &party)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.clock.due, date!(2026 - 12 - 23));
    assert_eq!(view.erasure.way, ErasureWay::Mail);
    assert!(view.erasure.asked_again_at.is_some() && view.waits());
    let again = line(&world, ActivityResult::EraseAsked).await;
    assert_eq!(
        (again.item.words.as_str(), again.item.entry.refers_to),
        ("Written again", Some(id))
    );

    world.space.erasure_answered(id, false).await.unwrap();
    let view = world
        .space
        .erasure_of(PartyKind::App, &party)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.erasure.state, ErasureState::Refused);
    assert!(view.erasure.answered_at.is_some() && !view.waits());
    let answer = line(&world, ActivityResult::EraseAsked).await;
    assert_eq!(answer.item.entry.kind, DisclosureKind::EraseAnswered);
    assert_eq!(
        (answer.item.words.as_str(), answer.item.entry.refers_to),
        ("They refused", Some(id))
    );
    let twice = world.space.erasure_answered(id, true).await;
    assert!(matches!(twice, Err(VaultError::NoSuch("request to erase"))));

    // A refusal ends the request; the person may ask anew, and that is another one.
    let next = world
        .space
        .ask_to_erase(EraseOf::App(app), ErasureWay::Link)
        .await
        .unwrap();
    assert_ne!(next, id);
    world.space.erasure_answered(next, true).await.unwrap();
    let kinds = world.log_kinds().await;
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| kind.starts_with("erase"))
            .collect::<Vec<_>>(),
        [
            &"eraseAsked",
            &"eraseAsked",
            &"eraseAnswered",
            &"eraseAsked",
            &"eraseAnswered"
        ]
    );
    assert_eq!(world.space.verify_log().await.unwrap().broken, None);
}

#[tokio::test]
async fn an_app_that_was_removed_can_be_asked() {
    let world = World::new().await;
    let app = fed(&world).await;
    let before = world.space.erasure_letter(EraseOf::App(app)).await.unwrap();
    assert!(world.space.app(app).await.unwrap().can_ask_to_erase);
    world.space.remove_app(app).await.unwrap();
    let after = world.space.erasure_letter(EraseOf::App(app)).await.unwrap();
    assert!(before.sees && !after.sees);
    assert_eq!((after.text, after.mailto), (before.text, before.mailto));
    world
        .space
        .ask_to_erase(EraseOf::App(app), ErasureWay::Letter)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_got_nothing_is_not_asked() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let installed = world.log().await.last().unwrap().id;
    world.share(app, Narrowing::default(), week()).await;
    for of in [
        EraseOf::App(app),
        EraseOf::App(AppId::new()),
        EraseOf::Entry(installed),
    ] {
        let letter = world.space.erasure_letter(of).await;
        assert!(
            matches!(
                letter,
                Err(VaultError::Invalid {
                    field: "recipient",
                    ..
                })
            ),
            "{of:?}"
        );
        assert!(world.space.ask_to_erase(of, ErasureWay::Letter).await.is_err());
    }
    assert!(!world.space.app(app).await.unwrap().can_ask_to_erase);
    let unknown = world
        .space
        .erasure_letter(EraseOf::Entry(DisclosureId::new()))
        .await;
    assert!(matches!(unknown, Err(VaultError::NoSuch("entry"))));
    assert!(!world.log_kinds().await.contains(&"eraseAsked"));
}

#[tokio::test]
async fn what_stays_on_this_computer_is_not_asked_for() {
    let world = World::new().await;
    let manifest = serde_json::json!({
        "name": "Counter", "allowreadprofile": 0,
        "vault": {"scopes": [{"scope": "vault:work.records:get"}]}
    });
    let new = NewApp {
        manifest: manifest.to_string(),
        url: None,
        kind: apps::AppKind::Included,
        key_pin: String::new(),
    };
    let app = world.space.admit_app(new).await.unwrap();
    world.share(app, Narrowing::default(), week()).await;
    world.read(app, "/v1/records?kind=work").await;
    assert!(!world.space.app(app).await.unwrap().can_ask_to_erase);
    assert!(!line(&world, ActivityResult::Shared).await.can_ask_to_erase);
    assert!(world.space.erasure_letter(EraseOf::App(app)).await.is_err());
}
