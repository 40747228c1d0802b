//! Cooperatives: the list with the state of each key, a transfer from the first look to its receipt, what arrived, and what this vault says of
//! itself.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::cooperatives::{
    Cooperative, CooperativeService, FieldSource, GoOn as KeptGoOn, IncomingState, IncomingView,
    KeyStanding as Standing, Offer, OfferedService as KeptService, OwnPeer, PeerLook, PeerStanding, RuleKind,
    ServiceRule, ServiceState as Used, Transfer, TransferDraft as Draft, TransferProof,
    TransferRow as DraftRow, TransferState as Kept, refusal_words,
};
use vault_core::disclosure::ActivityEntry;

use super::{
    apps::monogram,
    time::{day, local, stamp},
    values::Monogram,
};
use crate::error::{AppError, transfer_code};

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

/// A transfer before its text is frozen.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferDraft {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) cooperative: CooperativeCard,
    pub(crate) service: ServiceRow,
    pub(crate) rows: Vec<TransferRow>,
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

/// The colour of all cooperatives.
const PLACE: usize = 4;

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
    fn new(service: &CooperativeService, now: OffsetDateTime) -> Self {
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

impl IncomingRow {
    fn new(view: &IncomingView) -> Option<Self> {
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

impl From<OwnPeer> for OwnDescriptor {
    fn from(own: OwnPeer) -> Self {
        Self {
            id: own.id,
            name: own.name,
            fingerprint: own.fingerprint,
            text: own.descriptor,
            id_fixed: own.id_fixed,
        }
    }
}

impl TransferRow {
    fn of_draft(row: &DraftRow) -> Self {
        Self {
            field: row.field.to_owned(),
            label: row.label.to_owned(),
            value: row.value.clone(),
            note: match row.source {
                FieldSource::Profile => "your profile",
                FieldSource::Membership => "what you said of this cooperative",
                FieldSource::Vault => "your vault’s name for them",
            }
            .to_owned(),
            missing: row.missing,
            editable: row.editable,
            is_list: row.is_list,
        }
    }

    /// A row of a frozen text, read from the text itself.
    fn of_text((name, values): &(String, Vec<String>)) -> Self {
        let label = match name.as_str() {
            "audience" => "Only for",
            "service" => "Service",
            "messageId" => "Number of this text",
            "issuedAt" => "Signed at",
            "expiresAt" => "Good until",
            "intercoopVersion" => "Version",
            other => vault_core::cooperatives::field_label(other).unwrap_or(other),
        };
        Self {
            field: name.clone(),
            label: label.to_owned(),
            value: values.join(", "),
            note: String::new(),
            missing: false,
            editable: false,
            is_list: values.len() > 1,
        }
    }
}

impl TransferDraft {
    /// `None` when the cooperative does not offer this any more.
    pub(crate) fn new(draft: &Draft, cooperative: &Cooperative, now: OffsetDateTime) -> Option<Self> {
        let service = cooperative.services.iter().find(|one| one.id == draft.service)?;
        Some(Self {
            id: draft.id.to_string(),
            title: title(&draft.service_name, &draft.peer_name),
            cooperative: CooperativeCard::new(cooperative, now),
            service: ServiceRow::new(service, now),
            rows: draft.rows.iter().map(TransferRow::of_draft).collect(),
            ready: draft.ready,
        })
    }
}

fn title(service: &str, cooperative: &str) -> String {
    format!("{service}: {cooperative}")
}

impl TransferConsent {
    pub(crate) fn new(
        kept: &Transfer,
        rows: &[(String, Vec<String>)],
        cooperative: &Cooperative,
        now: OffsetDateTime,
    ) -> Self {
        let sha256 = kept.sha256.map(|digest| digest.to_string()).unwrap_or_default();
        let service = cooperative.services.iter().find(|one| one.id == kept.service);
        let policy = service.and_then(|service| service.privacy_policy.clone());
        Self {
            id: kept.id.to_string(),
            title: title(&kept.service_name, &kept.peer_name),
            cooperative: CooperativeCard::new(cooperative, now),
            rows: rows.iter().map(TransferRow::of_text).collect(),
            raw: kept.payload.clone().unwrap_or_default(),
            size: kept.size,
            goes_to: kept.address.clone(),
            signed_with: "your vault key, RSA 3072".to_owned(),
            good_for: "15 minutes and this cooperative only".to_owned(),
            fingerprint: sha256.clone(),
            sha256,
            privacy_policy: policy
                .or_else(|| cooperative.privacy_policy.clone())
                .unwrap_or_default(),
            purpose: service
                .map(|service| service.description.clone())
                .unwrap_or_default(),
        }
    }
}

impl TransferReceipt {
    pub(crate) fn new(
        kept: Transfer,
        asking: bool,
        entry: Option<&ActivityEntry>,
        go_on: Option<KeptGoOn>,
        proof: TransferProof,
    ) -> Self {
        let state = match kept.state {
            Kept::Drafted | Kept::Prepared if asking => TransferState::Asking,
            Kept::Drafted | Kept::Prepared => TransferState::Prepared,
            Kept::Sending => TransferState::Sending,
            Kept::Accepted => TransferState::Accepted,
            Kept::Refused => TransferState::Refused,
            Kept::NotSent => TransferState::NotSent,
            Kept::Unknown => TransferState::Unknown,
        };
        let name = &kept.peer_name;
        let at = kept.ended_at.or(kept.sent_at).unwrap_or(kept.begun_at);
        Self {
            title: match state {
                TransferState::Prepared | TransferState::Asking => title(&kept.service_name, name),
                TransferState::Sending => format!("On its way to {name}"),
                TransferState::Accepted => format!("{name} has your data"),
                TransferState::Refused => format!("{name} did not take it"),
                TransferState::NotSent => "It was not sent".to_owned(),
                TransferState::Unknown => format!("{name} may have your data"),
            },
            words: transfer_code(kept.state, &kept.fault).map(|code| {
                let status = kept.answer_status.map(|status| format!(" ({status})"));
                AppError::new(code).with_details(format!("{}{}", kept.fault, status.unwrap_or_default()))
            }),
            got: entry.map(|entry| entry.item.what.clone()).unwrap_or_default(),
            why: kept.service_name.clone(),
            answer: answer(&kept),
            number: proof.number.unwrap_or_default(),
            go_on: go_on.map(|go_on| GoOn {
                host: go_on.host,
                url: go_on.url,
                foreign: go_on.foreign,
            }),
            signed_by: proof.signed_by,
            their_key: proof.their_key,
            sha256: kept.sha256.map(|digest| digest.to_string()).unwrap_or_default(),
            log_words: entry
                .map(|entry| format!("entry {}", entry.item.entry.seq))
                .unwrap_or_default(),
            has_text: kept.payload.is_some(),
            text: kept.payload.clone(),
            disclosure: kept.disclosure.map(|id| id.to_string()).unwrap_or_default(),
            can_erase: entry.is_some_and(|entry| entry.can_ask_to_erase),
            can_report: entry.is_some_and(|entry| entry.can_report),
            can_retry: state == TransferState::NotSent,
            id: kept.id.to_string(),
            cooperative: kept.peer_name.clone(),
            monogram: monogram(&kept.peer_name, PLACE),
            peer: kept.peer,
            service: kept.service_name,
            state,
            at: stamp(at),
        }
    }
}

/// What the other side said, in short.
fn answer(kept: &Transfer) -> String {
    let said = refusal_words(kept);
    match (kept.state, kept.answer_status) {
        (Kept::Accepted, _) => "accepted".to_owned(),
        (Kept::Refused, Some(status)) => {
            let said = said.map(|words| format!(": “{words}”")).unwrap_or_default();
            format!("refused, with status {status}{said}")
        }
        (_, Some(status)) => format!("nothing that can be read, with status {status}"),
        (_, None) => String::new(),
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

impl InLanguages {
    fn of(map: &BTreeMap<String, String>) -> Self {
        let text = |code: &str| map.get(code).cloned().unwrap_or_default();
        Self {
            es: text("es"),
            ca: text("ca"),
            en: text("en"),
        }
    }

    fn into_map(self) -> BTreeMap<String, String> {
        [("es", self.es), ("ca", self.ca), ("en", self.en)]
            .into_iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(code, text)| (code.to_owned(), text))
            .collect()
    }

    /// The same with a Spanish text, which the format demands and readers fall back to: where there is none, the first that is there.
    fn into_spoken(self) -> BTreeMap<String, String> {
        let mut map = self.into_map();
        if !map.contains_key("es")
            && let Some(first) = map.values().next().cloned()
        {
            map.insert("es".to_owned(), first);
        }
        map
    }
}

impl From<Offer> for OfferedService {
    fn from(offer: Offer) -> Self {
        Self {
            id: offer.service.id,
            name: InLanguages::of(&offer.service.name),
            description: InLanguages::of(&offer.service.description),
            fields: offer.service.fields,
            offered: offer.service.offered,
            refused: offer.refused.into_iter().map(OfferRule::from).collect(),
        }
    }
}

impl From<OfferedService> for Offer {
    fn from(service: OfferedService) -> Self {
        let name = service.name.into_spoken();
        let described = service.description.into_spoken();
        Self {
            service: KeptService {
                id: service.id,
                description: if described.is_empty() {
                    name.clone()
                } else {
                    described
                },
                name,
                fields: service.fields,
                offered: service.offered,
            },
            refused: service.refused.into_iter().map(ServiceRule::from).collect(),
        }
    }
}

impl From<ServiceRule> for OfferRule {
    fn from(rule: ServiceRule) -> Self {
        Self {
            kind: match rule.kind {
                RuleKind::Peer => OfferRuleKind::Peer,
                RuleKind::Member => OfferRuleKind::Member,
                RuleKind::Nif => OfferRuleKind::Nif,
                RuleKind::Role => OfferRuleKind::Role,
            },
            value: rule.value,
            peer: rule.peer,
        }
    }
}

impl From<OfferRule> for ServiceRule {
    fn from(rule: OfferRule) -> Self {
        Self {
            kind: match rule.kind {
                OfferRuleKind::Peer => RuleKind::Peer,
                OfferRuleKind::Member => RuleKind::Member,
                OfferRuleKind::Nif => RuleKind::Nif,
                OfferRuleKind::Role => RuleKind::Role,
            },
            value: rule.value,
            peer: rule.peer,
        }
    }
}
