//! Private folders that live no longer than the program: the web engine's data, a practice vault.

use std::{
    env, fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

/// What a folder is for; the beginning of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What the web engine keeps.
    Web,
    /// A vault with made-up data.
    Practice,
}

impl Purpose {
    const ALL: [Self; 2] = [Self::Web, Self::Practice];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Web => "web-",
            Self::Practice => "practice-",
        }
    }
}

/// A folder that only this person can enter, outside of the vault. It is deleted when the value is dropped; what a crash leaves behind
/// is deleted at the next start.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes a fresh folder for this process and removes what earlier ones left behind.
    ///
    /// # Errors
    /// No private folder could be made.
    pub fn fresh(purpose: Purpose) -> io::Result<Self> {
        let base = base()?;
        remove_left_behind(&base);
        let path = base.join(format!("{}{}", purpose.prefix(), std::process::id()));
        remove(&path);
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Deletes what is in the folder, and leaves the folder: whoever uses it goes on.
    pub fn empty(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return;
        };
        entries.flatten().for_each(|entry| remove(&entry.path()));
    }

    /// Deletes the folder, for those places where values are not dropped at exit.
    pub fn remove(&self) {
        remove(&self.path);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

fn remove(path: &Path) {
    let _ = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
}

/// `$XDG_RUNTIME_DIR/satchel`, which lives in memory and belongs to the person; without one, a private folder for temporary files.
fn base() -> io::Result<PathBuf> {
    let base = match env::var_os("XDG_RUNTIME_DIR").filter(|dir| Path::new(dir).is_dir()) {
        Some(dir) => PathBuf::from(dir).join("satchel"),
        None => env::temp_dir().join(format!("satchel-{}", user_id()?)),
    };
    match fs::DirBuilder::new().mode(0o700).create(&base) {
        Ok(()) => Ok(base),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => private(base),
        Err(error) => Err(error),
    }
}

/// Refuses a folder that somebody else prepared.
fn private(base: PathBuf) -> io::Result<PathBuf> {
    let data = fs::symlink_metadata(&base)?;
    let ours = data.is_dir() && data.uid() == user_id()? && data.mode() & 0o077 == 0;
    if ours {
        Ok(base)
    } else {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the folder for temporary data is not private",
        ))
    }
}

fn user_id() -> io::Result<u32> {
    Ok(fs::metadata("/proc/self")?.uid())
}

/// Folders of processes that are gone.
fn remove_left_behind(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| {
            Purpose::ALL
                .iter()
                .find_map(|purpose| name.strip_prefix(purpose.prefix()))
        });
        let gone = pid.is_some_and(|pid| !pid.is_empty() && !Path::new("/proc").join(pid).exists());
        if gone {
            remove(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn folders_of_dead_processes_are_removed_and_others_stay() {
        let base = tempfile::tempdir().unwrap();
        let ours = format!("web-{}", std::process::id());
        for name in ["web-4194999", "practice-4194998", "other-1", ours.as_str()] {
            fs::create_dir(base.path().join(name)).unwrap();
        }
        remove_left_behind(base.path());
        let mut left: Vec<String> = fs::read_dir(base.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["other-1".to_owned(), ours]);
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() {
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(private(base.path().to_path_buf()).is_err());
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(private(base.path().to_path_buf()).is_ok());
    }
}
