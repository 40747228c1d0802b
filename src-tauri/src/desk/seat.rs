//! What lies on the desk: no vault, one that cannot be used, a locked one, an open one.

use std::{path::PathBuf, sync::Arc};

use vault_core::{Clock, LockedVault, SpaceHandle, VaultError, VaultHandle};

use crate::{error::AppError, platform::paths};

/// What lies on the desk.
#[derive(Clone)]
pub(crate) enum Seat {
    /// No vault is in this folder.
    Empty(PathBuf),
    /// There may be one, and it cannot be used for a reason.
    Troubled(PathBuf, AppError),
    /// A vault that this program holds.
    Locked(LockedVault),
    /// A vault that is open.
    Open(Open),
}

/// An open vault.
#[derive(Clone)]
pub(crate) struct Open {
    /// The same vault, for when it is locked again.
    pub(crate) locked: LockedVault,
    /// What answers for it.
    pub(crate) vault: VaultHandle,
    /// The space that is shown.
    pub(crate) space: SpaceHandle,
}

impl Seat {
    /// Takes hold of the vault in a folder, where there is one.
    pub(crate) fn at(place: PathBuf, clock: &Arc<dyn Clock>) -> Self {
        match LockedVault::open(&place, Arc::clone(clock)) {
            Ok(locked) => Self::Locked(locked),
            Err(VaultError::NotFound) => Self::Empty(place),
            Err(error) => Self::Troubled(place, error.into()),
        }
    }

    /// Takes hold of the vault that was used last. One that was chosen and is gone is not the same as none: its disk may be away.
    pub(crate) fn usual(clock: &Arc<dyn Clock>) -> Self {
        match paths::remembered_vault() {
            Some(place) if !place.starts_with(paths::vaults_dir()) => Self::again(place, clock),
            Some(_) | None => Self::at(paths::default_vault(), clock),
        }
    }

    /// Takes hold of a vault that is known to have been in a folder.
    pub(crate) fn again(place: PathBuf, clock: &Arc<dyn Clock>) -> Self {
        let seat = Self::at(place, clock);
        if let Self::Empty(place) = seat {
            return Self::Troubled(place, AppError::new("VLT-153"));
        }
        seat
    }

    /// The folder.
    pub(crate) fn place(&self) -> PathBuf {
        match self {
            Self::Empty(place) | Self::Troubled(place, _) => place.clone(),
            Self::Locked(locked) => locked.dir().to_path_buf(),
            Self::Open(open) => open.locked.dir().to_path_buf(),
        }
    }
}
