//! Measures intake against a bare SQLCipher bulk insert of the same records: `cargo run --release --example intake -p vault-store [records [ndjson]]`.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;
use time::OffsetDateTime;
use vault_crypto::SpaceKey;
use vault_store::connections::{Connection as Link, ConnectionState, ConnectionWay};
use vault_store::records::{RecordFilter, Sort, Step};
use vault_store::retrieval_documents::NewDocument;
use vault_store::retrievals::{Retrieval, RetrievalKind};
use vault_store::{
    Amount, Assurance, ConnectionId, Database, NewRecord, RatingValue, RecordId, RecordKind, Sha256,
    connections, records, retrieval_documents, retrievals,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Records per document and transaction of intake.
const BATCH: usize = 5000;

fn main() -> Outcome<()> {
    if std::env::args().nth(1).as_deref() == Some("bare") {
        return bare();
    }
    let count = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let made: Vec<NewRecord> = (0..count).map(make).collect::<Outcome<_>>()?;
    let lines: Vec<(String, String)> = made.iter().map(line).collect::<Outcome<_>>()?;
    if let Some(path) = std::env::args().nth(2) {
        write_lines(Path::new(&path), &lines)?;
    }
    let folder = tempfile::tempdir()?;
    // Memory security cannot be turned off again within a process, so the bare insert comes first.
    let key = SpaceKey::generate().derive_database_key();
    let bare = timed(|| bulk_insert(&folder.path().join("bare.db"), &key.to_pragma(), &lines, false))?;
    let guarded = timed(|| bulk_insert(&folder.path().join("guarded.db"), &key.to_pragma(), &lines, true))?;
    let space = folder.path().join("space.db");
    let db = Database::create(&space, &key)?;
    let connection = link(&db)?;

    let documents: Vec<Vec<u8>> = made
        .chunks(BATCH)
        .map(serde_json::to_vec)
        .collect::<Result<_, _>>()?;
    let first = timed(|| take_in(&db, connection, &made, &documents))?;
    let again = timed(|| take_in(&db, connection, &made, &documents))?;
    let bytes: usize = lines.iter().map(|(_, json)| json.len()).sum();
    say(&format!("{count} records, {} MB as JSON", bytes / 1_000_000));
    report("intake with provenance, dedup, search index", count, first, bare);
    report("the same documents again", count, again, bare);
    report("bare bulk insert of the JSON, SQLCipher", count, bare, bare);
    report("bare bulk insert, memory security on", count, guarded, bare);
    ask(&db)
}

/// The bare insert alone, for a measurement that holds something else against it.
fn bare() -> Outcome<()> {
    let count = std::env::args()
        .nth(2)
        .map_or(Ok(1_000_000), |text| text.parse())?;
    let lines: Vec<(String, String)> = (0..count).map(|at| line(&make(at)?)).collect::<Outcome<_>>()?;
    let folder = tempfile::tempdir()?;
    let key = SpaceKey::generate().derive_database_key();
    let took = timed(|| bulk_insert(&folder.path().join("bare.db"), &key.to_pragma(), &lines, false))?;
    say(&format!(
        "bare insert, rows per second {:.0}",
        count as f64 / took.clock
    ));
    Ok(())
}

/// What the screens ask of so many records.
fn ask(db: &Database) -> Outcome<()> {
    let all = RecordFilter::default();
    for typed in ["gràcia", "6.75", "deliv", "o", "2023-12"] {
        let filter = RecordFilter {
            text: typed.into(),
            ..all.clone()
        };
        let mut found = 0;
        let took = timed(|| {
            db.read(|view| records::page(view, &filter, Sort::Newest, 0, 100))?;
            found = db.read(|view| records::totals(view, &filter))?.count;
            Ok(())
        })?;
        say(&format!(
            "page and sums of {typed:?}: {found} records, {:.0} ms",
            took.clock * 1e3
        ));
    }
    let page = timed(|| Ok(db.read(|view| records::page(view, &all, Sort::Newest, 50_000, 100).map(drop))?))?;
    let earnings = timed(|| Ok(db.read(|view| records::earnings(view, &all, Step::Week).map(drop))?))?;
    let ratings = timed(|| Ok(db.read(|view| records::ratings(view, &all).map(drop))?))?;
    let coverage = timed(|| Ok(db.read(|view| records::coverage(view, &all).map(drop))?))?;
    for (what, took) in [
        ("a far page", page),
        ("earnings by week", earnings),
        ("ratings", ratings),
        ("months", coverage),
    ] {
        say(&format!("{what}: {:.0} ms", took.clock * 1e3));
    }
    Ok(())
}

/// The records as NDJSON, for measuring another program with them.
fn write_lines(path: &Path, lines: &[(String, String)]) -> Outcome<()> {
    use std::io::Write as _;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for (_, json) in lines {
        writeln!(file, "{json}")?;
    }
    Ok(file.flush()?)
}

fn take_in(
    db: &Database,
    connection: ConnectionId,
    made: &[NewRecord],
    documents: &[Vec<u8>],
) -> Outcome<()> {
    let now = OffsetDateTime::now_utc();
    let retrieval = Retrieval::begin(connection, RetrievalKind::Fetch, "bench/1", now);
    db.write(|tx| retrievals::insert(tx, &retrieval))?;
    for (at, (batch, bytes)) in made.chunks(BATCH).zip(documents).enumerate() {
        db.write(|tx| {
            let document = NewDocument {
                bytes,
                media_type: "application/json",
                locator: "/v1/gigs",
                position: u32::try_from(at).unwrap_or(u32::MAX),
                received_at: now,
                assurance: Assurance::Fetched,
                as_of: None,
            };
            let stored = retrieval_documents::store(tx, retrieval.id, &document)?;
            let intake = records::intake(tx, &stored, batch)?;
            retrievals::advance(tx, retrieval.id, intake.counts, Some(&at.to_string()))
        })?;
    }
    Ok(())
}

fn bulk_insert(path: &Path, key: &str, lines: &[(String, String)], guarded: bool) -> Outcome<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch(&format!(
        "PRAGMA cipher_memory_security = {}; PRAGMA key = \"{key}\"",
        u8::from(guarded)
    ))?;
    conn.execute_batch(
        "CREATE TABLE lines (id TEXT NOT NULL PRIMARY KEY, json TEXT NOT NULL) STRICT; BEGIN",
    )?;
    let mut insert = conn.prepare("INSERT INTO lines (id, json) VALUES (?1, ?2)")?;
    for (id, json) in lines {
        insert.execute((id, json))?;
    }
    Ok(conn.execute_batch("COMMIT")?)
}

