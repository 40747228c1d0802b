//! Backends with standing access: rows "Service Account" and "Deleted memberships" of 8.3.

use serde_json::{Value, json};
use time::Duration;
use vault_core::{
    Clock as _, VaultError,
    services::{AccountChange, NewCredential, NewServiceAccount, ServiceAccountInfo},
};
use vault_store::{Scope, ServiceAccountId};

use super::kit::{
    App, FIRST_NAME, SERVICE, WORK, admit, admit_as, agree, code, consent, is, part, post, read, send,
};
use crate::kit::{Answer, GIGS, World};

pub(super) struct Backend {
    pub(super) info: ServiceAccountInfo,
    pub(super) token: String,
}

pub(super) fn new(world: &World, apps: &[&App], service: &str) -> NewServiceAccount {
    let scopes = vec![Scope::new(WORK).unwrap()];
    NewServiceAccount {
        name: "Nightly sums".into(),
        service: service.into(),
        instances: apps.iter().map(|app| (app.info.app.id, scopes.clone())).collect(),
        expires_at: world.clock.now() + Duration::days(30),
        credential: NewCredential::Token { name: "first".into() },
    }
}

/// A backend that the person agreed to in each of its applications.
pub(super) async fn backend(world: &World, apps: &[&App], service: &str) -> Backend {
    let made = world.space.add_service_account(new(world, apps, service)).await;
    let (info, credential, questions) = made.unwrap();
    assert_eq!(questions.len(), apps.len());
    for id in questions {
        agree(world, &world.space, id, None, 7).await;
    }
    Backend {
        info,
        token: credential.token.unwrap().expose_str().unwrap().to_owned(),
    }
}

pub(super) async fn ask(world: &World, backend: &Backend, app: &App) -> Answer {
    let body = json!({
        "account_id": backend.info.account.id.to_string(), "app_id": app.id(), "org_id": app.org(),
        "auth_type": "static_token", "creds": { "token": backend.token },
    });
    post(world, "/tps/access-token", None, &body).await
}

