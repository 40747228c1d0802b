//! Packages that the person chose: read from their file, and handed to the vault.

use std::{fs::File, io::Read as _, path::Path};

use vault_connect::package::{LARGEST_PACKAGE, Package, PackageError};
use vault_core::{
    SpaceHandle,
    apps::{Admitted, AppFile, NewPackage},
};

use crate::error::{Answer, AppError};

/// Reads a package from its file.
///
/// # Errors
/// The file cannot be read, or what is in it is not whole.
pub(crate) async fn read(path: &Path) -> Answer<Package> {
    let path = path.to_path_buf();
    // Unpacking takes a while, and the runtime has other work.
    tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        let most = u64::try_from(LARGEST_PACKAGE)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        File::open(path)
            .and_then(|file| file.take(most).read_to_end(&mut bytes))
            .map_err(|_| AppError::new("APP-307").with_details("the file cannot be read"))?;
        Package::read(&bytes).map_err(AppError::from)
    })
    .await
    .map_err(|_| AppError::new("SYS-710"))?
}

/// Hands a package to the vault.
///
/// # Errors
/// Those of [`SpaceHandle::admit_package`].
pub(crate) async fn admit(space: &SpaceHandle, package: Package) -> Answer<Admitted> {
    let files = package.files.into_iter().map(|file| AppFile {
        path: format!("/{}", file.path),
        bytes: file.bytes,
    });
    let new = NewPackage {
        manifest: package.text,
        key_pin: package.key_pin,
        files: files.collect(),
    };
    Ok(space.admit_package(new).await?)
}

impl From<PackageError> for AppError {
    fn from(error: PackageError) -> Self {
        let code = match &error {
            PackageError::Signature { .. } => "APP-308",
            PackageError::Manifest(_) => "APP-303",
            PackageError::NotZip
            | PackageError::TooLarge
            | PackageError::TooMany
            | PackageError::Bomb(_)
            | PackageError::Name { .. }
            | PackageError::Twice(_)
            | PackageError::Entry { .. }
            | PackageError::Kind(_)
            | PackageError::NoManifest
            | PackageError::NoFirstPage(_) => "APP-307",
        };
        Self::new(code).with_details(error.to_string())
    }
}
