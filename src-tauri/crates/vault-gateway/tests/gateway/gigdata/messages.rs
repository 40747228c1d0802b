//! Messages to an app, over real sockets: their shape, when they are sent, and what each answer does (spec 6).

use serde_json::{Value, json};
use time::{Duration, macros::datetime};
use vault_core::{
    consumers::{Claim, NewConsumer},
    disclosure::{ActivityFilter, ActivityResult},
    intake::RawDocument,
};
use vault_store::{
    Assurance, GrantId, NewRecord, PartyKind, RatingValue, RecordKind,
    grants::GrantState,
    retrievals::{RetrievalKind, RetrievalOutcome},
};

use super::{
    kit::{self, App, meals, parameter, post},
    receiver::{Received, Receiver},
};
use crate::kit::World;

/// An app on this computer, with the person's leave.
async fn local(world: &World, receiver: &Receiver) -> App {
    let base = format!("http://127.0.0.1:{}", receiver.port);
    let new = NewConsumer {
        name: "Ledger".into(),
        callback: format!("{base}/data?tenant=7"),
        returns: vec![format!("{base}/back")],
        claim: Claim::Aggregated,
        loopback: true,
    };
    let (info, secret) = world.space.add_consumer(new).await.unwrap();
    App {
        id: info.id,
        account: info.account.to_string(),
        secret: secret.expose_str().unwrap().to_owned(),
    }
}

async fn connect(world: &World, receiver: &Receiver, app: &App, permissions: &str) -> (url::Url, GrantId) {
    let path = format!(
        "/gigdata/connect/initiate-connection?requestid=r1&app={}&platform={}&permissions={permissions}&returnurl=http%3A%2F%2F127.0.0.1%3A{}%2Fback",
        app.id,
        meals(),
        receiver.port
    );
    let wait = kit::open(world, &path).await;
    let (answer, grant) = tokio::join!(world.get(&wait, &[]), async {
        kit::agree(world, kit::question(world).await).await.0
    });
    (url::Url::parse(answer.one("location")).unwrap(), grant)
}

/// Takes more in, as a fetch does.
async fn fetch(world: &World, records: Vec<NewRecord>) {
    let connection = world.space.connections().await.unwrap().remove(0).id;
    let retrieval = world
        .space
        .begin_retrieval(connection, RetrievalKind::Fetch, "oauth:test/1")
        .await
        .unwrap();
    let document = RawDocument {
        bytes: format!("{records:?}").into_bytes(),
        media_type: "application/json".into(),
        locator: "/more".into(),
        position: 0,
        assurance: Assurance::Fetched,
    };
    world.space.intake(retrieval, document, records).await.unwrap();
    world
        .space
        .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
        .await
        .unwrap();
}

fn review(key: &str, value: f64) -> NewRecord {
    let mut review = NewRecord::new(RecordKind::Review, key, Some(datetime!(2019-05-14 23:30 +02:00)));
    review.title = Some("Great freelancer".into());
    review.text = Some("Fast".into());
    review.rating = Some(RatingValue {
        name: String::new(),
        value,
        min: 1.0,
        max: 5.0,
    });
    review
}

