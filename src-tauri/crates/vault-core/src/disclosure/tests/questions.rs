//! Questions: who asks, how often, what the person is shown, and how a question ends.

use openplatform::token::PresentedToken;
use time::{Duration, macros::date};
use vault_crypto::Passphrase;
use vault_store::{RequestId, Scope, apps::AppState, grants::Precision, requests::RequestState};

use super::super::request::tests::{asked, request};
use super::super::{Asked, Decision, Duration as For, Identity, Narrowing, Outcome, v1};
use super::kit::{NOW, World, stranger, week};
use crate::{LockReason, VaultError, VaultEvent, apps::TokenOwner, test_vault::passphrase};

fn scope(text: &str) -> Scope {
    Scope::new(&format!("vault:{text}")).unwrap()
}

fn yes(scopes: &[&str], duration: For) -> Decision {
    Decision {
        scopes: scopes.iter().map(|text| scope(text)).collect(),
        narrowing: Narrowing::default(),
        duration,
        preview_sha256: None,
        passphrase: None,
        policy: None,
    }
}

async fn ask(world: &World, scopes: &[&str]) -> Asked {
    let scopes = scopes
        .iter()
        .map(|text| asked(&format!("vault:{text}")))
        .collect();
    world.space.ask(request(scopes)).await.unwrap()
}

