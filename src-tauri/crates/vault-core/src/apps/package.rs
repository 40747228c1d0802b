//! Packaged apps: their files are in the vault, and nowhere else.

use vault_store::{
    AppId, Sha256, Tx,
    app_files::{self, AppFile, FileVersion},
    apps::{self, App, AppKind},
};

use super::{NewApp, Renewal, admission};
use crate::{SpaceHandle, VaultError, VaultHandle};

/// A package as it was read and checked.
#[derive(Debug, Clone)]
pub struct NewPackage {
    /// Its `openplatform.json`.
    pub manifest: String,
    /// Fingerprint of the key that signed it; empty for one without a signature.
    pub key_pin: String,
    /// Its files, each path with a slash at the start.
    pub files: Vec<AppFile>,
}

/// What came of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// It was not there, and is now.
    New(AppId),
    /// It is there in another version; see [`Renewal`].
    Known(AppId, Renewal),
}

impl Admitted {
    /// The installation.
    #[must_use]
    pub fn id(self) -> AppId {
        match self {
            Self::New(id) | Self::Known(id, _) => id,
        }
    }
}

impl SpaceHandle {
    /// The packaged app that a package of this name would bring up to date.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn package_named(&self, name: &str) -> Result<Option<AppId>, VaultError> {
        let name = admission::package_name(name);
        self.read(move |db| {
            let all = db.read(apps::list)?;
            Ok(all.into_iter().find(|app| app.app == name).map(|app| app.id))
        })
        .await
    }

    /// Installs a package, or compares it with the one that is there. One whose key is another, or is gone, pauses the app. One that
    /// nobody signed waits for the person's look whenever anything of it differs: nobody vouches that it is by the same maker.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when just this one is there, or an app of another kind has its name; [`VaultError::Invalid`] when its
    /// description has a mistake, [`VaultError::Imitates`] when its name is taken for another's.
    pub async fn admit_package(&self, new: NewPackage) -> Result<Admitted, VaultError> {
        let app = NewApp {
            manifest: new.manifest,
            url: None,
            kind: AppKind::Packaged,
            key_pin: new.key_pin,
        };
        self.write(move |turn| admission::admit_files(turn, &app, new.files))
            .await
    }
}

impl VaultHandle {
    /// A file of a packaged app. The caller has found the app with [`VaultHandle::packaged_app`], which knows whether it may be opened.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn package_file(&self, app: AppId, path: &str) -> Result<Option<Vec<u8>>, VaultError> {
        for info in self.spaces().await? {
            let (space, path) = (self.space(info.id).await?, path.to_owned());
            let found = space
                .read(move |db| Ok(db.read(|view| app_files::get(view, app, FileVersion::Held, &path))?))
                .await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// What happens to the files of an app when its row is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Files<'a> {
    /// These wait for the person's look.
    Wait(&'a [AppFile]),
    /// These are opened from here on, and none wait.
    Hold(&'a [AppFile]),
    /// None wait any more.
    Settle,
}

impl Files<'_> {
    /// Writes them. An app that is not a package has none.
    pub(super) fn write(self, tx: &Tx<'_>, app: &App) -> Result<(), VaultError> {
        if app.kind != AppKind::Packaged {
            return Ok(());
        }
        match self {
            Self::Wait(files) => app_files::replace(tx, app.id, FileVersion::Offered, files)?,
            Self::Hold(files) => {
                app_files::replace(tx, app.id, FileVersion::Held, files)?;
                app_files::forget(tx, app.id, FileVersion::Offered)?;
            }
            Self::Settle => app_files::forget(tx, app.id, FileVersion::Offered)?,
        }
        Ok(())
    }
}

/// A digest over a description with the key and the files beside it; over the description alone where there is neither.
pub(super) fn digest(manifest: &str, key_pin: &str, files: &[AppFile]) -> Sha256 {
    let mut text = manifest.to_owned();
    if !key_pin.is_empty() {
        text.push_str(&format!("\nkey {key_pin}"));
    }
    for file in files {
        text.push_str(&format!("\n{} {}", file.path, Sha256::of(&file.bytes)));
    }
    Sha256::of(text.as_bytes())
}