fn achievement() -> NewRecord {
    let mut badge = NewRecord::new(
        RecordKind::Achievement,
        "a1",
        Some(datetime!(2019-05-14 12:00 UTC)),
    );
    badge.title = Some("Top Talent".into());
    badge.type_name = Some("Badge".into());
    badge
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_told_that_the_person_agreed_and_gets_the_documented_shape() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    fetch(&world, vec![review("r1", 5.0), review("r2", 2.0), achievement()]).await;
    let app = local(&world, &receiver).await;
    connect(&world, &receiver, &app, "2").await;
    let agreed = receiver.next(|one| one.method == "GET").await;
    assert_eq!(
        agreed.target,
        format!(
            "/data?tenant=7&openplatformsuserid={}&requestid=r1&result=completed",
            app.account
        )
    );
    agreed.is_signed_with(&app.secret);
    assert!(
        !agreed.target.contains(&app.secret),
        "S8: no secret in an address"
    );
    fetch(&world, vec![review("r3", 4.0)]).await;
    let message = receiver
        .next(|one| one.is_update("Synced") && one.json()["platformData"]["numberOfRatings"] == 3)
        .await;
    assert_eq!(message.target, "/data?tenant=7");
    assert_eq!(message.headers["content-type"], "application/json");
    message.is_signed_with(&app.secret);
    let body = message.json();
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        members[..8],
        [
            "platformId",
            "platformName",
            "platformConnectionState",
            "userId",
            "updated",
            "platformData",
            "appSecret",
            "reason"
        ]
    );
    assert_eq!(body["platformId"], json!(meals()));
    assert_eq!(body["platformName"], "Rapid Meals");
    assert_eq!(body["userId"], json!(app.account));
    assert_eq!(body["appSecret"], json!(app.secret));
    assert_eq!(body["reason"], "DataUpdate");
    assert_eq!(
        body["updated"].as_i64().unwrap().to_string(),
        message.headers["satchel-timestamp"]
    );
    let data = &body["platformData"];
    assert_eq!(data["numberOfGigs"], crate::kit::GIGS);
    assert_eq!(data["numberOfRatingsThatAreDeemedSuccessful"], 2);
    let average = data["averageRating"]["value"].as_f64().unwrap();
    assert!((average - 11.0 / 3.0).abs() < 1e-9);
    let reviews = data["reviews"].as_array().unwrap();
    assert_eq!(reviews.len(), 3);
    let first = &reviews[0];
    assert!(first["reviewId"].as_str().unwrap().starts_with("meals_"));
    assert_eq!(first["reviewDate"], "2019-05-14");
    assert_eq!(first["reviewHeading"], "Great freelancer");
    assert_eq!(data["achievements"][0]["name"], "Top Talent");
    settled(&world).await;
    let page = world
        .space
        .activity(ActivityFilter::default(), 0, 20)
        .await
        .unwrap();
    let told = page
        .items
        .iter()
        .find(|item| item.entry.party.kind == PartyKind::Consumer && item.released.answers > 0)
        .unwrap();
    assert_eq!(
        told.result,
        ActivityResult::Shared,
        "it arrived, and the log says so"
    );
}

