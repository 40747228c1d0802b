//! The folder that is watched for files of platforms: they are recognised by what stands in them, and nothing is imported by itself.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tauri::AppHandle;
use time::OffsetDateTime;
use vault_connect::takeout::{self, Importer, job};
use vault_core::{SpaceHandle, VaultError, settings::Setting};
use vault_crypto::SpaceId;
use vault_store::{Sha256, imports::ImportState};

use super::desk;
use crate::{
    events,
    view::{imports::FoundFile, time::stamp},
};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// The most files of the folder that are looked at, the newest first.
const MOST: usize = 100;
/// The ends of names under which programs write what is not whole yet.
const PARTIAL: [&str; 5] = ["part", "partial", "crdownload", "download", "tmp"];

/// Looks at the folder again and again, for as long as the program runs.
pub(crate) fn watch(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut watched = None;
        loop {
            tokio::time::sleep(LOOK).await;
            watched = look(&app, watched).await;
        }
    });
}

/// The folder of a space, and what is known of it.
struct Watched {
    space: SpaceId,
    folder: PathBuf,
    files: Files,
}

async fn look(app: &AppHandle, watched: Option<Watched>) -> Option<Watched> {
    let desk = desk(app);
    let space = desk.open()?.space;
    let id = space.id();
    if let Ok(all) = space.vault().spaces().await {
        let all: Vec<SpaceId> = all.iter().map(|info| info.id).collect();
        desk.imports.keep_found(&all);
    }
    let folder = space.setting(Setting::ImportFolder).await.unwrap_or_default();
    let folder = PathBuf::from(folder);
    if folder.as_os_str().is_empty() {
        if desk.imports.set_found(id, Vec::new()) {
            events::found_changed(app);
        }
        return None;
    }
    let mut files = watched
        .filter(|before| before.space == id && before.folder == folder)
        .map(|before| before.files)
        .unwrap_or_default();
    let own = job::own_importers(&space).await.unwrap_or_default();
    let place = folder.clone();
    let looked = tauri::async_runtime::spawn_blocking(move || {
        files.look(&place, &own);
        files
    });
    let files = looked.await.ok()?;
    let imported = if files.is_empty() {
        HashSet::new()
    } else {
        imported(&space).await.unwrap_or_default()
    };
    let found = files.offered(&imported);
    // The vault may have been locked meanwhile; then nobody is told.
    if desk.open().is_some() && desk.imports.set_found(id, found) {
        events::found_changed(app);
    }
    Some(Watched {
        space: id,
        folder,
        files,
    })
}

/// The digests of what was imported and is still in the vault, or on its way.
async fn imported(space: &SpaceHandle) -> Result<HashSet<Sha256>, VaultError> {
    let all = space.imports().await?.into_iter().map(|one| one.import);
    let there = [ImportState::Running, ImportState::Paused, ImportState::Done];
    Ok(all
        .filter(|import| there.contains(&import.state))
        .map(|import| import.digest)
        .collect())
}

/// A file as it lay in the folder.
struct Seen {
    at: SystemTime,
    size: u64,
    /// What it was recognised as, once it had stayed the same from one look to the next.
    found: Option<Option<(FoundFile, Sha256)>>,
}

/// The files of the folder, as they were at the last look.
#[derive(Default)]
struct Files(HashMap<PathBuf, Seen>);

impl Files {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks at the folder. A file that was another at the look before may still be written: it waits for the next one.
    fn look(&mut self, folder: &Path, own: &[Importer]) {
        let mut before = std::mem::take(&mut self.0);
        for (at, size, path) in files_of(folder) {
            let seen = match before.remove(&path) {
                Some(seen) if (seen.at, seen.size) == (at, size) => Seen {
                    found: Some(seen.found.unwrap_or_else(|| recognise(&path, at, own))),
                    ..seen
                },
                Some(_) | None => Seen {
                    at,
                    size,
                    found: None,
                },
            };
            self.0.insert(path, seen);
        }
    }

    /// What the person is told of, the newest first: files of platforms that are not imported.
    fn offered(&self, imported: &HashSet<Sha256>) -> Vec<FoundFile> {
        let known = self.0.values().filter_map(|seen| seen.found.as_ref()?.as_ref());
        let mut all: Vec<&(FoundFile, Sha256)> =
            known.filter(|(_, digest)| !imported.contains(digest)).collect();
        all.sort_by(|(one, _), (other, _)| other.at.cmp(&one.at).then_with(|| one.path.cmp(&other.path)));
        all.into_iter().map(|(found, _)| found.clone()).collect()
    }
}

/// The newest files of a folder; none of one that is not there.
fn files_of(folder: &Path) -> Vec<(SystemTime, u64, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter(|entry| !is_partial(&entry.path()))
        .filter_map(|entry| {
            // Links are not followed out of the folder.
            let about = entry.path().symlink_metadata().ok()?;
            (about.is_file() && about.len() > 0).then_some(())?;
            Some((about.modified().ok()?, about.len(), entry.path()))
        })
        .collect();
    files.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    files.truncate(MOST);
    files
}

