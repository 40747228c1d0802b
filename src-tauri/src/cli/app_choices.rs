//! `satchel-cli app set` and `app exit`: what the person sets for an app, and the ways out of it that they open for good.

use std::path::PathBuf;

use serde_json::{Value, json};
use vault_core::{
    SpaceHandle,
    apps::{AppChoices, Exit},
};
use vault_store::{AppId, SecretValue};

use super::{apps::find, failure::Failure, terminal};

/// Sets one thing for an app.
pub(super) async fn set(
    space: &SpaceHandle,
    id: AppId,
    key: &str,
    value: Option<String>,
    secret_file: Option<PathBuf>,
) -> Result<Value, Failure> {
    let mut choices = space.app_choices(id).await?;
    let text = value.unwrap_or_default();
    let secret = secret_file
        .map(|file| terminal::small_file(&file))
        .transpose()?
        .map(|text| text.trim_end_matches(['\n', '\r']).to_owned());
    match (key, secret) {
        ("origin-token" | "request-secret" | "response-secret", Some(secret)) => {
            let secret = (!secret.is_empty()).then(|| SecretValue::from(secret.as_str()));
            match key {
                "origin-token" => choices.origin_token = secret,
                "request-secret" => choices.request_secret = secret,
                _ => choices.response_secret = secret,
            }
        }
        ("origin-token" | "request-secret" | "response-secret", None) => {
            return Err(Failure::usage("a secret comes from --secret-file"));
        }
        (_, Some(_)) => return Err(Failure::usage("this is no secret")),
        ("profile", None) => choices.profile = text,
        ("settings", None) => choices.settings = text,
        ("serial", None) => choices.serial = text,
        ("reference", None) => choices.reference = text,
        ("roles", None) => {
            let roles: Vec<&str> = text
                .split(',')
                .map(str::trim)
                .filter(|role| !role.is_empty())
                .collect();
            choices.roles = json!(roles).to_string();
        }
        ("notifications", None) => choices.notifications = flag(&text)?,
        ("sounds", None) => choices.sounds = flag(&text)?,
        (_, None) => {
            return Err(Failure::usage(
                "one of profile, settings, serial, reference, roles, notifications, sounds, origin-token, request-secret, response-secret",
            ));
        }
    }
    space.set_app_choices(id, choices).await?;
    Ok(shown(&space.app_choices(id).await?))
}

/// Opens a way out of an app for good, or closes it again.
pub(super) async fn exit(
    space: &SpaceHandle,
    id: AppId,
    way: &str,
    target: &str,
    close: bool,
) -> Result<Value, Failure> {
    let target = match way {
        "share" | "services" => find(space, target).await?.to_string(),
        _ => target.to_owned(),
    };
    let exit = Exit::named(way, &target)
        .ok_or_else(|| Failure::usage("share or services with an app, clipboard, or link with an address"))?;
    if close {
        let was_open = space.close_exit(id, exit).await?;
        return Ok(json!({ "closed": way, "target": target, "was_open": was_open }));
    }
    space.allow_exit(id, exit).await?;
    Ok(json!({ "opened": way, "target": target }))
}

fn flag(text: &str) -> Result<bool, Failure> {
    text.parse().map_err(|_| Failure::usage("true or false"))
}

/// Of a secret only that there is one.
fn shown(choices: &AppChoices) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "profile": choices.profile, "settings": parsed(&choices.settings), "roles": parsed(&choices.roles),
        "serial": choices.serial, "reference": choices.reference,
        "notifications": choices.notifications, "sounds": choices.sounds,
        "origin-token": choices.origin_token.is_some(),
        "request-secret": choices.request_secret.is_some(),
        "response-secret": choices.response_secret.is_some(),
    })
}
