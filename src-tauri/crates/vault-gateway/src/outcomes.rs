//! That an answer arrived is logged beside the requests, several at once where many come: nobody waits for it.

use std::collections::BTreeMap;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use vault_core::SpaceHandle;
use vault_store::DisclosureId;

/// So many outcomes are written in one transaction, at most.
const TOGETHER: usize = 64;

/// Takes what arrived. It holds no more than there are answers that were given and not logged yet; the vault gives one after the other.
#[derive(Debug)]
pub(crate) struct Outcomes(UnboundedSender<(SpaceHandle, DisclosureId)>);

impl Outcomes {
    /// Starts writing; it ends with this value, after what was given to it.
    pub(crate) fn start() -> Self {
        let (sender, arrived) = unbounded_channel();
        tokio::spawn(write(arrived));
        Self(sender)
    }

    /// An answer goes out: it is about to be on this computer's own wire.
    pub(crate) fn arrived(&self, space: &SpaceHandle, disclosure: Option<DisclosureId>) {
        if let Some(disclosure) = disclosure
            && self.0.send((space.clone(), disclosure)).is_err()
        {
            tracing::warn!("the outcome of a release was not logged");
        }
    }
}

async fn write(mut arrived: UnboundedReceiver<(SpaceHandle, DisclosureId)>) {
    let mut some = Vec::with_capacity(TOGETHER);
    while arrived.recv_many(&mut some, TOGETHER).await > 0 {
        let mut by_space = BTreeMap::<_, (SpaceHandle, Vec<DisclosureId>)>::new();
        for (space, disclosure) in some.drain(..) {
            let ours = by_space
                .entry(space.id().to_string())
                .or_insert_with(|| (space, Vec::new()));
            ours.1.push(disclosure);
        }
        for (space, ids) in by_space.into_values() {
            if let Err(error) = space.all_delivered(ids).await {
                tracing::warn!(%error, "the outcome of a release was not logged");
            }
        }
    }
}
