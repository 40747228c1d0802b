//! What upstream let happen (spec 12), tried on this vault.

use serde_json::{Value, json};
use vault_core::consumers::{Claim, NewConsumer};

use super::kit::{
    BACK, CALLBACK, agree, connect, connect_path, connected, exchange, get, meals, open, parameter, post,
    question, register,
};
use crate::kit::World;

/// S2: what the browser carries is a random name; nothing in it says for whom, and nobody can make one up.
#[tokio::test(flavor = "multi_thread")]
async fn s2_an_attempt_cannot_be_forged_and_ends_once() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    let wait = open(&world, &connect_path(&app, &meals(), "2")).await;
    assert!(!wait.contains(&app.id.to_string()) && !wait.contains(&app.account));
    for forged in [
        format!("/gigdata/connect/{}", "0".repeat(64)),
        "/gigdata/api/platform/freelancer/auth-complete?code=x&state=%7B%22UserId%22%3A%22x%22%7D".to_owned(),
    ] {
        assert_eq!(world.get(&forged, &[]).await.status, 404);
    }
    let (answer, _) = tokio::join!(world.get(&wait, &[]), async {
        agree(&world, question(&world).await).await
    });
    assert_eq!(answer.status, 302);
    assert_eq!(world.get(&wait, &[]).await.status, 404, "it is over");
}

/// S8: the secret leaves only in the body of a message; it opens nothing here by itself, and is not printed.
#[tokio::test(flavor = "multi_thread")]
async fn s8_the_secret_is_no_token_and_is_replaced() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "1").await;
    assert_eq!(get(&world, &app.secret, "User").await.status, 401);
    let info = world.space.consumer(app.id).await.unwrap();
    assert!(!format!("{info:?}").contains(&app.secret));
    let next = world.space.rotate_consumer_secret(app.id).await.unwrap();
    assert!(!format!("{next:?}").contains(next.expose_str().unwrap()));
    let path = |secret: &str| format!("/gigdata/api/Platform/{}/{secret}/connected", app.account);
    assert_eq!(world.get(&path(&app.secret), &[]).await.status, 404);
    assert_eq!(
        world.get(&path(next.expose_str().unwrap()), &[]).await.status,
        200
    );
    assert_eq!(get(&world, &token, "User").await.status, 500, "its tokens ended");
}

/// S1: no address tells the secret of an app, and the test addresses of the developer portal are not there.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_the_secret_of_an_app() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    for path in [
        "test/app/projects/1-A/dummy".to_owned(),
        "test/app/projects/1-A/data".to_owned(),
        "test/app/TestProjects/1-A/auth".to_owned(),
        format!("App/admin/{}", app.id),
        format!("Platform/admin/{}", app.id),
    ] {
        let answer = world.get(&format!("/gigdata/api/{path}"), &[]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    for path in ["App/available".to_owned(), format!("App/{}", app.id)] {
        let answer = world.get(&format!("/gigdata/api/{path}"), &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text().contains(&app.secret), "{path}");
    }
}

/// S10: an address inside a network, or of another scheme, is not registered at all.
#[tokio::test(flavor = "multi_thread")]
async fn s10_addresses_of_networks_and_of_this_computer_are_refused() {
    let world = World::new().await;
    let register = async |callback: &str, back: &str, loopback| {
        let new = NewConsumer {
            name: "Ledger".into(),
            callback: callback.into(),
            returns: vec![back.into()],
            claim: Claim::Aggregated,
            loopback,
        };
        world.space.add_consumer(new).await.is_ok()
    };
    for bad in [
        "http://ledger.example/data",
        "https://192.168.1.1/data",
        "https://169.254.169.254/latest",
        "http://127.0.0.1:9000/data",
        "https://localhost/data",
        "file:///etc/passwd",
    ] {
        assert!(!register(bad, BACK, false).await, "{bad}");
        assert!(!register(CALLBACK, bad, false).await, "{bad}");
    }
    assert!(register("http://127.0.0.1:9000/data", "http://127.0.0.1:9000/back", true).await);
}

/// S11: the browser goes back to an address that is registered, letter by letter, or nowhere; nobody is asked either.
#[tokio::test(flavor = "multi_thread")]
async fn s11_no_other_address_is_ever_returned_to() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    for evil in [
        "https://evil.example/back?keep=1",
        "https://ledger.example/back",
        "https://ledger.example/back?keep=1&more=2",
        "https://ledger.example/back?keep=1#x",
        "https://ledger.example.evil.example/back?keep=1",
        "https://ledger.example@evil.example/back?keep=1",
        "https://ledger.example/back/../evil?keep=1",
        "http://ledger.example/back?keep=1",
        "//ledger.example/back?keep=1",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://ledger.example:444/back?keep=1",
    ] {
        let back: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        for path in [
            format!("/gigdata/login?app={}&returnurl={back}", app.id),
            format!(
                "/gigdata/connect/initiate-connection?app={}&platform={}&permissions=1&returnurl={back}",
                app.id,
                meals()
            ),
        ] {
            let answer = world.get(&path, &[]).await;
            assert_eq!((answer.status, answer.header("location")), (400, None), "{evil}");
            assert!(!answer.text().contains("evil"), "{evil}");
        }
    }
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    let (second, token, _) = connected(&world, "Second", "1").await;
    let start =
        json!({"platformId": meals(), "applicationId": second.id, "callbackUri": "javascript:alert(1)"});
    let answer = post(
        &world,
        &token,
        "PlatformUser/start-connect-user-to-oauth-platform",
        &start,
    )
    .await;
    assert_eq!(answer.status, 500);
}

