//! `satchel-cli space`.

use serde_json::json;
use vault_core::VaultError;

use super::{arguments::Space, failure::Failure, output, session::Session};

pub(super) async fn run(session: &Session, command: Space) -> Result<(), Failure> {
    let json = session.json();
    session
        .in_vault(|vault| async move {
            match command {
                Space::List => output::list(json, &vault.spaces().await?, |space| {
                    format!(
                        "{}  {}{}",
                        space.id,
                        space.name,
                        if space.made_up { "  (made-up data)" } else { "" }
                    )
                }),
                Space::Add { name } => {
                    if vault.spaces().await?.iter().any(|space| space.name == name) {
                        return Err(VaultError::Invalid {
                            field: "name",
                            why: "a name that no other space has",
                        }
                        .into());
                    }
                    let space = vault.add_space(&name, false).await?;
                    output::object(json, space.info())
                }
                Space::Remove { name } => {
                    let spaces = vault.spaces().await?;
                    let space = spaces
                        .into_iter()
                        .find(|space| space.name == name)
                        .ok_or(VaultError::NoSuchSpace)?;
                    session.code(&vault).await?;
                    vault.remove_space(space.id).await?;
                    output::object(json, &json!({ "removed": space.id }))
                }
            }
        })
        .await
}
