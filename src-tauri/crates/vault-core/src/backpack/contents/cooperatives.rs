//! Whom the person knows, what they sent, and what came in.

use std::{collections::BTreeMap, io::Write};

use time::OffsetDateTime;
use vault_store::{
    IncomingId, TransferId, View, incoming_transfers, offered_services, peer_keys, peers, service_marks,
    service_rules, transfers,
};

use super::writing::{Halt, pretty, unwritable};
use crate::{
    backpack::{
        BackpackError,
        layout::{Part, TransferPart},
        wire::{CooperativesFile, OfferEntry, incoming_to_json, transfer_to_json},
    },
    cooperatives,
};

/// What is small, and the ids of what is read when it is written.
pub(super) struct KeptCooperatives {
    file: CooperativesFile,
    transfers: Vec<(TransferId, OffsetDateTime)>,
    incoming: Vec<(IncomingId, OffsetDateTime)>,
}

impl KeptCooperatives {
    /// `key` is the vault’s public key as a peer, in PEM.
    pub(super) fn read(view: &View<'_>, key: Option<&str>) -> Result<Self, BackpackError> {
        let mut offers = Vec::new();
        for service in offered_services::list(view)? {
            let refused = service_rules::of_service(view, &service.id)?;
            offers.push(OfferEntry { service, refused });
        }
        let mut peers = peers::list(view)?;
        peers.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Self {
            file: CooperativesFile {
                own: cooperatives::own_facts(view, key)?,
                peers,
                keys: peer_keys::list(view)?,
                stopped: service_marks::list(view)?,
                offers,
            },
            transfers: transfers::sent(view)?,
            incoming: incoming_transfers::ids(view)?,
        })
    }

    pub(super) fn count(&self, counts: &mut BTreeMap<String, u64>) {
        for (name, count) in [
            ("cooperatives", self.file.peers.len()),
            ("offered_services", self.file.offers.len()),
            ("transfers", self.transfers.len()),
            ("incoming_transfers", self.incoming.len()),
        ] {
            counts.insert(name.to_owned(), count as u64);
        }
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = (Part, OffsetDateTime)> {
        let peers = self.file.peers.iter();
        let times = peers.flat_map(|peer| [Some(peer.added_at), peer.checked_at, peer.waiting_since]);
        let keys = self.file.keys.iter().flat_map(|key| [Some(key.since), key.until]);
        let marks = self.file.stopped.iter().map(|mark| Some(mark.stopped_at));
        let changed = times.chain(keys).chain(marks).flatten().max();
        let start = changed.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let transfers = self.transfers.iter().flat_map(|(id, at)| {
            [TransferPart::Receipt, TransferPart::Transfer].map(|part| (Part::Transfer(*id, part), *at))
        });
        let incoming = self.incoming.iter().map(|(id, at)| (Part::Incoming(*id), *at));
        std::iter::once((Part::Cooperatives, start))
            .chain(transfers)
            .chain(incoming)
    }

    pub(super) fn file(&self, out: &mut dyn Write) -> Result<(), Halt> {
        pretty(out, &self.file)
    }

    pub(super) fn transfer(
        view: &View<'_>,
        id: TransferId,
        part: TransferPart,
        out: &mut dyn Write,
    ) -> Result<(), Halt> {
        let transfer = transfers::get(view, id)?.ok_or_else(unwritable)?;
        match part {
            TransferPart::Receipt => {
                let receipt = transfer.receipt.ok_or_else(unwritable)?;
                Ok(out.write_all(receipt.as_bytes())?)
            }
            TransferPart::Transfer => pretty(out, &transfer_to_json(transfer).map_err(|_| unwritable())?),
        }
    }

    pub(super) fn incoming(view: &View<'_>, id: IncomingId, out: &mut dyn Write) -> Result<(), Halt> {
        let incoming = incoming_transfers::get(view, id)?.ok_or_else(unwritable)?;
        pretty(out, &incoming_to_json(incoming).map_err(|_| unwritable())?)
    }
}
