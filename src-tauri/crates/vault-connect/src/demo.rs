//! The connector of the demo platform: made-up people, a real OAuth server and data API.

use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use vault_store::{Amount, NewRecord, RatingValue, RecordKind};

use crate::connector::{Connector, PlatformScope, Resource};

/// The demo platform.
pub(crate) const CONNECTOR: Connector = Connector {
    id: "demo",
    name: "Demo platform",
    words: "Made-up people and made-up work, to try Satchel with.",
    source: "oauth:demo/1",
    client_id: "satchel",
    base: "http://127.0.0.1:49010",
    oauth: ["oauth/authorize", "oauth/token", "oauth/revoke"],
    account: ("api/v1/me", "profile:read"),
    scopes: &[
        PlatformScope {
            name: "gigs:read",
            words: "gigs",
        },
        PlatformScope {
            name: "payments:read",
            words: "payments",
        },
        PlatformScope {
            name: "ratings:read",
            words: "ratings",
        },
        PlatformScope {
            name: "reviews:read",
            words: "reviews",
        },
        PlatformScope {
            name: "achievements:read",
            words: "achievements",
        },
        PlatformScope {
            name: "profile:read",
            words: "profile and restrictions",
        },
    ],
    never: "post, message, change or pay",
    resources: &[
        Resource {
            path: "api/v1/gigs",
            scope: "gigs:read",
            read: gig,
        },
        Resource {
            path: "api/v1/payments",
            scope: "payments:read",
            read: payment,
        },
        Resource {
            path: "api/v1/ratings",
            scope: "ratings:read",
            read: rating,
        },
        Resource {
            path: "api/v1/reviews",
            scope: "reviews:read",
            read: review,
        },
        Resource {
            path: "api/v1/achievements",
            scope: "achievements:read",
            read: achievement,
        },
        Resource {
            path: "api/v1/restrictions",
            scope: "profile:read",
            read: restriction,
        },
    ],
};

fn gig(item: &Value) -> Option<NewRecord> {
    let mut record = begin(RecordKind::Work, "gig", item, "started_at")?;
    record.end = moment(item, "ended_at");
    record.type_name = text(item, "kind");
    record.title = text(item, "title");
    record.status = text(item, "status");
    record.distance_m = number(item, "distance_m");
    record.duration_s = number(item, "duration_s");
    record.amount = Some(amount(item.get("amount")?)?);
    keep(&mut record, item, &["city", "client"]);
    Some(record)
}

fn payment(item: &Value) -> Option<NewRecord> {
    let mut record = begin(RecordKind::Payment, "payment", item, "paid_at")?;
    // The vault's word for what a platform takes: never counted as earnings.
    record.type_name = text(item, "type").map(|kind| {
        if kind == "service_charge" {
            "charge".into()
        } else {
            kind
        }
    });
    record.title = text(item, "description");
    record.amount = Some(amount(item.get("amount")?)?);
    record.work_key = work(item);
    Some(record)
}

fn rating(item: &Value) -> Option<NewRecord> {
    let mut record = begin(RecordKind::Rating, "rating", item, "rated_at")?;
    record.type_name = text(item, "dimension");
    record.rating = Some(RatingValue {
        name: text(item, "dimension").unwrap_or_default(),
        value: item.get("value")?.as_f64()?,
        min: item.get("min")?.as_f64()?,
        max: item.get("max")?.as_f64()?,
    });
    record.work_key = work(item);
    Some(record)
}

fn review(item: &Value) -> Option<NewRecord> {
    let mut record = begin(RecordKind::Review, "review", item, "written_at")?;
    record.title = text(item, "title");
    record.text = Some(text(item, "text")?);
    record.work_key = work(item);
    keep(&mut record, item, &["author", "language", "rating"]);
    Some(record)
}

fn achievement(item: &Value) -> Option<NewRecord> {
    let mut record = begin(RecordKind::Achievement, "achievement", item, "earned_at")?;
    record.type_name = text(item, "type");
    record.title = Some(text(item, "name")?);
    record.text = text(item, "description");
    keep(&mut record, item, &["score"]);
    Some(record)
}

fn restriction(item: &Value) -> Option<NewRecord> {
    let mut record = begin(RecordKind::Restriction, "restriction", item, "started_at")?;
    record.end = moment(item, "ended_at");
    record.type_name = text(item, "type");
    record.title = Some(text(item, "reason")?);
    record.status = text(item, "status");
    Some(record)
}

