//! The folder of a vault: who may hold it, and how its files are replaced.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use vault_crypto::{Header, HeaderError, SpaceId};

use crate::VaultError;

const HEADER: &str = "vault.header";
const HEADER_COPY: &str = "vault.header.copy";
const LOCK: &str = "lock";
const SPACES: &str = "spaces";

/// What the name of a file that was set aside goes on with.
const ASIDE: &str = ".damaged-";

/// Larger than any header of this version can be; a file beyond it is no header.
const HEADER_LIMIT: u64 = 256 * 1024;

/// A vault's folder, held by this process for as long as the value lives.
#[derive(Debug)]
pub(crate) struct Place {
    dir: PathBuf,
    unlocked: AtomicBool,
    /// Held while a safe copy is made: two at once would write the same file.
    copying: Mutex<()>,
    /// Given back when this is dropped.
    lock: File,
}

impl Place {
    /// Makes the folder of a vault and takes hold of it.
    pub(crate) fn create(dir: &Path) -> Result<Self, VaultError> {
        if holds_vault(dir) {
            return Err(VaultError::AlreadyThere);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir.join(SPACES))?;
        // A folder that was there before keeps its mode otherwise.
        fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        Self::hold(dir)
    }

    /// Takes hold of the folder of a vault.
    pub(crate) fn open(dir: &Path) -> Result<Self, VaultError> {
        if !holds_vault(dir) {
            return Err(VaultError::NotFound);
        }
        Self::hold(dir)
    }

    fn hold(dir: &Path) -> Result<Self, VaultError> {
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(dir.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                dir: dir.to_path_buf(),
                unlocked: AtomicBool::new(false),
                copying: Mutex::new(()),
                lock,
            }),
            Err(fs::TryLockError::WouldBlock) => Err(VaultError::Busy),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Claims the right to be the one unlocked vault of this folder, until the claim is dropped.
    pub(crate) fn claim(self: &Arc<Self>) -> Result<Claim, VaultError> {
        match self.unlocked.swap(true, Ordering::SeqCst) {
            false => Ok(Claim(Arc::clone(self))),
            true => Err(VaultError::Busy),
        }
    }

    pub(crate) fn database(&self, space: SpaceId) -> PathBuf {
        self.dir.join(SPACES).join(format!("{space}.db"))
    }

    pub(crate) fn safe_copy(&self, space: SpaceId) -> PathBuf {
        self.dir.join(SPACES).join(format!("{space}.safe-copy"))
    }

    /// The right to make a safe copy.
    pub(super) fn copying(&self) -> MutexGuard<'_, ()> {
        self.copying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the header.
    pub(crate) fn read_header(&self) -> Result<Header, VaultError> {
        read_header(&self.dir.join(HEADER))
    }

    /// Reads the second copy of the header, for when the first is damaged.
    pub(crate) fn read_header_copy(&self) -> Result<Header, VaultError> {
        read_header(&self.dir.join(HEADER_COPY))
    }

    /// Replaces the header, then its copy: at every moment one of the two is whole. Once the header is replaced the change has happened,
    /// so a copy that cannot follow is no failure; it is removed, because an older one would bring back a passphrase that was changed
    /// or the key of a space that was removed.
    pub(crate) fn write_header(&self, header: &Header) -> Result<(), VaultError> {
        let bytes = header.encode();
        replace(&self.dir.join(HEADER), &bytes)?;
        let copy = self.dir.join(HEADER_COPY);
        if let Err(error) = replace(&copy, &bytes) {
            tracing::warn!(%error, "the copy of the header could not be written");
            let _ = fs::remove_file(copy);
        }
        Ok(())
    }

    /// Brings the copy level with a header that has just opened: a program that ended between the two left it behind.
    pub(crate) fn level_header_copy(&self, header: &Header) {
        let copy = self.dir.join(HEADER_COPY);
        let bytes = header.encode();
        if fs::read(&copy).is_ok_and(|there| there == bytes) {
            return;
        }
        if let Err(error) = replace(&copy, &bytes) {
            tracing::warn!(%error, "the copy of the header could not be brought level");
        }
    }

