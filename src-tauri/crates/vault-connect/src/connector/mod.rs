//! Connectors: how to get data from a platform, as data. The ones that come with Satchel lie in `catalogue/`.

mod closed;
mod draft;
mod format;
mod redirect;
mod request;

use std::sync::{Arc, LazyLock};

use gigdata::{Dialect, Number, RatingRule, ReadOptions, Scale};
use serde::{Deserialize, Serialize};
use url::Url;
use vault_core::SpaceHandle;

pub use closed::{ClosedPlatform, ClosedWay, closed_platforms};
pub use draft::EndpointDraft;
pub use format::ConnectorFault;
pub(crate) use request::{Account, Asked, Pages, Request, TimeForm, Window};

use crate::{
    ConnectError,
    oauth::{Client, ClientAuth, ScopeList},
};
pub use redirect::BackTo;

/// A scope of a platform, and what it opens in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformScope {
    /// The name on the wire.
    pub name: String,
    /// For people, such as `gigs`.
    pub words: String,
}

/// A platform that Satchel knows how to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Connector {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it is, in a sentence.
    pub words: String,
    /// The reader and its version, as the provenance of records names it.
    pub source: String,
    /// What it never does there, in words.
    pub never: String,
    /// How a person gets a client id there, for platforms that give Satchel none.
    pub guide: String,
    /// How many seconds lie between two automatic fetches.
    pub interval: u32,
    /// What the platform's terms say about keeping what it gives.
    pub retention: Option<Retention>,
    /// How often it may be asked.
    pub requests_per_second: Option<u32>,
    /// The account link, where there is one.
    pub oauth: Option<OAuth>,
    /// The Open Platforms endpoint, where there is one.
    pub endpoint: Option<Endpoint>,
    pub(crate) account: Option<Account>,
    /// What is fetched, in order: work before what belongs to it.
    pub(crate) requests: Vec<Request>,
}

/// A rule of a platform about what it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// After how many seconds it has to be fetched again.
    pub refresh: u32,
    /// The rule in words, with its source.
    pub words: String,
}

/// An account link (OAuth 2.0, RFC 6749).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuth {
    /// Where the platform is, unless the person says otherwise.
    pub base: Url,
    /// Satchel's client id there; nothing where the person brings an own one.
    pub client_id: Option<String>,
    /// What is asked for.
    pub scopes: Vec<PlatformScope>,
    /// The authorisation page, the token endpoint and the revocation endpoint: below the base, or addresses of their own.
    pub(crate) authorize: String,
    pub(crate) token: String,
    pub(crate) revoke: Option<String>,
    /// Further parameters of the authorisation page.
    pub(crate) parameters: Vec<(String, String)>,
    /// Where the platform lets the browser come back to.
    pub redirect: BackTo,
    pub(crate) auth: Auth,
    /// The header in which every request of the data API carries the person's client, as `id:secret`.
    pub(crate) client_header: Option<String>,
    pub(crate) client_auth: ClientAuth,
    pub(crate) scope_list: ScopeList,
}

/// How a request carries the access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Auth {
    /// `Authorization: Bearer` (RFC 6750).
    Bearer,
    /// A header of the platform's own.
    Header(String),
}

/// An Open Platforms endpoint (`spec/gigdata.md` section 3).
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Where data is asked for.
    pub url: Url,
    /// Which names its requests have.
    pub dialect: Dialect,
    /// The scale of its ratings, where an answer names none.
    pub rating: RatingScale,
    /// How many seconds lie between two automatic fetches, where the connector says.
    pub interval: Option<u32>,
    /// The reader and its version, as the provenance of records names it.
    pub source: String,
}

impl Endpoint {
    /// When a rating of the platform is a good one.
    #[must_use]
    pub fn rule(&self) -> RatingRule {
        let number = |value| Number::from_f64(value).unwrap_or_else(|| Number::from(0));
        RatingRule {
            scale: Scale {
                min: number(self.rating.min),
                max: number(self.rating.max),
            },
            success: number(self.rating.success),
        }
    }

