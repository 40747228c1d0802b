//! Why a token is not taken.

use thiserror::Error;

use super::claims::ClaimsError;

/// Why a token is not taken. No word of it comes from the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Longer than the limit.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url with dots between them.
    #[error("this is not a token")]
    NotAToken,
    /// The header is not `{"alg","kid","typ"}`, each once and nothing else, so neither `crit` nor `jwk`.
    #[error("the header of the token is not one of ours")]
    Header,
    /// `typ` is not `JWT`.
    #[error("the token is of another type")]
    Type,
    /// No key of the issuer has this id.
    #[error("no key of the issuer has this id")]
    UnknownKey,
    /// `alg` is not that of the key.
    #[error("the token names another algorithm than its key has")]
    Algorithm,
    /// The signature does not fit.
    #[error("the signature of the token does not fit")]
    Signature,
    /// The claims are not one object with the members of the specification, each once, of their types and nothing else.
    #[error("the claims of the token are not ours")]
    Claims,
    /// A claim has a value that it cannot have.
    #[error(transparent)]
    Contents(#[from] ClaimsError),
    /// The members that say of what kind it is contradict each other.
    #[error("the token is of no kind that is issued")]
    Kind,
    /// Another issuer.
    #[error("the token is of another issuer")]
    Issuer,
    /// It is over.
    #[error("the token is over")]
    Expired,
    /// It begins later: `iat` or `nbf` lie ahead.
    #[error("the token is not valid yet")]
    NotYet,
    /// For somebody else.
    #[error("the token is for another audience")]
    Audience,
}
