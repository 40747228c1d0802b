//! The weaknesses of specification 9, each as an attack that fails, and the guards of the gateway.

use serde_json::{Value, json};

use super::kit::{
    CITY, FIRST_NAME, SERVICE, WORK, admit, authorize, code, consent, is, login, part, post, read, send,
};
use crate::kit::World;

const PROFILE: &str = "/services/account/profile";

fn url64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bytes
        .chunks(3)
        .map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            (0..=chunk.len())
                .map(|digit| char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]))
                .collect::<String>()
        })
        .collect()
}

/// 9.15: names in other case, twice, `crit`, other algorithms, bytes at the end, a lifetime of years.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_the_very_text_that_was_given_is_nobody_s() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    let parts: Vec<&str> = token.split('.').collect();
    let claims = part(&token, 1);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = claims.clone();
        change(&mut changed);
        url64(changed.to_string().as_bytes())
    };
    let text = claims.to_string();
    let payloads = [
        with(&|claims| claims["scope"] = json!("vault:profile:get")),
        with(&|claims| claims["exp"] = json!(4_000_000_000_i64)),
        with(&|claims| claims["sub"] = json!("018f0000-0000-4000-8000-000000000001")),
        with(&|claims| claims["aud"] = json!([SERVICE, "vault"])),
        with(&|claims| claims["first_party"] = json!(true)),
        with(&|claims| claims["ISS"] = json!("https://evil.example")),
        url64(format!("{text} ").as_bytes()),
        url64(text.replacen('{', "{\"scope\":\"all:all:all\",", 1).as_bytes()),
    ];
    let mut forged: Vec<String> = payloads
        .iter()
        .map(|payload| format!("{}.{payload}.{}", parts[0], parts[2]))
        .collect();
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256", "typ": "JWT" }),
        json!({ "alg": "PS256", "typ": "JWT" }),
        json!({ "alg": "RS256", "crit": ["exp"], "typ": "JWT" }),
        json!({ "alg": "RS256", "typ": "jwt" }),
        json!({ "alg": "RS256", "typ": "JWT", "jwk": {} }),
    ] {
        let header = url64(header.to_string().as_bytes());
        forged.push(format!("{header}.{}.{}", parts[1], parts[2]));
        forged.push(format!("{header}.{}.", parts[1]));
    }
    forged.extend([
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}A"),
        format!("{token}."),
        token.to_uppercase(),
        "a.b.c".into(),
        "..".into(),
    ]);
    for forged in &forged {
        for answer in [
            read(&world, PROFILE, forged).await,
            world.v1(forged, "/v1/profile").await,
        ] {
            let (status, said) = code(&answer);
            assert!(matches!(status, 401 | 429), "{status} {said} for {forged}");
        }
        // One call a second: what is limited is failures.
        if forged.len() % 7 == 0 {
            assert_eq!(read(&world, PROFILE, &token).await.status, 200);
        }
    }
    // 9.6: bad ones again and again, and then a good one.
    for _ in 0..70 {
        let answer = read(&world, PROFILE, &forged[0]).await;
        assert!(matches!(answer.status, 401 | 429));
    }
    assert_eq!(read(&world, PROFILE, &token).await.status, 200);
}

/// 9.9: headers that made upstream fall over.
#[tokio::test(flavor = "multi_thread")]
async fn odd_headers_are_a_refusal_and_nothing_else() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, _) = login(&world, &app).await;
    for value in [
        "Signature foo",
        "Signature",
        "Signature keyId",
        "Signature keyId=\"\",algorithm=\"\",headers=\"\",signature=\"\"",
        "Bearer",
        "Bearer ",
        &format!("Bearer {token} {token}"),
        &format!("Bearer  {token}"),
        &format!("Basic {token}"),
        "Bearer \u{e9}",
        &format!("Bearer {}", "a.".repeat(5000)),
    ] {
        let headers = [("Authorization", value)];
        let answer = world.get("/core/services/account/preferences", &headers).await;
        assert_eq!(code(&answer), is(401, "invalid_token"), "{value}");
    }
    let twice = [
        ("Authorization", format!("Bearer {token}")),
        ("Authorization", format!("Bearer {token}")),
    ];
    let twice: Vec<(&str, &str)> = twice
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = world.get("/core/services/account/preferences", &twice).await;
    assert_eq!(code(&answer), is(401, "invalid_token"));
    for value in ["bearer", "BEARER"] {
        let value = format!("{value} {token}");
        let headers = [("Authorization", value.as_str())];
        assert_eq!(
            world
                .get("/core/services/account/preferences", &headers)
                .await
                .status,
            200
        );
    }
}

/// 9.14: scopes by whole segments, in the token, the grant and the call.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_segment_opens_nothing() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, ..) = consent(&world, &app, &["vault:profile.address:get"]).await;
    world
        .space
        .set_persona(vault_core::persona::PersonaField::Address2, "second floor")
        .await
        .unwrap();
    let shown: Value = read(&world, PROFILE, &token).await.json();
    assert!(shown.get("address2").is_none(), "{shown}");
    assert_eq!(
        code(&world.v1(&token, "/v1/profile?fields=address2").await),
        is(403, "consent_denied")
    );
}