    /// How its answers are read.
    pub(crate) fn reading(&self) -> ReadOptions {
        ReadOptions {
            rating: self.rule().scale,
            ..ReadOptions::default()
        }
    }
}

/// A scale of ratings, and from where on it is a success.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RatingScale {
    /// The worst rating.
    pub min: f64,
    /// The best rating.
    pub max: f64,
    /// The least rating that counts as success.
    pub success: f64,
}

impl Default for RatingScale {
    /// The scale of platforms made in the portal (`spec/gigdata.md` section 3.5).
    fn default() -> Self {
        Self {
            min: 1.0,
            max: 5.0,
            success: 3.0,
        }
    }
}

/// The connectors that come with Satchel. A contract test reads each of them with its line numbers.
const SHIPPED: [(&str, &str); 8] = [
    ("demo", include_str!("../../catalogue/demo.toml")),
    ("ebay", include_str!("../../catalogue/ebay.toml")),
    ("etsy", include_str!("../../catalogue/etsy.toml")),
    ("freelancer", include_str!("../../catalogue/freelancer.toml")),
    (
        "github-sponsors",
        include_str!("../../catalogue/github-sponsors.toml"),
    ),
    ("strava", include_str!("../../catalogue/strava.toml")),
    ("uber", include_str!("../../catalogue/uber.toml")),
    ("upwork", include_str!("../../catalogue/upwork.toml")),
];

static CATALOGUE: LazyLock<Vec<Arc<Connector>>> = LazyLock::new(|| {
    let read = |(_, text): &(&str, &str)| format::read(text, true).ok().map(Arc::new);
    SHIPPED.iter().filter_map(read).collect()
});

/// Every platform that comes with Satchel.
#[must_use]
pub fn catalogue() -> &'static [Arc<Connector>] {
    &CATALOGUE
}

/// The connector of a platform that comes with Satchel.
///
/// # Errors
/// [`ConnectError::UnknownPlatform`].
pub fn connector(id: &str) -> Result<Arc<Connector>, ConnectError> {
    let known = catalogue().iter().find(|connector| connector.id == id);
    known.cloned().ok_or(ConnectError::UnknownPlatform)
}

/// The connector of a platform in a space: one that comes with Satchel, or one that the person added.
///
/// # Errors
/// [`ConnectError::UnknownPlatform`], or the vault could not be read.
pub async fn connector_in(space: &SpaceHandle, id: &str) -> Result<Arc<Connector>, ConnectError> {
    if let Ok(known) = connector(id) {
        return Ok(known);
    }
    let text = space.connector(id).await?.ok_or(ConnectError::UnknownPlatform)?;
    Ok(Arc::new(format::read(&text, true)?))
}

/// Every platform of a space: those that come with Satchel, then the person's own. An own one that this program cannot read is left out.
///
/// # Errors
/// The vault could not be read.
pub async fn catalogue_in(space: &SpaceHandle) -> Result<Vec<Arc<Connector>>, ConnectError> {
    let own = space.connectors().await?;
    let own = own
        .iter()
        .filter_map(|text| format::read(text, true).ok().map(Arc::new));
    Ok(catalogue().iter().cloned().chain(own).collect())
}

/// Checks a connector file. `loopback` lets it name plain http on this computer.
///
/// # Errors
/// The first mistake, with its line.
pub fn check_connector(text: &str, loopback: bool) -> Result<Connector, ConnectorFault> {
    format::read(text, loopback)
}

/// Adds an own connector to a space, in place of an earlier one with its id.
///
/// # Errors
/// The first mistake of the file, an id that a connector of Satchel has, or the vault could not be written.
pub async fn add_connector(
    space: &SpaceHandle,
    text: &str,
    loopback: bool,
) -> Result<Arc<Connector>, ConnectError> {
    let read = format::read(text, loopback)?;
    if SHIPPED.iter().any(|(id, _)| *id == read.id) {
        let line = 1 + text
            .lines()
            .position(|line| line.trim_start().starts_with("id"))
            .unwrap_or_default();
        return Err(ConnectorFault {
            line,
            cause: format!("{} is a platform of Satchel's own", read.id),
        }
        .into());
    }
    space.put_connector(&read.id, text).await?;
    Ok(Arc::new(read))
}

