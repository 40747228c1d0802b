//! The wire of Rokwire Core, without input, output or clock: scopes, public keys and their ids, static tokens.
//!
//! Names on the wire are Rokwire's, so that an unmodified consumer can use its usual library. Where upstream is loose, this
//! crate is strict: scopes are matched by whole segments instead of string prefixes, there are no wildcards, and public
//! keys are read by their content, whatever their label says.
//!
//! | module | what it holds |
//! |---|---|
//! | [`scope`] | the grammar of scopes, and what one of them authorises (specification 3, 8.4) |
//! | [`key`] | public keys, `alg` and `kid`, signatures, encryption to a key, JWKS (1.1, 4.3, 5) |
//! | [`message`] | bodies of requests and answers (4.1, 6, 8.4) |
//! | [`request`] | signed requests, out and in (4.2) |
//! | [`service_id`] | ids of services, the reserved ones, and what looks like another (8.1) |
//! | [`registration`] | registrations as they are entered and published, discovery (1.2, 5, 8.3) |
//! | [`token`] | what tokens claim, how they are written and read (2, 8.2) |
//! | [`version`] | versions of applications, and which configuration a version gets (1.6, 6.1) |
//! | [`compact`] | a token in its parts, read without believing it |
//! | [`credential`] | static tokens of service accounts as they are stored and compared (1.3, 8.1) |
//! | [`secret`] | secrets that somebody shows |
//! | [`fault`] | how a refusal is told (8.1) |

pub mod compact;
pub mod credential;
pub mod fault;
pub mod key;
pub mod message;
mod object;
pub mod registration;
pub mod request;
pub mod scope;
pub mod secret;
pub mod service_id;
#[cfg(test)]
mod tests;
pub mod token;
pub mod version;
