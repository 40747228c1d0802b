//! Tokens: what they claim, how they are written, and how strictly they are read (specification 2, 8.2, 9 row 15).
//!
//! A token is a compact JWS (RFC 7515) whose claims are exactly those of the specification's table 8.2. The private key stays where it is:
//! [`Unsigned`] gives the bytes to sign and takes the signature.

mod bearer;
mod claims;
mod error;
mod kind;
mod mint;
mod verify;
mod wire;

pub use bearer::bearer;
pub use claims::{Claims, ClaimsError, Holder};
pub use error::TokenError;
pub use kind::{Kind, ServiceAuth};
pub use mint::{Token, Unsigned, WrongSignature};
pub use verify::{Issuer, MAX_TOKEN_BYTES, Signed};

#[cfg(test)]
mod tests;
