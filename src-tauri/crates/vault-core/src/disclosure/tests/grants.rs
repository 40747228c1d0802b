//! What a grant opens, and for how long.

use std::sync::Arc;

use time::Duration;
use vault_store::{Scope, grants::GrantState};

use super::super::{Asked, Decision, Duration as For, Narrowing, Outcome, Script, ScriptedPrompt};
use super::kit::{World, week};
use crate::{LockReason, VaultError, test_vault::passphrase};

#[tokio::test]
async fn what_is_granted_flows() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get", "reviews:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    let answer = world.read(app, "/v1/records?kind=work&limit=100").await;
    assert_eq!(answer["records"].as_array().unwrap().len(), 15);
    assert_eq!(answer["next"], serde_json::Value::Null);
    let reviews = world.read(app, "/v1/records?kind=review").await;
    assert_eq!(reviews["records"].as_array().unwrap().len(), 12);
    let both = world.read(app, "/v1/records?kind=work,review&limit=100").await;
    assert_eq!(both["records"].as_array().unwrap().len(), 27);
    // Without a kind, everything that is shared and nothing else.
    let all = world.read(app, "/v1/records?limit=100").await;
    assert_eq!(all["records"], both["records"]);
    let grant = world.read(app, "/v1/grant").await;
    assert_eq!(
        grant["scopes"],
        serde_json::json!(["vault:work.records:get", "vault:reviews:get"])
    );
    assert_eq!(grant["until"], "2026-11-30T00:00:00Z");
    assert_eq!(grant["narrowing"]["precision"], "exact");
}

#[tokio::test]
async fn pages_hold_everything_once() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get", "payments:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    let whole = world.read(app, "/v1/records?kind=work,payment&limit=1000").await;
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = world
            .read(app, &format!("/v1/records?kind=work,payment&limit=4{after}"))
            .await;
        pages.extend(page["records"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(whole["records"], serde_json::Value::Array(pages));
}

#[tokio::test]
async fn a_refusal_shares_nothing_and_is_not_asked_again() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let id = world.question(app).await;
    world.space.open_app(app).await.unwrap();
    world.space.refuse(id).await.unwrap();
    assert_eq!(world.space.wait(id).await.unwrap(), Outcome::Refused);
    world.denied(app, "/v1/records?kind=work").await;
    world.denied(app, "/v1/grant").await;
    assert_eq!(world.space.ask_for_app(app).await.unwrap(), Asked::Refused);
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    // Opened again, it may ask again.
    world.space.app_closed(app).await.unwrap();
    world.question(app).await;
}

#[tokio::test]
async fn a_stopped_grant_refuses_the_next_call() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    world.space.open_app(app).await.unwrap();
    world.read(app, "/v1/records?kind=work").await;
    world.space.revoke(grant).await.unwrap();
    world.denied(app, "/v1/records?kind=work").await;
    world.denied(app, "/v1/grant").await;
    let view = world.space.grant(grant).await.unwrap();
    assert_eq!(view.grant.state, GrantState::Revoked);
    assert_eq!(
        world.log_kinds().await,
        ["granted", "released", "delivered", "revoked", "refused"]
    );
}

#[tokio::test]
async fn a_grant_that_is_stopped_in_a_later_opening_is_not_asked_for_again() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let weekly = Narrowing {
        precision: vault_store::grants::Precision::Week,
        ..Narrowing::default()
    };
    let grant = world.share(app, weekly, week()).await;
    world.space.app_closed(app).await.unwrap();
    assert_eq!(
        world.space.ask_for_app(app).await.unwrap(),
        Asked::Granted(vec![grant])
    );
    world.space.open_app(app).await.unwrap();
    world.space.revoke(grant).await.unwrap();
    world.denied(app, "/v1/records?kind=work").await;
    world.denied(app, "/v1/summary").await;
}

#[tokio::test]
async fn everything_can_be_stopped_at_once() {
    let world = World::new().await;
    let one = world.app("One", &["work.records:get"]).await;
    let two = world.app("Two", &["reviews:get"]).await;
    world.share(one, Narrowing::default(), week()).await;
    world.share(two, Narrowing::default(), week()).await;
    assert_eq!(world.space.standing_grants().await.unwrap().len(), 2);
    assert_eq!(world.space.revoke_all().await.unwrap(), 2);
    world.denied(one, "/v1/records?kind=work").await;
    world.denied(two, "/v1/records?kind=review").await;
    assert!(world.space.standing_grants().await.unwrap().is_empty());
    assert_eq!(world.space.revoke_all().await.unwrap(), 0);
}

