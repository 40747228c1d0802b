//! Settings, the profile, spaces, what Satchel is.

use tauri::{AppHandle, State};
use vault_connect::MailSettings;
use vault_core::persona::PersonaField as Field;
use vault_crypto::SpaceId;
use vault_store::SecretValue;

use super::dialogs::shown;
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    events, practice,
    view::{
        mail::MailServer,
        persona::{Membership, PersonaField},
        settings::{About, ErrorWords, Settings, SpaceRow},
    },
    windows,
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn settings(desk: State<'_, Desk>) -> Answer<Settings> {
    Ok(Settings::read(&desk.space()?).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn settings_set(app: AppHandle, desk: State<'_, Desk>, settings: Settings) -> Answer<()> {
    settings.write(&desk.space()?).await?;
    windows::set_theme(&app, settings.theme);
    desk.set_settings(settings);
    Ok(())
}

/// The mail server, without its password.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mail_settings(desk: State<'_, Desk>) -> Answer<MailServer> {
    Ok(MailSettings::read(&desk.space()?).await?.into())
}

/// Keeps the mail server. The password stays as it is unless one is named; an empty one is forgotten.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_mail_settings(
    desk: State<'_, Desk>,
    server: MailServer,
    password: Option<String>,
) -> Answer<()> {
    let space = desk.space()?;
    MailSettings::from(server).write(&space).await?;
    if let Some(password) = password {
        let kept = (!password.is_empty()).then(|| SecretValue::from(password.as_str()));
        space.set_mail_password(kept).await?;
    }
    Ok(())
}

/// Sends a mail that shows that the server works.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_mail(desk: State<'_, Desk>, to: String) -> Answer<()> {
    Ok(desk.connect.send_test_mail(&desk.space()?, &to).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn persona(desk: State<'_, Desk>) -> Answer<Vec<PersonaField>> {
    let space = desk.space()?;
    let (grants, standing) = (space.grants().await?, space.standing_grants().await?);
    Ok(PersonaField::all(&space.persona().await?, &grants, &standing))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn persona_set(desk: State<'_, Desk>, field: String, value: String) -> Answer<()> {
    let field: Field = field.parse()?;
    Ok(desk.space()?.set_persona(field, &value).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn memberships(desk: State<'_, Desk>) -> Answer<Vec<Membership>> {
    let all = desk.space()?.memberships().await?;
    Ok(all.into_iter().map(Membership::from).collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn membership_put(desk: State<'_, Desk>, membership: Membership) -> Answer<()> {
    Ok(desk.space()?.put_membership(membership.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn membership_remove(desk: State<'_, Desk>, cooperative: String) -> Answer<()> {
    Ok(desk.space()?.remove_membership(&cooperative).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn spaces(desk: State<'_, Desk>) -> Answer<Vec<SpaceRow>> {
    let current = desk.space()?;
    let mut rows = Vec::new();
    for info in current.vault().spaces().await? {
        rows.push(SpaceRow {
            id: info.id.to_string(),
            records: current.vault().space(info.id).await?.record_count().await?,
            current: info.id == current.id(),
            name: info.name,
            made_up: info.made_up,
        });
    }
    Ok(rows)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn space_add(desk: State<'_, Desk>, name: String) -> Answer<String> {
    Ok(desk.vault()?.add_space(&name, false).await?.id().to_string())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn space_add_made_up(app: AppHandle, desk: State<'_, Desk>) -> Answer<String> {
    let space = desk.vault()?.add_space(practice::NAME, true).await?;
    practice::link(&app, space.clone());
    Ok(space.id().to_string())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn space_rename(desk: State<'_, Desk>, id: String, name: String) -> Answer<()> {
    Ok(desk.vault()?.rename_space(space_id(&id)?, &name).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn space_remove(desk: State<'_, Desk>, id: String) -> Answer<()> {
    let id = space_id(&id)?;
    if desk.space()?.id() == id {
        return Err(AppError::new("VLT-162"));
    }
    Ok(desk.vault()?.remove_space(id).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn space_switch(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let space = desk.vault()?.space(space_id(&id)?).await?;
    if desk.space()?.id() == space.id() {
        return Ok(());
    }
    // Apps of two spaces are never open together: the engine keeps their storage by address only.
    windows::end_apps(&app).await;
    windows::forget_web_data(&app);
    let settings = Settings::read(&space).await?;
    windows::set_theme(&app, settings.theme);
    desk.set_settings(settings);
    desk.set_space(space);
    events::vault_changed(&app);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn about(desk: State<'_, Desk>) -> Answer<About> {
    Ok(About {
        version: env!("CARGO_PKG_VERSION").into(),
        place: shown(&desk.place()),
        port: desk.vault()?.gateway_port().await?,
        licence: env!("CARGO_PKG_LICENSE").into(),
        errors: AppError::all().into_iter().map(ErrorWords::from).collect(),
    })
}

pub(crate) fn space_id(text: &str) -> Answer<SpaceId> {
    text.parse().map_err(|_| AppError::new("VLT-160"))
}
