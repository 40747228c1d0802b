//! OAuth 2.0 for installed apps: authorisation code with PKCE over a loopback redirect (RFC 6749, 7636, 8252), refresh and revocation
//! (RFC 7009).

mod attempt;
mod redirect;
mod tokens;

pub use attempt::{Attempt, Client, ClientAuth, ScopeList};
pub use tokens::{OAuthError, Tokens, refresh, revoke};