/// The claim Aggregated holds no single review (spec 6.3), and P5: nothing beyond what was agreed.
#[tokio::test(flavor = "multi_thread")]
async fn the_aggregate_holds_nothing_single() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    fetch(&world, vec![review("r1", 5.0), achievement()]).await;
    let app = local(&world, &receiver).await;
    connect(&world, &receiver, &app, "1").await;
    let message = receiver.next(|one| one.is_update("Synced")).await;
    let data = &message.json()["platformData"];
    assert_eq!(
        (&data["reviews"], &data["achievements"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(data["numberOfRatings"], 1);
    assert!(
        !String::from_utf8(message.body)
            .unwrap()
            .contains("Great freelancer")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_is_said_without_data() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let app = local(&world, &receiver).await;
    let (_, grant) = connect(&world, &receiver, &app, "1").await;
    receiver.next(|one| one.is_update("Synced")).await;
    world.space.revoke(grant).await.unwrap();
    let message = receiver.next(|one| one.is_update("Removed")).await.json();
    assert_eq!(
        (&message["platformData"], &message["reason"]),
        (&Value::Null, &json!("ConnectionDeleted"))
    );
    fetch(&world, vec![review("r1", 5.0)]).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(receiver.all().is_empty(), "nothing more is sent");
}

/// P3: that the person has to do something first is said without a word of what is stored.
#[tokio::test(flavor = "multi_thread")]
async fn p3_waiting_tells_nothing_that_is_stored() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let app = local(&world, &receiver).await;
    let (back, _) = connect(&world, &receiver, &app, "1").await;
    let token = kit::token(&world, &parameter(&back, "code").unwrap()).await;
    let demo = vault_core::consumers::platform_guid("demo").to_string();
    let wanted = json!({"platformId": demo, "applicationId": app.id,
        "callbackUri": format!("http://127.0.0.1:{}/back", receiver.port)});
    let path = "PlatformUser/start-connect-user-to-oauth-platform";
    assert_eq!(post(&world, &token, path, &wanted).await.status, 200);
    let message = receiver
        .next(|one| one.is_update("AwaitingOAuthAuthentication"))
        .await
        .json();
    assert_eq!(
        (&message["platformId"], &message["platformName"]),
        (&json!(demo), &json!("Demo platform"))
    );
    assert_eq!(
        (&message["platformData"], &message["reason"]),
        (&Value::Null, &json!("DataUpdate"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_drops_the_grant_and_another_refusal_only_the_message() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let app = local(&world, &receiver).await;
    let (_, grant) = connect(&world, &receiver, &app, "1").await;
    receiver.next(|one| one.is_update("Synced")).await;
    receiver.answers(404);
    fetch(&world, vec![review("r1", 5.0)]).await;
    receiver.next(|one| one.is_update("Synced")).await;
    settled(&world).await;
    assert_eq!(
        world.space.grant(grant).await.unwrap().grant.state,
        GrantState::Live
    );
    receiver.answers(410);
    fetch(&world, vec![review("r2", 5.0)]).await;
    receiver.next(|one| one.is_update("Synced")).await;
    settled(&world).await;
    assert_eq!(
        world.space.grant(grant).await.unwrap().grant.state,
        GrantState::Revoked
    );
    fetch(&world, vec![review("r3", 5.0)]).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(receiver.all().is_empty(), "no further message at all");
}

/// Waits until nothing is queued any more.
async fn settled(world: &World) {
    for _ in 0..500 {
        if world.space.deliveries().await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?}", world.space.deliveries().await.unwrap())
}

/// Waits until the only message was tried so often.
async fn tried(world: &World, times: u32) {
    for _ in 0..1000 {
        let waiting = world.space.deliveries().await.unwrap();
        let due = waiting.first().map(|one| (one.tries, one.due_at));
        if let Some((tries, due)) = due
            && tries == times
            && due < vault_core::Clock::now(world.clock.as_ref()) + Duration::minutes(1)
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?}", world.space.deliveries().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_tried_again_across_a_restart_and_tells_what_is_true_then() {
    let (mut world, receiver) = (World::new().await, Receiver::start().await);
    let app = local(&world, &receiver).await;
    connect(&world, &receiver, &app, "1").await;
    receiver.next(|one| one.is_update("Synced")).await;
    settled(&world).await;
    receiver.answers(503);
    fetch(&world, vec![review("r1", 5.0)]).await;
    // Retries 0 and 1 wait for nothing, retry 2 for two seconds.
    tried(&world, 3).await;
    let posts = || -> Vec<Received> {
        let all = receiver.all().into_iter();
        all.filter(|one| one.method == "POST").collect()
    };
    let tries = posts();
    assert_eq!(tries.len(), 3);
    let id = tries[0].headers["satchel-delivery"].clone();
    assert!(tries.iter().all(|one| one.headers["satchel-delivery"] == id));
    world.restart().await;
    let kept = world.space.deliveries().await.unwrap();
    assert_eq!(
        (kept.len(), kept[0].tries, kept[0].id.to_string()),
        (1, 3, id.clone())
    );
    assert_eq!(posts().len(), 3, "not before its time");
    receiver.answers(200);
    world.clock.advance(Duration::seconds(2));
    let last = receiver
        .next(|one| one.is_update("Synced") && one.json()["updated"] != tries[0].json()["updated"])
        .await;
    assert_eq!(last.headers["satchel-delivery"], id);
    last.is_signed_with(&app.secret);
    settled(&world).await;
}
