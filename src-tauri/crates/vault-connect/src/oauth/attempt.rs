//! One attempt to link an account: from the address for the browser to the tokens.

use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    PkceCodeChallenge, PkceCodeVerifier, Scope, TokenUrl, basic::BasicClient,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::{
    redirect::Redirect,
    tokens::{OAuthError, Tokens, exchange_error, scopes_in, token_call},
};
use crate::http::{Http, HttpError};

const REDIRECT_URI: &str = "redirect_uri";

/// How a client shows its secret at the token endpoint (RFC 6749 section 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// In the header, as HTTP Basic.
    #[default]
    Basic,
    /// In the body of the request.
    Body,
    /// Not at all: the PKCE verifier is enough there.
    Unsaid,
}

/// How scopes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeList {
    /// One after the other, as RFC 6749 section 3.3 has it.
    #[default]
    Spaces,
    /// With commas between them.
    Commas,
    /// Not at all: they are chosen where the client is registered.
    Unsaid,
}

/// Who asks, and where.
#[derive(Debug, Clone)]
pub struct Client {
    /// The page on which the person agrees.
    pub authorize: Url,
    /// Where codes and refresh tokens are exchanged.
    pub token: Url,
    /// Where tokens are revoked, where the platform has such a place.
    pub revoke: Option<Url>,
    /// Satchel's, or the person's own, client id at the platform.
    pub client_id: String,
    /// The secret of a confidential client.
    pub client_secret: Option<SecretString>,
    /// What the platform wants to know on its authorisation page besides.
    pub parameters: Vec<(String, String)>,
    /// How the secret is shown.
    pub auth: ClientAuth,
    /// How scopes are asked for.
    pub scope_list: ScopeList,
    /// Where the browser is sent back to, when it does not come straight to this computer: the address of a relay, or the name that the
    /// platform gave to one.
    pub redirect: Option<String>,
}

pub(super) type Configured =
    BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl Client {
    pub(super) fn configured(&self) -> Configured {
        let mut client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.authorize.clone()))
            .set_token_uri(TokenUrl::from_url(self.token.clone()))
            .set_auth_type(match self.auth {
                ClientAuth::Basic => AuthType::BasicAuth,
                ClientAuth::Body | ClientAuth::Unsaid => AuthType::RequestBody,
            });
        let shown = self
            .client_secret
            .as_ref()
            .filter(|_| self.auth != ClientAuth::Unsaid);
        if let Some(secret) = shown {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        client
    }
}

/// An attempt under way. It holds the port, the `state` and the PKCE verifier; dropping it ends the attempt.
#[derive(Debug)]
pub struct Attempt {
    client: Client,
    redirect: Redirect,
    redirect_uri: String,
    state: CsrfToken,
    verifier: PkceCodeVerifier,
    url: Url,
    asked: Vec<String>,
}

impl Attempt {
    /// Opens a port and prepares the address for the browser. A `port` of 0 is any free one.
    ///
    /// # Errors
    /// No port could be opened.
    pub async fn start(client: Client, scopes: &[String], port: u16) -> Result<Self, OAuthError> {
        let redirect = Redirect::bind(port).await.map_err(|_| OAuthError::NoPort)?;
        let redirect_uri = client.redirect.clone().unwrap_or_else(|| redirect.uri());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let configured = client.configured();
        let mut page = configured
            .authorize_url(CsrfToken::new_random)
            .add_extra_param(REDIRECT_URI, redirect_uri.clone());
        for (name, value) in &client.parameters {
            page = page.add_extra_param(name, value);
        }
        let (url, state) = page
            .add_scopes(asked_as(client.scope_list, scopes))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Self {
            client,
            redirect,
            redirect_uri,
            state,
            verifier,
            url,
            asked: scopes.to_vec(),
        })
    }

    /// The address that the person's browser opens.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Waits for the browser to come back and exchanges the code for tokens.
    ///
    /// # Errors
    /// The person refused, the platform answered nonsense, or did not answer.
    pub async fn finish(self, http: &Http) -> Result<Tokens, OAuthError> {
        let brought = self
            .redirect
            .wait(self.state.secret())
            .await
            .map_err(|_| OAuthError::NoPort)?;
        let code = match (brought.code, brought.error.as_deref()) {
            (Some(code), None) => code,
            (_, Some(error)) => return Err(refusal(error)),
            (None, None) => return Err(OAuthError::Nonsense),
        };
        let call = token_call(http);
        let answer = self
            .client
            .configured()
            .exchange_code(AuthorizationCode::new(code))
            .add_extra_param(REDIRECT_URI, self.redirect_uri)
            .set_pkce_verifier(self.verifier)
            .request_async(&call)
            .await
            .map_err(exchange_error)?;
        // A person may have left some out; platforms that say so in the redirect say nothing in the answer.
        let granted = brought
            .scope
            .filter(|_| self.client.scope_list != ScopeList::Unsaid)
            .map_or_else(|| self.asked.clone(), |said| scopes_in(&said, &self.asked));
        Ok(Tokens::read(&answer, &granted, self.client.scope_list))
    }
}

/// The scopes as the authorisation page takes them.
fn asked_as(list: ScopeList, scopes: &[String]) -> Vec<Scope> {
    match list {
        ScopeList::Spaces => scopes.iter().cloned().map(Scope::new).collect(),
        ScopeList::Commas => vec![Scope::new(scopes.join(","))],
        ScopeList::Unsaid => Vec::new(),
    }
}

/// What an error of the authorisation page means (RFC 6749 section 4.1.2.1).
fn refusal(error: &str) -> OAuthError {
    match error {
        "access_denied" => OAuthError::Denied,
        "unauthorized_client" => OAuthError::ClientRefused,
        "server_error" | "temporarily_unavailable" => HttpError::Status(503).into(),
        _ => OAuthError::Nonsense,
    }
}
