//! What is wrong, or merely odd, in a descriptor, and where.

use thiserror::Error;

use crate::key::KeyError;
use crate::link::LinkError;
pub use crate::yaml::YamlError;

/// Why a descriptor is refused. The path is that of the value: `services.contract.name.es`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {problem}")]
pub struct DescriptorError {
    /// Where; `descriptor` for the whole.
    pub path: String,
    /// What.
    pub problem: Problem,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// Not YAML.
    #[error("this is not YAML: {0}")]
    Yaml(#[from] YamlError),
    /// It has to be there.
    #[error("this is missing")]
    Missing,
    /// A key that stands twice.
    #[error("this stands twice")]
    Twice,
    /// A YAML tag, a merge, or a key that is no text.
    #[error("tags, merges and keys that are not texts are not allowed")]
    Unusual,
    /// Another type than a text.
    #[error("this is not a text")]
    NotAText,
    /// A text that is empty, too long or has control characters.
    #[error("this text is empty, too long, or has characters that cannot be shown")]
    Text,
    /// Another type than a mapping.
    #[error("this is not a mapping")]
    NotAMapping,
    /// Another type than a list.
    #[error("this is not a list")]
    NotAList,
    /// Another type than a whole number.
    #[error("this is not a whole number")]
    NotANumber,
    /// More than anybody needs.
    #[error("there are too many of these")]
    TooMany,
    /// Not lower-case letters only.
    #[error("this has to be 1 to 64 lower-case letters")]
    Id,
    /// A version of the protocol that is not 1.0.
    #[error("this version is not known; only 1.0 is")]
    Version,
    /// `json` or `xml`, which nobody speaks.
    #[error("only yaml is known")]
    DataFormat,
    /// A field outside the vocabulary.
    #[error("this field is not known")]
    Field,
    /// Not two or three letters, perhaps with a region.
    #[error("this is not a language code")]
    Language,
    /// No web address.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// A base address with a question mark or a hash sign.
    #[error("nothing can be appended to this address")]
    NotABase,
    /// No key that can be trusted.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// Not 64 hexadecimal digits.
    #[error("this is not a fingerprint")]
    Fingerprint,
}

/// What is odd and taken all the same. People who write descriptors should hear of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The version stands without quotes: the number 1.0. Upstream's own tests have it.
    UnquotedVersion,
    /// A key that the schema does not know. It is ignored.
    UnknownKey(String),
    /// What the schema wants is not there.
    Missing(String),
    /// A translation without Spanish, which is what others fall back to.
    NoSpanish(String),
}

impl DescriptorError {
    pub(super) fn new(path: &str, problem: impl Into<Problem>) -> Self {
        let path = if path.is_empty() { "descriptor" } else { path };
        Self {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }
}
