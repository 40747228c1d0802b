//! A platform that misbehaves in every way at once known, over TLS, for simulated days: how often it is asked is what the rule says, the
//! state says what is true, and nothing of what came in before is lost.

use std::{
    io::Write as _,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use flate2::{Compression, write::GzEncoder};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use time::Duration;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};
use vault_connect::{
    AddressOptions, Connect, LinkOptions, Options, Patience, Revocation, Stop, VerifiedAddress, due,
};
use vault_core::{clock::Clock as _, connections::DeleteData};
use vault_store::{ConnectionId, connections::ConnectionState};

use crate::{calendar::tries_by_the_rule, world::World};

/// How often it is looked whether a fetch is due.
const LOOK: Duration = Duration::minutes(10);
const DAY: i64 = 24 * 60;
/// Waits in minutes after failures that may pass, and after a request for two hours of rest.
const BACKOFF: &[i64] = &[15, 30, 60, 120, 240, 480, 960, 1440];
const TWO_HOURS: &[i64] = &[120];
const DAILY: &[i64] = &[1440];
const NEVER: &[i64] = &[];

/// How the platform behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Busy,
    Down,
    SlowLoris,
    CutJson,
    CutAnswer,
    Giant,
    GzipBomb,
    RedirectToFile,
    RedirectToPrivate,
    WrongName,
    /// Every token is refused, however fresh.
    Refused,
    /// The session was ended at the platform: tokens are refused, and none is given.
    Revoked,
    /// The answer with the new tokens is lost on its way, after the old ones have ended.
    LostRotation,
    /// A renewed session may read less than before.
    ReducedScope,
}

/// What a mood means for both kinds of connection, over how many minutes.
struct Case {
    mood: Mood,
    minutes: i64,
    account: (ConnectionState, &'static [i64]),
    address: (ConnectionState, &'static [i64]),
    /// The most requests that one try of a linked account makes: the first list, and the renewals around it.
    most: usize,
}

const fn both(mood: Mood, minutes: i64, state: ConnectionState, waits: &'static [i64]) -> Case {
    Case {
        mood,
        minutes,
        account: (state, waits),
        address: (state, waits),
        most: 2,
    }
}

const fn account(mood: Mood, state: ConnectionState, waits: &'static [i64], most: usize) -> Case {
    Case {
        mood,
        minutes: 3 * DAY,
        account: (state, waits),
        address: (ConnectionState::Working, DAILY),
        most,
    }
}

use ConnectionState::{AuthLost, LessGranted, PlatformBusy, PlatformDown, UnknownFormat};

const CASES: [Case; 14] = [
    both(Mood::Busy, 3 * DAY, PlatformBusy, TWO_HOURS),
    both(Mood::Down, 3 * DAY, PlatformDown, BACKOFF),
    both(Mood::SlowLoris, 12 * 60, PlatformDown, BACKOFF),
    both(Mood::CutJson, 3 * DAY, UnknownFormat, BACKOFF),
    both(Mood::CutAnswer, 3 * DAY, PlatformDown, BACKOFF),
    both(Mood::Giant, 60, UnknownFormat, BACKOFF),
    both(Mood::GzipBomb, 60, UnknownFormat, BACKOFF),
    both(Mood::RedirectToFile, 3 * DAY, PlatformDown, BACKOFF),
    both(Mood::RedirectToPrivate, 3 * DAY, PlatformDown, BACKOFF),
    both(Mood::WrongName, 3 * DAY, PlatformDown, BACKOFF),
    Case {
        most: 4,
        ..both(Mood::Refused, 3 * DAY, AuthLost, NEVER)
    },
    account(Mood::Revoked, AuthLost, NEVER, 1),
    // The lost answer looks like a platform that is down; the next try finds that the old token has ended.
    account(Mood::LostRotation, AuthLost, &[15, i64::MAX / 4], 1),
    account(Mood::ReducedScope, LessGranted, DAILY, 2),
];

const LIST: &str = r#"{"items":[{"id":"g1","kind":"ride","title":"Ride","started_at":"2026-05-01T10:00:00Z","amount":{"minor":675,"currency":"EUR","exponent":2}}],"next":null}"#;
const EXPORT: &str = r#"{"interactions":[{"id":"7","period":{"end":"2026-05-01T12:00:00Z"},"type":"Ride","outcome":{"success":true}}],"achievements":[]}"#;
const SCOPES: &str = "gigs:read payments:read ratings:read reviews:read achievements:read profile:read";

/// Nothing but blanks inside an answer that never ends, packed a thousand times smaller.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1024 * 1024];
    for _ in 0..40 {
        packed.write_all(&blanks).unwrap();
    }
    packed.finish().unwrap()
});

