//! What a build of an application may and knows: rows "ApplicationType", "AppOrg", "External IDs" and "Identity provider" of 8.3.

use serde_json::{Value, json};
use time::macros::datetime;
use vault_core::{
    Clock as _, SpaceHandle, VaultError,
    connections::{DeleteData, NewConnection},
    core_apps::{Installation, Logins, SessionPolicy, YearlyMoment},
    disclosure::{Decision, Duration as For, Narrowing, Preview},
};
use vault_crypto::Passphrase;
use vault_store::{
    ConnectionId, Scope, SecretValue,
    connections::{ConnectionState, ConnectionWay},
};

use super::kit::{
    App, BUILD, FIRST_NAME, SERVICE, admit, admit_as, agree, authorize, code, consent, is, login, part, post,
    read, service,
};
use crate::kit::{PASSPHRASE, World};

const RIDES: &str = "vault:external_ids.demo_rides:get";
const ACCOUNT: &str = "lucia@rides.example";
const CANARIES: [&str; 4] = [
    "canary-refresh",
    "canary-secret",
    "canary-client",
    "canary-detail",
];

async fn connection(space: &SpaceHandle, platform: &str, account: &str) -> ConnectionId {
    let new = NewConnection {
        platform: platform.into(),
        name: "canary-detail".into(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        account: account.into(),
        detail: serde_json::Map::from_iter([
            ("client_id".to_owned(), json!("canary-client")),
            ("scopes".to_owned(), json!(["canary-detail"])),
        ]),
    };
    let id = space.add_connection(new).await.unwrap();
    let secrets = vec![
        ("refresh_token", SecretValue::from("canary-refresh")),
        ("client_secret", SecretValue::from("canary-secret")),
    ];
    space.set_connection_secrets(id, secrets).await.unwrap();
    id
}

/// Logs the build of an identifier in.
async fn enter(world: &World, app: &App, identifier: &str) -> crate::kit::Answer {
    let mut body = app.login();
    body["app_type_identifier"] = json!(identifier);
    post(world, "/services/auth/login", None, &body).await
}

fn access(answer: &crate::kit::Answer) -> String {
    let body: Value = answer.json();
    body["token"]["access_token"].as_str().unwrap().to_owned()
}

/// A token for the service, asked for by a build, where the grant stands already.
async fn token_of(world: &World, app: &App, identifier: &str, scopes: &[&str]) -> String {
    let anonymous = access(&enter(world, app, identifier).await);
    let answer = authorize(world, &anonymous, scopes).await;
    let body: Value = answer.json();
    body["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{body}"))
        .to_owned()
}

