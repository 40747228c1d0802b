//! Cooperatives. Whether their keys count as compared depends on whose word that is.

use vault_store::{
    View, connections, disclosures, grants, incoming_transfers, peers, persona, records, transfers,
};

use super::{Bringing, SignedBy};
use crate::{
    VaultError,
    backpack::BackpackError,
    cooperatives::{self, ArrivedPeers, Arriving, Offer},
};

impl Bringing<'_> {
    /// Peers, keys and services, in one transaction. They come to be as they were packed if this vault packed them, or is made of them:
    /// everybody else's word that a key was compared is none.
    pub(super) fn cooperatives(&self, signed_by: SignedBy) -> Result<ArrivedPeers, BackpackError> {
        let is_new = self.space.vault().run_from(self.outing, |vault| {
            for space in &vault.spaces {
                if !space.db.read(is_empty)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        let inspected = &self.inspection.cooperatives;
        let (file, own_keys) = (inspected.file.clone(), inspected.private.clone());
        let packed_at = self.inspection.report.manifest.created;
        self.write(move |turn| {
            turn.together(|turn| {
                let offers = file.offers.into_iter().map(|entry| Offer {
                    service: entry.service,
                    refused: entry.refused,
                });
                let arriving = Arriving {
                    packed_at,
                    as_packed: is_new || signed_by == SignedBy::ThisVault,
                    own: file.own,
                    own_keys,
                    peers: file.peers,
                    keys: file.keys,
                    stopped: file.stopped,
                    offers: offers.collect(),
                };
                cooperatives::bring(turn, arriving)
            })
        })
    }
}

/// Whether nothing was ever done in the space.
fn is_empty(view: &View<'_>) -> Result<bool, VaultError> {
    Ok(records::count(view)? == 0
        && disclosures::count(view)? == 0
        && connections::list(view)?.is_empty()
        && persona::list(view)?.is_empty()
        && grants::list(view)?.is_empty()
        && peers::list(view)?.is_empty()
        && transfers::list(view)?.is_empty()
        && incoming_transfers::ids(view)?.is_empty())
}