fn begin(kind: RecordKind, prefix: &str, item: &Value, time: &str) -> Option<NewRecord> {
    let id = text(item, "id")?;
    Some(NewRecord::new(
        kind,
        format!("{prefix}:{id}"),
        Some(moment(item, time)?),
    ))
}

/// The key of the gig that an item belongs to.
fn work(item: &Value) -> Option<String> {
    text(item, "gig").map(|id| format!("gig:{id}"))
}

fn text(item: &Value, name: &str) -> Option<String> {
    item.get(name)?.as_str().map(str::to_owned)
}

fn number(item: &Value, name: &str) -> Option<u32> {
    item.get(name)?
        .as_u64()
        .and_then(|number| u32::try_from(number).ok())
}

fn moment(item: &Value, name: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(item.get(name)?.as_str()?, &Rfc3339).ok()
}

fn amount(value: &Value) -> Option<Amount> {
    Some(Amount {
        minor: value.get("minor")?.as_i64()?,
        currency: value.get("currency")?.as_str()?.parse().ok()?,
        exponent: value
            .get("exponent")?
            .as_u64()
            .and_then(|exponent| u8::try_from(exponent).ok())?,
    })
}

fn keep(record: &mut NewRecord, item: &Value, names: &[&str]) {
    for name in names {
        if let Some(value) = item.get(*name) {
            record.extra.insert((*name).to_owned(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};
    use serde_json::{Map, json};

    use super::*;

    #[test]
    fn a_gig_keeps_its_own_time_and_exact_money() {
        let record = gig(&json!({
            "id": "g1", "kind": "delivery", "title": "Two pizzas", "status": "completed",
            "started_at": "2026-11-20T18:42:08+01:00", "ended_at": "2026-11-20T19:06:17+01:00", "duration_s": 1449,
            "distance_m": 3400, "city": "Barcelona", "amount": {"minor": 675, "currency": "EUR", "exponent": 2}
        }))
        .unwrap();
        assert_eq!(record.source_key, "gig:g1");
        assert_eq!(record.start.unwrap().offset().whole_hours(), 1);
        assert_eq!(record.amount.unwrap().minor, 675);
        assert_eq!(record.extra["city"], "Barcelona");
    }

    #[test]
    fn an_unknown_layout_is_no_record() {
        assert!(gig(&json!({"id": "g1"})).is_none());
        assert!(payment(&json!({"id": 7, "paid_at": "2026-11-20T18:42:08+01:00"})).is_none());
        assert!(rating(&json!([])).is_none());
    }

    #[test]
    fn what_the_platform_takes_is_a_charge() {
        let item = json!({"id": "p", "type": "service_charge", "paid_at": "2026-11-20T18:42:08+01:00",
            "amount": {"minor": -90, "currency": "EUR", "exponent": 2}, "gig": "g1"});
        let record = payment(&item).unwrap();
        assert_eq!(record.type_name.as_deref(), Some("charge"));
        assert_eq!(record.work_key.as_deref(), Some("gig:g1"));
    }

    /// Names that the readers look for.
    const MEMBERS: [&str; 27] = [
        "id",
        "kind",
        "title",
        "status",
        "started_at",
        "ended_at",
        "duration_s",
        "distance_m",
        "city",
        "amount",
        "gig",
        "paid_at",
        "type",
        "rated_at",
        "dimension",
        "score",
        "value",
        "min",
        "max",
        "author",
        "text",
        "language",
        "written_at",
        "earned_at",
        "name",
        "reason",
        "description",
    ];

    /// What a platform may put where anything is expected.
    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(json!("2026-11-20T18:42:08+01:00")),
            (any::<i64>(), "[A-Z]{2,4}", any::<u8>())
                .prop_map(|(minor, currency, exponent)| json!({ "minor": minor, "currency": currency, "exponent": exponent })),
            vec(any::<u8>(), 0..4).prop_map(Value::from),
        ]
    }

    proptest! {
        #[test]
        fn any_item_is_read_or_refused(members in vec((select(&MEMBERS[..]), any_value()), 0..12)) {
            let item = Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>());
            for resource in CONNECTOR.resources {
                if let Some(record) = (resource.read)(&item) {
                    prop_assert!(!record.source_key.is_empty());
                }
            }
        }
    }
}
