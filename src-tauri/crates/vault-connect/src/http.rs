//! The one HTTP client of the crate: bounded in time and size, and without redirects that nobody checked.

use std::time::Duration;

use reqwest::{Certificate, Client, Response, StatusCode, header, header::HeaderMap, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;
use time::{OffsetDateTime, PrimitiveDateTime, macros::format_description};
use url::{Host, Url};

use crate::{
    connector::Auth,
    exchange::{self, Exchange},
};

/// How long the other side is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long a connection may take to come about.
    pub connect: Duration,
    /// How long a whole exchange may take.
    pub whole: Duration,
    /// How long the other side may stay silent within an answer.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(60),
            silence: Duration::from_secs(20),
        }
    }
}

/// Why an exchange brought nothing that can be used. The texts hold neither address nor content.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The address is not one that Satchel calls: neither https nor this computer.
    #[error("the address is neither https nor on this computer")]
    Forbidden,
    /// Nobody answered: no route, refused, broken TLS, or too slow.
    #[error("no answer")]
    NoAnswer,
    /// The answer was larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The other side asked to slow down.
    #[error("asked to slow down")]
    Busy {
        /// After how many seconds it wants to be asked again, where it said so.
        retry_after: Option<u64>,
    },
    /// An answer with a status that is no success.
    #[error("the answer has status {0}")]
    Status(u16),
}

/// A client with the limits of this crate.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
}

impl Http {
    /// Makes the client.
    ///
    /// # Errors
    /// The TLS library could not be set up.
    pub fn new() -> Result<Self, HttpError> {
        Self::with(Patience::default(), None)
    }

    /// The same with other limits of time, and with an authority to trust beside the system's, as PEM.
    ///
    /// # Errors
    /// The TLS library could not be set up, or the authority is no certificate.
    pub fn with(patience: Patience, authority: Option<&[u8]>) -> Result<Self, HttpError> {
        let mut builder = Client::builder();
        if let Some(pem) = authority {
            let authority = Certificate::from_pem(pem).map_err(|_| HttpError::NoAnswer)?;
            builder = builder.add_root_certificate(authority);
        }
        let client = builder
            .connect_timeout(patience.connect)
            .timeout(patience.whole)
            .read_timeout(patience.silence)
            // A redirect may point anywhere; whoever needs one follows it with open eyes.
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("Satchel/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| HttpError::NoAnswer)?;
        Ok(Self { client })
    }

    /// Fetches `url` and returns the body, at most `limit` bytes of it.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn get(&self, url: Url, bearer: Option<&str>, limit: usize) -> Result<Vec<u8>, HttpError> {
        let mut request = self
            .client
            .get(url.clone())
            .header(header::ACCEPT, "application/json");
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        self.read(&url, request, limit).await
    }