/// S12: a token is one app's own: it grants nothing, reads nothing of another app, and opens no other face.
#[tokio::test(flavor = "multi_thread")]
async fn s12_a_token_is_of_use_to_one_app_on_one_face() {
    let world = World::new().await;
    let (ledger, ledger_token, _) = connected(&world, "Ledger", "1").await;
    let other = register(&world, "Other").await;
    for (path, body) in [
        (
            "PlatformUser/start-connect-user-to-oauth-platform",
            json!({"platformId": meals(), "applicationId": other.id, "callbackUri": BACK, "platformDataClaim": "Full"}),
        ),
        (
            "PlatformUser/connect-user-to-email-platform",
            json!({"platformId": meals(), "applicationId": other.id, "platformUserEmailAddress": "a@b.example"}),
        ),
        (
            "PlatformUser/request-platform-data-update-notification",
            json!({"platformId": meals(), "applicationId": other.id}),
        ),
    ] {
        let answer = post(&world, &ledger_token, path, &body).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (404, r#"{"error":"App not found"}"#),
            "{path}"
        );
    }
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    assert!(world.space.consumer(other.id).await.unwrap().sees.is_empty());
    assert_eq!(world.v1(&ledger_token, "/v1/summary?by=month").await.status, 401);
    assert_eq!(
        world
            .get(&format!("/verify/?accesstoken={ledger_token}"), &[])
            .await
            .status,
        401
    );
    // More is never granted by asking: a question is raised for the person, and the answer says only that it waits.
    let more = json!({"platformId": meals(), "applicationId": ledger.id, "platformUserEmailAddress": "a@b.example", "platformDataClaim": "Full"});
    let answer = post(
        &world,
        &ledger_token,
        "PlatformUser/connect-user-to-email-platform",
        &more,
    )
    .await;
    assert_eq!(
        answer.json::<Value>(),
        json!({"state": "AwaitingEmailVerification"})
    );
    assert_eq!(world.space.pending_requests().await.unwrap().len(), 1);
    assert_eq!(world.space.consumer(ledger.id).await.unwrap().sees.len(), 1);
}

/// A code works once, for a minute, for its app, and with the secret behind its challenge only.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_of_use_once_and_to_its_app_alone() {
    let world = World::new().await;
    let (app, other) = (register(&world, "Ledger").await, register(&world, "Other").await);
    let fresh = async || {
        let (back, grant) = connect(&world, &app, "1").await;
        world.space.revoke(grant).await.unwrap();
        let (back_again, _) = connect(&world, &app, "1").await;
        assert_ne!(back, back_again);
        parameter(&back_again, "code").unwrap()
    };
    let code = fresh().await;
    for form in [
        String::new(),
        format!("code={code}&grant_type=password"),
        format!("code={code}&code=x"),
        format!("code={code}&client_id={}&client_secret=wrong", app.id),
        format!("code={code}&client_secret={}", app.secret),
    ] {
        assert_eq!(exchange(&world, &form).await.status, 400, "{form}");
    }
    let good = format!("code={code}&client_id={}", app.id);
    assert_eq!(exchange(&world, &good).await.status, 200);
    let again = exchange(&world, &good).await;
    assert_eq!(
        (again.status, again.text().as_str()),
        (400, r#"{"error":"invalid_grant"}"#)
    );
    let login = format!(
        "/gigdata/login?app={}&returnurl={}",
        app.id, "https%3A%2F%2Fledger.example%2Fback%3Fkeep%3D1"
    );
    let code_of = async |path: &str| {
        let wait = open(&world, path).await;
        let answer = world.get(&wait, &[]).await;
        parameter(&url::Url::parse(answer.one("location")).unwrap(), "code").unwrap()
    };
    let stolen = code_of(&login).await;
    assert_eq!(
        exchange(&world, &format!("code={stolen}&client_id={}", other.id))
            .await
            .status,
        400
    );
    let late = code_of(&login).await;
    world.clock.advance(time::Duration::seconds(61));
    assert_eq!(exchange(&world, &format!("code={late}")).await.status, 400);
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let guarded = code_of(&format!(
        "{login}&code_challenge={challenge}&code_challenge_method=S256"
    ))
    .await;
    assert_eq!(exchange(&world, &format!("code={guarded}")).await.status, 400);
    assert_eq!(
        exchange(
            &world,
            &format!("code={guarded}&code_verifier={}", "x".repeat(43))
        )
        .await
        .status,
        400
    );
    assert_eq!(
        exchange(&world, &format!("code={guarded}&code_verifier={verifier}"))
            .await
            .status,
        200
    );
}

