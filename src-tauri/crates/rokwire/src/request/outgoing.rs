//! Signing a request of our own. It goes over HTTP/1.1 and always has a body (specification 8.1, *outbound*).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use time::OffsetDateTime;

use super::authorization::Authorization;
use super::canonical::{REQUEST_TARGET, Received, needs_target};
use super::check::{COVERED, LEGACY};
use super::error::SignatureError;
use super::{date, digest};
use crate::key::PubKey;

const PROTOCOL: &str = "HTTP/1.1";

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By the key's algorithm, as JWA has it.
    Modern,
    /// As the libraries before 2023 did: PSS with SHA-256 and the longest salt. Only for peers whose registration says so.
    Legacy,
}

/// A request that is to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// `POST` or `PUT`.
    pub method: &'a str,
    /// Path and query as they will be sent.
    pub target: &'a str,
    /// The header `Host`: the authority of the address.
    pub host: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// A request that waits for its signature.
pub struct UnsignedRequest {
    text: String,
    headers: Vec<(&'static str, String)>,
    authorization: Authorization,
    form: Form,
}

impl Outgoing<'_> {
    /// Writes the headers for a key, dated `now`.
    ///
    /// # Errors
    /// [`SignatureError::NoBody`], [`SignatureError::Target`] or [`SignatureError::Header`]: the request is not one that can be signed.
    pub fn prepare(
        &self,
        key: &PubKey,
        form: Form,
        now: OffsetDateTime,
    ) -> Result<UnsignedRequest, SignatureError> {
        if self.body.is_empty() {
            return Err(SignatureError::NoBody);
        }
        let mut headers = vec![
            ("host", self.host.to_owned()),
            ("date", date::write(now)),
            ("digest", digest::write(self.body, form == Form::Legacy)),
            ("content-length", self.body.len().to_string()),
        ];
        let mut covered: Vec<String> = COVERED.map(str::to_owned).to_vec();
        if needs_target(self.target) {
            headers.push((REQUEST_TARGET, self.target.to_owned()));
            covered.push(REQUEST_TARGET.to_owned());
        }
        let sent: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let text = Received {
            method: self.method,
            target: self.target,
            protocol: PROTOCOL,
            headers: &sent,
            body: self.body,
        }
        .signed_text(&covered)?;
        let [legacy, _] = LEGACY;
        let algorithm = match form {
            Form::Modern => key.alg().as_str(),
            Form::Legacy => legacy,
        };
        let authorization = Authorization {
            key_id: key.kid().to_string(),
            algorithm: algorithm.to_owned(),
            covered,
            signature: String::new(),
        };
        Ok(UnsignedRequest {
            text,
            headers,
            authorization,
            form,
        })
    }
}

impl UnsignedRequest {
    /// What is to be signed.
    pub fn signing_input(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// How it is to be signed.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The headers to send, names in small letters, `authorization` last.
    pub fn signed(self, signature: &[u8]) -> Vec<(&'static str, String)> {
        let signature = match self.form {
            Form::Modern => URL_SAFE_NO_PAD.encode(signature),
            Form::Legacy => STANDARD.encode(signature),
        };
        let authorization = Authorization {
            signature,
            ..self.authorization
        };
        let mut headers = self.headers;
        headers.push(("authorization", authorization.to_text()));
        headers
    }
}

impl fmt::Debug for UnsignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[unsigned request]")
    }
}
