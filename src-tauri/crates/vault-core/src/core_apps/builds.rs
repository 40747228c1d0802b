//! Taking a build out of an application.

use vault_store::{
    CoreAppId, core_anonymous,
    core_app_types::{self, AppType},
};

use super::{
    admission::{get, spaces},
    changed, invalid,
    sessions::end_session,
};
use crate::{SpaceHandle, VaultError, vault::OpenVault};

impl SpaceHandle {
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
