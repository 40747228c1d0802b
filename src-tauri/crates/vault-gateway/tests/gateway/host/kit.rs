//! Apps with what their manifests may say, and what the person set for them.

use serde_json::{Value, json};
use url::Url;
use vault_core::apps::{AppChoices, NewApp};
use vault_store::{AppId, apps::AppKind};

use crate::kit::{APP_ORIGIN, Answer, World};

/// A manifest of an app that asks for everything that its flags can ask for.
pub(super) fn manifest(name: &str) -> Value {
    json!({
        "name": name, "url": format!("{APP_ORIGIN}/"), "version": "1",
        "allowreadprofile": 2, "allowreadusers": 1, "allowreadapps": 1, "allowreadmeta": true,
        "allownotifications": true, "roles": ["editor", "reader"],
        "settings": {"room": "string", "seats": "number", "open": "boolean", "since": "date"},
    })
}

/// A manifest of P5 with both secrets.
pub(super) fn chained_manifest(name: &str) -> Value {
    let mut manifest = manifest(name);
    manifest["permissions"] = json!([{"id": "editor", "name": "Editor"}]);
    manifest["reqtoken"] = json!("request-secret");
    manifest["restoken"] = json!("response-secret");
    manifest
}

impl World {
    pub(super) async fn install(&self, manifest: &Value) -> AppId {
        let name = manifest["name"].as_str().unwrap();
        let origin = Url::parse(manifest["url"].as_str().unwrap()).unwrap();
        let new = NewApp {
            manifest: manifest.to_string(),
            url: Some(origin.join(&format!("/{name}.json")).unwrap()),
            kind: AppKind::Hosted,
            key_pin: String::new(),
        };
        self.space.admit_app(new).await.unwrap()
    }

    /// Installs an app, shares all that it asks for, opens it. Returns the token of this opening.
    pub(super) async fn shared(&self, manifest: &Value) -> (AppId, String) {
        let app = self.install(manifest).await;
        self.share(app).await;
        let token = self.open(app).await;
        (app, token)
    }

    pub(super) async fn choose(&self, app: AppId, change: impl FnOnce(&mut AppChoices)) {
        let mut choices = self.space.app_choices(app).await.unwrap();
        change(&mut choices);
        self.space.set_app_choices(app, choices).await.unwrap();
    }

    /// What an address answers to a token of P2 to P4.
    pub(super) async fn api(&self, name: &str, token: &str, rest: &str) -> Answer {
        self.get(&format!("/api/{name}/?accesstoken={token}{rest}"), &[])
            .await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.ask("POST", path, &headers, body.to_string().as_bytes())
            .await
    }
}

/// The name of the error, which is in a list so that apps see that it is one.
#[track_caller]
pub(super) fn error(answer: &Answer) -> String {
    let body: Value = answer.json();
    let first = &body.as_array().unwrap_or_else(|| panic!("{body}"))[0];
    assert!(first["error"].is_string(), "{body}");
    first["name"].as_str().unwrap_or_default().to_owned()
}
