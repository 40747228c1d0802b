//! What somebody who builds an app meets: a project under test that nobody can agree to, the same live, and messages with made-up data.

use serde_json::Value;
use vault_connect::{Deliveries, EndpointDraft, Unanswered, add_connector, catalogue_in};
use vault_core::{
    VaultError,
    consumers::{Claim, NewConsumer},
    disclosure::{ActivityFilter, Trial},
    projects::ProjectTexts,
};
use vault_store::ProjectId;

use super::{
    kit::{self, App, BACK, CALLBACK, connect, connect_path, meals, parameter},
    receiver::Receiver,
};
use crate::kit::World;

fn texts() -> ProjectTexts {
    ProjectTexts {
        name: "Ledger".into(),
        description: "Adds up what you earned".into(),
        webpage: "https://ledger.example/about".into(),
    }
}

fn new(callback: &str, loopback: bool) -> NewConsumer {
    NewConsumer {
        name: "Ledger".into(),
        callback: callback.into(),
        returns: vec![BACK.into()],
        claim: Claim::Aggregated,
        loopback,
    }
}

/// A project that has texts and an app.
async fn project(world: &World) -> (ProjectId, App) {
    let id = world.space.add_project(texts()).await.unwrap();
    let (info, secret) = world
        .space
        .add_project_app(id, new(CALLBACK, false))
        .await
        .unwrap();
    let app = App {
        id: info.id,
        account: info.account.to_string(),
        secret: secret.expose_str().unwrap().to_owned(),
    };
    (id, app)
}

