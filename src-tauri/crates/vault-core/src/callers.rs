//! Who calls from outside: which space and which app a token, an origin or a packaged app's host name stands for.

use openplatform::token::PresentedToken;
use vault_store::{
    AppId, Sha256,
    apps::{self, App, AppKind, AppState},
    consumers,
};

use crate::{
    SpaceHandle, SpaceInfo, VaultError, VaultHandle,
    apps::{self as admitted, TokenOwner},
    consumers::origins,
    vault::OpenVault,
};

/// Whose token was presented.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Nobody's: it was never handed out, or is broken.
    Nobody,
    /// One of ours that works no more.
    Over {
        /// The space in which it was handed out.
        space: SpaceHandle,
        /// The installation that it was handed out to.
        app: AppId,
        /// The origin of the app's own pages; none for one that was removed.
        origin: Option<String>,
    },
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
    /// Whether pages of an origin may ask the vault at all: some app is there that may be opened, or that was opened before it was blocked
    /// or had to wait for the person's look, so that its pages are answered as those of any app that gets nothing.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn admits_origin(&self, origin: &str) -> Result<bool, VaultError> {
        let (asked, port) = (origin.to_owned(), self.gateway_port().await?);
        let origin = asked.clone();
        let theirs = move |app: &App| {
            let admitted = app.state == AppState::Ready || app.last_opened_at.is_some();
            admitted && admitted::origin(app, port) == origin
        };
        if self.find_app(theirs).await?.is_some() {
            return Ok(true);
        }
        Ok(self.admits_consumer_origin(asked.clone()).await? || self.admits_core_origin(asked).await?)
    }

    /// The packaged app with an installation id, as it stands in its host name.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn packaged_app(&self, installation: &str) -> Result<Option<App>, VaultError> {
        let installation = installation.to_owned();
        self.find_app(move |app| {
            // One that waits for the person's look, or is blocked, has no pages.
            app.kind != AppKind::Hosted
                && app.state == AppState::Ready
                && app.id.to_string().replace('-', "") == installation
        })
        .await
    }

    /// Whose token this is. Tokens are kept as digests only, so the search is by digest and its time tells nothing.
    ///
    /// # Errors
    /// The vault is locked, or a database could not be read.
    pub async fn caller(&self, presented: &PresentedToken) -> Result<Caller, VaultError> {
        let digest = Sha256::of(presented.token().as_bytes());
        let found = self.run(move |vault| holder(vault, digest)).await?;
        let handle = |info| SpaceHandle::new(self.clone(), info);
        Ok(match found {
            None => Caller::Nobody,
            Some((info, TokenOwner::App(app), Some(origin))) => Caller::App {
                space: handle(info),
                app,
                origin,
            },
            // One that was removed meanwhile holds nothing that works.
            Some((info, TokenOwner::App(app) | TokenOwner::Over(app), origin)) => Caller::Over {
                space: handle(info),
                app,
                origin,
            },
            Some((_, TokenOwner::Nobody, _)) => Caller::Nobody,
        })
    }

    async fn admits_consumer_origin(&self, origin: String) -> Result<bool, VaultError> {
        for info in self.spaces().await? {
            let (space, origin) = (self.space(info.id).await?, origin.clone());
            let known = space
                .read(move |db| {
                    let all = db.read(consumers::list)?;
                    let theirs =
                        |one: &consumers::Consumer| origins(&one.callback, &one.returns).contains(&origin);
                    Ok(all.iter().any(theirs))
                })
                .await?;
            if known {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn find_app<F>(&self, wanted: F) -> Result<Option<App>, VaultError>
    where
        F: Fn(&App) -> bool + Send + Sync + Clone + 'static,
    {
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            let wanted = wanted.clone();
            let found = space
                .read(move |db| Ok(db.read(apps::list)?.into_iter().find(|app| wanted(app))))
                .await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// In which space a token was handed out, to whom, and the origin of that app's own pages; one that works goes before one that does not.
fn holder(
    vault: &mut OpenVault,
    digest: Sha256,
) -> Result<Option<(SpaceInfo, TokenOwner, Option<String>)>, VaultError> {
    let spaces: Vec<SpaceInfo> = vault.spaces.iter().map(|space| space.info.clone()).collect();
    let mut best = None;
    for info in spaces {
        match admitted::token_holder(&vault.turn(info.id)?, digest)? {
            (TokenOwner::Nobody, _) => {}
            (owner @ TokenOwner::App(_), origin) => return Ok(Some((info, owner, origin))),
            (owner @ TokenOwner::Over(_), origin) => best = Some((info, owner, origin)),
        }
    }
    Ok(best)
}
