//! Cooperatives in a backpack: whom the person knows, what they sent, and what came in.

use intercoop::{
    envelope::{self, MAX_BODY_BYTES},
    key::PeerKey,
    payload::ReceivedFields,
    receipt::{self, Receipt},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vault_store::{
    Sha256,
    incoming_transfers::{Incoming, IncomingState},
    offered_services::OfferedService,
    peer_keys::PinnedKey,
    peers::Peer,
    service_marks::ServiceMark,
    service_rules::ServiceRule,
    transfers::Transfer,
};

use crate::{
    cooperatives::{INCOMING_LIFE, OwnFacts, is_peer_id, is_unsent},
    disclosure::is_plain_name,
};

/// Longest id of a service, code or number of a message, in bytes.
const WORD: usize = 128;
/// Longest other text, in bytes: as long as a description may be.
const TEXT: usize = MAX_BODY_BYTES;

/// `cooperatives.json`.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::backpack) struct CooperativesFile {
    /// The vault as a peer; without its private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::backpack) own: Option<OwnFacts>,
    /// Those that the person knows. Their logos stay behind: pictures of others are not read from a file.
    #[serde(default)]
    pub(in crate::backpack) peers: Vec<Peer>,
    /// Every key that was ever pinned.
    #[serde(default)]
    pub(in crate::backpack) keys: Vec<PinnedKey>,
    /// Services of theirs that have stopped.
    #[serde(default)]
    pub(in crate::backpack) stopped: Vec<ServiceMark>,
    /// What this vault offers.
    #[serde(default)]
    pub(in crate::backpack) offers: Vec<OfferEntry>,
}

/// A service of the vault's own, and for whom it is stopped.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::backpack) struct OfferEntry {
    #[serde(flatten)]
    pub(in crate::backpack) service: OfferedService,
    #[serde(default)]
    pub(in crate::backpack) refused: Vec<ServiceRule>,
}

/// `transfer.json` of a transfer. Its receipt is a file of its own; the answer stays behind, because it may hold a token.
pub(in crate::backpack) fn transfer_to_json(transfer: Transfer) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(Transfer {
        answer: None,
        receipt: None,
        ..transfer
    })?;
    if let Some(members) = value.as_object_mut() {
        members.remove("answer");
        members.remove("receipt");
    }
    Ok(value)
}

/// The reverse of [`transfer_to_json`]: the transfer, with its receipt, if both are what they must be and belong together.
pub(in crate::backpack) fn transfer_of(read: Transfer, receipt: String) -> Option<Transfer> {
    let transfer = Transfer {
        answer: None,
        receipt: Some(receipt),
        ..read
    };
    (is_transfer(&transfer) && is_proven(&transfer)).then_some(transfer)
}

fn is_transfer(one: &Transfer) -> bool {
    let words = [&one.service, &one.fault];
    let texts = [&one.peer_name, &one.service_name, &one.address];
    !is_unsent(one.state)
        && is_peer_id(&one.peer)
        && words.iter().all(|word| word.len() <= WORD)
        && texts.iter().all(|text| text.len() <= TEXT)
        && one.message.as_ref().is_none_or(|message| message.len() <= WORD)
        && one.answer_type.as_ref().is_none_or(|kind| kind.len() <= TEXT)
        && one
            .envelope
            .as_ref()
            .is_none_or(|envelope| envelope.len() <= TEXT)
        && one.payload.as_ref().is_none_or(|text| is_text(text, one.sha256))
}

/// Whether a payload is the one of this digest and can be shown.
fn is_text(text: &str, sha256: Option<Sha256>) -> bool {
    text.len() <= TEXT && Some(Sha256::of(text.as_bytes())) == sha256 && ReceivedFields::read(text).is_ok()
}

