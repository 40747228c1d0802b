//! The JSON of the entries that have no type of their own elsewhere.

mod cooperatives;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};
use time::{Date, OffsetDateTime, macros::format_description};
use vault_store::{
    AppId, Assurance, GrantId, RetrievalId, SecretValue, Sha256, StoreError, View,
    apps::{App, AppKind, AppState},
    data_request_events::{self, DataRequestEvent},
    data_requests::{self, DataRequest},
    grants::Grant,
    log_heads::LogHead,
    mappings,
    receipts::SignedReceipt,
    retrieval_documents::RetrievalDocument,
};
use zeroize::Zeroizing;

pub(super) use cooperatives::{
    CooperativesFile, OfferEntry, incoming_from_json, incoming_to_json, is_incoming, transfer_of,
    transfer_to_json,
};

use crate::disclosure::receipt_payload;

/// `persona.json`: a value for each field, and when it was entered.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct PersonaFile {
    #[serde(flatten)]
    pub(super) values: BTreeMap<String, PersonaEntry>,
}

/// A member of `persona.json`: the value of a field, or the times of all of them.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum PersonaEntry {
    Value(String),
    Times(BTreeMap<String, Moment>),
    /// What a later writer may add.
    Unknown(Value),
}

/// The member of `persona.json` that is no field.
pub(super) const UPDATED_AT: &str = "updated_at";

/// A moment as RFC 3339 text.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moment(#[serde(with = "time::serde::rfc3339")] pub(super) OffsetDateTime);

/// A line of `documents.ndjson`: which original came with which retrieval.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DocumentLine {
    pub(super) retrieval: RetrievalId,
    pub(super) sha256: Sha256,
    pub(super) size: u64,
    pub(super) media_type: String,
    pub(super) locator: String,
    pub(super) position: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) received_at: OffsetDateTime,
    pub(super) assurance: Assurance,
    /// Up to when its file knows what happened; not in backpacks of programs before imports.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) as_of: Option<OffsetDateTime>,
}

impl DocumentLine {
    pub(super) fn new(retrieval: RetrievalId, document: RetrievalDocument) -> Self {
        Self {
            retrieval,
            sha256: document.sha256,
            size: document.size,
            media_type: document.media_type,
            locator: document.locator,
            position: document.position,
            received_at: document.received_at,
            assurance: document.assurance,
            as_of: document.as_of,
        }
    }
}

/// `requests.json`. Imports themselves are no content: their records and originals are, and what undoing one needs is of this vault only.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct RequestsFile {
    #[serde(default)]
    pub(super) requests: Vec<RequestEntry>,
    #[serde(default)]
    pub(super) mappings: Vec<MappingEntry>,
}

/// A request that a platform hand over data, with what happened.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct RequestEntry {
    #[serde(flatten)]
    pub(super) request: DataRequest,
    #[serde(default)]
    pub(super) steps: Vec<DataRequestEvent>,
}

/// How a file of the person's own is read.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct MappingEntry {
    pub(super) name: String,
    /// JSON text.
    pub(super) mapping: String,
}

impl RequestsFile {
    /// The most of either.
    const MOST: usize = 10_000;
    /// The longest text of one, in bytes.
    const LONGEST: usize = 256 << 10;

    pub(super) fn read(view: &View<'_>) -> Result<Self, StoreError> {
        let mut file = Self::default();
        for request in data_requests::list(view)? {
            let steps = data_request_events::list(view, request.id)?;
            file.requests.push(RequestEntry { request, steps });
        }
        let entry = |(name, mapping)| MappingEntry { name, mapping };
        file.mappings = mappings::list(view)?.into_iter().map(entry).collect();
        Ok(file)
    }

    /// When something of it happened last; `None` if there is nothing.
    pub(super) fn modified(&self) -> Option<OffsetDateTime> {
        if self.requests.is_empty() && self.mappings.is_empty() {
            return None;
        }
        let steps = self.requests.iter().flat_map(|entry| &entry.steps);
        let times = steps.map(|step| step.at);
        let begun = self.requests.iter().map(|entry| entry.request.begun_at);
        Some(times.chain(begun).max().unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    pub(super) fn fits(&self) -> bool {
        let steps: usize = self.requests.iter().map(|entry| entry.steps.len()).sum();
        let short = |text: &str| text.len() <= Self::LONGEST;
        self.requests.len() + steps + self.mappings.len() <= Self::MOST
            && self
                .mappings
                .iter()
                .all(|one| short(&one.name) && short(&one.mapping))
            && self
                .requests
                .iter()
                .all(|one| short(&one.request.platform) && one.steps.iter().all(|step| short(&step.note)))
    }
}

/// An app of `apps.json`, without its tokens.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AppEntry {
    pub(super) id: AppId,
    pub(super) app: String,
    pub(super) name: String,
    pub(super) manifest_url: String,
    /// The manifest as text, byte for byte.
    pub(super) manifest: String,
    pub(super) origin: String,
    pub(super) kind: AppKind,
    pub(super) account: String,
    pub(super) rev: u32,
    pub(super) state: AppState,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) created_at: OffsetDateTime,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) last_opened_at: Option<OffsetDateTime>,
    #[serde(default)]
    pub(super) key_pin: String,
    /// What the app keeps in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) config: Option<String>,
}

