//! What comes in: known peers only, each check with its own answer, repeats harmless, nothing kept for ever.

use std::collections::BTreeMap;

use intercoop::{errors::WireError, extras::Extras, payload, reason::Reason, reply::Reply};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use vault_store::incoming_transfers;

use super::kit::{CANARY, NOW, World, descriptor, other, package, text, theirs};
use crate::{
    LockReason, SpaceHandle, VaultError,
    cooperatives::{INCOMING_LIFE, Incoming, IncomingState, Offer, OfferedService, RuleKind, ServiceRule},
    test_vault::passphrase,
};

const BASE: &str = "http://127.0.0.1:49300";

async fn receive(world: &World, body: Vec<u8>) -> Reply {
    world.vault.receive_transfer(None, body, BASE).await.unwrap()
}

fn sample() -> String {
    text(&[
        ("originpeer", "llumverda"),
        ("name", CANARY),
        ("nif", "12345678Z"),
    ])
}

fn error(reply: &Reply) -> WireError {
    WireError::from_yaml(&reply.body).unwrap()
}

fn token(reply: &Reply) -> String {
    let start = format!("{BASE}/intercoop/continue/");
    let (_, rest) = reply.body.split_once(&start).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn uuid(reply: &Reply) -> String {
    reply.body.lines().next().unwrap().to_owned()
}

fn offer(id: &str, fields: &[&str], offered: bool, refused: Vec<ServiceRule>) -> Offer {
    let words = BTreeMap::from([("es".to_owned(), "Contrato".to_owned())]);
    Offer {
        service: OfferedService {
            id: id.to_owned(),
            name: words.clone(),
            description: words,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            offered,
        },
        refused,
    }
}

#[tokio::test]
async fn a_known_peer_is_answered_and_a_repeat_is_harmless() {
    let world = World::of_anna().await;
    let body = package(&theirs(), &sample(), false);
    let stranger = receive(&world, body.clone()).await;
    assert_eq!((stranger.status, error(&stranger).name()), (403, "BadPeer"));
    world.add(descriptor(&theirs()), false).await;
    assert_eq!(
        receive(&world, body.clone()).await.status,
        403,
        "nobody compared the key"
    );
    world.space.key_compared("llumverda", true).await.unwrap();
    let first = receive(&world, body.clone()).await;
    assert_eq!(first.status, 200);
    let again = receive(&world, body).await;
    assert_eq!((again.status, uuid(&again)), (200, uuid(&first)));
    let all = world.space.incoming_transfers().await.unwrap();
    assert_eq!((all.len(), all[0].incoming.repeats), (1, 1));
    assert!(
        all[0]
            .fields
            .iter()
            .any(|(label, values)| label == "Name" && values == &[CANARY])
    );
    assert!(!format!("{all:?}{first:?}").contains(CANARY));

    let arrived = world.vault.take_continuation(&token(&first)).await.unwrap();
    assert!(arrived.fields == ["Name", "Tax number"] && !arrived.repeated);
    assert!(matches!(
        world.vault.take_continuation(&token(&first)).await,
        Err(VaultError::NoSuch(_))
    ));
    let arrived = world.vault.take_continuation(&token(&again)).await.unwrap();
    assert!(arrived.repeated && arrived.fields.is_empty());
}

#[tokio::test]
async fn each_fault_has_its_documented_answer() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let good = String::from_utf8(package(&theirs(), &sample(), false)).unwrap();
    let cases = [
        (package(&other(), &sample(), false), 403, "BadSignature"),
        (
            package(&theirs(), &text(&[("nif", "1")]), false),
            400,
            "MissingField",
        ),
        (good.replace("'1.0'", "'0.0'").into_bytes(), 400, "WrongVersion"),
        (good.replace("'1.0'", "1.0").into_bytes(), 400, "WrongVersion"),
        (good.replace("signature:", "sig:").into_bytes(), 400, "BadMessage"),
        (b"- a\n".to_vec(), 400, "BadMessage"),
        (package(&theirs(), "originpeer: [", false), 400, "BadFormat"),
    ];
    for (body, status, name) in cases {
        let reply = receive(&world, body).await;
        assert_eq!((reply.status, error(&reply).name()), (status, name));
    }
    assert!(world.space.incoming_transfers().await.unwrap().is_empty());
}

