//! Connectors: how to get data from a platform.

use serde_json::Value;
use url::Url;
use vault_store::NewRecord;

use crate::{ConnectError, demo, oauth::Client};

/// A scope of a platform, and what it opens in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlatformScope {
    /// The name on the wire.
    pub name: &'static str,
    /// For people, such as `gigs`.
    pub words: &'static str,
}

/// A list of the data API that is read page by page.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// Its path below the base.
    pub path: &'static str,
    /// The scope that opens it.
    pub scope: &'static str,
    /// Reads one item; nothing when the item has a layout that is not known.
    pub(crate) read: fn(&Value) -> Option<NewRecord>,
}

/// A platform that Satchel knows how to read.
#[derive(Debug, Clone, Copy)]
pub struct Connector {
    /// Its id.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub words: &'static str,
    /// The reader and its version, as the provenance of records names it.
    pub source: &'static str,
    /// The client id under which Satchel is known there.
    pub client_id: &'static str,
    /// Where it is unless the person says otherwise.
    pub base: &'static str,
    /// Paths of the authorisation page, the token endpoint and the revocation endpoint.
    pub(crate) oauth: [&'static str; 3],
    /// The path that tells whose account it is, and the scope that opens it.
    pub(crate) account: (&'static str, &'static str),
    /// What is asked for.
    pub scopes: &'static [PlatformScope],
    /// What it never does there, in words.
    pub never: &'static str,
    /// What is fetched, in order: work before what belongs to it.
    pub resources: &'static [Resource],
}

/// Every platform that Satchel knows.
#[must_use]
pub fn catalogue() -> &'static [Connector] {
    &[demo::CONNECTOR]
}

/// The connector of a platform.
///
/// # Errors
/// [`ConnectError::UnknownPlatform`].
pub fn connector(id: &str) -> Result<&'static Connector, ConnectError> {
    catalogue()
        .iter()
        .find(|connector| connector.id == id)
        .ok_or(ConnectError::UnknownPlatform)
}

impl Connector {
    /// The OAuth client for this platform at `base`.
    ///
    /// # Errors
    /// [`ConnectError::BadAnswer`] when the base cannot carry a path.
    pub fn client(
        &self,
        base: &Url,
        own: Option<(String, Option<secrecy::SecretString>)>,
    ) -> Result<Client, ConnectError> {
        let [authorize, token, revoke] = self.oauth;
        let (client_id, client_secret) = own.unwrap_or_else(|| (self.client_id.to_owned(), None));
        Ok(Client {
            authorize: below(base, authorize)?,
            token: below(base, token)?,
            revoke: Some(below(base, revoke)?),
            client_id,
            client_secret,
        })
    }

    /// The names of the scopes that are asked for.
    #[must_use]
    pub fn scope_names(&self) -> Vec<String> {
        self.scopes.iter().map(|scope| scope.name.to_owned()).collect()
    }

    /// The words of some scopes, in the connector's order.
    #[must_use]
    pub fn scope_words(&self, names: &[String]) -> Vec<&'static str> {
        let granted = |scope: &&PlatformScope| names.iter().any(|name| name == scope.name);
        self.scopes
            .iter()
            .filter(granted)
            .map(|scope| scope.words)
            .collect()
    }
}

/// An address below a platform's base, whatever slashes either has.
pub(crate) fn below(base: &Url, path: &str) -> Result<Url, ConnectError> {
    let mut base = base.clone();
    if !base.path().ends_with('/') {
        let with_slash = format!("{}/", base.path());
        base.set_path(&with_slash);
    }
    base.join(path.trim_start_matches('/'))
        .map_err(|_| ConnectError::BadAnswer)
}
