//! Why a signed request is not believed.

use thiserror::Error;

/// Why a signed request is not believed. No word of it comes from the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The header is not `Signature keyId="…",algorithm="…",headers="…",signature="…"`.
    #[error("the header is not a signature")]
    Malformed,
    /// One of `request-line host date digest content-length` is not covered.
    #[error("the signature does not cover what it has to")]
    NotCovered,
    /// A covered header is missing, stands twice or is blank.
    #[error("a covered header is not there once")]
    Header,
    /// A request without a body: its signature would not survive the way (4.2).
    #[error("only requests with a body are signed")]
    NoBody,
    /// A query or an escaped path, and no covered `x-request-target` that says the same.
    #[error("a query or an escaped path has to be covered by x-request-target")]
    Target,
    /// The length of the body is another.
    #[error("the body has another length")]
    Length,
    /// The digest is not of the body, or not SHA-256.
    #[error("the digest is not of this body")]
    Digest,
    /// Not a date in the one form that is signed.
    #[error("the date is not in the form of HTTP")]
    Date,
    /// More than five minutes from now, in either direction.
    #[error("the date is too far from now")]
    Stale,
    /// The key is not the one that the header names.
    #[error("the key is another than the named one")]
    Key,
    /// The algorithm is not that of the key.
    #[error("the algorithm is another than that of the key")]
    Algorithm,
    /// The signature is not of this request.
    #[error("the signature does not fit")]
    Signature,
    /// The same request came before.
    #[error("this request came before")]
    Replayed,
    /// More requests than are remembered at a time; none is taken until some are old.
    #[error("too many signed requests in a short time")]
    TooMany,
}