async fn listed(world: &World) -> usize {
    let answer = world.get("/gigdata/api/App/available", &[]).await;
    answer.json::<Value>().as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_agree_to_an_app_under_test() {
    let world = World::new().await;
    let (id, app) = project(&world).await;
    let path = format!("/gigdata/api/App/{}", app.id);
    let described: Value = world.get(&path, &[]).await.json();
    assert_eq!(
        (&described["description"], &described["websiteUrl"]),
        (
            &"Adds up what you earned".into(),
            &"https://ledger.example/about".into()
        )
    );
    assert_eq!(listed(&world).await, 0);
    let refused = world.get(&connect_path(&app, &meals(), "1"), &[]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("under test"));
    assert!(world.space.pending_requests().await.unwrap().is_empty());

    world.space.set_project_live(id, true).await.unwrap();
    assert_eq!(listed(&world).await, 1);
    let (back, grant) = connect(&world, &app, "1").await;
    let token = kit::token(&world, &parameter(&back, "code").unwrap()).await;
    assert_eq!(kit::get(&world, &token, "User").await.status, 200);

    world.space.set_project_live(id, false).await.unwrap();
    assert!(world.space.consumer(app.id).await.unwrap().sees.is_empty());
    assert!(world.space.grant(grant).await.unwrap().grant.ended_at.is_some());
    assert_ne!(kit::get(&world, &token, "User").await.status, 200);
    assert_eq!(listed(&world).await, 0);

    world.space.remove_project(id).await.unwrap();
    assert!(world.space.consumers().await.unwrap().is_empty());
    assert_eq!(world.get(&path, &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_goes_live_with_what_others_know_it_by() {
    let world = World::new().await;
    let missing = async |id| {
        let refused = world.space.set_project_live(id, true).await;
        let Err(VaultError::Invalid { field, .. }) = refused else {
            panic!("{refused:?}")
        };
        field
    };
    let bare = ProjectTexts {
        name: "Ledger".into(),
        ..ProjectTexts::default()
    };
    let id = world.space.add_project(bare.clone()).await.unwrap();
    assert_eq!(missing(id).await, "description");
    let said = ProjectTexts {
        webpage: String::new(),
        ..texts()
    };
    world.space.describe_project(id, said).await.unwrap();
    assert_eq!(missing(id).await, "page");
    world.space.describe_project(id, texts()).await.unwrap();
    assert_eq!(missing(id).await, "project");
    world
        .space
        .add_project_app(id, new(CALLBACK, false))
        .await
        .unwrap();
    world.space.set_project_live(id, true).await.unwrap();
    // What it is live with is not taken away again.
    assert!(world.space.describe_project(id, bare).await.is_err());
    let again = world.space.add_project_app(id, new(CALLBACK, false)).await;
    assert!(matches!(again, Err(VaultError::Exists("app"))));
    for bad in ["http://ledger.example/", "javascript:alert(1)", "ledger"] {
        let said = ProjectTexts {
            webpage: bad.into(),
            ..texts()
        };
        assert!(world.space.add_project(said).await.is_err(), "{bad}");
    }
    let picture = |bytes: &[u8]| world.space.set_project_logo(id, Some(bytes.to_vec()));
    assert!(picture(b"<svg onload=alert(1)>").await.is_err());
    assert!(picture(&[0xff; 200 * 1024]).await.is_err());
    picture(b"\x89PNG\r\n\x1a\n...").await.unwrap();
    assert!(world.space.project(id).await.unwrap().logo.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_under_test_is_in_no_list() {
    let world = World::new().await;
    let id = world.space.add_project(texts()).await.unwrap();
    let draft = EndpointDraft {
        id: "nabo".into(),
        name: "Nabo".into(),
        words: "Small jobs".into(),
        url: "http://127.0.0.1:9/api/ExportData".into(),
        dialect: vault_connect::Dialect::Current,
        rating: vault_connect::RatingScale::default(),
        interval: 3600,
    };
    assert!(world.space.set_project_platform(id, "nabo").await.is_err());
    add_connector(&world.space, &draft.to_connector(), true)
        .await
        .unwrap();
    let token = world
        .space
        .set_project_platform(id, "nabo")
        .await
        .unwrap()
        .unwrap();
    // It is shown once, and again only as another one.
    assert_eq!(world.space.set_project_platform(id, "nabo").await.unwrap(), None);
    let other = world.space.rotate_project_token(id).await.unwrap();
    assert_ne!(token.expose(), other.expose());
    let in_list = async || {
        let all = catalogue_in(&world.space).await.unwrap();
        all.iter().any(|connector| connector.id == "nabo")
    };
    assert!(!in_list().await);
    world.space.set_project_live(id, true).await.unwrap();
    assert!(in_list().await);
    world.space.remove_project(id).await.unwrap();
    assert!(!in_list().await);
    assert_eq!(world.space.connector("nabo").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_messages_arrive_as_they_are_shown() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let id = world.space.add_project(texts()).await.unwrap();
    let callback = format!("http://127.0.0.1:{}/data", receiver.port);
    let (info, secret) = world
        .space
        .add_project_app(id, new(&callback, true))
        .await
        .unwrap();
    let secret = secret.expose_str().unwrap();
    let entries = async || {
        let all = world.space.activity(ActivityFilter::default(), 0, 50).await;
        all.unwrap().items.len()
    };
    let before = entries().await;
    let deliveries = Deliveries::new().unwrap();
    for trial in Trial::ALL {
        receiver.answers(if trial == Trial::Agreed { 204 } else { 202 });
        let outgoing = world.space.trial_delivery(info.id, trial).await.unwrap();
        let exchange = deliveries.try_out(&outgoing).await;
        let got = receiver.next(|_| true).await;
        let answer = exchange.answer.as_ref().unwrap();
        assert_eq!(answer.status, if trial == Trial::Agreed { 204 } else { 202 });
        got.is_signed_with(secret);
        assert!(!exchange.body.contains(secret) && !exchange.url.contains(secret));
        assert_eq!(
            exchange.body,
            String::from_utf8(got.body.clone())
                .unwrap()
                .replace(secret, "••••")
        );
        for (name, value) in &exchange.headers {
            assert_eq!(got.headers.get(name), Some(value), "{name}");
        }
        let user = if trial == Trial::Agreed {
            assert_eq!(got.method, "GET");
            parameter(&url::Url::parse(&exchange.url).unwrap(), "openplatformsuserid").unwrap()
        } else {
            got.json()["userId"].as_str().unwrap().to_owned()
        };
        assert_ne!(user, info.account.to_string(), "nobody real is named");
    }
    assert_eq!(entries().await, before, "nothing of the person's has left");
    assert!(world.space.deliveries().await.unwrap().is_empty());

    let closed = vault_core::disclosure::Outgoing {
        loopback: false,
        ..world.space.trial_delivery(info.id, Trial::Agreed).await.unwrap()
    };
    let refused = deliveries.try_out(&closed).await;
    assert_eq!(refused.answer.err(), Some(Unanswered::Forbidden));
}
