//! API keys: they say which application calls, and in which space. They open no data.

use time::OffsetDateTime;
use vault_store::{
    ApiKeyId, CoreAppId, SecretValue, Sha256,
    core_api_keys::{self, ApiKey},
    core_app_types::{self, AppType},
    core_apps::{self, CoreApp},
};

use super::{admission::get, changed, fresh_secret, invalid};
use crate::{SpaceHandle, VaultError, VaultHandle};

/// So many keys one application may have in one space.
const MOST_KEYS: usize = 8;

/// An application that said which one it is.
#[derive(Debug, Clone)]
pub struct KeyHolder {
    /// The space that the key is of.
    pub space: SpaceHandle,
    /// The application.
    pub app: CoreApp,
    /// The build that was named; `None` when it is none of this application.
    pub build: Option<AppType>,
    /// The builds of the application.
    pub types: Vec<AppType>,
}

impl KeyHolder {
    /// The origins that its web pages may have.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        super::origins(&self.types)
    }
}

impl SpaceHandle {
    /// Makes one more key for an application, shown this once.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] when it has 8.
    pub async fn add_core_key(&self, id: CoreAppId) -> Result<(ApiKeyId, SecretValue), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            let (key, row) = fresh(id, turn.now());
            let name = row.id;
            turn.space.db.write(|tx| {
                if core_api_keys::of_app(tx, id)?.len() >= MOST_KEYS {
                    return Err(invalid("key", "at most 8 keys"));
                }
                Ok(core_api_keys::insert(tx, &row)?)
            })?;
            changed(turn);
            Ok((name, key))
        })
        .await
    }

    /// Takes a key away; from then on nobody is known by it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] for the last key of an application.
    pub async fn remove_core_key(&self, id: CoreAppId, key: ApiKeyId) -> Result<(), VaultError> {
        self.write(move |turn| {
            get(turn, id)?;
            turn.space.db.write(|tx| {
                let all = core_api_keys::of_app(tx, id)?;
                if !all.iter().any(|known| known.id == key) {
                    return Err(VaultError::NoSuch("key"));
                }
                if all.len() == 1 {
                    return Err(invalid("key", "one key more than this"));
                }
                core_api_keys::delete(tx, id, key)?;
                Ok(())
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

impl VaultHandle {
    /// The application that holds an API key, with the build that it names by identifier or id. Keys are kept as digests only, so the
    /// search is by digest and its time tells nothing; what names a key is never taken for it.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn key_holder(&self, key: &str, build: &str) -> Result<Option<KeyHolder>, VaultError> {
        let (digest, named) = (Sha256::of(key.as_bytes()), build.to_owned());
        let found = self
            .run(move |vault| {
                for space in &vault.spaces {
                    let found = space.db.read(|view| {
                        let Some(row) = core_api_keys::find(view, digest)? else {
                            return Ok(None);
                        };
                        let Some(app) = core_apps::get(view, row.app)? else {
                            return Ok(None);
                        };
                        let types = core_app_types::of_app(view, app.id)?;
                        Ok::<_, VaultError>(Some((app, types)))
                    })?;
                    if let Some((app, types)) = found {
                        return Ok(Some((space.info.clone(), app, types)));
                    }
                }
                Ok(None)
            })
            .await?;
        Ok(found.map(|(info, app, types)| KeyHolder {
            space: SpaceHandle::new(self.clone(), info),
            build: types
                .iter()
                .find(|build| build.identifier == named || build.id.to_string() == named)
                .cloned(),
            app,
            types,
        }))
    }
}

/// A key that is handed out, and what is kept of it.
pub(super) fn fresh(app: CoreAppId, now: OffsetDateTime) -> (SecretValue, ApiKey) {
    let key = fresh_secret();
    let row = ApiKey {
        sha256: Sha256::of(key.expose()),
        id: ApiKeyId::new(),
        app,
        created_at: now,
    };
    (key, row)
}
