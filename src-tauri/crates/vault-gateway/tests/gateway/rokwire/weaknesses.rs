//! More weaknesses of specification 9, each as an attack that fails: reading without consent, ids in tokens, a consent that the caller
//! asserts, several audiences, signatures without a body, guessable secrets, half deletions and times without a zone.

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rokwire::{
    key::{Alg, PubKey},
    request::{Form, Outgoing},
    token::{Claims, Holder, Kind, Unsigned},
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use vault_core::{
    Clock as _, VaultError,
    core_apps::{NewAppType, NewCoreApp},
    services::NewCredential,
};
use vault_crypto::Signer;
use vault_store::Scope;

use super::{
    backend::{ask, backend, bearer, new},
    kit::{
        App, FIRST_NAME, SERVICE, WORK, admit, agree, authorize, code, consent, is, login, part, post, read,
        send, service,
    },
};
use crate::{
    canaries::user_tokens,
    kit::{Answer, ISSUER, World},
};

const ACCOUNT: &str = "/services/account";
const PREFERENCES: &str = "/services/account/preferences";
const AUTHORIZE: &str = "/services/auth/authorize-service";
const KEY: &str = include_str!("../../../../vault-crypto/tests/fixtures/rsa3072.pem");

/// Every claim that a token of this vault has (specification 8.2).
const CLAIMS: [&str; 19] = [
    "admin",
    "anonymous",
    "app_id",
    "aud",
    "auth_type",
    "authenticated",
    "exp",
    "first_party",
    "iat",
    "iss",
    "jti",
    "org_id",
    "permissions",
    "purpose",
    "scope",
    "service",
    "session_id",
    "sub",
    "system",
];

/// A token of each kind that anybody outside holds.
async fn tokens(world: &World, app: &App) -> Vec<String> {
    let (anonymous, _) = login(world, app).await;
    let (scoped, ..) = consent(world, app, &[FIRST_NAME, "vault:external_ids.uin:get"]).await;
    let backend = backend(world, &[app], "").await;
    vec![anonymous, scoped, bearer(&ask(world, &backend, app).await)]
}

/// 9.2: upstream gives third parties the accounts of everybody, without consent and as the database has them.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_accounts_without_consent() {
    let world = World::new().await;
    let app = admit(&world).await;
    for token in tokens(&world, &app).await {
        for path in [
            "/tps/accounts",
            "/tps/accounts/count",
            "/tps/account",
            "/tps/ferpa-accounts",
            "/bbs/accounts",
            "/admin/application/accounts",
            "/system/accounts",
            "/services/accounts/public",
        ] {
            let bodies: [(&str, &[u8]); 2] = [("GET", b""), ("POST", br#"{"profile.first_name":"x"}"#)];
            for (method, body) in bodies {
                let answer = send(&world, method, path, Some(&token), body).await;
                assert_eq!(answer.status, 404, "{method} {path}");
                assert!(!answer.text().contains("Luc"), "{path}");
            }
        }
    }
    // The scope that opens them upstream is neither granted nor registered here.
    let mut wanting = new(&world, &[&app], "");
    for upstream in ["core:account:get", "all:all:all", "vault:all:get"] {
        let Ok(scope) = Scope::new(upstream) else { continue };
        wanting.instances[0].1 = vec![scope];
        let made = world.space.add_service_account(wanting.clone()).await;
        assert!(matches!(made, Err(VaultError::Invalid { .. })), "{upstream}");
        let mut other = service("reads-all");
        other.scopes[0].scope = upstream.into();
        let added = world.space.add_service(other).await;
        assert!(matches!(added, Err(VaultError::Invalid { .. })), "{upstream}");
    }
}

/// 9.3: ids of other systems go into third-party tokens upstream.
#[tokio::test(flavor = "multi_thread")]
async fn no_token_says_more_than_its_claims() {
    let world = World::new().await;
    world.space.set_external_id("uin", "canary-4711").await.unwrap();
    let app = admit(&world).await;
    for token in tokens(&world, &app).await {
        let claims = part(&token, 1);
        let names: BTreeSet<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            BTreeSet::from(CLAIMS),
            "neither name, email, phone, uid nor external_ids"
        );
        assert_eq!(claims["permissions"], "");
        for value in ["canary-4711", "Luc"] {
            assert!(!claims.to_string().contains(value), "{claims}");
        }
    }
    // Neither does an answer, for whom nobody let see them.
    let (without, ..) = consent(&world, &app, &[WORK]).await;
    for path in [ACCOUNT, PREFERENCES] {
        assert!(!read(&world, path, &without).await.text().contains("canary-4711"));
    }
}

/// 9.4: consent is what the person said, not what an application says that they said.
#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_asserted_is_none() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    for assertion in [
        json!({ "approved_scopes": [FIRST_NAME] }),
        json!({ "approved_scopes": [FIRST_NAME], "consent": { "status": "granted" } }),
        json!({ "consent": { "id": "018f0000-0000-4000-8000-000000000001", "status": "granted" } }),
        json!({ "expires": "2099-01-01T00:00:00Z", "duration": "forever", "account_id": "x" }),
        json!({ "preview_sha256": "00", "passphrase": crate::kit::PASSPHRASE, "admin": true }),
    ] {
        let mut body = json!({ "service_id": SERVICE, "requested_scopes": [FIRST_NAME] });
        let members = body.as_object_mut().unwrap();
        members.extend(assertion.as_object().unwrap().clone());
        let answer: Value = post(&world, AUTHORIZE, Some(&anonymous), &body).await.json();
        assert_eq!(answer["consent"]["status"], "pending", "{assertion}");
        assert!(answer.get("access_token").is_none());
    }
    for wide in [
        "all:all:all",
        "vault:*:get",
        "vault:profile.*:get",
        "*",
        "vault:all:all",
    ] {
        let (status, _) = code(&authorize(&world, &anonymous, &[wide]).await);
        assert_eq!(status, 400, "{wide}");
    }
    // One question came of all that, and what is agreed to is less than was asserted.
    let waiting = world.space.pending_requests().await.unwrap();
    assert_eq!(waiting.len(), 1);
    let asked: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    let id = asked["consent"]["id"].as_str().unwrap().parse().unwrap();
    let grant = agree(&world, &app.space, id, Some(&[FIRST_NAME]), 7).await;
    let granted: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    let token = granted["access_token"].as_str().unwrap();
    assert_eq!(part(token, 1)["scope"], FIRST_NAME);
    // It is in the list, has an end, and is taken back.
    let kept = world.space.grant(grant).await.unwrap().grant;
    assert!(kept.until.is_some());
    world.space.revoke(grant).await.unwrap();
    assert_eq!(
        code(&read(&world, "/services/account/profile", token).await),
        is(403, "consent_denied")
    );
}

