//! The numbered flow of 8.4, step by step.

use serde_json::{Value, json};
use time::Duration;
use vault_core::{VaultError, core_apps::Installation, services::ServiceScope};
use vault_store::{Face, grants::GrantState};

use super::kit::{
    CITY, FIRST_NAME, SERVICE, WORK, admit, agree, authorize, code, consent, is, login, part, post, read,
    service,
};
use crate::kit::{GIGS, World};

/// Steps 1, 2, 4 and 5.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_comes_of_the_person_s_yes_and_of_nothing_that_is_said() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    // What the application says of approval is a wish.
    let body =
        json!({ "service_id": SERVICE, "approved_scopes": [FIRST_NAME], "consent": true, "approved": true });
    let path = "/services/auth/authorize-service";
    let answer = post(&world, path, Some(&anonymous), &body).await;
    let pending: Value = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(pending["consent"]["status"], "pending");
    assert!(pending.get("access_token").is_none());
    let reg = &pending["service_reg"];
    assert_eq!(
        (&reg["service_id"], &reg["first_party"], &reg["name"]),
        (&json!(SERVICE), &json!(false), &json!("Insight steps-insight"))
    );
    let id = pending["consent"]["id"].as_str().unwrap();
    assert!(pending["consent"]["expires_at"].as_str().unwrap().ends_with('Z'));
    // The same again is the same question.
    let again: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    assert_eq!(again["consent"]["id"], id);
    let question = world.space.question(id.parse().unwrap()).await.unwrap();
    assert_eq!((question.face, question.scopes.len()), (Face::Core, 1));
    assert!(question.scopes[0].required);
    assert_eq!(question.origin, "https://steps.example");
    let grant = agree(&world, &world.space, id.parse().unwrap(), None, 7).await;
    let granted: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    assert_eq!(granted["token_type"], "Bearer");
    assert_eq!(granted["approved_scopes"], json!([FIRST_NAME]));
    // What its service needs to check the token where this computer is out of reach.
    let published: Value = world.get("/core/tps/auth-keys", &[]).await.json();
    assert_eq!(granted["issuer_keys"], published);
    let token = granted["access_token"].as_str().unwrap();
    assert_eq!(published["keys"][0]["kid"], part(token, 0)["kid"]);
    assert!(granted["expires_at"].as_str().unwrap().ends_with('Z'));
    let claims = part(granted["access_token"].as_str().unwrap(), 1);
    let account = world
        .space
        .core_app(app.info.app.id)
        .await
        .unwrap()
        .account
        .unwrap();
    assert_eq!(claims["sub"], account.to_string());
    assert_eq!(
        (&claims["aud"], &claims["scope"]),
        (&json!(SERVICE), &json!(FIRST_NAME))
    );
    assert_eq!(claims["session_id"], grant.to_string());
    assert_eq!(
        (&claims["auth_type"], &claims["anonymous"], &claims["service"]),
        (&json!("vault_unlock"), &json!(false), &json!(false))
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        10 * 60
    );
    assert_eq!(claims["permissions"], "");
    assert!(!claims.to_string().contains("Luc"), "no personal claim");
}

/// Step 2: refusing.
#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_an_answer_and_is_not_asked_again() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    let pending: Value = authorize(&world, &anonymous, &[FIRST_NAME, CITY]).await.json();
    let id = pending["consent"]["id"].as_str().unwrap().parse().unwrap();
    // What it says that it needs is all or nothing.
    let question = world.space.question(id).await.unwrap();
    let required: Vec<&str> = question
        .scopes
        .iter()
        .filter(|line| line.required)
        .map(|line| line.scope.as_str())
        .collect();
    assert_eq!(required, [FIRST_NAME]);
    world.space.refuse(id).await.unwrap();
    let denied = authorize(&world, &anonymous, &[FIRST_NAME, CITY]).await;
    assert_eq!(code(&denied), is(403, "consent_denied"));
    assert!(world.space.pending_requests().await.unwrap().is_empty());
}

