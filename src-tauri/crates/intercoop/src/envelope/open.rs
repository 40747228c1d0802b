//! Opens a package: every check in the order of upstream, the first failure wins (specification 1.3), then those of section 9.

use std::fmt;

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::VERSION;
use crate::base64_text;
use crate::errors::{Argument, WireError};
use crate::extras::Extras;
use crate::key::PeerKey;
use crate::payload::{Draft, ReceivedFields};
use crate::yaml::{self, MAX_BYTES, Meaning, Node};

/// Largest body that is read, in bytes. A real one has less than 2000.
pub const MAX_BODY_BYTES: usize = MAX_BYTES;

/// What the key ring knows of a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its key.
    pub key: PeerKey,
    /// Whether it is known to send the extras, so that they cannot be left out.
    pub needs_extras: bool,
    /// Whether it is known to send the second signature, so that it cannot be taken away.
    pub needs_strong_signature: bool,
}

/// What a package has to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectations<'a> {
    /// Our own peer id.
    pub audience: &'a str,
    /// The time.
    pub now: OffsetDateTime,
}

/// A package whose sender is known and whose signature holds. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Package {
    /// Peer id of the sender, as the key ring knows it.
    pub peer: String,
    /// The payload, exactly as it was signed.
    pub text: String,
    /// Its fields.
    pub fields: ReceivedFields,
    /// The extras among them.
    pub extras: Extras,
    /// Whether there was a second signature. It held, or the package would not be one.
    pub has_strong_signature: bool,
}

impl Package {
    /// SHA-256 of the payload: the same payload from the same peer is the same transfer.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.text).into()
    }
}

impl fmt::Debug for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Package")
            .field("peer", &self.peer)
            .field("fields", &self.fields)
            .field("has_strong_signature", &self.has_strong_signature)
            .finish_non_exhaustive()
    }
}

/// Opens the body of a request. `ring` finds a sender by its peer id.
///
/// # Errors
/// The [`WireError`] to answer with. Where upstream crashes, it is the one that was meant (specification 4.4).
pub fn open(
    body: &[u8],
    ring: impl FnOnce(&str) -> Option<Sender>,
    expectations: &Expectations<'_>,
) -> Result<Package, WireError> {
    let envelope = envelope(body)?;
    let version = field(&envelope, "intercoopVersion")?;
    if version.text() != Some(VERSION) {
        return Err(WireError::WrongVersion {
            expected: Argument::text(VERSION),
            received: Argument::of(version),
        });
    }
    let payload = field(&envelope, "payload")?;
    let signature = field(&envelope, "signature")?;
    let text = payload_text(payload)?;
    let draft = Draft::read(&text)?;
    let peer = draft.origin_peer()?;
    let sender = ring(peer).ok_or_else(|| WireError::BadPeer {
        peer: Argument::text(peer),
    })?;
    check(&sender, &text, signature, envelope.get("signature2"))?;
    // The sender is known from here on, and what is refused is what it meant.
    unambiguous(&envelope)?;
    let fields = draft.fields()?;
    let extras = Extras::read(&fields)?;
    extras.check(expectations.audience, expectations.now, sender.needs_extras)?;
    Ok(Package {
        peer: peer.to_owned(),
        text,
        fields,
        extras,
        has_strong_signature: envelope.get("signature2").is_some(),
    })
}

/// Whether a package that was kept holds this payload, signed by this key; a second signature that is there has to hold too. For whom it
/// was, and when, is not looked at.
pub fn is_signed(body: &[u8], payload: &str, key: &PeerKey) -> bool {
    let Ok(envelope) = envelope(body) else {
        return false;
    };
    let sender = Sender {
        key: key.clone(),
        needs_extras: false,
        needs_strong_signature: false,
    };
    let fields = (field(&envelope, "payload"), field(&envelope, "signature"));
    let (Ok(sent), Ok(signature)) = fields else {
        return false;
    };
    payload_text(sent).is_ok_and(|sent| sent == payload)
        && check(&sender, payload, signature, envelope.get("signature2")).is_ok()
}

fn envelope(body: &[u8]) -> Result<Node, WireError> {
    let bad =
        |reason: &dyn fmt::Display| WireError::bad_message(format!("Bad message YAML format\n{reason}"));
    if body.len() > MAX_BODY_BYTES {
        return Err(bad(&"the message is too large"));
    }
    let text = std::str::from_utf8(body).map_err(|_| bad(&"the message is not UTF-8"))?;
    yaml::read(text)
        .map(|document| document.root)
        .map_err(|error| bad(&error))
}

/// What is no mapping has no fields.
fn field<'a>(envelope: &'a Node, name: &str) -> Result<&'a Node, WireError> {
    envelope
        .get(name)
        .ok_or_else(|| WireError::bad_message(format!("missing {name}")))
}

fn payload_text(payload: &Node) -> Result<String, WireError> {
    let invalid = |reason: &str| WireError::bad_message(format!("Payload is invalid Base64: {reason}"));
    let text = payload.text().ok_or_else(|| invalid(&no_text(payload)))?;
    let bytes = base64_text::decode(text).map_err(|error| invalid(&error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| WireError::bad_message("Payload is not base64 coded UTF8"))
}

/// What upstream says of a value that is no text, in its language's names of types.
fn no_text(node: &Node) -> String {
    let kind = match node {
        Node::List(_) => "list",
        // A mapping answers with the name alone.
        Node::Map(_) => return "encode".to_owned(),
        Node::Scalar(scalar) => match scalar.meaning {
            Meaning::Null => "NoneType",
            Meaning::Flag(_) => "bool",
            Meaning::Whole(_) => "int",
            Meaning::Decimal => "decimal.Decimal",
            Meaning::Date if scalar.text.contains(':') => "datetime.datetime",
            Meaning::Date => "Date",
            Meaning::Bytes => "bytes",
            Meaning::Text => "str",
        },
    };
    format!("'{kind}' object has no attribute 'encode'")
}

/// Whatever is wrong with a signature, it is a wrong signature. A second one that is there has to hold.
fn check(sender: &Sender, text: &str, first: &Node, second: Option<&Node>) -> Result<(), WireError> {
    let bytes = |node: &Node| base64_text::decode(node.text()?).ok();
    let holds = bytes(first).is_some_and(|first| sender.key.verify(text.as_bytes(), &first).is_ok());
    let strong = match second {
        None => !sender.needs_strong_signature,
        Some(second) => {
            bytes(second).is_some_and(|second| sender.key.verify_strong(text.as_bytes(), &second).is_ok())
        }
    };
    if holds && strong {
        Ok(())
    } else {
        Err(WireError::BadSignature)
    }
}

/// Readers take either of two fields of one name.
fn unambiguous(envelope: &Node) -> Result<(), WireError> {
    let Node::Map(entries) = envelope else {
        return Ok(());
    };
    let twice = ["intercoopVersion", "payload", "signature", "signature2"]
        .into_iter()
        .any(|name| {
            let same = entries.iter().filter(|(key, _)| key.text() == Some(name));
            same.count() > 1
        });
    if twice {
        return Err(WireError::bad_message("A field of the message stands twice"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
