//! Cooperatives: the list with the state of each key, a transfer from the first look to its receipt, what arrived, and what this vault says of
//! itself.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::values::Monogram;
use crate::error::AppError;

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

/// What this vault says of itself.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnDescriptor {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) fingerprint: String,
    pub(crate) text: String,
    pub(crate) id_fixed: bool,
}

/// A field of a transfer.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferRow {
    pub(crate) field: String,
    pub(crate) label: String,
    /// A list has commas between.
    pub(crate) value: String,
    /// Where it comes from.
    pub(crate) note: String,
    pub(crate) missing: bool,
    pub(crate) editable: bool,
    pub(crate) is_list: bool,
}

/// Work data that the person may add.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ExtraKind {
    pub(crate) scope: String,
    pub(crate) words: String,
    pub(crate) chosen: bool,
}

/// A transfer before its text is frozen.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferDraft {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) cooperative: CooperativeCard,
    pub(crate) service: ServiceRow,
    pub(crate) rows: Vec<TransferRow>,
    pub(crate) extra_kinds: Vec<ExtraKind>,
    pub(crate) ready: bool,
}

/// How a transfer stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TransferState {
    Prepared,
    /// The window with the question is open.
    Asking,
    Sending,
    Accepted,
    /// By the cooperative.
    Refused,
    NotSent,
    Unknown,
}

/// Where the person goes on after a transfer.
#[derive(Clone, Serialize, Type)]
pub(crate) struct GoOn {
    pub(crate) host: String,
    pub(crate) url: String,
    /// The host is not the cooperative's.
    pub(crate) foreign: bool,
}

/// A transfer and what came of it.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferReceipt {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) cooperative: String,
    pub(crate) monogram: Monogram,
    pub(crate) peer: String,
    pub(crate) service: String,
    pub(crate) state: TransferState,
    pub(crate) at: String,
    /// What went wrong.
    pub(crate) words: Option<AppError>,
    pub(crate) got: String,
    pub(crate) why: String,
    pub(crate) answer: String,
    pub(crate) number: String,
    pub(crate) go_on: Option<GoOn>,
    pub(crate) signed_by: String,
    pub(crate) their_key: String,
    pub(crate) sha256: String,
    pub(crate) log_words: String,
    /// The exact text, where it is kept.
    pub(crate) text: Option<String>,
    pub(crate) has_text: bool,
    /// The entry of the log.
    pub(crate) disclosure: String,
    pub(crate) can_erase: bool,
    pub(crate) can_retry: bool,
    pub(crate) can_report: bool,
}

/// The question before a signature: exactly what would be signed.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferConsent {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) cooperative: CooperativeCard,
    pub(crate) rows: Vec<TransferRow>,
    pub(crate) raw: String,
    pub(crate) sha256: String,
    pub(crate) size: u32,
    pub(crate) goes_to: String,
    pub(crate) signed_with: String,
    pub(crate) good_for: String,
    pub(crate) fingerprint: String,
    pub(crate) privacy_policy: String,
    pub(crate) purpose: String,
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

/// A text in the languages of descriptions.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct InLanguages {
    pub(crate) es: String,
    pub(crate) ca: String,
    pub(crate) en: String,
}

/// What an exception of a service looks at.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OfferRuleKind {
    Peer,
    Member,
    Nif,
    Role,
}

/// For whom a service of ours is stopped.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct OfferRule {
    pub(crate) kind: OfferRuleKind,
    pub(crate) value: String,
    /// The cooperative at which it holds; none for every one.
    pub(crate) peer: Option<String>,
}

/// A service that this vault offers.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct OfferedService {
    pub(crate) id: String,
    pub(crate) name: InLanguages,
    pub(crate) description: InLanguages,
    pub(crate) fields: Vec<String>,
    pub(crate) offered: bool,
    pub(crate) refused: Vec<OfferRule>,
}