/// Step 2: nobody answers, and the vault locks.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_ends_as_a_no() {
    let mut world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    authorize(&world, &anonymous, &[FIRST_NAME]).await;
    world.clock.advance(Duration::minutes(10));
    let late = authorize(&world, &anonymous, &[FIRST_NAME]).await;
    assert_eq!(code(&late), is(403, "consent_denied"));
    world.restart().await;
    let asked: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    assert_eq!(
        asked["consent"]["status"], "pending",
        "asked anew after an unlock"
    );
}

/// Step 3.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_service_registered_can_be_asked_for() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    for outside in [
        "vault:payments:get",
        "vault:profile.first_name:delete",
        "vault:profile.shoe_size:get",
        "vault:profiles:get",
        "vault:works:get",
        "core:account:get",
    ] {
        let answer = authorize(&world, &anonymous, &[FIRST_NAME, outside]).await;
        assert_eq!(code(&answer), is(400, "scope_not_registered"), "{outside}");
    }
    for no_scope in [
        "all:all:all",
        "vault:all:get",
        "vault:profile:all",
        "vault::get",
        "",
        "x",
    ] {
        let answer = authorize(&world, &anonymous, &[FIRST_NAME, no_scope]).await;
        assert_eq!(code(&answer), is(400, "malformed"), "{no_scope}");
    }
    let nothing = authorize(&world, &anonymous, &[]).await;
    assert_eq!(code(&nothing), is(400, "malformed"));
    for body in [
        json!({}),
        json!([]),
        json!({ "service_id": 5 }),
        json!({ "service_id": SERVICE, "requested_scopes": "x" }),
    ] {
        let path = "/services/auth/authorize-service";
        assert_eq!(
            code(&post(&world, path, Some(&anonymous), &body).await),
            is(400, "malformed")
        );
    }
    assert!(world.space.pending_requests().await.unwrap().is_empty());
}

/// Row "AppOrg": a service that is not listed, and one that is unknown.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_the_installation_does_not_list_is_like_one_that_nobody_knows() {
    let world = World::new().await;
    let app = admit(&world).await;
    world.space.add_service(service("other-one")).await.unwrap();
    let (anonymous, _) = login(&world, &app).await;
    let mut answers = Vec::new();
    for id in ["other-one", "nobody", "steps-insights"] {
        let body = json!({ "service_id": id, "requested_scopes": [FIRST_NAME] });
        let answer = post(
            &world,
            "/services/auth/authorize-service",
            Some(&anonymous),
            &body,
        )
        .await;
        assert_eq!(code(&answer), is(403, "not_allowed"), "{id}");
        answers.push(answer.but_date);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    // Taken off the list, a service sees nothing any more.
    let (token, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    let installation = Installation {
        services: Vec::new(),
        ..app.info.installation.clone()
    };
    world.space.set_core_installation(installation).await.unwrap();
    let profile = read(&world, "/services/account/profile", &token).await;
    assert_eq!(code(&profile), is(403, "consent_denied"));
}

/// Step 5: exactly what was ticked; wider asks anew, narrower does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_exactly_what_was_ticked() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    let wide = [FIRST_NAME, CITY, WORK];
    let pending: Value = authorize(&world, &anonymous, &wide).await.json();
    let id = pending["consent"]["id"].as_str().unwrap().parse().unwrap();
    agree(&world, &world.space, id, Some(&[FIRST_NAME, WORK]), 7).await;
    let granted: Value = authorize(&world, &anonymous, &wide).await.json();
    assert_eq!(granted["approved_scopes"], json!([FIRST_NAME, WORK]));
    let token = granted["access_token"].as_str().unwrap();
    assert_eq!(part(token, 1)["scope"], format!("{FIRST_NAME} {WORK}"));
    let narrow: Value = authorize(&world, &anonymous, &[WORK]).await.json();
    assert_eq!(narrow["approved_scopes"], json!([WORK]));
    let narrow = narrow["access_token"].as_str().unwrap();
    // The narrower token opens less than the grant.
    assert_eq!(
        code(&world.v1(narrow, "/v1/profile").await),
        is(403, "consent_denied")
    );
    assert_eq!(
        code(&read(&world, "/services/account/profile", narrow).await),
        is(403, "consent_denied")
    );
    let records: Value = world.v1(narrow, "/v1/records?limit=100").await.json();
    assert_eq!(records["records"].as_array().unwrap().len(), GIGS);
    // A wider wish is a question, and what stands goes on meanwhile.
    let wider: Value = authorize(&world, &anonymous, &["vault:work:get"]).await.json();
    assert_eq!(wider["consent"]["status"], "pending");
    assert_eq!(world.v1(token, "/v1/records").await.status, 200);
}

