//! Own entries: what the person types in, marked so for good.

use serde::Serialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use vault_store::{
    Amount, Assurance, NewRecord, RatingValue, RecordId, RecordKind,
    retrievals::{RetrievalKind, RetrievalOutcome},
};

use crate::{
    SpaceHandle, VaultError,
    connections::own,
    intake::{RawDocument, begin, finish, take},
};

/// The reader's name in the provenance of own entries.
const SOURCE: &str = "typed/1";

/// What a person types in.
#[derive(Clone, Serialize)]
pub struct OwnEntry {
    /// What it is about.
    pub kind: RecordKind,
    /// When it happened or began.
    #[serde(with = "time::serde::rfc3339")]
    pub start: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub end: Option<OffsetDateTime>,
    /// What kind of work, payment or achievement, such as `delivery`.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// A short name.
    pub title: Option<String>,
    /// Money.
    pub amount: Option<Amount>,
    /// Distance in metres.
    pub distance_m: Option<u32>,
    /// A rating on its own scale.
    pub rating: Option<RatingValue>,
    /// Longer words.
    pub text: Option<String>,
}

impl std::fmt::Debug for OwnEntry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("OwnEntry")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl OwnEntry {
    /// An entry with nothing but its kind and time.
    #[must_use]
    pub fn new(kind: RecordKind, start: OffsetDateTime) -> Self {
        Self {
            kind,
            start,
            end: None,
            type_name: None,
            title: None,
            amount: None,
            distance_m: None,
            rating: None,
            text: None,
        }
    }
}

impl SpaceHandle {
    /// Keeps an entry that the person typed. What was typed is kept as a raw document too, like any other source.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] when the entry breaks a rule of records, such as an end before its start.
    pub async fn add_own_entry(&self, entry: OwnEntry) -> Result<RecordId, VaultError> {
        if entry.end.is_some_and(|end| end < entry.start) {
            return Err(VaultError::Invalid {
                field: "end",
                why: "a time that is not before the start",
            });
        }
        self.write(move |turn| {
            let connection = own(turn)?;
            let retrieval = begin(turn, connection, RetrievalKind::Typed, SOURCE)?;
            // Two equal entries are two entries: each has a key of its own, in the bytes as well.
            let key = retrieval.to_string();
            let document = RawDocument {
                bytes: typed_bytes(&entry, &key)?,
                media_type: "application/json".into(),
                locator: "own entry".into(),
                position: 0,
                assurance: Assurance::Typed,
            };
            let intake = take(turn, retrieval, &document, &[new_record(entry, &key)])?;
            if intake.counts.new != 1 {
                finish(turn, retrieval, RetrievalOutcome::Failed, "SYS-712")?;
                return Err(VaultError::Invalid {
                    field: "entry",
                    why: "a time of this age and texts of a usual length",
                });
            }
            finish(turn, retrieval, RetrievalOutcome::Done, "")?;
            Ok(RecordId::derive(&connection, &key))
        })
        .await
    }
}

fn typed_bytes(entry: &OwnEntry, key: &str) -> Result<Vec<u8>, VaultError> {
    let mut members = Map::new();
    members.insert("key".into(), Value::String(key.to_owned()));
    let value =
        serde_json::to_value(entry).map_err(|_| VaultError::Internal("an entry could not be written"))?;
    members.insert("entry".into(), value);
    serde_json::to_vec(&members).map_err(|_| VaultError::Internal("an entry could not be written"))
}

fn new_record(entry: OwnEntry, key: &str) -> NewRecord {
    // Work from one time to another took that long: whoever types both need not count.
    let took = entry.end.filter(|_| entry.kind == RecordKind::Work);
    let took = took.map(|end| (end - entry.start).whole_seconds());
    NewRecord {
        duration_s: took.and_then(|seconds| u32::try_from(seconds).ok()),
        end: entry.end,
        type_name: entry.type_name,
        title: entry.title,
        distance_m: entry.distance_m,
        amount: entry.amount,
        rating: entry.rating,
        text: entry.text,
        path: "$.entry".into(),
        ..NewRecord::new(entry.kind, key, Some(entry.start))
    }
}
