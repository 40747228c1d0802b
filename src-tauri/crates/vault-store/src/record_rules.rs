//! What intake refuses, and the digest by which it sees that a record's content is another one.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256 as Sha256Hasher};
use time::OffsetDateTime;

use crate::ids::{ConnectionId, RecordId};
use crate::money::Amount;
use crate::record::{Assurance, NewRecord, RatingValue, Record, RecordKind};
use crate::sha256::Sha256;

/// Member of `extra` that marks a record whose source gives no time.
pub(crate) const UNDATED: &str = "undated";

/// Longest title, type, status, path and rating name, in bytes.
const MAX_LINE: usize = 2048;
/// Longest text, in bytes.
const MAX_TEXT: usize = 256 * 1024;
/// Longest `extra`, in bytes of JSON.
const MAX_EXTRA: usize = 256 * 1024;

/// Why intake sets a record aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RecordFault {
    /// The source's own key is empty or too long.
    #[error("it has no usable key of its own")]
    Key,
    /// The same key appears twice in one document, with different content; the first one counts.
    #[error("its key appears twice in one document")]
    Duplicate,
    /// A title, type, status, path, text or `extra` is too long.
    #[error("a text is too long")]
    TooLong,
    /// A time lies outside the years 1 to 9999 or has an offset of seconds.
    #[error("a time is out of range")]
    Time,
    /// An amount is too large or has too many decimals.
    #[error("an amount is out of range")]
    Amount,
    /// A rating or its scale is not a finite number, or the scale is upside down.
    #[error("a rating is not on a scale")]
    Rating,
}

/// The content of a record: everything but where it came from.
pub(crate) struct Content<'a> {
    pub(crate) kind: RecordKind,
    /// `None` for a record that its source does not date.
    pub(crate) start: Option<OffsetDateTime>,
    pub(crate) end: Option<OffsetDateTime>,
    pub(crate) type_name: Option<&'a str>,
    pub(crate) title: Option<&'a str>,
    pub(crate) status: Option<&'a str>,
    pub(crate) distance_m: Option<u32>,
    pub(crate) duration_s: Option<u32>,
    pub(crate) amount: Option<Amount>,
    pub(crate) rating: Option<&'a RatingValue>,
    pub(crate) text: Option<&'a str>,
    pub(crate) work: Option<RecordId>,
    /// May or may not hold [`UNDATED`]; the digest and the row are the same.
    pub(crate) extra: &'a Map<String, Value>,
    pub(crate) assurance: Assurance,
}

impl<'a> Content<'a> {
    /// The content of a record on its way in.
    pub(crate) fn of_new(new: &'a NewRecord, connection: &ConnectionId, assurance: Assurance) -> Self {
        Self {
            kind: new.kind,
            start: new.start,
            end: new.end,
            type_name: new.type_name.as_deref(),
            title: new.title.as_deref(),
            status: new.status.as_deref(),
            distance_m: new.distance_m,
            duration_s: new.duration_s,
            amount: new.amount,
            rating: new.rating.as_ref(),
            text: new.text.as_deref(),
            work: new
                .work_key
                .as_deref()
                .map(|key| RecordId::derive(connection, key)),
            extra: &new.extra,
            assurance,
        }
    }

    /// The content of a record that is restored.
    pub(crate) fn of_record(record: &'a Record) -> Self {
        let undated = record.extra.get(UNDATED) == Some(&Value::Bool(true));
        Self {
            kind: record.kind,
            start: (!undated).then_some(record.start),
            end: record.end,
            type_name: record.type_name.as_deref(),
            title: record.title.as_deref(),
            status: record.status.as_deref(),
            distance_m: record.distance_m,
            duration_s: record.duration_s,
            amount: record.amount,
            rating: record.rating.as_ref(),
            text: record.text.as_deref(),
            work: record.work,
            extra: &record.extra,
            assurance: record.provenance.assurance,
        }
    }

    /// The first rule that the content breaks.
    pub(crate) fn fault(&self) -> Option<RecordFault> {
        let lines = [
            self.type_name,
            self.title,
            self.status,
            self.rating.map(|rating| rating.name.as_str()),
        ];
        if lines.into_iter().flatten().any(|line| line.len() > MAX_LINE)
            || self.text.is_some_and(|text| text.len() > MAX_TEXT)
            || json_size(self.extra) > MAX_EXTRA
        {
            return Some(RecordFault::TooLong);
        }
        if [self.start, self.end]
            .into_iter()
            .flatten()
            .any(|time| !writable(time))
        {
            return Some(RecordFault::Time);
        }
        if self.amount.is_some_and(|amount| !in_range(amount)) {
            return Some(RecordFault::Amount);
        }
        self.rating
            .is_some_and(|rating| !on_a_scale(rating))
            .then_some(RecordFault::Rating)
    }