    /// The same without a token, for another kind of answer than JSON.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub async fn get_as(&self, url: Url, accept: &'static str, limit: usize) -> Result<Vec<u8>, HttpError> {
        let request = self.client.get(url.clone()).header(header::ACCEPT, accept);
        self.read(&url, request, limit).await
    }

    /// Fetches a page for people with what its answer says about itself, whatever its status is.
    ///
    /// # Errors
    /// See [`HttpError`]; no status is one.
    pub(crate) async fn page(&self, url: Url, limit: usize) -> Result<Page, HttpError> {
        check_address(&url)?;
        let request = self.client.get(url).header(header::ACCEPT, "text/html");
        let response = request.send().await.map_err(|_| HttpError::NoAnswer)?;
        Ok(Page {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            bytes: body(response, limit).await?,
        })
    }

    async fn read(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
        limit: usize,
    ) -> Result<Vec<u8>, HttpError> {
        Ok(self.read_some(url, request, limit).await?.unwrap_or_default())
    }

    /// The body; nothing for an answer that says that it has none (204).
    async fn read_some(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, HttpError> {
        check_address(url)?;
        let response = request.send().await.map_err(|_| HttpError::NoAnswer)?;
        refused(response.status(), response.headers())?;
        if !response.status().is_success() {
            return Err(HttpError::Status(response.status().as_u16()));
        }
        if response.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        body(response, limit).await.map(Some)
    }

    /// Asks with a token that goes the platform's own way, and with the person's client where a header for it is named: by POST where there is JSON to send. Nothing where the platform says that there
    /// is nothing (204).
    ///
    /// # Errors
    /// See [`HttpError`].
    pub(crate) async fn ask(
        &self,
        url: Url,
        json: Option<Vec<u8>>,
        auth: &Auth,
        token: &str,
        client: Option<(&str, &SecretString)>,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, HttpError> {
        let request = match json {
            None => self.client.get(url.clone()),
            Some(json) => self
                .client
                .post(url.clone())
                .header(header::CONTENT_TYPE, "application/json")
                .body(json),
        };
        let request = request.header(header::ACCEPT, "application/json");
        let request = match auth {
            Auth::Bearer => request.bearer_auth(token),
            Auth::Header(name) => request.header(name, sensitive(token)?),
        };
        let request = match client {
            None => request,
            Some((name, client)) => request.header(name, sensitive(client.expose_secret())?),
        };
        self.read_some(&url, request, limit).await
    }

    /// Sends any request and returns status, headers and the body, at most `limit` bytes of it.
    ///
    /// # Errors
    /// See [`HttpError`]; of the statuses that are no success, only those that say nothing about the request are errors here: asked to
    /// slow down, sent elsewhere, and failures of the other side.
    pub async fn send(
        &self,
        request: reqwest::Request,
        limit: usize,
    ) -> Result<oauth2::HttpResponse, HttpError> {
        check_address(request.url())?;
        let response = self
            .client
            .execute(request)
            .await
            .map_err(|_| HttpError::NoAnswer)?;
        refused(response.status(), response.headers())?;
        let mut answer = oauth2::HttpResponse::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = response.headers().clone();
        *answer.body_mut() = body(response, limit).await?;
        Ok(answer)
    }

    /// Posts a body of a type, to the byte, and returns the answer as [`send`](Self::send) does.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn post(
        &self,
        url: Url,
        media_type: &'static str,
        body: Vec<u8>,
        limit: usize,
    ) -> Result<oauth2::HttpResponse, HttpError> {
        self.send(self.posting(url, media_type, body)?, limit).await
    }

    /// The request that [`post`](Self::post) sends.
    pub(crate) fn posting(
        &self,
        url: Url,
        media_type: &'static str,
        body: Vec<u8>,
    ) -> Result<reqwest::Request, HttpError> {
        check_address(&url)?;
        let request = self.client.post(url).header(header::ACCEPT, "application/json");
        let request = request.header(header::CONTENT_TYPE, media_type).body(body);
        request.build().map_err(|_| HttpError::Forbidden)
    }

    /// Sends a request and shows both sides of the exchange, whatever came of it; with the body of the answer.
    pub(crate) async fn exchange(&self, request: reqwest::Request, secret: &str) -> (Exchange, Vec<u8>) {
        let limit = gigdata::Limits::default().bytes;
        exchange::exchange(&self.client, request, secret, limit, |_| false).await
    }

    /// Starts a POST of a form.
    pub fn post_form(&self, url: Url, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.client.post(url).form(form)
    }
}

/// A page for people, as it came.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

/// A value that no log of the HTTP library shows.
fn sensitive(text: &str) -> Result<header::HeaderValue, HttpError> {
    let mut value = header::HeaderValue::from_str(text).map_err(|_| HttpError::Forbidden)?;
    value.set_sensitive(true);
    Ok(value)
}

