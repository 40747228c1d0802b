//! What a receipt proves.

use super::{PayloadDigests, Receipt};
use crate::base64_text;
use crate::envelope;
use crate::extras::Extras;
use crate::key::{Fingerprint, PeerKey};
use crate::payload::ReceivedFields;
use crate::yaml::{self, Node};

/// What holds of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The key that the receipt says is the sender's. Compare it: whose key it is, no receipt can prove.
    pub sender: Option<Fingerprint>,
    /// Whether that key signed the payload.
    pub signature_holds: bool,
    /// Whether it signed it the second way too; `None` without a second signature.
    pub strong_signature_holds: Option<bool>,
    /// Whether the kept text is what was signed; `None` if it was not kept.
    pub envelope: Option<EnvelopeProof>,
}

/// What holds of the envelope in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvelopeProof {
    /// Its payload has the digests, and its signatures are those, of the receipt.
    pub is_the_one: bool,
    /// Its payload names the sender of the receipt.
    pub names_sender: bool,
    /// Its payload names the target and the service of the receipt, or none.
    pub names_target: bool,
}

impl Proof {
    /// Whether everything that can be checked holds.
    pub fn holds(&self) -> bool {
        let envelope = self
            .envelope
            .is_none_or(|envelope| envelope.is_the_one && envelope.names_sender && envelope.names_target);
        self.signature_holds && self.strong_signature_holds != Some(false) && envelope
    }
}

/// Checks a receipt, without a network and without a clock.
pub fn verify(receipt: &Receipt) -> Proof {
    let key = receipt.sender.key.as_ref();
    let strong = |signature: &Vec<u8>| {
        key.is_some_and(|key| key.verify_sha256(&receipt.payload.sha256, signature).is_ok())
    };
    Proof {
        sender: key.map(PeerKey::fingerprint),
        signature_holds: key
            .is_some_and(|key| key.verify_sha1(&receipt.payload.sha1, &receipt.signature).is_ok()),
        strong_signature_holds: receipt.strong_signature.as_ref().map(strong),
        envelope: receipt
            .envelope
            .as_deref()
            .map(|envelope| proof_of(receipt, envelope)),
    }
}

fn proof_of(receipt: &Receipt, text: &str) -> EnvelopeProof {
    let payload = payload(text);
    let fields = payload
        .as_deref()
        .and_then(|payload| ReceivedFields::read(payload).ok());
    let extras = fields.as_ref().and_then(|fields| Extras::read(fields).ok());
    let is = |named: Option<&String>, expected: &str| named.is_none_or(|named| named == expected);
    EnvelopeProof {
        is_the_one: payload.is_some_and(|payload| {
            let rewritten = match &receipt.strong_signature {
                None => envelope::write(&payload, &receipt.signature),
                Some(strong) => envelope::write_strong(&payload, &receipt.signature, strong),
            };
            rewritten == text && PayloadDigests::of(&payload) == receipt.payload
        }),
        names_sender: fields.is_some_and(|fields| {
            let peer = fields.get("originpeer").and_then(|peer| peer.text());
            peer == Some(receipt.sender.peer_id.as_str())
        }),
        names_target: extras.is_some_and(|extras| {
            is(extras.audience.as_ref(), &receipt.target.peer_id)
                && is(extras.service.as_ref(), &receipt.service)
        }),
    }
}

fn payload(envelope: &str) -> Option<String> {
    let root = yaml::read(envelope).ok()?.root;
    let payload = root.get("payload").and_then(Node::text)?;
    String::from_utf8(base64_text::decode(payload).ok()?).ok()
}
