//! Receipts of transfers, checked without a vault and without a network.

use intercoop::{
    key::PeerKey,
    receipt::{self, Receipt},
};
use time::OffsetDateTime;

use super::invalid;
use crate::VaultError;

/// What a receipt says, and what of it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptCheck {
    /// Peer id of the sender.
    pub sender: String,
    /// Peer id of the receiver.
    pub target: String,
    /// Id of the service.
    pub service: String,
    /// When it was sent.
    pub sent_at: OffsetDateTime,
    /// HTTP status of the answer, as the sender says: answers are not signed.
    pub status: Option<u16>,
    /// Fingerprint of the key that the receipt says is the sender's, in groups.
    pub fingerprint: String,
    /// Whether that is the key that was given to compare; `None` if none was.
    pub is_known_key: Option<bool>,
    /// Whether the key signed the text.
    pub signature_holds: bool,
    /// Whether it signed it the second way too; `None` without a second signature.
    pub strong_signature_holds: Option<bool>,
    /// Whether the kept text is what was signed; `None` if it was not kept.
    pub text_holds: Option<bool>,
    /// Whether all that can be checked holds.
    pub holds: bool,
}

/// Checks a receipt, against a public key in PEM where one is given.
///
/// # Errors
/// [`VaultError::Invalid`] for what is no receipt, or no key.
pub fn check_receipt(bytes: &[u8], key: Option<&str>) -> Result<ReceiptCheck, VaultError> {
    let read =
        Receipt::from_json(bytes).map_err(|_| invalid("receipt", "a receipt of an Intercoop transfer"))?;
    let given = key
        .map(|pem| PeerKey::from_pem(pem).map_err(|_| invalid("key", "an RSA public key in PEM form")))
        .transpose()?;
    let proof = receipt::verify(&read);
    let is_known_key = given.map(|given| proof.sender == Some(given.fingerprint()));
    Ok(ReceiptCheck {
        sender: read.sender.peer_id.clone(),
        target: read.target.peer_id.clone(),
        service: read.service.clone(),
        sent_at: read.sent_at,
        status: read.answer.as_ref().map(|answer| answer.status),
        fingerprint: proof.sender.map(|sender| sender.grouped()).unwrap_or_default(),
        is_known_key,
        signature_holds: proof.signature_holds,
        strong_signature_holds: proof.strong_signature_holds,
        text_holds: proof
            .envelope
            .map(|text| text.is_the_one && text.names_sender && text.names_target),
        holds: proof.holds() && is_known_key != Some(false),
    })
}
