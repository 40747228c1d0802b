//! Imports: files that the person gave. What the page names is checked: ids are parsed, paths are those of files that are there, texts have limits.

pub(crate) mod folder;
pub(crate) mod rows;
pub(crate) mod tables;

use std::collections::{BTreeMap, BTreeSet};

use secrecy::SecretString;
use tauri::{AppHandle, State};
use vault_connect::takeout::{
    self,
    job::{self, Check, Findings, Question},
};
use vault_core::{SpaceHandle, VaultError, imports::Coverage};
use vault_store::{ImportId, imports::ImportState};

use super::dialogs::{self, shown};
use crate::{
    desk::{Desk, imports as work},
    error::{Answer, AppError},
    events,
    view::completeness::PlatformCoverage,
    view::imports::{ImportPlatform, ImportView, UnknownShape},
};

/// The longest password, in bytes.
const LONGEST_PASSWORD: usize = 1024;
/// The longest name of an account, a platform or a mapping, in characters.
const LONGEST_NAME: usize = 200;

#[tauri::command]
#[specta::specta]
pub(crate) async fn imports(desk: State<'_, Desk>) -> Answer<Vec<ImportView>> {
    let space = desk.space()?;
    let mut all = Vec::new();
    for id in desk.imports.looks(space.id()) {
        if let Some(view) = look_of(&desk, &space, id).await? {
            all.push(view);
        }
    }
    let kept = space.imports().await?;
    all.extend(kept.into_iter().map(|one| ImportView::kept(one, &[], None)));
    Ok(all)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn import(desk: State<'_, Desk>, id: String) -> Answer<ImportView> {
    view(&desk, import_id(&id)?).await
}

/// Asks for files, or a folder, and begins to look at them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_import(
    app: AppHandle,
    desk: State<'_, Desk>,
    folder: bool,
) -> Answer<Option<String>> {
    let space = desk.space()?;
    let chosen = if folder {
        dialogs::folder(&app, "Choose the folder with your data").await
    } else {
        dialogs::any_file(&app, "Choose the file that the platform gave you").await
    };
    Ok(chosen.map(|path| begin(&app, space, vec![path])))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_import(app: AppHandle, desk: State<'_, Desk>, paths: Vec<String>) -> Answer<String> {
    let space = desk.space()?;
    Ok(begin(&app, space, work::places(paths)?))
}

fn begin(app: &AppHandle, space: SpaceHandle, places: Vec<std::path::PathBuf>) -> String {
    let id = ImportId::new();
    let question = Question {
        places,
        ..Question::default()
    };
    work::look(app, space, id, question);
    id.to_string()
}

/// The password of an encrypted file: it is held until the vault is locked, and never stored.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_password(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    password: String,
) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    if password.len() > LONGEST_PASSWORD {
        return Err(AppError::new("IMP-213"));
    }
    let password = SecretString::from(password);
    desk.imports.set_password(id, password.clone());
    if let Some(question) = desk.imports.question(space.id(), id) {
        let question = Question {
            password: Some(password),
            ..question
        };
        work::look(&app, space, id, question);
        return Ok(());
    }
    // One that went on and met the lock.
    space.continue_import(id).await?;
    work::run(&app, space, id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn change_import(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    platform: String,
) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    short(&platform)?;
    let question = desk
        .imports
        .question(space.id(), id)
        .ok_or_else(|| AppError::new("SYS-713"))?;
    let question = Question {
        chosen: Some(platform),
        leave_out: BTreeSet::new(),
        mappings: BTreeMap::new(),
        ..question
    };
    work::look(&app, space, id, question);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn set_import(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
    leave_out: Vec<u32>,
    without_people: bool,
    account: String,
    time_zone: Option<String>,
) -> Answer<ImportView> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let account = account.trim().to_owned();
    short(&account)?;
    short(time_zone.as_deref().unwrap_or_default())?;
    let positions = leave_out
        .iter()
        .filter_map(|at| usize::try_from(*at).ok())
        .collect();
    desk.imports.set(space.id(), id, positions, without_people);
    let question = desk
        .imports
        .question(space.id(), id)
        .ok_or_else(|| AppError::new("SYS-713"))?;
    let by = match desk.imports.look(space.id(), id) {
        Some(Ok(check)) => check.question.time_zone,
        Some(Err(_)) | None => question.time_zone.clone(),
    };
    if question.account != account || by != time_zone {
        // What the vault has of another account is something else, and another zone makes other moments.
        let question = Question {
            account,
            time_zone,
            ..question
        };
        work::look(&app, space, id, question);
    }
    view(&desk, id).await
}

/// Imports what was looked at. From here it is in the vault.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_import(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let check = desk.imports.take(space.id(), id)?;
    job::begin(&space, &check).await?;
    work::run(&app, space, id)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_import(desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    space.pause_import(id).await?;
    desk.imports.stop(id);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn continue_import(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    space.continue_import(id).await?;
    work::run(&app, space, id)
}

/// Stops an import and takes back what it brought.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_import(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    if desk.imports.drop_look(id) {
        events::import_changed(&app, id);
        return Ok(());
    }
    space.import(id).await?;
    work::undo(&app, space, id);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_import(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let import = space.import(id).await?.import;
    let late = import.undo_until.is_none_or(|until| desk.clock.now() > until);
    if late || import.state == ImportState::Undone {
        return Err(AppError::new("IMP-231"));
    }
    work::undo(&app, space, id);
    Ok(())
}

