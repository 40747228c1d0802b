//! The folder in which the web engine keeps its data: private, outside the vault, and emptied at every start, lock and exit.

use std::{
    env, fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

/// The folder of web data. Dropping it deletes what the engine left there.
#[derive(Debug)]
pub struct WebData {
    path: PathBuf,
}

impl WebData {
    /// Makes a fresh folder for this process and removes what an earlier one left behind.
    ///
    /// # Errors
    /// No private folder could be made.
    pub fn fresh() -> io::Result<Self> {
        let base = base()?;
        remove_left_behind(&base);
        let path = base.join(format!("web-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Deletes what is in the folder, and leaves the folder: the engine keeps using it.
    pub fn empty(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

impl Drop for WebData {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
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
    if ours { Ok(base) } else { Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder for web data is not private")) }
}

fn user_id() -> io::Result<u32> {
    Ok(fs::metadata("/proc/self")?.uid())
}

/// Folders of processes that are gone.
fn remove_left_behind(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.strip_prefix("web-")) else { continue };
        if !Path::new("/proc").join(pid).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
