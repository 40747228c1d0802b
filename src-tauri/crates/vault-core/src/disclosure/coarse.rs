//! Making a record coarser: amounts rounded, places to a kilometre or gone, other people's names gone.
//!
//! What a member of the source is about is told by its name. A value that is removed as a member is removed from the words of the record
//! too: a title such as "Ride from A to B" tells as much as the members did.

mod about;
mod grid;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use vault_store::{
    Amount, Record, View,
    grants::{Amounts, People, Places},
    records::{self, RecordFilter},
};

use about::About;
pub use about::is_about_others;

use super::narrowing::Narrowing;
use crate::VaultError;

/// Stands where words were removed.
const GONE: &str = "…";

/// A removed value of fewer letters is not looked for in words: it would be found everywhere.
const SHORTEST: usize = 3;

/// Members deeper than this are left out: no source nests so deep.
const DEEPEST: usize = 16;

/// What records have that could be told less exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coarseness {
    /// Some say where something was.
    pub places: bool,
    /// Some say so more exactly than the town.
    pub exact_places: bool,
    /// Some name other people.
    pub people: bool,
}

impl Coarseness {
    /// Of the records that a filter lets through.
    pub(super) fn of(view: &View<'_>, filter: &RecordFilter) -> Result<Self, VaultError> {
        let mut has = Self::default();
        for name in records::member_names(view, filter)? {
            match About::of(&name) {
                About::ExactPlace => has.exact_places = true,
                About::Town => has.places = true,
                About::People => has.people = true,
                About::Money | About::Other => {}
            }
        }
        has.places |= has.exact_places;
        Ok(has)
    }
}

/// Records as the narrowing lets them leave.
pub(super) fn all(
    view: &View<'_>,
    found: Vec<Record>,
    narrowing: &Narrowing,
) -> Result<Vec<Record>, VaultError> {
    found
        .into_iter()
        .map(|record| one(view, record, narrowing))
        .collect()
}

/// A record as the narrowing lets it leave. A payment, rating or review tells in its words where its work was and for whom; so what is
/// removed from the work is removed from them too.
pub(super) fn one(view: &View<'_>, record: Record, narrowing: &Narrowing) -> Result<Record, VaultError> {
    let rule = Rule::of(narrowing);
    if !rule.changes() {
        return Ok(record);
    }
    let work = match record.work {
        Some(work) if rule.removes() => records::get(view, work)?,
        _ => None,
    };
    Ok(coarse(record, work, rule))
}

fn coarse(mut record: Record, work: Option<Record>, rule: Rule) -> Record {
    if rule.rounded {
        record.amount = record.amount.map(rounded);
    }
    let mut gone = BTreeSet::new();
    record.extra = rule.members(std::mem::take(&mut record.extra), 0, &mut gone);
    if let Some(work) = work {
        rule.members(work.extra, 0, &mut gone);
    }
    // Longer values first, so that no part of one is left standing.
    let mut gone: Vec<String> = gone.into_iter().collect();
    gone.sort_by_key(|value| std::cmp::Reverse(value.len()));
    for words in [&mut record.title, &mut record.text].into_iter().flatten() {
        *words = without(words, &gone);
    }
    record
}

/// Two significant digits: 6.75 becomes 6.80, 1,234.56 becomes 1,200.
pub(super) fn rounded(amount: Amount) -> Amount {
    let size = amount.minor.unsigned_abs();
    let mut step = 1_u64;
    while size / step >= 100 {
        step *= 10;
    }
    let nearest = (size.saturating_add(step / 2) / step).saturating_mul(step);
    let nearest = i64::try_from(nearest).unwrap_or(i64::MAX);
    Amount {
        minor: if amount.minor < 0 { -nearest } else { nearest },
        ..amount
    }
}

#[derive(Clone, Copy)]
struct Rule {
    rounded: bool,
    places: Places,
    nameless: bool,
}

impl Rule {
    fn of(narrowing: &Narrowing) -> Self {
        Self {
            rounded: narrowing.amounts == Amounts::Rounded,
            places: narrowing.places,
            nameless: narrowing.people == People::Removed,
        }
    }

    fn changes(self) -> bool {
        self.rounded || self.removes()
    }

    /// Whether values go, and with them the words that say the same.
    fn removes(self) -> bool {
        self.nameless || self.places != Places::Exact
    }

