//! Who calls from outside: which space and which app a token, an origin or a packaged app's host name stands for.

use openplatform::token::PresentedToken;
use vault_store::{
    AppId,
    apps::{self, App, AppKind, AppState},
};

use crate::{
    SpaceHandle, VaultError, VaultHandle,
    apps::{self as admitted, TokenOwner},
};

/// Whose token was presented.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Nobody's: it was never handed out, or is broken.
    Nobody,
    /// One of ours that works no more.
    Over,
    /// An app that is open.
    App {
        /// The space in which it is installed.
        space: SpaceHandle,
        /// The installation.
        app: AppId,
        /// The origin of the app's own pages.
        origin: String,
    },
}

impl VaultHandle {
    /// Whether pages of an origin may ask the vault at all: some app that may be opened is there.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn admits_origin(&self, origin: &str) -> Result<bool, VaultError> {
        let (origin, port) = (origin.to_owned(), self.gateway_port().await?);
        let theirs = move |app: &App| admitted::origin(app, port) == origin;
        Ok(self.find_app(theirs).await?.is_some())
    }

    /// The packaged app with an installation id, as it stands in its host name.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn packaged_app(&self, installation: &str) -> Result<Option<App>, VaultError> {
        let installation = installation.to_owned();
        self.find_app(move |app| {
            app.kind != AppKind::Hosted && app.id.to_string().replace('-', "") == installation
        })
        .await
    }

    /// Whose token this is. Tokens are kept as digests only, so the search is by digest and its time tells nothing.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn caller(&self, token: &PresentedToken) -> Result<Caller, VaultError> {
        let mut best = Caller::Nobody;
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            match space.token_owner(token).await? {
                TokenOwner::App(app) => {
                    let origin = space.app(app).await?.origin;
                    return Ok(Caller::App { space, app, origin });
                }
                TokenOwner::Over => best = Caller::Over,
                TokenOwner::Nobody => {}
            }
        }
        Ok(best)
    }

    /// An app that may be opened: one that waits for the person's look, or is blocked, is nobody yet.
    async fn find_app<F>(&self, wanted: F) -> Result<Option<App>, VaultError>
    where
        F: Fn(&App) -> bool + Send + Sync + Clone + 'static,
    {
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            let wanted = wanted.clone();
            let found = space
                .read(move |db| {
                    Ok(db
                        .read(apps::list)?
                        .into_iter()
                        .find(|app| app.state == AppState::Ready && wanted(app)))
                })
                .await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
