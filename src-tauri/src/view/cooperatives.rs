//! Cooperatives: a transfer from the first look to its receipt; beside it the list with the state of each key, what arrived, and what this vault
//! says of itself.

mod cards;
mod incoming;
mod offers;

use serde::Serialize;
use specta::Type;
use time::OffsetDateTime;
use vault_core::cooperatives::{
    Cooperative, FieldSource, GoOn as KeptGoOn, OwnPeer, Transfer, TransferDraft as Draft, TransferProof,
    TransferRow as DraftRow, TransferState as Kept, WorkOffer, refusal_words,
};
use vault_core::disclosure::ActivityEntry;

use super::{apps::monogram, time::stamp, values::Monogram};
use crate::error::{AppError, transfer_code};

use cards::PLACE;
pub(crate) use cards::{CooperativeCard, CooperativeLook, Cooperatives, LookSource, ServiceRow};
pub(crate) use incoming::IncomingDetail;
pub(crate) use offers::{OfferedService, OwnDescriptor};

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
pub(crate) struct WorkRow {
    /// Its word on the wire.
    pub(crate) part: String,
    pub(crate) label: String,
    /// Everything that it would say.
    pub(crate) lines: Vec<String>,
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
    pub(crate) work: Vec<WorkRow>,
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

impl WorkRow {
    fn new(offer: &WorkOffer) -> Self {
        Self {
            part: offer.part.name().to_owned(),
            label: offer.part.label().to_owned(),
            lines: offer.lines.clone(),
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
            work: draft.work.iter().map(WorkRow::new).collect(),
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
        own: &OwnPeer,
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
            signed_with: format!("your vault key, RSA {}", own.key_bits),
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