    fn members(
        self,
        members: Map<String, Value>,
        depth: usize,
        gone: &mut BTreeSet<String>,
    ) -> Map<String, Value> {
        let mut kept = Map::new();
        if depth > DEEPEST {
            return kept;
        }
        for (name, value) in members {
            if let Some(value) = self.member(&name, value, depth, gone) {
                kept.insert(name, value);
            }
        }
        kept
    }

    fn member(self, name: &str, value: Value, depth: usize, gone: &mut BTreeSet<String>) -> Option<Value> {
        let removed = match About::of(name) {
            About::Other => false,
            About::People => self.nameless,
            About::Money => self.rounded,
            About::Town => self.places == Places::Hidden,
            About::ExactPlace => match self.places {
                Places::Exact => false,
                Places::Hidden => true,
                Places::Kilometre => {
                    if let Some(coordinates) = grid::on_the_grid(name, &value) {
                        return Some(coordinates);
                    }
                    // A place as an object may hold coordinates and a town beside its street.
                    if let Value::Object(_) = value {
                        return Some(self.nested(value, depth, gone));
                    }
                    true
                }
            },
        };
        if removed {
            collect(&value, depth, gone);
            return None;
        }
        Some(self.nested(value, depth, gone))
    }

    fn nested(self, value: Value, depth: usize, gone: &mut BTreeSet<String>) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.members(members, depth + 1, gone)),
            Value::Array(values) => Value::Array(
                values
                    .into_iter()
                    .filter(|_| depth < DEEPEST)
                    .map(|value| self.nested(value, depth + 1, gone))
                    .collect(),
            ),
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
        }
    }
}

