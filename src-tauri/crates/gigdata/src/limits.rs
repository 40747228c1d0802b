//! How much of a foreign answer is read, and why one is refused.

use crate::Number;

/// Bounds of one document. A document beyond any of them is refused as a whole: a history that was cut silently would look complete.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Length of the JSON text in bytes.
    pub bytes: usize,
    /// Members and elements in the whole document, which bounds the memory it takes once parsed.
    pub values: usize,
    /// Interactions.
    pub interactions: usize,
    /// Achievements.
    pub achievements: usize,
    /// Ratings of one interaction.
    pub ratings: usize,
    /// Images of one interaction.
    pub images: usize,
    /// Length of one text in bytes.
    pub text: usize,
}

/// A rating scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Worst value.
    pub min: Number,
    /// Best value.
    pub max: Number,
}

/// How to read a document.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Bounds.
    pub limits: Limits,
    /// The platform's scale, for ratings that came without their own.
    pub rating: Scale,
}

/// Why a document was refused. Says where, never what: the values are personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The text is longer than the limit.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The text holds more members and elements than the limit.
    #[error("the answer holds more than {limit} values")]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// The text is not JSON, or nested too deeply.
    #[error("the answer is not JSON (line {line}, column {column})")]
    NotJson {
        /// Line of the first fault, from 1.
        line: usize,
        /// Column of the first fault, from 1.
        column: usize,
    },
    /// The document is not a JSON object.
    #[error("the answer is not a JSON object")]
    NotAnObject,
    /// The one member that every answer has to have is missing or null.
    #[error("the answer has no list of interactions")]
    NoInteractions,
    /// A member has another type than the format says.
    #[error("{path} is not {expected}")]
    Mismatch {
        /// Where, for example `interactions[3].outcome.ratings[0].value`.
        path: String,
        /// What was expected there.
        expected: &'static str,
    },
    /// A list has more elements than the limit.
    #[error("{path} has more than {limit} elements")]
    TooMany {
        /// Where.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// A text is longer than the limit.
    #[error("{path} is longer than {limit} bytes")]
    TextTooLong {
        /// Where.
        path: String,
        /// The limit in bytes.
        limit: usize,
    },
}

impl Default for Limits {
    /// Room for a working life of deliveries: 32 MiB, 2 million values, 100,000 interactions.
    fn default() -> Self {
        Self {
            bytes: 32 * 1024 * 1024,
            values: 2_000_000,
            interactions: 100_000,
            achievements: 10_000,
            ratings: 64,
            images: 64,
            text: 64 * 1024,
        }
    }
}

impl Default for Scale {
    /// One to five, which is what platforms made in the developer portal have (`spec/gigdata.md` 1.3).
    fn default() -> Self {
        Self {
            min: 1.into(),
            max: 5.into(),
        }
    }
}