fn is_partial(path: &Path) -> bool {
    let end = path
        .extension()
        .and_then(|end| end.to_str())
        .map(str::to_lowercase);
    end.is_some_and(|end| PARTIAL.contains(&end.as_str()))
}

fn recognise(path: &Path, at: SystemTime, own: &[Importer]) -> Option<(FoundFile, Sha256)> {
    let bundle = takeout::open(&[path.to_path_buf()], None).ok()?;
    let recognised = takeout::recognise(&bundle, own, None).ok()?;
    let known = recognised.files.iter().any(|file| file.layout.is_some());
    let found = FoundFile {
        path: path.display().to_string(),
        name: bundle.name().to_owned(),
        platform_name: recognised.name,
        at: stamp(OffsetDateTime::from(at)),
    };
    known.then_some((found, Sha256(bundle.digest())))
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use tempfile::TempDir;

    use super::*;

    const HEAD: &str =
        "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";
    const ROW: &str = "Phoenix,aa-1,12.50,USD,fare,driver_payment_fares,2024-03-05 18:30:00\n";

    fn offered(files: &Files) -> Vec<String> {
        let all = files.offered(&HashSet::new());
        all.into_iter().map(|found| found.name).collect()
    }

    fn looks(files: &mut Files, folder: &Path, count: usize) -> Vec<String> {
        for _ in 0..count {
            files.look(folder, &[]);
        }
        offered(files)
    }

    #[test]
    fn a_file_is_offered_once_it_is_whole_and_once_only() {
        let folder = TempDir::new().unwrap();
        let mut files = Files::default();
        let path = folder.path().join("pay.csv");
        let mut file = fs::File::create(&path).unwrap();
        for _ in 0..4 {
            file.write_all(HEAD.as_bytes()).unwrap();
            file.write_all(ROW.as_bytes()).unwrap();
            file.sync_all().unwrap();
            assert!(looks(&mut files, folder.path(), 1).is_empty(), "it grows");
        }
        drop(file);
        assert_eq!(looks(&mut files, folder.path(), 1), ["pay.csv"]);
        // What a browser still writes is no file, and what is of no platform is not spoken of.
        fs::copy(&path, folder.path().join("other.csv.part")).unwrap();
        fs::write(folder.path().join("notes.txt"), "bread, milk").unwrap();
        fs::write(folder.path().join("empty.csv"), "").unwrap();
        assert_eq!(looks(&mut files, folder.path(), 3).len(), 1);
        fs::write(folder.path().join("more.csv"), format!("{HEAD}{ROW}")).unwrap();
        assert_eq!(looks(&mut files, folder.path(), 2).len(), 2);
    }

    #[test]
    fn what_is_imported_is_offered_no_more_also_after_a_restart() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pay.csv");
        fs::write(&path, format!("{HEAD}{ROW}")).unwrap();
        let digest = Sha256(takeout::open(&[path], None).unwrap().digest());
        for mut files in [Files::default(), Files::default()] {
            assert_eq!(looks(&mut files, folder.path(), 2).len(), 1);
            assert!(files.offered(&HashSet::from([digest])).is_empty());
        }
    }

    #[test]
    fn a_folder_may_go_and_come_back() {
        let place = TempDir::new().unwrap();
        let folder = place.path().join("Downloads");
        let mut files = Files::default();
        assert!(looks(&mut files, &folder, 2).is_empty());
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("pay.csv"), format!("{HEAD}{ROW}")).unwrap();
        assert_eq!(looks(&mut files, &folder, 2), ["pay.csv"]);
        fs::rename(&folder, place.path().join("away")).unwrap();
        assert!(looks(&mut files, &folder, 1).is_empty());
        fs::rename(place.path().join("away"), &folder).unwrap();
        assert_eq!(looks(&mut files, &folder, 2), ["pay.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let (folder, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let path = outside.path().join("pay.csv");
        fs::write(&path, format!("{HEAD}{ROW}")).unwrap();
        std::os::unix::fs::symlink(&path, folder.path().join("pay.csv")).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("more")).unwrap();
        assert!(looks(&mut Files::default(), folder.path(), 3).is_empty());
    }

    #[test]
    fn what_was_found_belongs_to_a_space() {
        let imports = crate::desk::imports::Imports::default();
        let (one, other) = (SpaceId::generate(), SpaceId::generate());
        let found = FoundFile {
            path: "/x/pay.csv".into(),
            name: "pay.csv".into(),
            platform_name: "Uber".into(),
            at: "2026-11-21T18:02:00Z".into(),
        };
        assert!(imports.set_found(one, vec![found.clone()]));
        assert!(!imports.set_found(one, vec![found]), "nothing new");
        assert_eq!((imports.found(one).len(), imports.found(other).len()), (1, 0));
        imports.keep_found(&[other]);
        assert!(imports.found(one).is_empty(), "it goes with its space");
    }
}
