//! Cooperatives: whom the person knows, what is sent to them, and what they send.

use std::fs;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use tauri::{AppHandle, State};
use url::Url;
use vault_core::{
    SpaceHandle, VaultError,
    cooperatives::{
        Cooperative, NewPeer, PeerSource, TransferId, TransferState as Kept, WorkPart, is_unsent,
    },
};
use vault_crypto::Passphrase;
use vault_store::IncomingId;

use super::dialogs::{self, shown};
use crate::{
    desk::{Desk, looks::Looked, signing::Asked},
    error::{Answer, AppError},
    events,
    platform::browser,
    transfers,
    view::{
        cooperatives::{
            CooperativeLook, Cooperatives, IncomingDetail, LookSource, OfferedService, OwnDescriptor,
            TransferDraft, TransferReceipt,
        },
        time::iso,
    },
};

/// The largest description, in bytes.
const LARGEST: u64 = 64 * 1024;
/// The largest picture of a code, in bytes of its file or signs of its base64.
const LARGEST_PICTURE: usize = 16 * 1024 * 1024;

/// Everything on the page of cooperatives. The key of this vault is made at the first look, which takes seconds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperatives(desk: State<'_, Desk>) -> Answer<Cooperatives> {
    let (space, now) = (desk.space()?, desk.clock.now());
    let own = space.own_peer().await?;
    let incoming = space.incoming_transfers().await?;
    Ok(Cooperatives::new(
        &space.cooperatives().await?,
        &incoming,
        &own,
        now,
    ))
}

/// Reads a description, and says how it stands to what is known. Nothing is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperative_look(
    app: AppHandle,
    desk: State<'_, Desk>,
    source: LookSource,
) -> Answer<Option<CooperativeLook>> {
    let space = desk.space()?;
    let looked = match source {
        LookSource::File => {
            let kind = "Description of a cooperative";
            let Some(path) = dialogs::file(&app, "Choose a description", kind, &["yaml", "yml", "txt"]).await
            else {
                return Ok(None);
            };
            let size = fs::metadata(&path).map_err(VaultError::from)?.len();
            let text = (size <= LARGEST).then(|| fs::read_to_string(&path));
            Looked {
                text: text
                    .and_then(Result::ok)
                    .ok_or_else(|| AppError::new("COP-401"))?,
                came: PeerSource::File,
                address: String::new(),
            }
        }
        LookSource::Url { url } => {
            let url = Url::parse(url.trim()).map_err(|_| AppError::new("COP-422"))?;
            let text = desk.connect.descriptor(url.clone()).await;
            Looked {
                text: text.map_err(|_| AppError::new("COP-422"))?,
                came: PeerSource::Url,
                address: url.to_string(),
            }
        }
        LookSource::Text { text } => Looked {
            text,
            came: PeerSource::Text,
            address: String::new(),
        },
    };
    let look = space.look_at_peer(looked.text.clone()).await?;
    Ok(Some(CooperativeLook::new(look, desk.looks.keep(looked))))
}

/// Keeps a cooperative as it was shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperative_add(desk: State<'_, Desk>, look: String, compared: bool) -> Answer<()> {
    let (space, looked) = (desk.space()?, desk.looks.get(&look)?);
    let look = space.look_at_peer(looked.text.clone()).await?;
    let logo = match look.logo {
        Some(address) => desk.connect.logo(&address).await,
        None => None,
    };
    let peer = space
        .add_peer(NewPeer {
            descriptor: looked.text,
            came: looked.came,
            address: looked.address,
            logo,
            compared,
        })
        .await?;
    // Of a description that waits for a comparison nothing is shown yet.
    if peer.waiting.is_none() {
        keep_pictures(&desk, &space, &peer.id, look.pictures).await?;
    }
    Ok(())
}

/// Fetches the pictures of a cooperative's services and keeps them; those from before go.
async fn keep_pictures(
    desk: &Desk,
    space: &SpaceHandle,
    peer: &str,
    addresses: Vec<(String, String)>,
) -> Answer<()> {
    let pictures = desk.connect.service_pictures(addresses).await;
    Ok(space.keep_service_pictures(peer, pictures).await?)
}

