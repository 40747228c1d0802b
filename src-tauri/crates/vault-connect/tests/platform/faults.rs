//! Each way in which the demo platform can go wrong, and what is said of the connection then.

use std::time::Duration;

use demo_platform::Fault;
use tokio::time::timeout;
use vault_connect::{ConnectError, Stop};
use vault_store::{
    RecordKind, connections::ConnectionState, records::RecordFilter, retrievals::RetrievalOutcome,
};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_platform_ends_in_its_own_state() {
    let world = World::new().await;
    let id = world.linked().await;
    world.fetch(id).await.unwrap();
    let digest = world.space.records_digest().await.unwrap();
    let faults = [
        (Fault::RateLimit, ConnectionState::PlatformBusy, "CON-429"),
        (Fault::ServerError, ConnectionState::PlatformDown, "CON-503"),
        (Fault::TruncatedJson, ConnectionState::UnknownFormat, "CON-420"),
        (Fault::RedirectAway, ConnectionState::PlatformDown, "CON-503"),
        (Fault::Huge, ConnectionState::UnknownFormat, "CON-420"),
        (Fault::AccountClosed, ConnectionState::Gone, "CON-411"),
        (Fault::Revoked, ConnectionState::AuthLost, "CON-401"),
    ];
    for (fault, state, code) in faults {
        world.platform.set_fault(Some(fault));
        let before: u64 = world.platform.requests().values().sum();
        assert!(world.fetch(id).await.is_err(), "{fault}");
        let asked = world.platform.requests().values().sum::<u64>() - before;
        assert!(asked <= 4, "{fault}: {asked} requests");
        assert_eq!(world.state(id).await, state, "{fault}");
        assert_eq!(
            world.last_try(id).await,
            (code.to_owned(), RetrievalOutcome::Failed),
            "{fault}"
        );
        assert_eq!(world.space.records_digest().await.unwrap(), digest, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_closes_later_is_less_granted_and_the_rest_is_read() {
    let world = World::new().await;
    let id = world.linked().await;
    world.platform.set_fault(Some(Fault::LessScope));
    let fetched = world.fetch(id).await.unwrap();
    assert!(fetched.counts.new > 700, "{:?}", fetched.counts);
    assert_eq!(world.state(id).await, ConnectionState::LessGranted);
    assert_eq!(
        world.last_try(id).await,
        ("CON-450".to_owned(), RetrievalOutcome::Done)
    );
    let payments = RecordFilter {
        kinds: vec![RecordKind::Payment],
        ..RecordFilter::default()
    };
    assert_eq!(world.space.record_totals(payments).await.unwrap().count, 0);

    world.platform.set_fault(None);
    world.fetch(id).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_fails_is_not_a_session_that_ended() {
    let world = World::new().await;
    let id = world.linked().await;
    world.clock.advance(time::Duration::hours(2));
    world.platform.set_fault(Some(Fault::TokenError));
    assert!(world.fetch(id).await.is_err());
    assert_eq!(world.state(id).await, ConnectionState::PlatformDown);
    world.platform.set_fault(Some(Fault::RefreshFails));
    assert!(world.fetch(id).await.is_err());
    assert_eq!(world.state(id).await, ConnectionState::AuthLost);
    assert_eq!(
        world.last_try(id).await,
        ("CON-401".to_owned(), RetrievalOutcome::Failed)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_that_waits_for_a_slow_page_can_be_stopped() {
    let world = World::new().await;
    let id = world.linked().await;
    world.platform.set_fault(Some(Fault::Slow));
    let stop = Stop::default();
    let fetch = world.connect.fetch(&world.space, id, &stop);
    let (fetched, ()) = tokio::join!(timeout(Duration::from_secs(20), fetch), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stop.stop();
    });
    let fetched = fetched.expect("it ends before the page is there");
    assert!(matches!(fetched, Err(ConnectError::Cancelled)), "{fetched:?}");
    assert_eq!(world.state(id).await, ConnectionState::Stopped);
}
