//! `satchel-cli persona` and `satchel-cli settings`.

use serde_json::{Map, Value, json};
use vault_core::{
    SpaceHandle,
    persona::{Persona, PersonaField},
    settings::Setting,
};
use vault_store::SecretValue;

use super::{
    arguments::{Persona as PersonaCommand, Settings},
    failure::Failure,
    output,
    session::Session,
    terminal,
};

pub(super) async fn run(session: &Session, command: PersonaCommand) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                PersonaCommand::Show => {}
                PersonaCommand::External { system, value } => {
                    if let Some(system) = system {
                        space.set_external_id(&system, &value.unwrap_or_default()).await?;
                    }
                    let ids = space.external_ids().await?.into_iter();
                    let ids: Map<String, Value> = ids.map(|(system, id)| (system, json!(id))).collect();
                    return output::object(json, &Value::Object(ids));
                }
                PersonaCommand::Set { field, values } => {
                    let field: PersonaField = field.parse()?;
                    space.set_persona(field, &values.join(" ")).await?;
                }
            }
            output::object(json, &members(&space.persona().await?))
        })
        .await
}

fn members(persona: &Persona) -> Value {
    Value::Object(
        persona
            .iter()
            .map(|(field, value)| (field.name().to_owned(), json!(value)))
            .collect::<Map<_, _>>(),
    )
}

/// The key of the one setting that is a secret: it is never shown.
const MAIL_PASSWORD: &str = "mail.password";
/// What cooperatives know the vault by: its id, which stays from the moment that one of them has it, and its name.
const PEER_ID: &str = "peer.id";
const PEER_NAME: &str = "peer.name";

pub(super) async fn settings(session: &Session, command: Settings) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            match command {
                Settings::List => {
                    let mut all = Vec::new();
                    for setting in Setting::ALL {
                        all.push(json!({ "key": setting.key(), "value": space.setting(*setting).await? }));
                    }
                    let (id, name) = space.own_peer_name().await?;
                    all.push(json!({ "key": PEER_ID, "value": id }));
                    all.push(json!({ "key": PEER_NAME, "value": name }));
                    output::list(json, &all, |entry| {
                        let text = |name: &str| {
                            entry
                                .get(name)
                                .and_then(Value::as_str)
                                .unwrap_or_default()
                                .to_owned()
                        };
                        format!("{}  {}", text("key"), text("value"))
                    })
                }
                Settings::Get { key } if key == MAIL_PASSWORD => {
                    let set = space.mail_password().await?.is_some();
                    output::object(json, &json!({ "key": key, "set": set }))
                }
                Settings::Get { key } if key == PEER_ID || key == PEER_NAME => {
                    own_name(&space, json, &key).await
                }
                Settings::Get { key } => {
                    let setting: Setting = key.parse()?;
                    output::object(
                        json,
                        &json!({ "key": key, "value": space.setting(setting).await? }),
                    )
                }
                Settings::Set {
                    key,
                    secret_file: Some(file),
                    ..
                } => {
                    if key != MAIL_PASSWORD {
                        return Err(Failure::usage("only mail.password is a secret"));
                    }
                    let text = terminal::small_file(&file)?;
                    let text = text.trim_end_matches(['\n', '\r']);
                    let password = (!text.is_empty()).then(|| SecretValue::from(text));
                    let kept = password.is_some();
                    space.set_mail_password(password).await?;
                    output::object(json, &json!({ "key": key, "set": kept }))
                }
                Settings::Set { key, .. } if key == MAIL_PASSWORD => {
                    Err(Failure::usage("a secret comes from --secret-file"))
                }
                Settings::Set { key, value, .. } if key == PEER_ID || key == PEER_NAME => {
                    let (id, name) = space.own_peer_name().await?;
                    let value = value.unwrap_or_default();
                    if key == PEER_ID {
                        space.set_own_peer(&name, &value).await?;
                    } else {
                        space.set_own_peer(&value, &id).await?;
                    }
                    own_name(&space, json, &key).await
                }
                Settings::Set { key, value, .. } => {
                    let value = value.unwrap_or_default();
                    let setting: Setting = key.parse()?;
                    space.set_setting(setting, &value).await?;
                    output::object(
                        json,
                        &json!({ "key": key, "value": space.setting(setting).await? }),
                    )
                }
            }
        })
        .await
}

/// Shows the id or the name that cooperatives know the vault by.
async fn own_name(space: &SpaceHandle, json: bool, key: &str) -> Result<(), Failure> {
    let (id, name) = space.own_peer_name().await?;
    let value = if key == PEER_ID { id } else { name };
    output::object(json, &json!({ "key": key, "value": value }))
}