fn link(db: &Database) -> Outcome<ConnectionId> {
    let now = OffsetDateTime::now_utc();
    let link = Link {
        id: ConnectionId::new(),
        platform: "demo".into(),
        name: "Demo platform".into(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        state_since: now,
        account: String::new(),
        detail: serde_json::Map::new(),
        created_at: now,
        last_fetch_at: None,
        next_try_at: None,
    };
    db.write(|tx| connections::insert(tx, &link))?;
    Ok(link.id)
}

/// Gigs, payments, ratings and now and then a review: what a courier's week looks like.
fn make(at: usize) -> Outcome<NewRecord> {
    let kind = match at % 20 {
        19 => RecordKind::Review,
        1 | 6 | 11 | 16 => RecordKind::Payment,
        3 | 8 | 13 | 18 => RecordKind::Rating,
        _ => RecordKind::Work,
    };
    let start = OffsetDateTime::from_unix_timestamp(1_700_000_000 + i64::try_from(at)? * 600)?;
    let mut new = NewRecord::new(kind, format!("gig-{at}"), Some(start));
    new.path = format!("$.gigs[{}]", at % BATCH);
    new.type_name = Some("delivery".into());
    new.status = Some("completed".into());
    let streets = [
        "Carrer de Mallorca",
        "Gran Via",
        "Passeig de Gràcia",
        "Avinguda Diagonal",
        "Carrer de Sants",
    ];
    let street = streets.get(at / 7 % streets.len()).copied().unwrap_or_default();
    if kind == RecordKind::Work {
        new.end = Some(start + Duration::from_secs(1200));
        new.title = Some(format!("Order {at} to {street} {}", at % 321));
        new.distance_m = Some(u32::try_from(800 + at % 4000)?);
        new.duration_s = Some(1200);
        new.extra = json!({"order": format!("O-{:06}", at * 7919 % 1_000_000), "zone": at % 12})
            .as_object()
            .cloned()
            .unwrap_or_default();
    }
    if matches!(kind, RecordKind::Work | RecordKind::Payment) {
        new.amount = Some(Amount {
            minor: 400 + i64::try_from(at % 900)?,
            currency: "EUR".parse()?,
            exponent: 2,
        });
    }
    if kind == RecordKind::Rating {
        new.rating = Some(RatingValue {
            name: "overall".into(),
            value: f64::from(u8::try_from(at % 5)?) + 1.0,
            min: 1.0,
            max: 5.0,
        });
    }
    if kind == RecordKind::Review {
        new.text = Some(format!(
            "Quick and friendly, found the door in {street} at once. Thank you, number {at}!"
        ));
    }
    if kind != RecordKind::Work {
        new.work_key = Some(format!("gig-{}", at - at % 5));
    }
    Ok(new)
}

/// The record as JSON with its provenance, under its id: the bytes that the bare insert writes.
fn line(new: &NewRecord) -> Outcome<(String, String)> {
    let mut value = serde_json::to_value(new)?;
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
        members.insert("platform".into(), "demo".into());
        members.insert("connection".into(), ConnectionId::new().to_string().into());
        members.insert(
            "provenance".into(),
            json!({"source": "bench/1", "retrieval": ConnectionId::new(), "retrieved_at": "2026-11-21T06:00:00.123Z",
                "path": new.path, "sha256": Sha256::of(b""), "assurance": "fetched"}),
        );
    }
    Ok((
        RecordId::derive(&ConnectionId::new(), &new.source_key).to_string(),
        value.to_string(),
    ))
}

/// Time on the clock, and time on a processor, which other programs on the machine do not disturb (Linux only).
#[derive(Clone, Copy)]
struct Took {
    clock: f64,
    processor: f64,
}

fn timed(job: impl FnOnce() -> Outcome<()>) -> Outcome<Took> {
    let (begin, used) = (Instant::now(), processor_time());
    job()?;
    Ok(Took {
        clock: begin.elapsed().as_secs_f64(),
        processor: processor_time() - used,
    })
}

fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos: f64 = stat
        .split(' ')
        .next()
        .and_then(|first| first.parse().ok())
        .unwrap_or_default();
    nanos / 1e9
}

fn report(what: &str, count: usize, took: Took, bare: Took) {
    let (clock, processor) = (bare.clock / took.clock, bare.processor / took.processor);
    say(&format!(
        "{what:42} {:7.3} s {:8.0}/s  {clock:.2} of bare | processor {:7.3} s  {processor:.2} of bare",
        took.clock,
        count as f64 / took.clock,
        took.processor,
    ));
}

#[expect(clippy::print_stdout, reason = "the example's purpose is to print")]
fn say(line: &str) {
    println!("{line}");
}
