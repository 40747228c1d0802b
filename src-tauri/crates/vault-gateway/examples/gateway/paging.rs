//! `/v1/records` from the first page to the last over a million records: time of a page, early and late, and memory; against the same keyset
//! read from a bare SQLCipher database.

use std::{fs, path::Path, time::Instant};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use vault_store::{
    RecordKind,
    records::{self, RecordFilter},
};

use super::{
    Outcome,
    filled::{Filled, bare},
    say,
};

const RECORDS: usize = 1_000_000;
/// Records of one page: the most that may be asked for.
const PAGE: u32 = 1_000;

pub(super) async fn measure() -> Outcome<()> {
    let began = Instant::now();
    let vault = Filled::new(RECORDS).await?;
    say(&format!(
        "{RECORDS} records taken in: {:.0} s",
        began.elapsed().as_secs_f64()
    ));
    let before = peak_memory()?;
    let ours = over_http(&vault.gateway.base(), &vault.token).await?;
    let after = peak_memory()?;
    let theirs = from_a_bare_database(&vault.folder.path().join("peer.db"))?;
    say(&format!(
        "{} pages of {PAGE}: median {:.2} ms, p95 {:.2} ms; first tenth p95 {:.2} ms, last tenth p95 {:.2} ms",
        ours.len(),
        at(&ours, 50),
        at(&ours, 95),
        at(part(&ours, 0), 95),
        at(part(&ours, 9), 95),
    ));
    say(&format!(
        "the same read from a bare database: median {:.2} ms, p95 {:.2} ms; over HTTP under a grant, logged: {:.2} of it",
        at(&theirs, 50),
        at(&theirs, 95),
        at(&ours, 50) / at(&theirs, 50)
    ));
    say(&format!(
        "peak memory: {before} MiB before the first page, {after} MiB after the last"
    ));
    vault.end().await;
    Ok(())
}

/// Milliseconds of each page.
async fn over_http(base: &str, token: &str) -> Outcome<Vec<f64>> {
    let host = base.strip_prefix("http://").ok_or("the gateway has no address")?;
    let mut stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let (mut times, mut seen, mut after) = (Vec::new(), 0, String::new());
    loop {
        let path = format!("/v1/records?kind=work&limit={PAGE}{after}");
        let begin = Instant::now();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let body = answer(&mut stream).await?;
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
        let page: Value = serde_json::from_slice(&body)?;
        seen += page.get("records").and_then(Value::as_array).map_or(0, Vec::len);
        match page.get("next").and_then(Value::as_str) {
            Some(next) => after = format!("&after={next}"),
            None if seen == RECORDS => return Ok(times),
            None => return Err(format!("{seen} records came").into()),
        }
    }
}

/// The body of one answer; the connection stays open.
async fn answer(stream: &mut TcpStream) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::with_capacity(512 * 1024);
    loop {
        stream.read_buf(&mut bytes).await?;
        let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
        if !head.starts_with("http/1.1 200") {
            return Err(format!("a page was refused: {head}").into());
        }
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .ok_or("an answer has no length")?
            .trim()
            .parse::<usize>()?;
        while bytes.len() < end + 4 + length {
            stream.read_buf(&mut bytes).await?;
        }
        return Ok(bytes.split_off(end + 4));
    }
}

/// Milliseconds of each page, straight from a database with the same records.
fn from_a_bare_database(path: &Path) -> Outcome<Vec<f64>> {
    let db = bare(path, RECORDS)?;
    let filter = RecordFilter {
        kinds: vec![RecordKind::Work],
        ..RecordFilter::default()
    };
    let (mut times, mut cursor) = (Vec::new(), None);
    loop {
        let begin = Instant::now();
        let (found, next) = db.read(|view| records::after(view, &filter, cursor, PAGE))?;
        if found.is_empty() {
            return Ok(times);
        }
        serde_json::to_vec(&found)?;
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
        cursor = next;
    }
}

/// The value below which `percent` of the times are.
fn at(times: &[f64], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// A tenth of the pages, in their order.
fn part(times: &[f64], tenth: usize) -> &[f64] {
    let size = times.len() / 10;
    times.get(tenth * size..(tenth + 1) * size).unwrap_or_default()
}

/// The most memory that this process ever had, in MiB.
fn peak_memory() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("the system does not say how much memory is used")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? / 1024)
}
