//! The answers that deserve a test of their own (`spec/gigdata.md` 3.10), through a whole fetch: what is kept of each, and that the same
//! answer on another day changes nothing. Those that cannot be read, and refusals, are with the states of a connection.

use std::sync::{Arc, Mutex};

use serde_json::json as value;
use time::{Duration, macros::datetime};
use vault_store::{
    ConnectionId, Record, RecordKind,
    records::{RecordFilter, Sort},
};

use crate::{
    scripted::{Scripted, json},
    world::World,
};

/// A name, an answer, and how many gigs, ratings, reviews and achievements it holds.
type Case = (&'static str, &'static str, [usize; 4]);

const CASES: [Case; 8] = [
    ("E01", r#"{"interactions":[]}"#, [0, 0, 0, 0]),
    (
        "E02",
        r#"{"interactions":[{"id":"a","period":{"end":"2026-05-01T12:00:00Z"},"type":"t","outcome":{"success":true}}]}"#,
        [1, 0, 0, 0],
    ),
    (
        "E03",
        r#"{"interactions":[{"id":"a","period":{"end":"2026-05-01T12:00:00Z"},"type":"t","outcome":{"success":true,"ratings":[{"value":1,"min":0,"max":1}]}}]}"#,
        [1, 1, 0, 0],
    ),
    (
        "E04",
        r#"{"interactions":[],"achievements":[{"id":"b","timeStamp":"2026-04-01T00:00:00Z","type":"Badge","name":"n","description":"","score":{"value":"A"}}]}"#,
        [0, 0, 0, 1],
    ),
    (
        "E05",
        r#"{"interactions":[{"id":"a","period":{"end":"2026-05-01T12:00:00Z"},"type":"t","outcome":{"success":true,"review":{"title":"Good","text":"On time"}}}]}"#,
        [1, 0, 1, 0],
    ),
    (
        "E13",
        r#"{"interactions":[
            {"id":"a","period":{"end":"2026-05-01T12:00:00Z"},"type":"t","outcome":{"success":true,"review":{"title":"","text":"five"},"ratings":[{"value":5,"min":1,"max":5}]}},
            {"id":"a","period":{"end":"2026-05-02T12:00:00Z"},"type":"t","outcome":{"success":true,"review":{"title":"","text":"two"},"ratings":[{"value":2,"min":1,"max":5}]}}]}"#,
        [2, 2, 2, 0],
    ),
    (
        "E14",
        r#"{"Interactions":[{"Id":"a","Period":{"End":"2026-05-01T12:00:00Z"},"Type":"t","Outcome":{"Success":true,"Review":{"Title":"","Text":"five"},"Ratings":[{"Value":5,"Min":1,"Max":5}]}}],"Achievements":[]}"#,
        [1, 1, 1, 0],
    ),
    (
        "E15",
        r#"{"interactions":[{"id":null,"period":{"start":"2026-05-01T10:00:00","end":"2026-05-01T12:00:00"},"type":"t","outcome":{"success":true,"review":{"title":"","text":"five"},"ratings":[{"value":5,"min":1,"max":5}]}}]}"#,
        [1, 1, 1, 0],
    ),
];

async fn records(world: &World, id: ConnectionId, kind: RecordKind) -> Vec<Record> {
    let filter = RecordFilter {
        kinds: vec![kind],
        connections: Some(vec![id]),
        ..RecordFilter::default()
    };
    let page = world.space.records_page(filter, Sort::default(), 0, 10).await;
    page.unwrap().records
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_break_others_are_read_here() {
    let world = World::new().await;
    let body = Arc::new(Mutex::new(""));
    let said = Arc::clone(&body);
    let platform = Scripted::start(move |_, _| json(*said.lock().unwrap())).await;
    for (name, answer, counts) in CASES {
        *body.lock().unwrap() = answer;
        let id = world
            .address_at(&platform.base, &format!("{name}@post.example"), "t")
            .await;
        world.fetch(id).await.unwrap();
        let kinds = [
            RecordKind::Work,
            RecordKind::Rating,
            RecordKind::Review,
            RecordKind::Achievement,
        ];
        let (mut all, mut found) = (Vec::new(), Vec::new());
        for kind in kinds {
            let of = records(&world, id, kind).await;
            found.push(of.len());
            all.push(of);
        }
        assert_eq!(found, counts, "{name}");
        let [work, ratings, reviews, achievements] = all.try_into().unwrap();
        match name {
            "E02" => assert_eq!(
                work[0].rating, None,
                "what the platform does not say is not made up"
            ),
            "E03" => {
                let rating = ratings[0].rating.as_ref().unwrap();
                assert_eq!((rating.value, rating.min, rating.max), (1.0, 0.0, 1.0));
            }
            "E04" => assert_eq!(achievements[0].extra["score"]["value"], value!("A")),
            "E05" => assert_eq!(reviews[0].rating, None),
            "E13" => {
                assert_ne!(work[0].id, work[1].id);
                for review in &reviews {
                    let stars = if review.text.as_deref() == Some("five") {
                        5.0
                    } else {
                        2.0
                    };
                    let own = ratings.iter().find(|rating| rating.work == review.work).unwrap();
                    assert_eq!(own.rating.as_ref().unwrap().value, stars);
                }
            }
            "E15" => {
                assert_eq!(work[0].start, datetime!(2026-05-01 10:00 UTC));
                assert_eq!(ratings[0].work, Some(work[0].id));
                assert_eq!(reviews[0].work, Some(work[0].id));
            }
            _ => {}
        }
        world.clock.advance(Duration::days(1));
        let again = world.fetch(id).await.unwrap();
        let expected: usize = counts.iter().sum();
        assert_eq!(
            (again.counts.new, again.counts.changed, again.counts.same),
            (0, 0, expected as u64),
            "{name}"
        );
    }
}
