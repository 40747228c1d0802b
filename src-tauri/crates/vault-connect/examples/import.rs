//! Measures the import of a zip file with payments of Uber: `cargo run --release --example import -p vault-connect [rows [csv]]`. The CSV inside
//! is written to the second path, for measuring another program with it.

use std::{
    error::Error,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use vault_connect::{
    Stop,
    takeout::job::{self, Ended, Question},
};
use vault_core::{CreateOptions, LockReason, LockedVault, SpaceHandle, VaultEvent, clock::SystemClock};
use vault_crypto::Passphrase;
use vault_store::ImportId;
use zip::{ZipWriter, write::SimpleFileOptions};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let rows: u64 = arguments.next().map_or(Ok(1_000_000), |text| text.parse())?;
    let csv = arguments.next().map(PathBuf::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(measure(rows, csv.as_deref()))
}

async fn measure(rows: u64, csv: Option<&Path>) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let zip = folder.path().join("uber.zip");
    write_zip(&zip, rows)?;
    if let Some(csv) = csv {
        write_rows(&mut std::io::BufWriter::new(std::fs::File::create(csv)?), rows)?;
    }
    let (_, vault, _) = LockedVault::create(
        &folder.path().join("Bench.satchel"),
        &Passphrase::new(PASSPHRASE.into()),
        &CreateOptions::default(),
        Arc::new(SystemClock),
    )?;
    let space = vault.first_space().await?;
    let question = Question {
        places: vec![zip.clone()],
        ..Question::default()
    };
    say(&format!(
        "{rows} rows, {} MB zipped",
        std::fs::metadata(&zip)?.len() / 1_000_000
    ));

    let begin = Instant::now();
    let check = job::check(&space, ImportId::new(), question.clone(), Stop::default(), |_| ()).await?;
    report("looked at, rows per second", rows, begin.elapsed());
    let begin = Instant::now();
    let id = job::begin(&space, &check).await?;
    let (longest, stopped) = watched(&space, id).await?;
    let first = space.import(id).await?.sums.read;
    space.pause_import(id).await?;
    space.continue_import(id).await?;
    let ended = job::run(&space, id, None, Stop::default()).await?;
    let took = begin.elapsed();
    let sums = space.import(id).await?.sums;
    if ended != Ended::Done || sums.read != rows || sums.new + sums.aside + sums.contained != rows {
        return Err(format!("the sums are not true: {sums:?}").into());
    }
    report("imported, rows per second", rows, took);
    say(&format!(
        "stopped after {first} rows and gone on with; the stop took, ms {:.0}",
        stopped.as_secs_f64() * 1e3
    ));
    say(&format!(
        "longest wait of a page meanwhile, ms {:.0}",
        longest.as_secs_f64() * 1e3
    ));
    let again = job::check(&space, ImportId::new(), question, Stop::default(), |_| ()).await?;
    say(&format!("already here by a second look: {}", again.sums().had));
    say(&format!("peak memory, MiB {}", peak()?));
    vault.lock(LockReason::You).await;
    Ok(())
}

/// Runs the import for a while and stops it, with a page asked for again and again. The longest that the page waited, and how long the stop took.
async fn watched(space: &SpaceHandle, id: ImportId) -> Outcome<(Duration, Duration)> {
    let stop = Stop::default();
    let mut events = space.vault().events();
    let running = tokio::spawn({
        let (space, stop) = (space.clone(), stop.clone());
        async move { job::run(&space, id, None, stop).await }
    });
    while !matches!(events.recv().await, Ok(VaultEvent::ImportChanged { .. })) {}
    let mut longest = Duration::ZERO;
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(2) {
        let asked = Instant::now();
        space
            .records_page(Default::default(), Default::default(), 0, 100)
            .await?;
        longest = longest.max(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let asked = Instant::now();
    stop.stop();
    running.await??;
    Ok((longest, asked.elapsed()))
}

fn write_zip(path: &Path, rows: u64) -> Outcome<()> {
    let mut zip = ZipWriter::new(std::io::BufWriter::new(std::fs::File::create(path)?));
    zip.start_file("Driver/driver_payments-0.csv", SimpleFileOptions::default())?;
    write_rows(&mut zip, rows)?;
    zip.finish()?.flush()?;
    Ok(())
}

fn write_rows(out: &mut impl Write, rows: u64) -> Outcome<()> {
    writeln!(
        out,
        "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp"
    )?;
    for row in 0..rows {
        let (year, month, day) = (2016 + row % 9, row / 9 % 12 + 1, row / 108 % 28 + 1);
        let (hour, minute, second) = (row / 3024 % 24, row / 72_576 % 60, row % 60);
        writeln!(
            out,
            "Phoenix,6f1c{row:08x}-aaaa-4bbb-8ccc-ddddeeeeffff,{}.{:02},USD,trip.fare,driver_payment_fares,\
             {year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}",
            row % 80,
            row % 100
        )?;
    }
    Ok(())
}

/// The most memory that this process has held, in MiB, as the kernel counts it.
fn peak() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: u64 = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .ok_or("no peak")?
        .trim()
        .parse()?;
    Ok(kib / 1024)
}

#[expect(clippy::cast_precision_loss, reason = "a number for the eye")]
fn report(what: &str, rows: u64, took: Duration) {
    say(&format!("{what} {:.0}", rows as f64 / took.as_secs_f64()));
}

#[expect(clippy::print_stdout, reason = "a measurement says what it measured")]
fn say(words: &str) {
    println!("{words}");
}