/// The certificate authority of the tests, and certificates of it for a name.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    fn acceptor(&self, name: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

struct Chaos {
    port: u16,
    /// Where its redirects lead: another port of this computer, at which nobody should ever ring.
    elsewhere: u16,
    rung: Arc<AtomicUsize>,
    mood: Arc<Mutex<Mood>>,
    /// Tokens given out so far; the newest are the only good ones.
    tokens: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Chaos {
    async fn start(authority: &Authority) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let chaos = Arc::new(Self {
            port: listener.local_addr().unwrap().port(),
            elsewhere: elsewhere.local_addr().unwrap().port(),
            rung: Arc::default(),
            mood: Arc::new(Mutex::new(Mood::Well)),
            tokens: Arc::default(),
            requests: Arc::default(),
            connections: Arc::default(),
        });
        let (right, wrong) = (
            authority.acceptor("localhost"),
            authority.acceptor("elsewhere.example"),
        );
        let rung = Arc::clone(&chaos.rung);
        tokio::spawn(async move {
            while elsewhere.accept().await.is_ok() {
                rung.fetch_add(1, Ordering::SeqCst);
            }
        });
        let kept = Arc::clone(&chaos);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let chaos = Arc::clone(&kept);
                chaos.connections.fetch_add(1, Ordering::SeqCst);
                let acceptor = if chaos.mood() == Mood::WrongName {
                    &wrong
                } else {
                    &right
                }
                .clone();
                tokio::spawn(async move {
                    // A client that does not like the certificate hangs up.
                    if let Ok(stream) = acceptor.accept(socket).await {
                        chaos.serve(stream).await;
                    }
                });
            }
        });
        chaos
    }

    fn base(&self) -> url::Url {
        format!("https://localhost:{}/", self.port).parse().unwrap()
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.requests.lock().unwrap().clear();
        self.connections.store(0, Ordering::SeqCst);
    }

    /// Requests and, where none came so far, connections that were given up.
    fn asked(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some((head, body)) = read(&mut stream).await else {
            return;
        };
        let line = head.lines().next().unwrap_or_default().to_owned();
        self.requests.lock().unwrap().push(line.clone());
        let mood = self.mood();
        let answer = if line.starts_with("POST /oauth/token") {
            self.tokens(mood, &body)
        } else if line.starts_with("POST /oauth/") {
            Some(answer("200 OK", "", b"{}"))
        } else if mood == Mood::Refused || (line.starts_with("GET") && !self.is_newest(&head)) {
            Some(answer("401 No", "", b"{}"))
        } else {
            misbehave(&mut stream, mood, &line, self.elsewhere).await
        };
        if let Some(answer) = answer {
            let _ = stream.write_all(&answer).await;
        }
        let _ = stream.shutdown().await;
    }

    fn is_newest(&self, head: &str) -> bool {
        let newest = format!("bearer access-{}", self.tokens.load(Ordering::SeqCst));
        head.to_ascii_lowercase().contains(&newest)
    }

    /// The token endpoint: a refresh token is good once, and only the newest.
    fn tokens(&self, mood: Mood, body: &str) -> Option<Vec<u8>> {
        let newest = self.tokens.load(Ordering::SeqCst);
        let refreshing = body.contains("grant_type=refresh_token");
        let good = body.contains(&format!("refresh_token=refresh-{newest}&"))
            || body.ends_with(&format!("refresh_token=refresh-{newest}"));
        if refreshing && (mood == Mood::Revoked || !good) {
            return Some(answer(
                "400 Bad",
                "Content-Type: application/json",
                br#"{"error":"invalid_grant"}"#,
            ));
        }
        let next = newest + 1;
        self.tokens.store(next, Ordering::SeqCst);
        if refreshing && mood == Mood::LostRotation {
            return None;
        }
        let scope = if mood == Mood::ReducedScope {
            "gigs:read"
        } else {
            SCOPES
        };
        let tokens = format!(
            r#"{{"access_token":"access-{next}","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh-{next}","scope":"{scope}"}}"#
        );
        Some(answer(
            "200 OK",
            "Content-Type: application/json",
            tokens.as_bytes(),
        ))
    }
}