async fn account(world: &World, token: &str) -> Value {
    let answer = read(world, "/services/account", token).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// What a token tells of connections: the ids and the ways in beside its own.
fn told(shown: &Value) -> (Value, Vec<Value>) {
    let ways = shown["auth_types"].as_array().unwrap();
    assert!(["vault_unlock", "anonymous"].contains(&ways[0]["code"].as_str().unwrap()));
    (shown["external_ids"].clone(), ways[1..].to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_knows_the_person_by_a_connection_where_the_scope_is_agreed_to() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (id, space) = (app.info.app.id, &world.space);
    let link = connection(space, "demo-rides", ACCOUNT).await;
    let (token, ..) = consent(&world, &app, &[FIRST_NAME, RIDES]).await;
    assert_eq!(told(&account(&world, &token).await), (json!({}), vec![]));
    space.add_core_provider(id, BUILD.into(), link).await.unwrap();
    let known = json!({
        "id": "demo_rides", "code": "demo_rides", "identifier": ACCOUNT,
        "params": { "app_type_id": app.info.types[0].id.to_string() }, "active": true, "unverified": false,
    });
    let before = world.space.verify_log().await.unwrap().entries;
    let yes = (json!({ "demo_rides": ACCOUNT }), vec![known.clone()]);
    assert_eq!(told(&account(&world, &token).await), yes);
    // What left is in the log like any other id.
    let logged = world.space.verify_log().await.unwrap();
    assert!(logged.broken.is_none() && logged.entries > before);
    // It is in no token.
    assert!(!part(&token, 1).to_string().contains("rides.example"));
    space
        .set_connection_state(link, ConnectionState::AuthLost, None)
        .await
        .unwrap();
    assert_eq!(told(&account(&world, &token).await).1[0]["active"], false);
    // What the person wrote counts first, and the connection is not told beside it.
    space.set_external_id("demo_rides", "4711").await.unwrap();
    assert_eq!(
        told(&account(&world, &token).await),
        (json!({ "demo_rides": "4711" }), vec![])
    );
    space.set_external_id("demo_rides", "").await.unwrap();
    assert_eq!(told(&account(&world, &token).await).1[0]["identifier"], ACCOUNT);
    space.remove_core_provider(id, BUILD.into(), link).await.unwrap();
    assert_eq!(told(&account(&world, &token).await), (json!({}), vec![]));
    // A connection that knows no name says nothing, and one that is gone is no provider any more.
    let nameless = connection(space, "demo-jobs", "").await;
    space.add_core_provider(id, BUILD.into(), nameless).await.unwrap();
    space.add_core_provider(id, BUILD.into(), link).await.unwrap();
    let (both, ..) = consent(&world, &app, &[RIDES, "vault:external_ids.demo_jobs:get"]).await;
    assert_eq!(
        told(&account(&world, &both).await).0,
        json!({ "demo_rides": ACCOUNT })
    );
    space.end_connection(link, DeleteData::Delete).await.unwrap();
    assert_eq!(told(&account(&world, &both).await), (json!({}), vec![]));
    let here = &space.core_app(id).await.unwrap().here[0];
    assert_eq!(here.providers.len(), 1);
    assert_eq!(here.providers[0].connection.id, nameless);
}

/// Flow 8.4, step 2: the values are shown, and what was shown is what is agreed to.
#[tokio::test(flavor = "multi_thread")]
async fn the_preview_shows_the_ids_that_would_leave_and_a_change_of_one_asks_again() {
    const UIN: &str = "vault:external_ids.uin:get";
    let world = World::new().await;
    let app = admit(&world).await;
    let (id, space) = (app.info.app.id, &world.space);
    let web = app.info.types[1].identifier.clone();
    let link = connection(space, "demo-rides", ACCOUNT).await;
    space.set_external_id("uin", "4711").await.unwrap();
    space
        .set_external_id("not_asked_for", "canary-unasked")
        .await
        .unwrap();
    let (anonymous, _) = login(&world, &app).await;
    let asked: Value = authorize(&world, &anonymous, &[UIN, RIDES]).await.json();
    let question = asked["consent"]["id"].as_str().unwrap().parse().unwrap();
    let scopes = || [UIN, RIDES].map(|name| Scope::new(name).unwrap()).to_vec();
    let shown = async || {
        space
            .preview(question, scopes(), Narrowing::default())
            .await
            .unwrap()
    };

    let before = shown().await;
    assert_eq!(before.rows, [["uin", "4711"]]);
    let raw = |preview: &Preview| serde_json::from_str::<Value>(&preview.raw).unwrap();
    assert_eq!(raw(&before), json!({ "external_ids": { "uin": "4711" } }));
    assert!(
        before.sentence.starts_with("1 row, 2 columns"),
        "{}",
        before.sentence
    );

    // Both builds know the person by one account, and one of them by another as well.
    space.add_core_provider(id, BUILD.into(), link).await.unwrap();
    let once = shown().await;
    assert_eq!(once.rows, [["uin", "4711"], ["demo_rides", ACCOUNT]]);
    let second = connection(space, "demo-rides", "second@rides.example").await;
    space.add_core_provider(id, web.clone(), second).await.unwrap();
    let twice = shown().await;
    assert_eq!(
        raw(&twice)["external_ids"]["demo_rides"],
        format!("{ACCOUNT}, second@rides.example")
    );
    assert!(before.sha256 != once.sha256 && once.sha256 != twice.sha256);

    // What is shown is what leaves.
    let decision = |seen: &Preview| Decision {
        scopes: scopes(),
        narrowing: Narrowing::default(),
        duration: For::Until((world.clock.now() + time::Duration::days(7)).date()),
        preview_sha256: Some(seen.sha256),
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        policy: None,
    };
    let stale = space.allow(question, decision(&once)).await;
    assert!(matches!(stale, Err(VaultError::ShownChanged)), "{stale:?}");
    space.allow(question, decision(&twice)).await.unwrap();
    let own = token_of(&world, &app, BUILD, &[UIN, RIDES]).await;
    assert_eq!(
        told(&account(&world, &own).await).0,
        json!({ "uin": "4711", "demo_rides": ACCOUNT })
    );
    let theirs = token_of(&world, &app, &web, &[UIN, RIDES]).await;
    assert_eq!(
        told(&account(&world, &theirs).await).0,
        json!({ "uin": "4711", "demo_rides": "second@rides.example" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_learns_that_there_is_a_connection() {
    let world = World::new().await;
    let app = admit(&world).await;
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let link = connection(&world.space, "demo-rides", ACCOUNT).await;
    let id = app.info.app.id;
    let web = app.info.types[1].identifier.clone();
    world
        .space
        .add_core_provider(id, BUILD.into(), link)
        .await
        .unwrap();
    // A name that is like it, and no scope of ids at all.
    let (without, grant, _) = consent(&world, &app, &[FIRST_NAME]).await;
    assert_eq!(told(&account(&world, &without).await), (json!({}), vec![]));
    world.space.revoke(grant).await.unwrap();
    world.clock.advance(time::Duration::minutes(1));
    let (anonymous, _) = login(&world, &app).await;
    assert!(account(&world, &anonymous).await.get("external_ids").is_none());
    let asked: Value = authorize(&world, &anonymous, &["vault:external_ids.demo_ride:get"])
        .await
        .json();
    let question = asked["consent"]["id"].as_str().unwrap().parse().unwrap();
    agree(&world, &world.space, question, None, 7).await;
    let near = token_of(&world, &app, BUILD, &["vault:external_ids.demo_ride:get"]).await;
    assert_eq!(told(&account(&world, &near).await), (json!({}), vec![]));
    let asked: Value = authorize(&world, &anonymous, &[RIDES]).await.json();
    let question = asked["consent"]["id"].as_str().unwrap().parse().unwrap();
    agree(&world, &world.space, question, None, 7).await;
    let own = token_of(&world, &app, BUILD, &[RIDES]).await;
    assert_eq!(
        told(&account(&world, &own).await).0,
        json!({ "demo_rides": ACCOUNT })
    );
    // Another build of the same application, with the same grant.
    let sibling = token_of(&world, &app, &web, &[RIDES]).await;
    assert_eq!(told(&account(&world, &sibling).await), (json!({}), vec![]));
    // What a build asks for with the token that it has is of the same build.
    let answer: Value = authorize(&world, &sibling, &[RIDES]).await.json();
    let again = answer["access_token"].as_str().unwrap();
    assert_eq!(told(&account(&world, again).await), (json!({}), vec![]));
    // Another application, and the same one in another space.
    let (theirs, ..) = consent(&world, &other, &[RIDES]).await;
    assert_eq!(told(&account(&world, &theirs).await), (json!({}), vec![]));
    let work = world.vault.add_space("Work", false).await.unwrap();
    let (info, key) = work.attach_core_app(id).await.unwrap();
    work.add_service(service(SERVICE)).await.unwrap();
    let installation = Installation {
        services: vec![SERVICE.into()],
        ..info.installation.clone()
    };
    work.set_core_installation(installation).await.unwrap();
    let there = App {
        info,
        key: key.expose_str().unwrap().to_owned(),
        space: work.clone(),
    };
    let (elsewhere, ..) = consent(&world, &there, &[RIDES]).await;
    assert_eq!(told(&account(&world, &elsewhere).await), (json!({}), vec![]));
    let strange = work.add_core_provider(id, BUILD.into(), link).await;
    assert!(matches!(strange, Err(VaultError::NoSuch("connection"))));
    // Nothing of the connection but the name of the account is in any answer.
    for path in [
        "/services/account",
        "/services/account/profile",
        "/services/account/preferences",
        "/services/auth/service-regs",
        "/tps/service-regs?ids=all",
    ] {
        for token in [&own, &sibling, &theirs, &elsewhere, &anonymous] {
            let answer = read(&world, path, token).await.text();
            for canary in CANARIES.into_iter().chain([link.to_string().as_str()]) {
                assert!(!answer.contains(canary), "{path} tells {canary}");
            }
            assert!(
                *token == own || !answer.contains(ACCOUNT),
                "{path} tells the account to somebody else"
            );
        }
    }
    // With the build go its tokens and what it knew.
    world.space.remove_core_type(id, BUILD.into()).await.unwrap();
    assert_eq!(
        code(&read(&world, "/services/account", &own).await),
        is(403, "consent_denied")
    );
    assert_eq!(read(&world, "/services/account", &sibling).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_provider_is_refused() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (id, space) = (app.info.app.id, &world.space);
    let add = |build: &'static str, link| space.add_core_provider(id, build.into(), link);
    let link = connection(space, "demo-rides", ACCOUNT).await;
    add(BUILD, link).await.unwrap();
    assert!(matches!(
        add(BUILD, link).await,
        Err(VaultError::Exists("provider"))
    ));
    // One system is one id: a second account at the same platform would be another.
    let second = connection(space, "demo-rides", "other").await;
    assert!(matches!(
        add(BUILD, second).await,
        Err(VaultError::Exists("provider"))
    ));
    let dotted = connection(space, "demo.rides", ACCOUNT).await;
    assert!(matches!(
        add(BUILD, dotted).await,
        Err(VaultError::Invalid { .. })
    ));
    assert!(matches!(
        add("org.example.none", link).await,
        Err(VaultError::NoSuch("build"))
    ));
    let gone = space.remove_core_provider(id, BUILD.into(), second).await;
    assert!(matches!(gone, Err(VaultError::NoSuch("connection"))));
    let strange = space
        .add_core_provider(vault_store::CoreAppId::new(), BUILD.into(), link)
        .await;
    assert!(matches!(strange, Err(VaultError::NoSuch("app"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_entered_as_it_may_be() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (id, space) = (app.info.app.id, &world.space);
    let web = app.info.types[1].identifier.clone();
    assert!(app.info.here.iter().all(|one| one.logins == Logins::default()));
    let (granted, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    let entered = enter(&world, &app, BUILD).await;
    let anonymous = access(&entered);
    let refresh = entered.json::<Value>()["token"]["refresh_token"].clone();
    let say = |unlock, anonymous| space.set_core_logins(id, BUILD.into(), Logins { unlock, anonymous });
    // It may not ask for what the person has: no question, and what it was given opens nothing.
    say(false, true).await.unwrap();
    for scopes in [[FIRST_NAME], ["vault:profile.city:get"], ["vault:no.such:get"]] {
        let answer = authorize(&world, &anonymous, &scopes).await;
        assert_eq!(code(&answer), is(403, "login_not_allowed"));
        assert!(
            answer.json::<Value>()["message"]
                .as_str()
                .unwrap()
                .contains("build")
        );
    }
    assert!(space.pending_requests().await.unwrap().is_empty());
    let profile = "/services/account/profile";
    assert_eq!(
        code(&read(&world, profile, &granted).await),
        is(403, "consent_denied")
    );
    assert_eq!(
        code(&authorize(&world, &granted, &[FIRST_NAME]).await),
        is(403, "consent_denied")
    );
    assert_eq!(enter(&world, &app, BUILD).await.status, 200);
    // The other build goes on, by the same grant.
    let sibling = token_of(&world, &app, &web, &[FIRST_NAME]).await;
    assert_eq!(read(&world, profile, &sibling).await.status, 200);
    // It may not be used without a profile: as for a whole application.
    say(true, false).await.unwrap();
    assert_eq!(read(&world, profile, &granted).await.status, 200);
    assert_eq!(code(&enter(&world, &app, BUILD).await), is(403, "not_allowed"));
    assert_eq!(
        code(&read(&world, "/services/account/preferences", &anonymous).await),
        is(403, "consent_denied")
    );
    let again = json!({ "api_key": app.key, "refresh_token": refresh });
    let answer = post(&world, "/services/auth/refresh", None, &again).await;
    assert_eq!(code(&answer), is(401, "invalid_token"));
    assert_eq!(enter(&world, &app, &web).await.status, 200);
    // What a build may is within what the installation allows.
    say(true, true).await.unwrap();
    assert_eq!(
        post(&world, "/services/auth/refresh", None, &again).await.status,
        200
    );
    let closed = Installation {
        anonymous: false,
        ..app.info.installation.clone()
    };
    space.set_core_installation(closed).await.unwrap();
    assert_eq!(code(&enter(&world, &app, BUILD).await), is(403, "not_allowed"));
    let none = space
        .set_core_logins(id, "org.example.none".into(), Logins::default())
        .await;
    assert!(matches!(none, Err(VaultError::NoSuch("build"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_at_their_moment_of_the_year() {
    let world = World::new().await;
    let app = admit(&world).await;
    let to = |at: time::OffsetDateTime| world.clock.advance(at - world.clock.now());
    to(datetime!(2027-08-30 12:00 UTC));
    let sessions = SessionPolicy {
        yearly: YearlyMoment::new(8, 31, 4, 0),
        ..SessionPolicy::default()
    };
    let installation = Installation {
        sessions,
        ..app.info.installation.clone()
    };
    app.space.set_core_installation(installation).await.unwrap();
    let refresh = |body: Value| {
        let world = &world;
        let token = json!({ "api_key": app.key, "refresh_token": body["token"]["refresh_token"] });
        async move { post(world, "/services/auth/refresh", None, &token).await }
    };
    let (_, body) = login(&world, &app).await;
    to(datetime!(2027-08-31 03:59:59 UTC));
    let answer = refresh(body).await;
    assert_eq!(answer.status, 200);
    let token = access(&answer);
    let kept = "/services/account/preferences";
    assert_eq!(read(&world, kept, &token).await.status, 200);
    to(datetime!(2027-08-31 04:00 UTC));
    assert_eq!(code(&read(&world, kept, &token).await), is(403, "consent_denied"));
    assert_eq!(code(&refresh(answer.json()).await), is(401, "invalid_token"));
    // One that begins at that moment lasts until the next.
    let (_, body) = login(&world, &app).await;
    to(datetime!(2028-08-31 03:59 UTC));
    let answer = refresh(body).await;
    assert_eq!(answer.status, 200);
    to(datetime!(2028-08-31 04:00 UTC));
    assert_eq!(code(&refresh(answer.json()).await), is(401, "invalid_token"));
}
