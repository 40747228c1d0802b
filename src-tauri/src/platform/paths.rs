//! Where things lie on this computer.

use std::{
    env, fs, io,
    os::unix::{
        ffi::{OsStrExt as _, OsStringExt as _},
        fs::DirBuilderExt as _,
    },
    path::{Path, PathBuf},
};

/// The app's identifier, as in `tauri.conf.json`.
pub const IDENTIFIER: &str = "org.satchel.Satchel";

/// The ending of a vault's folder.
pub const EXTENSION: &str = "satchel";

/// The app's data folder: `$XDG_DATA_HOME/<identifier>`, by default below `~/.local/share`. The same as Tauri's `app_data_dir`, so
/// that window and terminal agree.
#[must_use]
pub fn data_dir() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_else(|| "/".into()));
    let base = env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    base.unwrap_or_else(|| home().join(".local/share"))
        .join(IDENTIFIER)
}

/// The vault that is opened unless another is named: the one that was chosen last, else the one in the app's data folder.
#[must_use]
pub fn default_vault() -> PathBuf {
    remembered_vault().unwrap_or_else(|| vaults_dir().join(folder_name("Personal")))
}

/// The vault that was chosen last, whether it is there or not.
#[must_use]
pub fn remembered_vault() -> Option<PathBuf> {
    read_choice(&choice_file())
}

/// The folder for a vault of this name where another one is, or could be: beside a vault's folder, inside any other folder.
#[must_use]
pub fn beside(place: &Path, name: &str) -> PathBuf {
    let is_vault = place.extension().is_some_and(|extension| extension == EXTENSION);
    if is_vault {
        place.with_file_name(folder_name(name))
    } else {
        place.join(folder_name(name))
    }
}

/// The folder in which vaults lie that nobody chose another place for.
#[must_use]
pub fn vaults_dir() -> PathBuf {
    data_dir().join("vault")
}

/// The name of the folder of a vault called `name`.
#[must_use]
pub fn folder_name(name: &str) -> String {
    let plain: String = name
        .trim()
        .chars()
        .map(|symbol| {
            if symbol == '/' || symbol.is_control() {
                '-'
            } else {
                symbol
            }
        })
        .collect();
    let plain = plain.trim_start_matches('.').trim();
    format!(
        "{}.{EXTENSION}",
        if plain.is_empty() { "Personal" } else { plain }
    )
}

/// The name that a vault's folder gives it.
#[must_use]
pub fn vault_name(dir: &Path) -> String {
    let stem = if dir.extension().is_some_and(|extension| extension == EXTENSION) {
        dir.file_stem()
    } else {
        dir.file_name()
    };
    stem.map_or_else(|| "Personal".into(), |name| name.to_string_lossy().into_owned())
}

/// Remembers which vault to open at the next start.
///
/// # Errors
/// The data folder cannot be written.
pub fn remember_vault(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir())?;
    fs::write(choice_file(), dir.as_os_str().as_bytes())
}

/// Forgets the choice.
pub fn forget_vault() {
    let _ = fs::remove_file(choice_file());
}

fn choice_file() -> PathBuf {
    data_dir().join("last-vault")
}

fn read_choice(file: &Path) -> Option<PathBuf> {
    let path = PathBuf::from(std::ffi::OsString::from_vec(fs::read(file).ok()?));
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_one_folder() {
        for (name, folder) in [
            ("Personal", "Personal.satchel"),
            ("../a/b", "-a-b.satchel"),
            ("..", "Personal.satchel"),
            (" Niñas ", "Niñas.satchel"),
        ] {
            assert_eq!(folder_name(name), folder);
        }
        assert_eq!(vault_name(Path::new("/x/Personal.satchel")), "Personal");
        assert_eq!(vault_name(Path::new("/x/my.vault")), "my.vault");
    }

    #[test]
    fn a_vault_has_its_place_beside_another_or_in_a_folder() {
        assert_eq!(
            beside(Path::new("/a/Personal.satchel"), "Work"),
            PathBuf::from("/a/Work.satchel")
        );
        assert_eq!(
            beside(Path::new("/a/stick"), "Work"),
            PathBuf::from("/a/stick/Work.satchel")
        );
    }

    #[test]
    fn only_a_whole_path_is_a_choice() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("last-vault");
        assert_eq!(read_choice(&file), None);
        fs::write(&file, "relative/path").unwrap();
        assert_eq!(read_choice(&file), None);
        fs::write(&file, "/a/b.satchel").unwrap();
        assert_eq!(read_choice(&file), Some(PathBuf::from("/a/b.satchel")));
    }
}
