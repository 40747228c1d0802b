//! An account that is linked or signed in to once more, and a program that ended in the middle.

use demo_platform::Fault;
use vault_connect::{Connect, ConnectError};
use vault_core::connections::DeleteData;
use vault_store::{connections::ConnectionState, retrievals::RetrievalKind};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_account_linked_again_is_the_same_connection() {
    let world = World::new().await;
    let id = world.linked().await;
    world.fetch(id).await.unwrap();
    let digest = world.space.records_digest().await.unwrap();
    world
        .connect
        .disconnect(&world.space, id, DeleteData::Keep)
        .await
        .unwrap();

    let again = world.linked().await;
    assert_eq!(again, id);
    let fetched = world.fetch(again).await.unwrap();
    assert_eq!(
        (fetched.counts.new, fetched.counts.changed),
        (0, 0),
        "nothing comes in twice"
    );
    assert_eq!(world.space.records_digest().await.unwrap(), digest);

    let other = world
        .link(&[("decision", "allow"), ("account", "bruno")])
        .await
        .unwrap();
    assert_ne!(other.connection, id);
    assert_eq!(world.space.connections().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_does_not_take_over_a_connection() {
    let world = World::new().await;
    let id = world.linked().await;
    let before = world.space.connection(id).await.unwrap();
    let base = world.platform.base();
    let bruno = [("decision", "allow"), ("account", "bruno")];
    let refused = world.link_at(&base, Some(id), &bruno).await;
    assert!(matches!(refused, Err(ConnectError::OtherAccount)), "{refused:?}");
    assert_eq!(world.space.connection(id).await.unwrap(), before);
    assert_eq!(
        world.platform.requests()["POST /oauth/revoke"],
        1,
        "what was granted is given back"
    );
    world.fetch(id).await.unwrap();
    let renewed = world
        .link_at(&base, Some(id), &[("decision", "allow")])
        .await
        .unwrap();
    assert_eq!(renewed.connection, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_fetch_after_a_program_that_ended() {
    let world = World::new().await;
    let id = world.linked().await;
    world.platform.set_fault(Some(Fault::LessScope));
    let less = world
        .link(&[("decision", "allow"), ("account", "bruno")])
        .await
        .unwrap()
        .connection;
    for connection in [id, less] {
        world
            .space
            .begin_retrieval(connection, RetrievalKind::Fetch, "oauth:demo/1")
            .await
            .unwrap();
        world
            .space
            .set_connection_state(connection, ConnectionState::Fetching, None)
            .await
            .unwrap();
    }
    Connect::settle(&world.space).await.unwrap();
    assert_eq!(world.state(id).await, ConnectionState::Working);
    assert_eq!(world.state(less).await, ConnectionState::LessGranted);
}
