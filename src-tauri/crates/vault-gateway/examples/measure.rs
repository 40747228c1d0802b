//! Measures `/verify/` and `/v1/records` under `wrk` against bare handlers that do one committed SQLCipher insert and the same read:
//! `cargo run --release --example measure -p vault-gateway`.

use std::{
    error::Error,
    io::Write as _,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{Json, Router, extract::State, http::StatusCode, routing};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;
use url::Url;
use vault_core::{
    CreateOptions, LockReason, LockedVault, SpaceHandle,
    apps::NewApp,
    clock::SystemClock,
    connections::NewConnection,
    disclosure::{Asked, Decision, Duration as For, Narrowing},
    intake::RawDocument,
    persona::PersonaField,
};
use vault_crypto::{Passphrase, SpaceKey};
use vault_gateway::Gateway;
use vault_store::{
    AppId, Assurance, ConnectionId, Database, NewRecord, RecordKind, StoreError,
    apps::AppKind,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    persona,
    records::{self, RecordFilter},
    retrieval_documents::{self, NewDocument},
    retrievals::{self, Retrieval, RetrievalKind, RetrievalOutcome},
    settings,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
const RECORDS: usize = 2_000;
/// Records of one answer.
const PAGE: u32 = 100;
/// Seconds that each address is asked for.
const SECONDS: u32 = 5;
const FIELDS: [PersonaField; 4] = [
    PersonaField::FirstName,
    PersonaField::LastName,
    PersonaField::City,
    PersonaField::Position,
];

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (_locked, vault, _) = LockedVault::create(
        &folder.path().join("Bench.satchel"),
        &Passphrase::new(PASSPHRASE.into()),
        &CreateOptions::default(),
        Arc::new(SystemClock),
    )?;
    let space = vault.first_space().await?;
    fill(&space).await?;
    let gateway = Gateway::start(0).await?;
    gateway.serve(Some(vault.clone()));
    let app = admit(&space).await?;
    let token = space.open_app(app).await?.token.expose().to_owned();
    let base = gateway.base();
    let peer = peer(&folder.path().join("peer.db")).await?;

    let verify = format!("{base}/verify/?accesstoken={token}");
    let page = format!("/v1/records?kind=work&limit={PAGE}");
    for connections in [1, 8] {
        compare(
            &format!("verify, {connections} at once"),
            &ask(&verify, None, connections).await?,
            &ask(&format!("{peer}/person"), None, connections).await?,
        );
        compare(
            &format!("{PAGE} records, {connections} at once"),
            &ask(&format!("{base}{page}"), Some(&token), connections).await?,
            &ask(&format!("{peer}/records"), None, connections).await?,
        );
    }
    gateway.stop().await;
    vault.lock(LockReason::You).await;
    Ok(())
}

/// What `wrk` found.
struct Load {
    per_second: f64,
    p99: f64,
}

fn compare(what: &str, ours: &Load, theirs: &Load) {
    say(&format!(
        "{what}: {:.0}/s, p99 {:.2} ms; bare handler {:.0}/s, p99 {:.2} ms; {:.2} of its throughput",
        ours.per_second,
        ours.p99,
        theirs.per_second,
        theirs.p99,
        ours.per_second / theirs.per_second
    ));
}

async fn ask(url: &str, token: Option<&str>, connections: u32) -> Outcome<Load> {
    let mut wrk = Command::new("wrk");
    wrk.arg("-t1")
        .arg(format!("-c{connections}"))
        .arg(format!("-d{SECONDS}s"))
        .arg("--latency");
    if let Some(token) = token {
        wrk.arg("-H").arg(format!("Authorization: Bearer {token}"));
    }
    wrk.arg(url);
    let done = tokio::task::spawn_blocking(move || wrk.output()).await??;
    let said = String::from_utf8(done.stdout)?;
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        return Err(format!("not every answer was good:\n{said}").into());
    }
    let after = |mark: &str| {
        said.lines()
            .find_map(|line| line.trim().strip_prefix(mark))
            .map(str::trim)
            .ok_or_else(|| format!("wrk does not say {mark}"))
    };
    Ok(Load {
        per_second: after("Requests/sec:")?.parse()?,
        p99: milliseconds(after("99%")?)?,
    })
}

/// `wrk` writes `812.00us`, `3.20ms` or `1.10s`.
fn milliseconds(text: &str) -> Outcome<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return Ok(number.parse::<f64>()? * factor);
        }
    }
    Err("wrk gives a time in another unit".into())
}

