//! A vault with a few gigs, an app that is admitted from an address, and a gateway in front of it.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, LazyLock},
};

use serde::de::DeserializeOwned;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    runtime::Handle,
};
use url::Url;
use vault_core::{
    Clock as _, CreateOptions, LockReason, LockedVault, SpaceHandle, VaultError, VaultHandle,
    apps::NewApp,
    clock::ManualClock,
    connections::NewConnection,
    disclosure::{Asked, Decision, Duration as For, Narrowing},
    intake::RawDocument,
    persona::PersonaField,
};
use vault_crypto::{KdfParams, Passphrase, Signer};
use vault_gateway::Gateway;
use vault_store::{
    AppId, Assurance, GrantId, NewRecord, RecordKind, RequestId,
    apps::AppKind,
    connections::{ConnectionState, ConnectionWay},
    retrievals::{RetrievalKind, RetrievalOutcome},
};

use crate::canaries::{Receipt, unexplained};

pub(crate) const APP_ORIGIN: &str = "https://app.example";
pub(crate) const OTHER_ORIGIN: &str = "https://other.example";
pub(crate) const GIGS: usize = 8;

/// Making a key takes seconds; the tests of a process share one.
pub(crate) static ISSUER: LazyLock<Arc<Signer>> = LazyLock::new(|| Arc::new(Signer::generate().unwrap()));

pub(crate) const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";

pub(crate) struct World {
    pub(crate) gateway: Gateway,
    pub(crate) space: SpaceHandle,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) vault: VaultHandle,
    locked: LockedVault,
    _folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let world = Self::empty().await;
        fill(&world.space).await;
        world
    }

    /// One with nothing in it.
    pub(crate) async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let cheap = CreateOptions {
            kdf: KdfParams {
                m_kib: 64,
                t: 1,
                p: 1,
            },
            issuer: Some(Arc::clone(&ISSUER)),
            ..CreateOptions::default()
        };
        let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
        let (locked, vault, _) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &Passphrase::new(PASSPHRASE.into()),
            &cheap,
            Arc::clone(&clock) as Arc<dyn vault_core::Clock>,
        )
        .unwrap();
        let space = vault.first_space().await.unwrap();
        let gateway = Gateway::start(0).await.unwrap();
        gateway.serve(Some(vault.clone()));
        Self {
            gateway,
            space,
            clock,
            vault,
            locked,
            _folder: folder,
        }
    }

    /// Ends and begins again, as a program does.
    pub(crate) async fn restart(&mut self) {
        self.gateway.close().await;
        self.vault.lock(LockReason::You).await;
        let vault = self.locked.unlock(&Passphrase::new(PASSPHRASE.into())).unwrap();
        self.space = vault.first_space().await.unwrap();
        self.gateway.serve(Some(vault.clone()));
        self.vault = vault;
    }

    pub(crate) fn base(&self) -> String {
        self.gateway.base()
    }

    pub(crate) fn port(&self) -> u16 {
        self.gateway.port()
    }

    /// Installs an app that declares these scopes.
    pub(crate) async fn app(&self, name: &str, scopes: &[&str]) -> AppId {
        self.admit(name, APP_ORIGIN, scopes).await
    }

    /// Installs an app of somebody else.
    pub(crate) async fn other_app(&self) -> AppId {
        self.admit("Other", OTHER_ORIGIN, &[]).await
    }

    async fn admit(&self, name: &str, origin: &str, scopes: &[&str]) -> AppId {
        let scopes: Vec<_> = scopes
            .iter()
            .map(|scope| serde_json::json!({"scope": format!("vault:{scope}")}))
            .collect();
        let manifest = serde_json::json!({
            "name": name, "url": format!("{origin}/"), "allowreadprofile": 0, "vault": {"scopes": scopes}
        });
        let new = NewApp {
            manifest: manifest.to_string(),
            url: Some(Url::parse(&format!("{origin}/{name}.json")).unwrap()),
            kind: AppKind::Hosted,
            key_pin: String::new(),
        };
        self.space.admit_app(new).await.unwrap()
    }

    /// Opens an app. Returns the token of this opening.
    pub(crate) async fn open(&self, app: AppId) -> String {
        self.space.open_app(app).await.unwrap().token.expose().to_owned()
    }

    pub(crate) async fn question(&self, app: AppId) -> RequestId {
        match self.space.ask_for_app(app).await.unwrap() {
            Asked::Question(id) => id,
            other @ (Asked::Granted(_) | Asked::Refused) => panic!("{other:?}"),
        }
    }

    /// Says no to all that an app asks for.
    pub(crate) async fn refuse(&self, app: AppId) {
        let id = self.question(app).await;
        self.space.refuse(id).await.unwrap();
    }

    /// Shares all that an app asks for, for a week.
    pub(crate) async fn share(&self, app: AppId) -> GrantId {
        self.share_some(app, Narrowing::default()).await
    }

    /// The same, narrowed.
    pub(crate) async fn share_some(&self, app: AppId, narrowing: Narrowing) -> GrantId {
        let id = self.question(app).await;
        let question = self.space.question(id).await.unwrap();
        let decision = Decision {
            scopes: question.scopes.into_iter().map(|line| line.scope).collect(),
            narrowing,
            duration: For::Until((self.clock.now() + Duration::days(7)).date()),
            preview_sha256: None,
            passphrase: Some(Passphrase::new(PASSPHRASE.into())),
            policy: None,
        };
        self.space.allow(id, decision).await.unwrap()
    }

    /// A further connection.
    pub(crate) async fn connect(&self, platform: &str) {
        let connection = NewConnection {
            platform: platform.into(),
            name: platform.into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: "lucia".into(),
            detail: serde_json::Map::new(),
        };
        self.space.add_connection(connection).await.unwrap();
    }

    pub(crate) async fn v1(&self, token: &str, path: &str) -> Answer {
        self.get(path, &[("Authorization", &format!("Bearer {token}"))])
            .await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, b"").await
    }

    /// One request over a socket of its own. Whoever asks may have the answer: no personal value is in it without a grant that stands,
    /// and no user token.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let since = self.clock.now();
        let bytes = self.exchange(method, path, headers, body).await;
        let unexplained = self.unexplained(&bytes, since).await.unwrap_or_default();
        assert!(unexplained.is_empty(), "{method} {path} tells {unexplained:?}");
        Answer::read(&bytes)
    }

    /// The bytes that answer one request, which is written by hand: no library tidies it up.
    pub(crate) async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Vec<u8> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let has = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if !has("host") {
            head += &format!("Host: 127.0.0.1:{}\r\n", self.port());
        }
        if !has("content-length") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        let mut socket = TcpStream::connect(("127.0.0.1", self.port())).await.unwrap();
        socket.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        // The other side may answer, and close, before it has taken all of it.
        let _ = socket.write_all(body).await;
        let mut bytes = Vec::new();
        let _ = socket.read_to_end(&mut bytes).await;
        bytes
    }

    /// What in a text no grant explains that was used at this moment.
    pub(crate) async fn unexplained_in(&self, text: &str) -> Vec<String> {
        self.unexplained(text.as_bytes(), self.clock.now()).await.unwrap()
    }

    /// What in an answer no grant explains; an error when the vault was locked meanwhile, so that nothing can be looked up.
    async fn unexplained(&self, answer: &[u8], since: OffsetDateTime) -> Result<Vec<String>, VaultError> {
        let mut all = Vec::new();
        for space in self.vault.spaces().await? {
            let (space, receipt) = (
                self.vault.space(space.id).await?,
                Receipt {
                    party: None,
                    since: Some(since),
                },
            );
            all.extend(unexplained(&space, answer, receipt).await?);
        }
        Ok(all)
    }
}

