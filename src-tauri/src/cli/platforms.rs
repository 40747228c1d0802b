//! `satchel-cli platform`.

use std::path::Path;

use serde_json::{Value, json};
use vault_connect::{
    BackTo, ClosedPlatform, ClosedWay, Connector, add_connector, catalogue, catalogue_in, check_connector,
    closed_platforms, connector, connector_in,
};

use super::{
    arguments::sources::{ConnectorFile, Platform},
    failure::Failure,
    output,
    session::Session,
    terminal,
};
use crate::error::AppError;

pub(super) async fn run(session: &Session, command: Platform) -> Result<(), Failure> {
    let json = session.json();
    match command {
        Platform::List => {
            let all = if session.has_passphrase() {
                session
                    .in_space(|space| async move { Ok(catalogue_in(&space).await?) })
                    .await?
            } else {
                catalogue().to_vec()
            };
            list(
                json,
                &all.iter()
                    .map(|connector| platform(connector))
                    .chain(closed_platforms().iter().map(closed))
                    .collect::<Vec<_>>(),
            )
        }
        Platform::Show { id } => {
            let known = match connector(&id) {
                Ok(known) => known,
                Err(error) if !session.has_passphrase() => return Err(error.into()),
                Err(_) => {
                    session
                        .in_space(|space| async move { Ok(connector_in(&space, &id).await?) })
                        .await?
                }
            };
            output::object(json, &platform(&known))
        }
        Platform::Check(ConnectorFile { file, allow_loopback }) => {
            let read =
                check_connector(&text(&file)?, allow_loopback).map_err(vault_connect::ConnectError::from);
            output::object(json, &platform(&read.map_err(AppError::from)?))
        }
        Platform::Add(ConnectorFile { file, allow_loopback }) => {
            let text = text(&file)?;
            session
                .in_space(|space| async move {
                    let added = add_connector(&space, &text, allow_loopback).await?;
                    output::object(json, &platform(&added))
                })
                .await
        }
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    Ok(terminal::small_file(file)?.to_string())
}

fn list(json: bool, all: &[Value]) -> Result<(), Failure> {
    output::list(json, all, |item| {
        let text = |name: &str| {
            item.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        format!("{}  {}", text("id"), text("name"))
    })
}

fn platform(connector: &Connector) -> Value {
    let scopes = connector.scopes().iter();
    let scopes: Vec<Value> = scopes
        .map(|scope| json!({ "scope": scope.name, "opens": scope.words }))
        .collect();
    let link = connector.oauth.as_ref().map(|_| "link");
    let email = connector.endpoint.as_ref().map(|_| "email");
    let ways: Vec<&str> = link.into_iter().chain(email).collect();
    let mut value = json!({
        "id": connector.id, "name": connector.name, "description": connector.words, "ways": ways,
        "base": connector.base(), "scopes": scopes, "never": connector.never, "interval": connector.interval,
    });
    let own_client = connector
        .oauth
        .as_ref()
        .is_some_and(|oauth| oauth.client_id.is_none());
    let endpoint = connector.endpoint.as_ref().map(|endpoint| {
        json!({
            "url": endpoint.url, "dialect": endpoint.dialect.to_string(),
            "rating": { "min": endpoint.rating.min, "max": endpoint.rating.max, "success": endpoint.rating.success },
        })
    });
    let retention = connector.retention.as_ref();
    let retention = retention.map(|rule| json!({ "refresh": rule.refresh, "words": rule.words }));
    if let Some(members) = value.as_object_mut() {
        let guide = (!connector.guide.is_empty()).then(|| json!(connector.guide));
        let own_client = own_client.then(|| json!(true));
        let redirect = connector
            .oauth
            .as_ref()
            .and_then(|oauth| redirect(oauth.redirect))
            .map(|kind| json!(kind));
        let more = [
            ("endpoint", endpoint),
            ("retention", retention),
            ("own_client", own_client),
            ("redirect", redirect),
            ("guide", guide),
        ];
        members.extend(
            more.into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?))),
        );
    }
    value
}

/// A platform that no program is let into, with the way that works there.
fn closed(platform: &ClosedPlatform) -> Value {
    let way = match platform.way {
        ClosedWay::File => "file",
        ClosedWay::Request => "request",
    };
    json!({ "id": platform.id, "name": platform.name, "description": platform.words, "ways": [way] })
}

/// What a platform takes as a redirect, where that is not this computer.
fn redirect(kind: BackTo) -> Option<&'static str> {
    match kind {
        BackTo::Loopback => None,
        BackTo::Https => Some("https"),
        BackTo::Name => Some("name"),
    }
}
