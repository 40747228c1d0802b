//! Measures the check of the log against a bare walk that only reads the rows and hashes them: `cargo run --release --example log -p
//! vault-store [entries]`.

use std::{
    collections::BTreeMap,
    error::Error,
    time::{Duration, Instant},
};

use rusqlite::{Connection, types::ValueRef};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use vault_crypto::{Signer, SpaceKey, verify_pss_sha256};
use vault_store::{
    Database, DisclosureId, Face, GrantId, Party, PartyKind, Scope, StoreError,
    disclosures::{self, DisclosureKind, NewDisclosure},
    log_heads::{self, LogHead},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A signed head for so many entries: with one a minute at most, a busy log.
const SIGNED: usize = 50;
/// How often each is tried; the quickest counts.
const TRIES: usize = 5;

fn main() -> Outcome<()> {
    let count = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("space.db");
    let key = SpaceKey::generate().derive_database_key();
    let signer = Signer::generate()?;
    let db = Database::create(&path, &key)?;
    fill(&db, count, &signer)?;
    // Both connections stay open, so that both find in memory what they read before.
    let conn = Connection::open(&path)?;
    conn.execute_batch(&format!("PRAGMA key = \"{}\"", &*key.to_pragma()))?;
    let bare = best(|| bare_walk(&conn))?;
    let chain = best(|| check(&db, count, None))?;
    let whole = best(|| check(&db, count, Some(signer.public_key_pem())))?;
    say(&format!(
        "log of {count} entries, {} signed heads",
        count / SIGNED
    ));
    row("bare walk: rows read and hashed", bare, bare);
    row("check of the chain and of every entry", chain, bare);
    row("the same with every signature", whole, bare);
    Ok(())
}

/// Releases with their outcomes, as an app that reads much leaves them.
fn fill(db: &Database, count: usize, signer: &Signer) -> Outcome<()> {
    let grant = GrantId::new();
    let mut released = None;
    for from in (0..count).step_by(SIGNED) {
        let last = db.write(|tx| {
            let mut last = None;
            for at in from..count.min(from + SIGNED) {
                let entry = disclosures::append(tx, entry(at, grant, released))?;
                released = Some(entry.id);
                last = Some(entry);
            }
            Ok::<_, StoreError>(last)
        })?;
        let Some(last) = last else { continue };
        let head = LogHead {
            seq: last.seq,
            hash: last.hash,
            signed_at: last.at,
            signature: signer.sign_pss_sha256(&signed(last.seq, &last.hash.to_string()))?,
        };
        db.write(|tx| log_heads::insert(tx, &head))?;
    }
    Ok(())
}

fn entry(at: usize, grant: GrantId, released: Option<DisclosureId>) -> NewDisclosure {
    let outcome = at % 2 == 1;
    let scopes = ["vault:work.records:get", "vault:reviews:get"];
    let scopes = scopes
        .iter()
        .filter(|_| !outcome)
        .filter_map(|scope| Scope::new(scope).ok());
    NewDisclosure {
        id: DisclosureId::new(),
        at: OffsetDateTime::now_utc(),
        kind: if outcome {
            DisclosureKind::Delivered
        } else {
            DisclosureKind::Released
        },
        refers_to: released.filter(|_| outcome),
        party: Party {
            kind: PartyKind::App,
            id: "018f0000-0000-7000-8000-000000000001".into(),
            name: "Hourly".into(),
        },
        face: Face::OpenPlatform,
        purpose: "To compare what an hour of your work brings in.".into(),
        scopes: scopes.collect(),
        counts: BTreeMap::from([("records".into(), 120), ("bytes".into(), 48_211)]),
        grant: Some(grant),
        reason: String::new(),
        text: "Single gigs and reviews".into(),
    }
}

fn signed(seq: u64, hash: &str) -> Vec<u8> {
    format!("head\n{seq}\n{hash}\n").into_bytes()
}

/// What Satchel does, without the thread in between.
fn check(db: &Database, count: usize, key: Option<&str>) -> Outcome<()> {
    let report = db.read(disclosures::verify)?;
    if report.broken.is_some() || report.entries != count as u64 {
        return Err("the log is broken".into());
    }
    let Some(key) = key else { return Ok(()) };
    for head in db.read(log_heads::list)? {
        verify_pss_sha256(key, &signed(head.seq, &head.hash.to_string()), &head.signature)?;
    }
    Ok(())
}

/// The least that any check has to do: every column of every row through SHA-256.
fn bare_walk(conn: &Connection) -> Outcome<()> {
    let mut statement = conn.prepare("SELECT * FROM disclosures ORDER BY seq")?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut chain = Sha256::digest([]);
    while let Some(row) = rows.next()? {
        let mut hash = Sha256::new_with_prefix(chain);
        for column in 0..columns {
            match row.get_ref(column)? {
                ValueRef::Null => hash.update([0]),
                ValueRef::Integer(number) => hash.update(number.to_le_bytes()),
                ValueRef::Real(number) => hash.update(number.to_le_bytes()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => hash.update(bytes),
            }
        }
        chain = hash.finalize();
    }
    std::hint::black_box(chain);
    Ok(())
}

fn best(mut job: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..TRIES {
        let begin = Instant::now();
        job()?;
        best = best.min(begin.elapsed());
    }
    Ok(best)
}

fn row(what: &str, took: Duration, bare: Duration) {
    say(&format!(
        "{what:<40} {:>7.1} ms  {:.2} times the bare walk",
        took.as_secs_f64() * 1e3,
        took.as_secs_f64() / bare.as_secs_f64()
    ));
}

fn say(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "    {text}");
}
