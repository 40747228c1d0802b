//! The page of cooperatives: each with the state of its key and its services, and a description that is looked at before it is kept.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::cooperatives::{
    Cooperative, CooperativeService, IncomingView, KeyStanding as Standing, OwnPeer, PeerLook, PeerStanding,
    ServiceState as Used,
};

use super::incoming::IncomingRow;
use crate::view::{
    apps::monogram,
    time::{day, local},
    values::Monogram,
};

/// The page of cooperatives.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cooperatives {
    pub(crate) cooperatives: Vec<CooperativeCard>,
    pub(crate) incoming: Vec<IncomingRow>,
    pub(crate) own_id: String,
    pub(crate) own_id_fixed: bool,
    pub(crate) own_fingerprint: String,
}

/// How the key of a cooperative stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum KeyStanding {
    /// The person compared it.
    Checked,
    /// Nobody did.
    Unchecked,
    /// Another key came, which waits for the person.
    Changed,
    /// It gave none.
    None,
}

/// A key that waits for the person.
#[derive(Clone, Serialize, Type)]
pub(crate) struct WaitingKey {
    pub(crate) fingerprint: String,
    pub(crate) words: String,
}

/// A cooperative.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CooperativeCard {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) monogram: Monogram,
    /// A picture that was made anew, as a `data:` address.
    pub(crate) logo: Option<String>,
    pub(crate) url: String,
    pub(crate) privacy_policy: String,
    /// Where packages go.
    pub(crate) host: String,
    pub(crate) key: KeyStanding,
    pub(crate) key_words: String,
    /// In groups of four digits.
    pub(crate) fingerprint: String,
    pub(crate) waiting: Option<WaitingKey>,
    /// Only packages with the signed extras are taken from it.
    pub(crate) strong: bool,
    pub(crate) services: Vec<ServiceRow>,
}

/// Whether the person has used a service.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ServiceState {
    Never,
    Started,
    Stopped,
}

/// A service of a cooperative.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// A picture that was made anew, as a `data:` address.
    pub(crate) image: Option<String>,
    pub(crate) privacy_policy: Option<String>,
    pub(crate) activation: Option<String>,
    /// "9 things, all of them in your profile".
    pub(crate) needs: String,
    pub(crate) missing: u32,
    pub(crate) state: ServiceState,
    pub(crate) state_words: String,
    /// The newest transfer for it.
    pub(crate) transfer: Option<String>,
}

/// Where a description comes from.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum LookSource {
    File,
    Url { url: String },
    Text { text: String },
}

/// What a look at a description found.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LookStanding {
    /// Nobody of this id is known.
    New,
    /// Its key is the one that is pinned.
    Same,
    /// Its key is another.
    Changed,
    /// Its key is another, which the pinned one signed.
    Rotated,
}

/// A description that was just read, before anything is kept.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CooperativeLook {
    pub(crate) look: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) host: String,
    pub(crate) fingerprint: String,
    pub(crate) services: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) standing: LookStanding,
}

/// The colour of all cooperatives.
pub(super) const PLACE: usize = 4;

impl Cooperatives {
    pub(crate) fn new(
        all: &[Cooperative],
        incoming: &[IncomingView],
        own: &OwnPeer,
        now: OffsetDateTime,
    ) -> Self {
        Self {
            cooperatives: all.iter().map(|one| CooperativeCard::new(one, now)).collect(),
            incoming: incoming.iter().filter_map(IncomingRow::new).collect(),
            own_id: own.id.clone(),
            own_id_fixed: own.id_fixed,
            own_fingerprint: own.fingerprint.clone(),
        }
    }
}

impl CooperativeCard {
    pub(crate) fn new(one: &Cooperative, now: OffsetDateTime) -> Self {
        let on = |at: OffsetDateTime| day(local(at).date(), local(now).date());
        let (key, key_words) = match one.key {
            Standing::Checked { at } => (KeyStanding::Checked, format!("You checked its key on {}", on(at))),
            Standing::Unchecked => (KeyStanding::Unchecked, "Key not checked yet".to_owned()),
            Standing::Changed { at } => (KeyStanding::Changed, format!("Its key changed on {}", on(at))),
            Standing::Absent => (KeyStanding::None, "It gave no key".to_owned()),
        };
        Self {
            id: one.id.clone(),
            name: one.name.clone(),
            description: one.description.clone(),
            monogram: monogram(&one.name, PLACE),
            logo: one.logo.as_deref().map(picture),
            url: one.url.clone().unwrap_or_default(),
            privacy_policy: one.privacy_policy.clone().unwrap_or_default(),
            host: one.host.clone(),
            key,
            key_words,
            waiting: (key == KeyStanding::Changed).then(|| WaitingKey {
                fingerprint: one.fingerprint.clone(),
                words: "It differs from what was known: another key, or another address to send to."
                    .to_owned(),
            }),
            fingerprint: one.fingerprint.clone(),
            strong: one.strong,
            services: one
                .services
                .iter()
                .map(|service| ServiceRow::new(service, now))
                .collect(),
        }
    }
}

fn picture(bytes: &[u8]) -> String {
    let kind = if bytes.starts_with(&[0xFF, 0xD8]) {
        "jpeg"
    } else {
        "png"
    };
    format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}

impl ServiceRow {
    pub(super) fn new(service: &CooperativeService, now: OffsetDateTime) -> Self {
        let on = |at: OffsetDateTime| day(local(at).date(), local(now).date());
        let (state, state_words, transfer) = match service.state {
            Used::Never => (ServiceState::Never, String::new(), None),
            Used::Started { at, transfer } => (
                ServiceState::Started,
                format!("Sent {}", on(at)),
                Some(transfer.to_string()),
            ),
            Used::Stopped { at } => (ServiceState::Stopped, format!("Stopped {}", on(at)), None),
        };
        Self {
            id: service.id.clone(),
            name: service.name.clone(),
            description: service.description.clone(),
            image: service.picture.as_deref().map(picture),
            privacy_policy: service.privacy_policy.clone(),
            activation: service.activation.clone(),
            needs: needs(service.needs, service.missing),
            missing: u32::try_from(service.missing).unwrap_or(u32::MAX),
            state,
            state_words,
            transfer,
        }
    }
}

fn needs(needs: Option<usize>, missing: usize) -> String {
    let Some(needs) = needs else {
        return "It does not say what it needs".to_owned();
    };
    let things = if needs == 1 {
        "1 thing".to_owned()
    } else {
        format!("{needs} things")
    };
    match missing {
        0 => format!("{things}, all of them in your profile"),
        1 => format!("{things}, 1 is missing in your profile"),
        more => format!("{things}, {more} are missing in your profile"),
    }
}

impl CooperativeLook {
    pub(crate) fn new(look: PeerLook, name: String) -> Self {
        Self {
            look: name,
            id: look.id,
            name: look.name,
            description: look.description,
            host: look.host,
            fingerprint: look.fingerprint,
            services: look.services,
            notes: look.notes,
            standing: match look.standing {
                PeerStanding::New => LookStanding::New,
                PeerStanding::Same => LookStanding::Same,
                PeerStanding::Changed => LookStanding::Changed,
                PeerStanding::Rotated => LookStanding::Rotated,
            },
        }
    }
}