/// What a request for data gets; nothing when it was answered piece by piece, or not at all.
async fn misbehave(
    stream: &mut (impl AsyncWrite + Unpin),
    mood: Mood,
    line: &str,
    elsewhere: u16,
) -> Option<Vec<u8>> {
    let good = if line.starts_with("POST /api/ExportData") {
        EXPORT
    } else if line.contains("/gigs") {
        LIST
    } else if line.contains("/api/v1/me") {
        r#"{"id":"lucia","email":"lucia@post.example"}"#
    } else {
        r#"{"items":[],"next":null}"#
    };
    let bytes = good.as_bytes();
    Some(match mood {
        Mood::Busy => answer("429 Slow", "Retry-After: 7200", b"{}"),
        Mood::Down => answer("503 Away", "", b"{}"),
        Mood::CutJson => answer("200 OK", "", &bytes[..bytes.len() / 2]),
        Mood::CutAnswer => {
            let mut whole = answer("200 OK", "", bytes);
            whole.truncate(whole.len() - 10);
            whole
        }
        Mood::RedirectToFile => answer("302 There", "Location: file:///etc/passwd", b""),
        Mood::RedirectToPrivate => {
            let location = format!("Location: http://127.0.0.1:{elsewhere}/latest/");
            answer("307 There", &location, b"")
        }
        Mood::GzipBomb => answer("200 OK", "Content-Encoding: gzip", &BOMB),
        Mood::SlowLoris => {
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                .await;
            while stream.write_all(b" ").await.is_ok() && stream.flush().await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            }
            return None;
        }
        Mood::Giant => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n[").await;
            let piece = vec![b' '; 256 * 1024];
            while stream.write_all(&piece).await.is_ok() {}
            return None;
        }
        Mood::Well
        | Mood::WrongName
        | Mood::Refused
        | Mood::Revoked
        | Mood::LostRotation
        | Mood::ReducedScope => answer("200 OK", "", bytes),
    })
}

fn answer(status: &str, header: &str, body: &[u8]) -> Vec<u8> {
    let header = if header.is_empty() { "X-Calm: no" } else { header };
    let head = format!(
        "HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
    }
}

/// One vault that is connected to it in both ways.
struct Person {
    world: World,
    connect: Connect,
    chaos: Arc<Chaos>,
    account: ConnectionId,
    address: ConnectionId,
}

impl Person {
    async fn new() -> Self {
        let authority = Authority::new();
        let world = World::new().await;
        let chaos = Chaos::start(&authority).await;
        let connect = Connect::with(Options {
            random: || 0.0,
            patience: Patience {
                whole: std::time::Duration::from_millis(1500),
                silence: std::time::Duration::from_millis(700),
                ..Patience::default()
            },
            authority: Some(authority.pem.into_bytes()),
        })
        .unwrap();
        let options = LinkOptions {
            base: Some(chaos.base()),
            ..LinkOptions::default()
        };
        let linking = connect.link(&world.space, "demo", options).await.unwrap();
        let value = |wanted: &str| {
            let mut pairs = linking.url().query_pairs();
            pairs.find(|(name, _)| name == wanted).unwrap().1.into_owned()
        };
        let back = format!("{}?code=c&state={}", value("redirect_uri"), value("state"));
        let browser = tokio::spawn(async move { reqwest::get(back).await.unwrap().status() });
        let account = linking.finish().await.unwrap().connection;
        assert_eq!(browser.await.unwrap(), 200);
        let options = AddressOptions {
            base: Some(chaos.base()),
            address: VerifiedAddress::on_the_persons_word("lucia@post.example").unwrap(),
            token: "mine".into(),
        };
        let address = connect
            .connect_by_address(&world.space, "demo", options)
            .await
            .unwrap();
        let person = Self {
            world,
            connect,
            chaos,
            account,
            address,
        };
        for id in [account, address] {
            person.fetch(id).await.unwrap();
        }
        assert_eq!(person.world.space.record_count().await.unwrap(), 2);
        person
    }

    async fn fetch(&self, id: ConnectionId) -> Result<(), vault_connect::ConnectError> {
        self.connect
            .fetch(&self.world.space, id, &Stop::default())
            .await
            .map(drop)
    }

    /// Lives through so many minutes; how many tries each connection made.
    async fn live(&self, minutes: i64) -> (usize, usize) {
        let before = self.tries().await;
        for _ in 0..minutes / LOOK.whole_minutes() {
            for id in due(&self.world.space).await.unwrap() {
                let _ = self.fetch(id).await;
            }
            self.world.clock.advance(LOOK);
        }
        let after = self.tries().await;
        (after.0 - before.0, after.1 - before.1)
    }

    async fn tries(&self) -> (usize, usize) {
        let of = async |id| self.world.space.retrievals(id, 1000).await.unwrap().len();
        (of(self.account).await, of(self.address).await)
    }