/// The texts in a removed value.
fn collect(value: &Value, depth: usize, gone: &mut BTreeSet<String>) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::String(text) => {
            let text = text.trim();
            if text.chars().count() >= SHORTEST {
                gone.insert(text.to_owned());
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth + 1, gone)),
        Value::Object(members) => members.values().for_each(|value| collect(value, depth + 1, gone)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The words without the removed values.
fn without(words: &str, gone: &[String]) -> String {
    gone.iter().fold(words.to_owned(), |words, value| {
        words.replace(value.as_str(), GONE)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use time::macros::datetime;
    use vault_store::{
        Assurance, ConnectionId, Provenance, RecordId, RecordKind, RetrievalId, Sha256, grants::Precision,
    };

    use super::*;

    fn record(title: &str, extra: &Value) -> Record {
        let connection = ConnectionId::new();
        Record {
            id: RecordId::derive(&connection, "1"),
            kind: RecordKind::Work,
            platform: "demo".into(),
            connection,
            start: datetime!(2026-11-20 18:00 UTC),
            end: None,
            type_name: Some("ride".into()),
            title: Some(title.into()),
            status: None,
            distance_m: None,
            duration_s: None,
            amount: Some(euros(1234)),
            rating: None,
            text: Some("Marta was there".into()),
            work: None,
            extra: extra.as_object().cloned().unwrap_or_default(),
            provenance: Provenance {
                source: "test/1".into(),
                retrieval: RetrievalId::new(),
                retrieved_at: datetime!(2026-11-21 06:00 UTC),
                path: String::new(),
                sha256: Sha256::of(b"x"),
                assurance: Assurance::Fetched,
            },
        }
    }

    fn euros(minor: i64) -> Amount {
        Amount {
            minor,
            currency: "EUR".parse().unwrap(),
            exponent: 2,
        }
    }

    fn rule(amounts: Amounts, places: Places, people: People) -> Rule {
        Rule::of(&Narrowing {
            amounts,
            places,
            people,
            ..Narrowing::default()
        })
    }

    fn ride() -> Record {
        record(
            "Ride from Gràcia to Carrer de Mallorca 12, for Marta Soler",
            &json!({
                "city": "Barcelona", "from": "Gràcia", "to": "Carrer de Mallorca 12",
                "client": {"id": "c-17", "name": "Marta Soler"}, "customerName": "Marta",
                "pickup_lat": 41.40361, "pickup_lon": 2.17436, "start_time": "18:00",
                "dropoff": {"street": "Carrer de Mallorca 12", "city": "Barcelona", "lat": "41.3954", "lng": 2.1620},
                "geometry": {"coordinates": [2.17436, 41.40361]}, "tip": {"minor": 250}, "vehicle": "bike"
            }),
        )
    }

    #[test]
    fn hidden_places_are_gone_from_members_and_words() {
        let left = coarse(ride(), None, rule(Amounts::Exact, Places::Hidden, People::Named));
        assert_eq!(left.title.as_deref(), Some("Ride from … to …, for Marta Soler"));
        let names: Vec<&str> = left.extra.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "client",
                "customerName",
                "start_time",
                "geometry",
                "tip",
                "vehicle"
            ]
        );
        assert_eq!(left.extra["geometry"], json!({}));
        assert_eq!(left.amount, Some(euros(1234)));
    }

    #[test]
    fn a_kilometre_keeps_the_town_and_a_grid() {
        let left = coarse(
            ride(),
            None,
            rule(Amounts::Exact, Places::Kilometre, People::Named),
        );
        assert_eq!(left.extra["city"], "Barcelona");
        assert_eq!(
            (&left.extra["pickup_lat"], &left.extra["pickup_lon"]),
            (&json!(41.4), &json!(2.18))
        );
        assert_eq!(
            left.extra["dropoff"],
            json!({"city": "Barcelona", "lat": 41.4, "lng": 2.16})
        );
        assert_eq!(left.extra["geometry"], json!({"coordinates": [2.18, 41.4]}));
        assert!(!left.extra.contains_key("to"));
        assert_eq!(left.title.as_deref(), Some("Ride from … to …, for Marta Soler"));
    }

    #[test]
    fn other_people_are_gone_from_members_and_words() {
        let left = coarse(ride(), None, rule(Amounts::Exact, Places::Exact, People::Removed));
        assert!(!left.extra.contains_key("client") && !left.extra.contains_key("customerName"));
        assert_eq!(
            left.title.as_deref(),
            Some("Ride from Gràcia to Carrer de Mallorca 12, for …")
        );
        assert_eq!(left.text.as_deref(), Some("… was there"));
    }

    #[test]
    fn what_belongs_to_a_work_loses_the_same_words() {
        let mut payment = record("Ride from Gràcia to Carrer de Mallorca 12", &json!({}));
        payment.kind = RecordKind::Payment;
        let left = coarse(
            payment,
            Some(ride()),
            rule(Amounts::Exact, Places::Hidden, People::Named),
        );
        assert_eq!(left.title.as_deref(), Some("Ride from … to …"));
    }

    #[test]
    fn rounding_keeps_two_digits_and_removes_other_money() {
        for (exact, round) in [
            (675, 680),
            (99, 99),
            (123_456, 120_000),
            (-2550, -2600),
            (995, 1000),
            (0, 0),
            (i64::MAX, 9_200_000_000_000_000_000),
        ] {
            assert_eq!(rounded(euros(exact)).minor, round, "{exact}");
        }
        let left = coarse(ride(), None, rule(Amounts::Rounded, Places::Exact, People::Named));
        assert_eq!(left.amount, Some(euros(1200)));
        assert!(!left.extra.contains_key("tip"));
    }

    #[test]
    fn nothing_chosen_changes_nothing() {
        let before = ride();
        let same = coarse(
            before.clone(),
            None,
            rule(Amounts::Exact, Places::Exact, People::Named),
        );
        assert_eq!(same, before);
        assert!(
            !Rule::of(&Narrowing {
                precision: Precision::Week,
                ..Narrowing::default()
            })
            .changes()
        );
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            let name = prop_oneof![
                "[a-zA-Z_ ]{0,12}",
                Just("client".to_owned()),
                Just("pickup".to_owned()),
                Just("lat".to_owned())
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((name, inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_removed_name_is_nowhere(mut extra in json_value(), name in "[A-Z][a-z]{4,9}QZ", around in "\\PC{0,20}") {
            if !extra.is_object() { extra = json!({ "inner": extra }); }
            extra["client"] = json!({ "name": name });
            extra["note"] = Value::Null;
            let title = format!("{around}{name}{around}");
            let left = coarse(record(&title, &extra), None, rule(Amounts::Exact, Places::Exact, People::Removed));
            prop_assert!(!serde_json::to_string(&left).unwrap().contains(&name));
        }

        #[test]
        fn rounding_is_near_and_stays(minor in any::<i64>()) {
            let once = rounded(euros(minor));
            prop_assert_eq!(rounded(once), once);
            let off = (i128::from(once.minor) - i128::from(minor)).unsigned_abs();
            prop_assert!(off * 20 <= u128::from(minor.unsigned_abs()).max(1) * 2 || minor.unsigned_abs() > i64::MAX as u64 - 1_000);
        }
    }
}
