//! The authorisation request, and what is wrong with one.

use crate::{
    Fault,
    fields::Fields,
    oauth::{clients::Clients, redirect::Redirect},
    scope::{Scopes, parse_scopes},
};

/// Longest state in bytes.
const LONGEST_STATE: usize = 1024;

/// A request that may be put to the person.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizeRequest {
    pub(crate) client: String,
    pub(crate) redirect: Redirect,
    pub(crate) state: String,
    pub(crate) scopes: Scopes,
    pub(crate) challenge: String,
    /// The fault that was asked for with this request alone.
    pub(crate) fault: Option<Fault>,
}

/// What is wrong with a request.
#[derive(Clone, Debug)]
pub(crate) enum BadRequest {
    /// It must not be answered by a redirect, because nobody knows where that would lead (RFC 6749 section 4.1.2.1).
    Untrusted(&'static str),
    /// It is answered by a redirect with an error.
    Refused(Box<Refusal>),
}

/// An error that goes back to the client.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) redirect: Redirect,
    pub(crate) state: Option<String>,
    pub(crate) error: &'static str,
    pub(crate) words: &'static str,
}

impl AuthorizeRequest {
    /// Checks the parameters of a request.
    pub(crate) fn parse(fields: &Fields, clients: &Clients) -> Result<Self, BadRequest> {
        let client = fields.one("client_id").filter(|id| clients.name(id).is_some());
        let client = client.ok_or(BadRequest::Untrusted(
            "The program that sent you here is not known to this platform.",
        ))?;
        let redirect = fields.one("redirect_uri").and_then(Redirect::parse);
        let redirect = redirect.ok_or(BadRequest::Untrusted(
            "The program that sent you here named no return address on this computer.",
        ))?;
        let state = fields.one("state").filter(|state| state.len() <= LONGEST_STATE);
        let refused = |error, words| {
            BadRequest::Refused(Box::new(Refusal {
                redirect: redirect.clone(),
                state: state.map(str::to_owned),
                error,
                words,
            }))
        };
        if fields.one("response_type") != Some("code") {
            return Err(refused("unsupported_response_type", "The response type is code."));
        }
        let challenge = fields
            .one("code_challenge")
            .filter(|challenge| is_challenge(challenge));
        let challenge = challenge.filter(|_| fields.one("code_challenge_method") == Some("S256"));
        Ok(Self {
            client: client.to_owned(),
            state: state
                .ok_or_else(|| refused("invalid_request", "A state is required."))?
                .to_owned(),
            challenge: challenge
                .ok_or_else(|| refused("invalid_request", "PKCE with S256 is required."))?
                .to_owned(),
            scopes: parse_scopes(fields.one("scope").unwrap_or_default())
                .map_err(|_| refused("invalid_scope", "The scope is missing or unknown."))?,
            fault: fields.one("fault").and_then(|name| name.parse().ok()),
            redirect,
        })
    }
}

/// 43 characters of base 64 for URLs: the length of a SHA-256.
fn is_challenge(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
