//! Cooperatives: peers that the person knows, signed transfers to them, and what they send here.
//!
//! A peer is known by its descriptor and a pinned key. Until the person has compared that key nothing goes out and nothing comes in, and a
//! changed key, or another host to send to, stops both until the person has looked. A transfer is frozen as text when the person is asked,
//! and exactly that text is signed after the yes; it leaves through the one door like everything else.

mod catalogue;
mod fields;
mod incoming;
mod moved;
mod offered;
mod outcome;
mod own;
mod peers;
mod pictures;
mod receipt;
mod state;
mod transfer;
mod work;

#[cfg(test)]
pub(crate) mod tests;

pub use catalogue::{Cooperative, CooperativeService, KeyStanding, ServiceState};
pub use fields::{FieldSource, TransferRow, field_label};
pub use incoming::{Arrived, INCOMING_LIFE, IncomingView};
pub use moved::{ArrivedPeers, OwnKeyOutcome};
pub use offered::{Offer, OfferedService, ServiceRule};
pub use outcome::{GoOn, PostEnd, PostFault, TransferProof, refusal_words};
pub use own::{BASE_PATH, OwnPeer};
pub use peers::{NewPeer, PeerLook, PeerStanding};
pub use receipt::{ReceiptCheck, check_receipt};
pub use state::{TransferStep, after, is_unsent};
pub use transfer::{Outbound, TransferDraft};
pub use vault_store::{
    IncomingId, TransferId,
    incoming_transfers::{Incoming, IncomingState},
    peer_keys::{KeyOrigin, PinnedKey},
    peers::{Peer, PeerSource},
    service_rules::RuleKind,
    transfers::{Transfer, TransferState},
};
pub use work::{WorkOffer, WorkPart};

pub(crate) use incoming::sweep as sweep_incoming;
pub(crate) use moved::{
    Arriving, OwnFacts, OwnKeys, bring, is_peer_id, own_facts, own_private_keys, own_public_key,
};
pub(crate) use offered::check as check_offer;
pub(crate) use outcome::{after_start, interrupted};

use crate::{VaultError, VaultEvent, vault::Turn};

fn invalid(field: &'static str, why: &'static str) -> VaultError {
    VaultError::Invalid { field, why }
}

fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::CooperativesChanged {
        space: turn.space.info.id,
    });
}
