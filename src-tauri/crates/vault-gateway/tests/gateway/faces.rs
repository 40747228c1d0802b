//! The gateway as an app's server and an app's page meet it: with the token of an opened app, over HTTP.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{sync::Notify, time::timeout};
use vault_core::persona::PersonaField;

use crate::kit::{self, APP_ORIGIN, Answer, OTHER_ORIGIN, World};

/// Who has no answer after so long never gets one.
const HANGS: Duration = Duration::from_secs(20);

const INVALID: &str = r#"{"code":"invalid_token","message":"Sign in again."}"#;
const DENIED: &str = r#"{"code":"consent_denied","message":"Nothing is shared."}"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_server_gets_the_metadata_with_the_token_of_the_frame() {
    let world = World::new().await;
    let app = world
        .app("Hourly", &["profile.first_name:get", "work.records:get"])
        .await;
    let token = world.open(app).await;
    let url = format!("/verify/?accesstoken={token}");

    let level_0: Value = world.get(&url, &[]).await.json();
    assert_eq!(level_0["profile"]["name"], "");
    assert!(level_0["profile"].get("firstname").is_none());
    assert_eq!(level_0["url"], "https://app.example/");
    assert_eq!(level_0["openplatform"], world.base());
    assert_eq!(level_0["openplatformurl"], world.base());
    assert_eq!(
        level_0["openplatformid"],
        openplatform::ids::openplatform_id(&world.base())
    );
    assert_eq!(level_0["ip"], "127.0.0.1");
    assert!(level_0.get("accesstoken").is_none());

    world.share(app).await;
    let answer = world.get(&url, &[]).await;
    assert_eq!(answer.status, 200);
    let shared: Value = answer.json();
    assert_eq!(shared["profile"]["firstname"], "Lucía");
    for same in ["id", "verifytoken", "servicetoken", "openplatformid", "url"] {
        assert_eq!(shared[same], level_0[same], "{same}");
    }
    assert_eq!(
        world
            .get(&url.replace("/verify/", "/api/verify/"), &[])
            .await
            .json::<Value>()["id"],
        shared["id"]
    );

    // The next opening has a token of its own, and the earlier one is refused in the protocol's own form.
    let next = world.open(app).await;
    assert_ne!(next, token);
    let refused = world.get(&url, &[]).await;
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .json::<Value>()
            .as_array()
            .is_some_and(|all| all[0]["error"].is_string())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn data_is_answered_under_the_grant_and_refused_without_in_the_same_bytes() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    for authorization in ["Bearer nobody", "Basic abc", "Bearer", ""] {
        let answer = world
            .get("/v1/records?kind=work", &[("Authorization", authorization)])
            .await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (401, INVALID),
            "{authorization}"
        );
    }
    let token = world.open(app).await;
    world.refuse(app).await;
    let refused = world.v1(&token, "/v1/records?kind=work").await;
    assert_eq!((refused.status, refused.text().as_str()), (403, DENIED));
    // Opened again, the person is asked again.
    world.space.app_closed(app).await.unwrap();
    let grant = world.share(app).await;
    let token = world.open(app).await;
    let shared = world.v1(&token, "/v1/records?kind=work&limit=2").await;
    assert_eq!(shared.status, 200);
    assert_eq!(shared.json::<Value>()["records"].as_array().unwrap().len(), 2);
    world.space.revoke(grant).await.unwrap();
    let revoked = world.v1(&token, "/v1/records?kind=work").await;
    assert_eq!((revoked.status, revoked.text().as_str()), (403, DENIED));
    world.space.app_closed(app).await.unwrap();
    let closed = world.v1(&token, "/v1/records?kind=work").await;
    assert_eq!(
        (closed.status, closed.text().as_str()),
        (403, DENIED),
        "a token of ours stays one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_record_a_line_says_in_a_header_where_to_go_on() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let token = world.open(app).await;
    world.share(app).await;
    let (mut path, mut seen, mut pages) = (Some("/v1/records?kind=work&limit=3".to_owned()), Vec::new(), 0);
    while let Some(at) = path {
        let bearer = format!("Bearer {token}");
        let answer = world
            .get(
                &at,
                &[("Authorization", &bearer), ("Accept", "application/x-ndjson")],
            )
            .await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.one("content-type"), "application/x-ndjson");
        for line in answer.text().lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            seen.push(record["id"].as_str().unwrap().to_owned());
        }
        path = answer.header("link").map(|link| {
            let (to, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
            assert_eq!(rest, "; rel=\"next\"");
            to.to_owned()
        });
        pages += 1;
        assert!(pages < 10);
    }
    assert_eq!((seen.len(), pages), (kit::GIGS, kit::GIGS.div_ceil(3)));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), kit::GIGS, "no record twice, none left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_use_the_token_of_its_own_app_only() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    world.other_app().await;
    let token = world.open(app).await;
    world.share(app).await;
    let bearer = format!("Bearer {token}");
    let verify = format!("/verify/?accesstoken={token}");
    for (path, authorization) in [("/v1/grant", bearer.as_str()), (verify.as_str(), "")] {
        let ask = async |origin: &str| {
            world
                .get(path, &[("Authorization", authorization), ("Origin", origin)])
                .await
        };
        let own = ask(APP_ORIGIN).await;
        assert_eq!(
            (own.status, own.one("access-control-allow-origin")),
            (200, APP_ORIGIN),
            "{path}"
        );
        assert!(own.one("vary").contains("Origin"));
        for foreign in [
            OTHER_ORIGIN,
            "https://evil.example",
            "null",
            "https://app.example:444",
            "http://app.example",
        ] {
            let answer = ask(foreign).await;
            assert_eq!(answer.status, 403, "{path} {foreign}");
            assert_eq!(answer.json::<Value>()["code"], "forbidden_origin");
            assert_eq!(
                answer.header("access-control-allow-origin"),
                None,
                "{path} {foreign}"
            );
        }
    }
    let refused = world
        .get(
            "/v1/grant",
            &[("Authorization", "Bearer nobody"), ("Origin", APP_ORIGIN)],
        )
        .await;
    assert_eq!(
        (refused.status, refused.one("access-control-allow-origin")),
        (401, APP_ORIGIN)
    );
    let preflight = async |origin: &str| {
        world
            .ask(
                "OPTIONS",
                "/v1/records",
                &[
                    ("Origin", origin),
                    ("Access-Control-Request-Method", "GET"),
                    ("Access-Control-Request-Headers", "authorization"),
                ],
                b"",
            )
            .await
    };
    let allowed = preflight(APP_ORIGIN).await;
    assert_eq!(
        (allowed.status, allowed.one("access-control-allow-origin")),
        (204, APP_ORIGIN)
    );
    assert!(
        allowed
            .one("access-control-allow-headers")
            .contains("authorization")
    );
    assert_eq!(preflight("https://evil.example").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn guards_answer_in_their_order() {
    let world = World::new().await;
    let port = world.port();
    let big = vec![b'x'; 64 * 1024 + 1];
    let evil_host = format!("evil.example:{port}");
    // Each request breaks every rule from its own on: the first broken one answers.
    let cases: [(&str, &str, &str, &[u8], u16); 5] = [
        ("PATCH", "/nothing", &evil_host, &big, 421),
        ("PATCH", "/nothing", "", &big, 404),
        ("PATCH", "/v1/records", "", &big, 405),
        ("GET", "/v1/records", "", &big, 413),
        ("GET", "/v1/records", "", b"", 403),
    ];
    for (method, path, host, body, status) in cases {
        let mut headers = vec![
            ("Origin", "https://evil.example"),
            ("Authorization", "Bearer nobody"),
        ];
        if !host.is_empty() {
            headers.push(("Host", host));
        }
        let answer = world.ask(method, path, &headers, body).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
    let none = world
        .ask("GET", "/v1/records", &[("Authorization", "Bearer nobody")], b"")
        .await;
    assert_eq!(none.status, 401);
    for (method, path, takes) in [
        ("HEAD", "/v1/records", "GET"),
        ("HEAD", "/verify/?accesstoken=x", "GET"),
        ("POST", "/openplatform.min.js", "GET, HEAD"),
    ] {
        let answer = world.ask(method, path, &[], b"").await;
        assert_eq!(
            (answer.status, answer.one("allow")),
            (405, takes),
            "{method} {path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_does_not_read_the_body() {
    let world = World::new().await;
    world.gateway.serve(None);
    // A body is announced and never sent.
    let headers = [("Content-Length", "1000000")];
    let answer = timeout(HANGS, world.ask("POST", "/v1/records", &headers, b""))
        .await
        .unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.one("retry-after").parse::<u32>().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_for_everybody() {
    let world = World::new().await;
    let answer = world
        .get("/v1/openapi.json", &[("Origin", "https://any.example")])
        .await;
    assert_eq!(
        (answer.status, answer.one("access-control-allow-origin")),
        (200, "*")
    );
    let document: Value = answer.json();
    for path in document["paths"].as_object().unwrap().keys() {
        let status = world.get(path, &[]).await.status;
        let expected = if path == "/v1/openapi.json" { 200 } else { 401 };
        assert_eq!(status, expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_grant_ends_a_long_poll() {
    let world = World::new().await;
    let app = world.app("Hourly", &["work.records:get"]).await;
    let token = world.open(app).await;
    let grant = world.share(app).await;
    let first: Value = world.v1(&token, "/v1/changes?kind=work").await.json();
    let path = format!("/v1/changes?kind=work&after={}", first["next"].as_str().unwrap());
    let poll = world.v1(&token, &path);
    tokio::pin!(poll);
    let early = timeout(Duration::from_millis(300), &mut poll).await;
    assert!(early.is_err(), "nothing has changed");
    world.space.revoke(grant).await.unwrap();
    let answer = timeout(HANGS, poll).await.expect("a revoke ends the waiting");
    assert_eq!((answer.status, answer.text().as_str()), (403, DENIED));
}

/// So many requests at once are a flood.
const FLOOD: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_slows_its_sender_and_nobody_else() {
    let world = World::new().await;
    let (noisy, calm) = (
        world.app("Noisy", &["work.records:get"]).await,
        world.app("Calm", &["work.records:get"]).await,
    );
    let (noisy_token, calm_token) = (world.open(noisy).await, world.open(calm).await);
    world.share(noisy).await;
    world.share(calm).await;
    let get = async |token: &str, path: &str| {
        let bearer = format!("Bearer {token}");
        world
            .exchange("GET", path, &[("Authorization", &bearer)], b"")
            .await
    };
    let (answered, first) = (AtomicUsize::new(0), Notify::new());
    let flood = kit::all((0..FLOOD).map(async |_| {
        let answer = get(&noisy_token, "/v1/records?kind=work").await;
        answered.fetch_add(1, Ordering::SeqCst);
        first.notify_one();
        answer
    }));
    let single = async {
        first.notified().await;
        let answer = get(&calm_token, "/v1/grant").await;
        (answer, answered.load(Ordering::SeqCst))
    };
    let (mut answers, (single, before)) = tokio::join!(flood, single);
    assert!(before < FLOOD / 2, "{before} of the flood went before it");
    answers.push(single);
    for answer in answers {
        assert_eq!(
            Answer::read(&answer).status,
            200,
            "good requests are never refused"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_in_the_next_answer() {
    let world = World::new().await;
    let app = world.app("Hourly", &["profile.first_name:get"]).await;
    let token = world.open(app).await;
    world.share(app).await;
    let name = async |token: &str| -> Value { world.v1(token, "/v1/profile?fields=first_name").await.json() };
    assert_eq!(name(&token).await, json!({"profile": {"first_name": "Lucía"}}));
    world
        .space
        .set_persona(PersonaField::FirstName, "Ana")
        .await
        .unwrap();
    let edited = world.v1(&token, "/v1/profile?fields=first_name").await;
    assert_eq!(
        (edited.status, edited.text().as_str()),
        (403, DENIED),
        "the app asks anew"
    );
    let next = world.space.reopen_app(app).await.unwrap();
    assert_eq!(
        name(next.token.expose()).await,
        json!({"profile": {"first_name": "Ana"}})
    );
}
