//! The authorisation server: OAuth 2.0 with PKCE (RFC 6749, 7636), loopback redirects (RFC 8252), revocation (RFC 7009), metadata (RFC 8414).

mod authorize;
mod clients;
mod ledger;
mod metadata;
mod redirect;
mod request;
mod revoke;
mod token;
mod tokens;

pub(crate) use authorize::{answer, ask};
pub(crate) use clients::Clients;
pub(crate) use ledger::{AccessRefused, Ledger};
pub(crate) use metadata::metadata;
pub(crate) use request::AuthorizeRequest;
pub(crate) use revoke::revoke;
pub(crate) use token::token;
