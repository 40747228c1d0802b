//! A transfer between the person's yes and its end: the package goes out once, beside the window, and what came of it is kept.

use tauri::AppHandle;
use vault_connect::{ConnectError, Transfers};
use vault_core::cooperatives::{Outbound, PostEnd, PostFault, WorkPart};
use vault_crypto::Passphrase;
use vault_store::{Sha256, TransferId};

use crate::{
    consent,
    desk::{desk, signing::Asked},
    error::{Answer, AppError},
    events,
};

/// Puts a transfer before the person, with its text as it is frozen now, and what of their work they add.
pub(crate) async fn ask(app: &AppHandle, asked: Asked, add: &[WorkPart]) -> Answer<()> {
    let desk = desk(app);
    if desk.signing.find(asked.id).is_none() {
        asked.space.freeze_transfer(asked.id, add).await?;
        if !desk.signing.ask(asked) {
            return Err(AppError::new("COP-420"));
        }
    }
    consent::follow(app).await;
    Ok(())
}

/// The transfer of an id, as long as it waits for a signature.
pub(crate) fn find(app: &AppHandle, id: &str) -> Answer<Asked> {
    let over = || AppError::new("APP-330");
    let id: TransferId = id.parse().map_err(|_| over())?;
    desk(app).signing.find(id).ok_or_else(over)
}

/// The person's yes: signs exactly what was shown, and sends it. The window goes; the answer is waited for beside it.
pub(crate) async fn signed(
    app: &AppHandle,
    asked: Asked,
    shown: Sha256,
    keep_text: bool,
    passphrase: Passphrase,
) -> Answer<()> {
    let outbound = asked.space.sign_transfer(asked.id, shown, passphrase).await?;
    desk(app).signing.over(asked.id);
    tauri::async_runtime::spawn(async move {
        if let Err(error) = send(&asked, outbound, keep_text).await {
            // The vault was locked meanwhile: at the next start the transfer is known as one that may have arrived.
            tracing::warn!(%error, "what came of a transfer could not be kept");
        }
    });
    consent::follow(app).await;
    Ok(())
}

/// The person's no: nothing leaves, and what was typed stays in the profile.
pub(crate) async fn refused(app: &AppHandle, asked: &Asked) {
    desk(app).signing.over(asked.id);
    if let Err(error) = asked.space.refuse_transfer(asked.id).await {
        tracing::debug!(%error, "a transfer was over before it was refused");
    }
    events::cooperatives_changed(app);
    consent::follow(app).await;
}

async fn send(asked: &Asked, outbound: Outbound, keep_text: bool) -> Result<(), ConnectError> {
    match Transfers::new() {
        Ok(transfers) => transfers.send(&asked.space, outbound).await.map(drop)?,
        Err(error) => {
            // Without a client nothing can have left.
            let end = PostEnd::NotSent(PostFault::Unreachable);
            asked.space.transfer_ended(asked.id, end).await?;
            tracing::error!(%error, "the client of transfers could not be made");
        }
    }
    if !keep_text {
        asked.space.forget_transfer_text(asked.id).await?;
    }
    Ok(())
}