    /// The digest of the content: equal for equal content, whatever order the members of `extra` have.
    pub(crate) fn digest(&self) -> Sha256 {
        let mut out = Fields(Sha256Hasher::new());
        out.text(Some(self.kind.as_str()));
        out.text(Some(self.assurance.as_str()));
        out.time(self.start);
        out.time(self.end);
        for text in [self.type_name, self.title, self.status, self.text] {
            out.text(text);
        }
        for number in [self.distance_m, self.duration_s] {
            out.bytes(number.map(u32::to_le_bytes).as_ref().map(<[u8; 4]>::as_slice));
        }
        out.amount(self.amount);
        out.rating(self.rating);
        out.bytes(
            self.work
                .as_ref()
                .map(|work| work.as_uuid().as_bytes().as_slice()),
        );
        let mut extra = Vec::new();
        let undated = self.start.is_none();
        canonical_members(self.extra, |key| undated && key == UNDATED, &mut extra);
        out.bytes(Some(&extra));
        Sha256(out.0.finalize().into())
    }
}

/// The rule about the source's own key.
pub(crate) fn key_fault(new: &NewRecord) -> Option<RecordFault> {
    if new.source_key.is_empty() || new.source_key.len() > MAX_LINE {
        return Some(RecordFault::Key);
    }
    (new.path.len() > MAX_LINE).then_some(RecordFault::TooLong)
}

/// JSON with the members of every object in the order of their names and no white space.
pub(crate) fn canonical_json(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => canonical_members(members, |_| false, out),
        Value::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                canonical_json(item, out);
            }
            out.push(b']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            // Writing a value to memory cannot fail.
            let _ = serde_json::to_writer(out, value);
        }
    }
}

fn canonical_members(members: &Map<String, Value>, skip: impl Fn(&str) -> bool, out: &mut Vec<u8>) {
    let mut sorted: Vec<(&String, &Value)> = members.iter().filter(|(key, _)| !skip(key)).collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    out.push(b'{');
    for (at, (key, value)) in sorted.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let _ = serde_json::to_writer(&mut *out, key);
        out.push(b':');
        canonical_json(value, out);
    }
    out.push(b'}');
}

/// Fields with a mark of presence and a length each, so that no two contents are the same bytes.
struct Fields(Sha256Hasher);

impl Fields {
    fn bytes(&mut self, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else {
            return self.0.update([0]);
        };
        self.0.update([1]);
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: Option<&str>) {
        self.bytes(text.map(str::as_bytes));
    }

    fn time(&mut self, time: Option<OffsetDateTime>) {
        let bytes = time.map(|time| {
            let mut bytes = [0_u8; 20];
            let parts = time.unix_timestamp_nanos().to_le_bytes().into_iter();
            let offset = time.offset().whole_seconds().to_le_bytes();
            for (to, from) in bytes.iter_mut().zip(parts.chain(offset)) {
                *to = from;
            }
            bytes
        });
        self.bytes(bytes.as_ref().map(<[u8; 20]>::as_slice));
    }

    fn amount(&mut self, amount: Option<Amount>) {
        self.bytes(
            amount
                .map(|amount| amount.minor.to_le_bytes())
                .as_ref()
                .map(<[u8; 8]>::as_slice),
        );
        self.text(amount.as_ref().map(|amount| amount.currency.as_str()));
        self.bytes(
            amount
                .map(|amount| [amount.exponent])
                .as_ref()
                .map(<[u8; 1]>::as_slice),
        );
    }

    fn rating(&mut self, rating: Option<&RatingValue>) {
        self.text(rating.map(|rating| rating.name.as_str()));
        for number in rating.map_or([None; 3], |rating| {
            [rating.value, rating.min, rating.max].map(Some)
        }) {
            self.bytes(number.map(f64::to_le_bytes).as_ref().map(<[u8; 8]>::as_slice));
        }
    }
}

fn json_size(members: &Map<String, Value>) -> usize {
    if members.is_empty() {
        2
    } else {
        serde_json::to_string(members).map_or(usize::MAX, |json| json.len())
    }
}

/// Whether RFC 3339 can write it.
fn writable(time: OffsetDateTime) -> bool {
    let offset = time.offset();
    (1..=9999).contains(&time.year()) && offset.seconds_past_minute() == 0 && offset.whole_hours().abs() < 24
}

fn in_range(amount: Amount) -> bool {
    amount.exponent <= Amount::MAX_EXPONENT && amount.minor.unsigned_abs() <= Amount::MAX_MINOR
}