/// 9.8: several audiences, by comma or list, are read differently by every library.
#[tokio::test(flavor = "multi_thread")]
async fn an_audience_is_one_plain_text() {
    let world = World::new().await;
    let app = admit(&world).await;
    for token in tokens(&world, &app).await {
        let audience = part(&token, 1)["aud"].clone();
        let text = audience.as_str().unwrap();
        assert!(!text.is_empty() && !text.contains([',', ' ']), "{text}");
    }
    // Nothing that becomes an audience has a comma, or is a name for all.
    for bad in ["a,b", "rokwire", "all", "a b", "vault", "core,all"] {
        let added = world.space.add_service(service(bad)).await;
        assert!(
            matches!(added, Err(VaultError::Invalid { .. } | VaultError::Imitates(..))),
            "{bad}"
        );
        let new = NewCoreApp {
            name: "Comma".into(),
            code: bad.into(),
            types: vec![NewAppType {
                identifier: "org.example.comma".into(),
                name: String::new(),
                versions: vec![],
            }],
            ..NewCoreApp::default()
        };
        assert!(world.space.add_core_app(new).await.is_err(), "{bad}");
    }
}

/// Nothing is signed without a body.
#[derive(Debug)]
struct NoBody;

/// 9.12: what has no body is signed by nobody, and a signature is no token.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_needs_a_body_and_opens_nothing_else() {
    let signer = Signer::from_pkcs8_pem(KEY).unwrap();
    let world = World::new().await;
    let app = admit(&world).await;
    let mut keyed = new(&world, &[&app], "");
    keyed.credential = NewCredential::Key {
        name: "key".into(),
        pem: signer.public_key_pem().into(),
        alg: "RS256".into(),
    };
    let (info, _, questions) = world.space.add_service_account(keyed).await.unwrap();
    agree(&world, &world.space, questions[0], None, 7).await;
    world.clock.advance(Duration::seconds(2));
    let public = PubKey::from_pem(signer.public_key_pem(), Alg::Rs256).unwrap();
    let host = format!("127.0.0.1:{}", world.port());
    let signed = |method: &str, target: &str, body: &[u8]| {
        let request = Outgoing {
            method,
            target,
            host: &host,
            body,
        };
        let unsigned = request
            .prepare(&public, Form::Modern, world.clock.now())
            .map_err(|_| NoBody)?;
        let signature = signer.sign_pkcs1v15_sha256(unsigned.signing_input()).unwrap();
        Ok::<_, NoBody>(unsigned.signed(&signature))
    };
    let account = info.account.id.to_string();
    let instances = format!("/core/tps/service-account/{account}");
    let left = "/core/tps/deleted-memberships?start_time=2020-01-01T00:00:00Z";
    assert!(
        signed("GET", left, b"").is_err(),
        "this vault signs nothing without a body"
    );
    for (method, target, body, expected) in [
        // Signed with a body and sent without, as a client that drops it does.
        ("POST", "/core/tps/access-token", &b""[..], 400),
        ("POST", instances.as_str(), b"", 400),
        ("GET", "/core/tps/access-token", b"{}", 405),
        ("GET", instances.as_str(), b"{}", 405),
        ("GET", left, b"{}", 401),
        ("GET", "/core/services/account", b"{}", 401),
        ("GET", "/v1/records", b"{}", 401),
    ] {
        let headers = signed(method, target, b"{}").unwrap();
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .filter(|(name, _)| *name != "content-length")
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = world.ask(method, target, &headers, body).await;
        assert_eq!(answer.status, expected, "{method} {target} {}", answer.text());
    }
    // The same with a body is believed, so what was refused was refused for want of one.
    let body =
        json!({ "account_id": account, "app_id": app.id(), "org_id": app.org(), "auth_type": "signature" })
            .to_string();
    let headers = signed("POST", "/core/tps/access-token", body.as_bytes()).unwrap();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = world
        .ask("POST", "/core/tps/access-token", &headers, body.as_bytes())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// 9.17: secrets come of the system's generator and stay in nobody's record.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_cannot_be_guessed_from_one_another() {
    let world = World::new().await;
    let app = admit(&world).await;
    let mut secrets: Vec<String> = vec![app.key.clone()];
    for _ in 0..24 {
        let (_, answer) = login(&world, &app).await;
        secrets.push(answer["token"]["refresh_token"].as_str().unwrap().to_owned());
    }
    let backend = backend(&world, &[&app], "").await;
    secrets.push(backend.token.clone());
    for _ in 0..8 {
        let token = NewCredential::Token { name: "more".into() };
        let made = world
            .space
            .add_service_credential(backend.info.account.id, token)
            .await
            .unwrap();
        secrets.push(made.token.unwrap().expose_str().unwrap().to_owned());
    }
    let bytes: Vec<Vec<u8>> = secrets
        .iter()
        .map(|secret| BASE64_URL_SAFE_NO_PAD.decode(secret).unwrap())
        .collect();
    assert!(bytes.iter().all(|bytes| bytes.len() == 32));
    // Any two differ in about half of their 256 bits; fewer than 64 has a probability below 1e-15.
    for (at, one) in bytes.iter().enumerate() {
        for other in &bytes[..at] {
            let differing: u32 = one.iter().zip(other).map(|(a, b)| (a ^ b).count_ones()).sum();
            assert!((64..=192).contains(&differing), "{differing}");
        }
    }
    // What is kept of them shows none, and a refusal does not repeat what was presented.
    let kept = format!(
        "{:?}{:?}",
        world.space.service_accounts().await.unwrap(),
        world.space.core_apps().await.unwrap()
    );
    assert!(secrets.iter().all(|secret| !kept.contains(secret)));
    let wrong: String = secrets[1].chars().rev().collect();
    let body = json!({ "refresh_token": wrong, "api_key": app.key, "app_type_identifier": app.info.types[0].identifier });
    let answer = post(&world, "/services/auth/refresh", None, &body).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.but_date.contains(&wrong) && !answer.but_date.contains(&app.key));
}