/// Step 6 and the tests of 8.4: revoking, expiry, restart.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_call_after_a_stop_is_refused() {
    let mut world = World::new().await;
    let app = admit(&world).await;
    let (token, grant, _) = consent(&world, &app, &[FIRST_NAME, WORK]).await;
    let path = "/services/account/profile";
    assert_eq!(read(&world, path, &token).await.status, 200);
    world.restart().await;
    assert_eq!(
        read(&world, path, &token).await.status,
        200,
        "consent outlasts a restart"
    );
    assert_eq!(world.v1(&token, "/v1/records").await.status, 200);
    world.space.revoke(grant).await.unwrap();
    for path in ["/v1/records", "/v1/profile", "/v1/grant", "/v1/changes"] {
        assert_eq!(
            code(&world.v1(&token, path).await),
            is(403, "consent_denied"),
            "{path}"
        );
    }
    for path in [path, "/services/account", "/services/account/preferences"] {
        assert_eq!(
            code(&read(&world, path, &token).await),
            is(403, "consent_denied"),
            "{path}"
        );
    }
    let kept = world.space.grant(grant).await.unwrap().grant;
    assert_eq!((kept.state, kept.face), (GrantState::Revoked, Face::Core));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_not_outlast_its_grant_or_its_ten_minutes() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    world.clock.advance(Duration::minutes(10));
    assert_eq!(
        code(&read(&world, "/services/account/profile", &token).await),
        is(401, "invalid_token")
    );
    assert_eq!(
        code(&world.v1(&token, "/v1/profile").await),
        is(403, "consent_denied")
    );
    world.clock.advance(Duration::days(8));
    let (anonymous, _) = login(&world, &app).await;
    let asked: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    assert_eq!(
        asked["consent"]["status"], "pending",
        "its time was over, so the person is asked"
    );
}

/// Two services, one person; and what was shown is what the grant says was shown.
#[tokio::test(flavor = "multi_thread")]
async fn the_text_that_was_shown_is_kept_with_the_grant() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, _) = login(&world, &app).await;
    let pending: Value = authorize(&world, &anonymous, &[FIRST_NAME]).await.json();
    let id = pending["consent"]["id"].as_str().unwrap().parse().unwrap();
    let scopes = vec![vault_store::Scope::new(FIRST_NAME).unwrap()];
    let preview = world.space.preview(id, scopes, Default::default()).await.unwrap();
    let grant = agree(&world, &world.space, id, None, 7).await;
    let kept = world.space.grant(grant).await.unwrap().grant;
    assert_eq!(kept.shown_sha256, preview.sha256);
    assert!(world.space.receipt(grant).await.unwrap().is_some());
}

