//! The file while it is being written: beside its target, nobody else's to read, gone if anything fails.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rand::Rng as _;

use crate::VaultError;

const SUFFIX: &str = ".satchel-part";
const DIGITS: usize = 16;

/// A file that has no name of its own yet. Dropped, it is gone.
#[derive(Debug)]
pub(super) struct Draft {
    // Held under a lock of the system, by which a later packing knows that somebody still writes it.
    file: File,
    path: PathBuf,
    target: PathBuf,
    kept: bool,
}

impl Draft {
    /// Begins a file that will become `target`, and removes what packings that were killed left in the same folder.
    pub(super) fn create(target: &Path) -> Result<Self, VaultError> {
        let no_file = || VaultError::Invalid {
            field: "file",
            why: "the name of a file in a folder that is there",
        };
        target.file_name().ok_or_else(no_file)?;
        let folder = folder_of(target);
        if !folder.is_dir() || target.is_dir() {
            return Err(no_file());
        }
        clean(folder);
        let path = folder.join(format!(".{:016x}{SUFFIX}", rand::thread_rng().r#gen::<u64>()));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        // A file system without locks is no reason not to pack.
        let _ = file.try_lock();
        Ok(Self {
            file,
            path,
            target: target.to_path_buf(),
            kept: false,
        })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Makes what was written durable, and opens it anew for reading.
    pub(super) fn read_back(&self) -> Result<File, VaultError> {
        self.file.sync_all()?;
        let file = File::open(&self.path)?;
        let (ours, named) = (self.file.metadata()?, file.metadata()?);
        if (ours.dev(), ours.ino()) == (named.dev(), named.ino()) {
            Ok(file)
        } else {
            Err(VaultError::Io(io::ErrorKind::NotFound.into()))
        }
    }

    /// Gives the file its name, in one step and for good.
    pub(super) fn keep(mut self) -> Result<(), VaultError> {
        fs::rename(&self.path, &self.target)?;
        self.kept = true;
        // Some file systems cannot make a folder durable; the file itself is.
        let _ = File::open(folder_of(&self.target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes drafts that nobody writes any more.
fn clean(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(is_draft) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let path = entry.path();
            let abandoned = OpenOptions::new()
                .write(true)
                .open(&path)
                .is_ok_and(|file| file.try_lock().is_ok());
            if abandoned {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn is_draft(name: &str) -> bool {
    let digits = name.strip_prefix('.').and_then(|rest| rest.strip_suffix(SUFFIX));
    digits.is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_that_is_kept_has_its_name_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.backpack");
        fs::write(&target, b"earlier").unwrap();
        let draft = Draft::create(&target).unwrap();
        draft.file().write_all(b"later").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"earlier");
        drop(draft.read_back().unwrap());
        draft.keep().unwrap();
        assert_eq!(names(folder.path()), ["a.backpack"]);
        assert_eq!(fs::read(&target).unwrap(), b"later");
        assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_draft_that_is_dropped_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::create(&folder.path().join("a.backpack")).unwrap();
        assert_eq!(names(folder.path()).len(), 1);
        drop(draft);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn only_abandoned_drafts_are_cleaned_away() {
        let folder = tempfile::tempdir().unwrap();
        let others = [
            ".0123456789abcdef.satchel-part.txt",
            ".x.satchel-part",
            "0123456789abcdef.satchel-part",
        ];
        for name in others {
            fs::write(folder.path().join(name), b"mine").unwrap();
        }
        fs::write(folder.path().join(".0123456789abcdef.satchel-part"), b"left").unwrap();
        let busy = Draft::create(&folder.path().join("a.backpack")).unwrap();
        let _second = Draft::create(&folder.path().join("b.backpack")).unwrap();
        let left = names(folder.path());
        assert_eq!(left.len(), 5, "{left:?}");
        assert!(busy.read_back().is_ok());
        assert!(!left.contains(&".0123456789abcdef.satchel-part".to_owned()));
    }

    #[test]
    fn a_target_is_a_file_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        for target in [
            folder.path().to_path_buf(),
            folder.path().join("no/a.backpack"),
            PathBuf::from("/"),
        ] {
            assert!(
                matches!(Draft::create(&target), Err(VaultError::Invalid { .. })),
                "{target:?}"
            );
        }
        assert!(names(folder.path()).is_empty());
    }
}
