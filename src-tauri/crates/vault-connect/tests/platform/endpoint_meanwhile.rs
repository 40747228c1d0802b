//! While a platform thinks about its answer, the person goes on. What they say in that time holds when the answer comes.

use std::{
    sync::{
        Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use demo_platform::ACCOUNTS;
use tokio::task::{JoinHandle, block_in_place};
use vault_connect::{ConnectError, Fetched, Revocation, Stop};
use vault_core::{addresses::NewPrompt, connections::DeleteData};
use vault_store::{ConnectionId, connections::ConnectionState};

use crate::{
    scripted::{Scripted, json},
    world::World,
};

const ONE: &str = r#"{"interactions":[{"id":"7","period":{"end":"2026-05-01T12:00:00Z"},"type":"Ride","outcome":{"success":true}}]}"#;
const PATIENCE: Duration = Duration::from_secs(20);

/// A platform that has been asked and does not answer yet.
struct Thinking {
    world: World,
    id: ConnectionId,
    base: String,
    answer: Sender<String>,
    fetch: JoinHandle<Result<Fetched, ConnectError>>,
}

impl Thinking {
    async fn new() -> Self {
        let world = World::new().await;
        let ((asked, hears), (answer, answers)) = (channel::<()>(), channel());
        let answers: Mutex<Receiver<String>> = Mutex::new(answers);
        let platform = Scripted::start(move |_, _| {
            let _ = asked.send(());
            let answers = answers.lock().unwrap();
            json(&block_in_place(|| answers.recv_timeout(PATIENCE)).unwrap())
        })
        .await;
        let id = world.at_endpoint(&platform.base, "old").await;
        let (connect, space) = (world.connect.clone(), world.space.clone());
        let fetch = tokio::spawn(async move { connect.fetch(&space, id, &Stop::default()).await });
        block_in_place(|| hears.recv_timeout(PATIENCE)).unwrap();
        assert_eq!(world.state(id).await, ConnectionState::Fetching);
        Self {
            world,
            id,
            base: platform.base,
            answer,
            fetch,
        }
    }

    /// Lets the answer come, and waits for the end of the fetch.
    async fn answered(self, body: &str) -> (World, ConnectionId, Result<Fetched, ConnectError>) {
        self.answer.send(body.to_owned()).unwrap();
        let fetched = self.fetch.await.unwrap();
        (self.world, self.id, fetched)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_asked_by_mail_meanwhile_waits_for_its_mail() {
    let thinking = Thinking::new().await;
    let space = &thinking.world.space;
    let prompt = NewPrompt {
        address: ACCOUNTS[0].email.into(),
        asker: "Demo platform".into(),
        for_platform: true,
    };
    let mail = space.begin_prompt(prompt).await.unwrap();
    space.await_mail(thinking.id, mail.expires_at).await.unwrap();
    // An answer that has something to be noted in the connection.
    let (world, id, fetched) = thinking.answered("{}").await;
    assert!(matches!(fetched, Err(ConnectError::Endpoint(_))), "{fetched:?}");
    assert_eq!(world.state(id).await, ConnectionState::EmailSent);
    let connection = world.space.connection(id).await.unwrap();
    assert!(
        !connection.detail.contains_key("address_proof"),
        "the proof that was taken back is not put there again"
    );
    assert!(connection.detail.contains_key("fault"));
    assert!(world.fetch(id).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_ended_meanwhile_stays_ended() {
    let thinking = Thinking::new().await;
    let ended = thinking
        .world
        .connect
        .disconnect(&thinking.world.space, thinking.id, DeleteData::Keep);
    assert_eq!(ended.await.unwrap(), Revocation::NoWay);
    let (world, id, _) = thinking.answered(ONE).await;
    assert_eq!(world.state(id).await, ConnectionState::Stopped);
    assert!(vault_connect::due(&world.space).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_records_are_deleted_meanwhile_gets_none_again() {
    let thinking = Thinking::new().await;
    let ended = thinking
        .world
        .connect
        .disconnect(&thinking.world.space, thinking.id, DeleteData::Delete);
    ended.await.unwrap();
    let (world, _, fetched) = thinking.answered(ONE).await;
    assert!(fetched.is_err());
    assert_eq!(world.space.record_count().await.unwrap(), 0);
    assert!(world.space.connections().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_connected_anew_meanwhile_keeps_its_new_place() {
    let thinking = Thinking::new().await;
    let place = format!("{}/moved", thinking.base);
    assert_eq!(thinking.world.at_endpoint(&place, "new").await, thinking.id);
    let (world, id, _) = thinking.answered("{}").await;
    let connection = world.space.connection(id).await.unwrap();
    assert_eq!(connection.detail["base"], place);
    assert_eq!(connection.state, ConnectionState::Working);
}