#[tokio::test]
async fn a_grant_ends_with_its_last_day() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    world.space.open_app(app).await.unwrap();
    // 29 November is the last day.
    world.clock.advance(Duration::days(7) + Duration::hours(14));
    world.read(app, "/v1/records?kind=work").await;
    world.clock.advance(Duration::hours(1));
    world.denied(app, "/v1/records?kind=work").await;
    let [grant] = &world.space.grants().await.unwrap()[..] else {
        panic!("one grant")
    };
    assert_eq!(grant.grant.state, GrantState::Expired);
    assert_eq!(
        world.log_kinds().await,
        ["granted", "released", "delivered", "expired", "refused"]
    );
}

#[tokio::test]
async fn once_lasts_until_the_app_closes() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), For::Once).await;
    world.space.open_app(app).await.unwrap();
    for _ in 0..3 {
        world.read(app, "/v1/records?kind=work").await;
    }
    world.space.app_closed(app).await.unwrap();
    let [grant] = &world.space.grants().await.unwrap()[..] else {
        panic!("one grant")
    };
    assert_eq!(grant.grant.state, GrantState::Used);
    assert_eq!(grant.grant.use_count, 3);
    world.question(app).await;
}

#[tokio::test]
async fn once_ends_when_the_vault_locks() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let grant = world.share(app, Narrowing::default(), For::Once).await;
    world.vault.lock(LockReason::You).await;
    assert!(matches!(
        world.space.standing_grants().await,
        Err(VaultError::Locked)
    ));
    let vault = world.locked.unlock(&passphrase()).unwrap();
    let space = vault.first_space().await.unwrap();
    assert_eq!(space.grant(grant).await.unwrap().grant.state, GrantState::Used);
    assert!(space.standing_grants().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_wider_request_asks_for_the_difference_only() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    world.space.open_app(app).await.unwrap();
    let wider = tokio::spawn({
        let space = world.space.clone();
        async move {
            let caller = super::super::v1::Caller::App(app);
            space
                .answer_v1(caller, "/v1/records?kind=work,review", None)
                .await
                .unwrap()
        }
    });
    let id = loop {
        match world.space.pending_requests().await.unwrap().first() {
            Some(request) => break request.id,
            None => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    };
    let question = world.space.question(id).await.unwrap();
    let asked: Vec<String> = question
        .scopes
        .iter()
        .map(|line| line.scope.to_string())
        .collect();
    assert_eq!(asked, ["vault:reviews:get"]);
    // It was not on the list that the person saw.
    assert!(!question.scopes[0].declared);
    world.allow(id, Narrowing::default(), week()).await;
    assert_eq!(wider.await.unwrap().status, 200);
}

#[tokio::test]
async fn what_was_kept_back_is_not_asked_again_while_the_grant_stands() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get", "reviews:get"]).await;
    let id = world.question(app).await;
    let decision = Decision {
        scopes: vec![Scope::new("vault:work.records:get").unwrap()],
        narrowing: Narrowing::default(),
        duration: week(),
        preview_sha256: None,
        passphrase: None,
        policy: None,
    };
    let grant = world.space.allow(id, decision).await.unwrap();
    world.denied(app, "/v1/records?kind=review").await;
    world.space.app_closed(app).await.unwrap();
    assert_eq!(
        world.space.ask_for_app(app).await.unwrap(),
        Asked::Granted(vec![grant])
    );
    world.denied(app, "/v1/records?kind=review").await;
    world.read(app, "/v1/records?kind=work").await;
}

#[tokio::test]
async fn a_scripted_person_answers() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let runtime = tokio::runtime::Handle::current();
    let share = Script::Share {
        narrowing: Narrowing::default(),
        duration: week(),
        passphrase: None,
    };
    let prompt = |script| Arc::new(ScriptedPrompt::new(world.vault.clone(), runtime.clone(), script));
    world.vault.set_prompt(prompt(share)).await.unwrap();
    world.read(app, "/v1/records?kind=work").await;
    world.vault.set_prompt(prompt(Script::Refuse)).await.unwrap();
    let other = world.app("Other", &["work.records:get"]).await;
    world.denied(other, "/v1/records?kind=work").await;
}

