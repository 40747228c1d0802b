//! Cooperatives in a backpack: everything about them is held against their own keys and signatures.

use std::{
    collections::{BTreeMap, HashSet},
    io::Read,
    sync::Arc,
};

use ::backpack::EntryPath;
use intercoop::{descriptor, key::PeerKey, receipt};
use serde_json::Value;
use vault_crypto::Signer;
use vault_store::{
    IncomingId, Sha256, TransferId, incoming_transfers::Incoming, peer_keys::PinnedKey, peers::Peer,
    transfers::Transfer,
};

use super::{LISTED, TEXT};
use crate::{
    backpack::{
        BackpackError,
        layout::TransferPart,
        lines::{fault, whole, whole_bytes},
        wire::{CooperativesFile, PrivateKeys, Secret, incoming_from_json, is_incoming, transfer_of},
    },
    cooperatives::{Offer, OwnFacts, check_offer, is_peer_id},
    disclosure::is_plain_name,
};

/// Most cooperatives, which is as many as a space may have.
const PEERS: usize = 500;
/// Most keys that were ever pinned.
const KEYS: usize = 10_000;
/// Most offered services.
const OFFERS: usize = 50;
/// Largest file of a transfer, in bytes: its text and its envelope, each escaped.
const LARGEST: u64 = 1 << 20;

/// What is in a backpack about cooperatives, all but what streams: transfers.
#[derive(Default)]
pub(in crate::backpack) struct InspectedCooperatives {
    pub(in crate::backpack) file: CooperativesFile,
    /// The private keys of the vault as a peer: the one it signs with, and the one before. Only of a full backpack.
    pub(in crate::backpack) private: Option<Arc<(Signer, Option<Signer>)>>,
    pub(in crate::backpack) transfers: Vec<TransferId>,
    pub(in crate::backpack) incoming: Vec<IncomingId>,
    keys: BTreeMap<String, Vec<PeerKey>>,
    pairs: TransferPairs,
    seen: HashSet<(String, String)>,
}

impl InspectedCooperatives {
    pub(super) fn read(&mut self, path: &EntryPath, body: &mut dyn Read) -> Result<(), BackpackError> {
        let file: CooperativesFile = whole(path, body)?;
        let fits = file.peers.len() <= PEERS
            && file.keys.len() <= KEYS
            && file.offers.len() <= OFFERS
            && file.stopped.len() <= LISTED;
        let own = file.own.as_ref().is_none_or(is_own);
        if !(fits && own && are_peers(&file.peers) && are_offers(&file)) {
            return Err(fault(path));
        }
        self.keys = keys(&file.keys).ok_or_else(|| fault(path))?;
        self.file = file;
        Ok(())
    }

    pub(super) fn transfer(
        &mut self,
        id: TransferId,
        part: TransferPart,
        path: &EntryPath,
        body: &mut dyn Read,
    ) -> Result<(), BackpackError> {
        if self.pairs.add(id, part, path, body)?.is_some() {
            self.transfers.push(id);
        }
        (self.transfers.len() <= LISTED)
            .then_some(())
            .ok_or_else(|| fault(path))
    }

    pub(super) fn incoming(
        &mut self,
        id: IncomingId,
        path: &EntryPath,
        body: &mut dyn Read,
    ) -> Result<(), BackpackError> {
        let incoming = read_incoming(id, path, body)?;
        let keys = self
            .keys
            .get(&incoming.peer)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut marks = vec![incoming.sha256.to_string()];
        marks.extend(
            incoming
                .message
                .as_ref()
                .map(|message| format!("message {message}")),
        );
        let is_new = marks
            .into_iter()
            .all(|mark| self.seen.insert((incoming.peer.clone(), mark)));
        self.incoming.push(id);
        if is_new && self.incoming.len() <= LISTED && is_incoming(&incoming, keys) {
            Ok(())
        } else {
            Err(fault(path))
        }
    }

    /// What can be said only when all was read.
    pub(super) fn finish(&mut self, full: bool) -> Result<(), BackpackError> {
        self.pairs.finish()?;
        if !full {
            self.private = None;
        }
        Ok(())
    }

    /// Takes the private keys, if they are keys and the first is that of the public one.
    pub(super) fn private(&mut self, keys: &PrivateKeys) -> Option<()> {
        let signer = |secret: &Secret| {
            secret
                .0
                .expose_str()
                .and_then(|pem| Signer::from_pkcs8_pem(pem).ok())
        };
        let previous = match &keys.peer_previous {
            None => None,
            Some(secret) => Some(signer(secret)?),
        };
        let Some(secret) = &keys.peer else {
            return previous.is_none().then_some(());
        };
        let key = signer(secret)?;
        let named = self.file.own.as_ref().and_then(|own| own.key.as_deref());
        self.private = Some(Arc::new((key, previous)));
        let private = self.private.as_ref().map(|keys| keys.0.public_key_pem());
        (named == private).then_some(())
    }
}

/// Puts a transfer together of its two files, which follow each other.
#[derive(Default)]
pub(in crate::backpack) struct TransferPairs(Option<(TransferId, EntryPath, String)>);