    /// Every record is as it was, with the bytes that it came from.
    async fn has_all(&self, digest: &vault_store::Sha256, mood: Mood) {
        let space = &self.world.space;
        assert_eq!(space.records_digest().await.unwrap(), *digest, "{mood:?}");
        let page = space
            .records_page(Default::default(), Default::default(), 0, 10)
            .await
            .unwrap();
        for record in page.records {
            let detail = space.record_detail(record.id).await.unwrap();
            assert!(detail.unchanged && detail.raw.is_some(), "{mood:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mood_of_a_platform_makes_a_storm_or_loses_anything() {
    let (mut requests, mut rule) = (0, 0);
    for case in CASES {
        let person = Person::new().await;
        let digest = person.world.space.records_digest().await.unwrap();
        // The next fetch is due, and the tokens have run out by then.
        person.world.clock.advance(Duration::days(1));
        person.chaos.set(case.mood);
        let (account, address) = person.live(case.minutes).await;
        let predicted = (
            tries_by_the_rule(case.account.1, case.minutes),
            tries_by_the_rule(case.address.1, case.minutes),
        );
        let asked = person.chaos.asked();
        println!(
            "{:18} {:3} h: {account} and {address} tries ({} and {} by the rule), {asked} requests",
            format!("{:?}", case.mood),
            case.minutes / 60,
            predicted.0,
            predicted.1
        );
        assert_eq!((account, address), predicted, "{:?}", case.mood);
        // A linked account that may read little reads its six lists.
        let most = if case.mood == Mood::ReducedScope {
            7
        } else {
            case.most
        };
        assert!(asked <= account * most + address, "{:?}: {asked}", case.mood);
        if case.mood == Mood::WrongName {
            assert_eq!(asked, 0, "nothing is said to somebody else");
            assert_eq!(person.chaos.connections.load(Ordering::SeqCst), account + address);
        }
        assert_eq!(
            person.world.state(person.account).await,
            case.account.0,
            "{:?}",
            case.mood
        );
        assert_eq!(
            person.world.state(person.address).await,
            case.address.0,
            "{:?}",
            case.mood
        );
        assert_eq!(person.chaos.rung.load(Ordering::SeqCst), 0, "{:?}", case.mood);
        person.has_all(&digest, case.mood).await;
        requests += account + address;
        rule += predicted.0 + predicted.1;

        // The platform comes to itself: what may pass has passed, and what the person has to mend is left alone.
        person.chaos.set(Mood::Well);
        person.live(2 * DAY).await;
        for (id, (state, _)) in [(person.account, case.account), (person.address, case.address)] {
            let mended = if state == AuthLost {
                state
            } else {
                ConnectionState::Working
            };
            assert_eq!(person.world.state(id).await, mended, "{:?}", case.mood);
        }
        person.has_all(&digest, case.mood).await;
    }
    println!("together: {requests} tries, {rule} by the rule");
}

/// P6 of the specification: what ends here ends at the platform too.
#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_is_told_to_the_platform_and_linking_again_revives() {
    let person = Person::new().await;
    person.chaos.set(Mood::Well);
    let space = &person.world.space;
    let told = person
        .connect
        .disconnect(space, person.account, DeleteData::Keep)
        .await;
    assert_eq!(told.unwrap(), Revocation::Told);
    let revoked = person.chaos.requests.lock().unwrap().clone();
    assert_eq!(revoked, ["POST /oauth/revoke HTTP/1.1"]);
    let ended = person.connect.disconnect(space, person.address, DeleteData::Keep);
    assert_eq!(ended.await.unwrap(), Revocation::NoWay);
    assert_eq!(person.live(3 * DAY).await, (0, 0), "nobody is asked any more");
    assert_eq!(person.world.space.record_count().await.unwrap(), 2);
    let options = AddressOptions {
        base: Some(person.chaos.base()),
        address: VerifiedAddress::on_the_persons_word("LUCIA@post.example").unwrap(),
        token: "mine again".into(),
    };
    let again = person
        .connect
        .connect_by_address(space, "demo", options)
        .await
        .unwrap();
    assert_eq!(again, person.address);
    assert!(due(space).await.unwrap().contains(&again));
    person.fetch(again).await.unwrap();
    assert_eq!(person.world.state(again).await, ConnectionState::Working);
    assert!(
        person
            .world
            .space
            .connection(again)
            .await
            .unwrap()
            .next_try_at
            .unwrap()
            > person.world.clock.now()
    );
}
