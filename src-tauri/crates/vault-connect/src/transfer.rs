//! Sending a package to a cooperative, once, and fetching what a cooperative says of itself. The protocol is Intercoop (specification 4.5).

use intercoop::{
    answer::{Answer, MAX_BODY_BYTES, Outcome},
    link::Link,
    reply::CONTENT_TYPE,
};
use reqwest::header;
use url::Url;

use crate::{
    Connect,
    http::{HttpError, check_address},
};

/// The most that is read of a description, in bytes.
const DESCRIPTION: usize = 64 * 1024;

/// What came of sending a package.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// The other side answered.
    Answered {
        /// HTTP status.
        status: u16,
        /// Its `Content-Type`, where it says one.
        content_type: Option<String>,
        /// The body; cut where it is longer than what is read.
        body: Vec<u8>,
        /// What that means.
        outcome: Outcome,
    },
    /// Nothing left this computer: the address is not called, or no connection came about.
    NotSent,
    /// The package went out, and no whole answer came back: the other side may have it.
    Unknown,
}

impl Connect {
    /// Posts a package to the address of a target, once: nothing is tried again, and no redirect is followed.
    pub async fn send_package(&self, target: &Link, package: String) -> Sent {
        let Ok(url) = Url::parse(target.as_str()) else {
            return Sent::NotSent;
        };
        if check_address(&url).is_err() {
            return Sent::NotSent;
        }
        self.http.send_once(url, CONTENT_TYPE, package.into_bytes()).await
    }

    /// Fetches the description of a cooperative.
    ///
    /// # Errors
    /// Those of [`Http`](crate::http::Http).
    pub async fn description(&self, url: Url) -> Result<String, HttpError> {
        let bytes = self
            .http
            .get_as(url, "application/yaml, */*;q=0.1", DESCRIPTION)
            .await?;
        // What is no text has no description in it, as a page that nobody meant has not.
        String::from_utf8(bytes).map_err(|_| HttpError::NoAnswer)
    }
}

impl crate::http::Http {
    /// A POST whose end tells whether the body may have been read.
    async fn send_once(&self, url: Url, media_type: &'static str, body: Vec<u8>) -> Sent {
        let request = self
            .client()
            .post(url)
            .header(header::ACCEPT, media_type)
            .header(header::CONTENT_TYPE, media_type)
            .body(body);
        let mut response = match request.send().await {
            Ok(response) => response,
            // Only a connection that never came about has carried nothing.
            Err(error) if error.is_connect() || error.is_builder() => return Sent::NotSent,
            Err(_) => return Sent::Unknown,
        };
        let status = response.status().as_u16();
        let content_type = response
            .headers()
            .get(header::CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(piece)) => body.extend_from_slice(&piece),
                Ok(None) => break,
                Err(_) => return Sent::Unknown,
            }
            if body.len() > MAX_BODY_BYTES {
                body.truncate(MAX_BODY_BYTES + 1);
                break;
            }
        }
        let outcome = Outcome::of(&Answer {
            status,
            content_type: content_type.as_deref(),
            body: &body,
        });
        Sent::Answered {
            status,
            content_type,
            body,
            outcome,
        }
    }
}
