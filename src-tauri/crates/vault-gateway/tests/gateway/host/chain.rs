//! P5: signed addresses and what the app's server proves itself by.

use openplatform::{
    chain::Chain,
    frame::{BaseUrl, ChainedEndpoint},
    token::PresentedToken,
};
use serde_json::{Value, json};
use vault_store::SecretValue;

use super::kit::{chained_manifest, error, manifest};
use crate::kit::{Answer, World};

/// An address of P5 as the app's server makes it, and what it proves itself by.
struct Signed {
    path: String,
    proof: String,
}

fn signed(world: &World, token: &str, endpoint: ChainedEndpoint) -> Signed {
    let chain = Chain::new(Some("request-secret"), Some("response-secret"));
    let token = PresentedToken::new(token).unwrap().as_app_token().unwrap();
    let base = BaseUrl::new(&world.base()).unwrap();
    let address = match endpoint {
        ChainedEndpoint::Verify => base.signed_verify_url(&token, &chain),
        ChainedEndpoint::Notify | ChainedEndpoint::Users | ChainedEndpoint::Session => {
            base.chained_url(endpoint, &token)
        }
    };
    Signed {
        path: address.replace(&world.base(), ""),
        proof: chain.proof(&base.chained_url(endpoint, &token)).unwrap(),
    }
}

