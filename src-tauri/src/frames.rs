//! Opening an app in a window of its own, after consent is settled, and closing it again.

use std::{sync::atomic::Ordering, time::Duration};

use openplatform::{
    frame::BaseUrl,
    message::{Appearance, HostMessage},
    origin::AppOrigin,
    token::Revision,
};
use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, Manager as _, Url, WebviewWindow};
use uuid::Uuid;
use vault_core::{SpaceHandle, apps::Renewal, disclosure::Asked, settings::Setting};
use vault_gateway::included;
use vault_store::{
    AppId, MessageId, PartyKind,
    apps::{AppKind, AppState},
};

use crate::{
    desk::{
        desk,
        frames::{Frame, Parcel},
    },
    error::{Answer, AppError},
    events, renewal, windows,
};

/// How long an app has to put its things in order after it was told that it is closed.
const GRACE: Duration = Duration::from_millis(400);

/// A size has to stand still for so long before the app is told.
const REST: Duration = Duration::from_millis(100);

/// Lets an app see which apps there are.
const APPS: &str = "vault:directory.apps:get";

/// The language of what Satchel says; apps are told it.
pub(crate) const LANGUAGE: &str = "en";

/// Something for the frame of an app.
#[derive(Clone, Serialize, Type)]
pub(crate) struct FramePost {
    json: String,
}

/// Opens an app as guest, or raises its window: nothing is asked, and it is told nothing.
pub(crate) async fn open_as_guest(app: &AppHandle, space: SpaceHandle, id: AppId) -> Answer<()> {
    if raise(app, id)? {
        return Ok(());
    }
    desk(app).gateway.base().await?;
    show(app, space, id, true).await
}

/// Raises the window of an app; whether it has one.
fn raise(app: &AppHandle, id: AppId) -> Answer<bool> {
    let label = desk(app).frames.label_of(id);
    let Some(window) = label.and_then(|label| app.get_webview_window(&label)) else {
        return Ok(false);
    };
    windows::raise(&window).map_err(|_| AppError::new("SYS-721"))?;
    Ok(true)
}

/// Opens an app, or raises its window. What it asks for is settled first; then the window opens, whatever the answer was.
pub(crate) async fn open(app: &AppHandle, space: SpaceHandle, id: AppId) -> Answer<()> {
    if raise(app, id)? {
        return Ok(());
    }
    let desk = desk(app);
    desk.gateway.base().await?;
    let asked = space.ask_for_app(id).await?;
    renew(app, space.clone(), id);
    match asked {
        Asked::Granted(_) | Asked::Refused => show(app, space, id, false).await,
        Asked::Question(question) => {
            if desk.frames.wait(id) {
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    let settled = space.wait(question).await;
                    crate::desk::desk(&app).frames.waited(id);
                    if settled.is_ok()
                        && let Err(error) = show(&app, space, id, false).await
                    {
                        tracing::warn!(code = error.code, "an app could not be opened");
                    }
                });
            }
            Ok(())
        }
    }
}

/// Reads the app's description again beside its opening, which waits for no server. One that must not go on is closed.
fn renew(app: &AppHandle, space: SpaceHandle, id: AppId) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let desk = desk(&app);
        match renewal::look_again(&desk.connect, &space, id).await {
            Ok(Some(Renewal::Paused)) => paused(&app, id).await,
            Ok(Some(Renewal::Same | Renewal::Taken | Renewal::Offered) | None) => {}
            Err(error) => tracing::debug!(code = error.code, "an app could not be looked at again"),
        }
    });
}

/// An app was paused: where it is open it is closed, and the person is shown why.
pub(crate) async fn paused(app: &AppHandle, id: AppId) {
    if desk(app).frames.label_of(id).is_none() {
        return;
    }
    close_app(app, id).await;
    windows::raise_main(app);
    events::navigate(app, &format!("/apps/{id}"));
}

