//! A vault and a platform for one test.

use std::sync::Arc;

use demo_platform::{Config, Running};
use reqwest::{Client, header, redirect};
use tempfile::TempDir;
use url::Url;
use vault_connect::{AddressOptions, Connect, ConnectError, LinkOptions, Linked, Stop, VerifiedAddress};
use vault_core::{
    CreateOptions, LockedVault, SpaceHandle,
    clock::{Clock as _, ManualClock, SystemClock},
};
use vault_crypto::{KdfParams, Passphrase};
use vault_store::{ConnectionId, connections::ConnectionState, retrievals::RetrievalOutcome};

/// A vault, a platform, and the way between them.
pub(crate) struct World {
    _folder: TempDir,
    pub(crate) platform: Running,
    pub(crate) connect: Connect,
    pub(crate) space: SpaceHandle,
    pub(crate) clock: Arc<ManualClock>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let options = CreateOptions {
            kdf: KdfParams {
                m_kib: 64,
                t: 1,
                p: 1,
            },
            ..CreateOptions::default()
        };
        let passphrase = Passphrase::new("ocean-lamp-ticket-forest-nine".into());
        let (_, vault, _) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &passphrase,
            &options,
            clock.clone(),
        )
        .unwrap();
        let space = vault.first_space().await.unwrap();
        let platform = demo_platform::start(Config {
            records: 700,
            ..Config::default()
        })
        .await
        .unwrap();
        Self {
            _folder: folder,
            platform,
            connect: Connect::new().unwrap(),
            space,
            clock,
        }
    }

    pub(crate) async fn link(&self, answer: &[(&str, &str)]) -> Result<Linked, ConnectError> {
        self.link_at(&self.platform.base(), None, answer).await
    }

    /// Links at any base, or signs an earlier connection in again.
    pub(crate) async fn link_at(
        &self,
        base: &str,
        renew: Option<ConnectionId>,
        answer: &[(&str, &str)],
    ) -> Result<Linked, ConnectError> {
        let options = LinkOptions {
            base: Some(base.parse().unwrap()),
            renew,
            ..LinkOptions::default()
        };
        let linking = self.connect.link(&self.space, "demo", options).await?;
        let browser = tokio::spawn(follow(linking.url().clone(), owned(answer)));
        let linked = tokio::time::timeout(std::time::Duration::from_secs(20), linking.finish())
            .await
            .unwrap();
        browser.await.unwrap();
        linked
    }

    pub(crate) async fn linked(&self) -> ConnectionId {
        self.link(&[("decision", "allow")]).await.unwrap().connection
    }

    /// Connects the first person's address at the endpoint below a base, with a token.
    pub(crate) async fn at_endpoint(&self, base: &str, token: &str) -> ConnectionId {
        self.address_at(base, demo_platform::ACCOUNTS[0].email, token)
            .await
    }

    /// Connects any address.
    pub(crate) async fn address_at(&self, base: &str, address: &str, token: &str) -> ConnectionId {
        let options = AddressOptions {
            base: Some(base.parse().unwrap()),
            address: VerifiedAddress::on_the_persons_word(address).unwrap(),
            token: token.into(),
        };
        let connected = self
            .connect
            .connect_by_address(&self.space, "demo", options)
            .await;
        connected.unwrap()
    }

    pub(crate) async fn state(&self, id: ConnectionId) -> ConnectionState {
        self.space.connection(id).await.unwrap().state
    }

    /// The code and the outcome of the last try.
    pub(crate) async fn last_try(&self, id: ConnectionId) -> (String, RetrievalOutcome) {
        let last = self.space.retrievals(id, 1).await.unwrap().remove(0);
        (last.code, last.outcome)
    }

    pub(crate) async fn fetch(&self, id: ConnectionId) -> Result<vault_connect::Fetched, ConnectError> {
        self.connect.fetch(&self.space, id, &Stop::default()).await
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// What a browser does: loads the page, sends its form, follows the redirect to the vault.
async fn follow(url: Url, answer: Vec<(String, String)>) {
    let done = reqwest::get(browse(url, answer).await).await.unwrap();
    assert_eq!(done.headers()[header::CACHE_CONTROL], "no-store");
}

/// The same up to the redirect: where the platform sends the browser.
pub(crate) async fn browse(url: Url, answer: Vec<(String, String)>) -> String {
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let page = client
        .get(url.clone())
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let request = page
        .split("name=\"request\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut form = vec![("request".to_owned(), request)];
    form.extend(answer);
    if !form.iter().any(|(name, _)| name == "account") {
        form.push(("account".to_owned(), demo_platform::ACCOUNTS[0].id.to_owned()));
    }
    if !form.iter().any(|(name, _)| name == "scope") {
        form.extend(demo_platform::Scope::ALL.map(|scope| ("scope".to_owned(), scope.to_string())));
    }
    let target = url.join("/oauth/authorize").unwrap();
    let redirected = client
        .post(target)
        .header(header::ORIGIN, url.origin().ascii_serialization())
        .form(&form)
        .send()
        .await
        .unwrap();
    assert!(redirected.status().is_redirection(), "{}", redirected.status());
    redirected.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}