/// 9.5: a token of one kind on the calls of another, and of one audience at another.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_of_use_only_where_it_was_meant_for() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (anonymous, body) = login(&world, &app).await;
    let (scoped, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    assert_eq!(
        code(&read(&world, PROFILE, &anonymous).await),
        is(403, "consent_denied")
    );
    let out = post(&world, "/services/auth/logout", Some(&scoped), &json!({})).await;
    assert_eq!(code(&out), is(403, "not_allowed"));
    for path in ["/tps/deleted-memberships?start_time=2020-01-01T00:00:00Z"] {
        for token in [&anonymous, &scoped] {
            assert_eq!(code(&read(&world, path, token).await), is(403, "not_allowed"));
        }
    }
    // Neither an API key nor a refresh token is a token.
    let refresh = body["token"]["refresh_token"].as_str().unwrap();
    for other in [app.key.as_str(), refresh] {
        assert_eq!(
            code(&read(&world, PROFILE, other).await),
            is(401, "invalid_token")
        );
        assert_eq!(
            code(&world.v1(other, "/v1/profile").await),
            is(401, "invalid_token")
        );
    }
    // Nor is a token of this face one of another.
    let verify = world.get(&format!("/verify/?accesstoken={scoped}"), &[]).await;
    assert_eq!(verify.status, 401);
    let gigdata = [("Authorization", format!("Bearer {scoped}"))];
    let gigdata: Vec<(&str, &str)> = gigdata
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        world
            .get("/gigdata/api/Platform/connection-state", &gigdata)
            .await
            .status
            / 100,
        4
    );
}

/// 9.20 and 8.1: bad input is never a 500.
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_a_4xx_with_a_code() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, _) = login(&world, &app).await;
    let bodies = [
        "",
        "x",
        "null",
        "[]",
        "{}",
        "{\"a\":",
        "5",
        "\"\"",
        "{\"api_key\":{}}",
        "\u{0}",
    ];
    let posts = [
        "/services/app-configs",
        "/services/app-configs/organization",
        "/services/auth/login",
        "/services/auth/refresh",
        "/services/auth/authorize-service",
        "/tps/access-token",
        "/tps/access-tokens",
        "/tps/service-account/x",
    ];
    for path in posts {
        for body in bodies {
            let answer = send(&world, "POST", path, Some(&token), body.as_bytes()).await;
            assert_eq!(code(&answer), is(400, "malformed"), "{path} {body:?}");
        }
        let deep = "[".repeat(200_000);
        let answer = send(&world, "POST", path, Some(&token), deep.as_bytes()).await;
        assert_eq!(code(&answer), is(400, "malformed"), "{path}");
        let long = vec![b' '; 1024 * 1024 + 1];
        let answer = send(&world, "POST", path, Some(&token), &long).await;
        assert_eq!(code(&answer), is(413, "too_large"), "{path}");
    }
    let answer = read(&world, "/services/account/preferences", &token).await;
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(answer.one(name), value);
    }
}

/// Bodies that tell nothing: an unknown account, an ended one and a stranger's.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_the_same_whatever_the_vault_holds() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (full, ..) = consent(&world, &app, &[FIRST_NAME]).await;
    let (anonymous, _) = login(&world, &app).await;
    let refused = [
        world.v1(&full, "/v1/records").await,
        world.v1(&full, "/v1/summary?by=week").await,
        world.v1(&anonymous, "/v1/records").await,
    ];
    let mut texts: Vec<String> = refused.iter().map(|answer| answer.but_date.clone()).collect();
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert_eq!(code(&refused[0]), is(403, "consent_denied"));
}

/// A locked vault answers every call alike, whatever it carries.
#[tokio::test(flavor = "multi_thread")]
async fn while_the_vault_is_locked_there_is_nobody() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, _) = login(&world, &app).await;
    world.gateway.serve(None);
    let mut texts = Vec::new();
    for path in ["/version", "/tps/auth-keys", "/services/account", "/nothing"] {
        let answer = read(&world, path, &token).await;
        assert_eq!(answer.status, 503, "{path}");
        texts.push(answer.but_date);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1);
    world.gateway.serve(Some(world.vault.clone()));
    assert_eq!(read(&world, "/services/account", &token).await.status, 200);
}

/// Nothing of the person is in what is not opened, and no grant is used by a refusal.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_released_without_a_line_in_the_log() {
    let world = World::new().await;
    let app = admit(&world).await;
    let (token, grant, _) = consent(&world, &app, &[FIRST_NAME, WORK]).await;
    read(&world, PROFILE, &token).await;
    read(&world, "/services/account", &token).await;
    world.v1(&token, "/v1/records").await;
    let used = world.space.grant(grant).await.unwrap().grant.use_count;
    assert_eq!(used, 3);
    assert_eq!(world.space.verify_log().await.unwrap().broken, None);
    let (anonymous, _) = login(&world, &app).await;
    let asked = authorize(&world, &anonymous, &[CITY]).await;
    assert_eq!(asked.status, 200);
    assert_eq!(world.space.grant(grant).await.unwrap().grant.use_count, used);
}
