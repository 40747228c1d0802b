//! Requests for data, which were really sent and go on waiting, and mappings.

use vault_store::{Tx, data_request_events, data_requests, mappings};

use super::Bringing;
use crate::{
    VaultError,
    backpack::{BackpackError, wire::RequestEntry},
};

impl Bringing<'_> {
    /// What the space does not know, and what happened since with requests that it does. A mapping of the space's own keeps its name.
    pub(super) fn requests(&self) -> Result<(), BackpackError> {
        let file = self.inspection.requests.clone();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                file.requests.iter().try_for_each(|entry| put(tx, entry))?;
                for one in &file.mappings {
                    if mappings::get(tx, &one.name)?.is_none() {
                        mappings::put(tx, &one.name, &one.mapping, now)?;
                    }
                }
                Ok(())
            })
        })
    }
}

fn put(tx: &Tx<'_>, entry: &RequestEntry) -> Result<(), VaultError> {
    let id = entry.request.id;
    let known = data_request_events::list(tx, id)?;
    let there = data_requests::get(tx, id)?.is_some();
    // More happened where more was noted.
    if !there || entry.steps.len() > known.len() {
        data_requests::put(tx, &entry.request)?;
    }
    for step in entry.steps.iter().filter(|step| !known.contains(step)) {
        data_request_events::insert(tx, id, step)?;
    }
    Ok(())
}
