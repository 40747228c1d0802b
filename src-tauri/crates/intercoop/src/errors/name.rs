//! The names of the errors, each with its template and status (specification 1.6).

use super::Argument;

/// An error that has a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorName {
    /// Unknown peer.
    BadPeer,
    /// Unknown signature.
    BadSignature,
    /// Unknown token.
    NoSuchUuid,
    /// A field is missing.
    MissingField,
    /// Anything else that is wrong with a message.
    BadMessage,
    /// The payload is no YAML.
    BadFormat,
    /// Another version.
    WrongVersion,
    /// What a client makes of an answer that is no answer. It is never sent.
    BackendError,
}

impl ErrorName {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::BadPeer,
        Self::BadSignature,
        Self::NoSuchUuid,
        Self::MissingField,
        Self::BadMessage,
        Self::BadFormat,
        Self::WrongVersion,
        Self::BackendError,
    ];

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::BadPeer => "BadPeer",
            Self::BadSignature => "BadSignature",
            Self::NoSuchUuid => "NoSuchUuid",
            Self::MissingField => "MissingField",
            Self::BadMessage => "BadMessage",
            Self::BadFormat => "BadFormat",
            Self::WrongVersion => "WrongVersion",
            Self::BackendError => "BackendError",
        }
    }

    /// The error of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }

    /// The message with `{}` for each argument, word for word as upstream has it.
    pub fn template(self) -> &'static str {
        match self {
            Self::BadPeer => "The entity '{}' is not a recognized one",
            Self::BadSignature => "Signature verification failed, untrusted content",
            Self::NoSuchUuid => "No personal data available for uuid '{}'",
            Self::MissingField => "Required field '{}' missing on the payload",
            Self::BadMessage => "Malformed message: {}",
            Self::BadFormat => "Error while parsing message as YAML:\n{}",
            Self::WrongVersion => "Wrong protocol version, expected {}, received {}",
            Self::BackendError => "Error comunicating with the other entity\n{}",
        }
    }

    /// The HTTP status; `None` for what is never sent.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::BadPeer | Self::BadSignature => Some(403),
            Self::NoSuchUuid => Some(404),
            Self::MissingField | Self::BadMessage | Self::BadFormat | Self::WrongVersion => Some(400),
            Self::BackendError => None,
        }
    }

    /// How many arguments the template needs.
    pub fn holes(self) -> usize {
        self.template().matches("{}").count()
    }

    pub(super) fn fill(self, arguments: &[Argument]) -> String {
        let mut message = String::new();
        let mut parts = self.template().split("{}");
        message.push_str(parts.next().unwrap_or_default());
        for (index, part) in parts.enumerate() {
            message.push_str(arguments.get(index).map_or("", Argument::as_words));
            message.push_str(part);
        }
        message
    }
}