pub(super) fn bearer(answer: &Answer) -> String {
    let body: Value = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_gets_a_token_for_what_the_person_agreed_to() {
    let world = World::new().await;
    let app = admit(&world).await;
    let made = world
        .space
        .add_service_account(new(&world, &[&app], ""))
        .await
        .unwrap();
    let silent = Backend {
        info: made.0,
        token: made.1.token.unwrap().expose_str().unwrap().to_owned(),
    };
    assert_eq!(
        code(&ask(&world, &silent, &app).await),
        is(401, "invalid_token"),
        "nobody agreed"
    );
    agree(&world, &world.space, made.2[0], None, 7).await;
    let token = bearer(&ask(&world, &silent, &app).await);
    let claims = part(&token, 1);
    assert_eq!(claims["sub"], silent.info.account.id.to_string());
    assert_eq!(
        (&claims["aud"], &claims["scope"]),
        (&json!("vault"), &json!(WORK))
    );
    assert_eq!(
        (&claims["org_id"], &claims["app_id"]),
        (&json!(app.org()), &json!(app.id()))
    );
    assert_eq!(
        (&claims["auth_type"], &claims["service"], &claims["first_party"]),
        (&json!("static_token"), &json!(true), &json!(false))
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        30 * 60
    );
    assert!(claims.get("name").is_none());
    let records: Value = world.v1(&token, "/v1/records?limit=100").await.json();
    assert_eq!(records["records"].as_array().unwrap().len(), GIGS);
    assert_eq!(
        code(&world.v1(&token, "/v1/profile").await),
        is(403, "consent_denied")
    );
    // A backend is no application and no user.
    for (method, path) in [
        ("GET", "/services/account"),
        ("DELETE", "/services/account"),
        ("GET", "/services/account/preferences"),
        ("POST", "/services/auth/authorize-service"),
        ("POST", "/services/auth/logout"),
    ] {
        let answer = send(&world, method, path, Some(&token), b"").await;
        assert_eq!(code(&answer), is(403, "not_allowed"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_told_one_thing() {
    let world = World::new().await;
    let app = admit(&world).await;
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let backend = backend(&world, &[&app], "").await;
    let good = json!({
        "account_id": backend.info.account.id.to_string(), "app_id": app.id(), "org_id": app.org(),
        "auth_type": "static_token", "creds": { "token": backend.token },
    });
    let mut answers = Vec::new();
    for (member, value) in [
        ("creds", json!({ "token": "wrong" })),
        (
            "creds",
            json!({ "token": backend.info.credentials[0].id.to_string() }),
        ),
        ("creds", json!({ "token": app.key })),
        ("account_id", json!(ServiceAccountId::new().to_string())),
        ("account_id", json!("x")),
        ("app_id", json!(other.id())),
        ("org_id", json!(other.id())),
    ] {
        let mut body = good.clone();
        body[member] = value;
        let answer = post(&world, "/tps/access-token", None, &body).await;
        assert_eq!(code(&answer), is(401, "invalid_token"), "{member}");
        answers.push(answer.but_date);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    for member in ["account_id", "app_id", "org_id", "auth_type", "creds"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(member);
        let answer = post(&world, "/tps/access-token", None, &body).await;
        assert_eq!(code(&answer), is(400, "malformed"), "{member}");
    }
    let mut odd = good;
    odd["auth_type"] = json!("core");
    assert_eq!(
        code(&post(&world, "/tps/access-token", None, &odd).await),
        is(400, "malformed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_token_for_all_applications_or_all_spaces() {
    let world = World::new().await;
    let app = admit(&world).await;
    let backend = backend(&world, &[&app], "").await;
    for (app_id, org_id) in [
        ("all", app.org()),
        (app.id().as_str(), "all".to_owned()),
        ("all", "all".to_owned()),
    ] {
        let body = json!({
            "account_id": backend.info.account.id.to_string(), "app_id": app_id, "org_id": org_id,
            "auth_type": "static_token", "creds": { "token": backend.token },
        });
        let answer = post(&world, "/tps/access-token", None, &body).await;
        assert_eq!(code(&answer), is(403, "no_wildcard"));
        assert!(answer.text().contains("one application in one space"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_instance_has_a_token_of_its_own() {
    let world = World::new().await;
    let app = admit(&world).await;
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let backend = backend(&world, &[&app, &other], "").await;
    let account = backend.info.account.id.to_string();
    let creds = json!({ "token": backend.token });
    let body = json!({ "account_id": account, "auth_type": "static_token", "creds": creds });
    let all: Value = post(&world, "/tps/access-tokens", None, &body).await.json();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 2);
    for one in all {
        let token = one["token"]["access_token"].as_str().unwrap();
        let claims = part(token, 1);
        assert_eq!(
            (&claims["app_id"], &claims["org_id"]),
            (&one["app_id"], &one["org_id"])
        );
        assert_eq!(world.v1(token, "/v1/records").await.status, 200);
    }
    let path = format!("/tps/service-account/{account}");
    let body = json!({ "auth_type": "static_token", "creds": creds });
    let pairs: Value = post(&world, &path, None, &body).await.json();
    assert_eq!(pairs.as_array().unwrap().len(), 2);
    assert!(pairs[0].get("token").is_none());
    let wrong = json!({ "auth_type": "static_token", "creds": { "token": "x" } });
    assert_eq!(
        code(&post(&world, &path, None, &wrong).await),
        is(401, "invalid_token")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_removed_or_over_it_gets_no_token_and_the_last_one_opens_nothing() {
    let world = World::new().await;
    let app = admit(&world).await;
    let one = backend(&world, &[&app], "").await;
    let token = bearer(&ask(&world, &one, &app).await);
    let grant = world.space.standing_grants().await.unwrap()[0].grant.id;
    world.space.revoke(grant).await.unwrap();
    assert_eq!(code(&ask(&world, &one, &app).await), is(401, "invalid_token"));
    assert_eq!(
        code(&world.v1(&token, "/v1/records").await),
        is(403, "consent_denied")
    );

    let mut two = new(&world, &[&app], "");
    two.name = "Weekly sums".into();
    two.expires_at = world.clock.now() + Duration::minutes(20);
    let (info, credential, questions) = world.space.add_service_account(two).await.unwrap();
    agree(&world, &world.space, questions[0], None, 7).await;
    let two = Backend {
        info,
        token: credential.token.unwrap().expose_str().unwrap().to_owned(),
    };
    let token = bearer(&ask(&world, &two, &app).await);
    let claims = part(&token, 1);
    assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 20 * 60);
    world.clock.advance(Duration::minutes(20));
    assert_eq!(code(&ask(&world, &two, &app).await), is(401, "invalid_token"));
    assert_eq!(
        code(&world.v1(&token, "/v1/records").await),
        is(403, "consent_denied")
    );

    let mut three = new(&world, &[&app], "");
    three.name = "Monthly sums".into();
    let (info, credential, questions) = world.space.add_service_account(three).await.unwrap();
    agree(&world, &world.space, questions[0], None, 7).await;
    let three = Backend {
        info,
        token: credential.token.unwrap().expose_str().unwrap().to_owned(),
    };
    let token = bearer(&ask(&world, &three, &app).await);
    let id = three.info.account.id;
    world
        .space
        .remove_service_credential(id, three.info.credentials[0].id)
        .await
        .unwrap();
    assert_eq!(code(&ask(&world, &three, &app).await), is(401, "invalid_token"));
    assert_eq!(
        world.v1(&token, "/v1/records").await.status,
        200,
        "a token of its time stays"
    );
    world.space.remove_service_account(id).await.unwrap();
    assert_eq!(
        code(&world.v1(&token, "/v1/records").await),
        is(403, "consent_denied")
    );
    for (expires, days) in [("past", -1), ("too far", 401)] {
        let mut bad = new(&world, &[&app], "");
        bad.expires_at = world.clock.now() + Duration::days(days);
        let refused = world.space.add_service_account(bad).await;
        assert!(
            matches!(refused, Err(VaultError::Invalid { field: "expires", .. })),
            "{expires}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_of_a_service_is_the_one_that_the_service_names() {
    let world = World::new().await;
    let app = admit(&world).await;
    let backend = backend(&world, &[&app], SERVICE).await;
    let id = backend.info.account.id.to_string();
    let known = world.space.service(SERVICE.into()).await.unwrap().service;
    assert_eq!(known.service_account, id, "bound when it was made");
    let public: Value = world
        .get(&format!("/core/tps/service-regs?ids={SERVICE}"), &[])
        .await
        .json();
    assert_eq!(public[0]["service_account_id"], id);
    let token = bearer(&ask(&world, &backend, &app).await);
    assert_eq!(world.v1(&token, "/v1/records").await.status, 200);
    // The service names another: the token's sub is not its own any more.
    let mut changed = super::kit::service(SERVICE);
    changed.service_account_id = ServiceAccountId::new().to_string();
    world.space.add_service(changed).await.unwrap();
    assert_eq!(
        code(&world.v1(&token, "/v1/records").await),
        is(403, "consent_denied")
    );
    assert_eq!(code(&ask(&world, &backend, &app).await), is(401, "invalid_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_learn_which_accounts_of_their_own_application_were_deleted() {
    let world = World::new().await;
    let app = admit(&world).await;
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let mut mine = None;
    for app in [&app, &other] {
        let (token, ..) = consent(&world, app, &[FIRST_NAME]).await;
        let context = json!([{ "app_id": app.id(), "context": { "keep": "invoices" } }]).to_string();
        let gone = send(
            &world,
            "DELETE",
            "/services/account",
            Some(&token),
            context.as_bytes(),
        )
        .await;
        assert_eq!(gone.status, 200);
        mine.get_or_insert(part(&token, 1)["sub"].clone());
    }
    let backend = backend(&world, &[&app], "").await;
    let token = bearer(&ask(&world, &backend, &app).await);
    let path = |from: &str| format!("/tps/deleted-memberships?start_time={from}");
    let all: Value = read(&world, &path("2020-01-01T00:00:00Z"), &token).await.json();
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(
        (&all[0]["app_id"], &all[0]["org_id"]),
        (&json!(app.id()), &json!(app.org()))
    );
    let memberships = all[0]["memberships"].as_array().unwrap();
    assert_eq!(memberships.len(), 1, "of its own application only");
    assert_eq!(memberships[0]["account_id"], mine.unwrap());
    assert_eq!(memberships[0]["context"], json!({ "keep": "invoices" }));
    let later: Value = read(&world, &path("2200-01-01T00:00:00%2B02:00"), &token)
        .await
        .json();
    assert_eq!(later, json!([]));
    for bad in ["", "1700000000", "2020-01-01T00:00:00", "2020-01-01", "x"] {
        assert_eq!(
            code(&read(&world, &path(bad), &token).await),
            is(400, "malformed"),
            "{bad}"
        );
    }
    let nobody = world
        .get(
            "/core/tps/deleted-memberships?start_time=2020-01-01T00:00:00Z",
            &[],
        )
        .await;
    assert_eq!(code(&nobody), is(401, "invalid_token"));
    world.clock.advance(Duration::days(401));
    let kept = world
        .space
        .departed(app.info.app.id, time::OffsetDateTime::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(kept, [], "kept for 400 days");
}

/// Row "Service Account", second kind of credential; weaknesses 9.9 to 9.13.
#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_is_believed_once_and_only_as_it_was_signed() {
    use rokwire::{
        key::{Alg, PubKey},
        request::{Form, Outgoing},
    };
    use vault_crypto::Signer;
    const KEY: &str = include_str!("../../../../vault-crypto/tests/fixtures/rsa3072.pem");
    let signer = Signer::from_pkcs8_pem(KEY).unwrap();
    let world = World::new().await;
    let app = admit(&world).await;
    let mut keyed = new(&world, &[&app], "");
    keyed.credential = NewCredential::Key {
        name: "key".into(),
        pem: signer.public_key_pem().into(),
        alg: "RS256".into(),
    };
    let (info, made, questions) = world.space.add_service_account(keyed).await.unwrap();
    assert!(made.token.is_none());
    agree(&world, &world.space, questions[0], None, 7).await;
    let body = json!({
        "account_id": info.account.id.to_string(), "app_id": app.id(), "org_id": app.org(), "auth_type": "signature",
    })
    .to_string();
    let target = "/core/tps/access-token";
    let host = format!("127.0.0.1:{}", world.port());
    let public = PubKey::from_pem(signer.public_key_pem(), Alg::Rs256).unwrap();
    let signed = |target: &str, body: &str, at: time::OffsetDateTime| -> Vec<(&'static str, String)> {
        let request = Outgoing {
            method: "POST",
            target,
            host: &host,
            body: body.as_bytes(),
        };
        let unsigned = request.prepare(&public, Form::Modern, at).unwrap();
        let signature = signer.sign_pkcs1v15_sha256(unsigned.signing_input()).unwrap();
        unsigned.signed(&signature)
    };
    let send = |target: &str, headers: Vec<(&'static str, String)>, body: &str| {
        let (world, target, body) = (&world, target.to_owned(), body.to_owned());
        async move {
            let headers: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            world.ask("POST", &target, &headers, body.as_bytes()).await
        }
    };
    let now = || world.clock.now();
    // A second in which the gateway is there already.
    world.clock.advance(Duration::seconds(2));
    let good = signed(target, &body, now());
    let token = bearer(&send(target, good.clone(), &body).await);
    assert_eq!(part(&token, 1)["auth_type"], "signature");
    assert_eq!(world.v1(&token, "/v1/records").await.status, 200);
    let refused = is(401, "invalid_token");
    // Shown again.
    assert_eq!(code(&send(target, good.clone(), &body).await), refused);
    world.clock.advance(Duration::seconds(10));
    // Old, of the future, and from before this gateway began.
    for shift in [-301, 302] {
        let at = now() + Duration::seconds(shift);
        assert_eq!(
            code(&send(target, signed(target, &body, at), &body).await),
            refused,
            "{shift}"
        );
    }
    // Another body, another path, a query that is not signed.
    let other = body.replace(&app.id(), &app.org());
    assert_eq!(
        code(&send(target, signed(target, &body, now()), &other).await),
        refused
    );
    let tokens = "/core/tps/access-tokens";
    assert_eq!(
        code(&send(tokens, signed(target, &body, now()), &body).await),
        refused
    );
    let query = "/core/tps/access-token?x=1";
    assert_eq!(
        code(&send(query, signed(target, &body, now()), &body).await),
        refused
    );
    // Each header that is changed, left out or doubled.
    for name in ["authorization", "date", "digest"] {
        let mut without = signed(target, &body, now());
        without.retain(|(known, _)| *known != name);
        assert_eq!(code(&send(target, without, &body).await), refused, "{name}");
    }
    for (from, to) in [
        ("RS256", "PS256"),
        ("RS256", "none"),
        ("RS256", "rsa-sha256"),
        ("request-line host date digest content-length", "date"),
        ("request-line host date digest content-length", ""),
        (
            "request-line host date digest content-length",
            "request-line host date digest",
        ),
        ("keyId", "keyid"),
        ("Signature ", "signature "),
    ] {
        let mut changed = signed(target, &body, now());
        for (name, value) in &mut changed {
            if *name == "authorization" {
                *value = value.replace(from, to);
            }
        }
        assert_eq!(code(&send(target, changed, &body).await), refused, "{from} {to}");
    }
    // A refused one is not used up.
    assert_eq!(
        send(target, signed(target, &body, now()), &body).await.status,
        200
    );
    // Nor is the key a token, or the token of another account.
    let as_token = json!({
        "account_id": info.account.id.to_string(), "app_id": app.id(), "org_id": app.org(), "auth_type": "static_token",
        "creds": { "token": public.kid().as_str() },
    });
    assert_eq!(
        code(&post(&world, "/tps/access-token", None, &as_token).await),
        refused
    );
    for (pem, alg) in [
        (signer.public_key_pem(), "none"),
        (signer.public_key_pem(), "ES256"),
        ("x", "RS256"),
    ] {
        let bad = NewCredential::Key {
            name: String::new(),
            pem: pem.into(),
            alg: alg.into(),
        };
        let refused = world.space.add_service_credential(info.account.id, bad).await;
        assert!(matches!(refused, Err(VaultError::Invalid { .. })), "{alg}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_began_anew_believes_nothing_from_before() {
    use rokwire::{
        key::{Alg, PubKey},
        request::{Form, Outgoing},
    };
    use vault_crypto::Signer;
    use vault_gateway::Gateway;
    const KEY: &str = include_str!("../../../../vault-crypto/tests/fixtures/rsa3072.pem");
    const TARGET: &str = "/core/tps/access-token";
    let signer = Signer::from_pkcs8_pem(KEY).unwrap();
    let public = PubKey::from_pem(signer.public_key_pem(), Alg::Rs256).unwrap();
    let mut world = World::new().await;
    let app = admit(&world).await;
    let mut keyed = new(&world, &[&app], "");
    keyed.credential = NewCredential::Key {
        name: String::new(),
        pem: signer.public_key_pem().into(),
        alg: "RS256".into(),
    };
    let (info, _, questions) = world.space.add_service_account(keyed).await.unwrap();
    agree(&world, &world.space, questions[0], None, 7).await;
    let body = json!({
        "account_id": info.account.id.to_string(), "app_id": app.id(), "org_id": app.org(), "auth_type": "signature",
    })
    .to_string();
    let host = format!("127.0.0.1:{}", world.port());
    let signed = |at: time::OffsetDateTime| {
        let request = Outgoing {
            method: "POST",
            target: TARGET,
            host: &host,
            body: body.as_bytes(),
        };
        let unsigned = request.prepare(&public, Form::Modern, at).unwrap();
        let signature = signer.sign_pkcs1v15_sha256(unsigned.signing_input()).unwrap();
        unsigned.signed(&signature)
    };
    async fn send(world: &World, headers: &[(&'static str, String)], body: &str) -> Answer {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        world.ask("POST", TARGET, &headers, body.as_bytes()).await
    }
    world.clock.advance(Duration::seconds(2));
    let before = signed(world.clock.now());
    assert_eq!(send(&world, &before, &body).await.status, 200);
    world.clock.advance(Duration::seconds(20));
    let port = world.port();
    let old = std::mem::replace(&mut world.gateway, Gateway::start(0).await.unwrap());
    old.stop().await;
    world.gateway = Gateway::start(port).await.unwrap();
    world.gateway.serve(Some(world.vault.clone()));
    assert_eq!(
        code(&send(&world, &before, &body).await),
        is(401, "invalid_token")
    );
    world.clock.advance(Duration::seconds(2));
    let fresh = signed(world.clock.now());
    assert_eq!(send(&world, &fresh, &body).await.status, 200);
}

/// 8.1: the form of the old libraries is taken from a service whose registration says so, and from nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn the_old_form_of_signatures_is_for_marked_services_only() {
    use rokwire::{
        key::{Alg, PubKey},
        request::{Form, Outgoing},
    };
    use vault_crypto::Signer;
    const KEY: &str = include_str!("../../../../vault-crypto/tests/fixtures/rsa3072.pem");
    const TARGET: &str = "/core/tps/access-token";
    let signer = Signer::from_pkcs8_pem(KEY).unwrap();
    let public = PubKey::from_pem(signer.public_key_pem(), Alg::Rs256).unwrap();
    let world = World::new().await;
    let app = admit(&world).await;
    let mut marked = super::kit::service("old-one");
    marked.legacy = true;
    world.space.add_service(marked).await.unwrap();
    for (service, name, status) in [(SERVICE, "Nightly sums", 401), ("old-one", "Weekly sums", 200)] {
        let mut keyed = new(&world, &[&app], service);
        keyed.name = name.into();
        keyed.credential = NewCredential::Key {
            name: String::new(),
            pem: signer.public_key_pem().into(),
            alg: "RS256".into(),
        };
        let (info, _, questions) = world.space.add_service_account(keyed).await.unwrap();
        agree(&world, &world.space, questions[0], None, 7).await;
        let body = json!({
            "account_id": info.account.id.to_string(), "app_id": app.id(), "org_id": app.org(),
            "auth_type": "signature",
        })
        .to_string();
        let host = format!("127.0.0.1:{}", world.port());
        let request = Outgoing {
            method: "POST",
            target: TARGET,
            host: &host,
            body: body.as_bytes(),
        };
        let unsigned = request.prepare(&public, Form::Legacy, world.clock.now()).unwrap();
        let signature = signer
            .sign_pss_sha256_longest_salt(unsigned.signing_input())
            .unwrap();
        let signed = unsigned.signed(&signature);
        let headers: Vec<(&str, &str)> = signed
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = world.ask("POST", TARGET, &headers, body.as_bytes()).await;
        assert_eq!(answer.status, status, "{service}");
    }
}

const RATINGS: &str = "vault:ratings:get";

fn for_app(app: &App, scopes: &[&str]) -> AccountChange {
    AccountChange {
        instances: vec![(
            app.info.app.id,
            scopes.iter().map(|scope| Scope::new(scope).unwrap()).collect(),
        )],
        ..AccountChange::default()
    }
}

/// What a backend may see, changed later: less at once and without a question, more by the person's yes.
#[tokio::test(flavor = "multi_thread")]
async fn less_holds_at_once_and_more_is_asked_about() {
    let world = World::new().await;
    let app = admit(&world).await;
    let mut asked = new(&world, &[&app], "");
    asked.instances[0].1.push(Scope::new(RATINGS).unwrap());
    let (info, made, questions) = world.space.add_service_account(asked).await.unwrap();
    agree(&world, &world.space, questions[0], None, 7).await;
    let backend = Backend {
        info,
        token: made.token.unwrap().expose_str().unwrap().to_owned(),
    };
    let id = backend.info.account.id;
    let wide = bearer(&ask(&world, &backend, &app).await);
    let ratings = "/v1/records?kind=rating";
    assert_eq!(world.v1(&wide, ratings).await.status, 200);
    let grants = world.space.standing_grants().await.unwrap();

    let (info, questions) = world
        .space
        .change_service_account(id, for_app(&app, &[WORK]))
        .await
        .unwrap();
    assert!(questions.is_empty() && world.space.pending_requests().await.unwrap().is_empty());
    assert_eq!(info.instances[0].scopes, [Scope::new(WORK).unwrap()]);
    let left = world.space.standing_grants().await.unwrap();
    assert_eq!(
        (left.len(), left[0].grant.id),
        (1, grants[0].grant.id),
        "the grant goes on"
    );
    assert_eq!(left[0].grant.scopes, [Scope::new(WORK).unwrap()]);
    // The token that was handed out before opens what is left, and no more.
    assert_eq!(code(&world.v1(&wide, ratings).await), is(403, "consent_denied"));
    assert_eq!(world.v1(&wide, "/v1/records?kind=work").await.status, 200);
    assert_eq!(
        part(&bearer(&ask(&world, &backend, &app).await), 1)["scope"],
        WORK
    );
    assert_eq!(world.space.verify_log().await.unwrap().broken, None);

    // More waits for the person, and what was agreed to goes on meanwhile.
    let more = for_app(&app, &[WORK, RATINGS]);
    let (_, questions) = world.space.change_service_account(id, more).await.unwrap();
    assert_eq!(questions.len(), 1);
    assert_eq!(
        part(&bearer(&ask(&world, &backend, &app).await), 1)["scope"],
        WORK
    );
    agree(&world, &world.space, questions[0], None, 7).await;
    let again = bearer(&ask(&world, &backend, &app).await);
    assert_eq!(world.v1(&again, ratings).await.status, 200);

    // The end: earlier at once, over is over, later brings no grant back that is over.
    let until = |at| AccountChange {
        expires_at: Some(at),
        ..AccountChange::default()
    };
    let soon = world.clock.now() + Duration::minutes(2);
    let (_, questions) = world.space.change_service_account(id, until(soon)).await.unwrap();
    assert!(questions.is_empty());
    world.clock.advance(Duration::minutes(3));
    assert_eq!(code(&world.v1(&again, ratings).await), is(403, "consent_denied"));
    assert_eq!(code(&ask(&world, &backend, &app).await), is(401, "invalid_token"));
    world.clock.advance(Duration::days(10));
    let later = world.clock.now() + Duration::days(30);
    let (_, questions) = world
        .space
        .change_service_account(id, until(later))
        .await
        .unwrap();
    assert_eq!(questions.len(), 1, "what was agreed to is over by itself");
    assert_eq!(code(&ask(&world, &backend, &app).await), is(401, "invalid_token"));
    agree(&world, &world.space, questions[0], None, 7).await;
    assert_eq!(ask(&world, &backend, &app).await.status, 200);

    for bad in [
        until(world.clock.now()),
        until(world.clock.now() + Duration::days(401)),
        for_app(&app, &[]),
        for_app(&app, &["vault:profile.shoe_size:get"]),
    ] {
        let refused = world.space.change_service_account(id, bad).await;
        assert!(matches!(refused, Err(VaultError::Invalid { .. })));
    }
    let nobody = world
        .space
        .change_service_account(ServiceAccountId::new(), until(later))
        .await;
    assert!(matches!(nobody, Err(VaultError::NoSuch(_))));
}

/// A backend that is taken out of one of its applications goes on in the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_leaves_one_application_and_stays_in_the_other() {
    let world = World::new().await;
    let app = admit(&world).await;
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let backend = backend(&world, &[&app, &other], "").await;
    let (here, there) = (
        bearer(&ask(&world, &backend, &app).await),
        bearer(&ask(&world, &backend, &other).await),
    );
    let id = backend.info.account.id;
    world
        .space
        .change_service_account(id, for_app(&other, &[]))
        .await
        .unwrap();
    assert_eq!(world.v1(&here, "/v1/records").await.status, 200);
    assert_eq!(
        code(&world.v1(&there, "/v1/records").await),
        is(403, "consent_denied")
    );
    assert_eq!(
        code(&ask(&world, &backend, &other).await),
        is(401, "invalid_token")
    );
    assert_eq!(ask(&world, &backend, &app).await.status, 200);
}