/// Row "Service Registration": pinning.
#[tokio::test(flavor = "multi_thread")]
async fn another_key_or_host_waits_for_the_person() {
    use vault_core::services::{NewKey, ServiceAdded};
    const PEM: &str = include_str!("../../../../rokwire/tests/fixtures/rsa_spki.pem");
    const OTHER: &str = include_str!("../../../../rokwire/tests/fixtures/p256.pem");
    let world = World::new().await;
    let keyed = |pem: &str, alg: &str| {
        let mut one = service("keyed-one");
        one.pub_key = Some(NewKey {
            key_pem: pem.into(),
            alg: alg.into(),
        });
        one
    };
    let add = |one| world.space.add_service(one);
    assert_eq!(add(keyed(PEM, "RS256")).await.unwrap(), ServiceAdded::Added);
    assert_eq!(add(keyed(PEM, "RS256")).await.unwrap(), ServiceAdded::Same);
    let pinned = world.space.service("keyed-one".into()).await.unwrap();
    assert_eq!(add(keyed(OTHER, "ES256")).await.unwrap(), ServiceAdded::Waiting);
    let waiting = world.space.service("keyed-one".into()).await.unwrap();
    assert_eq!(
        waiting.fingerprint, pinned.fingerprint,
        "the pinned key stays in force"
    );
    let public: Value = world
        .get("/core/tps/service-regs?ids=keyed-one", &[])
        .await
        .json();
    assert_eq!(public[0]["pub_key"]["alg"], "RS256");
    let compared = waiting.waiting_fingerprint;
    let wrong = world
        .space
        .accept_service("keyed-one".into(), pinned.fingerprint)
        .await;
    assert!(matches!(wrong, Err(VaultError::ShownChanged)));
    world
        .space
        .accept_service("keyed-one".into(), compared)
        .await
        .unwrap();
    let public: Value = world
        .get("/core/tps/service-regs?ids=keyed-one", &[])
        .await
        .json();
    assert_eq!(public[0]["pub_key"]["alg"], "ES256");
    let mut moved = keyed(OTHER, "ES256");
    moved.host = "https://elsewhere.example".into();
    assert_eq!(add(moved).await.unwrap(), ServiceAdded::Waiting);
    world.space.keep_service("keyed-one".into()).await.unwrap();
    for (pem, alg) in [
        (PEM, "ES256"),
        (PEM, "none"),
        ("x", "RS256"),
        (OTHER, "RS256"),
        (PEM, "rs256"),
    ] {
        assert!(
            matches!(add(keyed(pem, alg)).await, Err(VaultError::Invalid { .. })),
            "{alg}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_imitates_another_or_us_is_refused() {
    let world = World::new().await;
    world.space.add_service(service("steps-insight")).await.unwrap();
    let named = |id: &str, name: &str| {
        let mut one = service(id);
        one.name = name.into();
        one
    };
    for one in [
        named("steps-ins1ght", "Something"),
        named("stepsinsight", "Something"),
        named("vau1t", "Something"),
        named("c0re", "Something"),
        named("rokwlre", "Something"),
        named("walks", "Satchel"),
        named("walks", "\u{417}atchel S\u{430}tchel".split(' ').nth(1).unwrap()),
        named("walks", "INSIGHT steps-insight"),
        named("walks", "Insight steps\u{200B}-insight"),
    ] {
        let refused = world.space.add_service(one.clone()).await;
        assert!(
            matches!(refused, Err(VaultError::Imitates(_) | VaultError::Invalid { .. })),
            "{one:?}"
        );
    }
    for id in [
        "auth",
        "core",
        "vault",
        "all",
        "rokwire",
        "A",
        "a",
        "1a",
        "a b",
        "a_b",
        &"a".repeat(64),
    ] {
        let refused = world.space.add_service(named(id, "Something")).await;
        assert!(
            matches!(
                refused,
                Err(VaultError::Invalid {
                    field: "service_id",
                    ..
                })
            ),
            "{id}"
        );
    }
    let mut wild = named("walks", "Walks");
    wild.scopes = vec![ServiceScope {
        scope: "all:all:all".into(),
        required: false,
        explanation: String::new(),
    }];
    assert!(matches!(
        world.space.add_service(wild).await,
        Err(VaultError::Invalid { field: "scope", .. })
    ));
    for host in [
        "http://steps.example",
        "https://10.0.0.1",
        "ftp://steps.example",
        "https://a:b@steps.example",
        "x",
    ] {
        let mut bad = named("walks", "Walks");
        bad.host = host.into();
        assert!(world.space.add_service(bad).await.is_err(), "{host}");
    }
}