impl Drop for World {
    /// The thread of the vault ends before the process does.
    fn drop(&mut self) {
        let vault = self.vault.clone();
        tokio::task::block_in_place(|| Handle::current().block_on(vault.lock(LockReason::You)));
    }
}

/// Runs all at once.
pub(crate) async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        futures.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(output) => {
                done.push(output);
                false
            }
            std::task::Poll::Pending => true,
        });
        if futures.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: BTreeMap<String, Vec<String>>,
    body: Vec<u8>,
    /// All of it as it came, without the line of the date.
    pub(crate) but_date: String,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("an answer");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::<String, Vec<String>>::new();
        for line in lines {
            let (name, value) = line.split_once(": ").unwrap();
            headers
                .entry(name.to_lowercase())
                .or_default()
                .push(value.to_owned());
        }
        Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
            but_date: String::from_utf8_lossy(bytes)
                .split_inclusive("\r\n")
                .filter(|line| !line.to_lowercase().starts_with("date:"))
                .collect(),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|values| values[0].as_str())
    }

    /// The one value of a header.
    #[track_caller]
    pub(crate) fn one(&self, name: &str) -> &str {
        match self.headers.get(name).map(Vec::as_slice) {
            Some([value]) => value,
            other => panic!("{name}: {other:?} in {self:?}"),
        }
    }
}

async fn fill(space: &SpaceHandle) {
    let connection = space
        .add_connection(NewConnection {
            platform: "meals".into(),
            name: "Rapid Meals".into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: "lucia".into(),
            detail: serde_json::Map::new(),
        })
        .await
        .unwrap();
    let retrieval = space
        .begin_retrieval(connection, RetrievalKind::Fetch, "oauth:test/1")
        .await
        .unwrap();
    let document = RawDocument {
        bytes: b"{}".to_vec(),
        media_type: "application/json".into(),
        locator: "/gigs".into(),
        position: 0,
        assurance: Assurance::Fetched,
    };
    let now = OffsetDateTime::now_utc();
    let records = (0..GIGS)
        .map(|n| {
            let start = now - Duration::days(i64::try_from(n).unwrap());
            NewRecord::new(RecordKind::Work, format!("w{n}"), Some(start))
        })
        .collect();
    space.intake(retrieval, document, records).await.unwrap();
    space
        .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
        .await
        .unwrap();
    space.set_persona(PersonaField::FirstName, "Lucía").await.unwrap();
}
