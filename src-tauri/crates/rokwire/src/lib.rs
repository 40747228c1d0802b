//! The wire of Rokwire Core, without input, output or clock: scopes, public keys and their ids, static tokens.
//!
//! Names on the wire are Rokwire's, so that an unmodified consumer can use its usual library. Where upstream is loose, this
//! crate is strict: scopes are matched by whole segments instead of string prefixes, there are no wildcards, and public
//! keys are read by their content, whatever their label says.
//!
//! | module | what it holds |
//! |---|---|
//! | [`scope`] | the grammar of scopes, and what one of them authorises (specification 3, 8.4) |
//! | [`key`] | public keys, `alg` and `kid` (1.1) |
//! | [`compact`] | a token in its parts, read without believing it |
//! | [`credential`] | static tokens of service accounts as they are stored and compared (1.3, 8.1) |

pub mod compact;
pub mod credential;
pub mod key;
pub mod scope;