#[tokio::test]
async fn services_are_stopped_for_all_for_a_peer_a_member_or_a_role() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let rule = |kind, value: &str, peer: Option<&str>| ServiceRule {
        kind,
        value: value.into(),
        peer: peer.map(str::to_owned),
    };
    let body = |n: u32, service: &str| {
        package(
            &theirs(),
            &text(&[
                ("originpeer", "llumverda"),
                ("nif", "12345678-z"),
                ("innerid", "666"),
                ("peerroles", "worker"),
                ("service", service),
                ("phone", &n.to_string()),
            ]),
            false,
        )
    };
    let cases = [
        (
            true,
            vec![rule(RuleKind::Peer, "llumverda", None)],
            Some(Reason::StoppedForPeer),
        ),
        (
            true,
            vec![rule(RuleKind::Member, "666", Some("llumverda"))],
            Some(Reason::StoppedForMember),
        ),
        (
            true,
            vec![rule(RuleKind::Nif, "12345678Z", None)],
            Some(Reason::StoppedForMember),
        ),
        (
            true,
            vec![rule(RuleKind::Role, "worker", None)],
            Some(Reason::StoppedForRole),
        ),
        (true, vec![rule(RuleKind::Member, "666", Some("another"))], None),
        (false, Vec::new(), Some(Reason::Stopped)),
    ];
    for (n, (offered, rules, expected)) in (0_u32..).zip(cases) {
        let saved = offer("contract", &["nif"], offered, rules);
        world.space.save_offered_service(saved.clone()).await.unwrap();
        assert_eq!(world.space.offered_services().await.unwrap(), [saved]);
        let reply = receive(&world, body(n, "contract")).await;
        match expected {
            Some(reason) => assert_eq!((reply.status, Reason::of(&error(&reply))), (400, Some(reason))),
            None => assert_eq!(reply.status, 200),
        }
    }
    let reply = receive(&world, body(20, "another")).await;
    assert_eq!(Reason::of(&error(&reply)), Some(Reason::UnknownService));
    world
        .space
        .save_offered_service(offer("contract", &["nif", "email"], true, Vec::new()))
        .await
        .unwrap();
    // The only one that is offered is meant when none is named.
    let reply = receive(&world, package(&theirs(), &sample(), false)).await;
    assert!(matches!(error(&reply), WireError::MissingField { field } if field == "email"));
    world
        .space
        .save_offered_service(offer("other", &["email"], true, Vec::new()))
        .await
        .unwrap();
    let reply = receive(&world, package(&theirs(), &sample(), false)).await;
    assert_eq!(reply.status, 200, "one of several is not guessed");
}

/// A text for the service `contract`, with everything that makes it one transfer.
fn extras(audience: &str, issued: OffsetDateTime) -> String {
    let mut fields = payload::PayloadFields::new();
    for name in ["originpeer", "nif"] {
        let key = payload::Key::new(name).unwrap();
        fields.set(key, payload::Value::Text("llumverda".into()));
    }
    Extras::new(Uuid::new_v4(), issued, audience, "contract").write_to(&mut fields);
    payload::write(&fields)
}

#[tokio::test]
async fn a_peer_that_is_marked_as_new_has_to_send_it_all_and_once() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    world.space.set_peer_strong("llumverda", true).await.unwrap();
    let own = world.own_id().await;
    world
        .space
        .save_offered_service(offer("contract", &["nif"], true, Vec::new()))
        .await
        .unwrap();
    let weak = receive(&world, package(&theirs(), &extras(&own, NOW), false)).await;
    assert_eq!(error(&weak).name(), "BadSignature");
    let bare = receive(&world, package(&theirs(), &sample(), true)).await;
    assert_eq!((bare.status, error(&bare).name()), (400, "BadMessage"));
    let foreign = receive(&world, package(&theirs(), &extras("somebody", NOW), true)).await;
    assert_eq!(Reason::of(&error(&foreign)), Some(Reason::OtherAudience));
    let old = extras(&own, NOW - Duration::minutes(16));
    let late = receive(&world, package(&theirs(), &old, true)).await;
    assert_eq!(Reason::of(&error(&late)), Some(Reason::Expired));
    let body = package(&theirs(), &extras(&own, NOW), true);
    assert_eq!(receive(&world, body.clone()).await.status, 200);
    let again = receive(&world, body.clone()).await;
    assert_eq!(Reason::of(&error(&again)), Some(Reason::Repeated));
    let id = world.space.incoming_transfers().await.unwrap()[0].incoming.id;
    world.space.discard_incoming(id).await.unwrap();
    let again = receive(&world, body).await;
    assert_eq!(
        Reason::of(&error(&again)),
        Some(Reason::Repeated),
        "also after it was let go"
    );
}

