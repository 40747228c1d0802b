//! The builds of an application in a space: in which ways each may be used, and taking one out.

use vault_store::{
    AppTypeId, CoreAppId, StoreError, View, core_anonymous,
    core_app_types::{self, AppType},
    core_installations,
    core_logins::{self, Logins},
};

use super::{
    admission::{get, spaces},
    changed, invalid,
    providers::{self, ProviderInfo},
    sessions::end_session,
};
use crate::{SpaceHandle, VaultError, vault::OpenVault};

/// What holds of a build in one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildInfo {
    /// The build.
    pub build: AppTypeId,
    /// In which ways it may be used, within what the installation allows.
    pub logins: Logins,
    /// The connections by whose accounts it knows the person, by system.
    pub providers: Vec<ProviderInfo>,
}

impl BuildInfo {
    pub(super) fn read(view: &View<'_>, build: AppTypeId) -> Result<Self, StoreError> {
        Ok(Self {
            build,
            logins: core_logins::get(view, build)?,
            providers: providers::of_build(view, build)?,
        })
    }
}

impl SpaceHandle {
    /// Says in which ways a build may be used here. What it was given by a way that is taken from it opens nothing from now on.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an application or a build that is not there.
    pub async fn set_core_logins(
        &self,
        id: CoreAppId,
        identifier: String,
        logins: Logins,
    ) -> Result<(), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            turn.space.db.write(|tx| {
                let build = named(tx, id, &identifier)?;
                Ok::<_, VaultError>(core_logins::put(tx, build.id, logins)?)
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }

    /// Removes a build from an application, wherever it is attached: its settings go, whoever uses it is signed out, and its identifier is free
    /// for another. The last one stays: an application without any could not be used.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for an application or a build that is not there; [`VaultError::Invalid`] for the last one.
    pub async fn remove_core_type(&self, id: CoreAppId, identifier: String) -> Result<(), VaultError> {
        let space = self.id();
        self.vault()
            .run(move |vault| {
                get(&vault.turn(space)?, id)?;
                remove(vault, id, &identifier)
            })
            .await
    }
}

/// In which ways a build may be used now: what is said of it, within what the installation allows. None at all for a build that is not of the
/// application any more.
pub(crate) fn ways(view: &View<'_>, app: CoreAppId, build: AppTypeId) -> Result<Logins, StoreError> {
    let known = core_app_types::of_app(view, app)?
        .iter()
        .any(|one| one.id == build);
    let Some(installation) = core_installations::get(view, app)?.filter(|_| known) else {
        return Ok(Logins {
            unlock: false,
            anonymous: false,
        });
    };
    let said = core_logins::get(view, build)?;
    Ok(Logins {
        anonymous: said.anonymous && installation.anonymous,
        ..said
    })
}

/// The build of an application with an identifier.
pub(super) fn named(view: &View<'_>, app: CoreAppId, identifier: &str) -> Result<AppType, VaultError> {
    let all = core_app_types::of_app(view, app)?;
    let found = all.into_iter().find(|build| build.identifier == identifier);
    found.ok_or(VaultError::NoSuch("build"))
}

fn remove(vault: &mut OpenVault, app: CoreAppId, identifier: &str) -> Result<(), VaultError> {
    let mut found = false;
    for space in spaces(vault) {
        let turn = vault.turn(space)?;
        let now = turn.now();
        found |= turn.space.db.write(|tx| {
            let all = core_app_types::of_app(tx, app)?;
            let Some(build) = all.iter().find(|build: &&AppType| build.identifier == identifier) else {
                return Ok(false);
            };
            if all.len() == 1 {
                return Err(invalid("type", "one build has to stay"));
            }
            for session in core_anonymous::open_of_app(tx, app)? {
                if session.app_type == build.id {
                    end_session(tx, session.id, now)?;
                }
            }
            Ok(core_app_types::delete(tx, build.id)?)
        })?;
        changed(&turn);
    }
    found.then_some(()).ok_or(VaultError::NoSuch("build"))
}
