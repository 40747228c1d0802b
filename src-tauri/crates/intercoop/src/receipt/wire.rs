//! The receipt as JSON.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{FORMAT, MAX_BYTES, Party, PayloadDigests, Receipt, ReceiptAnswer, ReceiptError, VERSION};
use crate::key::PeerKey;
use crate::link::Link;
use crate::shown::is_shown;
use crate::{base64_text, hex};

/// Longest peer id, service id or name of an error, in bytes.
const MAX_NAME: usize = 128;

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    version: u64,
    sender: WireParty,
    target: WireParty,
    address: String,
    service: String,
    payload: WireDigests,
    signature: String,
    signature2: Option<String>,
    envelope: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    sent_at: OffsetDateTime,
    answer: Option<WireAnswer>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireParty {
    peer_id: String,
    key: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireDigests {
    sha1: String,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireAnswer {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    status: u16,
    body_sha256: String,
    uuid: Option<Uuid>,
    error: Option<String>,
}

pub(super) fn write(receipt: &Receipt) -> String {
    let party = |party: &Party| WireParty {
        peer_id: party.peer_id.clone(),
        key: party.key.as_ref().map(PeerKey::to_pem),
    };
    let answer = receipt.answer.as_ref().map(|answer| WireAnswer {
        at: answer.at,
        status: answer.status,
        body_sha256: hex::encode(&answer.body_sha256),
        uuid: answer.uuid,
        error: answer.error.clone(),
    });
    let wire = Wire {
        format: FORMAT.to_owned(),
        version: VERSION.into(),
        sender: party(&receipt.sender),
        target: party(&receipt.target),
        address: receipt.address.as_str().to_owned(),
        service: receipt.service.clone(),
        payload: WireDigests {
            sha1: hex::encode(&receipt.payload.sha1),
            sha256: hex::encode(&receipt.payload.sha256),
        },
        signature: base64_text::encode(&receipt.signature),
        signature2: receipt.strong_signature.as_deref().map(base64_text::encode),
        envelope: receipt.envelope.clone(),
        sent_at: receipt.sent_at,
        answer,
    };
    // Texts, numbers and times before the year 10000 can always be written.
    serde_json::to_string_pretty(&wire).unwrap_or_default() + "\n"
}

pub(super) fn read(bytes: &[u8]) -> Result<Receipt, ReceiptError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReceiptError::TooLarge);
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|_| ReceiptError::Malformed)?;
    if head.format != FORMAT {
        return Err(ReceiptError::OtherFormat);
    }
    if head.version > VERSION.into() {
        return Err(ReceiptError::Newer { found: head.version });
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(|_| ReceiptError::Malformed)?;
    let answer = wire.answer.map(answer).transpose()?;
    Ok(Receipt {
        sender: party(wire.sender, "sender")?,
        target: party(wire.target, "target")?,
        address: Link::parse(&wire.address).map_err(|_| ReceiptError::Wrong("address"))?,
        service: name(wire.service, "service")?,
        payload: PayloadDigests {
            sha1: hex::decode(&wire.payload.sha1).ok_or(ReceiptError::Wrong("payload"))?,
            sha256: hex::decode(&wire.payload.sha256).ok_or(ReceiptError::Wrong("payload"))?,
        },
        signature: signature(&wire.signature)?,
        strong_signature: wire.signature2.as_deref().map(signature).transpose()?,
        envelope: wire.envelope,
        sent_at: wire.sent_at,
        answer,
    })
}

fn party(wire: WireParty, what: &'static str) -> Result<Party, ReceiptError> {
    let key = wire.key.map(|pem| PeerKey::from_pem(&pem)).transpose();
    Ok(Party {
        peer_id: name(wire.peer_id, what)?,
        key: key.map_err(|_| ReceiptError::Wrong(what))?,
    })
}

fn answer(wire: WireAnswer) -> Result<ReceiptAnswer, ReceiptError> {
    Ok(ReceiptAnswer {
        at: wire.at,
        status: wire.status,
        body_sha256: hex::decode(&wire.body_sha256).ok_or(ReceiptError::Wrong("answer"))?,
        uuid: wire.uuid,
        error: wire.error.map(|error| name(error, "answer")).transpose()?,
    })
}

fn signature(text: &str) -> Result<Vec<u8>, ReceiptError> {
    base64_text::decode(text).map_err(|_| ReceiptError::Wrong("signature"))
}

fn name(text: String, what: &'static str) -> Result<String, ReceiptError> {
    if text.len() <= MAX_NAME && text.chars().all(is_shown) {
        Ok(text)
    } else {
        Err(ReceiptError::Wrong(what))
    }
}
