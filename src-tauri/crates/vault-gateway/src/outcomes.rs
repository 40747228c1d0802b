//! That an answer arrived is logged beside the requests, several at once where many come: nobody waits for it but who locks the vault.

use std::{collections::BTreeMap, time::Duration};

use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    time::{Instant, sleep_until},
};
use vault_core::SpaceHandle;
use vault_store::DisclosureId;

/// So many outcomes are written in one transaction, at most.
const TOGETHER: usize = 64;
/// How long the first of them waits for others. One transaction costs as much as many entries.
const LINGER: Duration = Duration::from_millis(5);

/// Takes what arrived. It holds no more than there are answers that were given and not logged yet; the vault gives one after the other.
#[derive(Debug)]
pub(crate) struct Outcomes(UnboundedSender<Line>);

#[derive(Debug)]
enum Line {
    Arrived(SpaceHandle, DisclosureId),
    /// Answered once everything before it is in the log.
    Settle(oneshot::Sender<()>),
}

impl Outcomes {
    /// Starts writing; it ends with this value, after what was given to it.
    pub(crate) fn start() -> Self {
        let (sender, lines) = unbounded_channel();
        tokio::spawn(write(lines));
        Self(sender)
    }

    /// An answer goes out: it is about to be on this computer's own wire.
    pub(crate) fn arrived(&self, space: &SpaceHandle, disclosure: Option<DisclosureId>) {
        if let Some(disclosure) = disclosure
            && self.0.send(Line::Arrived(space.clone(), disclosure)).is_err()
        {
            tracing::warn!("the outcome of a release was not logged");
        }
    }

    /// Waits until everything that arrived so far is in the log.
    pub(crate) async fn settled(&self) {
        let (done, settled) = oneshot::channel();
        if self.0.send(Line::Settle(done)).is_ok() {
            // It ends without an answer only where nothing writes any more.
            let _ = settled.await;
        }
    }
}

async fn write(mut lines: UnboundedReceiver<Line>) {
    let mut some = Vec::with_capacity(TOGETHER);
    while gather(&mut lines, &mut some).await {
        let mut by_space = BTreeMap::<_, (SpaceHandle, Vec<DisclosureId>)>::new();
        let mut waiting = Vec::new();
        for line in some.drain(..) {
            match line {
                Line::Arrived(space, disclosure) => {
                    let ours = by_space
                        .entry(space.id().to_string())
                        .or_insert_with(|| (space, Vec::new()));
                    ours.1.push(disclosure);
                }
                Line::Settle(done) => waiting.push(done),
            }
        }
        for (space, ids) in by_space.into_values() {
            if let Err(error) = space.all_delivered(ids).await {
                tracing::warn!(%error, "the outcome of a release was not logged");
            }
        }
        for done in waiting {
            // Who asked may have stopped waiting.
            let _ = done.send(());
        }
    }
}

/// Takes lines until there are enough, the first has waited long enough, or somebody waits for them; false when there are no more.
async fn gather(lines: &mut UnboundedReceiver<Line>, some: &mut Vec<Line>) -> bool {
    if lines.recv_many(some, TOGETHER).await == 0 {
        return false;
    }
    let end = Instant::now() + LINGER;
    while some.len() < TOGETHER && !some.iter().any(|line| matches!(line, Line::Settle(_))) {
        let room = TOGETHER - some.len();
        tokio::select! {
            () = sleep_until(end) => break,
            more = lines.recv_many(some, room) => if more == 0 { break },
        }
    }
    true
}