/// Whether the receipt is of this transfer, and its signatures hold: over its digests, and over the text where that is kept.
fn is_proven(one: &Transfer) -> bool {
    let kept = one.receipt.as_deref().map(str::as_bytes).map(Receipt::from_json);
    let Some(Ok(mut receipt)) = kept else {
        return false;
    };
    receipt.envelope.clone_from(&one.envelope);
    let proof = receipt::verify(&receipt);
    Some(Sha256(receipt.payload.sha256)) == one.sha256
        && receipt.target.peer_id == one.peer
        && receipt.service == one.service
        && receipt.address.as_str() == one.address
        && proof.signature_holds
        && proof.strong_signature_holds != Some(false)
        && proof.envelope.is_none_or(|envelope| envelope.is_the_one)
}

/// `incoming/<id>.json`: the package stands in it as it came, as text.
pub(in crate::backpack) fn incoming_to_json(incoming: Incoming) -> serde_json::Result<Value> {
    let package = incoming.envelope.map(String::from_utf8).transpose();
    let package = package.map_err(<serde_json::Error as serde::ser::Error>::custom)?;
    let mut value = serde_json::to_value(Incoming {
        envelope: None,
        ..incoming
    })?;
    if let Some(members) = value.as_object_mut() {
        members.remove("envelope");
        members.insert(PACKAGE.to_owned(), package.into());
    }
    Ok(value)
}

const PACKAGE: &str = "package";

/// The reverse of [`incoming_to_json`].
pub(in crate::backpack) fn incoming_from_json(mut value: Value) -> serde_json::Result<Incoming> {
    let package = value.as_object_mut().and_then(|members| members.remove(PACKAGE));
    let package: Option<String> = package.map_or(Ok(None), serde_json::from_value)?;
    Ok(Incoming {
        envelope: package.map(String::into_bytes),
        ..serde_json::from_value(value)?
    })
}

/// Whether something that came in is what it must be. What is still there was signed by one of the sender's keys, and waits no longer than
/// anything does; of what was let go there is a digest and no more, for as long as it could come again.
pub(in crate::backpack) fn is_incoming(one: &Incoming, keys: &[PeerKey]) -> bool {
    let content = match (&one.payload, &one.envelope) {
        (None, None) => matches!(one.state, IncomingState::Discarded | IncomingState::Expired),
        (Some(text), Some(package)) => {
            matches!(one.state, IncomingState::Waiting | IncomingState::Accepted)
                && is_text(text, Some(one.sha256))
                && keys.iter().any(|key| envelope::is_signed(package, text, key))
                && one.expires_at - one.received_at <= INCOMING_LIFE
        }
        (Some(_), None) | (None, Some(_)) => false,
    };
    content
        && is_peer_id(&one.peer)
        && is_plain_name(&one.peer_name)
        && one.service.len() <= WORD
        && one.message.as_ref().is_none_or(|message| message.len() <= WORD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;
    use vault_store::IncomingId;

    use super::*;

    proptest! {
        #[test]
        fn what_came_in_comes_back(text in prop::option::of("\\PC{0,40}"), message in prop::option::of("[a-z]{0,9}")) {
            let incoming = Incoming {
                id: IncomingId::new(),
                peer: "llumverda".into(),
                peer_name: "Llum Verda".into(),
                service: String::new(),
                payload: text.clone(),
                sha256: Sha256::of(b"x"),
                envelope: text.map(String::into_bytes),
                message,
                state: IncomingState::Waiting,
                received_at: datetime!(2026-11-28 9:00 UTC),
                expires_at: datetime!(2026-12-12 9:00 UTC),
                repeats: 3,
            };
            let value = incoming_to_json(incoming.clone()).unwrap();
            prop_assert!(value.get("envelope").is_none());
            prop_assert!(incoming_from_json(value).unwrap() == incoming);
        }

        #[test]
        fn any_json_is_answered(bytes in "[\\[\\]{}:,\"a-z0-9\\\\]{0,60}") {
            if let Ok(value) = serde_json::from_str::<Value>(&bytes) {
                let _ = incoming_from_json(value);
            }
            let _ = serde_json::from_str::<CooperativesFile>(&bytes);
        }
    }
}