impl AppEntry {
    pub(super) fn new(app: &App, config: Option<String>) -> Self {
        Self {
            id: app.id,
            app: app.app.clone(),
            name: app.name.clone(),
            manifest_url: app.manifest_url.clone(),
            manifest: app.manifest.clone(),
            origin: app.origin.clone(),
            kind: app.kind,
            account: app.account.clone(),
            rev: app.rev,
            state: app.state,
            created_at: app.created_at,
            last_opened_at: app.last_opened_at,
            key_pin: app.key_pin.clone(),
            config,
        }
    }
}

/// `log.json`: signatures over the log, and the logs that earlier backpacks brought.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct LogFile {
    /// The space that the log is of; the signatures are over it as well.
    #[serde(default)]
    pub(super) space: String,
    /// How the signatures are checked, in words.
    #[serde(default)]
    pub(super) signed: String,
    #[serde(default)]
    pub(super) heads: Vec<HeadLine>,
    #[serde(default)]
    pub(super) came_with: Vec<CameWith>,
}

/// A signed head of the log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeadLine {
    pub(super) seq: u64,
    pub(super) hash: Sha256,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) signed_at: OffsetDateTime,
    /// In hexadecimal digits.
    pub(super) signature: String,
}

/// The entries of a log, up to a number, that a backpack brought, and who had signed them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CameWith {
    /// The space that the entries were of.
    #[serde(default)]
    pub(super) space: String,
    pub(super) through: u64,
    pub(super) hash: Sha256,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) packed_at: OffsetDateTime,
    /// The public key of the vault that packed it, in PEM.
    pub(super) signing_key: String,
    /// Its last signature over these entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) head: Option<HeadLine>,
}

impl HeadLine {
    pub(super) fn new(head: &LogHead) -> Self {
        Self {
            seq: head.seq,
            hash: head.hash,
            signed_at: head.signed_at,
            signature: hex(&head.signature),
        }
    }
}

/// A consent receipt.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ReceiptEntry {
    pub(super) grant: GrantId,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) at: OffsetDateTime,
    pub(super) jws: String,
    /// The key of the vault that signed it, in PEM, where that is not the one that packed the backpack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signing_key: Option<String>,
}

impl ReceiptEntry {
    /// Whether it is a receipt of the grant that it names.
    pub(super) fn is_one(&self) -> bool {
        let says = receipt_payload(&self.jws);
        let record = says.as_ref().and_then(|says| says.get("record_id")?.as_str());
        record == Some(self.grant.to_string().as_str())
            && self
                .signing_key
                .as_ref()
                .is_none_or(|key| key.len() <= LONGEST_KEY)
    }
}

impl From<SignedReceipt> for ReceiptEntry {
    fn from(receipt: SignedReceipt) -> Self {
        Self {
            grant: receipt.grant,
            at: receipt.at,
            jws: receipt.jws,
            signing_key: Some(receipt.signing_key).filter(|key| !key.is_empty()),
        }
    }
}

/// A public key of 4096 bits in PEM has some 800 bytes.
const LONGEST_KEY: usize = 4096;

const DAY: &[time::format_description::BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]");

/// A grant with days as `2026-11-24`.
pub(super) fn grant_to_json(grant: &Grant) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(grant)?;
    for (member, day) in [("from", grant.from), ("to", grant.to)] {
        if let (Some(slot), Some(day)) = (value.get_mut(member), day) {
            *slot = day.format(DAY).map_or(Value::Null, Value::String);
        }
    }
    Ok(value)
}

