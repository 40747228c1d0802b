//! What can be wrong with a manifest. Errors name the place, never its content.

use thiserror::Error;

use crate::scope::ScopeError;

/// Why a manifest is refused. `path` is the member, such as `vault.scopes[2].scope`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestError {
    /// More than [`super::MAX_MANIFEST_BYTES`].
    #[error("the manifest is larger than {} KiB", super::MAX_MANIFEST_BYTES / 1024)]
    TooLarge,
    /// Not JSON text in UTF-8.
    #[error("the manifest is not JSON (line {line}, column {column})")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but no object.
    #[error("the manifest is not a JSON object")]
    NotAnObject,
    /// Nested deeper than [`super::MAX_DEPTH`].
    #[error("the manifest is nested deeper than {} levels", super::MAX_DEPTH)]
    TooDeep,
    /// A field that must be there is absent or empty.
    #[error("`{path}` is missing")]
    Missing {
        /// The member.
        path: String,
    },
    /// A field has another type than the protocol gives it.
    #[error("`{path}` is not {expected}")]
    WrongType {
        /// The member.
        path: String,
        /// What it should be, with its article.
        expected: &'static str,
    },
    /// A list or object with more than [`super::MAX_ENTRIES`], or a text that may not be shortened and is too long.
    #[error("`{path}` has more than {limit} {unit}")]
    TooMany {
        /// The member.
        path: String,
        /// The limit.
        limit: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// The right type with a value that has no meaning.
    #[error("`{path}` must be {expected}")]
    BadValue {
        /// The member.
        path: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Not a scope of this vault.
    #[error("`{path}`: {reason}")]
    BadScope {
        /// The member.
        path: String,
        /// What is wrong with it.
        reason: ScopeError,
    },
    /// The same scope twice.
    #[error("`{path}` asks for the same scope again")]
    ScopeTwice {
        /// The second of the two.
        path: String,
    },
}
