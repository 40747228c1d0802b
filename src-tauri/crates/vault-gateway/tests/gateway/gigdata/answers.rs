//! Routes, shapes and codes of spec 2.1–2.3 and 2.5.

use serde_json::{Value, json};
use vault_core::disclosure::Outcome;
use vault_store::deliveries::DeliveryKind;

use super::kit::{
    App, BACK, CALLBACK, ORIGIN, agree, connect, connect_path, connected, exchange, get, meals, open,
    parameter, post, question, register, token,
};
use crate::kit::World;

const NOT_CONNECTED: &str = r#"{"error":"The user is not connected to the platform"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_connected_signs_in_and_asks_for_the_person() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    let wait = open(&world, &connect_path(&app, &meals(), "2")).await;
    let (answer, scopes) = tokio::join!(world.get(&wait, &[]), async {
        agree(&world, question(&world).await).await.1
    });
    let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(
        scopes,
        [
            "vault:work.summary:get",
            "vault:reviews:get",
            "vault:achievements:get"
        ]
    );
    let back = url::Url::parse(answer.one("location")).unwrap();
    assert!(back.as_str().starts_with(&format!("{BACK}&")));
    assert_eq!(parameter(&back, "result").as_deref(), Some("completed"));
    assert_eq!(parameter(&back, "requestid").as_deref(), Some("r/1"));
    assert_eq!(parameter(&back, "openplatformsuserid"), Some(app.account.clone()));
    assert_eq!(parameter(&back, "platform_id"), Some(meals()));
    let code = parameter(&back, "code").unwrap();
    let answer = exchange(
        &world,
        &format!("code={code}&client_id={}&client_secret={}", app.id, app.secret),
    )
    .await;
    assert_eq!(answer.status, 200);
    let signed_in: Value = answer.json();
    assert_eq!(signed_in["token_type"], "Bearer");
    assert_eq!(signed_in["expires_in"], 86_400);
    let token = signed_in["access_token"].as_str().unwrap();
    // Letters of addresses may have any case.
    for path in ["User", "user", "USER/"] {
        let user = get(&world, token, path).await;
        assert_eq!(
            (user.status, user.json::<Value>()),
            (200, json!({"id": app.account, "userEmails": []}))
        );
    }
    let status: Value = get(&world, token, &format!("platform/{}/connection-status", meals()))
        .await
        .json();
    assert_eq!(
        status,
        json!({"platformId": meals(), "name": "Rapid Meals", "authMechanism": "Oauth2", "description": null, "logoUrl": null,
            "websiteUrl": null, "isConnected": true, "disconnectedReason": null,
            "lastDataFetchTimeStamp": status["lastDataFetchTimeStamp"]})
    );
    assert!(status["lastDataFetchTimeStamp"].is_i64());
    let state: Value = get(&world, token, "Platform/connection-state").await.json();
    assert_eq!(state["platforms"], json!([status]));
    assert_eq!(
        state["apps"],
        json!([{"name": "Ledger", "applicationId": app.id, "connectedPlatforms": [meals()]}])
    );
    let statuses: Value = get(&world, token, "Platform/connection-status").await.json();
    assert_eq!(statuses[0], status);
    let apart = &statuses[1];
    assert_eq!(
        (&apart["isConnected"], &apart["lastDataFetchTimeStamp"]),
        (&json!(false), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_read_what_is_registered_and_which_platforms_there_are() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    let expected = json!({"applicationId": app.id, "name": "Ledger", "description": null, "logoUrl": null, "websiteUrl": null,
        "authorizationCallbackUrl": CALLBACK, "defaultPlatformDataClaim": "Aggregated"});
    let upper = app.id.to_string().to_uppercase();
    let one = world.get(&format!("/GIGDATA/api/app/{upper}"), &[]).await;
    assert_eq!((one.status, one.json::<Value>()), (200, expected.clone()));
    let all = world
        .get("/gigdata/api/App/available?PAGE=0&pagesize=20", &[])
        .await;
    assert_eq!(all.json::<Value>(), json!([expected]));
    let second = world.get("/gigdata/api/App/available?page=1", &[]).await;
    assert_eq!(second.json::<Value>(), json!([]));
    let platforms: Value = world
        .get(
            "/gigdata/api/Platform/available",
            &[("Origin", "https://any.example")],
        )
        .await
        .json();
    let demo = &platforms[0];
    assert_eq!(demo["name"], "Demo platform");
    let members: Vec<&String> = demo.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "platformId",
            "name",
            "authMechanism",
            "description",
            "logoUrl",
            "websiteUrl"
        ]
    );
    let id = demo["platformId"].as_str().unwrap();
    let one = world.get(&format!("/gigdata/api/platform/{id}"), &[]).await;
    assert_eq!((one.status, &one.json::<Value>()), (200, demo));
    // What the person has beside the catalogue is not told: it is nobody's business who has no token.
    let own = world
        .get(&format!("/gigdata/api/platform/{}", meals()), &[])
        .await;
    assert_eq!(
        (own.status, own.json::<Value>()),
        (404, json!({"error": "Platform not found"}))
    );
    for unknown in ["app/00000000-0000-0000-0000-000000000000", "app/opaque"] {
        assert_eq!(
            world.get(&format!("/gigdata/api/{unknown}"), &[]).await.status,
            404
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_server_may_show_its_secret() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    let path = |user: &str, secret: &str| format!("/gigdata/api/Platform/{user}/{secret}/connected");
    // Before the person agreed there is nobody whom the app could name.
    assert_eq!(world.get(&path(&app.account, &app.secret), &[]).await.status, 500);
    connect(&world, &app, "1").await;
    let known = world.get(&path(&app.account, &app.secret), &[]).await;
    assert_eq!(known.status, 200);
    assert_eq!(known.json::<Value>()[0]["platformId"], json!(meals()));
    assert_eq!(world.get(&path(&app.account, "wrong"), &[]).await.status, 404);
    let other = platform_of_nobody();
    assert_eq!(world.get(&path(&other, &app.secret), &[]).await.status, 500);
    assert_eq!(world.get(&path("no-guid", &app.secret), &[]).await.status, 400);
}

fn platform_of_nobody() -> String {
    "11111111-2222-4333-8444-555555555555".to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_valid_is_a_problem_and_what_is_unknown_is_not_found() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "1").await;
    let start = "PlatformUser/start-connect-user-to-oauth-platform";
    let bad = post(
        &world,
        &token,
        start,
        &json!({"platformId": meals(), "applicationId": app.id}),
    )
    .await;
    assert_eq!(
        (bad.status, bad.one("content-type")),
        (400, "application/problem+json")
    );
    let problem: Value = bad.json();
    assert_eq!(problem["title"], "One or more validation errors occurred.");
    assert_eq!(
        problem["errors"]["callbackUri"],
        json!(["The field is required."])
    );
    // A GUID that is missing is not caught: it names nothing.
    let unknown = post(&world, &token, start, &json!({"callbackUri": BACK})).await;
    assert_eq!(
        (unknown.status, unknown.json::<Value>()),
        (404, json!({"error": "App not found"}))
    );
    let unknown = post(
        &world,
        &token,
        start,
        &json!({"callbackUri": BACK, "applicationId": app.id, "platformId": platform_of_nobody()}),
    )
    .await;
    assert_eq!(
        (unknown.status, unknown.json::<Value>()),
        (404, json!({"error": "Platform not found"}))
    );
    assert_eq!(
        get(&world, &token, "Platform/no-guid/connection-status")
            .await
            .status,
        400
    );
    for (method, path, allowed) in [
        ("GET", "PlatformUser/connect-user-to-email-platform", "POST"),
        ("DELETE", "Platform/connection-state", "GET, POST"),
    ] {
        let answer = world.ask(method, &format!("/gigdata/api/{path}"), &[], b"").await;
        assert_eq!((answer.status, answer.one("allow")), (405, allowed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_app_has_is_connected_and_what_it_wants_beyond_is_asked_in_the_browser() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "1").await;
    let start = |claim: Value| json!({"platformId": meals(), "applicationId": app.id, "callbackUri": BACK, "platformDataClaim": claim});
    let path = "platformuser/start-connect-user-to-oauth-platform";
    for claim in [Value::Null, json!("Aggregated")] {
        let answer = post(&world, &token, path, &start(claim)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.json::<Value>(),
            json!({"state": "Connected", "authorizationUri": null})
        );
    }
    let more: Value = post(&world, &token, path, &start(json!("Full"))).await.json();
    assert_eq!(more["state"], "AwaitingOAuthAuthentication");
    let uri = more["authorizationUri"].as_str().unwrap();
    let wait = open(&world, uri.strip_prefix(&world.base()).unwrap()).await;
    let (answer, (_, scopes)) = tokio::join!(world.get(&wait, &[]), async {
        agree(&world, question(&world).await).await
    });
    assert_eq!(scopes.len(), 2, "only what it does not see yet is asked for");
    let back = url::Url::parse(answer.one("location")).unwrap();
    assert_eq!(parameter(&back, "platform_id"), Some(meals()));
    let email = json!({"platformId": meals(), "applicationId": app.id, "platformUserEmailAddress": "Lucia@Example.org", "platformDataClaim": "Full"});
    let answer = post(
        &world,
        &token,
        "PlatformUser/connect-user-to-email-platform",
        &email,
    )
    .await;
    assert_eq!(
        (answer.status, answer.json::<Value>()),
        (200, json!({"state": "Connected"}))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_data_is_sent_on_request_and_a_fetch_may_be_wanted() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "1").await;
    let mut events = world.vault.events();
    let path = "PlatformUser/request-platform-data-update-notification";
    let wanted = json!({"applicationId": app.id, "platformId": meals()});
    let answer = post(&world, &token, path, &wanted).await;
    assert_eq!((answer.status, answer.text().as_str()), (202, ""));
    let mut queued = false;
    while let Ok(event) = events.try_recv() {
        queued |= matches!(event, vault_core::VaultEvent::DeliveriesQueued { .. });
    }
    assert!(queued);
    let waiting = world.space.deliveries().await.unwrap();
    assert!(
        waiting
            .iter()
            .any(|one| one.kind == DeliveryKind::Update && one.subject == "meals" && one.consumer == app.id)
    );
    let nowhere = json!({"applicationId": app.id, "platformId": platform_of_nobody()});
    let answer = post(&world, &token, path, &nowhere).await;
    assert_eq!((answer.status, answer.text().as_str()), (500, NOT_CONNECTED));
    world.clock.advance(time::Duration::minutes(11));
    let fetch = format!("Platform/{}/initiate-data-fetch", meals());
    let answer = post(&world, &token, &fetch, &json!({})).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "Data fetch initiated")
    );
    let mut wanted = false;
    while let Ok(event) = events.try_recv() {
        wanted |= matches!(event, vault_core::VaultEvent::FetchWanted { .. });
    }
    assert!(wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_gives_up_what_it_sees_and_nothing_else() {
    let world = World::new().await;
    let (app, token, grant) = connected(&world, "Ledger", "1").await;
    let path = "Platform/connection-state";
    let update = |update: Value| json!({"platformConnectionStateUpdates": [update]});
    for refused in [
        json!({"platformId": meals(), "removeConnection": true}),
        json!({"platformId": meals()}),
        json!({"platformId": meals(), "connectedApps": [platform_of_nobody()]}),
        json!({"platformId": platform_of_nobody(), "connectedApps": []}),
    ] {
        assert_eq!(post(&world, &token, path, &update(refused)).await.status, 500);
    }
    let kept = post(
        &world,
        &token,
        path,
        &update(json!({"platformId": meals(), "connectedApps": [app.id]})),
    )
    .await;
    assert_eq!(kept.json::<Value>()["apps"].as_array().unwrap().len(), 1);
    let gone = post(
        &world,
        &token,
        path,
        &update(json!({"platformId": meals(), "connectedApps": []})),
    )
    .await;
    assert_eq!(
        (gone.status, gone.json::<Value>()),
        (200, json!({"platforms": [], "apps": []}))
    );
    assert!(
        world.space.connections().await.unwrap().len() == 1,
        "the person's connection stays"
    );
    let ended = world.space.grant(grant).await.unwrap().grant;
    assert_eq!(ended.state, vault_store::grants::GrantState::Revoked);
}

/// Expired, stopped, never granted, and another platform: as not connected, the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_reason_it_is_not_connected() {
    let mut answers = Vec::new();
    for reason in ["revoked", "expired grant", "expired token"] {
        let world = World::new().await;
        let (app, token, grant) = connected(&world, "Ledger", "2").await;
        match reason {
            "revoked" => world.space.revoke(grant).await.unwrap(),
            "expired grant" => world.clock.advance(time::Duration::days(9)),
            _ => world.clock.advance(time::Duration::hours(25)),
        }
        let wanted = json!({"applicationId": app.id, "platformId": meals()});
        let request = post(
            &world,
            &token,
            "PlatformUser/request-platform-data-update-notification",
            &wanted,
        )
        .await;
        assert_eq!(
            (request.status, request.text().as_str()),
            (500, NOT_CONNECTED),
            "{reason}"
        );
        let state = get(&world, &token, "Platform/connection-state").await;
        assert_eq!(state.text(), r#"{"platforms":[],"apps":[]}"#, "{reason}");
        answers.push((request.but_date, get(&world, &token, "User").await.but_date));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    let world = World::new().await;
    for authorization in ["", "Bearer nobody", "Basic x"] {
        let answer = world
            .get("/gigdata/api/User", &[("Authorization", authorization)])
            .await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (401, ""),
            "{authorization}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_and_no_answer_go_back_alike_and_the_app_may_ask_again() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    let mut seen = Vec::new();
    for end in ["refused", "timeout"] {
        let wait = open(&world, &connect_path(&app, &meals(), "1")).await;
        let (answer, outcome) = tokio::join!(world.get(&wait, &[]), async {
            let id = question(&world).await;
            if end == "refused" {
                world.space.refuse(id).await.unwrap();
            } else {
                world.clock.advance(time::Duration::minutes(10));
                world.space.sweep().await.unwrap();
            }
            world.space.wait(id).await.unwrap()
        });
        assert!(matches!(outcome, Outcome::Refused | Outcome::NotAnswered));
        seen.push(answer.one("location").to_owned());
    }
    assert_eq!(seen[0], format!("{BACK}&result=cancelled&requestid=r%2F1"));
    assert_eq!(seen[0], seen[1]);
    assert_eq!(
        world.space.deliveries().await.unwrap(),
        [],
        "no callback before consent"
    );
    let (back, _) = connect(&world, &app, "1").await;
    assert_eq!(parameter(&back, "result").as_deref(), Some("completed"));
    let agreed = world.space.deliveries().await.unwrap();
    assert!(
        agreed
            .iter()
            .any(|one| one.kind == DeliveryKind::Agreed && one.subject == "r/1")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_connected_signs_in_again_without_a_question() {
    let world = World::new().await;
    let (app, first, _) = connected(&world, "Ledger", "1").await;
    let login = login_path(&app, BACK);
    let wait = open(&world, &login).await;
    let answer = world.get(&wait, &[]).await;
    let back = url::Url::parse(answer.one("location")).unwrap();
    let second = token(&world, &parameter(&back, "code").unwrap()).await;
    assert_ne!(first, second);
    assert_eq!(get(&world, &second, "User").await.status, 200);
    assert!(world.space.pending_requests().await.unwrap().is_empty());
}

fn login_path(app: &App, back: &str) -> String {
    let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("/gigdata/login?app={}&returnurl={back}", app.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_sees_where_to_answer_and_goes_on_by_itself() {
    let world = World::new().await;
    let app = register(&world, "Led<ger> & Co").await;
    let html = [("Accept", "text/html,application/xhtml+xml")];
    let page = world.get(&connect_path(&app, &meals(), "1"), &html).await;
    assert_eq!(
        (page.status, page.one("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let text = page.text();
    assert!(text.contains("Led&lt;ger&gt; &amp; Co asks"), "{text}");
    assert!(text.contains("<meta http-equiv=\"refresh\" content=\"0;url=/gigdata/connect/"));
    assert!(page.one("content-security-policy").contains("default-src 'none'"));
}

/// A page of the app may ask, one of another may not.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_app_read_the_answers() {
    let world = World::new().await;
    world.other_app().await;
    let (_, token, _) = connected(&world, "Ledger", "1").await;
    let bearer = format!("Bearer {token}");
    let ask = async |origin: &str| {
        world
            .get(
                "/gigdata/api/User",
                &[("Authorization", &bearer), ("Origin", origin)],
            )
            .await
    };
    let own = ask(ORIGIN).await;
    assert_eq!(
        (own.status, own.one("access-control-allow-origin")),
        (200, ORIGIN)
    );
    for foreign in [crate::kit::OTHER_ORIGIN, "https://evil.example", "null"] {
        let answer = ask(foreign).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (403, None),
            "{foreign}"
        );
    }
    let preflight = world
        .ask(
            "OPTIONS",
            "/gigdata/api/PlatformUser/start-connect-user-to-oauth-platform",
            &[("Origin", ORIGIN), ("Access-Control-Request-Method", "POST")],
            b"",
        )
        .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.one("access-control-allow-methods"), "POST");
    assert!(
        preflight
            .one("access-control-allow-headers")
            .contains("content-type")
    );
}