#[tokio::test]
async fn equal_requests_are_one_question() {
    let mut world = World::new().await;
    world.told();
    let app = world.app("Hourly", &["work.records:get"]).await;
    let id = world.question(app).await;
    for _ in 0..20 {
        assert_eq!(world.question(app).await, id);
    }
    let reads: Vec<_> = (0..10)
        .map(|_| {
            let space = world.space.clone();
            tokio::spawn(async move {
                let caller = v1::Caller::App(app);
                space.answer_v1(caller, "/v1/records?kind=work", None).await
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let raised = |told: &[VaultEvent]| {
        told.iter()
            .filter(|event| matches!(event, VaultEvent::ConsentRequested { .. }))
            .count()
    };
    assert_eq!(raised(&world.told()), 1);
    world.allow(id, Narrowing::default(), week()).await;
    for read in reads {
        assert_eq!(read.await.unwrap().unwrap().status, 200);
    }
    let resolved = world
        .told()
        .iter()
        .filter(|event| matches!(event, VaultEvent::ConsentResolved { .. }))
        .count();
    assert_eq!(resolved, 1);
}

#[tokio::test]
async fn a_flood_of_different_questions_is_refused() {
    let world = World::new().await;
    for kind in ["work.records:get", "reviews:get", "ratings:get"] {
        assert!(matches!(ask(&world, &[kind]).await, Asked::Question(_)));
    }
    assert_eq!(ask(&world, &["payments:get"]).await, Asked::Refused);
    assert_eq!(world.space.pending_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn after_a_no_a_wider_question_is_no_question() {
    let world = World::new().await;
    let Asked::Question(id) = ask(&world, &["reviews:get", "ratings:get"]).await else {
        panic!("nobody was asked");
    };
    world.space.refuse(id).await.unwrap();
    let wider = ["reviews:get", "ratings:get", "payments:get"];
    assert_eq!(ask(&world, &wider).await, Asked::Refused);
    assert_eq!(ask(&world, &["ratings:get"]).await, Asked::Refused);
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    // Something else is a question of its own.
    assert!(matches!(ask(&world, &["payments:get"]).await, Asked::Question(_)));
}

#[tokio::test]
async fn the_question_holds_what_the_person_needs() {
    let world = World::new().await;
    let app = world
        .app("Hourly", &["payments:get", "reviews:get", "profile.tax_id:get"])
        .await;
    let id = world.question(app).await;
    let question = world.space.question(id).await.unwrap();
    assert_eq!(
        question.title,
        "Hourly asks for your identity numbers, earnings and reviews"
    );
    assert_eq!(question.name, "Hourly");
    assert_eq!(question.maker, "Fair Hours");
    assert_eq!(question.origin, "https://app.example");
    assert_eq!(question.identity, Identity::Origin { since: NOW });
    assert_eq!(question.identity_words, "Same address since 22 Nov 2026");
    assert_eq!(
        question.destination_words,
        "goes to app.example over the internet"
    );
    assert_eq!(question.purpose.as_deref(), Some("To show your work."));
    assert_eq!(question.privacy.as_deref(), Some("https://app.example/privacy"));
    assert_eq!(question.expires_at, NOW + Duration::minutes(10));
    assert_eq!(question.until_proposal, date!(2027 - 02 - 20));
    assert_eq!(question.before, None);
    let risks: Vec<bool> = question.scopes.iter().map(|line| line.high_risk).collect();
    assert_eq!(risks, [false, false, true]);
    assert!(
        question
            .scopes
            .iter()
            .all(|line| line.declared && line.explanation.as_deref() == Some("for the page"))
    );
    let sources: Vec<(&str, &str)> = question
        .sources
        .iter()
        .map(|source| (source.name.as_str(), source.second.as_str()))
        .collect();
    assert_eq!(
        sources,
        [
            ("Rapid Meals", "€120.66, no gaps"),
            ("Quillwork", "€150.00, no gaps")
        ]
    );
    assert_eq!(question.periods.len(), 5);
    assert!(question.details.is_empty());
    world.space.refuse(id).await.unwrap();
    world.space.app_closed(app).await.unwrap();
    let again = world.space.question(world.question(app).await).await.unwrap();
    assert_eq!(again.scopes[0].refused_at, Some(NOW));
    assert_eq!(
        again.before.as_deref(),
        Some("You refused on 22 Nov 2026, 09:00.")
    );
}

#[tokio::test]
async fn the_preview_is_what_leaves() {
    let world = World::new().await;
    let app = world
        .app("Hourly", &["reviews:get", "profile.first_name:get"])
        .await;
    let id = world.question(app).await;
    let scopes = vec![scope("reviews:get"), scope("profile.first_name:get")];
    let narrowing = Narrowing {
        from: Some(date!(2026 - 11 - 01)),
        ..Narrowing::default()
    };
    let preview = world
        .space
        .preview(id, scopes.clone(), narrowing.clone())
        .await
        .unwrap();
    assert_eq!(preview.bytes, preview.raw.len() as u64);
    assert_eq!(preview.sha256, vault_store::Sha256::of(preview.raw.as_bytes()));
    assert_eq!((preview.total, preview.rows.len()), (4, 4));
    assert_eq!(preview.rows[0][0], "Profile");
    assert!(
        preview.sentence.starts_with("4 rows, 4 columns, "),
        "{}",
        preview.sentence
    );
    let shown: serde_json::Value = serde_json::from_str(&preview.raw).unwrap();
    let decision = Decision {
        scopes,
        narrowing,
        duration: week(),
        preview_sha256: Some(preview.sha256),
        passphrase: None,
        policy: None,
    };
    world.space.allow(id, decision).await.unwrap();
    let records = world.read(app, "/v1/records?kind=review").await;
    assert_eq!(records["records"], shown["reviews"]);
    let profile = world.read(app, "/v1/profile").await;
    assert_eq!(profile["profile"], shown["profile"]);
    let [grant] = &world.space.grants().await.unwrap()[..] else {
        panic!("one grant")
    };
    assert_eq!(grant.grant.shown_sha256, preview.sha256);
}

#[tokio::test]
async fn sums_are_shown_as_they_leave() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let id = world.question(app).await;
    let weekly = Narrowing {
        precision: Precision::Week,
        ..Narrowing::default()
    };
    let scopes = vec![scope("work.records:get")];
    let preview = world.space.preview(id, scopes, weekly.clone()).await.unwrap();
    let columns: Vec<&str> = preview.columns.iter().map(|column| column.name).collect();
    assert_eq!(
        columns,
        ["Week", "Platform", "Gigs", "Hours", "Earned", "Ratings"]
    );
    assert_eq!(
        preview.rows[0],
        [
            "16 – 22 Nov 2026",
            "Rapid Meals",
            "1",
            "1.0",
            "€10.00",
            "stars 4 of 5 (1)"
        ]
    );
    assert!(
        preview
            .sentence
            .ends_with("Sums only: no names, no places, no single gig.")
    );
    world.allow(id, weekly, week()).await;
    let shown: serde_json::Value = serde_json::from_str(&preview.raw).unwrap();
    assert_eq!(world.read(app, "/v1/summary").await, shown["summary"]);
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_not_shared() {
    let world = World::new().await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    let id = world.question(app).await;
    let scopes = vec![scope("profile.first_name:get")];
    let preview = world
        .space
        .preview(id, scopes, Narrowing::default())
        .await
        .unwrap();
    let field = crate::persona::PersonaField::FirstName;
    world.space.set_persona(field, "Other").await.unwrap();
    let decision = Decision {
        preview_sha256: Some(preview.sha256),
        ..yes(&["profile.first_name:get"], week())
    };
    let error = world.space.allow(id, decision).await.unwrap_err();
    assert!(matches!(error, VaultError::ShownChanged), "{error}");
    assert!(world.space.grants().await.unwrap().is_empty());
    assert_eq!(world.space.pending_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_answers_for_ten_minutes() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let id = world.question(app).await;
    world.space.open_app(app).await.unwrap();
    let reading = tokio::spawn({
        let space = world.space.clone();
        async move {
            let caller = v1::Caller::App(app);
            space.answer_v1(caller, "/v1/records?kind=work", None).await
        }
    });
    world.clock.advance(Duration::minutes(9));
    assert_eq!(world.space.pending_requests().await.unwrap().len(), 1);
    world.clock.advance(Duration::minutes(1));
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    assert_eq!(world.space.wait(id).await.unwrap(), Outcome::NotAnswered);
    let answer = reading.await.unwrap().unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (403, v1::CONSENT_DENIED));
    let late = world.space.allow(id, yes(&["work.records:get"], week())).await;
    assert!(matches!(late, Err(VaultError::NoSuch("question"))));
    // A reading that comes only when the question is over is refused by rule, which is a line of its own.
    assert_eq!(world.log_kinds().await.first(), Some(&"unanswered"));
}

#[tokio::test]
async fn a_lock_refuses_what_is_open() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let id = world.question(app).await;
    let waiting = tokio::spawn({
        let space = world.space.clone();
        async move { space.wait(id).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    world.vault.lock(LockReason::Slept).await;
    assert_eq!(waiting.await.unwrap().unwrap(), Outcome::Refused);
    let vault = world.locked.unlock(&passphrase()).unwrap();
    let space = vault.first_space().await.unwrap();
    assert!(space.pending_requests().await.unwrap().is_empty());
    assert_eq!(space.wait(id).await.unwrap(), Outcome::Refused);
    let late = space.allow(id, yes(&["work.records:get"], week())).await;
    assert!(matches!(late, Err(VaultError::NoSuch("question"))));
    let check = space.verify_log().await.unwrap();
    assert_eq!((check.broken, check.heads), (None, 1));
}

#[tokio::test]
async fn closing_an_app_withdraws_its_question() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let id = world.question(app).await;
    world.space.app_closed(app).await.unwrap();
    assert_eq!(world.space.wait(id).await.unwrap(), Outcome::Withdrawn);
    assert!(world.space.question(id).await.is_err());
    assert_eq!(world.log_kinds().await, ["withdrawn"]);
}

#[tokio::test]
async fn risky_shares_need_the_passphrase() {
    let world = World::new().await;
    let app = world
        .app(
            "Hourly",
            &[
                "work.records:get",
                "payments:get",
                "reviews:get",
                "ratings:get",
                "profile.tax_id:get",
            ],
        )
        .await;
    let id = world.question(app).await;
    let needs = async |scopes: &[&str], narrowing: Narrowing, duration| {
        let scopes = scopes.iter().map(|text| scope(text)).collect();
        world
            .space
            .needs_passphrase(id, scopes, narrowing, duration)
            .await
            .unwrap()
    };
    let all = Narrowing::default;
    let four = ["work.records:get", "payments:get", "reviews:get", "ratings:get"];
    let month = For::Until((NOW + Duration::days(30)).date());
    let longer = For::Until((NOW + Duration::days(31)).date());
    assert!(!needs(&["work.records:get"], all(), month).await);
    assert!(needs(&["work.records:get"], all(), longer).await);
    assert!(needs(&["work.records:get"], all(), For::UntilRevoked).await);
    assert!(needs(&["profile.tax_id:get"], all(), For::Once).await);
    assert!(needs(&four, all(), For::Once).await);
    assert!(!needs(&four[..3], all(), For::Once).await);
    let both = Narrowing {
        connections: Some(vec![world.meals, world.quill]),
        ..all()
    };
    let one = Narrowing {
        connections: Some(vec![world.meals]),
        ..all()
    };
    assert!(needs(&four, both, For::Once).await);
    assert!(!needs(&four, one, For::Once).await);

    let risky = yes(&["profile.tax_id:get"], For::Once);
    let without = world.space.allow(id, risky.clone()).await.unwrap_err();
    assert!(matches!(without, VaultError::NeedsPassphrase), "{without}");
    let wrong = Decision {
        passphrase: Some(Passphrase::new("not the passphrase".into())),
        ..risky.clone()
    };
    let wrong = world.space.allow(id, wrong).await.unwrap_err();
    assert!(matches!(wrong, VaultError::WrongKey), "{wrong}");
    let right = Decision {
        passphrase: Some(passphrase()),
        ..risky
    };
    world.space.allow(id, right).await.unwrap();
}

#[tokio::test]
async fn an_unverified_requester_needs_the_passphrase_and_gets_one_answer() {
    let world = World::new().await;
    let Asked::Question(id) = ask(&world, &["reviews:get"]).await else {
        panic!("a question")
    };
    let question = world.space.question(id).await.unwrap();
    assert_eq!(question.identity_words, "Satchel cannot tell who this is");
    let error = world
        .space
        .allow(id, yes(&["reviews:get"], For::Once))
        .await
        .unwrap_err();
    assert!(matches!(error, VaultError::NeedsPassphrase));
    world.allow(id, Narrowing::default(), For::Once).await;
    let caller = || v1::Caller::Party(request(Vec::new()).recipient);
    let read = async || {
        world
            .space
            .answer_v1(caller(), "/v1/records", None)
            .await
            .unwrap()
            .status
    };
    assert_eq!(read().await, 200);
    // Once is once for whoever has no window.
    assert_eq!(read().await, 403);
}

#[tokio::test]
async fn a_question_that_never_was_is_no_question() {
    let world = World::empty(false).await;
    let id = RequestId::new();
    assert!(matches!(
        world.space.wait(id).await,
        Err(VaultError::NoSuch("question"))
    ));
    assert!(matches!(
        world.space.refuse(id).await,
        Err(VaultError::NoSuch("question"))
    ));
}

#[tokio::test]
async fn a_question_about_nothing_is_asked_all_the_same() {
    let world = World::empty(false).await;
    let app = world.app("Hourly", &["restrictions:get"]).await;
    let id = world.question(app).await;
    let question = world.space.question(id).await.unwrap();
    assert_eq!(question.sources[0].second, "nothing yet");
    let preview = world
        .space
        .preview(id, vec![scope("restrictions:get")], Narrowing::default())
        .await
        .unwrap();
    assert_eq!(preview.total, 0);
    assert!(preview.sentence.starts_with("Nothing"), "{}", preview.sentence);
}

#[tokio::test]
async fn refusals_are_the_same_bytes_whatever_their_reason() {
    let world = World::new().await;
    let never = world.app("Never", &["profile.city:get"]).await;
    let refused = world.app("Refused", &["work.records:get"]).await;
    let stopped = world.app("Stopped", &["work.records:get"]).await;
    let expired = world.app("Expired", &["work.records:get"]).await;
    world.space.refuse(world.question(never).await).await.unwrap();
    world.space.refuse(world.question(refused).await).await.unwrap();
    world.share(stopped, Narrowing::default(), week()).await;
    world.space.revoke_all().await.unwrap();
    world.share(expired, Narrowing::default(), week()).await;
    world.clock.advance(Duration::days(9));
    let gone = world.app("Gone", &["work.records:get"]).await;
    world.space.remove_app(gone).await.unwrap();
    let paused = world.app("Paused", &["work.records:get"]).await;
    world
        .share(
            paused,
            Narrowing::default(),
            For::Until((NOW + Duration::days(20)).date()),
        )
        .await;
    world.set_app_state(paused, AppState::Review).await;
    // Never asked, so that only its state stands between it and a question.
    let blocked = world.app("Blocked", &["work.records:get"]).await;
    world.set_app_state(blocked, AppState::Blocked).await;
    let mut answers = Vec::new();
    for app in [refused, stopped, expired, gone, paused, blocked] {
        answers.push(world.get(app, "/v1/records?kind=work").await);
    }
    answers.push(world.get(never, "/v1/profile").await);
    answers.push(world.get(never, "/v1/grant").await);
    for answer in &answers {
        assert_eq!(answer, &v1::V1Answer::consent_denied());
    }
    assert!(world.space.pending_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn tokens_belong_to_one_opening() {
    let world = World::empty(false).await;
    let app = world.app("Hourly", &[]).await;
    let owner = async |text: &str| {
        let presented = PresentedToken::new(text).unwrap();
        world.space.token_owner(&presented).await.unwrap()
    };
    assert_eq!(owner(stranger().expose()).await, TokenOwner::Nobody);
    let first = world.space.open_app(app).await.unwrap();
    assert_eq!(owner(first.token.expose()).await, TokenOwner::App(app));
    let second = world.space.open_app(app).await.unwrap();
    assert_eq!(owner(first.token.expose()).await, TokenOwner::Over(app));
    assert_eq!(owner(second.token.expose()).await, TokenOwner::App(app));
    world.space.app_closed(app).await.unwrap();
    assert_eq!(owner(second.token.expose()).await, TokenOwner::Over(app));
    let third = world.space.open_app(app).await.unwrap();
    world.vault.lock(LockReason::You).await;
    let vault = world.locked.unlock(&passphrase()).unwrap();
    let space = vault.first_space().await.unwrap();
    let presented = PresentedToken::new(third.token.expose()).unwrap();
    assert_eq!(
        space.token_owner(&presented).await.unwrap(),
        TokenOwner::Over(app)
    );
}

#[tokio::test]
async fn what_an_ended_process_left_can_still_be_answered() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let left = world.question(app).await;
    // As a process leaves it that ended without a lock: the row is there, and nothing is remembered of it.
    world
        .space
        .write(|turn| {
            *turn.questions = super::super::Questions::default();
            Ok(())
        })
        .await
        .unwrap();
    world.vault.lock(LockReason::You).await;
    let vault = world.locked.unlock(&passphrase()).unwrap();
    let space = vault.first_space().await.unwrap();
    let [row] = &space.pending_requests().await.unwrap()[..] else {
        panic!("one question")
    };
    assert_eq!((row.id, row.state), (left, RequestState::Pending));
    assert_eq!(row.expires_at - row.created_at, super::super::QUESTION_LIFE);
    space
        .allow(left, yes(&["work.records:get"], week()))
        .await
        .unwrap();
    assert_eq!(space.standing_grants().await.unwrap().len(), 1);
}

#[tokio::test]
async fn once_of_an_ended_process_is_over() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let grant = world.share(app, Narrowing::default(), For::Once).await;
    world
        .space
        .write(|turn| {
            *turn.questions = super::super::Questions::default();
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(world.get(app, "/v1/grant").await.status, 403);
    let state = world.space.grant(grant).await.unwrap().grant.state;
    assert_eq!(state, vault_store::grants::GrantState::Used);
}
