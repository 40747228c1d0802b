//! The format of connector files, version 1: TOML in, a checked [`Connector`] out, or the line and the cause.
//!
//! A file has `connector = 1`, `id`, `name`, and `words`, `never`, `guide`, `version`, `interval`, `[limits]`, `[retention]` where wanted;
//! then `[endpoint]`, or `[oauth]` with `[account]` and one `[[request]]` per list, or both. What `[oauth]` may say besides the addresses, the
//! client and the scopes:
//!
//! - `redirect = "loopback" | "https" | "name"`: whether the platform takes the address of this computer, only https (a relay of the
//!   person's), or only a name that it gave to such a relay;
//! - `client_auth = "basic" | "body" | "unsaid"`: how the secret is shown at the token endpoint;
//! - `scope_list = "spaces" | "commas" | "unsaid"`: how scopes are asked for;
//! - `client_header`: a header in which every request carries the person's client as `id:secret`;
//! - `header`: the header that carries the token, instead of `Authorization: Bearer`.
//!
//! What a `[[request]]` and `[account]` may say is in [`request`].

use std::collections::BTreeMap;

use gigdata::UnknownDialect;
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;
use url::Url;

use self::request::{AccountFile, RequestFile};
use super::{Auth, BackTo, Connector, Endpoint, OAuth, PlatformScope, RatingScale, Retention};
use crate::{
    http::{check_address, is_loopback},
    oauth::{ClientAuth, ScopeList},
};

mod request;

/// The newest version of the format that is read.
const VERSION: i64 = 1;
/// The longest file, in bytes.
pub(crate) const MAX_FILE: usize = 32 * 1024;
/// Longest line of text, and longest text of several.
const LINE: usize = 200;
const TEXT: usize = 4000;
/// Most requests, scopes and further parameters.
const MANY: usize = 32;
/// The shortest and the longest time between two automatic fetches, in seconds.
const INTERVALS: std::ops::RangeInclusive<u32> = 900..=30 * 24 * 3600;
/// How often a linked account is asked for what is new, unless its connector says otherwise, in seconds.
const DAILY: u32 = 24 * 3600;

