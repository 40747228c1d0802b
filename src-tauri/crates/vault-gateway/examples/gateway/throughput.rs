//! `/verify/` and `/v1/records` under `wrk`, against bare handlers that do one committed SQLCipher insert and the same read.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{Json, Router, extract::State, http::StatusCode, routing};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use vault_store::{
    Database, RecordKind, StoreError, persona,
    records::{self, RecordFilter},
    settings,
};

use super::{
    Outcome,
    filled::{FIELDS, Filled, bare},
    say,
};

const RECORDS: usize = 2_000;
/// Records of one answer.
const PAGE: u32 = 100;
/// Seconds that each address is asked for.
const SECONDS: u32 = 5;

pub(super) async fn measure() -> Outcome<()> {
    let vault = Filled::new(RECORDS).await?;
    let (base, token) = (vault.gateway.base(), vault.token.as_str());
    let peer = peer(&vault.folder.path().join("peer.db")).await?;

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
            &ask(&format!("{base}{page}"), Some(token), connections).await?,
            &ask(&format!("{peer}/records"), None, connections).await?,
        );
    }
    vault.end().await;
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
async fn peer(path: &Path) -> Outcome<String> {
    let db = bare(path, RECORDS)?;
    let now = OffsetDateTime::now_utc();
    db.write(|tx| {
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