/// An app that may see the person and the work, for good.
async fn admit(space: &SpaceHandle) -> Outcome<AppId> {
    let scopes: Vec<Value> = FIELDS
        .iter()
        .map(|field| json!({"scope": format!("vault:profile.{}:get", field.name())}))
        .chain([json!({"scope": "vault:work.records:get"})])
        .collect();
    let manifest = json!({
        "name": "Bench", "url": "http://127.0.0.1:9/", "allowreadprofile": 0, "vault": {"scopes": scopes}
    });
    let app = space
        .admit_app(NewApp {
            manifest: manifest.to_string(),
            url: Some(Url::parse("http://127.0.0.1:9/openplatform.json")?),
            kind: AppKind::Hosted,
            key_pin: String::new(),
        })
        .await?;
    let Asked::Question(id) = space.ask_for_app(app).await? else {
        return Err("the app was not asked about".into());
    };
    let question = space.question(id).await?;
    let decision = Decision {
        scopes: question.scopes.into_iter().map(|line| line.scope).collect(),
        narrowing: Narrowing::default(),
        duration: For::Until((OffsetDateTime::now_utc() + Duration::days(7)).date()),
        preview_sha256: None,
        passphrase: Some(Passphrase::new(PASSPHRASE.into())),
        policy: None,
    };
    space.allow(id, decision).await?;
    Ok(app)
}

async fn fill(space: &SpaceHandle) -> Outcome<()> {
    for field in FIELDS {
        space.set_persona(field, "Lucía").await?;
    }
    let connection = space
        .add_connection(NewConnection {
            platform: "demo".into(),
            name: "Demo platform".into(),
            way: ConnectionWay::Link,
            state: ConnectionState::Working,
            account: String::new(),
            detail: serde_json::Map::new(),
        })
        .await?;
    let retrieval = space
        .begin_retrieval(connection, RetrievalKind::Fetch, "bench/1")
        .await?;
    let document = RawDocument {
        bytes: b"{}".to_vec(),
        media_type: "application/json".into(),
        locator: "/v1/gigs".into(),
        position: 0,
        assurance: Assurance::Fetched,
    };
    space
        .intake(retrieval, document, (0..RECORDS).map(make).collect())
        .await?;
    space
        .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
        .await?;
    Ok(())
}

fn make(at: usize) -> NewRecord {
    let gig = i64::try_from(at).unwrap_or(i64::MAX);
    let start = OffsetDateTime::UNIX_EPOCH + Duration::days(19_000) + Duration::minutes(40 * gig);
    NewRecord {
        end: Some(start + Duration::minutes(20)),
        type_name: Some("delivery".into()),
        title: Some(format!("Delivery {at}")),
        status: Some("completed".into()),
        distance_m: Some(2_400),
        duration_s: Some(1_200),
        ..NewRecord::new(RecordKind::Work, format!("gig-{at}"), Some(start))
    }
}

/// The bare handlers and what they count.
struct Peer {
    db: Mutex<Database>,
    asked: AtomicU64,
}

impl Peer {
    /// One committed insert, then the read.
    fn answer(
        &self,
        read: impl FnOnce(&Database) -> Result<Value, StoreError>,
    ) -> Result<Json<Value>, StatusCode> {
        let db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("asked.{}", self.asked.fetch_add(1, Ordering::Relaxed));
        db.write(|tx| settings::set(tx, &key, &json!("yes")))
            .and_then(|()| read(&db))
            .map(Json)
            .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Serves the bare handlers; their address.
async fn peer(path: &std::path::Path) -> Outcome<String> {
    let db = Database::create(path, &SpaceKey::generate().derive_database_key())?;
    let now = OffsetDateTime::now_utc();
    let link = Connection {
        id: ConnectionId::new(),
        platform: "demo".into(),
        name: "Demo platform".into(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        account: String::new(),
        detail: serde_json::Map::new(),
        created_at: now,
        state_since: now,
        last_fetch_at: None,
        next_try_at: None,
    };
    let retrieval = Retrieval::begin(link.id, RetrievalKind::Fetch, "bench/1", now);
    let made: Vec<NewRecord> = (0..RECORDS).map(make).collect();
    db.write(|tx| {
        connections::insert(tx, &link)?;
        retrievals::insert(tx, &retrieval)?;
        let document = NewDocument {
            bytes: b"{}",
            media_type: "application/json",
            locator: "/v1/gigs",
            position: 0,
            received_at: now,
            assurance: Assurance::Fetched,
        };
        let stored = retrieval_documents::store(tx, retrieval.id, &document)?;
        records::intake(tx, &stored, &made)?;
        for field in FIELDS {
            persona::set(tx, field.name(), "Lucía", now)?;
        }
        Ok::<_, StoreError>(())
    })?;
    let peer = Arc::new(Peer {
        db: Mutex::new(db),
        asked: AtomicU64::new(0),
    });
    let router = Router::new()
        .route("/person", routing::get(person))
        .route("/records", routing::get(page))
        .with_state(peer);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn person(State(peer): State<Arc<Peer>>) -> Result<Json<Value>, StatusCode> {
    peer.answer(|db| {
        let rows = db.read(persona::list)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.field, json!(row.value)))
            .collect())
    })
}

async fn page(State(peer): State<Arc<Peer>>) -> Result<Json<Value>, StatusCode> {
    let filter = RecordFilter {
        kinds: vec![RecordKind::Work],
        ..RecordFilter::default()
    };
    peer.answer(|db| {
        let (found, _) = db.read(|view| records::after(view, &filter, None, PAGE))?;
        Ok(json!({ "records": found }))
    })
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "    {line}");
}
