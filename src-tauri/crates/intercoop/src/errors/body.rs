//! The body of an error: `error`, `message`, `arguments` in that order (specification 1.6, 4.4).

use super::{Argument, ErrorName, OtherError, WireError};
use crate::yaml::{Node, quoted_ascii};

/// Longest name of an error, in characters.
const MAX_NAME: usize = 64;
/// Longest message that is kept, in characters.
const MAX_MESSAGE: usize = 2000;
/// How many arguments are kept.
const MAX_ARGUMENTS: usize = 16;

/// The client fills its template from `arguments`, which therefore has an item for each hole.
pub(super) fn write(error: &WireError) -> String {
    let name = quoted_ascii(error.name());
    let message = quoted_ascii(&error.message());
    let arguments = error.arguments();
    if arguments.is_empty() {
        return format!("error: {name}\nmessage: {message}\narguments: []\n");
    }
    let items: String = arguments
        .iter()
        .map(|argument| format!("- {}\n", argument.to_yaml()))
        .collect();
    format!("error: {name}\nmessage: {message}\narguments:\n{items}")
}

pub(super) fn read(root: &Node) -> Option<WireError> {
    let name = root.get("error")?.scalar()?.text.as_str();
    let Node::List(items) = root.get("arguments")? else {
        return None;
    };
    let arguments: Vec<Argument> = items.iter().take(MAX_ARGUMENTS).map(Argument::of).collect();
    Some(known(name, &arguments).unwrap_or_else(|| {
        let message = root.get("message").and_then(Node::scalar);
        let message = message.map_or("", |scalar| scalar.text.as_str());
        WireError::Other(OtherError {
            name: name.chars().take(MAX_NAME).collect(),
            message: message.chars().take(MAX_MESSAGE).collect(),
            arguments: arguments.clone(),
        })
    }))
}

fn known(name: &str, arguments: &[Argument]) -> Option<WireError> {
    let word = |argument: &Argument| argument.as_words().to_owned();
    let error = match (ErrorName::of_word(name)?, arguments) {
        (ErrorName::BadPeer, [peer, ..]) => WireError::BadPeer { peer: peer.clone() },
        (ErrorName::BadSignature, _) => WireError::BadSignature,
        (ErrorName::NoSuchUuid, [uuid, ..]) => WireError::NoSuchUuid { uuid: word(uuid) },
        (ErrorName::MissingField, [field, ..]) => WireError::MissingField { field: word(field) },
        (ErrorName::BadMessage, [reason, ..]) => WireError::BadMessage { reason: word(reason) },
        (ErrorName::BadFormat, [reason, ..]) => WireError::BadFormat { reason: word(reason) },
        (ErrorName::WrongVersion, [expected, received, ..]) => WireError::WrongVersion {
            expected: expected.clone(),
            received: received.clone(),
        },
        (
            ErrorName::BadPeer
            | ErrorName::NoSuchUuid
            | ErrorName::MissingField
            | ErrorName::BadMessage
            | ErrorName::BadFormat
            | ErrorName::WrongVersion
            | ErrorName::BackendError,
            _,
        ) => return None,
    };
    Some(error)
}