fn on_a_scale(rating: &RatingValue) -> bool {
    [rating.value, rating.min, rating.max]
        .into_iter()
        .all(f64::is_finite)
        && rating.min <= rating.max
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::macros::datetime;

    fn digest(new: &NewRecord) -> Sha256 {
        let connection: ConnectionId = "018f0000-0000-7000-8000-000000000001".parse().unwrap();
        Content::of_new(new, &connection, Assurance::Fetched).digest()
    }

    fn fault(new: &NewRecord) -> Option<RecordFault> {
        Content::of_new(new, &ConnectionId::new(), Assurance::Fetched).fault()
    }

    fn gig() -> NewRecord {
        NewRecord::new(RecordKind::Work, "1", Some(datetime!(2026-11-20 18:42 +1)))
    }

    fn extra(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let (mut a, mut b) = (gig(), gig());
        a.extra = extra(json!({"x": {"p": 1, "q": [1, {"a": 1, "b": 2}]}, "y": "é"}));
        b.extra = extra(json!({"y": "é", "x": {"q": [1, {"b": 2, "a": 1}], "p": 1}}));
        assert_eq!(digest(&a), digest(&b));
    }

    #[test]
    fn every_field_matters() {
        let edits: [fn(&mut NewRecord); 13] = [
            |new| new.kind = RecordKind::Payment,
            |new| new.start = Some(datetime!(2026-11-20 17:42 UTC)),
            |new| new.end = new.start,
            |new| new.type_name = Some(String::new()),
            |new| new.title = Some(String::new()),
            |new| new.status = Some(String::new()),
            |new| new.distance_m = Some(0),
            |new| new.duration_s = Some(0),
            |new| {
                new.amount = Some(Amount {
                    minor: 0,
                    currency: "EUR".parse().unwrap(),
                    exponent: 2,
                })
            },
            |new| {
                new.rating = Some(RatingValue {
                    name: String::new(),
                    value: 0.0,
                    min: 0.0,
                    max: 0.0,
                })
            },
            |new| new.text = Some(String::new()),
            |new| new.work_key = Some("2".into()),
            |new| new.extra = extra(json!({"a": null})),
        ];
        let mut seen = std::collections::HashSet::from([digest(&gig())]);
        for edit in edits {
            let mut new = gig();
            edit(&mut new);
            assert!(seen.insert(digest(&new)), "{new:?}");
        }
    }

    #[test]
    fn the_digest_never_changes() {
        let mut new = gig();
        new.extra = extra(json!({"b": 1.5, "a": "x"}));
        assert_eq!(
            digest(&new).to_string(),
            "4627238b7b22fdb45c0149855cf4bed5ba71cc2d83dcdc593d6269db85acd862"
        );
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(fault(&gig()), None);
        let mut new = gig();
        new.title = Some("x".repeat(MAX_LINE + 1));
        assert_eq!(fault(&new), Some(RecordFault::TooLong));
        new = gig();
        new.extra = extra(json!({"a": "x".repeat(MAX_EXTRA)}));
        assert_eq!(fault(&new), Some(RecordFault::TooLong));
        new = gig();
        new.end = Some(datetime!(0000-01-01 0:00 UTC));
        assert_eq!(fault(&new), Some(RecordFault::Time));
        new = gig();
        new.amount = Some(Amount {
            minor: i64::MIN,
            currency: "EUR".parse().unwrap(),
            exponent: 2,
        });
        assert_eq!(fault(&new), Some(RecordFault::Amount));
        new = gig();
        new.rating = Some(RatingValue {
            name: String::new(),
            value: f64::NAN,
            min: 1.0,
            max: 5.0,
        });
        assert_eq!(fault(&new), Some(RecordFault::Rating));
        new.source_key.clear();
        assert_eq!(key_fault(&new), Some(RecordFault::Key));
    }

    proptest::proptest! {
        #[test]
        fn a_time_is_refused_when_rfc_3339_cannot_write_it(
            seconds in -62_200_000_000_i64..253_500_000_000, offset in -93_599_i32..93_599, whole: bool
        ) {
            use time::{UtcOffset, format_description::well_known::Rfc3339};
            let offset = UtcOffset::from_whole_seconds(if whole { offset / 60 * 60 } else { offset }).unwrap();
            let utc = OffsetDateTime::from_unix_timestamp(seconds);
            let Some(time) = utc.ok().and_then(|time| time.checked_to_offset(offset)) else { return Ok(()) };
            let written = time.format(&Rfc3339).is_ok() && offset.seconds_past_minute() == 0;
            proptest::prop_assert_eq!(writable(time), written && time.year() > 0);
        }
    }
}
