//! Signed requests, as services send them to each other (specification 4.2), with the rules that upstream leaves out (9 rows 9 to 13).
//!
//! Reading takes three steps: [`Authorization::parse`] the header, look up whose key [`Authorization::key_id`] is, then
//! [`Authorization::check`] the request. What was seen lately is in [`Replays`], which the caller keeps.

mod authorization;
mod canonical;
mod check;
mod date;
mod digest;
mod error;
mod outgoing;
mod replays;

pub use authorization::{Authorization, MAX_AUTHORIZATION_BYTES};
pub use canonical::Received;
pub use check::{FRESH_SECONDS, Peer};
pub use error::SignatureError;
pub use outgoing::{Form, Outgoing, UnsignedRequest};
pub use replays::Replays;

#[cfg(test)]
mod tests;
