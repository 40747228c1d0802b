//! Who calls from outside: which space and which app a token, an origin or a packaged app's host name stands for.

use vault_store::{
    AppId, PartyKind, Sha256,
    apps::{self, App, AppKind},
    tokens,
};

use crate::{SpaceHandle, VaultError, VaultHandle};

/// The app that presented a token, and the space in which it is installed.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The space.
    pub space: SpaceHandle,
    /// The installation.
    pub app: AppId,
    /// The origin of the app's own pages.
    pub origin: String,
}

impl VaultHandle {
    /// Whether pages of an origin may ask the vault at all: some admitted app is there.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn admits_origin(&self, origin: &str) -> Result<bool, VaultError> {
        let origin = origin.to_owned();
        Ok(self.find_app(move |app| app.origin == origin).await?.is_some())
    }

    /// The packaged app with an installation id, as it stands in its host name.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn packaged_app(&self, installation: &str) -> Result<Option<App>, VaultError> {
        let installation = installation.to_owned();
        let found = self
            .find_app(move |app| app.kind != AppKind::Hosted && app.id.to_string().replace('-', "") == installation)
            .await?;
        Ok(found.map(|(_, app)| app))
    }

    /// The app that holds a token. Tokens are kept as digests only, so the search is by digest and tells nothing by its time.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, VaultError> {
        let digest = Sha256::of(token.as_bytes());
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            if let Some((app, origin)) = space.holder(digest).await? {
                return Ok(Some(Caller { space, app, origin }));
            }
        }
        Ok(None)
    }

    async fn find_app<F>(&self, wanted: F) -> Result<Option<(SpaceHandle, App)>, VaultError>
    where
        F: Fn(&App) -> bool + Send + Sync + Clone + 'static,
    {
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            let wanted = wanted.clone();
            let found = space.read(move |db| Ok(db.read(apps::list)?.into_iter().find(|app| wanted(app)))).await?;
            if let Some(app) = found {
                return Ok(Some((space, app)));
            }
        }
        Ok(None)
    }
}

impl SpaceHandle {
    async fn holder(&self, digest: Sha256) -> Result<Option<(AppId, String)>, VaultError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.read(|view| {
                let Some(token) = tokens::find(view, digest)? else { return Ok(None) };
                let live = token.expires_at.is_none_or(|end| end > now);
                if token.party_kind != PartyKind::App || !live {
                    return Ok(None);
                }
                let Ok(id) = token.party_id.parse::<AppId>() else { return Ok(None) };
                Ok(apps::get(view, id)?.map(|app| (app.id, app.origin)))
            })
        })
        .await
    }
}