/// The reverse of [`grant_to_json`].
pub(super) fn grant_from_json(mut value: Value) -> serde_json::Result<Grant> {
    for member in ["from", "to"] {
        if let Some(slot) = value.get_mut(member).filter(|slot| !slot.is_null()) {
            let day = slot.as_str().and_then(|text| Date::parse(text, DAY).ok());
            *slot = serde_json::to_value(day.ok_or_else(|| serde_json::Error::custom("not a day"))?)?;
        }
    }
    serde_json::from_value(value)
}

/// A secret in JSON: a text, or `{"hex": …}` for one that is no text.
pub(super) struct Secret(pub(super) SecretValue);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Hex { hex: String },
        }
        match Form::deserialize(deserializer)? {
            Form::Text(text) => Ok(Self(SecretValue::new(text.into_bytes()))),
            Form::Hex { hex } => {
                let hex = Zeroizing::new(hex);
                let bytes = unhex(&hex).ok_or_else(|| D::Error::custom("not hexadecimal digits"))?;
                Ok(Self(SecretValue::new(bytes)))
            }
        }
    }
}

/// The tokens of an app in `app_secrets.json`.
#[derive(Deserialize)]
pub(super) struct AppTokens {
    pub(super) verify_token: Secret,
    #[serde(default)]
    pub(super) service_token: Option<Secret>,
}

/// `keys.json`: the private keys of a full backpack.
#[derive(Deserialize)]
pub(super) struct PrivateKeys {
    /// That of the vault, PKCS#8 in PEM.
    pub(super) issuer: Secret,
    /// That which signs transfers, where there is one.
    #[serde(default)]
    pub(super) peer: Option<Secret>,
    /// The one before it.
    #[serde(default)]
    pub(super) peer_previous: Option<Secret>,
}

/// Writes an object of secrets into a buffer that is wiped.
pub(super) fn write_secrets<'s>(
    out: &mut Zeroizing<Vec<u8>>,
    secrets: impl IntoIterator<Item = (&'s str, &'s SecretValue)>,
) -> serde_json::Result<()> {
    out.push(b'{');
    for (at, (name, secret)) in secrets.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut **out, name)?;
        out.push(b':');
        match secret.expose_str() {
            Some(text) => serde_json::to_writer(&mut **out, text)?,
            None => {
                out.extend_from_slice(b"{\"hex\":\"");
                out.extend_from_slice(Zeroizing::new(hex(secret.expose())).as_bytes());
                out.extend_from_slice(b"\"}");
            }
        }
    }
    out.push(b'}');
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    });
    pairs.collect()
}

/// The size of an object as JSON text.
pub(super) fn json_size(object: &Map<String, Value>) -> usize {
    serde_json::to_string(object).map_or(usize::MAX, |text| text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};
    use vault_store::{
        Face, GrantId, Party, PartyKind,
        grants::{Amounts, GrantDuration, GrantState, People, Places, Precision},
    };

    use super::*;

    #[test]
    fn a_grant_keeps_its_days_as_text() {
        let grant = Grant {
            id: GrantId::new(),
            recipient: Party {
                kind: PartyKind::App,
                id: "x".into(),
                name: "X".into(),
            },
            face: Face::OpenPlatform,
            purpose: String::new(),
            scopes: Vec::new(),
            connections: None,
            from: Some(date!(2026 - 01 - 02)),
            to: None,
            precision: Precision::Week,
            amounts: Amounts::Exact,
            places: Places::Hidden,
            people: People::Removed,
            duration: GrantDuration::Once,
            until: None,
            created_at: datetime!(2026-11-24 10:00 UTC),
            shown_sha256: Sha256::of(b""),
            shown_summary: String::new(),
            state: GrantState::Live,
            ended_at: None,
            last_used_at: None,
            use_count: 0,
        };
        let json = grant_to_json(&grant).unwrap();
        assert_eq!(json["from"], "2026-01-02");
        assert_eq!(grant_from_json(json.clone()).unwrap(), grant);
        for bad in ["2026-13-01", "", "today"] {
            let mut json = json.clone();
            json["from"] = bad.into();
            assert!(grant_from_json(json).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn secrets_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in ".{0,20}") {
            let secrets = [SecretValue::new(bytes), SecretValue::new(text.into_bytes())];
            let mut out = Zeroizing::new(Vec::new());
            write_secrets(&mut out, [("a", &secrets[0]), ("b\"", &secrets[1])]).unwrap();
            let read: BTreeMap<String, Secret> = serde_json::from_slice(&out).unwrap();
            prop_assert!(read["a"].0 == secrets[0] && read["b\""].0 == secrets[1]);
        }

        #[test]
        fn hexadecimal_digits_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        }
    }
}
