//! The vault as a whole: making, opening, locking, keys, the recovery kit.

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use tauri::{AppHandle, State, WebviewWindow};
use vault_core::{CreateOptions, LockReason, LockedVault, VaultError, settings::Setting};
use vault_crypto::{Passphrase, RecoveryCode, RecoveryKey, personal_stitch};
use zeroize::Zeroizing;

use super::dialogs::{self, shown};
use crate::{
    desk::{Desk, Seat, gateway, opening},
    error::{Answer, AppError},
    events, lock,
    platform::{
        keyring,
        paths::{EXTENSION, vault_name},
        print,
    },
    practice,
    view::{
        time::stamp,
        vault::{
            CheckReport, GroupCheck, KeyringState, RecoveryKit, SpaceRef, Strength, VaultState, VaultStatus,
            check_words,
        },
    },
};

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_status(desk: State<'_, Desk>) -> Answer<VaultStatus> {
    let seat = desk.look();
    let place = seat.place();
    let (cause, away_minutes, failed_attempts, mut damage) = desk.troubles();
    let mut status = VaultStatus {
        state: VaultState::None,
        name: vault_name(&place),
        place: shown(&place),
        lock_cause: cause.into(),
        away_minutes,
        keyring: KeyringState {
            enabled: false,
            usable: false,
            reason: None,
        },
        has_recovery: false,
        failed_attempts,
        damage: None,
        repairable: false,
        safe_copy_at: None,
        stitch: Vec::new(),
        practice: desk.is_practice(),
        space: None,
        lock_after_minutes: desk.settings().lock_minutes,
        version: env!("CARGO_PKG_VERSION").into(),
    };
    let locked = match seat {
        Seat::Empty(_) => return Ok(status),
        Seat::Troubled(_, error) => {
            status.state = VaultState::Locked;
            status.damage = Some(error);
            return Ok(status);
        }
        Seat::Locked(locked) => {
            status.state = VaultState::Locked;
            locked
        }
        Seat::Open(open) => {
            status.state = VaultState::Unlocked;
            describe_open(&mut status, &open).await?;
            open.locked
        }
    };
    describe_header(&mut status, &locked, &mut damage).await;
    status.damage = damage;
    Ok(status)
}

/// What only an open vault tells: its spaces, and whether the person showed that the recovery kit is kept.
async fn describe_open(status: &mut VaultStatus, open: &crate::desk::Open) -> Answer<()> {
    let spaces = open.vault.spaces().await?;
    if let Some(first) = spaces.first() {
        status.name.clone_from(&first.name);
    }
    status.space = spaces
        .iter()
        .find(|space| space.id == open.space.id())
        .map(SpaceRef::from);
    status.has_recovery = open
        .vault
        .first_space()
        .await?
        .setting(Setting::RecoveryConfirmed)
        .await?
        == "true";
    Ok(())
}

/// What the header tells without a key.
async fn describe_header(status: &mut VaultStatus, locked: &LockedVault, damage: &mut Option<AppError>) {
    status.safe_copy_at = locked.safe_copy_time().map(stamp);
    match locked.facts() {
        Ok(facts) => {
            status.stitch = personal_stitch(facts.id).to_vec();
            status.keyring = keyring_state(facts.id, facts.has_keyring).await;
            if status.state == VaultState::Locked {
                status.has_recovery = facts.has_recovery;
            }
            status.repairable = damage.is_some() && status.safe_copy_at.is_some();
        }
        Err(error) => {
            *damage = Some(error.into());
            status.repairable = locked.header_copy_is_whole();
        }
    }
}