/// https anywhere; plain http only to this computer itself.
///
/// # Errors
/// [`HttpError::Forbidden`].
pub fn check_address(url: &Url) -> Result<(), HttpError> {
    let plain_name = url.username().is_empty() && url.password().is_none();
    let allowed = match url.scheme() {
        "https" => true,
        "http" => is_loopback(url),
        _ => false,
    };
    if allowed && plain_name {
        Ok(())
    } else {
        Err(HttpError::Forbidden)
    }
}

/// Whether an address names this computer.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => is_loopback_name(name),
        None => false,
    }
}

/// Whether a name or a number of a host names this computer.
#[must_use]
pub fn is_loopback_name(host: &str) -> bool {
    let number = host.parse::<std::net::IpAddr>();
    number.is_ok_and(|address| address.is_loopback()) || host == "localhost" || host.ends_with(".localhost")
}

/// Reads a body piece by piece, so that a giant one is dropped at the limit instead of after it.
async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, HttpError> {
    let mut bytes = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|_| HttpError::NoAnswer)? {
        if bytes.len() + piece.len() > limit {
            return Err(HttpError::TooLarge { limit });
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// The error of an answer that would be the same whatever was asked. A 503 is a request to slow down only where it names a time.
fn refused(status: StatusCode, headers: &HeaderMap) -> Result<(), HttpError> {
    let retry_after = retry_after(headers);
    let busy = status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE && retry_after.is_some());
    if busy {
        return Err(HttpError::Busy { retry_after });
    }
    if status.is_redirection() || status.is_server_error() {
        return Err(HttpError::Status(status.as_u16()));
    }
    Ok(())
}

/// The seconds of `Retry-After`, or the moment that it names, counted from the other side's own clock.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let named = text(header::RETRY_AFTER)?;
    if let Ok(seconds) = named.parse() {
        return Some(seconds);
    }
    let wait = moment(named)? - moment(text(header::DATE)?)?;
    Some(wait.whole_seconds().max(0).unsigned_abs())
}

/// The one form of dates that HTTP writes (RFC 9110 section 5.6.7).
fn moment(text: &str) -> Option<OffsetDateTime> {
    let form = format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    PrimitiveDateTime::parse(text, form)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)]) -> Result<(), HttpError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        refused(StatusCode::from_u16(status).unwrap(), &map)
    }

    #[test]
    fn a_named_time_is_seconds_or_a_moment_by_their_clock() {
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for (status, headers, expected) in [
            (429, &[("retry-after", "120")][..], Some(120)),
            (503, &[("retry-after", "7")], Some(7)),
            (
                429,
                &[("retry-after", "Sun, 06 Nov 1994 08:51:07 GMT"), date],
                Some(90),
            ),
            (
                429,
                &[("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"), date],
                Some(0),
            ),
            (429, &[("retry-after", "Sun, 06 Nov 1994 08:51:07 GMT")], None),
            (429, &[("retry-after", "soon")], None),
            (429, &[("retry-after", "-5")], None),
            (429, &[], None),
        ] {
            let said = answer(status, headers);
            assert!(
                matches!(said, Err(HttpError::Busy { retry_after }) if retry_after == expected),
                "{status} {headers:?}: {said:?}"
            );
        }
    }

    #[test]
    fn a_platform_that_names_no_time_is_down() {
        for status in [307, 500, 502, 503] {
            assert!(matches!(answer(status, &[]), Err(HttpError::Status(same)) if same == status));
        }
        for status in [200, 400, 401] {
            assert!(answer(status, &[]).is_ok());
        }
    }

    #[test]
    fn only_https_and_this_computer_are_called() {
        for good in [
            "https://example.org/a",
            "http://127.0.0.1:9/",
            "http://localhost/",
            "http://[::1]:8/",
        ] {
            assert!(check_address(&good.parse().unwrap()).is_ok(), "{good}");
        }
        for bad in [
            "http://example.org/",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "http://127.0.0.1.example.org/",
            "https://user:word@example.org/",
            "http://10.0.0.1/",
        ] {
            assert!(check_address(&bad.parse().unwrap()).is_err(), "{bad}");
        }
    }
}