async fn show(app: &AppHandle, space: SpaceHandle, id: AppId, guest: bool) -> Answer<()> {
    let desk = desk(app);
    // While the question was open the person may have gone to another space: apps of two spaces are never open together.
    if desk.space()?.id() != space.id() {
        return Ok(());
    }
    let opened = if guest {
        space.open_app_as_guest(id).await?
    } else {
        space.open_app(id).await?
    };
    let broken = || AppError::new("APP-303");
    let first_page = Url::parse(&opened.app.frame_url).map_err(|_| broken())?;
    let origin = AppOrigin::of(&first_page).ok_or_else(broken)?;
    let label = format!("{}{}", windows::APP, Uuid::new_v4().simple());
    let manifest = &opened.app.manifest;
    let size = (f64::from(manifest.width), f64::from(manifest.height));
    let frame = Frame::new(
        id,
        space.clone(),
        opened.token,
        origin,
        opened.app.frame_url.clone(),
        opened.wire,
        opened.revision,
    );
    frame.trace.follow(desk.settings().developer);
    desk.frames.insert(label.clone(), frame);
    if let Err(error) = windows::open_app(app, &label, &manifest.name, size) {
        tracing::warn!(%error, "the window of an app could not be opened");
        desk.frames.remove(&label);
        space.app_closed(id).await?;
        return Err(AppError::new("SYS-721"));
    }
    space.read_app_messages(id).await?;
    tell_others(app, id, HostMessage::app_open(&wire_id(id))).await;
    // It may have been paused while its window was made.
    if space.app(id).await?.state != AppState::Ready {
        close(app, &label).await;
    }
    Ok(())
}

/// Tells an app that it is closed, gives it a moment, and closes its window.
pub(crate) async fn close(app: &AppHandle, label: &str) {
    post(app, label, &HostMessage::kill());
    tokio::time::sleep(GRACE).await;
    windows::destroy(app, label);
}

/// Closes the window of an app, where it has one.
pub(crate) async fn close_app(app: &AppHandle, id: AppId) {
    if let Some(label) = desk(app).frames.label_of(id) {
        close(app, &label).await;
    }
}

/// Closes every app.
pub(crate) async fn close_all(app: &AppHandle) {
    desk(app).frames.forget();
    let labels = desk(app).frames.labels();
    if labels.is_empty() {
        return;
    }
    for label in &labels {
        post(app, label, &HostMessage::kill());
    }
    tokio::time::sleep(GRACE).await;
    labels.iter().for_each(|label| windows::destroy(app, label));
}

/// The window of an app is gone: what was shared for once ends with it.
pub(crate) fn gone(app: &AppHandle, label: &str) {
    let Some(frame) = desk(app).frames.remove(label) else {
        return;
    };
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match frame.space.app_closed(frame.app).await {
            Ok(()) => tell_others(&app, frame.app, HostMessage::app_close(&wire_id(frame.app))).await,
            Err(error) => tracing::debug!(%error, "the vault was locked before an app's window was gone"),
        }
    });
}

/// The gateway's address, as apps are told it.
pub(crate) async fn base(app: &AppHandle) -> Answer<BaseUrl> {
    BaseUrl::new(&desk(app).gateway.base().await?).map_err(|_| AppError::new("SYS-710"))
}

/// The address for the frame of a window, with the revision of what its app may know now.
pub(crate) async fn address(app: &AppHandle, frame: &Frame) -> Answer<String> {
    let revision: Revision = frame.space.app_revision(frame.app).await?;
    Ok(frame.address(&base(app).await?, LANGUAGE, &revision))
}

/// Tells the apps whose view of the person has changed the revision of it, and their windows that it has. An app hears nothing of what
/// was shared with another.
pub(crate) async fn view_changed(app: &AppHandle) {
    let desk = desk(app);
    for label in desk.frames.labels() {
        let Some(frame) = desk.frames.of(&label) else {
            continue;
        };
        if let Ok(revision) = frame.space.app_revision(frame.app).await
            && frame.is_news(&revision)
        {
            events::tell(app, &label, "frameChanged", ());
            post(app, &label, &HostMessage::revision(&revision));
        }
    }
}

/// Tells every app how things look and sound now.
pub(crate) fn appearance_changed(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for label in desk(&app).frames.labels() {
            let (Some(window), Some(frame)) = (app.get_webview_window(&label), desk(&app).frames.of(&label))
            else {
                continue;
            };
            frame.trace.follow(desk(&app).settings().developer);
            if let Ok(look) = look(&window, &frame).await {
                post(&app, &label, &HostMessage::appearance(&look, None));
            }
        }
    });
}

/// How things look and sound in the window of an app.
pub(crate) async fn look(window: &WebviewWindow, frame: &Frame) -> Answer<Appearance> {
    let (space, theme) = (&frame.space, desk(window.app_handle()).settings().theme);
    let choices = space.app_choices(frame.app).await?;
    let on = async |setting| space.setting(setting).await.map(|text| text == "true");
    let background = space.setting(Setting::Background).await?;
    Ok(Appearance {
        dark: windows::is_dark(window, theme),
        colour: space.setting(Setting::Accent).await?,
        background: (background != "none").then_some(background),
        sounds: on(Setting::Sounds).await? && choices.sounds,
        notifications: on(Setting::Notifications).await? && choices.notifications,
    })
}