    /// Deletes the vault and the folder. What somebody else put into the folder stays, and the folder with it.
    pub(crate) fn delete(&self) -> Result<(), VaultError> {
        remove_beginning(&self.dir, HEADER);
        File::open(&self.dir)?.sync_all()?;
        if holds_vault(&self.dir) {
            return Err(VaultError::NotWritable);
        }
        remove_beginning(&self.dir, "vault.new");
        fs::remove_dir_all(self.dir.join(SPACES))?;
        fs::remove_file(self.dir.join(LOCK))?;
        let _ = fs::remove_dir(&self.dir);
        Ok(())
    }

    /// Deletes headers that a repair set aside: they hold wrapped keys that are to be gone.
    pub(crate) fn remove_set_aside_headers(&self) {
        remove_beginning(&self.dir, &format!("{HEADER}{ASIDE}"));
    }

    /// Deletes whatever belongs to a space. A file that stays is unreadable without its key, so a failure is no failure of the removal.
    pub(crate) fn remove_space_files(&self, space: SpaceId) {
        remove_beginning(&self.dir.join(SPACES), &format!("{space}."));
    }

    /// Sets the damaged header aside and puts its copy in its place.
    pub(crate) fn restore_header(&self, now_unix: i64) -> Result<(), VaultError> {
        let header = self.read_header_copy()?;
        set_aside(&self.dir.join(HEADER), now_unix)?;
        replace(&self.dir.join(HEADER), &header.encode())
    }
}

/// The right to have the vault of a folder unlocked.
#[derive(Debug)]
pub(crate) struct Claim(Arc<Place>);

impl Drop for Claim {
    fn drop(&mut self) {
        self.0.unlocked.store(false, Ordering::SeqCst);
    }
}

impl Drop for Place {
    /// Closing the file alone would not do: a program that is being started has a copy of every open file for a moment, and with it the lock.
    fn drop(&mut self) {
        if let Err(error) = self.lock.unlock() {
            tracing::debug!(kind = %error.kind(), "the lock of a vault goes with its file");
        }
    }
}

/// Whether there is a vault, or what is left of one that a repair mends.
fn holds_vault(dir: &Path) -> bool {
    [HEADER, HEADER_COPY].iter().any(|name| dir.join(name).exists())
}

/// Writes a file so that a reader sees the old content or the new one, whatever happens.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let temporary = path.with_extension("new");
    if let Err(error) = write_new(&temporary, bytes).and_then(|()| fs::rename(&temporary, path)) {
        let _ = fs::remove_file(&temporary);
        return Err(error.into());
    }
    sync_parent(path)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Deletes the files of a folder whose names begin so.
fn remove_beginning(folder: &Path, beginning: &str) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning)) {
        let _ = fs::remove_file(entry.path());
    }
}

/// Makes a rename durable.
pub(super) fn sync_parent(path: &Path) -> Result<(), VaultError> {
    let parent = path
        .parent()
        .ok_or_else(|| VaultError::BadPlace(path.to_path_buf()))?;
    File::open(parent)?.sync_all()?;
    Ok(())
}

/// Moves a damaged file out of the way without deleting it. A file that is not there is no error.
pub(super) fn set_aside(path: &Path, now_unix: i64) -> Result<(), VaultError> {
    match fs::rename(path, aside(path, now_unix)) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A name beside the file that nothing has yet: what was set aside earlier is not written over.
fn aside(path: &Path, now_unix: i64) -> PathBuf {
    let named = |number: u32| {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!("{ASIDE}{now_unix}"));
        if number > 1 {
            name.push(format!("-{number}"));
        }
        path.with_file_name(name)
    };
    (1..)
        .map(named)
        .find(|path| !path.exists())
        .unwrap_or_else(|| named(1))
}

fn read_header(path: &Path) -> Result<Header, VaultError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(VaultError::NotFound),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    file.take(HEADER_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > HEADER_LIMIT {
        return Err(HeaderError::NotAVault.into());
    }
    Ok(Header::decode(&bytes)?)
}
