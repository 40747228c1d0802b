//! The folder that is watched for files of platforms: they are recognised by what stands in them, and nothing is imported by itself.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tauri::AppHandle;
use time::OffsetDateTime;
use vault_connect::takeout::{self, Importer, job};
use vault_core::settings::Setting;

use super::desk;
use crate::{
    events,
    view::{imports::FoundFile, time::stamp},
};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// The most files of the folder that are looked at, the newest first.
const MOST: usize = 100;
/// A file that is still being written is left for the next look.
const SETTLED: Duration = Duration::from_secs(3);

/// What a file was when it was looked at, and what it was recognised as.
type Known = HashMap<PathBuf, (SystemTime, u64, Option<FoundFile>)>;

/// Looks at the folder again and again, for as long as the program runs.
pub(crate) fn watch(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut known = Known::new();
        loop {
            tokio::time::sleep(LOOK).await;
            known = look(&app, known).await;
        }
    });
}

async fn look(app: &AppHandle, known: Known) -> Known {
    let Some(open) = desk(app).open() else {
        return Known::new();
    };
    let folder = open
        .space
        .setting(Setting::ImportFolder)
        .await
        .unwrap_or_default();
    if folder.is_empty() {
        if desk(app).imports.set_found(Vec::new()) {
            events::found_changed(app);
        }
        return Known::new();
    }
    let own = job::own_importers(&open.space).await.unwrap_or_default();
    let looked = tauri::async_runtime::spawn_blocking(move || recognised(Path::new(&folder), known, &own));
    let Ok(known) = looked.await else {
        return Known::new();
    };
    let mut found: Vec<FoundFile> = known.values().filter_map(|(_, _, found)| found.clone()).collect();
    found.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.path.cmp(&other.path)));
    // The vault may have been locked meanwhile; then nobody is told.
    if desk(app).open().is_some() && desk(app).imports.set_found(found) {
        events::found_changed(app);
    }
    known
}

fn recognised(folder: &Path, mut known: Known, own: &[Importer]) -> Known {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Known::new();
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            // Links are not followed out of the folder.
            let about = entry.path().symlink_metadata().ok()?;
            (about.is_file() && about.len() > 0).then_some(())?;
            Some((about.modified().ok()?, about.len(), entry.path()))
        })
        .collect();
    files.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    files.truncate(MOST);
    let mut all = Known::new();
    for (at, size, path) in files {
        if at.elapsed().is_ok_and(|age| age < SETTLED) {
            continue;
        }
        let found = match known.remove(&path) {
            Some((then, before, found)) if (then, before) == (at, size) => found,
            Some(_) | None => recognise(&path, at, own),
        };
        all.insert(path, (at, size, found));
    }
    all
}

fn recognise(path: &Path, at: SystemTime, own: &[Importer]) -> Option<FoundFile> {
    let bundle = takeout::open(&[path.to_path_buf()], None).ok()?;
    let recognised = takeout::recognise(&bundle, own, None).ok()?;
    let known = recognised.files.iter().any(|file| file.layout.is_some());
    known.then(|| FoundFile {
        path: path.display().to_string(),
        name: bundle.name().to_owned(),
        platform_name: recognised.name,
        at: stamp(OffsetDateTime::from(at)),
    })
}
