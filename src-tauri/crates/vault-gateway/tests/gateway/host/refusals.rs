//! Who is let through: tokens, `X-Origin`, and what every answer to an app's server carries.

use serde_json::json;
use vault_store::SecretValue;

use super::kit::{error, manifest};
use crate::kit::{APP_ORIGIN, World};

const ADDRESSES: [(&str, &str); 7] = [
    ("GET", "/verify/"),
    ("GET", "/api/users/"),
    ("GET", "/api/apps/"),
    ("GET", "/api/meta/"),
    ("GET", "/api/badge/"),
    ("POST", "/api/notify/"),
    ("POST", "/api/services/"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_address_refuses_every_token_that_does_not_work_in_the_same_bytes() {
    let world = World::new().await;
    let (app, over) = world.shared(&manifest("Desk")).await;
    world.open(app).await;
    let (closed, gone) = world.shared(&manifest("Gone")).await;
    world.space.app_closed(closed).await.unwrap();
    for (method, path) in ADDRESSES {
        let mut refusals = Vec::new();
        for token in ["", "nobody", &"0".repeat(64), &over, &gone] {
            let answer = world
                .ask(method, &format!("{path}?accesstoken={token}"), &[], b"{}")
                .await;
            assert_eq!(
                (answer.status, error(&answer).as_str()),
                (401, "error-invalid-accesstoken"),
                "{path}"
            );
            refusals.push(answer.but_date);
        }
        assert!(refusals.windows(2).all(|pair| pair[0] == pair[1]), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_token_is_demanded_and_given_back() {
    let world = World::new().await;
    let (app, token) = world.shared(&manifest("Desk")).await;
    world
        .choose(app, |choices| {
            choices.origin_token = Some(SecretValue::from("origin-secret"))
        })
        .await;
    for (method, path) in ADDRESSES {
        let path = format!("{path}?accesstoken={token}");
        for wrong in [None, Some("origin-secre"), Some("other")] {
            let headers: Vec<(&str, &str)> = wrong.map(|said| ("X-Origin", said)).into_iter().collect();
            let answer = world.ask(method, &path, &headers, b"{}").await;
            assert_eq!(
                (answer.status, error(&answer).as_str()),
                (401, "error-invalid-origin"),
                "{path}"
            );
            assert_eq!(answer.header("x-origin"), None, "{path}");
        }
        let answer = world
            .ask(method, &path, &[("X-Origin", "origin-secret")], b"{}")
            .await;
        assert_ne!(answer.status, 401, "{path}");
        assert_eq!(answer.one("x-origin"), "origin-secret", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_app_may_read_answers_and_preflights_are_answered() {
    let world = World::new().await;
    let (_, token) = world.shared(&manifest("Desk")).await;
    let path = format!("/api/users/?accesstoken={token}");
    let own = world.get(&path, &[("Origin", APP_ORIGIN)]).await;
    assert_eq!(
        (own.status, own.one("access-control-allow-origin")),
        (200, APP_ORIGIN)
    );
    assert_eq!(
        own.header("access-control-allow-credentials"),
        None,
        "no cookies are meant"
    );
    assert_eq!(
        world
            .get(&path, &[("Origin", "https://evil.example")])
            .await
            .status,
        403
    );
    let preflight = world
        .ask(
            "OPTIONS",
            "/api/notify/",
            &[("Origin", APP_ORIGIN), ("Access-Control-Request-Method", "POST")],
            b"",
        )
        .await;
    assert_eq!(
        (preflight.status, preflight.one("access-control-allow-methods")),
        (204, "POST")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_a_mebibyte_is_refused() {
    let world = World::new().await;
    let (_, token) = world.shared(&manifest("Desk")).await;
    let big = json!({"body": "a".repeat(1024 * 1024)}).to_string();
    let path = format!("/api/notify/?accesstoken={token}");
    assert_eq!(world.ask("POST", &path, &[], big.as_bytes()).await.status, 413);
}
