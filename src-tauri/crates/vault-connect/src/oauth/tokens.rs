//! Tokens: what the token endpoint answers, how they are renewed and given back.

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{
    HttpRequest, HttpResponse, RefreshToken, RequestTokenError, StandardErrorResponse, TokenResponse as _,
    basic::{BasicErrorResponseType, BasicTokenResponse},
};
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

use super::attempt::{Client, ScopeList};
use crate::http::{Http, HttpError};

/// A token answer is a few hundred bytes; beyond this it is something else.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Why an account was not linked, or its session not renewed. The texts quote nothing that the platform sent.
#[derive(Debug, Error)]
pub enum OAuthError {
    /// The person said no at the platform.
    #[error("the person refused at the platform")]
    Denied,
    /// The platform ended the session: the code, or the refresh token, is not good any more.
    #[error("the platform ended the session")]
    SessionEnded,
    /// The platform does not know this client, or not with this secret.
    #[error("the platform does not accept this client")]
    ClientRefused,
    /// The platform's answer cannot be read.
    #[error("the platform's answer is not one of OAuth 2.0")]
    Nonsense,
    /// No port for the redirect could be opened.
    #[error("no port for the redirect could be opened")]
    NoPort,
    /// The platform has no place where tokens are revoked.
    #[error("the platform has no revocation endpoint")]
    NoRevocation,
    /// No usable answer.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// What a platform granted.
#[derive(Clone)]
pub struct Tokens {
    /// Opens the data API.
    pub access: SecretString,
    /// Renews the access token, where the platform gives one.
    pub refresh: Option<SecretString>,
    /// For how long the access token is good, as the platform says.
    pub expires_in: Option<Duration>,
    /// The scopes that were granted; may be fewer than were asked for.
    pub scopes: Vec<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Tokens")
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// An answer without `scope` grants what was asked for (RFC 6749 5.1). What was not asked for by name is not looked for by name.
    pub(super) fn read(answer: &BasicTokenResponse, asked: &[String], list: ScopeList) -> Self {
        let scopes = match answer.scopes().filter(|_| list != ScopeList::Unsaid) {
            Some(scopes) => scopes.iter().flat_map(|scope| scopes_in(scope, asked)).collect(),
            None => asked.to_vec(),
        };
        Self {
            access: SecretString::from(answer.access_token().secret().clone()),
            refresh: answer
                .refresh_token()
                .map(|token| SecretString::from(token.secret().clone())),
            expires_in: answer.expires_in(),
            scopes,
        }
    }
}

/// The scopes of a list. Some platforms put commas between them; where a scope itself has one, it is none of those.
pub(super) fn scopes_in(list: &str, asked: &[String]) -> Vec<String> {
    let commas = !asked.iter().any(|scope| scope.contains(','));
    list.split(|symbol: char| symbol.is_whitespace() || commas && symbol == ',')
        .filter(|scope| !scope.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Renews a session. The caller keeps the refresh token of the answer before it uses the access token: a platform that rotates tokens
/// ends the session of one who comes with an old token.
///
/// # Errors
/// [`OAuthError::SessionEnded`] when the person has to sign in again.
pub async fn refresh(
    http: &Http,
    client: &Client,
    token: &SecretString,
    granted: &[String],
) -> Result<Tokens, OAuthError> {
    let call = token_call(http);
    let answer = client
        .configured()
        .exchange_refresh_token(&RefreshToken::new(token.expose_secret().to_owned()))
        .request_async(&call)
        .await
        .map_err(exchange_error)?;
    let mut tokens = Tokens::read(&answer, granted, client.scope_list);
    // A platform that does not rotate leaves the member out; the earlier token stays good.
    tokens.refresh.get_or_insert_with(|| token.clone());
    Ok(tokens)
}

/// Gives a token back, so that the platform ends the session (RFC 7009).
///
/// # Errors
/// [`OAuthError::NoRevocation`] when the platform has no place for it, or no usable answer.
pub async fn revoke(http: &Http, client: &Client, token: &SecretString) -> Result<(), OAuthError> {
    let url = client.revoke.clone().ok_or(OAuthError::NoRevocation)?;
    let mut form = vec![
        ("token", token.expose_secret()),
        ("client_id", client.client_id.as_str()),
    ];
    if let Some(secret) = &client.client_secret {
        form.push(("client_secret", secret.expose_secret()));
    }
    let request = http
        .post_form(url, &form)
        .build()
        .map_err(|_| HttpError::NoAnswer)?;
    let answer = http.send(request, ANSWER_LIMIT).await?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(HttpError::Status(answer.status().as_u16()).into())
    }
}

type Answered = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

/// The transport that the OAuth library calls: ours, with its limits.
pub(super) fn token_call(http: &Http) -> impl Fn(HttpRequest) -> Answered + use<> {
    let http = http.clone();
    move |request| {
        let http = http.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(|_| HttpError::NoAnswer)?;
            http.send(request, ANSWER_LIMIT).await
        })
    }
}

pub(super) fn exchange_error(
    error: RequestTokenError<HttpError, StandardErrorResponse<BasicErrorResponseType>>,
) -> OAuthError {
    match error {
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            BasicErrorResponseType::InvalidGrant => OAuthError::SessionEnded,
            BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
                OAuthError::ClientRefused
            }
            BasicErrorResponseType::InvalidRequest
            | BasicErrorResponseType::InvalidScope
            | BasicErrorResponseType::UnsupportedGrantType
            | BasicErrorResponseType::Extension(_) => OAuthError::Nonsense,
        },
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => OAuthError::Nonsense,
    }
}