#[tokio::test]
async fn nothing_of_one_app_opens_anything_for_another() {
    let world = World::new().await;
    let one = world.app("One", &["work.records:get"]).await;
    let two = world.app("Two", &["work.records:get"]).await;
    world.share(one, Narrowing::default(), week()).await;
    world.space.refuse(world.question(two).await).await.unwrap();
    world.read(one, "/v1/records?kind=work").await;
    world.denied(two, "/v1/records?kind=work").await;
    world.denied(two, "/v1/grant").await;
}

#[tokio::test]
async fn a_wider_request_asks_for_the_difference_and_says_what_is_seen_already() {
    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get"]).await;
    world.share(app, Narrowing::default(), week()).await;
    let (space, path) = (world.space.clone(), "/v1/records?kind=review,payment");
    let wider = tokio::spawn(async move {
        let caller = super::super::v1::Caller::App(app);
        space.answer_v1(caller, path, None).await.unwrap()
    });
    let id = loop {
        if let Some(one) = world.space.pending_requests().await.unwrap().first() {
            break one.id;
        }
        tokio::task::yield_now().await;
    };
    let question = world.space.question(id).await.unwrap();
    let asked: Vec<&str> = question.scopes.iter().map(|line| line.scope.as_str()).collect();
    assert_eq!(asked, ["vault:payments:get"]);
    let before = question.before.unwrap();
    assert!(before.starts_with("It already sees: Reviews."), "{before}");
    world.space.refuse(id).await.unwrap();
    // The no to the difference leaves what was agreed.
    assert_eq!(wider.await.unwrap().status, 403);
    assert_eq!(world.get(app, "/v1/records?kind=review").await.status, 200);
}

#[tokio::test]
async fn the_tokens_of_a_grant_end_with_it() {
    use vault_store::{PartyKind, Sha256, tokens};

    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get"]).await;
    for (number, duration) in [week(), For::UntilRevoked].into_iter().enumerate() {
        let grant = world.share(app, Narrowing::default(), duration).await;
        let digest = Sha256::of(&[u8::try_from(number).unwrap()]);
        let ends = |world: &World| {
            let space = world.space.clone();
            async move {
                let found = space.read(move |db| Ok(db.read(|view| tokens::find(view, digest))?));
                found.await.unwrap().unwrap().expires_at
            }
        };
        world
            .space
            .write(move |turn| {
                let token = tokens::IssuedToken {
                    sha256: digest,
                    party_kind: PartyKind::Consumer,
                    party_id: "hourly".into(),
                    kind: "bearer".into(),
                    created_at: turn.now(),
                    expires_at: None,
                    grant: Some(grant),
                    build: None,
                };
                Ok(turn.space.db.write(|tx| tokens::insert(tx, &token))?)
            })
            .await
            .unwrap();
        assert_eq!(ends(&world).await, None);
        if number == 0 {
            world.clock.advance(Duration::days(9));
            world.space.sweep().await.unwrap();
        } else {
            world.space.revoke(grant).await.unwrap();
        }
        assert_eq!(ends(&world).await, Some(world.vault.clock().now()));
        world.space.app_closed(app).await.unwrap();
    }
}

#[tokio::test]
async fn what_nobody_uses_is_shown_once_a_month() {
    use super::super::Attention;

    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get"]).await;
    let grant = world.share(app, Narrowing::default(), For::UntilRevoked).await;
    let due = || async {
        let due = world.space.grants_to_review().await.unwrap();
        let now = world.vault.clock().now();
        let why: Vec<_> = due
            .iter()
            .map(|view| (view.grant.id, view.attention(now)))
            .collect();
        why
    };
    world.clock.advance(Duration::days(29));
    assert_eq!(due().await, []);
    world.clock.advance(Duration::days(1));
    assert_eq!(due().await, [(grant, Some(Attention::Endless))]);
    world.space.grants_reviewed().await.unwrap();
    world.clock.advance(Duration::days(29));
    assert_eq!(due().await, []);
    world.read(app, "/v1/records?kind=review").await;
    world.clock.advance(Duration::days(91));
    assert_eq!(due().await, [(grant, Some(Attention::Unused(91)))]);
    world.space.revoke(grant).await.unwrap();
    assert_eq!(due().await, []);
}