#[tokio::test]
async fn what_is_kept_stays_and_the_rest_goes() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let mut ids = Vec::new();
    for nif in ["1", "2", "3"] {
        let body = package(
            &theirs(),
            &text(&[("originpeer", "llumverda"), ("nif", nif)]),
            false,
        );
        assert_eq!(receive(&world, body).await.status, 200);
        let all = world.space.incoming_transfers().await.unwrap();
        let new = all.iter().map(|one| one.incoming.id).find(|id| !ids.contains(id));
        ids.push(new.unwrap());
    }
    world.space.accept_incoming(ids[0]).await.unwrap();
    world.space.discard_incoming(ids[1]).await.unwrap();
    assert!(world.space.incoming_transfer(ids[1]).await.is_err());
    world.clock.advance(INCOMING_LIFE);
    let left = world.space.incoming_transfers().await.unwrap();
    assert_eq!(
        left.iter().map(|one| one.incoming.id).collect::<Vec<_>>(),
        [ids[0]]
    );
    assert!(matches!(
        world.space.accept_incoming(ids[2]).await,
        Err(VaultError::NoSuch(_))
    ));
}

/// Every row, as it is kept.
async fn rows(space: &SpaceHandle) -> Vec<Incoming> {
    space
        .read(|db| Ok(db.read(incoming_transfers::list)?))
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_let_go_is_known_for_as_long_as_it_could_come_again() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    world
        .space
        .save_offered_service(offer("contract", &["nif"], true, Vec::new()))
        .await
        .unwrap();
    let own = world.own_id().await;
    let ending = package(&theirs(), &extras(&own, NOW), false);
    let endless = package(&theirs(), &sample(), false);
    let mut uuids = Vec::new();
    for body in [&ending, &endless] {
        uuids.push(uuid(&receive(&world, body.clone()).await));
    }
    assert_eq!(world.space.incoming_waiting().await.unwrap(), 2);
    for one in world.space.incoming_transfers().await.unwrap() {
        world.space.discard_incoming(one.incoming.id).await.unwrap();
    }
    let left = rows(&world.space).await;
    assert!(
        left.len() == 2
            && left
                .iter()
                .all(|one| one.payload.is_none() && one.envelope.is_none())
    );
    assert_eq!(world.space.incoming_waiting().await.unwrap(), 0);

    // While the package is good it is known, and asks the person nothing.
    world.clock.advance(Duration::minutes(14));
    for (body, uuid_before) in [&ending, &endless].into_iter().zip(&uuids) {
        let again = receive(&world, body.clone()).await;
        assert_eq!((again.status, &uuid(&again)), (200, uuid_before));
    }
    assert_eq!(world.space.incoming_waiting().await.unwrap(), 0);

    // A day after its end nothing is left of it, and it is refused all the same.
    world.clock.advance(Duration::days(1) + Duration::minutes(2));
    let late = receive(&world, ending).await;
    assert_eq!(Reason::of(&error(&late)), Some(Reason::Expired));
    assert_eq!(rows(&world.space).await.len(), 1);
    // What has no end is known for as long as its sender is.
    world.clock.advance(Duration::days(400));
    let again = receive(&world, endless).await;
    assert_eq!((again.status, &uuid(&again)), (200, &uuids[1]));
    world.space.remove_peer("llumverda").await.unwrap();
    assert!(world.space.incoming_transfers().await.unwrap().is_empty());
    assert!(rows(&world.space).await.is_empty());
}

#[tokio::test]
async fn what_nobody_looked_at_goes_with_the_next_start() {
    let world = World::of_anna().await;
    world.add(descriptor(&theirs()), true).await;
    let body = package(&theirs(), &sample(), false);
    assert_eq!(receive(&world, body).await.status, 200);
    world.clock.advance(INCOMING_LIFE);
    assert!(rows(&world.space).await[0].payload.is_some(), "nobody looked");
    world.vault.lock(LockReason::You).await;
    let vault = world.locked.unlock(&passphrase()).unwrap();
    let left = rows(&vault.first_space().await.unwrap()).await;
    assert_eq!(left[0].state, IncomingState::Expired);
    assert!(left[0].payload.is_none() && left[0].envelope.is_none());
}

#[tokio::test]
async fn a_space_is_reached_by_its_handle() {
    let world = World::of_anna().await;
    let second = world.vault.add_space("Second", false).await.unwrap();
    let (first, second_id) = (world.space.id().to_string(), second.id().to_string());
    second.keep_peer_key(other()).await.unwrap();
    let own = second.own_peer().await.unwrap();
    let handle = second_id.replace('-', "");
    assert!(own.descriptor.contains(&format!("/intercoop/{handle}")));
    world.add(descriptor(&theirs()), true).await;
    let body = package(&theirs(), &sample(), false);
    let reply = world
        .vault
        .receive_transfer(Some(&handle), body.clone(), BASE)
        .await
        .unwrap();
    assert_eq!(reply.status, 403, "the second space does not know the peer");
    let reply = world
        .vault
        .receive_transfer(Some("nobody"), body.clone(), BASE)
        .await
        .unwrap();
    assert_eq!(reply.status, 400);
    let reply = world
        .vault
        .receive_transfer(Some(&first.replace('-', "")), body, BASE)
        .await
        .unwrap();
    assert_eq!(reply.status, 200);
}
