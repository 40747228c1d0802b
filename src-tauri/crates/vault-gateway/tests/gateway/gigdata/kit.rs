//! A registered app, and the person who agrees to it.

use std::time::Duration;

use serde_json::Value;
use url::Url;
use vault_core::{
    consumers::{Claim, NewConsumer, platform_guid},
    disclosure::{Decision, Duration as For, Narrowing},
};
use vault_crypto::Passphrase;
use vault_store::{ConsumerId, GrantId, RequestId, Scope};

use crate::kit::{Answer, PASSPHRASE, World};

pub(super) const CALLBACK: &str = "https://ledger.example/data";
pub(super) const BACK: &str = "https://ledger.example/back?keep=1";
pub(super) const ORIGIN: &str = "https://ledger.example";

/// An app that is registered.
pub(super) struct App {
    pub(super) id: ConsumerId,
    pub(super) account: String,
    pub(super) secret: String,
}

/// The GUID of the platform that the world has data of.
pub(super) fn meals() -> String {
    platform_guid("meals").to_string()
}

pub(super) async fn register(world: &World, name: &str) -> App {
    let new = NewConsumer {
        name: name.into(),
        callback: CALLBACK.into(),
        returns: vec![BACK.into()],
        claim: Claim::Aggregated,
        loopback: false,
    };
    let (info, secret) = world.space.add_consumer(new).await.unwrap();
    App {
        id: info.id,
        account: info.account.to_string(),
        secret: secret.expose_str().unwrap().to_owned(),
    }
}

/// The address that an app opens in the person's browser.
pub(super) fn connect_path(app: &App, platform: &str, permissions: &str) -> String {
    let back: String = url::form_urlencoded::byte_serialize(BACK.as_bytes()).collect();
    format!(
        "/gigdata/connect/initiate-connection?requestid=r%2F1&app={}&platform={platform}&permissions={permissions}&returnurl={back}",
        app.id
    )
}

/// Opens an address as a program does, and follows it to the page that waits; nobody has answered yet.
pub(super) async fn open(world: &World, path: &str) -> String {
    let answer = world.get(path, &[]).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.one("location").to_owned()
}

pub(super) async fn question(world: &World) -> RequestId {
    for _ in 0..400 {
        if let Some(request) = world.space.pending_requests().await.unwrap().first() {
            return request.id;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nobody is asked")
}

/// Says yes to all of a question, for a week.
pub(super) async fn agree(world: &World, id: RequestId) -> (GrantId, Vec<Scope>) {
    use vault_core::Clock as _;
    let asked = world.space.question(id).await.unwrap();
    let scopes: Vec<Scope> = asked.scopes.into_iter().map(|line| line.scope).collect();
    let decision = Decision {
        scopes: scopes.clone(),
        narrowing: Narrowing::default(),
        duration: For::Until((world.clock.now() + time::Duration::days(7)).date()),
        preview_sha256: None,
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        policy: None,
    };
    (world.space.allow(id, decision).await.unwrap(), scopes)
}

/// Connects an app to a platform: what the browser brings back, and the grant.
pub(super) async fn connect(world: &World, app: &App, permissions: &str) -> (Url, GrantId) {
    let wait = open(world, &connect_path(app, &meals(), permissions)).await;
    let (answer, grant) = tokio::join!(world.get(&wait, &[]), async {
        agree(world, question(world).await).await.0
    });
    assert_eq!(answer.status, 302);
    (Url::parse(answer.one("location")).unwrap(), grant)
}

pub(super) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// The token for a code.
pub(super) async fn token(world: &World, code: &str) -> String {
    let answer = exchange(world, &format!("grant_type=authorization_code&code={code}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json::<Value>()["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(super) async fn exchange(world: &World, form: &str) -> Answer {
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    world
        .ask("POST", "/gigdata/token", &headers, form.as_bytes())
        .await
}

/// An app that is connected, with its token.
pub(super) async fn connected(world: &World, name: &str, permissions: &str) -> (App, String, GrantId) {
    let app = register(world, name).await;
    let (back, grant) = connect(world, &app, permissions).await;
    let token = token(world, &parameter(&back, "code").unwrap()).await;
    (app, token, grant)
}

pub(super) async fn get(world: &World, token: &str, path: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    world
        .get(&format!("/gigdata/api/{path}"), &[("Authorization", &bearer)])
        .await
}

pub(super) async fn post(world: &World, token: &str, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    world
        .ask(
            "POST",
            &format!("/gigdata/api/{path}"),
            &headers,
            body.to_string().as_bytes(),
        )
        .await
}
