//! Ending that somebody sees a platform takes away what was named and nothing else, and never gives anything.

use proptest::prelude::*;
use vault_store::{
    ConnectionId, GrantId, PartyKind,
    connections::{ConnectionState, ConnectionWay},
    disclosures::DisclosureKind,
    grants::GrantState,
};

use super::super::{Asked, ConsumerAsk, Narrowing, Seers, Sight};
use super::kit::{World, week};
use crate::{
    connections::NewConnection,
    consumers::{Claim, NewConsumer, platform_guid},
};

fn only(connections: &[ConnectionId]) -> Narrowing {
    Narrowing {
        connections: Some(connections.to_vec()),
        ..Narrowing::default()
    }
}

fn pairs(sights: &[Sight]) -> Vec<(&str, &str)> {
    let mut pairs: Vec<(&str, &str)> = sights
        .iter()
        .map(|sight| (sight.party.name.as_str(), sight.platform.as_str()))
        .collect();
    pairs.sort_unstable();
    pairs
}

async fn held(world: &World, grant: GrantId) -> (GrantState, Option<Vec<ConnectionId>>) {
    let grant = world.space.grant(grant).await.unwrap().grant;
    (grant.state, grant.connections)
}

#[tokio::test]
async fn one_app_loses_one_platform_and_keeps_the_other() {
    let world = World::new().await;
    let hourly = world.app("Hourly", &["work.records:get"]).await;
    let ledger = world.app("Ledger", &["reviews:get"]).await;
    let first = world.share(hourly, Narrowing::default(), week()).await;
    let second = world.share(ledger, only(&[world.meals]), week()).await;
    let sights = world.space.sights().await.unwrap();
    assert_eq!(
        pairs(&sights),
        [("Hourly", "meals"), ("Hourly", "quill"), ("Ledger", "meals")]
    );
    assert!(sights.iter().all(|sight| sight.until.is_some() && !sight.once));

    let theirs = Seers::One(PartyKind::App, hourly.to_string());
    assert_eq!(
        world.space.stop_platform("meals", theirs.clone()).await.unwrap(),
        1
    );
    assert_eq!(
        held(&world, first).await,
        (GrantState::Live, Some(vec![world.quill]))
    );
    assert_eq!(
        held(&world, second).await,
        (GrantState::Live, Some(vec![world.meals]))
    );
    let answer = world.read(hourly, "/v1/records?kind=work&limit=100").await;
    let records = answer["records"].as_array().unwrap();
    assert!(records.len() == 3 && records.iter().all(|record| record["platform"] == "quill"));
    let stopped = world.log_kinds().await;
    assert_eq!(stopped.iter().filter(|kind| **kind == "revoked").count(), 1);
    // Again is no error and says nothing twice.
    assert_eq!(
        world.space.stop_platform("meals", theirs.clone()).await.unwrap(),
        0
    );

    // Its last platform: the permission ends, and the next call is refused.
    assert_eq!(world.space.stop_platform("quill", theirs).await.unwrap(), 1);
    assert_eq!(held(&world, first).await.0, GrantState::Revoked);
    world.denied(hourly, "/v1/records?kind=work").await;
    assert_eq!(pairs(&world.space.sights().await.unwrap()), [("Ledger", "meals")]);
}

#[tokio::test]
async fn a_platform_is_ended_for_everybody_and_later_ones_do_not_join() {
    let world = World::new().await;
    let hourly = world.app("Hourly", &["work.records:get"]).await;
    let ledger = world.app("Ledger", &["reviews:get"]).await;
    let first = world.share(hourly, Narrowing::default(), week()).await;
    let second = world.share(ledger, only(&[world.meals]), week()).await;
    assert_eq!(world.space.stop_platform("meals", Seers::All).await.unwrap(), 2);
    assert_eq!(
        held(&world, first).await,
        (GrantState::Live, Some(vec![world.quill]))
    );
    assert_eq!(held(&world, second).await.0, GrantState::Revoked);
    world
        .space
        .add_connection(NewConnection {
            platform: "later".into(),
            name: "Later".into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: String::new(),
            detail: serde_json::Map::new(),
        })
        .await
        .unwrap();
    assert_eq!(pairs(&world.space.sights().await.unwrap()), [("Hourly", "quill")]);
    let log = world.log().await;
    let said: Vec<&str> = log
        .iter()
        .filter(|entry| entry.kind == DisclosureKind::Revoked)
        .filter_map(|entry| entry.text.as_ref().map(|text| text.text.as_str()))
        .collect();
    assert!(
        said.iter().any(|text| text.ends_with(", of Rapid Meals")),
        "{said:?}"
    );
    assert!(world.space.verify_log().await.unwrap().broken.is_none());
}

