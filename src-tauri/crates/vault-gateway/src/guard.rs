//! The guards in front of every route, in the order of the contract.

use std::{future::poll_fn, pin::Pin, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody as _},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header},
    response::Response,
};
use vault_core::VaultHandle;

use crate::{
    Shared,
    reply::{allow_origin, forbidden_origin, locked_for, method_not_allowed, misdirected, not_found, reply},
    routes::Route,
};

/// How long the body of a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much beyond the limit is taken and dropped, in bytes.
const DROPPED: usize = 256 * 1024;

/// A request that passed every guard.
pub(crate) struct Passed {
    pub(crate) vault: VaultHandle,
    pub(crate) route: Route,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) origin: Option<HeaderValue>,
    pub(crate) body: Bytes,
}

impl Passed {
    /// Whether a page sent this, and it is of another origin.
    pub(crate) fn is_of_another_than(&self, origin: &str) -> bool {
        self.is_of_none_of(std::slice::from_ref(&origin))
    }

    /// Whether a page sent this, and it is of none of these origins.
    pub(crate) fn is_of_none_of(&self, origins: &[impl AsRef<str>]) -> bool {
        let sent = self.origin.as_ref();
        sent.is_some_and(|value| {
            !origins
                .iter()
                .any(|origin| origin.as_ref().as_bytes() == value.as_bytes())
        })
    }
}

/// Which site a `Host` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Site {
    /// The gateway itself.
    Gateway,
    /// A packaged app, by its installation id.
    Package(String),
}

/// Lets a request through, or answers it.
pub(crate) async fn pass(shared: &Shared, request: Request) -> Result<Passed, Response> {
    let (parts, body) = request.into_parts();
    let site = site(&parts.headers, &parts.uri, shared.port).ok_or_else(misdirected)?;
    let vault = shared.vault().ok_or_else(|| locked_for(&parts.headers))?;
    let route = Route::find(&site, parts.uri.path()).ok_or_else(not_found)?;
    let preflight =
        parts.method == Method::OPTIONS && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if !preflight && !route.takes(&parts.method) {
        return Err(method_not_allowed(route.methods()));
    }
    let body = read(body, route.body_limit())
        .await
        .map_err(|fault| route.refused(fault))?;
    let origin = origin(shared, &vault, &route, &parts.headers).await?;
    if preflight {
        return Err(preflight_answer(origin.as_ref(), route.methods()));
    }
    Ok(Passed {
        vault,
        route,
        method: parts.method,
        uri: parts.uri,
        version: parts.version,
        headers: parts.headers,
        origin,
        body,
    })
}

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// It is larger than the address takes.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It broke off.
    Broken,
}

impl BodyFault {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::Broken => "broken_off",
        }
    }

    /// For people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::TooLarge => "The request is larger than this address takes.",
            Self::TooSlow => "The request did not arrive in time.",
            Self::Broken => "The request broke off.",
        }
    }
}

/// The body within its limit. A little of what is too much is taken and dropped: a sender that is cut off in the middle of its sentence does
/// not read the answer.
async fn read(mut body: Body, limit: usize) -> Result<Bytes, BodyFault> {
    let whole = async {
        let (mut kept, mut length) = (Vec::new(), 0_usize);
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let Some(part) = frame.map_err(|_| BodyFault::Broken)?.into_data().ok() else {
                continue;
            };
            length = length.saturating_add(part.len());
            if length > limit.saturating_add(DROPPED) {
                break;
            }
            if length <= limit {
                kept.extend_from_slice(&part);
            }
        }
        if length > limit {
            return Err(BodyFault::TooLarge);
        }
        Ok(Bytes::from(kept))
    };
    tokio::time::timeout(PATIENCE, whole)
        .await
        .unwrap_or(Err(BodyFault::TooSlow))
}

/// `127.0.0.1:PORT`, `localhost:PORT`, or `<installation id>.localhost:PORT`; any other name is not ours (DNS rebinding).
pub(crate) fn site(headers: &HeaderMap, uri: &Uri, port: u16) -> Option<Site> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    if hosts.next().is_some()
        || uri
            .authority()
            .is_some_and(|authority| authority.as_str() != host)
    {
        return None;
    }
    let (name, digits) = host.rsplit_once(':')?;
    if digits != port.to_string() {
        return None;
    }
    match name {
        "127.0.0.1" | "localhost" => Some(Site::Gateway),
        _ => {
            let id = name.strip_suffix(".localhost")?;
            let plain = !id.is_empty()
                && id.len() <= 63
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
            plain.then(|| Site::Package(id.to_owned()))
        }
    }
}

/// A request that says where it comes from must come from a page of ours or from an admitted party; `null` is nobody.
async fn origin(
    shared: &Shared,
    vault: &VaultHandle,
    route: &Route,
    headers: &HeaderMap,
) -> Result<Option<HeaderValue>, Response> {
    let Some(value) = headers.get(header::ORIGIN) else {
        return Ok(None);
    };
    if route.is_public() {
        return Ok(Some(value.clone()));
    }
    let text = value.to_str().map_err(|_| forbidden_origin())?;
    let known = text == shared.base() || vault.admits_origin(text).await.unwrap_or(false);
    if known {
        Ok(Some(value.clone()))
    } else {
        Err(forbidden_origin())
    }
}

fn preflight_answer(origin: Option<&HeaderValue>, methods: &'static str) -> Response {
    let mut response = reply(StatusCode::NO_CONTENT, "text/plain", "");
    let Some(origin) = origin else {
        return forbidden_origin();
    };
    allow_origin(&mut response, origin);
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(methods),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, accept, content-type"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str) -> Option<Site> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        site(&headers, &"/".parse().unwrap(), 20_123)
    }

    #[test]
    fn only_our_own_names_are_ours() {
        assert_eq!(of("127.0.0.1:20123"), Some(Site::Gateway));
        assert_eq!(of("localhost:20123"), Some(Site::Gateway));
        assert_eq!(of("abc123.localhost:20123"), Some(Site::Package("abc123".into())));
        for other in [
            "127.0.0.1",
            "127.0.0.1:20124",
            "evil.example:20123",
            "localhost.evil.example:20123",
            "a.b.localhost:20123",
            ".localhost:20123",
            "ABC.localhost:20123",
            "[::1]:20123",
            "127.0.0.1:020123",
            "127.0.0.1.:20123",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn two_names_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_static("127.0.0.1:20123"));
        headers.append(header::HOST, HeaderValue::from_static("evil.example"));
        assert_eq!(site(&headers, &"/".parse().unwrap(), 20_123), None);
    }
}
