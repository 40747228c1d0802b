//! What was handed to an app that has not come up yet.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use openplatform::message::{Handed, HostMessage, Sender};
use serde_json::Value;
use vault_store::AppId;

/// Things that wait for one app, at most; further ones are dropped.
const MOST: usize = 8;

/// What an app gets as soon as it comes up.
#[derive(Clone)]
pub(crate) struct Parcel {
    /// What it was opened with; it is in the answer to the first message as well, for older libraries.
    pub(crate) opened_with: Option<Value>,
    /// The messages.
    pub(crate) messages: Vec<HostMessage>,
}

impl Parcel {
    /// Something that another app hands over, at a moment in ISO 8601. What an app is opened with has no `kind`.
    pub(crate) fn thing(from: &Sender, handed: &Handed, at: &str) -> Self {
        let kind = handed.kind.as_deref();
        let thing = handed
            .body
            .clone()
            .map(|body| HostMessage::share(from, kind, body, at));
        let place = handed.path.as_deref().map(HostMessage::path);
        Self {
            opened_with: handed.body.clone().filter(|_| kind.is_none()),
            messages: thing.into_iter().chain(place).collect(),
        }
    }
}

/// What waits for each app.
#[derive(Default)]
pub(crate) struct Parcels(Mutex<HashMap<AppId, Vec<Parcel>>>);

impl Parcels {
    /// Keeps something until the app comes up; whether there was room.
    pub(crate) fn put(&self, to: AppId, parcel: Parcel) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = all.entry(to).or_default();
        let room = waiting.len() < MOST;
        if room {
            waiting.push(parcel);
        }
        room
    }

    /// Takes what waits for an app.
    pub(crate) fn take(&self, to: AppId) -> Vec<Parcel> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&to).unwrap_or_default()
    }

    /// Forgets all of it.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