/// The window of an app has another size: the app is told once it rests.
pub(crate) fn resized(app: &AppHandle, label: &str) {
    let Some(frame) = desk(app).frames.of(label) else {
        return;
    };
    if !frame.begins_resizing() {
        return;
    }
    let (app, label) = (app.clone(), label.to_owned());
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(REST).await;
        frame.resizing.store(false, Ordering::SeqCst);
        if let Some(window) = app.get_webview_window(&label) {
            let size = windows::measures(&window);
            post(&app, &label, &HostMessage::resize(size.width, size.height));
        }
    });
}

/// The window of an app came to the front.
pub(crate) fn focused(app: &AppHandle, label: &str) {
    if desk(app)
        .frames
        .of(label)
        .is_some_and(|frame| frame.mark().is_some())
    {
        post(app, label, &HostMessage::focus());
    }
}

/// Hands something to another app, which is opened for it where it is not open.
pub(crate) async fn hand(app: &AppHandle, space: SpaceHandle, to: AppId, parcel: Parcel) -> Answer<()> {
    let desk = desk(app);
    let speaks = desk.frames.label_of(to).filter(|label| {
        let frame = desk.frames.of(label);
        frame.is_some_and(|frame| frame.mark().is_some())
    });
    match speaks {
        Some(label) => parcel
            .messages
            .iter()
            .for_each(|message| post(app, &label, message)),
        None if desk.frames.parcels.put(to, parcel) => {}
        None => return Ok(()),
    }
    open(app, space, to).await
}

/// Opens an app where a notification of it leads to: it gets back what it had given with it.
pub(crate) async fn follow_message(
    app: &AppHandle,
    space: SpaceHandle,
    id: AppId,
    message: MessageId,
) -> Answer<()> {
    let kept = space.app_messages(id).await?;
    let data = kept
        .into_iter()
        .find(|kept| kept.id == message)
        .map(|kept| kept.data);
    let parcel = Parcel {
        opened_with: None,
        messages: data.map(|data| HostMessage::notify(&data)).into_iter().collect(),
    };
    space.read_app_messages(id).await?;
    hand(app, space, id, parcel).await
}

/// Tells the apps that may see which apps there are that one was opened or closed.
async fn tell_others(app: &AppHandle, about: AppId, message: HostMessage) {
    let desk = desk(app);
    for label in desk.frames.labels() {
        let Some(frame) = desk.frames.of(&label).filter(|frame| frame.app != about) else {
            continue;
        };
        if may(&frame, APPS).await.unwrap_or(false) {
            post(app, &label, &message);
        }
    }
}

/// Whether the person allowed an app something, now.
pub(crate) async fn may(frame: &Frame, scope: &str) -> Answer<bool> {
    let app = frame.space.app(frame.app).await?;
    Ok(app
        .sees
        .iter()
        .flat_map(|view| &view.grant.scopes)
        .any(|one| one.as_str() == scope))
}

/// The id of an app as apps know it.
pub(crate) fn wire_id(id: AppId) -> String {
    id.as_uuid().simple().to_string()
}

/// Ends all that the app of a window may see, without waiting for it.
pub(crate) fn stop_sharing_soon(app: &AppHandle, label: &str) {
    let Some(frame) = desk(app).frames.of(label) else {
        return;
    };
    tauri::async_runtime::spawn(async move {
        if let Err(error) = stop_sharing(&frame).await {
            tracing::warn!(code = error.code, "sharing could not be stopped");
        }
    });
}

/// Ends all that an app may see.
pub(crate) async fn stop_sharing(frame: &Frame) -> Answer<()> {
    frame
        .space
        .revoke_party(PartyKind::App, &frame.app.to_string())
        .await?;
    Ok(())
}

/// Hands the frame of a window a message.
pub(crate) fn post(app: &AppHandle, label: &str, message: &HostMessage) {
    if let Some(frame) = desk(app).frames.of(label) {
        let json = frame.say(message);
        events::tell(app, label, "framePost", FramePost { json });
    }
}

/// The same a moment later.
pub(crate) fn post_later(app: &AppHandle, label: &str, after: Duration, message: HostMessage) {
    let (app, label) = (app.clone(), label.to_owned());
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(after).await;
        post(&app, &label, &message);
    });
}

