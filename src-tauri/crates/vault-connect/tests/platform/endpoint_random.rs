//! Any answer that the published schema allows: it is taken whole, its bytes are kept, and the records are as many as the JSON says.

use std::sync::{Arc, Mutex};

use proptest::{
    collection::vec,
    option,
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use vault_store::{
    RecordKind, Sha256,
    records::{RecordFilter, Sort},
};

use crate::{
    scripted::{Scripted, json as answer},
    world::World,
};

/// How many answers are tried.
const ANSWERS: u32 = 48;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-zA-ZñÉ€ \"\\\\,\\[{]{1,12}", ".{0,20}"]
}

fn moment() -> impl Strategy<Value = String> {
    (
        2001..2030_i32,
        1..13_u8,
        1..29_u8,
        0..24_u8,
        0..8_usize,
        -11..12_i8,
    )
        .prop_map(|(year, month, day, hour, digits, offset)| {
            let fraction = match digits {
                0 => String::new(),
                digits => format!(".{}", "1760745".get(..digits).unwrap_or_default()),
            };
            format!("{year}-{month:02}-{day:02}T{hour:02}:59:59{fraction}{offset:+03}:00")
        })
}

fn rating() -> impl Strategy<Value = Value> {
    (
        option::of(word()),
        0..=10_i64,
        -5..0_i64,
        10..20_i64,
        any::<bool>(),
    )
        .prop_map(|(name, value, min, max, decimal)| {
            let value = if decimal {
                json!(value as f64 + 0.5)
            } else {
                json!(value)
            };
            match name {
                Some(name) => json!({ "name": name, "value": value, "min": min, "max": max }),
                None => json!({ "value": value, "min": min, "max": max }),
            }
        })
}

fn interaction() -> impl Strategy<Value = Value> {
    let outcome = (
        any::<bool>(),
        option::of((word(), word())),
        option::of(vec(rating(), 0..4)),
    );
    let income = option::of((
        -1_000_000..1_000_000_i64,
        prop::sample::select(vec!["EUR", "usd", "JPY", "euros", ""]),
    ));
    ("[0-9]{0,2}", option::of(moment()), moment(), word(), outcome, income).prop_map(
        |(id, start, end, kind, (success, review, ratings), income)| {
            let mut value = json!({ "id": id, "period": { "end": end }, "type": kind, "outcome": { "success": success } });
            if let Some(start) = start {
                value["period"]["start"] = start.into();
            }
            if let Some((title, text)) = review {
                value["outcome"]["review"] = json!({ "title": title, "text": text });
            }
            if let Some(ratings) = ratings {
                value["outcome"]["ratings"] = ratings.into();
            }
            if let Some((amount, currency)) = income {
                value["additionalData"] = json!({ "income": { "amount": amount, "currency": currency } });
            }
            value
        },
    )
}

fn achievement() -> impl Strategy<Value = Value> {
    let score = option::of(prop_oneof![
        (0..100_i64).prop_map(Value::from),
        word().prop_map(Value::from)
    ]);
    ("[a-z]{0,1}", moment(), word(), word(), score).prop_map(|(id, time, kind, name, score)| {
        let mut value = json!({ "id": id, "timeStamp": time, "type": kind, "name": name, "description": "" });
        if let Some(score) = score {
            value["score"] = json!({ "value": score });
        }
        value
    })
}

fn document() -> impl Strategy<Value = Value> {
    (vec(interaction(), 0..6), option::of(vec(achievement(), 0..3))).prop_map(
        |(interactions, achievements)| {
            let mut value = json!({ "interactions": interactions, "more": { "of": ["theirs"] } });
            if let Some(achievements) = achievements {
                value["achievements"] = achievements.into();
            }
            value
        },
    )
}

/// How many records of each kind the JSON stands for, counted without any of the readers.
fn expected(root: &Value) -> [(RecordKind, u64); 5] {
    let list = |value: &Value, name: &str| {
        value
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let interactions = list(root, "interactions");
    let of = |found: &dyn Fn(&Value) -> u64| interactions.iter().map(found).sum::<u64>();
    let currencies = ["EUR", "usd", "JPY"];
    let paid = |item: &Value| {
        let currency = item
            .pointer("/additionalData/income/currency")
            .and_then(Value::as_str);
        u64::from(currency.is_some_and(|currency| currencies.contains(&currency)))
    };
    [
        (RecordKind::Work, interactions.len() as u64),
        (RecordKind::Payment, of(&paid)),
        (
            RecordKind::Rating,
            of(&|item| list(&item["outcome"], "ratings").len() as u64),
        ),
        (
            RecordKind::Review,
            of(&|item| u64::from(item["outcome"].get("review").is_some())),
        ),
        (RecordKind::Achievement, list(root, "achievements").len() as u64),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn any_valid_answer_is_taken_whole_and_kept_as_it_came() {
    let world = World::new().await;
    let body = Arc::new(Mutex::new(String::new()));
    let said = Arc::clone(&body);
    let platform = Scripted::start(move |_, _| answer(&said.lock().unwrap())).await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    for number in 0..ANSWERS {
        let root = document().new_tree(&mut runner).unwrap().current();
        let text = serde_json::to_string(&root).unwrap();
        body.lock().unwrap().clone_from(&text);
        let id = world
            .address_at(&platform.base, &format!("p{number}@post.example"), "t")
            .await;
        let fetched = world
            .fetch(id)
            .await
            .unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(fetched.counts.set_aside, 0, "{text}");
        for (kind, count) in expected(&root) {
            let filter = RecordFilter {
                kinds: vec![kind],
                connections: Some(vec![id]),
                ..RecordFilter::default()
            };
            let page = world
                .space
                .records_page(filter, Sort::default(), 0, 100)
                .await
                .unwrap();
            assert_eq!(page.totals.count, count, "{kind:?} of {text}");
            for record in page.records {
                assert_eq!(record.provenance.sha256, Sha256::of(text.as_bytes()));
                assert!(
                    world.space.record_detail(record.id).await.unwrap().unchanged,
                    "{text}"
                );
            }
        }
        let again = world.fetch(id).await.unwrap();
        assert_eq!((again.counts.new, again.counts.changed), (0, 0), "{text}");
    }
}
