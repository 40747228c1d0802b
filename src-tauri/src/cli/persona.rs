//! `satchel-cli persona` and `satchel-cli settings`.

use serde_json::{Map, Value, json};
use vault_core::{
    persona::{Persona, PersonaField},
    settings::Setting,
};

use super::{
    arguments::{Persona as PersonaCommand, Settings},
    failure::Failure,
    output,
    session::Session,
};

pub(super) async fn run(session: &Session, command: PersonaCommand) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_space(|space| async move {
            if let PersonaCommand::Set { field, values } = command {
                let field: PersonaField = field.parse()?;
                space.set_persona(field, &values.join(" ")).await?;
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
                Settings::Get { key } => {
                    let setting: Setting = key.parse()?;
                    output::object(
                        json,
                        &json!({ "key": key, "value": space.setting(setting).await? }),
                    )
                }
                Settings::Set { key, value } => {
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