/// 9.22: who leaves leaves nothing behind that works, and third parties hear of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_is_whole() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (scoped, grant, _) = consent(&world, &app, &[FIRST_NAME]).await;
    assert_eq!(
        send(&world, "PUT", PREFERENCES, Some(&scoped), b"{\"a\":1}")
            .await
            .status,
        200
    );
    let backend = backend(&world, &[&app], "").await;
    let service = bearer(&ask(&world, &backend, &app).await);
    assert_eq!(
        send(&world, "DELETE", ACCOUNT, Some(&scoped), b"").await.status,
        200
    );
    for path in [ACCOUNT, PREFERENCES, "/services/account/profile"] {
        assert_eq!(
            code(&read(&world, path, &scoped).await),
            is(403, "consent_denied"),
            "{path}"
        );
    }
    assert_eq!(
        code(&world.v1(&scoped, "/v1/profile").await),
        is(403, "consent_denied")
    );
    assert_eq!(
        code(
            &post(
                &world,
                AUTHORIZE,
                Some(&scoped),
                &json!({ "service_id": SERVICE, "requested_scopes": [FIRST_NAME] })
            )
            .await
        ),
        is(403, "consent_denied")
    );
    let ended = world.space.grant(grant).await.unwrap().grant;
    assert!(ended.ended_at.is_some());
    let left: Value = read(
        &world,
        "/tps/deleted-memberships?start_time=2020-01-01T00:00:00Z",
        &service,
    )
    .await
    .json();
    assert_eq!(left[0]["memberships"][0]["account_id"], part(&scoped, 1)["sub"]);
    // The application itself: its sessions, keys and accounts go with it.
    let (anonymous, answer) = login(&world, &app).await;
    let refresh = json!({
        "refresh_token": answer["token"]["refresh_token"], "api_key": app.key, "app_type_identifier": app.info.types[0].identifier,
    });
    world.space.remove_core_app(app.info.app.id).await.unwrap();
    for answer in [
        read(&world, PREFERENCES, &anonymous).await,
        post(&world, "/services/auth/refresh", None, &refresh).await,
        post(&world, "/services/auth/login", None, &app.login()).await,
        ask(&world, &backend, &app).await,
    ] {
        assert!(matches!(answer.status, 401 | 403), "{}", answer.text());
    }
    assert!(matches!(
        world.v1(&service, "/v1/records").await.status,
        401 | 403
    ));
}