/// Makes sure that the apps that come with Satchel are in a space, in the version that came with it.
pub(crate) async fn admit_included(space: &SpaceHandle) -> Answer<()> {
    for included in included::APPS {
        let manifest = String::from_utf8_lossy(included.manifest()).into_owned();
        space
            .admit_app(vault_core::apps::NewApp {
                manifest,
                url: None,
                kind: AppKind::Included,
                key_pin: String::new(),
            })
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use openplatform::{
        chain::Chain,
        frame::Wire,
        manifest::Protocol,
        token::{AppToken, TOKEN_BYTES},
    };
    use vault_core::{CreateOptions, LockReason, LockedVault, VaultHandle, clock::SystemClock};
    use vault_crypto::{KdfParams, Passphrase};

    use super::*;

    fn vault(folder: &std::path::Path) -> VaultHandle {
        let options = CreateOptions {
            kdf: KdfParams {
                m_kib: 8 * 1024,
                t: 1,
                p: 1,
            },
            port: Some(0),
            ..CreateOptions::default()
        };
        let passphrase = Passphrase::new("otter-carries-seven-warm-lamps".into());
        let dir = folder.join("Personal.satchel");
        let (_locked, vault, _) =
            LockedVault::create(&dir, &passphrase, &options, Arc::new(SystemClock)).unwrap();
        vault
    }

    /// An app that is open with a token of ones.
    async fn frame(vault: &VaultHandle) -> Frame {
        Frame::new(
            AppId::new(),
            vault.first_space().await.unwrap(),
            AppToken::from_random(&[0x11; TOKEN_BYTES]),
            AppOrigin::of(&"https://app.example/".parse().unwrap()).unwrap(),
            "https://app.example/?x=1".into(),
            Wire {
                protocol: Protocol::P4,
                chain: Chain::new(None, None),
            },
            revision("aaaaa"),
        )
    }

    fn revision(text: &str) -> Revision {
        Revision::parse(text).unwrap()
    }

    #[tokio::test]
    async fn only_this_app_in_this_opening_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let frame = frame(&vault).await;
        let (own, origin) = ("1".repeat(64), "https://app.example");
        let message = |token: &str, declared: &str, mark: &str| {
            format!(
                r#"{{"openplatform":{mark},"accesstoken":"{token}","type":"verify","body":null,"sender":true,"origin":"{declared}","callback":"a1"}}"#
            )
        };
        let genuine = message(&own, origin, "true");
        assert!(frame.hear(&genuine, origin).is_ok());
        for engine in [
            "https://evil.example",
            "null",
            "",
            "http://app.example",
            "https://app.example:444",
            "tauri://localhost",
        ] {
            assert!(frame.hear(&genuine, engine).is_err(), "sent from {engine}");
        }
        for (what, data) in [
            ("another token", message(&"2".repeat(64), origin, "true")),
            ("a longer token", message(&format!("{own}1"), origin, "true")),
            ("no token", message("", origin, "true")),
            (
                "another origin in its own words",
                message(&own, "https://evil.example", "true"),
            ),
            (
                "the host's origin in its own words",
                message(&own, "tauri://localhost", "true"),
            ),
            ("a mark that is not true", message(&own, origin, r#""yes""#)),
            ("an object in a list", format!("[{genuine}]")),
            ("half of it", genuine.chars().take(80).collect()),
            ("more than 1 MiB", format!("{genuine}{}", " ".repeat(1024 * 1024))),
        ] {
            assert!(frame.hear(&data, origin).is_err(), "{what}");
        }
        vault.lock(LockReason::You).await;
    }

    #[tokio::test]
    async fn an_app_is_told_a_revision_once_and_loads_again_with_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let frame = frame(&vault).await;
        assert!(!frame.is_news(&revision("aaaaa")));
        assert!(frame.is_news(&revision("bbbbb")));
        assert!(!frame.is_news(&revision("bbbbb")));
        let base = BaseUrl::new("http://127.0.0.1:20001").unwrap();
        let address = frame.address(&base, LANGUAGE, &revision("bbbbb"));
        let verify = "http%3A%2F%2F127.0.0.1%3A20001%2Fverify%2F%3Faccesstoken%3D1111";
        assert!(
            address.starts_with(&format!("https://app.example/?openplatform={verify}")),
            "{address}"
        );
        assert!(address.ends_with("&language=en&rev=bbbbb&x=1"), "{address}");
        vault.lock(LockReason::You).await;
    }

    #[tokio::test]
    async fn the_gateway_has_the_files_of_every_included_app() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        let space = vault.first_space().await.unwrap();
        admit_included(&space).await.unwrap();
        admit_included(&space).await.unwrap();
        let apps = space.apps().await.unwrap();
        assert_eq!(apps.len(), included::APPS.len());
        for app in apps {
            let host = app
                .origin
                .strip_prefix("http://")
                .unwrap()
                .split_once('.')
                .unwrap()
                .0;
            let found = vault.packaged_app(host).await.unwrap().unwrap();
            let files = included::named(&found.app).unwrap();
            let first_page: Url = app.frame_url.parse().unwrap();
            assert!(files.file(first_page.path()).is_some(), "{}", first_page.path());
        }
        vault.lock(LockReason::You).await;
    }
}