/// P2: the account id is told after the person agreed, never before; and each app has one of its own.
#[tokio::test(flavor = "multi_thread")]
async fn p2_nobody_learns_the_account_before_the_person_agreed() {
    let world = World::new().await;
    let (app, other) = (register(&world, "Ledger").await, register(&world, "Other").await);
    assert_ne!(app.account, other.account);
    let html = [("Accept", "text/html")];
    let page = world.get(&connect_path(&app, &meals(), "1"), &html).await;
    let wait = page
        .text()
        .split("url=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let (answer, ()) = tokio::join!(world.get(&wait, &[]), async {
        let id = question(&world).await;
        assert_eq!(world.space.deliveries().await.unwrap(), []);
        world.space.refuse(id).await.unwrap();
    });
    for told in [&page, &answer] {
        assert!(!told.but_date.contains(&app.account));
    }
    assert_eq!(world.space.deliveries().await.unwrap(), []);
}

/// P4: naming no claim keeps what was agreed, whatever the app's default is.
#[tokio::test(flavor = "multi_thread")]
async fn p4_naming_nothing_never_widens() {
    let world = World::new().await;
    let new = NewConsumer {
        name: "Greedy".into(),
        callback: CALLBACK.into(),
        returns: vec![BACK.into()],
        claim: Claim::Full,
        loopback: false,
    };
    let (info, _) = world.space.add_consumer(new).await.unwrap();
    let app = super::kit::App {
        id: info.id,
        account: info.account.to_string(),
        secret: String::new(),
    };
    connect(&world, &app, "1").await;
    let wait = open(
        &world,
        &connect_path(&app, &meals(), "").replace("&permissions=", ""),
    )
    .await;
    let answer = world.get(&wait, &[]).await;
    assert!(
        answer.one("location").contains("result=completed"),
        "nobody is asked"
    );
    assert!(world.space.pending_requests().await.unwrap().is_empty());
    let seen = world.space.shared_platforms(app.id).await.unwrap();
    assert_eq!(seen[0].claim, Claim::Aggregated);
}

/// P5: a number that nobody knows asks for the least, and says so to the person.
#[tokio::test(flavor = "multi_thread")]
async fn p5_an_unknown_permission_shows_what_it_grants() {
    let world = World::new().await;
    let app = register(&world, "Ledger").await;
    let wait = open(&world, &connect_path(&app, &meals(), "7")).await;
    let (_, (_, scopes)) = tokio::join!(world.get(&wait, &[]), async {
        let id = question(&world).await;
        let asked = world.space.question(id).await.unwrap();
        assert_eq!(asked.scopes.len(), 1, "the person sees what is asked for");
        let words = format!("{} {}", asked.title, asked.scopes[0].words);
        assert!(
            words.contains("Number of gigs") && !words.contains("arnings"),
            "{words}"
        );
        agree(&world, id).await
    });
    assert_eq!(scopes[0].as_str(), "vault:work.summary:get");
}

/// A question for one platform is not settled by what was agreed for another, and covers that one alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_agreed_for_one_platform_says_nothing_of_another() {
    let world = World::new().await;
    let (app, token, _) = connected(&world, "Ledger", "2").await;
    let demo = vault_core::consumers::platform_guid("demo").to_string();
    let wait = open(&world, &connect_path(&app, &demo, "1")).await;
    let (answer, _) = tokio::join!(world.get(&wait, &[]), async {
        agree(&world, question(&world).await).await
    });
    assert!(answer.one("location").contains("result=completed"));
    let state: Value = get(&world, &token, "Platform/connection-state").await.json();
    assert_eq!(
        state["platforms"].as_array().unwrap().len(),
        1,
        "there is no account there"
    );
}