/// Forgets a look. Nothing of it was stored.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_import_check(app: AppHandle, desk: State<'_, Desk>, id: String) -> Answer<()> {
    desk.space()?;
    let id = import_id(&id)?;
    desk.imports.drop_look(id);
    events::import_changed(&app, id);
    Ok(())
}

/// The columns of files whose layout is not known. No values.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_shape(desk: State<'_, Desk>, id: String) -> Answer<Vec<UnknownShape>> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let shapes = shapes(&desk, &space, id).await?;
    Ok(shapes
        .into_iter()
        .map(|(unknown, shape)| UnknownShape {
            file: unknown.path,
            rows: shape.rows,
            columns: shape.columns.into_iter().map(|column| column.name).collect(),
            nearest: unknown.nearest,
        })
        .collect())
}

/// Saves the shape of files whose layout is not known: names of columns, kinds and counts, and no value.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_import_shape(
    app: AppHandle,
    desk: State<'_, Desk>,
    id: String,
) -> Answer<Option<String>> {
    let (space, id) = (desk.space()?, import_id(&id)?);
    let shapes = shapes(&desk, &space, id).await?;
    let Some(path) = dialogs::save(&app, "Save the layout", "Layout without data.json").await else {
        return Ok(None);
    };
    // The file's own name may be a word of the person; it is not in the report.
    let report: Vec<takeout::Shape> = shapes.into_iter().map(|(_, shape)| shape).collect();
    let text = serde_json::to_vec_pretty(&report).map_err(|_| AppError::new("SYS-710"))?;
    dialogs::write(&path, &text)?;
    Ok(Some(shown(&path)))
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn import_platforms(desk: State<'_, Desk>) -> Answer<Vec<ImportPlatform>> {
    desk.space()?;
    Ok(job::platforms()
        .into_iter()
        .map(|platform| ImportPlatform {
            id: platform.id,
            name: platform.name,
            files: platform.files,
        })
        .collect())
}

/// What is here of each platform, and what is missing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn completeness(desk: State<'_, Desk>) -> Answer<Vec<PlatformCoverage>> {
    let all = desk.space()?.completeness().await?;
    Ok(all.into_iter().map(PlatformCoverage::from).collect())
}

/// An import or a look, as its page shows it.
async fn view(desk: &Desk, id: ImportId) -> Answer<ImportView> {
    let space = desk.space()?;
    if let Some(view) = look_of(desk, &space, id).await? {
        return Ok(view);
    }
    let progress = space.import(id).await?;
    let platform = progress.import.platform.clone();
    let in_vault = space.platform_sums(&platform).await?;
    let coverage = coverage_of(&space, &progress.import).await?;
    Ok(ImportView::kept(progress, &in_vault, coverage.as_ref()))
}

/// What is there of the platform of an import that is over: while it goes on that would be read again and again.
async fn coverage_of(
    space: &SpaceHandle,
    import: &vault_store::imports::Import,
) -> Result<Option<Coverage>, VaultError> {
    if import.state != ImportState::Done {
        return Ok(None);
    }
    let all = space.completeness().await?.into_iter();
    Ok(all.into_iter().find(|one| one.platform == import.platform))
}

async fn look_of(desk: &Desk, space: &SpaceHandle, id: ImportId) -> Answer<Option<ImportView>> {
    Ok(match desk.imports.look(space.id(), id) {
        None => None,
        Some(Err(view)) => Some(view),
        Some(Ok(check)) => {
            let at = desk.imports.begun(id).unwrap_or_else(|| desk.clock.now());
            Some(ImportView::checked(&check, &in_vault(space, &check).await?, at))
        }
    })
}

async fn in_vault(space: &SpaceHandle, check: &Check) -> Result<Vec<vault_store::records::Sum>, VaultError> {
    if check.platform.is_empty() {
        return Ok(Vec::new());
    }
    space.platform_sums(&check.platform).await
}

/// The unknown files of a look, or of an import whose files are still there, each with its shape.
async fn shapes(
    desk: &Desk,
    space: &SpaceHandle,
    id: ImportId,
) -> Answer<Vec<(job::Unknown, takeout::Shape)>> {
    let (places, password, unknown) = match desk.imports.look(space.id(), id) {
        Some(Ok(check)) => (
            check.question.places.clone(),
            check.question.password.clone(),
            check.findings().unknown,
        ),
        Some(Err(_)) => return Err(AppError::new("SYS-713")),
        None => {
            let import = space.import(id).await?.import;
            let findings: Findings = serde_json::from_value(import.findings).unwrap_or_default();
            let places = import.places.iter().map(std::path::PathBuf::from).collect();
            (places, None, findings.unknown)
        }
    };
    blocking(move || {
        let bundle = takeout::open(&places, password.as_ref())?;
        unknown
            .into_iter()
            .map(|file| {
                let shape = takeout::shape(&bundle, file.position)?;
                Ok((file, shape))
            })
            .collect()
    })
    .await
}

/// Runs work on files, off the threads that answer windows.
async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, takeout::TakeoutError> + Send + 'static,
) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(job).await;
    done.map_err(|_| AppError::new("SYS-710"))?
        .map_err(|error| job::ImportError::from(error).into())
}

fn import_id(text: &str) -> Answer<ImportId> {
    text.parse().map_err(|_| AppError::new("SYS-713"))
}

fn short(text: &str) -> Answer<()> {
    if text.chars().count() <= LONGEST_NAME {
        Ok(())
    } else {
        Err(AppError::new("SYS-712"))
    }
}