async fn ask(world: &World, path: &str, proof: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = proof.map(|proof| ("x-token", proof)).into_iter().collect();
    world.get(path, &headers).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_and_the_server_agree_on_a_signed_address() {
    let world = World::new().await;
    let app = world.install(&chained_manifest("Desk")).await;
    world
        .choose(app, |choices| choices.roles = json!(["editor"]).to_string())
        .await;
    world.share(app).await;
    let opened = world.space.open_app(app).await.unwrap();
    let base = BaseUrl::new(&world.base()).unwrap();
    let frame = base.frame_url(
        "https://app.example/",
        &opened.wire,
        &opened.token,
        "en",
        &opened.revision,
    );
    let (_, argument) = frame.split_once("?openplatform=").unwrap();
    let signed = signed(&world, opened.token.expose(), ChainedEndpoint::Verify);
    let decoded = url::form_urlencoded::parse(format!("a={argument}").as_bytes())
        .next()
        .unwrap()
        .1
        .into_owned();
    assert_eq!(decoded, format!("{}{}", world.base(), signed.path));

    let answer = ask(&world, &signed.path, Some(&signed.proof)).await;
    assert_eq!(answer.status, 200);
    let body: Value = answer.json();
    assert_eq!(body["name"], "Lucía");
    assert_eq!(body["permissions"], json!(["editor"]));
    assert_eq!(body["openplatform"], world.base());
    assert_eq!(body["platform"]["name"], "Satchel");
    assert_eq!(
        body["notify"],
        format!("{}/notify/?token={}", world.base(), opened.token.expose())
    );
}

/// Whatever is wrong, the answer is the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn anything_wrong_is_one_refusal() {
    let world = World::new().await;
    let (_, token) = world.shared(&chained_manifest("Desk")).await;
    let Signed { path, proof } = signed(&world, &token, ChainedEndpoint::Verify);
    let (address, sign) = path.split_once('~').unwrap();
    let upper = format!("{address}~{}", sign.to_uppercase());
    let other = format!("{address}~{}", "0".repeat(32));
    let tampered = path.replacen(&token, &"0".repeat(64), 1);
    let plain = format!("/verify/?accesstoken={token}");
    let wrong = "0".repeat(32);
    let mut refusals = Vec::new();
    for (what, path, proof) in [
        ("no proof", path.as_str(), None),
        ("a wrong proof", &path, Some(wrong.as_str())),
        ("the sign as proof", &path, Some(sign)),
        ("no sign", address, Some(proof.as_str())),
        ("another sign", &other, Some(&proof)),
        ("a sign in capitals", &upper, Some(&proof)),
        ("another token", &tampered, Some(&proof)),
        ("no token", "/verify/?token=", Some(&proof)),
    ] {
        let answer = ask(&world, path, proof).await;
        assert_eq!(answer.status, 401, "{what}");
        assert_eq!(answer.text(), r#"[{"error":"Invalid token"}]"#, "{what}");
        refusals.push(answer.but_date);
    }
    assert!(refusals.windows(2).all(|pair| pair[0] == pair[1]));
    // The other forms are no way round the chain.
    for path in [
        plain,
        format!("/api/users/?accesstoken={token}"),
        format!("/api/badge/?accesstoken={token}"),
    ] {
        assert_eq!(
            error(&ask(&world, &path, Some(&proof)).await),
            "error-invalid-accesstoken",
            "{path}"
        );
    }
    // And the chain is none to an app of P4.
    let (_, of_p4) = world.shared(&manifest("Other")).await;
    let unsigned = signed(&world, &of_p4, ChainedEndpoint::Verify);
    assert_eq!(
        ask(&world, &unsigned.path, Some(&unsigned.proof)).await.status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_has_its_id_and_its_own_proof() {
    let world = World::new().await;
    let (app, token) = world.shared(&chained_manifest("Desk")).await;
    let Signed { path, proof } = signed(&world, &token, ChainedEndpoint::Notify);
    let body =
        json!({"body": "hello", "path": "/inbox", "icon": "ti ti-star", "color": "#123456"}).to_string();
    let verify = signed(&world, &token, ChainedEndpoint::Verify);
    for wrong in [None, Some(verify.proof.as_str())] {
        let headers: Vec<(&str, &str)> = wrong.map(|proof| ("x-token", proof)).into_iter().collect();
        assert_eq!(
            world.ask("POST", &path, &headers, body.as_bytes()).await.status,
            401
        );
    }
    let answer = world
        .ask("POST", &path, &[("x-token", &proof)], body.as_bytes())
        .await;
    let kept = world.space.app_messages(app).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(
        answer.json::<Value>(),
        json!({"success": true, "value": kept[0].id.to_string()})
    );
    assert_eq!(
        (kept[0].body.as_str(), kept[0].data.as_str()),
        ("hello", "/inbox")
    );
    world.choose(app, |choices| choices.notifications = false).await;
    let muted = world
        .ask("POST", &path, &[("x-token", &proof)], body.as_bytes())
        .await;
    assert_eq!(muted.text(), r#"[{"error":"Not allowed notifications"}]"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_sessions_have_the_form_of_p5() {
    let world = World::new().await;
    let (_, token) = world.shared(&chained_manifest("Desk")).await;
    let Signed { path, proof } = signed(&world, &token, ChainedEndpoint::Users);
    let users: Value = ask(&world, &path, Some(&proof)).await.json();
    assert_eq!(users["users"][0]["name"], "Lucía");
    assert_eq!(users["groups"], json!([]));
    assert_eq!(ask(&world, &path, None).await.status, 401);
    assert_eq!(
        ask(&world, "/users/", Some(&token)).await.status,
        401,
        "it has a secret to prove"
    );

    let Signed { path, proof } = signed(&world, &token, ChainedEndpoint::Session);
    let known: Value = ask(&world, &path, Some(&proof)).await.json();
    assert_eq!(
        (&known["name"], &known["isonline"]),
        (&json!("Lucía"), &json!(true))
    );
    // A bookmark proves nothing, and learns nothing of the person.
    for name in ["ssid", "openplatformid", "token", "session"] {
        let path = format!("/session/?{name}={token}");
        let session: Value = ask(&world, &path, None).await.json();
        assert_eq!(
            (&session["name"], &session["id"]),
            (&json!(""), &known["id"]),
            "{name}"
        );
    }
    assert_eq!(ask(&world, "/session/?ssid=nobody", None).await.status, 401);
}

/// The secrets may stand in the manifest, in the query of its address, or be typed by the person.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_the_person_typed_make_a_chain_too() {
    let world = World::new().await;
    let app = world.install(&manifest("Desk")).await;
    world
        .choose(app, |choices| {
            choices.profile = "p5".into();
            choices.request_secret = Some(SecretValue::from("request-secret"));
            choices.response_secret = Some(SecretValue::from("response-secret"));
        })
        .await;
    let token = world.open(app).await;
    let Signed { path, proof } = signed(&world, &token, ChainedEndpoint::Verify);
    assert_eq!(ask(&world, &path, Some(&proof)).await.status, 200);
    assert_eq!(ask(&world, &path, None).await.status, 401);
}
