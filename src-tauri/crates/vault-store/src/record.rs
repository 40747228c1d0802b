//! Records: the normalised facts of a space, their JSON form, and what intake accepts as a new one.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::ids::{ConnectionId, RecordId, RetrievalId};
use crate::money::Amount;
use crate::sha256::Sha256;
use crate::sql::words;

words! {
    /// What a record is about.
    RecordKind {
        /// A gig, shift, trip, order or job.
        Work = "work",
        /// Money: earnings, tips, charges, payouts.
        Payment = "payment",
        /// A rating on the platform's own scale.
        Rating = "rating",
        /// Words somebody wrote about the person's work.
        Review = "review",
        /// A badge, level or passed test.
        Achievement = "achievement",
        /// A suspension, warning or block.
        Restriction = "restriction",
    }
}

words! {
    /// How far a record can be trusted to be what the platform holds, from least to most.
    Assurance {
        /// The person typed it.
        Typed = "typed",
        /// It comes from a file that the person gave.
        Imported = "imported",
        /// This vault fetched it over TLS.
        Fetched = "fetched",
        /// The platform's signature was checked.
        Signed = "signed",
    }
}

/// A rating on the platform's own scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RatingValue {
    /// The dimension that was rated, for example `overall` or `punctuality`; empty when the platform has one only.
    #[serde(default)]
    pub name: String,
    /// The rating itself.
    pub value: f64,
    /// The worst value of the scale.
    pub min: f64,
    /// The best value of the scale.
    pub max: f64,
}

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The reader that made the record, as its retrieval names it, for example `oauth:demo-platform/1`.
    pub source: String,
    /// The fetch, import or entry that brought it.
    pub retrieval: RetrievalId,
    /// When its bytes were received.
    #[serde(with = "time::serde::rfc3339")]
    pub retrieved_at: OffsetDateTime,
    /// Where in the raw document: a row (`row 17`) or a JSON path (`$.gigs[3]`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Digest of the raw document.
    pub sha256: Sha256,
    /// How far the record can be trusted.
    pub assurance: Assurance,
}

/// A record as it is kept, shown, exported and released.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Derived from the connection and the source's own key.
    pub id: RecordId,
    /// What it is about.
    pub kind: RecordKind,
    /// Id of the platform.
    pub platform: String,
    /// The person's account at the platform.
    pub connection: ConnectionId,
    /// When it happened or began, with the offset the source gave. A source that gives no time at all has the time of
    /// receipt here and `"undated": true` in `extra`.
    #[serde(with = "time::serde::rfc3339")]
    pub start: OffsetDateTime,
    /// When it ended.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub end: Option<OffsetDateTime>,
    /// The platform's kind of work, payment or achievement, for example `delivery` or `payout`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// A short human name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The state the platform gives it, for example `completed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Distance in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// Duration in seconds, where the platform says one (it may differ from `end` − `start`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<u32>,
    /// Money, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// A rating on its own scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingValue>,
    /// Longer words: a review, a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The work it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<RecordId>,
    /// Members of the source that have no column of their own.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
    /// Where it came from.
    pub provenance: Provenance,
}

impl fmt::Debug for Record {
    /// Which record, and nothing of what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A record as a connector or a form hands it to intake: without ids and provenance, which intake gives it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRecord {
    /// The source's own name for it, stable within the connection; the record id is derived from it.
    pub source_key: String,
    /// Where in the raw document: a row (`row 17`) or a JSON path (`$.gigs[3]`).
    #[serde(default)]
    pub path: String,
    /// What it is about.
    pub kind: RecordKind,
    /// When it happened or began; `None` if the source gives no time at all.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub start: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub end: Option<OffsetDateTime>,
    /// The platform's kind of work, payment or achievement.
    #[serde(rename = "type", default)]
    pub type_name: Option<String>,
    /// A short human name.
    #[serde(default)]
    pub title: Option<String>,
    /// The state the platform gives it.
    #[serde(default)]
    pub status: Option<String>,
    /// Distance in metres.
    #[serde(default)]
    pub distance_m: Option<u32>,
    /// Duration in seconds.
    #[serde(default)]
    pub duration_s: Option<u32>,
    /// Money, in minor units.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// A rating on its own scale.
    #[serde(default)]
    pub rating: Option<RatingValue>,
    /// Longer words: a review, a note.
    #[serde(default)]
    pub text: Option<String>,
    /// The `source_key` of the work it belongs to.
    #[serde(default)]
    pub work_key: Option<String>,
    /// Members of the source that have no column of their own.
    #[serde(default)]
    pub extra: Map<String, Value>,
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRecord")
            .field("kind", &self.kind)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl NewRecord {
    /// A record with nothing but what every record has; the rest is filled in by the caller.
    #[must_use]
    pub fn new(kind: RecordKind, source_key: impl Into<String>, start: Option<OffsetDateTime>) -> Self {
        Self {
            source_key: source_key.into(),
            path: String::new(),
            kind,
            start,
            end: None,
            type_name: None,
            title: None,
            status: None,
            distance_m: None,
            duration_s: None,
            amount: None,
            rating: None,
            text: None,
            work_key: None,
            extra: Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn full() -> Value {
        json!({
            "id": "e17abfba-14a4-84ed-aec2-28ed0dd21b6e", "kind": "work", "platform": "demo",
            "connection": "018f0000-0000-7000-8000-000000000001",
            "start": "2026-11-20T18:42:08+01:00", "end": "2026-11-20T19:01:30.5+01:00",
            "type": "delivery", "title": "Two pizzas", "status": "completed", "distance_m": 2310, "duration_s": 1162,
            "amount": {"minor": 675, "currency": "EUR", "exponent": 2},
            "rating": {"name": "overall", "value": 4.5, "min": 1.0, "max": 5.0},
            "text": "quick", "work": "e17abfba-14a4-84ed-aec2-28ed0dd21b6e", "extra": {"b": 1, "a": [true]},
            "provenance": {"source": "oauth:demo/1", "retrieval": "018f0000-0000-7000-8000-000000000002",
                "retrieved_at": "2026-11-21T06:00:00Z", "path": "$.gigs[3]",
                "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "assurance": "fetched"}
        })
    }

    #[test]
    fn the_json_of_a_record_is_the_documented_one() {
        let record: Record = serde_json::from_value(full()).unwrap();
        assert_eq!(serde_json::to_string(&record).unwrap(), full().to_string());
    }

    #[test]
    fn absent_members_are_left_out() {
        let mut value = full();
        let members = value.as_object_mut().unwrap();
        for member in [
            "end",
            "type",
            "title",
            "status",
            "distance_m",
            "duration_s",
            "amount",
            "rating",
            "text",
            "work",
            "extra",
        ] {
            members.shift_remove(member);
        }
        let record: Record = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_string(&record).unwrap(), value.to_string());
    }

    #[test]
    fn a_connector_may_leave_out_what_it_does_not_know() {
        let record: NewRecord = serde_json::from_value(json!({"source_key": "1", "kind": "review"})).unwrap();
        assert_eq!(record, NewRecord::new(RecordKind::Review, "1", None));
    }
}
