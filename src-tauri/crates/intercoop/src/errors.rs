//! The errors of the wire: their words, arguments and statuses (specification 1.6), written and read (4.4).

mod argument;
mod body;
mod name;

use std::fmt;

pub use argument::Argument;
pub use name::ErrorName;

use crate::shown::is_shown;
use crate::yaml::Node;

/// Longest message for people, in characters.
const MAX_SHOWN: usize = 500;

/// An error that a target answers with.
///
/// `Debug` and `Display` show its name only: an argument may repeat what somebody sent. [`WireError::message`] has the words.
#[derive(Clone, PartialEq, Eq)]
pub enum WireError {
    /// Nobody knows this peer.
    BadPeer {
        /// The peer id as it was sent.
        peer: Argument,
    },
    /// The signature is not by the peer, or not over this text.
    BadSignature,
    /// Nothing is kept under this token.
    NoSuchUuid {
        /// The token.
        uuid: String,
    },
    /// The payload lacks a field.
    MissingField {
        /// Its name.
        field: String,
    },
    /// The message is refused for another reason, in words.
    BadMessage {
        /// The reason.
        reason: String,
    },
    /// The payload is no YAML.
    BadFormat {
        /// What a YAML reader says of it.
        reason: String,
    },
    /// Another protocol version.
    WrongVersion {
        /// What the target speaks.
        expected: Argument,
        /// What it was sent.
        received: Argument,
    },
    /// An error that this version does not know, or one with too few arguments. Its own message is kept.
    Other(OtherError),
}

/// An error of another vocabulary.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherError {
    /// Its name.
    pub name: String,
    /// What the target says about it; empty if nothing.
    pub message: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

impl WireError {
    /// A refusal in words. Whatever has no name of its own is one of these (specification 4.4).
    pub fn bad_message(reason: impl Into<String>) -> Self {
        Self::BadMessage {
            reason: reason.into(),
        }
    }

    /// The name, if it is one of ours.
    pub fn known(&self) -> Option<ErrorName> {
        match self {
            Self::BadPeer { .. } => Some(ErrorName::BadPeer),
            Self::BadSignature => Some(ErrorName::BadSignature),
            Self::NoSuchUuid { .. } => Some(ErrorName::NoSuchUuid),
            Self::MissingField { .. } => Some(ErrorName::MissingField),
            Self::BadMessage { .. } => Some(ErrorName::BadMessage),
            Self::BadFormat { .. } => Some(ErrorName::BadFormat),
            Self::WrongVersion { .. } => Some(ErrorName::WrongVersion),
            Self::Other(_) => None,
        }
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        if let Self::Other(other) = self {
            return &other.name;
        }
        self.known().map_or("", ErrorName::word)
    }

    /// What fills the holes of the template, in their order.
    pub fn arguments(&self) -> Vec<Argument> {
        match self {
            Self::BadPeer { peer } => vec![peer.clone()],
            Self::BadSignature => Vec::new(),
            Self::NoSuchUuid { uuid: text }
            | Self::MissingField { field: text }
            | Self::BadMessage { reason: text }
            | Self::BadFormat { reason: text } => vec![Argument::text(text)],
            Self::WrongVersion { expected, received } => vec![expected.clone(), received.clone()],
            Self::Other(other) => other.arguments.clone(),
        }
    }

    /// The words: the template with its holes filled. For an error of another vocabulary what the target said.
    pub fn message(&self) -> String {
        match (self, self.known()) {
            (Self::Other(other), _) => other.message.clone(),
            (_, Some(name)) => name.fill(&self.arguments()),
            (_, None) => String::new(),
        }
    }

    /// The words for people: on one line, without characters that cannot be shown, and no longer than 500 characters. What
    /// another side says is not to be trusted with more.
    pub fn shown(&self) -> String {
        let message = self.message().replace(['\n', '\r', '\t'], " ");
        let shown = message.chars().filter(|c| is_shown(*c));
        shown.take(MAX_SHOWN).collect()
    }

    /// The HTTP status to answer with.
    pub fn status(&self) -> u16 {
        self.known().and_then(ErrorName::status).unwrap_or(400)
    }

    /// The body of the answer: ASCII YAML that upstream's client reads.
    pub fn to_yaml(&self) -> String {
        body::write(self)
    }

    /// Reads the body of an answer. `None` if it is no error: no mapping, or without a name or without arguments.
    pub fn from_yaml(text: &str) -> Option<Self> {
        let document = crate::yaml::read(text).ok()?;
        Self::from_node(&document.root)
    }

    pub(crate) fn from_node(root: &Node) -> Option<Self> {
        body::read(root)
    }
}

impl fmt::Debug for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.known().map_or("Other", ErrorName::word))
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for WireError {}

impl fmt::Debug for OtherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtherError")
    }
}

#[cfg(test)]
mod tests;
