//! Why an endpoint brought nothing.

use gigdata::ReadError;
use thiserror::Error;

/// What a platform's endpoint did instead of answering (`spec/gigdata.md` 14.6). The texts hold nothing that it sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// It refuses the token (401, 403).
    #[error("the platform refuses the token")]
    TokenRefused,
    /// It refuses the question (405): some mean the token, some that there is nothing at this address.
    #[error("the platform refuses to be asked like this")]
    Refused,
    /// It does not know the person's address (404).
    #[error("the platform does not know the address")]
    UnknownPerson {
        /// Whether it said so on so many days that nobody asks again by itself.
        suspended: bool,
    },
    /// Its answer cannot be read; says what is wrong and where, and not what stands there.
    #[error("{0}")]
    Malformed(ReadError),
    /// It answers with a status that means nothing here.
    #[error("the platform answers with status {0}")]
    Unusable(u16),
}