/// 9.25: every time in an answer has its zone, and one that comes without is none.
#[tokio::test(flavor = "multi_thread")]
async fn times_are_moments() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, login) = login(&world, &app).await;
    let asked: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    let (scoped, _, granted) = consent(&world, &app, &[FIRST_NAME]).await;
    let account: Value = read(&world, ACCOUNT, &scoped).await.json();
    let backend = backend(&world, &[&app], "").await;
    let token = bearer(&ask(&world, &backend, &app).await);
    assert_eq!(
        send(&world, "DELETE", ACCOUNT, Some(&scoped), b"").await.status,
        200
    );
    let path = |from: &str| format!("/tps/deleted-memberships?start_time={from}");
    let left: Value = read(&world, &path("2020-01-01T00:00:00Z"), &token).await.json();
    let mut seen = 0;
    for answer in [&login, &asked, &granted, &account, &left] {
        seen += moments(answer, world.clock.now());
    }
    assert!(seen >= 3, "{seen} times in all answers");
    // The same moment in another zone is the same moment, and none is moved by the zone.
    let now = world.clock.now();
    for (shift, found) in [(-1, 1), (1, 0)] {
        let at = (now + Duration::hours(shift)).to_offset(time::UtcOffset::from_hms(5, 0, 0).unwrap());
        let text = at
            .replace_nanosecond(0)
            .unwrap()
            .format(&Rfc3339)
            .unwrap()
            .replace('+', "%2B");
        let answer: Value = read(&world, &path(&text), &token).await.json();
        assert_eq!(answer.as_array().unwrap().len(), found, "{text}");
    }
    for bad in [
        "0001-01-01",
        "12:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T00:00:00",
        "1.7e9",
    ] {
        assert_eq!(
            code(&read(&world, &path(bad), &token).await),
            is(400, "malformed"),
            "{bad}"
        );
    }
}

