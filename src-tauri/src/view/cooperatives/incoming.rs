//! What arrived from cooperatives.

use serde::Serialize;
use specta::Type;
use vault_core::cooperatives::{IncomingState, IncomingView};

use crate::view::time::stamp;

/// Whether the person looked at what arrived.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum IncomingStanding {
    Waiting,
    Accepted,
}

/// Something that arrived.
#[derive(Clone, Serialize, Type)]
pub(crate) struct IncomingRow {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) service: String,
    pub(crate) at: String,
    pub(crate) expires: String,
    pub(crate) state: IncomingStanding,
    pub(crate) fields: u32,
}

/// A field of what arrived.
#[derive(Clone, Serialize, Type)]
pub(crate) struct IncomingField {
    pub(crate) label: String,
    pub(crate) value: Vec<String>,
}

/// What arrived, whole.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IncomingDetail {
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) from_id: String,
    pub(crate) service: String,
    pub(crate) at: String,
    pub(crate) expires: String,
    pub(crate) state: IncomingStanding,
    pub(crate) fields: Vec<IncomingField>,
    pub(crate) raw: String,
    pub(crate) repeats: u32,
    pub(crate) notes: Vec<String>,
}

impl IncomingRow {
    pub(super) fn new(view: &IncomingView) -> Option<Self> {
        let incoming = &view.incoming;
        Some(Self {
            id: incoming.id.to_string(),
            from: incoming.peer_name.clone(),
            service: view.service_name.clone(),
            at: stamp(incoming.received_at),
            expires: stamp(incoming.expires_at),
            state: standing(incoming.state)?,
            fields: u32::try_from(view.fields.len()).unwrap_or(u32::MAX),
        })
    }
}

fn standing(state: IncomingState) -> Option<IncomingStanding> {
    match state {
        IncomingState::Waiting => Some(IncomingStanding::Waiting),
        IncomingState::Accepted => Some(IncomingStanding::Accepted),
        IncomingState::Discarded | IncomingState::Expired => None,
    }
}

impl From<IncomingView> for IncomingDetail {
    fn from(view: IncomingView) -> Self {
        let incoming = view.incoming;
        let mut notes = Vec::new();
        if incoming.message.is_none() {
            notes.push("It does not say whom it is for and until when it is good, so it may be a copy that somebody sent again.".to_owned());
        }
        Self {
            id: incoming.id.to_string(),
            from: incoming.peer_name,
            from_id: incoming.peer,
            service: view.service_name,
            at: stamp(incoming.received_at),
            expires: stamp(incoming.expires_at),
            state: standing(incoming.state).unwrap_or(IncomingStanding::Waiting),
            fields: view
                .fields
                .into_iter()
                .map(|(label, value)| IncomingField { label, value })
                .collect(),
            raw: incoming.payload.unwrap_or_default(),
            repeats: incoming.repeats,
            notes,
        }
    }
}
