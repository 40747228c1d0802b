//! Services of Rokwire Core that the person knows, and the accounts of backends with standing access.

use tauri::State;
use vault_core::services::{Credentials, NewService};
use vault_store::{SecretValue, ServiceAccountId};

use crate::{
    desk::Desk,
    error::{Answer, AppError},
    view::{
        service_accounts::{
            CredentialDraft, CredentialMade, ScopeChoice, ServiceAccountChange, ServiceAccountDraft,
            ServiceAccountRow,
        },
        services::{KnownService, ServiceAdded, ServiceSource},
    },
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn services(desk: State<'_, Desk>) -> Answer<Vec<KnownService>> {
    let (space, now) = (desk.space()?, desk.clock.now());
    let all = space.services().await?;
    Ok(all.iter().map(|info| KnownService::new(info, now)).collect())
}

/// Adds a service, or compares it with the one that is known. It shares nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_add(desk: State<'_, Desk>, source: ServiceSource) -> Answer<ServiceAdded> {
    Ok(desk
        .space()?
        .add_service(NewService::try_from(source)?)
        .await?
        .into())
}

/// Uses the key and the host that wait; `fingerprint` is the one that the person compared.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_accept(desk: State<'_, Desk>, id: String, fingerprint: String) -> Answer<()> {
    Ok(desk.space()?.accept_service(id, fingerprint).await?)
}

/// Drops what waits.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_keep(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.keep_service(id).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn service_remove(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.remove_service(id).await?)
}

/// What a service account can be made for.
#[tauri::command]
#[specta::specta]
pub(crate) fn service_scopes() -> Vec<ScopeChoice> {
    ScopeChoice::all()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn service_accounts(desk: State<'_, Desk>) -> Answer<Vec<ServiceAccountRow>> {
    let (space, now) = (desk.space()?, desk.clock.now());
    let apps = space.core_apps().await?.into_iter();
    let apps: Vec<_> = apps.map(|one| (one.app.id.to_string(), one.app.name)).collect();
    let services = space.services().await?.into_iter();
    let services: Vec<_> = services.map(|one| (one.service.id, one.service.name)).collect();
    let all = space.service_accounts().await?;
    Ok(all
        .iter()
        .map(|info| ServiceAccountRow::new(info, &apps, &services, now))
        .collect())
}

/// Makes a service account. Its token is answered this once; the person is asked what it may see.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_account_add(
    desk: State<'_, Desk>,
    account: ServiceAccountDraft,
) -> Answer<CredentialMade> {
    let (info, made, questions) = desk.space()?.add_service_account(account.try_into()?).await?;
    Ok(credential(info.account.id, &made, questions.len()))
}

/// Asks once more what a service account may see. How many questions wait then.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_account_ask(desk: State<'_, Desk>, id: String) -> Answer<u32> {
    let waiting = desk.space()?.ask_for_service_account(account_id(&id)?).await?;
    Ok(count(waiting.len()))
}

/// Changes until when a service account is, and what it may see. What is less holds at once; how many questions wait for what is more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_account_change(
    desk: State<'_, Desk>,
    id: String,
    change: ServiceAccountChange,
) -> Answer<u32> {
    let (id, change) = (account_id(&id)?, change.try_into()?);
    let (_, waiting) = desk.space()?.change_service_account(id, change).await?;
    Ok(count(waiting.len()))
}

/// Ends a service account: nothing that it has opens anything from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_account_end(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.remove_service_account(account_id(&id)?).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn service_credential_add(
    desk: State<'_, Desk>,
    id: String,
    credential: CredentialDraft,
) -> Answer<CredentialMade> {
    let id = account_id(&id)?;
    let made = desk
        .space()?
        .add_service_credential(id, credential.into())
        .await?;
    Ok(self::credential(id, &made, 0))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn service_credential_remove(
    desk: State<'_, Desk>,
    id: String,
    credential: String,
) -> Answer<()> {
    let credential = credential.parse().map_err(|_| AppError::new("SYS-713"))?;
    Ok(desk
        .space()?
        .remove_service_credential(account_id(&id)?, credential)
        .await?)
}

fn credential(account: ServiceAccountId, made: &Credentials, questions: usize) -> CredentialMade {
    let token = made.token.as_ref().and_then(SecretValue::expose_str);
    CredentialMade {
        account: account.to_string(),
        token: token.map(str::to_owned),
        questions: count(questions),
    }
}

fn count(questions: usize) -> u32 {
    u32::try_from(questions).unwrap_or(u32::MAX)
}

fn account_id(text: &str) -> Answer<ServiceAccountId> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}
