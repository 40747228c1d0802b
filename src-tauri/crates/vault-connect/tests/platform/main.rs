//! Linking, fetching and ending a connection, against the demo platform as a real server, and against one that answers as a test says.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test should say where"
)]

mod again;
mod calendar;
mod chaos;
mod cooperative;
mod endpoint;
mod endpoint_answers;
mod endpoint_meanwhile;
mod endpoint_random;
mod endpoint_wire;
mod faults;
mod relay;
mod scripted;
mod shipped;
mod takeout;
mod world;

use demo_platform::Fault;
use reqwest::{Client, header};
use url::Url;
use vault_connect::{ConnectError, LinkOptions, Revocation, Stop, oauth::OAuthError};
use vault_core::connections::DeleteData;
use vault_store::{connections::ConnectionState, records::RecordFilter};

use world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_linked_fetched_renewed_and_ended() {
    let world = World::new().await;
    let id = world.linked().await;
    assert_eq!(world.state(id).await, ConnectionState::Working);

    let first = world.fetch(id).await.unwrap();
    assert!(first.counts.new > 700, "{:?}", first.counts);
    assert_eq!(first.counts.set_aside, 0);
    let digest = world.space.records_digest().await.unwrap();

    // The same bytes once more change nothing.
    let second = world.fetch(id).await.unwrap();
    assert_eq!((second.counts.new, second.counts.changed), (0, 0));
    assert_eq!(second.counts.same, first.counts.new);
    assert_eq!(world.space.records_digest().await.unwrap(), digest);

    // Two renewals in a row work only if the rotated token of the first was kept.
    for _ in 0..2 {
        world.clock.advance(time::Duration::hours(2));
        world.fetch(id).await.unwrap();
    }
    assert_eq!(world.state(id).await, ConnectionState::Working);

    let ended = world.connect.disconnect(&world.space, id, DeleteData::Keep);
    assert_eq!(ended.await.unwrap(), Revocation::Told);
    assert_eq!(world.state(id).await, ConnectionState::Stopped);
    assert_eq!(world.space.records_digest().await.unwrap(), digest);
    assert!(matches!(world.fetch(id).await, Err(ConnectError::NoSession)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_makes_no_connection() {
    let world = World::new().await;
    let refused = world.link(&[("decision", "deny")]).await;
    assert!(
        matches!(refused, Err(ConnectError::OAuth(OAuthError::Denied))),
        "{refused:?}"
    );
    assert!(world.space.connections().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn fewer_scopes_than_asked_are_said() {
    let world = World::new().await;
    let linked = world
        .link(&[
            ("decision", "allow"),
            ("scope", "gigs:read"),
            ("scope", "ratings:read"),
        ])
        .await
        .unwrap();
    assert!(linked.missing.contains(&"payments:read".to_owned()));
    assert_eq!(world.state(linked.connection).await, ConnectionState::LessGranted);
    world.fetch(linked.connection).await.unwrap();
    assert_eq!(world.state(linked.connection).await, ConnectionState::LessGranted);
    let payments = RecordFilter {
        kinds: vec![vault_store::RecordKind::Payment],
        ..RecordFilter::default()
    };
    assert_eq!(world.space.record_totals(payments).await.unwrap().count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_renewed_without_the_person() {
    let world = World::new().await;
    let id = world.linked().await;
    world.platform.set_fault(Some(Fault::ExpiredToken));
    world.fetch(id).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_fetch_keeps_what_came_in() {
    let world = World::new().await;
    let id = world.linked().await;
    let stop = Stop::default();
    stop.stop();
    assert!(matches!(
        world.connect.fetch(&world.space, id, &stop).await,
        Err(ConnectError::Cancelled)
    ));
    assert_eq!(world.state(id).await, ConnectionState::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_state_is_not_taken() {
    let world = World::new().await;
    let options = LinkOptions {
        base: Some(world.platform.base().parse().unwrap()),
        ..LinkOptions::default()
    };
    let linking = world.connect.link(&world.space, "demo", options).await.unwrap();
    let redirect: Url = linking
        .url()
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .unwrap()
        .1
        .parse()
        .unwrap();
    let waiting = tokio::spawn(linking.finish());
    let client = Client::new();
    for query in [
        "code=stolen&state=guessed",
        "code=stolen",
        "error=access_denied&state=x",
    ] {
        let mut forged = redirect.clone();
        forged.set_query(Some(query));
        assert_eq!(client.get(forged).send().await.unwrap().status(), 400);
    }
    let rebound = client
        .get(redirect)
        .header(header::HOST, "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), 404);
    assert!(!waiting.is_finished());
    waiting.abort();
    assert!(world.space.connections().await.unwrap().is_empty());
}
