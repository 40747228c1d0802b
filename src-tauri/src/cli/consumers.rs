//! `satchel-cli app` for apps that speak the Gigdata API.

use serde_json::{Value, json};
use vault_core::{
    SpaceHandle,
    consumers::{Claim, ConsumerInfo, NewConsumer},
};
use vault_store::{ConsumerId, SecretValue};

use super::{arguments::sharing::Consumer, failure::Failure, grants, output};

pub(super) async fn add(space: &SpaceHandle, as_json: bool, asked: Consumer) -> Result<(), Failure> {
    let (Some(name), Some(callback)) = (asked.gigdata, asked.callback) else {
        return Err(Failure::usage("--gigdata NAME --callback URL"));
    };
    let new = NewConsumer {
        name,
        callback,
        returns: asked.returns,
        claim: if asked.full {
            Claim::Full
        } else {
            Claim::Aggregated
        },
        loopback: asked.allow_loopback,
    };
    let (info, secret) = space.add_consumer(new).await?;
    output::object(as_json, &with_secret(&info, &secret))
}

pub(super) async fn rotate(space: &SpaceHandle, as_json: bool, text: &str) -> Result<(), Failure> {
    let found = find(space, text)
        .await?
        .ok_or(vault_core::VaultError::NoSuch("app"))?;
    let secret = space.rotate_consumer_secret(found.id).await?;
    output::object(as_json, &with_secret(&found, &secret))
}

/// An app by its application id, or by its name.
pub(super) async fn find(space: &SpaceHandle, text: &str) -> Result<Option<ConsumerInfo>, Failure> {
    let id = text.parse::<ConsumerId>().ok();
    let all = space.consumers().await?;
    Ok(all
        .into_iter()
        .find(|known| Some(known.id) == id || known.name.eq_ignore_ascii_case(text)))
}

pub(super) fn shown(info: &ConsumerInfo) -> Value {
    let sees = grants::seen(&info.sees);
    json!({
        "id": info.id, "name": info.name, "kind": "gigdata", "callback": info.callback, "returns": info.returns,
        "claim": info.claim, "loopback": info.loopback, "user": info.account.to_string(), "sees": sees,
    })
}

fn with_secret(info: &ConsumerInfo, secret: &SecretValue) -> Value {
    let mut shown = shown(info);
    if let Some(members) = shown.as_object_mut() {
        members.insert("secret".to_owned(), json!(secret.expose_str()));
    }
    shown
}
