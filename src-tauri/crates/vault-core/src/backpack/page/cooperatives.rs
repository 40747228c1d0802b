//! Cooperatives and transfers on the page: who, when and how it ended, and nothing of what was sent.

use std::collections::HashMap;

use ::backpack::page::{self, Newest, PeerKey, ROWS};
use time::OffsetDateTime;
use vault_store::{
    IncomingId, StoreError, TransferId, View,
    incoming_transfers::{self, IncomingState},
    peers::{self, Peer},
    transfers::{self, TransferState},
};

use crate::backpack::BackpackError;

pub(super) fn cooperatives(view: &View<'_>) -> Result<Vec<page::Cooperative>, BackpackError> {
    let sent: HashMap<String, u64> = transfers::sent_by_peer(view)?.into_iter().collect();
    let all = peers::list(view)?.into_iter();
    Ok(all
        .map(|peer| page::Cooperative {
            key: key(&peer),
            sent: sent.get(&peer.id).copied().unwrap_or_default(),
            name: peer.name,
            id: peer.id,
        })
        .collect())
}

fn key(peer: &Peer) -> PeerKey {
    match (peer.waiting_since, peer.fingerprint, peer.checked_at) {
        (Some(when), _, _) => PeerKey::Changed(when),
        (None, None, _) => PeerKey::Absent,
        (None, Some(_), Some(when)) => PeerKey::Compared(when),
        (None, Some(_), None) => PeerKey::NotCompared,
    }
}

enum Row {
    Sent(TransferId),
    Came(IncomingId),
}

/// Both ways, the newest first.
pub(super) fn transfers(view: &View<'_>) -> Result<Newest<page::Transfer>, BackpackError> {
    let sent = transfers::sent(view)?.into_iter();
    let came = incoming_transfers::ids(view)?.into_iter();
    let mut all: Vec<(OffsetDateTime, Row)> = sent
        .map(|(id, at)| (at, Row::Sent(id)))
        .chain(came.map(|(id, at)| (at, Row::Came(id))))
        .collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let total = all.len() as u64;
    let mut rows = Vec::new();
    for (_, one) in all.into_iter().take(ROWS) {
        rows.extend(row(view, &one)?);
    }
    Ok(Newest::new(total, rows))
}

fn row(view: &View<'_>, row: &Row) -> Result<Option<page::Transfer>, StoreError> {
    Ok(match row {
        Row::Sent(id) => transfers::get(view, *id)?.map(|transfer| page::Transfer {
            when: transfer.sent_at.unwrap_or(transfer.begun_at),
            who: transfer.peer_name,
            service: transfer.service_name,
            incoming: false,
            result: sent_words(transfer.state).to_owned(),
        }),
        Row::Came(id) => incoming_transfers::get(view, *id)?.map(|incoming| page::Transfer {
            when: incoming.received_at,
            who: incoming.peer_name,
            service: incoming.service,
            incoming: true,
            result: came_words(incoming.state).to_owned(),
        }),
    })
}

fn sent_words(state: TransferState) -> &'static str {
    match state {
        TransferState::Accepted => "Accepted",
        TransferState::Refused => "Refused",
        TransferState::NotSent => "Not sent",
        TransferState::Sending | TransferState::Unknown => "May have arrived",
        TransferState::Drafted | TransferState::Prepared => "Not sent yet",
    }
}

fn came_words(state: IncomingState) -> &'static str {
    match state {
        IncomingState::Waiting => "Waits for an answer",
        IncomingState::Accepted => "Kept",
        IncomingState::Discarded => "Discarded",
        IncomingState::Expired => "Expired",
    }
}