/// The text of the QR code in a picture: one that the page has (as base64), else a file that the person chooses. Nothing is fetched and nothing
/// kept: the page shows the text, and the person goes on with it or not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperative_code(
    app: AppHandle,
    desk: State<'_, Desk>,
    picture: Option<String>,
) -> Answer<Option<String>> {
    desk.space()?;
    let unreadable = || AppError::new("COP-426");
    let bytes = match picture {
        Some(text) if text.len() <= LARGEST_PICTURE => {
            BASE64_STANDARD.decode(text).map_err(|_| unreadable())?
        }
        Some(_) => return Err(unreadable()),
        None => {
            let kind = "Picture of a QR code";
            let endings = ["png", "jpg", "jpeg", "webp", "gif"];
            let Some(path) = dialogs::file(&app, "Choose a picture", kind, &endings).await else {
                return Ok(None);
            };
            let size = fs::metadata(&path).map_err(VaultError::from)?.len();
            if size > LARGEST_PICTURE as u64 {
                return Err(unreadable());
            }
            fs::read(&path).map_err(VaultError::from)?
        }
    };
    let text = desk.connect.code_in(bytes).await;
    text.map(Some).ok_or_else(unreadable)
}

/// What the comparison of exactly the key that was shown came to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperative_compared(
    desk: State<'_, Desk>,
    id: String,
    fingerprint: String,
    r#match: bool,
) -> Answer<()> {
    let space = desk.space()?;
    if known(&space, &id).await?.fingerprint != fingerprint {
        return Err(VaultError::ShownChanged.into());
    }
    let waited = space.peers().await?.into_iter().find(|peer| peer.id == id);
    let waited = waited.and_then(|peer| peer.waiting);
    space.key_compared(&id, r#match).await?;
    // From now on what a description says that waited is shown, its pictures too.
    if let (true, Some(text)) = (r#match, waited) {
        let look = space.look_at_peer(text).await?;
        keep_pictures(&desk, &space, &id, look.pictures).await?;
    }
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperative_remove(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.remove_peer(&id).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn cooperative_strong(desk: State<'_, Desk>, id: String, on: bool) -> Answer<()> {
    Ok(desk.space()?.set_peer_strong(&id, on).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn service_stopped(
    desk: State<'_, Desk>,
    peer: String,
    service: String,
    stopped: bool,
) -> Answer<()> {
    Ok(desk.space()?.mark_service(&peer, &service, stopped).await?)
}

/// What this vault says of itself. Looking at it gives it to nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_descriptor(desk: State<'_, Desk>) -> Answer<OwnDescriptor> {
    Ok(desk.space()?.own_peer().await?.into())
}

/// Saves it for the other side, which is logged.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_descriptor_save(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<String>> {
    let space = desk.space()?;
    let name = format!("{}.yaml", space.own_peer().await?.id);
    let Some(path) = dialogs::save(&app, "Save your description", &name).await else {
        return Ok(None);
    };
    let own = space.give_own_descriptor().await?;
    dialogs::write(&path, own.descriptor.as_bytes())?;
    Ok(Some(shown(&path)))
}

/// It is about to be on the clipboard, which is logged before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_descriptor_copied(desk: State<'_, Desk>) -> Answer<()> {
    desk.space()?.give_own_descriptor().await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn own_name(desk: State<'_, Desk>, name: String, id: String) -> Answer<()> {
    Ok(desk.space()?.set_own_peer(&name, &id).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn own_key_rotate(desk: State<'_, Desk>, passphrase: String) -> Answer<()> {
    Ok(desk.space()?.rotate_own_key(Passphrase::new(passphrase)).await?)
}

/// The draft of a transfer: the one that was begun, else a new one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_prepare(
    desk: State<'_, Desk>,
    peer: String,
    service: String,
) -> Answer<TransferDraft> {
    let space = desk.space()?;
    let all = space.transfers().await?;
    let begun = all
        .iter()
        .find(|one| one.peer == peer && one.service == service && is_unsent(one.state));
    let draft = match begun {
        Some(begun) => space.transfer_draft(begun.id).await?,
        None => space.prepare_transfer(&peer, &service).await?,
    };
    drafted(&desk, &space, draft).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_fill(
    desk: State<'_, Desk>,
    id: String,
    field: String,
    value: String,
) -> Answer<TransferDraft> {
    let space = desk.space()?;
    let draft = space.fill_transfer(transfer_id(&id)?, &field, &value).await?;
    drafted(&desk, &space, draft).await
}

/// The page is left: nothing of it stays, unless its question is open.
#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_drop(desk: State<'_, Desk>, id: String) -> Answer<()> {
    let id = transfer_id(&id)?;
    if desk.signing.find(id).is_some() {
        return Ok(());
    }
    match desk.space()?.drop_transfer(id).await {
        // It was refused, or sent meanwhile.
        Ok(()) | Err(VaultError::NoSuch(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Brings the question before the person, in the window for questions. `add` names the work data that they ticked.
#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_ask(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    add: Vec<String>,
) -> Answer<()> {
    let parts: Option<Vec<WorkPart>> = add.iter().map(|name| WorkPart::of_name(name)).collect();
    let parts = parts.ok_or(VaultError::NoSuch("work data"))?;
    let asked = Asked {
        space: desk.space()?,
        id: transfer_id(&id)?,
    };
    transfers::ask(&app, asked, &parts).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer(desk: State<'_, Desk>, id: String) -> Answer<TransferReceipt> {
    let (space, id) = (desk.space()?, transfer_id(&id)?);
    let kept = space.transfer(id).await?;
    let asking = desk.signing.find(id).is_some();
    let entry = match kept.disclosure {
        Some(entry) => Some(space.activity_entry(entry).await?),
        None => None,
    };
    let go_on = space.transfer_go_on(id).await?;
    let proof = space.transfer_proof(id).await?.unwrap_or_default();
    Ok(TransferReceipt::new(kept, asking, entry.as_ref(), go_on, proof))
}

/// Once more, for what certainly was not sent: the person looks at it and signs it anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_retry(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let space = desk.space()?;
    let kept = space.transfer(transfer_id(&id)?).await?;
    if kept.state != Kept::NotSent {
        return Err(VaultError::NoSuch("transfer").into());
    }
    events::navigate(&app, &format!("/cooperatives/{}/{}", kept.peer, kept.service));
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_go_on(desk: State<'_, Desk>, id: String) -> Answer<()> {
    let go_on = desk.space()?.transfer_go_on(transfer_id(&id)?).await?;
    let url = go_on.and_then(|go_on| Url::parse(&go_on.url).ok());
    let url = url.ok_or_else(|| AppError::new("SYS-713"))?;
    if browser::open_and_see(&url).await {
        Ok(())
    } else {
        Err(AppError::new("SYS-730"))
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_save(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Option<String>> {
    let (space, id) = (desk.space()?, transfer_id(&id)?);
    let receipt = space.transfer_receipt(id, true).await?;
    let name = format!("Transfer receipt {}.json", iso(desk.clock.now().date()));
    let Some(path) = dialogs::save(&app, "Save the receipt", &name).await else {
        return Ok(None);
    };
    dialogs::write(&path, receipt.as_bytes())?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn transfer_forget_text(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.forget_transfer_text(transfer_id(&id)?).await?)
}

/// How much waits for the person: for the count beside the page's name, without what is in it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn incoming_waiting(desk: State<'_, Desk>) -> Answer<u32> {
    Ok(desk.space()?.incoming_waiting().await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn incoming(desk: State<'_, Desk>, id: String) -> Answer<IncomingDetail> {
    let found = desk.space()?.incoming_transfer(incoming_id(&id)?).await?;
    Ok(found.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn incoming_accept(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.accept_incoming(incoming_id(&id)?).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn incoming_discard(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.discard_incoming(incoming_id(&id)?).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn offered_services(desk: State<'_, Desk>) -> Answer<Vec<OfferedService>> {
    let offers = desk.space()?.offered_services().await?;
    Ok(offers.into_iter().map(OfferedService::from).collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn offered_service_save(desk: State<'_, Desk>, service: OfferedService) -> Answer<()> {
    Ok(desk.space()?.save_offered_service(service.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn offered_service_remove(desk: State<'_, Desk>, id: String) -> Answer<()> {
    Ok(desk.space()?.remove_offered_service(&id).await?)
}

/// A cooperative as it is known now.
pub(crate) async fn known(space: &SpaceHandle, id: &str) -> Answer<Cooperative> {
    let all = space.cooperatives().await?;
    let found = all.into_iter().find(|one| one.id == id);
    found.ok_or_else(|| VaultError::NoSuch("cooperative").into())
}

async fn drafted(
    desk: &Desk,
    space: &SpaceHandle,
    draft: vault_core::cooperatives::TransferDraft,
) -> Answer<TransferDraft> {
    let cooperative = known(space, &draft.peer).await?;
    TransferDraft::new(&draft, &cooperative, desk.clock.now())
        .ok_or_else(|| VaultError::NoSuch("service").into())
}

fn transfer_id(text: &str) -> Answer<TransferId> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}

fn incoming_id(text: &str) -> Answer<IncomingId> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}
