//! Transfers that left, and those that came in. They come back as history: nothing is sent again.

use vault_store::{
    PartyKind, Tx,
    disclosures::{self, DisclosureKind},
    incoming_transfers::{self, Incoming},
    transfers::{self, Transfer},
};

use super::Bringing;
use crate::{
    VaultError,
    backpack::BackpackError,
    cooperatives::{interrupted, sweep_incoming},
    disclosure::tell_logged,
};

impl Bringing<'_> {
    /// A transfer that the space does not know; whether it came. One that was on its way when it was packed may have arrived.
    pub(super) fn transfer(&self, transfer: Transfer) -> Result<bool, BackpackError> {
        self.write(move |turn| {
            let now = turn.now();
            let came = turn.space.db.write(|tx| {
                if transfers::get(tx, transfer.id)?.is_some() {
                    return Ok(false);
                }
                let transfer = with_its_entry(tx, transfer)?;
                transfers::put(tx, &transfer)?;
                interrupted(tx, transfer, now)?;
                Ok::<_, VaultError>(true)
            })?;
            if came {
                tell_logged(turn);
            }
            Ok(came)
        })
    }

    /// What somebody sent, if neither it nor one with its text or number is known; whether it came. Its time goes on.
    pub(super) fn incoming(&self, incoming: Incoming) -> Result<bool, BackpackError> {
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                let of_number = match &incoming.message {
                    None => None,
                    Some(message) => incoming_transfers::of_message(tx, &incoming.peer, message)?,
                };
                let is_known = of_number.is_some()
                    || incoming_transfers::get(tx, incoming.id)?.is_some()
                    || incoming_transfers::of_text(tx, &incoming.peer, incoming.sha256)?.is_some();
                if is_known {
                    return Ok(false);
                }
                incoming_transfers::put(tx, &incoming)?;
                sweep_incoming(tx, now)?;
                Ok::<_, VaultError>(true)
            })
        })
    }
}

/// With the entry of its release, if the log of the space has that.
fn with_its_entry(tx: &Tx<'_>, transfer: Transfer) -> Result<Transfer, VaultError> {
    let entry = match transfer.disclosure {
        None => None,
        Some(id) => disclosures::get(tx, id)?,
    };
    let is_its = entry.is_some_and(|entry| {
        entry.kind == DisclosureKind::Released
            && entry.party.kind == PartyKind::Cooperative
            && entry.party.id == transfer.peer
    });
    Ok(Transfer {
        disclosure: transfer.disclosure.filter(|_| is_its),
        ..transfer
    })
}