async fn keyring_state(vault: vault_crypto::VaultId, enabled: bool) -> KeyringState {
    let reason = keyring::usable(vault, enabled).await.err().map(|error| {
        let words = AppError::from(error);
        format!("{} {}", words.title, words.safe)
    });
    KeyringState {
        enabled,
        usable: reason.is_none(),
        reason,
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_touch(desk: State<'_, Desk>) -> Answer<()> {
    desk.idle.touch();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn passphrase_strength(passphrase: String, personal: Vec<String>) -> Answer<Strength> {
    let passphrase = Zeroizing::new(passphrase);
    let judged = tauri::async_runtime::spawn_blocking(move || {
        let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
        vault_crypto::strength(&passphrase, &personal)
    });
    Ok(judged.await.map_err(|_| AppError::new("SYS-710"))?.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest_passphrase() -> Answer<String> {
    use secrecy::ExposeSecret as _;
    Ok(vault_crypto::suggest_passphrase().expose_secret().to_owned())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_place(app: AppHandle) -> Answer<Option<String>> {
    Ok(dialogs::folder(&app, "Where to keep the vault")
        .await
        .as_deref()
        .map(shown))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_create(
    app: AppHandle,
    desk: State<'_, Desk>,
    name: String,
    passphrase: String,
    place: Option<String>,
) -> Answer<RecoveryKit> {
    let passphrase = Passphrase::new(passphrase);
    let _turn = desk.turning.lock().await;
    if desk.open().is_some() {
        return Err(AppError::new("VLT-151"));
    }
    let dir = desk.place_for(&name, place.map(PathBuf::from).as_deref());
    let clock = desk.clock.clone();
    let options = CreateOptions {
        name: name.clone(),
        ..CreateOptions::default()
    };
    let made_in = dir.clone();
    let (locked, vault, code) =
        opening::slowly(move || LockedVault::create(&made_in, &passphrase, &options, clock)).await?;
    opening::opened(&app, locked, vault).await?;
    desk.remember(&dir);
    Ok(desk.kit.show(code, name.trim().to_owned(), desk.clock.now()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_try_made_up(app: AppHandle) -> Answer<()> {
    practice::begin(&app).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_choose(app: AppHandle, desk: State<'_, Desk>) -> Answer<Option<VaultStatus>> {
    let Some(folder) = dialogs::folder(
        &app,
        &format!("Open a vault: a folder that ends with .{EXTENSION}"),
    )
    .await
    else {
        return Ok(None);
    };
    lock::lock(&app, LockReason::You).await;
    desk.sit(folder.clone());
    gateway::follow(&app).await;
    match desk.look() {
        Seat::Locked(_) => desk.remember(&folder),
        Seat::Empty(_) | Seat::Troubled(..) | Seat::Open(_) => {}
    }
    events::vault_changed(&app);
    vault_status(desk).await.map(Some)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_unlock(app: AppHandle, desk: State<'_, Desk>, passphrase: String) -> Answer<()> {
    let passphrase = Passphrase::new(passphrase);
    let _turn = desk.turning.lock().await;
    let locked = desk.locked()?;
    let opening = locked.clone();
    let opened = opening::slowly(move || opening.unlock(&passphrase)).await;
    take(&app, &desk, locked, opened).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_unlock_keyring(app: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let _turn = desk.turning.lock().await;
    let locked = desk.locked()?;
    let id = locked.facts()?.id;
    let (opening, kept) = (locked.clone(), desk.keyring.clone());
    let loaded = tauri::async_runtime::spawn_blocking(move || kept.load(id));
    let secret = loaded.await.map_err(|_| AppError::new("SYS-710"))??;
    let opened = opening::slowly(move || opening.unlock_with_keyring(&secret)).await;
    // What is wrong is the key in the keyring: nobody typed a passphrase.
    let opened = opened.map_err(|error| {
        if error.code == "VLT-101" {
            AppError::new("VLT-113")
        } else {
            error
        }
    });
    take(&app, &desk, locked, opened).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_recover(
    app: AppHandle,
    desk: State<'_, Desk>,
    code: String,
    new_passphrase: String,
) -> Answer<()> {
    let (code, passphrase) = (Zeroizing::new(code), Passphrase::new(new_passphrase));
    let _turn = desk.turning.lock().await;
    let key = RecoveryKey::Code(RecoveryCode::parse(&code).map_err(VaultError::from)?);
    let locked = desk.locked()?;
    let opening = locked.clone();
    let opened = opening::slowly(move || opening.recover(&key, &passphrase)).await;
    take(&app, &desk, locked, opened).await
}

/// Takes the vault when it opened; else notes how that failed.
async fn take(
    app: &AppHandle,
    desk: &Desk,
    locked: LockedVault,
    opened: Answer<vault_core::VaultHandle>,
) -> Answer<()> {
    let opened = match opened {
        Ok(vault) => opening::opened(app, locked, vault).await,
        Err(error) => Err(error),
    };
    opened.inspect_err(|error| {
        desk.failed(error);
        if error.code != "VLT-101" {
            events::vault_changed(app);
        }
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_repair(app: AppHandle, desk: State<'_, Desk>, passphrase: String) -> Answer<()> {
    let passphrase = Passphrase::new(passphrase);
    let _turn = desk.turning.lock().await;
    let locked = desk.locked()?;
    opening::slowly(move || locked.repair(&passphrase)).await?;
    desk.repaired();
    events::vault_changed(&app);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_lock(app: AppHandle) -> Answer<()> {
    lock::lock(&app, LockReason::You).await;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_kit_new(desk: State<'_, Desk>, passphrase: String) -> Answer<RecoveryKit> {
    let vault = desk.vault()?;
    vault.check_passphrase(Passphrase::new(passphrase)).await?;
    let code = vault.make_recovery_code().await?;
    let first = vault.first_space().await?;
    first.set_setting(Setting::RecoveryConfirmed, "false").await?;
    Ok(desk.kit.show(code, first.info().name.clone(), desk.clock.now()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_kit_save(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
) -> Answer<Option<String>> {
    let (text, name) = desk.kit.file()?;
    let Some(path) = dialogs::save(&app, "Save the recovery kit", &name).await else {
        return Ok(None);
    };
    if path.starts_with(desk.place()) {
        return Err(AppError::new("VLT-109"));
    }
    // Text is what stock tools read: its last line is the key of a backpack that was packed for the kit.
    if path.extension().is_some_and(|ending| ending == "txt") {
        write_private(&path, &text).map_err(VaultError::from)?;
    } else if let Err(error) = print::into_pdf(&window, &path).await {
        tracing::warn!(kind = %error.kind(), "the recovery kit could not be printed into a file");
        return Err(AppError::new("SYS-720"));
    }
    Ok(Some(shown(&path)))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_kit_print(window: WebviewWindow, desk: State<'_, Desk>) -> Answer<()> {
    desk.kit.is_shown()?;
    window.print().map_err(|_| AppError::new("SYS-720"))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_kit_confirm(
    app: AppHandle,
    desk: State<'_, Desk>,
    groups: (String, String),
) -> Answer<GroupCheck> {
    let (one, other) = (Zeroizing::new(groups.0), Zeroizing::new(groups.1));
    let check = desk.kit.confirm([one.as_str(), other.as_str()])?;
    if check.ok {
        let first = desk.vault()?.first_space().await?;
        first.set_setting(Setting::RecoveryConfirmed, "true").await?;
        events::vault_changed(&app);
    }
    Ok(check)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn recovery_kit_later(desk: State<'_, Desk>) -> Answer<()> {
    desk.kit.forget();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn passphrase_change(desk: State<'_, Desk>, current: String, next: String) -> Answer<()> {
    Ok(desk
        .vault()?
        .change_passphrase(Passphrase::new(current), Passphrase::new(next))
        .await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn keyring_enable(app: AppHandle, desk: State<'_, Desk>, passphrase: String) -> Answer<()> {
    let vault = desk.vault()?;
    keyring::usable(vault.id(), false).await?;
    let secret = vault.enable_keyring(Passphrase::new(passphrase)).await?;
    let (id, kept) = (vault.id(), desk.keyring.clone());
    let stored = tauri::async_runtime::spawn_blocking(move || kept.store(id, &secret));
    if let Err(error) = stored.await.map_err(|_| AppError::new("SYS-710"))? {
        vault.disable_keyring().await?;
        return Err(error.into());
    }
    events::vault_changed(&app);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn keyring_disable(app: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    let vault = desk.vault()?;
    // The vault forgets first: then what stays in a keyring that cannot be asked opens nothing.
    vault.disable_keyring().await?;
    let (id, kept) = (vault.id(), desk.keyring.clone());
    let forgotten = tauri::async_runtime::spawn_blocking(move || kept.forget(id)).await;
    if !matches!(forgotten, Ok(Ok(()))) {
        tracing::info!("the key stays in the keyring; it opens nothing");
    }
    events::vault_changed(&app);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_check(desk: State<'_, Desk>) -> Answer<CheckReport> {
    let vault = desk.vault()?;
    let spaces = vault.spaces().await?;
    let (mut whole, mut records, mut unreadable) = (true, 0, 0);
    for info in &spaces {
        let report = vault.space(info.id).await?.check().await?;
        whole &= report.is_whole();
        records += report.records;
        unreadable += report.unreadable;
    }
    let words = check_words(whole, records, unreadable, spaces.len());
    Ok(CheckReport {
        at: stamp(desk.clock.now()),
        whole,
        records,
        unreadable,
        words,
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn vault_delete(app: AppHandle, desk: State<'_, Desk>, typed_name: String) -> Answer<()> {
    let open = desk.open().ok_or_else(|| AppError::new("VLT-103"))?;
    let first = open.vault.first_space().await?;
    if typed_name.trim() != first.info().name {
        return Err(AppError::new("VLT-152"));
    }
    open.vault.pass_guard().await?;
    let id = open.vault.id();
    drop(open);
    lock::lock(&app, LockReason::You).await;
    let _turn = desk.turning.lock().await;
    let place = desk.place();
    if let Seat::Locked(locked) = desk.look() {
        desk.leave();
        opening::slowly(move || locked.delete()).await?;
    }
    let kept = desk.keyring.clone();
    let _ = tauri::async_runtime::spawn_blocking(move || kept.forget(id)).await;
    desk.deleted(place);
    gateway::follow(&app).await;
    events::vault_changed(&app);
    Ok(())
}
