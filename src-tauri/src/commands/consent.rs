//! What the window with a question may do: read the question, look at what would leave, answer.

use tauri::{AppHandle, State};
use vault_core::disclosure::Decision;
use vault_crypto::{Passphrase, personal_stitch};
use vault_store::PartyKind;

use super::cooperatives::known;
use crate::{
    consent,
    desk::Desk,
    error::{Answer, AppError},
    events, transfers,
    view::{
        consent::{Duration, Look, Narrowing, Preview, Question},
        cooperatives::TransferConsent,
    },
    windows,
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_current(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<Question>> {
    desk.idle.touch();
    let waiting = consent::waiting(&app).await?;
    let behind = waiting.len().saturating_sub(1);
    match waiting.into_iter().next() {
        Some(first) => {
            let question = first.space.question(first.request.id).await?;
            Ok(Some(Question::new(&question, behind)))
        }
        None => Ok(None),
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_preview(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    narrowing: Narrowing,
) -> Answer<Preview> {
    desk.idle.touch();
    let waiting = consent::find(&app, &id).await?;
    let (scopes, narrowing) = narrowing.read()?;
    Ok(waiting
        .space
        .preview(waiting.request.id, scopes, narrowing)
        .await?
        .into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_needs_passphrase(
    app: AppHandle,
    id: String,
    narrowing: Narrowing,
    duration: Duration,
) -> Answer<bool> {
    let waiting = consent::find(&app, &id).await?;
    let (scopes, narrowing) = narrowing.read()?;
    let duration = duration.try_into()?;
    Ok(waiting
        .space
        .needs_passphrase(waiting.request.id, scopes, narrowing, duration)
        .await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_share(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    narrowing: Narrowing,
    duration: Duration,
    preview_sha256: String,
    passphrase: Option<String>,
) -> Answer<()> {
    let waiting = consent::find(&app, &id).await?;
    let (scopes, narrowing) = narrowing.read()?;
    let question = waiting.space.question(waiting.request.id).await?;
    let policy = match &question.privacy {
        Some(address) => desk.connect.policy(address, desk.clock.now()).await,
        None => None,
    };
    let decision = Decision {
        scopes,
        narrowing,
        duration: duration.try_into()?,
        preview_sha256: Some(preview_sha256.parse().map_err(|_| AppError::new("APP-332"))?),
        passphrase: passphrase.map(Passphrase::new),
        policy,
    };
    waiting.space.allow(waiting.request.id, decision).await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_refuse(app: AppHandle, id: String, always: bool) -> Answer<()> {
    let waiting = consent::find(&app, &id).await?;
    if always {
        return Ok(waiting.space.refuse_always(waiting.request.id).await?);
    }
    Ok(waiting.space.refuse(waiting.request.id).await?)
}

/// Shows in the person's own window what the requester received before. The question stays open beside it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_received(app: AppHandle, id: String) -> Answer<()> {
    let waiting = consent::find(&app, &id).await?;
    let recipient = &waiting.request.recipient;
    let place = if recipient.kind == PartyKind::App {
        format!("/apps/{}?tab=received", recipient.id)
    } else {
        "/activity".to_owned()
    };
    windows::raise_main(&app);
    events::navigate(&app, &place);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_theme(desk: State<'_, Desk>) -> Answer<Look> {
    Ok(Look {
        theme: desk.settings().theme,
        stitch: personal_stitch(desk.vault()?.id()).to_vec(),
    })
}

/// The transfer that waits for a signature: exactly the text that would be signed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_transfer(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
) -> Answer<TransferConsent> {
    desk.idle.touch();
    let asked = transfers::find(&app, &id)?;
    let kept = asked.space.transfer(asked.id).await?;
    let rows = asked.space.transfer_rows(asked.id).await?;
    let cooperative = known(&asked.space, &kept.peer).await?;
    let own = asked.space.own_peer().await?;
    let now = desk.clock.now();
    Ok(TransferConsent::new(&kept, &rows, &cooperative, &own, now))
}

/// Signs exactly the text of this digest, and sends it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_transfer_sign(
    app: AppHandle,
    id: String,
    sha256: String,
    keep_text: bool,
    passphrase: String,
) -> Answer<()> {
    let asked = transfers::find(&app, &id)?;
    let shown = sha256.parse().map_err(|_| AppError::new("APP-332"))?;
    transfers::signed(&app, asked, shown, keep_text, Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn consent_transfer_refuse(app: AppHandle, id: String) -> Answer<()> {
    let asked = transfers::find(&app, &id)?;
    transfers::refused(&app, &asked).await;
    Ok(())
}
