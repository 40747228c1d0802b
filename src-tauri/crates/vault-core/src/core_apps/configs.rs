//! Settings that the vault serves to builds of applications: the ones of the greatest version that is not above the asked one
//! (specification 6.1).

use rokwire::version::{Version, choose};
use serde::de::IgnoredAny;
use vault_store::{
    AppConfigId, AppTypeId, CoreAppId,
    core_app_types::{self, AppType},
    core_apps,
    core_configs::{self, AppConfig},
};

use super::{
    admission::{get, spaces},
    changed, invalid,
};
use crate::{SpaceHandle, VaultError};

/// The most that the settings of one version may have, in bytes.
pub const MOST_SETTINGS: usize = 256 * 1024;
/// So many versions of settings one build may have.
const MOST_CONFIGS: usize = 256;

/// For whom settings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// For every space that the application is attached to.
    General,
    /// For one space. There is no falling back from here to the general ones.
    Space,
}

impl Reach {
    fn of_space(self) -> bool {
        self == Self::Space
    }
}

impl SpaceHandle {
    /// Keeps settings for a build, named by identifier or id, from a version on; those of the same version are replaced.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for another build than one of the application; [`VaultError::Invalid`] for a version or settings without
    /// their form.
    pub async fn set_core_config(
        &self,
        app: CoreAppId,
        build: String,
        from: String,
        data: String,
        reach: Reach,
    ) -> Result<AppConfig, VaultError> {
        let here = self.id();
        self.vault()
            .run(move |vault| {
                let version = version(&from)?;
                check_data(&data)?;
                let turn = vault.turn(here)?;
                get(&turn, app)?;
                let build = find(&turn, app, &build)?;
                let config = AppConfig {
                    id: AppConfigId::new(),
                    app_type: build.id,
                    of_space: reach.of_space(),
                    version,
                    data,
                };
                drop(turn);
                for id in spaces(vault) {
                    if reach == Reach::Space && id != here {
                        continue;
                    }
                    let turn = vault.turn(id)?;
                    turn.space.db.write(|tx| {
                        if core_apps::get(tx, app)?.is_none() {
                            return Ok(());
                        }
                        if core_configs::of_type(tx, build.id)?.len() >= MOST_CONFIGS {
                            return Err(invalid("version", "at most 256 versions"));
                        }
                        Ok(core_configs::put(tx, &config)?)
                    })?;
                    changed(&turn);
                }
                let kept = vault.turn(here)?.space.db.read(|view| {
                    core_configs::find(view, config.app_type, config.of_space, config.version)
                })?;
                kept.ok_or(VaultError::NoSuch("settings"))
            })
            .await
    }

    /// The settings of an application with their builds, by build and version.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn core_configs(&self, app: CoreAppId) -> Result<Vec<(AppType, AppConfig)>, VaultError> {
        self.write(move |turn| {
            get(turn, app)?;
            turn.space.db.read(|view| {
                let mut all = Vec::new();
                for build in core_app_types::of_app(view, app)? {
                    let configs = core_configs::of_type(view, build.id)?;
                    all.extend(configs.into_iter().map(|config| (build.clone(), config)));
                }
                Ok(all)
            })
        })
        .await
    }

    /// Removes the settings of one version of a build.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for what is no version.
    pub async fn delete_core_config(
        &self,
        app: CoreAppId,
        build: String,
        from: String,
        reach: Reach,
    ) -> Result<(), VaultError> {
        let here = self.id();
        self.vault()
            .run(move |vault| {
                let version = version(&from)?;
                let build = find(&vault.turn(here)?, app, &build)?;
                let mut found = false;
                for id in spaces(vault) {
                    if reach == Reach::Space && id != here {
                        continue;
                    }
                    let turn = vault.turn(id)?;
                    found |= turn
                        .space
                        .db
                        .write(|tx| core_configs::delete(tx, build.id, reach.of_space(), version))?;
                    changed(&turn);
                }
                found.then_some(()).ok_or(VaultError::NoSuch("settings"))
            })
            .await
    }

    /// The settings that a build of a version is served: among exactly those of this reach the ones of the greatest version that is not
    /// above it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there are none; [`VaultError::Invalid`] for what is no version.
    pub async fn served_config(
        &self,
        build: AppTypeId,
        asked: &str,
        reach: Reach,
    ) -> Result<AppConfig, VaultError> {
        let asked = version(asked)?;
        self.read(move |db| {
            let all = db.read(|view| core_configs::of_type(view, build))?;
            let theirs = all
                .into_iter()
                .filter(|config| config.of_space == reach.of_space());
            chosen(theirs, asked).ok_or(VaultError::NoSuch("settings"))
        })
        .await
    }
}

fn find(turn: &crate::vault::Turn<'_>, app: CoreAppId, text: &str) -> Result<AppType, VaultError> {
    let found = turn.space.db.read(|view| core_app_types::find(view, text))?;
    found
        .filter(|build| build.app == app)
        .ok_or(VaultError::NoSuch("type"))
}

fn check_data(data: &str) -> Result<(), VaultError> {
    if data.len() > MOST_SETTINGS {
        return Err(invalid("data", "at most 256 KiB"));
    }
    // What is kept is the text itself, so that numbers of any size and the order of members come back as they were written.
    let whole = serde_json::from_str::<IgnoredAny>(data).is_ok();
    if whole && data.trim_start().starts_with('{') {
        Ok(())
    } else {
        Err(invalid("data", "a JSON object"))
    }
}

/// Major, minor and patch of a strict `major.minor.patch`.
///
/// # Errors
/// [`VaultError::Invalid`].
pub(super) fn version(text: &str) -> Result<(u32, u32, u32), VaultError> {
    let wrong = || invalid("version", "major.minor.patch, such as 1.20.3");
    let strict: Version = text.parse().map_err(|_| wrong())?;
    let text = strict.to_string();
    let parts: Vec<u32> = text.split('.').filter_map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [major, minor, patch] => Ok((*major, *minor, *patch)),
        _ => Err(wrong()),
    }
}

/// Of some settings those of the greatest version that is not above the asked one.
fn chosen(all: impl Iterator<Item = AppConfig>, asked: (u32, u32, u32)) -> Option<AppConfig> {
    let of =
        |(major, minor, patch): (u32, u32, u32)| format!("{major}.{minor}.{patch}").parse::<Version>().ok();
    choose(
        all.filter_map(|config| Some((of(config.version)?, config))),
        of(asked)?,
    )
}
