//! Applications of Rokwire Core: admitting them, their keys, their spaces, and the settings that they are served.

use tauri::State;
use vault_core::{
    SpaceHandle,
    core_apps::{CoreAppInfo, Installation, Logins},
};
use vault_store::{CoreAppId, SecretValue};

use super::settings::space_id;
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    view::{
        core_apps::{
            CoreAppDetail, CoreAppDraft, CoreAppRow, CoreBuild, CoreConfigDraft, CoreSessions, CoreSpace,
            JsonFault, reach,
        },
        developer::ShownOnce,
        words::connection_id,
    },
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn core_apps(desk: State<'_, Desk>) -> Answer<Vec<CoreAppRow>> {
    let all = desk.space()?.core_apps().await?;
    Ok(all
        .iter()
        .enumerate()
        .map(|(place, info)| CoreAppRow::new(info, place))
        .collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn core_app(desk: State<'_, Desk>, id: String) -> Answer<CoreAppDetail> {
    let (space, id) = (desk.space()?, core_app_id(&id)?);
    let info = space.core_app(id).await?;
    let place = space.core_apps().await?.iter().position(|one| one.app.id == id);
    let known = space.services().await?;
    let configs = space.core_configs(id).await?;
    let spaces = spaces(&space, id).await?;
    Ok(CoreAppDetail::new(
        &info,
        place.unwrap_or_default(),
        &known,
        &configs,
        spaces,
        &space.connections().await?,
        desk.clock.now(),
    ))
}

/// Admits an application. Its key is answered this once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_app_admit(desk: State<'_, Desk>, app: CoreAppDraft) -> Answer<ShownOnce> {
    Ok(keyed(desk.space()?.add_core_app(app.into()).await?))
}

/// Adds a build, or replaces the one of this identifier.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_build_put(desk: State<'_, Desk>, id: String, build: CoreBuild) -> Answer<()> {
    desk.space()?
        .put_core_type(core_app_id(&id)?, build.into())
        .await?;
    Ok(())
}

/// Removes a build, with its settings; whoever uses it is signed out. The last one stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_build_remove(desk: State<'_, Desk>, id: String, identifier: String) -> Answer<()> {
    Ok(desk
        .space()?
        .remove_core_type(core_app_id(&id)?, identifier)
        .await?)
}

/// In which ways a build may be used here, within what the application may.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_build_ways(
    desk: State<'_, Desk>,
    id: String,
    identifier: String,
    unlock: bool,
    anonymous: bool,
) -> Answer<()> {
    let logins = Logins { unlock, anonymous };
    Ok(desk
        .space()?
        .set_core_logins(core_app_id(&id)?, identifier, logins)
        .await?)
}

/// Says that a build knows the person by their account at a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_provider_add(
    desk: State<'_, Desk>,
    id: String,
    identifier: String,
    connection: String,
) -> Answer<()> {
    Ok(desk
        .space()?
        .add_core_provider(core_app_id(&id)?, identifier, connection_id(&connection)?)
        .await?)
}

/// Takes a connection from a build.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_provider_remove(
    desk: State<'_, Desk>,
    id: String,
    identifier: String,
    connection: String,
) -> Answer<()> {
    Ok(desk
        .space()?
        .remove_core_provider(core_app_id(&id)?, identifier, connection_id(&connection)?)
        .await?)
}

/// How long sessions without a profile last.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_sessions_set(
    desk: State<'_, Desk>,
    id: String,
    sessions: CoreSessions,
) -> Answer<()> {
    let space = desk.space()?;
    let before = space.core_app(core_app_id(&id)?).await?.installation;
    let installation = Installation {
        sessions: sessions.try_into()?,
        ..before
    };
    Ok(space.set_core_installation(installation).await?)
}

/// Which services an application may use here, and whether it may be used without a profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_app_use(
    desk: State<'_, Desk>,
    id: String,
    services: Vec<String>,
    anonymous: bool,
) -> Answer<()> {
    let space = desk.space()?;
    let before = space.core_app(core_app_id(&id)?).await?.installation;
    let installation = Installation {
        services,
        anonymous,
        ..before
    };
    Ok(space.set_core_installation(installation).await?)
}

/// Makes one more key, answered this once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_key_add(desk: State<'_, Desk>, id: String) -> Answer<ShownOnce> {
    let (name, key) = desk.space()?.add_core_key(core_app_id(&id)?).await?;
    Ok(once(name.to_string(), &key))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn core_key_remove(desk: State<'_, Desk>, id: String, key: String) -> Answer<()> {
    let key = key.parse().map_err(|_| AppError::new("SYS-713"))?;
    Ok(desk.space()?.remove_core_key(core_app_id(&id)?, key).await?)
}

/// Attaches an application to another space. The key that it has there is answered this once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_app_attach(desk: State<'_, Desk>, id: String, space: String) -> Answer<ShownOnce> {
    let other = desk.vault()?.space(space_id(&space)?).await?;
    Ok(keyed(other.attach_core_app(core_app_id(&id)?).await?))
}

/// Removes an application from a space, with what it kept there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_app_detach(desk: State<'_, Desk>, id: String, space: String) -> Answer<()> {
    let other = desk.vault()?.space(space_id(&space)?).await?;
    Ok(other.remove_core_app(core_app_id(&id)?).await?)
}

/// Keeps settings; where they are no JSON object, says where, and keeps nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn core_config_put(
    desk: State<'_, Desk>,
    id: String,
    config: CoreConfigDraft,
) -> Answer<Option<JsonFault>> {
    let (space, id) = (desk.space()?, core_app_id(&id)?);
    if let Some(fault) = JsonFault::of(&config.data) {
        return Ok(Some(fault));
    }
    let reach = reach(config.of_space);
    space
        .set_core_config(id, config.build, config.version, config.data, reach)
        .await?;
    Ok(None)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn core_config_remove(
    desk: State<'_, Desk>,
    id: String,
    build: String,
    version: String,
    of_space: bool,
) -> Answer<()> {
    let space = desk.space()?;
    Ok(space
        .delete_core_config(core_app_id(&id)?, build, version, reach(of_space))
        .await?)
}

async fn spaces(here: &SpaceHandle, id: CoreAppId) -> Answer<Vec<CoreSpace>> {
    let mut rows = Vec::new();
    for info in here.vault().spaces().await? {
        let known = here.vault().space(info.id).await?.core_apps().await?;
        rows.push(CoreSpace {
            id: info.id.to_string(),
            name: info.name,
            attached: known.iter().any(|one| one.app.id == id),
            current: info.id == here.id(),
        });
    }
    Ok(rows)
}

fn keyed((info, key): (CoreAppInfo, SecretValue)) -> ShownOnce {
    once(info.app.id.to_string(), &key)
}

fn once(id: String, secret: &SecretValue) -> ShownOnce {
    ShownOnce {
        id,
        secret: secret.expose_str().unwrap_or_default().to_owned(),
    }
}

fn core_app_id(text: &str) -> Answer<CoreAppId> {
    text.parse().map_err(|_| AppError::new("APP-305"))
}