impl TransferPairs {
    /// Takes one of the files: the whole transfer when it is the second.
    pub(in crate::backpack) fn add(
        &mut self,
        id: TransferId,
        part: TransferPart,
        path: &EntryPath,
        body: &mut dyn Read,
    ) -> Result<Option<Transfer>, BackpackError> {
        match part {
            TransferPart::Receipt => {
                self.finish()?;
                let bytes = whole_bytes(path, body, receipt::MAX_BYTES as u64)?;
                let text = String::from_utf8(bytes).map_err(|_| fault(path))?;
                self.0 = Some((id, path.clone(), text));
                Ok(None)
            }
            TransferPart::Transfer => {
                let bytes = whole_bytes(path, body, LARGEST)?;
                let read: Transfer = serde_json::from_slice(&bytes).map_err(|_| fault(path))?;
                let Some((of, receipt_path, receipt)) = self.0.take() else {
                    return Err(fault(path));
                };
                if of != id || read.id != id {
                    return Err(fault(path));
                }
                transfer_of(read, receipt)
                    .map(Some)
                    .ok_or_else(|| fault(&receipt_path))
            }
        }
    }

    fn finish(&self) -> Result<(), BackpackError> {
        match &self.0 {
            None => Ok(()),
            Some((_, path, _)) => Err(fault(path)),
        }
    }
}

/// What came in, without a look at its signature.
pub(in crate::backpack) fn read_incoming(
    id: IncomingId,
    path: &EntryPath,
    body: &mut dyn Read,
) -> Result<Incoming, BackpackError> {
    let bytes = whole_bytes(path, body, LARGEST)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| fault(path))?;
    let incoming = incoming_from_json(value).map_err(|_| fault(path))?;
    if incoming.id == id {
        Ok(incoming)
    } else {
        Err(fault(path))
    }
}

/// Whether it says of this vault what it could say of itself.
fn is_own(own: &OwnFacts) -> bool {
    own.id.as_deref().is_none_or(is_peer_id)
        && own.name.as_deref().is_none_or(is_plain_name)
        && own
            .key
            .as_deref()
            .is_none_or(|pem| PeerKey::from_pem(pem).is_ok())
}

/// Whether every peer is as its description says, and neither an id nor a key stands for two.
fn are_peers(peers: &[Peer]) -> bool {
    let mut ids = HashSet::new();
    let mut keys = HashSet::new();
    peers.iter().all(|peer| {
        let waiting = match (&peer.waiting, peer.waiting_since) {
            (None, None) => peer.waiting_fingerprint.is_none(),
            (Some(text), Some(_)) => says(text, &peer.id, peer.waiting_fingerprint).is_some(),
            (Some(_), None) | (None, Some(_)) => false,
        };
        let name = says(&peer.descriptor, &peer.id, peer.fingerprint);
        waiting
            && name.as_ref() == Some(&peer.name)
            && is_plain_name(&peer.name)
            && peer.address.len() <= TEXT
            && (peer.checked_at.is_none() || peer.fingerprint.is_some())
            && ids.insert(peer.id.as_str())
            && peer.fingerprint.is_none_or(|key| keys.insert(key.to_string()))
    })
}

/// The name in a description that is of this peer and has this key.
fn says(text: &str, id: &str, key: Option<Sha256>) -> Option<String> {
    let (descriptor, _) = descriptor::read(text).ok()?;
    let named = descriptor
        .key
        .as_ref()
        .map(|key| Sha256(*key.fingerprint().as_bytes()));
    (descriptor.peer_id == id && named == key).then_some(descriptor.name)
}

/// The pinned keys by peer, if each is the one of its fingerprint and stands once.
fn keys(pinned: &[PinnedKey]) -> Option<BTreeMap<String, Vec<PeerKey>>> {
    let mut keys: BTreeMap<String, Vec<PeerKey>> = BTreeMap::new();
    let mut seen = HashSet::new();
    for one in pinned {
        let key = PeerKey::from_pem(&one.pem).ok()?;
        let is_it = one.fingerprint == Sha256(*key.fingerprint().as_bytes());
        if !is_it
            || !is_peer_id(&one.peer)
            || !seen.insert((&one.peer, one.fingerprint.to_string(), one.since))
        {
            return None;
        }
        keys.entry(one.peer.clone()).or_default().push(key);
    }
    let mut open = HashSet::new();
    let mut current = pinned.iter().filter(|one| one.until.is_none());
    current.all(|one| open.insert(&one.peer)).then_some(keys)
}

fn are_offers(file: &CooperativesFile) -> bool {
    let mut ids = HashSet::new();
    let offers = file.offers.iter().all(|entry| {
        let offer = Offer {
            service: entry.service.clone(),
            refused: entry.refused.clone(),
        };
        ids.insert(&entry.service.id) && check_offer(&offer).is_ok()
    });
    let mut marks = file.stopped.iter();
    offers && marks.all(|mark| is_peer_id(&mark.peer) && mark.service.len() <= TEXT)
}
