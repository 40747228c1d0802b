//! An application that is admitted, a service that is known, and the person who agrees.

use serde_json::{Value, json};
use time::Duration;
use vault_core::{
    Clock as _, SpaceHandle,
    core_apps::{CoreAppInfo, NewAppType, NewCoreApp},
    disclosure::{Decision, Duration as For, Narrowing},
    services::{NewService, ServiceScope},
};
use vault_crypto::Passphrase;
use vault_store::{GrantId, RequestId, Scope};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::kit::{Answer, PASSPHRASE, World};

pub(super) const BUILD: &str = "org.example.steps";
pub(super) const WEB: &str = "steps.example";
pub(super) const SERVICE: &str = "steps-insight";
pub(super) const FIRST_NAME: &str = "vault:profile.first_name:get";
pub(super) const CITY: &str = "vault:profile.city:get";
pub(super) const WORK: &str = "vault:work.records:get";

/// An admitted application.
pub(super) struct App {
    pub(super) info: CoreAppInfo,
    pub(super) key: String,
    pub(super) space: SpaceHandle,
}

impl App {
    pub(super) fn id(&self) -> String {
        self.info.app.id.to_string()
    }

    pub(super) fn org(&self) -> String {
        self.space.id().to_string()
    }

    pub(super) fn login(&self) -> Value {
        json!({
            "auth_type": "anonymous", "app_type_identifier": self.info.types[0].identifier, "org_id": self.org(),
            "api_key": self.key, "device": { "type": "desktop" }, "creds": {}, "unknown": [1],
        })
    }
}

/// Admits an application that may be used without a profile, and its service.
pub(super) async fn admit(world: &World) -> App {
    let app = admit_as(&world.space, "Steps", "steps", BUILD).await;
    world.space.add_service(service(SERVICE)).await.unwrap();
    app
}

pub(super) async fn admit_as(space: &SpaceHandle, name: &str, code: &str, identifier: &str) -> App {
    let build = |identifier: &str| NewAppType {
        identifier: identifier.into(),
        name: String::new(),
        versions: vec!["1.0.0".into()],
    };
    let new = NewCoreApp {
        name: name.into(),
        code: code.into(),
        multi_tenant: true,
        types: vec![build(identifier), build(&format!("{code}.{WEB}"))],
        services: vec![SERVICE.into()],
        anonymous: true,
        ..NewCoreApp::default()
    };
    let (info, key) = space.add_core_app(new).await.unwrap();
    App {
        info,
        key: key.expose_str().unwrap().to_owned(),
        space: space.clone(),
    }
}

pub(super) fn service(id: &str) -> NewService {
    let scope = |scope: &str, required| ServiceScope {
        scope: scope.into(),
        required,
        explanation: "to draw your week".into(),
    };
    NewService {
        service_id: id.into(),
        name: format!("Insight {id}"),
        description: "Draws your week".into(),
        host: "https://steps.example".into(),
        info_url: "https://steps.example/about".into(),
        logo_url: String::new(),
        service_account_id: String::new(),
        pub_key: None,
        scopes: vec![
            scope("vault:profile.first_name:get", true),
            scope("vault:profile:get", false),
            scope("vault:profile:update", false),
            scope("vault:work:get", false),
            scope("vault:external_ids:get", false),
        ],
        legacy: false,
    }
}

pub(super) async fn post(world: &World, path: &str, token: Option<&str>, body: &Value) -> Answer {
    send(world, "POST", path, token, body.to_string().as_bytes()).await
}

pub(super) async fn send(
    world: &World,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &[u8],
) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<(&str, &str)> = bearer
        .iter()
        .map(|value| ("Authorization", value.as_str()))
        .collect();
    world.ask(method, &format!("/core{path}"), &headers, body).await
}

pub(super) async fn read(world: &World, path: &str, token: &str) -> Answer {
    send(world, "GET", path, Some(token), b"").await
}

/// Logs in without a profile: the access token and the whole answer.
pub(super) async fn login(world: &World, app: &App) -> (String, Value) {
    let answer = post(world, "/services/auth/login", None, &app.login()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body: Value = answer.json();
    (body["token"]["access_token"].as_str().unwrap().to_owned(), body)
}

pub(super) async fn authorize(world: &World, token: &str, scopes: &[&str]) -> Answer {
    let body = json!({ "service_id": SERVICE, "requested_scopes": scopes });
    post(world, "/services/auth/authorize-service", Some(token), &body).await
}

/// Says yes to some of a question, until a day that many days from today.
pub(super) async fn agree(
    world: &World,
    space: &SpaceHandle,
    id: RequestId,
    only: Option<&[&str]>,
    days: i64,
) -> GrantId {
    let asked = space.question(id).await.unwrap();
    let ticked = |scope: &Scope| only.is_none_or(|only| only.contains(&scope.as_str()));
    let decision = Decision {
        scopes: asked
            .scopes
            .into_iter()
            .map(|line| line.scope)
            .filter(ticked)
            .collect(),
        narrowing: Narrowing::default(),
        duration: For::Until((world.clock.now() + Duration::days(days)).date()),
        preview_sha256: None,
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        policy: None,
    };
    space.allow(id, decision).await.unwrap()
}

/// Asks for scopes, agrees to all, and asks again: the token, the grant and the answer.
pub(super) async fn consent(world: &World, app: &App, scopes: &[&str]) -> (String, GrantId, Value) {
    let (anonymous, _) = login(world, app).await;
    let asked: Value = authorize(world, &anonymous, scopes).await.json();
    let id = asked["consent"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{asked}"));
    let grant = agree(world, &app.space, id.parse().unwrap(), None, 7).await;
    let answer = authorize(world, &anonymous, scopes).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body: Value = answer.json();
    let token = body["access_token"].as_str().unwrap().to_owned();
    (token, grant, body)
}

/// What a part of a JWT says: 0 the header, 1 the claims.
pub(super) fn part(token: &str, part: usize) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(token.split('.').nth(part).unwrap())
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[track_caller]
pub(super) fn code(answer: &Answer) -> (u16, String) {
    let body: Value = answer.json();
    (
        answer.status,
        body["code"].as_str().unwrap_or_default().to_owned(),
    )
}

/// A status with its code.
pub(super) fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