#[tokio::test]
async fn who_sees_no_records_sees_no_platform() {
    let world = World::new().await;
    let app = world.app("Letters", &["profile.first_name:get"]).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    assert!(world.space.sights().await.unwrap().is_empty());
    assert_eq!(world.space.stop_platform("meals", Seers::All).await.unwrap(), 0);
    assert_eq!(held(&world, grant).await.0, GrantState::Live);
}

#[tokio::test]
async fn a_consumer_app_gives_up_one_platform_and_is_told_of_no_other() {
    let world = World::new().await;
    let new = NewConsumer {
        name: "Ledger".into(),
        callback: "https://ledger.example/data".into(),
        returns: vec!["https://ledger.example/back".into()],
        claim: Claim::Aggregated,
        loopback: false,
    };
    let (app, _) = world.space.add_consumer(new).await.unwrap();
    let asked = ConsumerAsk {
        consumer: app.id,
        claim: None,
        platform: None,
        begun_by_person: true,
    };
    let Asked::Question(id) = world.space.ask_for_consumer(asked).await.unwrap() else {
        panic!("nobody is asked");
    };
    let grant = world.allow(id, Narrowing::default(), week()).await;
    let seen = async || {
        let all = world.space.shared_platforms(app.id).await.unwrap();
        all.into_iter().map(|one| one.platform).collect::<Vec<_>>()
    };
    assert_eq!(seen().await, ["meals", "quill"]);
    let before = world.space.deliveries().await.unwrap().len();
    assert!(world.space.give_up(app.id, platform_guid("meals")).await.unwrap());
    assert_eq!(seen().await, ["quill"]);
    assert_eq!(
        held(&world, grant).await,
        (GrantState::Live, Some(vec![world.quill]))
    );
    let told = world.space.deliveries().await.unwrap();
    assert!(told.iter().skip(before).all(|one| one.subject == "meals"));
    // It has given it up already.
    assert!(!world.space.give_up(app.id, platform_guid("meals")).await.unwrap());
    assert!(world.space.give_up(app.id, platform_guid("quill")).await.unwrap());
    assert_eq!(held(&world, grant).await.0, GrantState::Revoked);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is ended in whatever order: nobody sees a platform that they did not see before.
    #[test]
    fn ending_never_widens(steps in proptest::collection::vec((0..3_usize, 0..3_usize, any::<bool>()), 1..6), narrow in any::<[bool; 2]>()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let mut apps = Vec::new();
            for (name, narrow) in ["Hourly", "Ledger"].into_iter().zip(narrow) {
                let app = world.app(name, &["work.records:get"]).await;
                let narrowing = if narrow { only(&[world.meals]) } else { Narrowing::default() };
                world.share(app, narrowing, week()).await;
                apps.push(app.to_string());
            }
            let mut before = world.space.sights().await.unwrap();
            for (app, platform, all) in steps {
                let platform = ["meals", "quill", "nowhere"][platform];
                let seers = match apps.get(app) {
                    Some(id) if !all => Seers::One(PartyKind::App, id.clone()),
                    Some(_) | None => Seers::All,
                };
                world.space.stop_platform(platform, seers.clone()).await.unwrap();
                let after = world.space.sights().await.unwrap();
                let was = pairs(&before);
                for sight in &after {
                    assert!(was.contains(&(sight.party.name.as_str(), sight.platform.as_str())));
                    let ended = sight.platform == platform
                        && match &seers {
                            Seers::One(_, id) => *id == sight.party.id,
                            Seers::All => true,
                        };
                    assert!(!ended, "{platform} is seen still");
                }
                before = after;
            }
        });
    }
}