/// A mistake in a connector file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {cause}")]
pub struct ConnectorFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub cause: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    connector: Spanned<i64>,
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    words: Option<Spanned<String>>,
    #[serde(default = "one")]
    version: u32,
    interval: Option<Spanned<u32>>,
    never: Option<Spanned<String>>,
    guide: Option<Spanned<String>>,
    endpoint: Option<Spanned<EndpointFile>>,
    oauth: Option<Spanned<OAuthFile>>,
    account: Option<AccountFile>,
    limits: Option<LimitsFile>,
    retention: Option<RetentionFile>,
    #[serde(default)]
    request: Vec<Spanned<RequestFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointFile {
    url: Spanned<String>,
    dialect: Option<Spanned<String>>,
    rating: Option<Spanned<RatingScale>>,
    interval: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OAuthFile {
    base: Spanned<String>,
    authorize: Spanned<String>,
    token: Spanned<String>,
    revoke: Option<Spanned<String>>,
    client: ClientKind,
    client_id: Option<Spanned<String>>,
    #[serde(default)]
    parameters: BTreeMap<String, String>,
    header: Option<Spanned<String>>,
    client_header: Option<Spanned<String>>,
    #[serde(default)]
    redirect: BackTo,
    #[serde(default)]
    client_auth: ClientAuth,
    #[serde(default)]
    scope_list: ScopeList,
    #[serde(default)]
    scope: Vec<Spanned<ScopeFile>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum ClientKind {
    Public,
    Own,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeFile {
    name: Spanned<String>,
    words: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    requests_per_second: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionFile {
    refresh: Spanned<u32>,
    words: Spanned<String>,
}

fn one() -> u32 {
    1
}

/// Reads and checks a connector file. `loopback` lets an own connector name plain http on this computer.
///
/// # Errors
/// The first mistake, with its line.
pub(crate) fn read(text: &str, loopback: bool) -> Result<Connector, ConnectorFault> {
    if text.len() > MAX_FILE {
        return Err(ConnectorFault {
            line: 1,
            cause: format!("the file is larger than {MAX_FILE} bytes"),
        });
    }
    let reader = Reader { text, loopback };
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        reader.fault(at, error.message().lines().next().unwrap_or("it is not TOML"))
    })?;
    reader.connector(file)
}

struct Reader<'t> {
    text: &'t str,
    loopback: bool,
}

type Checked<T> = Result<T, ConnectorFault>;

impl Reader<'_> {
    fn fault(&self, at: usize, cause: &str) -> ConnectorFault {
        let before = self.text.as_bytes().iter().take(at);
        ConnectorFault {
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
            cause: cause.into(),
        }
    }

    fn at<T>(&self, value: &Spanned<T>, cause: &str) -> ConnectorFault {
        self.fault(value.span().start, cause)
    }

    fn connector(&self, file: File) -> Checked<Connector> {
        if *file.connector.get_ref() != VERSION {
            return Err(self.at(
                &file.connector,
                "only connector = 1 is known; a newer Satchel may read it",
            ));
        }
        let id = self.id(&file.id)?;
        let (oauth_at, endpoint_at) = (
            file.oauth.as_ref().map(Spanned::span),
            file.endpoint.as_ref().map(Spanned::span),
        );
        let at = oauth_at.or(endpoint_at).map_or(0, |span| span.start);
        let oauth = file
            .oauth
            .map(|oauth| self.oauth(oauth.into_inner()))
            .transpose()?;
        let endpoint = file
            .endpoint
            .map(|endpoint| self.endpoint(endpoint.into_inner(), format!("endpoint:{id}/{}", file.version)))
            .transpose()?;
        let requests = self.requests(&oauth, file.request)?;
        let ways = usize::from(oauth.is_some()) + usize::from(endpoint.is_some());
        if ways == 0 {
            return Err(self.fault(at, "a connector has [oauth], [endpoint], or both"));
        }
        if oauth.is_some() == requests.is_empty() {
            return Err(self.fault(at, "[oauth] and [[request]] go together"));
        }
        let retention = file.retention.map(|rule| self.retention(rule)).transpose()?;
        let interval = self.interval(file.interval.as_ref(), endpoint.as_ref(), retention.as_ref())?;
        Ok(Connector {
            source: format!("oauth:{id}/{}", file.version),
            name: self.line(&file.name)?,
            words: self.optional(file.words.as_ref(), LINE)?,
            never: self.optional(file.never.as_ref(), LINE)?,
            guide: self.optional(file.guide.as_ref(), TEXT)?,
            account: file
                .account
                .map(|account| self.account(&oauth, account))
                .transpose()?,
            requests_per_second: file
                .limits
                .map(|limits| self.rate(&limits.requests_per_second))
                .transpose()?,
            id,
            oauth,
            endpoint,
            requests,
            retention,
            interval,
        })
    }

    fn id(&self, id: &Spanned<String>) -> Checked<String> {
        let text = id.get_ref();
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let good = (1..=40).contains(&text.len())
            && text.bytes().all(|byte| letter(byte) || byte == b'-')
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if !good || text == vault_core::connections::OWN_PLATFORM {
            return Err(self.at(
                id,
                "an id is lower-case letters, digits and hyphens, at most 40, and not \"own\"",
            ));
        }
        Ok(text.clone())
    }

    fn line(&self, text: &Spanned<String>) -> Checked<String> {
        let line = text.get_ref().trim();
        if line.is_empty() || line.len() > LINE || line.chars().any(char::is_control) {
            return Err(self.at(
                text,
                "this is a line of text, not empty and at most 200 bytes long",
            ));
        }
        Ok(line.to_owned())
    }

    fn optional(&self, text: Option<&Spanned<String>>, limit: usize) -> Checked<String> {
        let Some(text) = text else {
            return Ok(String::new());
        };
        let plain = |symbol: char| !symbol.is_control() || symbol == '\n';
        if text.get_ref().len() > limit || !text.get_ref().chars().all(plain) {
            return Err(self.at(text, &format!("this is plain text of at most {limit} bytes")));
        }
        Ok(text.get_ref().trim().to_owned())
    }

    fn endpoint(&self, file: EndpointFile, source: String) -> Checked<Endpoint> {
        let rating = file.rating.map(|scale| {
            let RatingScale { min, max, success } = *scale.get_ref();
            let good = [min, max, success].iter().all(|number| number.is_finite())
                && min < max
                && (min..=max).contains(&success);
            if good {
                Ok(scale.into_inner())
            } else {
                Err(self.at(
                    &scale,
                    "a rating goes from min to a larger max, with success between",
                ))
            }
        });
        Ok(Endpoint {
            url: self.address(&file.url)?,
            dialect: file
                .dialect
                .map(|name| {
                    name.get_ref()
                        .parse()
                        .map_err(|error: UnknownDialect| self.at(&name, &error.to_string()))
                })
                .transpose()?
                .unwrap_or_default(),
            rating: rating.transpose()?.unwrap_or_default(),
            interval: file
                .interval
                .map(|interval| self.seconds(&interval))
                .transpose()?,
            source,
        })
    }

    fn oauth(&self, file: OAuthFile) -> Checked<OAuth> {
        let base = self.address(&file.base)?;
        let place = |text: &Spanned<String>| self.place(&base, text);
        let client_id = match (file.client, &file.client_id) {
            (ClientKind::Public, Some(id)) => Some(self.line(id)?),
            (ClientKind::Own, None) => None,
            (ClientKind::Public, None) => return Err(self.at(&file.base, "a public client has a client_id")),
            (ClientKind::Own, Some(id)) => {
                return Err(self.at(id, "with client = \"own\" the person brings the client_id"));
            }
        };
        let scopes = file.scope.iter().map(|scope| {
            let ScopeFile { name, words } = scope.get_ref();
            Ok(PlatformScope {
                name: self.line(name)?,
                words: self.line(words)?,
            })
        });
        let scopes: Vec<_> = scopes.collect::<Checked<_>>()?;
        if scopes.is_empty() || scopes.len() > MANY || file.parameters.len() > MANY {
            return Err(self.at(
                &file.base,
                "an account link asks for 1 to 32 scopes, with at most 32 parameters",
            ));
        }
        let reserved = [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "code_challenge",
            "code_challenge_method",
        ];
        if let Some(name) = file
            .parameters
            .keys()
            .find(|name| reserved.contains(&name.as_str()))
        {
            return Err(self.at(&file.base, &format!("the parameter {name} is Satchel's to set")));
        }
        let auth = match &file.header {
            None => Auth::Bearer,
            Some(name) => Auth::Header(self.header(name)?),
        };
        let client_header = match &file.client_header {
            None => None,
            Some(name) if file.client == ClientKind::Own => Some(self.header(name)?),
            Some(name) => return Err(self.at(name, "only a client of the person's own goes into a header")),
        };
        Ok(OAuth {
            authorize: place(&file.authorize)?,
            token: place(&file.token)?,
            revoke: file.revoke.as_ref().map(place).transpose()?,
            client_id,
            parameters: file.parameters.into_iter().collect(),
            redirect: file.redirect,
            auth,
            client_header,
            client_auth: file.client_auth,
            scope_list: file.scope_list,
            scopes,
            base,
        })
    }

    fn header(&self, name: &Spanned<String>) -> Checked<String> {
        let text = name.get_ref();
        let good = (1..=60).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if good {
            Ok(text.clone())
        } else {
            Err(self.at(name, "this is the name of a header"))
        }
    }

    /// https; plain http only to this computer, and only where that is allowed.
    fn address(&self, text: &Spanned<String>) -> Checked<Url> {
        let url: Url = text
            .get_ref()
            .parse()
            .map_err(|_| self.at(text, "this is not an address"))?;
        if check_address(&url).is_err() {
            return Err(self.at(text, "an address begins with https:// and holds no password"));
        }
        if url.scheme() == "http" && !(self.loopback && is_loopback(&url)) {
            return Err(self.at(text, "http on this computer needs --allow-loopback"));
        }
        Ok(url)
    }

    /// A path below the base, or an address of its own.
    fn place(&self, base: &Url, text: &Spanned<String>) -> Checked<String> {
        if text.get_ref().contains("://") {
            return Ok(self.address(text)?.into());
        }
        let under = super::below(base, text.get_ref()).map_err(|_| self.at(text, "this is not a path"))?;
        if under.origin() != base.origin() || text.get_ref().is_empty() {
            return Err(self.at(text, "a path stays at the platform"));
        }
        Ok(text.get_ref().clone())
    }

    fn scope(&self, oauth: &OAuth, scope: &Spanned<String>) -> Checked<String> {
        let known = oauth.scopes.iter().any(|known| known.name == *scope.get_ref());
        if known {
            Ok(scope.get_ref().clone())
        } else {
            Err(self.at(scope, "this scope is not one of [[oauth.scope]]"))
        }
    }

    fn members(&self, text: &Spanned<String>) -> Checked<Vec<String>> {
        let members: Vec<String> = text.get_ref().split('.').map(str::to_owned).collect();
        let name = |name: &String| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if members.len() <= 8 && members.iter().all(name) {
            Ok(members)
        } else {
            Err(self.at(text, "this is the way to a member, such as result.items"))
        }
    }

    fn retention(&self, file: RetentionFile) -> Checked<Retention> {
        Ok(Retention {
            refresh: self.seconds(&file.refresh)?,
            words: self.line(&file.words)?,
        })
    }

    fn rate(&self, rate: &Spanned<u32>) -> Checked<u32> {
        if (1..=1000).contains(rate.get_ref()) {
            Ok(*rate.get_ref())
        } else {
            Err(self.at(rate, "1 to 1000 requests per second"))
        }
    }

    fn seconds(&self, seconds: &Spanned<u32>) -> Checked<u32> {
        if INTERVALS.contains(seconds.get_ref()) {
            Ok(*seconds.get_ref())
        } else {
            Err(self.at(
                seconds,
                "between a quarter of an hour (900) and 30 days, in seconds",
            ))
        }
    }

    fn interval(
        &self,
        own: Option<&Spanned<u32>>,
        endpoint: Option<&Endpoint>,
        retention: Option<&Retention>,
    ) -> Checked<u32> {
        let chosen = own
            .map(|own| self.seconds(own))
            .transpose()?
            .or(endpoint.and_then(|endpoint| endpoint.interval));
        let Some(rule) = retention else {
            return Ok(chosen.unwrap_or(DAILY));
        };
        // An hour is left for a fetch that has to be tried again.
        let latest = rule.refresh.saturating_sub(3600).max(*INTERVALS.start());
        match (own, chosen) {
            (Some(own), Some(chosen)) if chosen > latest => Err(self.at(
                own,
                "the retention rule asks for a fetch an hour earlier than this",
            )),
            _ => Ok(chosen.unwrap_or(DAILY).min(latest)),
        }
    }
}
