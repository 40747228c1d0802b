//! Linking, fetching and ending a connection, against the demo platform as a real server.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failing test should say where"
)]

use std::sync::Arc;

use demo_platform::{Config, Fault, Running};
use reqwest::{Client, header, redirect};
use tempfile::TempDir;
use url::Url;
use vault_connect::{Connect, ConnectError, LinkOptions, Linked, Stop, oauth::OAuthError};
use vault_core::{
    CreateOptions, LockedVault, SpaceHandle,
    clock::{Clock as _, ManualClock, SystemClock},
    connections::DeleteData,
};
use vault_crypto::{KdfParams, Passphrase};
use vault_store::{
    ConnectionId, connections::ConnectionState, records::RecordFilter, retrievals::RetrievalOutcome,
};

/// A vault, a platform, and the way between them.
struct World {
    _folder: TempDir,
    platform: Running,
    connect: Connect,
    space: SpaceHandle,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let options = CreateOptions {
            kdf: KdfParams {
                m_kib: 64,
                t: 1,
                p: 1,
            },
            ..CreateOptions::default()
        };
        let passphrase = Passphrase::new("ocean-lamp-ticket-forest-nine".into());
        let (_, vault, _) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &passphrase,
            &options,
            clock.clone(),
        )
        .unwrap();
        let space = vault.first_space().await.unwrap();
        let platform = demo_platform::start(Config {
            records: 700,
            ..Config::default()
        })
        .await
        .unwrap();
        Self {
            _folder: folder,
            platform,
            connect: Connect::new().unwrap(),
            space,
            clock,
        }
    }

    async fn link(&self, answer: &[(&str, &str)]) -> Result<Linked, ConnectError> {
        let options = LinkOptions {
            base: Some(self.platform.base().parse().unwrap()),
            ..LinkOptions::default()
        };
        let linking = self.connect.link(&self.space, "demo", options).await?;
        let browser = tokio::spawn(browse(linking.url().clone(), owned(answer)));
        let linked = tokio::time::timeout(std::time::Duration::from_secs(20), linking.finish())
            .await
            .unwrap();
        browser.await.unwrap();
        linked
    }

    async fn linked(&self) -> ConnectionId {
        self.link(&[("decision", "allow")]).await.unwrap().connection
    }

    async fn state(&self, id: ConnectionId) -> ConnectionState {
        self.space.connection(id).await.unwrap().state
    }

    async fn fetch(&self, id: ConnectionId) -> Result<vault_connect::Fetched, ConnectError> {
        self.connect.fetch(&self.space, id, &Stop::default()).await
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// What a browser does: loads the page, sends its form, follows the redirect to the vault.
async fn browse(url: Url, answer: Vec<(String, String)>) {
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let page = client
        .get(url.clone())
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let request = page
        .split("name=\"request\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut form = vec![
        ("request".to_owned(), request),
        ("account".to_owned(), demo_platform::ACCOUNTS[0].id.to_owned()),
    ];
    form.extend(answer);
    if !form.iter().any(|(name, _)| name == "scope") {
        form.extend(demo_platform::Scope::ALL.map(|scope| ("scope".to_owned(), scope.to_string())));
    }
    let target = url.join("/oauth/authorize").unwrap();
    let redirected = client
        .post(target)
        .header(header::ORIGIN, url.origin().ascii_serialization())
        .form(&form)
        .send()
        .await
        .unwrap();
    assert!(redirected.status().is_redirection(), "{}", redirected.status());
    let back = redirected.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    let done = client.get(back).send().await.unwrap();
    assert_eq!(done.headers()[header::CACHE_CONTROL], "no-store");
}

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

    assert!(
        world
            .connect
            .disconnect(&world.space, id, DeleteData::Keep)
            .await
            .unwrap()
    );
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
        (Fault::Revoked, ConnectionState::AuthLost, "CON-401"),
    ];
    for (fault, state, code) in faults {
        world.platform.set_fault(Some(fault));
        let before: u64 = world.platform.requests().values().sum();
        assert!(world.fetch(id).await.is_err(), "{fault}");
        let asked = world.platform.requests().values().sum::<u64>() - before;
        assert!(asked <= 4, "{fault}: {asked} requests");
        assert_eq!(world.state(id).await, state, "{fault}");
        let last = world.space.retrievals(id, 1).await.unwrap().remove(0);
        assert_eq!(
            (last.code.as_str(), last.outcome),
            (code, RetrievalOutcome::Failed),
            "{fault}"
        );
        assert_eq!(world.space.records_digest().await.unwrap(), digest, "{fault}");
    }
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