impl OAuth {
    /// The header that carries the person's client, with what it carries.
    pub(crate) fn client_header(&self, client: &Client) -> Option<(&str, secrecy::SecretString)> {
        use secrecy::ExposeSecret as _;
        let name = self.client_header.as_deref()?;
        let secret = client
            .client_secret
            .as_ref()
            .map_or("", |secret| secret.expose_secret());
        Some((name, format!("{}:{secret}", client.client_id).into()))
    }
}

impl Connector {
    /// The account link.
    ///
    /// # Errors
    /// [`ConnectError::UnknownPlatform`] for a platform that has none.
    pub(crate) fn link(&self) -> Result<&OAuth, ConnectError> {
        self.oauth.as_ref().ok_or(ConnectError::UnknownPlatform)
    }

    /// The OAuth client for this platform at `base`.
    ///
    /// # Errors
    /// [`ConnectError::NeedsClient`] when the person has to bring a client id, or the base cannot carry a path.
    pub fn client(
        &self,
        base: &Url,
        own: Option<(String, Option<secrecy::SecretString>)>,
    ) -> Result<Client, ConnectError> {
        let oauth = self.link()?;
        let known = || oauth.client_id.clone().map(|id| (id, None));
        let (client_id, client_secret) = own.or_else(known).ok_or(ConnectError::NeedsClient)?;
        Ok(Client {
            authorize: self.place(base, &oauth.authorize)?,
            token: self.place(base, &oauth.token)?,
            revoke: oauth
                .revoke
                .as_ref()
                .map(|place| self.place(base, place))
                .transpose()?,
            client_id,
            client_secret,
            parameters: oauth.parameters.clone(),
            auth: oauth.client_auth,
            scope_list: oauth.scope_list,
            redirect: None,
        })
    }

    /// A place of the platform at `base`. A platform that is not at its usual address has everything there.
    pub(crate) fn place(&self, base: &Url, place: &str) -> Result<Url, ConnectError> {
        let Ok(own) = Url::parse(place) else {
            return below(base, place);
        };
        if *base == self.link()?.base {
            return Ok(own);
        }
        below(base, own.path())
    }

    /// Where the endpoint is asked: at its own address, or below the base that the person names.
    ///
    /// # Errors
    /// [`ConnectError::NoEndpoint`], or the base cannot carry a path.
    pub(crate) fn endpoint_at(&self, base: &Url) -> Result<Url, ConnectError> {
        let url = &self.endpoint.as_ref().ok_or(ConnectError::NoEndpoint)?.url;
        let usual = self.oauth.as_ref().map_or(url, |oauth| &oauth.base);
        if base == usual {
            return Ok(url.clone());
        }
        let mut place = below(base, url.path())?;
        place.set_query(url.query());
        Ok(place)
    }

    /// What is asked for.
    #[must_use]
    pub fn scopes(&self) -> &[PlatformScope] {
        self.oauth.as_ref().map_or(&[], |oauth| &oauth.scopes)
    }

    /// Where it is unless the person says otherwise.
    #[must_use]
    pub fn base(&self) -> &str {
        match (&self.oauth, &self.endpoint) {
            (Some(oauth), _) => oauth.base.as_str().trim_end_matches('/'),
            (None, Some(endpoint)) => endpoint.url.as_str(),
            (None, None) => "",
        }
    }

    /// The names of the scopes that are asked for.
    #[must_use]
    pub fn scope_names(&self) -> Vec<String> {
        self.scopes().iter().map(|scope| scope.name.clone()).collect()
    }

    /// The words of some scopes, in the connector's order.
    #[must_use]
    pub fn scope_words(&self, names: &[String]) -> Vec<&str> {
        let granted = |scope: &&PlatformScope| names.contains(&scope.name);
        self.scopes()
            .iter()
            .filter(granted)
            .map(|scope| scope.words.as_str())
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

#[cfg(test)]
mod tests;
