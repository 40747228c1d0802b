//! Backpacks: packing, checking, bringing back.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use tauri::{AppHandle, Manager as _, State};
use vault_core::{
    VaultError,
    backpack::{Keys, PackProgress, PackRequest, PackStep},
};
use zeroize::Zeroizing;

use super::dialogs::{self, shown};
use crate::{
    desk::Desk,
    error::{Answer, AppError},
    events::{self, Progress, ProgressJob},
    view::{
        backpack::{
            BackpackReport, BackpackRow, Into, OpenKey, PackLock, PackPlan, Restored, identity_keys,
            passphrase_keys,
        },
        vault::SpaceRef,
    },
};

/// The ending of a backpack's name.
const EXTENSION: &str = "backpack";
/// A key file is far smaller; beyond this it is something else.
const KEY_FILE: u64 = 64 * 1024;

#[tauri::command]
#[specta::specta]
pub(crate) async fn pack_plan(app: AppHandle, desk: State<'_, Desk>) -> Answer<PackPlan> {
    let plan = desk.space()?.pack_plan().await?;
    let before = plan
        .earlier
        .first()
        .and_then(|last| Path::new(&last.file).parent().map(Path::to_path_buf));
    let usual = || app.path().document_dir().or_else(|_| app.path().home_dir()).ok();
    let folder = before
        .filter(|folder| folder.is_dir())
        .or_else(usual)
        .filter(|folder| folder.is_dir());
    let folder = folder.or_else(|| app.path().home_dir().ok());
    Ok(PackPlan::new(plan, folder.as_deref()))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pack_choose_place(app: AppHandle, name: String) -> Answer<Option<String>> {
    let chosen = dialogs::save(&app, "Where to put the backpack", &name).await;
    Ok(chosen.map(with_extension).as_deref().map(shown))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pack_start(
    app: AppHandle,
    desk: State<'_, Desk>,
    path: String,
    lock: PackLock,
    full: bool,
) -> Answer<BackpackRow> {
    let space = desk.space()?;
    let request = PackRequest {
        path: PathBuf::from(path),
        locks: lock.try_into()?,
        full,
    };
    let stop = desk.packing.begin();
    let packed = space.pack(request, stop, teller(&app, ProgressJob::Pack)).await;
    events::progress(&app, Progress::ended(ProgressJob::Pack));
    Ok(packed?.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pack_cancel(desk: State<'_, Desk>) -> Answer<()> {
    desk.packing.stop();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn backpack_choose(app: AppHandle) -> Answer<Option<String>> {
    Ok(
        dialogs::file(&app, "Choose a backpack", "Backpacks", &[EXTENSION, "age"])
            .await
            .as_deref()
            .map(shown),
    )
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn identity_choose(app: AppHandle) -> Answer<Option<String>> {
    Ok(
        dialogs::file(&app, "Choose the key file", "Key files", &["txt", "key", "age"])
            .await
            .as_deref()
            .map(shown),
    )
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn backpack_check(
    app: AppHandle,
    desk: State<'_, Desk>,
    path: String,
    key: OpenKey,
) -> Answer<BackpackReport> {
    let space = desk.space()?;
    let stop = desk.packing.begin();
    let teller = teller(&app, ProgressJob::Check);
    let checked = space
        .check_backpack(Path::new(&path), keys(key)?, stop, teller)
        .await;
    events::progress(&app, Progress::ended(ProgressJob::Check));
    Ok(checked?.into())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn backpack_restore(
    app: AppHandle,
    desk: State<'_, Desk>,
    path: String,
    key: OpenKey,
    into: Into,
) -> Answer<Restored> {
    let space = desk.space()?;
    let (path, keys, stop) = (PathBuf::from(path), keys(key)?, desk.packing.begin());
    let teller = teller(&app, ProgressJob::Restore);
    let restored = match into {
        Into::NewSpace => {
            space
                .vault()
                .restore_into_new_space(&path, keys, None, stop, teller)
                .await
        }
        Into::Merge => space
            .restore(&path, keys, stop, teller)
            .await
            .map(|report| (space, report)),
    };
    events::progress(&app, Progress::ended(ProgressJob::Restore));
    let (space, report) = restored?;
    Ok(Restored::new(&report, SpaceRef::from(space.info())))
}

/// Tells the pages how far long work is; finer than that nobody can see.
fn teller(app: &AppHandle, job: ProgressJob) -> impl Fn(PackProgress) + Send + 'static {
    let app = app.clone();
    let last = std::cell::Cell::new((None::<PackStep>, std::time::Instant::now()));
    move |progress| {
        let (step, at) = last.get();
        if step == Some(progress.step) && at.elapsed() < std::time::Duration::from_millis(100) {
            return;
        }
        last.set((Some(progress.step), std::time::Instant::now()));
        let words = step_words(progress.step).to_owned();
        let (done, total) = (progress.done, progress.total);
        events::progress(
            &app,
            Progress {
                job,
                id: String::new(),
                done,
                total,
                words,
                finished: false,
            },
        );
    }
}

fn step_words(step: PackStep) -> &'static str {
    match step {
        PackStep::Measuring => "Measuring",
        PackStep::Packing => "Packing",
        PackStep::Checking => "Comparing",
        PackStep::Restoring => "Restoring",
    }
}

fn keys(key: OpenKey) -> Answer<Keys> {
    match key {
        OpenKey::Passphrase { passphrase } => Ok(passphrase_keys(passphrase)),
        OpenKey::Identity { identity_file } => identity_keys(&read_key_file(Path::new(&identity_file))?),
    }
}

fn read_key_file(path: &Path) -> Answer<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let file = fs::File::open(path).map_err(VaultError::from)?;
    let read = file.take(KEY_FILE).read_to_string(&mut text);
    read.map_err(|_| AppError::new("BPK-507"))?;
    Ok(text)
}

fn with_extension(path: PathBuf) -> PathBuf {
    if path.extension().is_some() {
        path
    } else {
        path.with_extension(EXTENSION)
    }
}
