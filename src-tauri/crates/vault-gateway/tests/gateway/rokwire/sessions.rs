//! Anonymous users, their sessions and what they keep: rows "Application", "API key", "AppOrg", "Preferences" and "Anonymous user" of 8.3.

use serde_json::{Value, json};
use time::Duration;
use vault_core::core_apps::{Installation, SessionPolicy};

use super::kit::{App, BUILD, admit, admit_as, authorize, code, is, login, part, post, read, send};
use crate::kit::World;

async fn refresh(world: &World, app: &App, token: &str) -> crate::kit::Answer {
    let body = json!({ "api_key": app.key, "refresh_token": token });
    post(world, "/services/auth/refresh", None, &body).await
}

async fn policy(app: &App, sessions: SessionPolicy) {
    let installation = Installation {
        sessions,
        ..app.info.installation.clone()
    };
    app.space.set_core_installation(installation).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_without_a_profile_gives_a_token_that_opens_nothing() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, body) = login(&world, &app).await;
    let (header, claims) = (part(&token, 0), part(&token, 1));
    let keys: Value = world.get("/core/tps/auth-keys", &[]).await.json();
    assert_eq!(
        header,
        json!({ "alg": "RS256", "kid": keys["keys"][0]["kid"], "typ": "JWT" })
    );
    assert_eq!(claims["sub"], body["params"]["anonymous_id"]);
    // Random ids: nothing in them tells of a time or a computer (9.30).
    for id in ["sub", "session_id", "jti", "app_id"] {
        assert_eq!(claims[id].as_str().unwrap().as_bytes()[14], b'4', "{id}");
    }
    assert_eq!(claims["iss"], format!("{}/core", world.base()));
    assert_eq!((&claims["aud"], &claims["scope"]), (&json!("steps"), &json!("")));
    assert_eq!(
        (&claims["org_id"], &claims["app_id"]),
        (&json!(app.org()), &json!(app.id()))
    );
    assert_eq!(
        (&claims["auth_type"], &claims["purpose"]),
        (&json!("anonymous"), &json!("access"))
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        30 * 60
    );
    for (claim, value) in [
        ("anonymous", true),
        ("first_party", false),
        ("service", false),
        ("admin", false),
        ("system", false),
        ("authenticated", false),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }
    assert_eq!(claims["permissions"], "");
    for personal in ["name", "email", "phone", "username", "external_ids", "uid"] {
        assert!(claims.get(personal).is_none(), "{personal}");
    }
    for path in [
        "/v1/profile",
        "/v1/records",
        "/v1/summary?by=week",
        "/v1/grant",
        "/v1/changes",
    ] {
        assert_eq!(
            code(&world.v1(&token, path).await),
            is(403, "consent_denied"),
            "{path}"
        );
    }
    let profile = read(&world, "/services/account/profile", &token).await;
    assert_eq!(code(&profile), is(403, "consent_denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_admitted_is_told_one_thing_and_raises_no_question() {
    let world = World::new().await;
    let app = admit(&world).await;
    let key_id = app.info.keys[0].0.to_string();
    let wrong = [
        ("api_key", json!("wrong")),
        ("api_key", json!(key_id)),
        ("api_key", json!("")),
        ("app_type_identifier", json!("org.example.other")),
        ("org_id", json!("4b3403665-fea6")),
    ];
    for (member, value) in wrong {
        let mut body = app.login();
        body[member] = value;
        let answer = post(&world, "/services/auth/login", None, &body).await;
        assert_eq!(code(&answer), is(401, "invalid_token"), "{body}");
    }
    for member in ["auth_type", "app_type_identifier", "org_id", "api_key", "device"] {
        let mut body = app.login();
        body.as_object_mut().unwrap().remove(member);
        let answer = post(&world, "/services/auth/login", None, &body).await;
        assert_eq!(code(&answer), is(400, "malformed"), "{member}");
    }
    let mut email = app.login();
    email["auth_type"] = json!("email");
    let answer = post(&world, "/services/auth/login", None, &email).await;
    assert_eq!(code(&answer), is(400, "malformed"));
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    // The other build of the same application is as good, by its id too.
    let mut other = app.login();
    other["app_type_identifier"] = json!(app.info.types[1].id.to_string());
    assert_eq!(
        post(&world, "/services/auth/login", None, &other).await.status,
        200
    );
    app.space
        .set_core_installation(Installation {
            anonymous: false,
            ..app.info.installation.clone()
        })
        .await
        .unwrap();
    let answer = post(&world, "/services/auth/login", None, &app.login()).await;
    assert_eq!(code(&answer), is(403, "not_allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_application_s_own_host_may_ask_and_no_others() {
    let world = World::new().await;
    let app = admit(&world).await;
    admit_as(&world.space, "Other", "other", "org.example.other").await;
    let body = app.login().to_string();
    for (origin, status) in [
        ("https://steps.steps.example", 200),
        ("https://other.steps.example", 403),
        ("http://steps.steps.example", 403),
        ("https://steps.example", 403),
        ("null", 403),
    ] {
        let headers = [("Origin", origin)];
        let answer = world
            .ask("POST", "/core/services/auth/login", &headers, body.as_bytes())
            .await;
        assert_eq!(answer.status, status, "{origin}");
        let allowed = (status == 200).then_some(origin);
        assert_eq!(answer.header("access-control-allow-origin"), allowed, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_id_goes_on_with_its_refresh_token_and_nothing_else() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (_, first) = login(&world, &app).await;
    let (_, second) = login(&world, &app).await;
    assert_ne!(first["params"], second["params"]);
    for brought in [
        json!(first["params"]["anonymous_id"]),
        json!("made-up"),
        json!(""),
    ] {
        let mut body = app.login();
        body["creds"] = json!({ "anonymous_id": brought });
        let answer: Value = post(&world, "/services/auth/login", None, &body).await.json();
        assert_ne!(answer["params"]["anonymous_id"], brought);
    }
    let token = first["token"]["refresh_token"].as_str().unwrap();
    let next: Value = refresh(&world, &app, token).await.json();
    assert_eq!(next["params"], first["params"]);
    let other = admit_as(&world.space, "Other", "other", "org.example.other").await;
    let newest = next["token"]["refresh_token"].as_str().unwrap();
    // With the key of another application it is nobody's, and stays good.
    assert_eq!(
        code(&refresh(&world, &other, newest).await),
        is(401, "invalid_token")
    );
    assert_eq!(refresh(&world, &app, newest).await.status, 200);
    // A token that was replaced is in two hands: the session ends for both.
    assert_eq!(
        code(&refresh(&world, &app, token).await),
        is(401, "invalid_token")
    );
    let last = refresh(&world, &app, newest).await;
    assert_eq!(code(&last), is(401, "invalid_token"));
    let access = next["token"]["access_token"].as_str().unwrap();
    let kept = read(&world, "/services/account/preferences", access).await;
    assert_eq!(code(&kept), is(403, "consent_denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_last_as_their_policy_says_and_the_default_is_not_over() {
    let world = World::new().await;
    let app = admit(&world).await;
    let fresh = |body: &Value| body["token"]["refresh_token"].as_str().unwrap().to_owned();
    let (_, body) = login(&world, &app).await;
    world.clock.advance(Duration::days(365));
    let again = refresh(&world, &app, &fresh(&body)).await;
    assert_eq!(again.status, 200, "without a limit a session is not over");

    let limits = SessionPolicy {
        idle_minutes: Some(60),
        login_minutes: Some(150),
        ..SessionPolicy::default()
    };
    policy(&app, limits).await;
    let (_, body) = login(&world, &app).await;
    world.clock.advance(Duration::minutes(59));
    let body: Value = refresh(&world, &app, &fresh(&body)).await.json();
    world.clock.advance(Duration::minutes(59));
    let body: Value = refresh(&world, &app, &fresh(&body)).await.json();
    world.clock.advance(Duration::minutes(40));
    assert_eq!(
        code(&refresh(&world, &app, &fresh(&body)).await),
        is(401, "invalid_token")
    );
    let (_, body) = login(&world, &app).await;
    world.clock.advance(Duration::minutes(60));
    assert_eq!(
        code(&refresh(&world, &app, &fresh(&body)).await),
        is(401, "invalid_token")
    );

    let grace = SessionPolicy {
        grace_seconds: 30,
        most: 1,
        ..SessionPolicy::default()
    };
    policy(&app, grace).await;
    let (_, body) = login(&world, &app).await;
    assert_eq!(refresh(&world, &app, &fresh(&body)).await.status, 200);
    world.clock.advance(Duration::seconds(29));
    let body: Value = refresh(&world, &app, &fresh(&body)).await.json();
    // One more login than the policy allows ends the oldest.
    login(&world, &app).await;
    assert_eq!(
        code(&refresh(&world, &app, &fresh(&body)).await),
        is(401, "invalid_token")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_left_is_over_at_once() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, body) = login(&world, &app).await;
    let out = post(
        &world,
        "/services/auth/logout",
        Some(&token),
        &json!({ "all_sessions": false }),
    )
    .await;
    assert_eq!(out.status, 200);
    let kept = read(&world, "/services/account/preferences", &token).await;
    assert_eq!(code(&kept), is(403, "consent_denied"));
    let token = body["token"]["refresh_token"].as_str().unwrap();
    assert_eq!(
        code(&refresh(&world, &app, token).await),
        is(401, "invalid_token")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_json_is_kept_as_it_was_written_and_for_its_own_user_only() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, _) = login(&world, &app).await;
    let (other, _) = login(&world, &app).await;
    let path = "/services/account/preferences";
    assert_eq!(read(&world, path, &token).await.text(), "null");
    for value in [
        "{\"b\":1,\"a\":[2,{\"z\":null,\"y\":true}]}",
        "[1, 2.50, \"\u{1F9E1} \u{202E}\"]",
        "\"text\"",
        "9223372036854775808",
        "1e400",
        "-0.0",
        "true",
        "null",
        " {\"a\":1,\"a\":2} ",
    ] {
        let put = send(&world, "PUT", path, Some(&token), value.as_bytes()).await;
        assert_eq!((put.status, put.text().as_str()), (200, "Success"), "{value}");
        assert_eq!(read(&world, path, &token).await.text(), value);
    }
    assert_eq!(read(&world, path, &other).await.text(), "null");
    for bad in ["", "{", "{\"a\":}", "nul", "01", "\u{0}", "[1]x"] {
        let put = send(&world, "PUT", path, Some(&token), bad.as_bytes()).await;
        assert_eq!(code(&put), is(400, "malformed"), "{bad}");
    }
    let not_text = send(&world, "PUT", path, Some(&token), b"\"\xff\"").await;
    assert_eq!(code(&not_text), is(400, "malformed"));
    let most = format!("\"{}\"", "x".repeat(256 * 1024 - 2));
    assert_eq!(
        send(&world, "PUT", path, Some(&token), most.as_bytes())
            .await
            .status,
        200
    );
    let more = format!("\"{}\"", "x".repeat(256 * 1024 - 1));
    let put = send(&world, "PUT", path, Some(&token), more.as_bytes()).await;
    assert_eq!(code(&put), is(413, "too_large"));
    let deep = "[".repeat(100_000);
    let put = send(&world, "PUT", path, Some(&token), deep.as_bytes()).await;
    assert_eq!(code(&put), is(400, "malformed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_over_is_no_credential_and_a_clock_set_back_opens_nothing() {
    let mut world = World::new().await;
    let app = admit(&world).await;
    let (token, _) = login(&world, &app).await;
    let path = "/services/account/preferences";
    assert_eq!(read(&world, path, &token).await.status, 200);
    world.restart().await;
    assert_eq!(read(&world, path, &token).await.status, 200);
    world.clock.advance(Duration::days(-365));
    assert_eq!(code(&read(&world, path, &token).await), is(403, "consent_denied"));
    world.clock.advance(Duration::days(365));
    assert_eq!(read(&world, path, &token).await.status, 200);
    world.clock.advance(Duration::minutes(30));
    assert_eq!(code(&read(&world, path, &token).await), is(401, "invalid_token"));
    assert_eq!(
        code(&authorize(&world, &token, &["vault:reviews:get"]).await),
        is(401, "invalid_token")
    );
    assert_eq!(app.info.types[0].identifier, BUILD);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_new_key_what_was_signed_before_works_for_the_rest_of_its_time() {
    use super::kit::{FIRST_NAME, consent};
    use crate::kit::PASSPHRASE;
    use vault_core::{VaultError, disclosure::verify_receipt};
    use vault_crypto::{Passphrase, Signer};
    const NEXT: &str = include_str!("../../../../vault-crypto/tests/fixtures/rsa3072.pem");
    let mut world = World::new().await;
    let app = admit(&world).await;
    let (old, grant, _) = consent(&world, &app, &[FIRST_NAME]).await;
    let kids = |keys: Value| -> Vec<String> {
        let all = keys["keys"].as_array().unwrap().iter();
        all.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before = kids(world.get("/core/tps/auth-keys", &[]).await.json());
    let next = || Signer::from_pkcs8_pem(NEXT).unwrap();
    let wrong = world
        .vault
        .use_issuer_key(Passphrase::new("wrong".into()), next())
        .await;
    assert!(matches!(wrong, Err(VaultError::WrongKey)));
    assert_eq!(kids(world.get("/core/tps/auth-keys", &[]).await.json()), before);
    world
        .vault
        .use_issuer_key(Passphrase::new(PASSPHRASE.into()), next())
        .await
        .unwrap();
    let both = kids(world.get("/core/tps/auth-keys", &[]).await.json());
    assert_eq!(
        (both.len(), &both[1]),
        (2, &before[0]),
        "two keys while old tokens live"
    );
    world.restart().await;
    let path = "/services/account/profile";
    assert_eq!(read(&world, path, &old).await.status, 200);
    let (anonymous, _) = login(&world, &app).await;
    let again: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    let new = again["access_token"].as_str().unwrap();
    assert_eq!(
        (&part(&old, 0)["kid"], &part(new, 0)["kid"]),
        (&json!(both[1]), &json!(both[0]))
    );
    assert_eq!(
        part(&old, 1)["sub"],
        part(new, 1)["sub"],
        "stable over a change of the key"
    );
    let auth: Value = world.get("/core/tps/service-regs?ids=auth", &[]).await.json();
    assert_eq!(auth.as_array().unwrap().len(), 1);
    // What was signed for the person before is as good as it was.
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    assert!(verify_receipt(&receipt.jws, &receipt.key).is_ok());
    assert_eq!(world.space.verify_log().await.unwrap().broken, None);
    world.clock.advance(Duration::minutes(30));
    assert_eq!(
        kids(world.get("/core/tps/auth-keys", &[]).await.json()),
        [both[0].clone()]
    );
}

/// A build that is removed: its settings and sessions go, those of the others stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_is_removed_is_signed_out() {
    let world = World::new().await;
    let app = admit(&world).await;
    let [kept, gone] = [0, 1].map(|at| app.info.types[at].identifier.clone());
    let of = |identifier: &str| {
        let mut body = app.login();
        body["app_type_identifier"] = json!(identifier);
        body
    };
    let path = "/services/auth/login";
    let stays: Value = post(&world, path, None, &of(&kept)).await.json();
    let leaves: Value = post(&world, path, None, &of(&gone)).await.json();
    let token = |answer: &Value| answer["token"]["access_token"].as_str().unwrap().to_owned();
    world
        .space
        .remove_core_type(app.info.app.id, gone.clone())
        .await
        .unwrap();
    let preferences = "/services/account/preferences";
    assert_eq!(read(&world, preferences, &token(&stays)).await.status, 200);
    assert_eq!(
        code(&read(&world, preferences, &token(&leaves)).await),
        is(403, "consent_denied")
    );
    assert_eq!(post(&world, path, None, &of(&gone)).await.status, 401);
    assert_eq!(post(&world, path, None, &of(&kept)).await.status, 200);
    let last = world.space.remove_core_type(app.info.app.id, kept).await;
    assert!(matches!(last, Err(vault_core::VaultError::Invalid { .. })));
    let twice = world.space.remove_core_type(app.info.app.id, gone.clone()).await;
    assert!(matches!(twice, Err(vault_core::VaultError::NoSuch(_))));
    // Its identifier is free.
    let other = admit_as(&world.space, "Other", "other", &gone).await;
    assert!(other.info.types.iter().any(|build| build.identifier == gone));
}
