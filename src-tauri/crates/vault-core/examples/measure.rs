//! Measures unlocking, and packing against `tar | zstd | age` of the same bytes: `cargo run --release --example measure -p vault-core [records]`.

use std::{
    cell::RefCell,
    error::Error,
    io::Write as _,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use secrecy::ExposeSecret as _;
use serde_json::json;
use time::OffsetDateTime;
use vault_core::{
    CreateOptions, LockReason, LockedVault, SpaceHandle,
    backpack::{Locks, PackRequest, PackStep, Recipients, Stop},
    clock::SystemClock,
    connections::NewConnection,
    intake::RawDocument,
};
use vault_crypto::{Passphrase, RecoveryCode};
use vault_store::{
    Amount, Assurance, NewRecord, RatingValue, RecordKind,
    connections::{ConnectionState, ConnectionWay},
    retrievals::{RetrievalKind, RetrievalOutcome},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Records per document.
const BATCH: usize = 5_000;
const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
/// How often each way of packing is tried; the quickest counts.
const TRIES: usize = 3;

fn main() -> Outcome<()> {
    let count = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(measure(count))
}

async fn measure(count: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let (locked, vault, code) = LockedVault::create(
        &folder.path().join("Bench.satchel"),
        &Passphrase::new(PASSPHRASE.into()),
        &CreateOptions::default(),
        Arc::new(SystemClock),
    )?;
    fill(&vault.first_space().await?, count).await?;
    let secret = vault.enable_keyring(Passphrase::new(PASSPHRASE.into())).await?;
    vault.lock(LockReason::You).await;

    let begin = Instant::now();
    let vault = locked.unlock(&Passphrase::new(PASSPHRASE.into()))?;
    let whole = begin.elapsed();
    vault.lock(LockReason::You).await;
    let begin = Instant::now();
    let vault = locked.unlock_with_keyring(&secret)?;
    say(&format!(
        "unlock of {count} records: {} after the key derivation, {} with it",
        seconds(begin.elapsed()),
        seconds(whole)
    ));

    let key = format!("# key\n{}\n", code.to_age_identity_string().expose_secret());
    std::fs::write(folder.path().join("key.txt"), key)?;
    let mut best: Option<Packed> = None;
    for _ in 0..TRIES {
        let packed = pack(&vault.first_space().await?, folder.path(), &code).await?;
        best = Some(best.map_or(packed, |best| best.quicker(packed)));
    }
    let packed = best.ok_or("nothing was packed")?;
    vault.lock(LockReason::You).await;
    report(packed, pipe(folder.path(), &code.recipient())?);
    Ok(())
}

/// How long packing took, and its steps.
#[derive(Clone, Copy)]
struct Packed {
    whole: Duration,
    /// Sizes and digests, then the file.
    written: Duration,
}

impl Packed {
    fn quicker(self, other: Self) -> Self {
        if other.whole < self.whole { other } else { self }
    }
}

async fn pack(space: &SpaceHandle, folder: &Path, code: &RecoveryCode) -> Outcome<Packed> {
    let request = PackRequest {
        path: folder.join("my.backpack"),
        locks: Locks::Recipients(Recipients::parse([code.recipient()])?),
        full: false,
    };
    let begin = Instant::now();
    let written: Arc<Mutex<Option<Duration>>> = Arc::default();
    let noted = Arc::clone(&written);
    let last = RefCell::new(PackStep::Measuring);
    space
        .pack(request, Stop::default(), move |progress| {
            if last.replace(progress.step) != progress.step && progress.step == PackStep::Checking {
                let _ = noted
                    .lock()
                    .map(|mut at| at.get_or_insert(begin.elapsed()).to_owned());
            }
        })
        .await?;
    let whole = begin.elapsed();
    let written = written.lock().map_err(|_| "a watcher failed")?.unwrap_or(whole);
    Ok(Packed { whole, written })
}

/// The stock tools on what is in the backpack, and the size of that.
fn pipe(folder: &Path, recipient: &str) -> Outcome<(Duration, u64)> {
    shell(
        folder,
        "mkdir out && age -d -i key.txt my.backpack | zstd -dq | tar x -C out",
    )?;
    let mut best = Duration::MAX;
    for _ in 0..TRIES {
        let begin = Instant::now();
        shell(
            folder,
            &format!(
                "tar c -C out . | zstd -q -3 | age -r {recipient} -o piped.backpack && sync piped.backpack"
            ),
        )?;
        best = best.min(begin.elapsed());
        std::fs::remove_file(folder.join("piped.backpack"))?;
    }
    let size = Command::new("du")
        .args(["-sb", "out"])
        .current_dir(folder)
        .output()?;
    let size = String::from_utf8(size.stdout)?;
    Ok((best, size.split_whitespace().next().unwrap_or_default().parse()?))
}

fn shell(folder: &Path, line: &str) -> Outcome<()> {
    let done = Command::new("bash")
        .args(["-euo", "pipefail", "-c", line])
        .current_dir(folder)
        .status()?;
    done.success().then_some(()).ok_or_else(|| line.to_owned().into())
}

fn report(packed: Packed, (piped, bytes): (Duration, u64)) {
    let row = |what: &str, took: Duration| {
        say(&format!(
            "{what}: {}, {:.0} MB/s, {:.2} of the pipe",
            seconds(took),
            rate(bytes, took),
            piped.as_secs_f64() / took.as_secs_f64()
        ));
    };
    say(&format!("backpack of {} MB", bytes / 1_000_000));
    row("tar | zstd | age of the same bytes", piped);
    row("export: measured, hashed, signed, written", packed.written);
    row("the same, then read back and compared", packed.whole);
}

fn rate(bytes: u64, took: Duration) -> f64 {
    u32::try_from(bytes / 1_000).map_or(f64::INFINITY, f64::from) / 1_000.0 / took.as_secs_f64()
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

async fn fill(space: &SpaceHandle, count: usize) -> Outcome<()> {
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
    for from in (0..count).step_by(BATCH) {
        let records: Vec<NewRecord> = (from..count.min(from + BATCH))
            .map(make)
            .collect::<Outcome<_>>()?;
        let document = RawDocument {
            bytes: serde_json::to_vec(&records)?,
            media_type: "application/json".into(),
            locator: "/v1/gigs".into(),
            position: u32::try_from(from / BATCH)?,
            assurance: Assurance::Fetched,
        };
        space.intake(retrieval, document, records).await?;
    }
    space
        .finish_retrieval(retrieval, RetrievalOutcome::Done, "")
        .await?;
    Ok(())
}

/// A courier's week: gigs, what they paid, stars, now and then some words.
fn make(at: usize) -> Outcome<NewRecord> {
    let kind = match at % 20 {
        19 => RecordKind::Review,
        1 | 6 | 11 | 16 => RecordKind::Payment,
        3 | 8 | 13 | 18 => RecordKind::Rating,
        _ => RecordKind::Work,
    };
    let start = OffsetDateTime::from_unix_timestamp(1_700_000_000 + i64::try_from(at)? * 600)?;
    let is_work = kind == RecordKind::Work;
    let paid = is_work || kind == RecordKind::Payment;
    let amount = Amount {
        minor: 400 + i64::try_from(at * 7919 % 900)?,
        currency: "EUR".parse()?,
        exponent: 2,
    };
    let stars = RatingValue {
        name: "overall".into(),
        value: f64::from(u8::try_from(at % 5)?) + 1.0,
        min: 1.0,
        max: 5.0,
    };
    let words = || {
        format!(
            "Quick and friendly, found door {} at once. Thank you!",
            at * 31 % 977
        )
    };
    let order = json!({"order": format!("O-{:06}", at * 7919 % 1_000_000), "zone": at % 12});
    Ok(NewRecord {
        end: is_work.then(|| start + Duration::from_secs(1200)),
        type_name: Some("delivery".into()),
        title: is_work.then(|| format!("Order {at} to Gran Via {}", at % 321)),
        status: Some("completed".into()),
        distance_m: is_work.then_some(u32::try_from(800 + at % 4000)?),
        duration_s: is_work.then_some(1200),
        amount: paid.then_some(amount),
        rating: (kind == RecordKind::Rating).then_some(stars),
        text: (kind == RecordKind::Review).then(words),
        work_key: (!is_work).then(|| format!("gig-{}", at - at % 5)),
        extra: order.as_object().filter(|_| is_work).cloned().unwrap_or_default(),
        path: format!("$[{}]", at % BATCH),
        ..NewRecord::new(kind, format!("gig-{at}"), Some(start))
    })
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "    {text}");
}