/// Every text that looks like a time is one, in UTC, and of these days; how many there were.
fn moments(value: &Value, now: OffsetDateTime) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => {
            let digits = text.len() >= 10
                && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
                && text.as_bytes()[4] == b'-'
                && text.as_bytes()[7] == b'-';
            if !digits || text.contains("-4") && text.len() == 36 {
                return 0;
            }
            let at = OffsetDateTime::parse(text, &Rfc3339).unwrap_or_else(|_| panic!("{text}"));
            assert!(text.ends_with('Z'), "{text}");
            assert!((at - now).abs() < Duration::days(400), "{text}");
            1
        }
        Value::Array(items) => items.iter().map(|item| moments(item, now)).sum(),
        Value::Object(members) => members.values().map(|item| moments(item, now)).sum(),
    }
}

/// 8.2: a token of the window is handed out by nobody, and who has one, signed by the vault's very key, is nobody.
#[tokio::test(flavor = "multi_thread")]
async fn the_windows_token_opens_nothing_out_here() {
    let world = World::new().await;
    let app = admit(&world).await;
    let key = PubKey::from_pem(ISSUER.public_key_pem(), Alg::Rs256).unwrap();
    let holder = Holder {
        subject: app
            .info
            .account
            .map_or_else(|| app.id(), |account| account.to_string()),
        space: app.org(),
        app: app.id(),
        session: app.id(),
    };
    let issuer = format!("{}/core", world.base());
    let kind = Kind::User { authenticated: true };
    let claims = Claims::new(
        &issuer,
        "018f0000-0000-4000-8000-000000000001",
        holder,
        kind,
        world.clock.now(),
        None,
    )
    .unwrap();
    let unsigned = Unsigned::new(&claims, &key);
    let signature = ISSUER.sign_pkcs1v15_sha256(unsigned.signing_input()).unwrap();
    let token = unsigned.signed(&signature).unwrap();
    let token = token.expose();
    // The scan that every answer of these tests passes would see it.
    assert!(!user_tokens(format!("{{\"access_token\":\"{token}\"}}").as_bytes()).is_empty());
    let mut refused: Vec<Answer> = Vec::new();
    for (method, path) in [
        ("GET", ACCOUNT),
        ("DELETE", ACCOUNT),
        ("GET", PREFERENCES),
        ("GET", "/services/account/profile"),
        ("GET", "/services/auth/service-regs?ids=all"),
        ("POST", AUTHORIZE),
        ("POST", "/services/auth/logout"),
        ("GET", "/tps/deleted-memberships?start_time=2020-01-01T00:00:00Z"),
    ] {
        refused.push(send(&world, method, path, Some(token), b"{}").await);
    }
    refused.push(world.v1(token, "/v1/profile").await);
    refused.push(world.v1(token, "/v1/records").await);
    for answer in refused {
        assert_eq!(code(&answer), is(401, "invalid_token"));
        assert!(!answer.but_date.contains(token));
    }
}
