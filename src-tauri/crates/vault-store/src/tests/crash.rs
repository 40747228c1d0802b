//! A program killed at any moment leaves the old or the new state, nothing between.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::kit::{NOW, connection, gig, key, take_into};
use crate::table::retrievals::{self, Retrieval, RetrievalKind};
use crate::table::{connections, records};
use crate::{Database, OpenMode, StoreError};

/// Records of one transaction.
const BATCH: u64 = 50;

/// Tells the child which file to write.
const FILE: &str = "SATCHEL_TEST_FILE";

/// The child: writes batches until it is killed and says after each that it is committed.
#[test]
#[ignore = "runs as the child of a_kill_leaves_whole_batches"]
fn write_until_killed() {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    let db = Database::open_with(Path::new(&path), key(1), OpenMode::ReadWrite).unwrap();
    let link = db.read(connections::list).unwrap().remove(0).id;
    for round in db.read(records::count).unwrap() / BATCH.. {
        let gigs: Vec<_> = (0..BATCH).map(|at| gig(&format!("{round}-{at}"), 0)).collect();
        let retrieval = Retrieval::begin(link, RetrievalKind::Fetch, "test/1", NOW);
        db.write(|tx| {
            retrievals::insert(tx, &retrieval)?;
            take_into(tx, retrieval.id, format!("{round}").as_bytes(), &gigs)
        })
        .unwrap();
        println!("committed {}", (round + 1) * BATCH);
    }
}

#[test]
fn a_kill_leaves_whole_batches() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("space.db");
    let db = Database::create_with(&path, key(1)).unwrap();
    db.write(|tx| connections::insert(tx, &connection("demo")))
        .unwrap();
    drop(db);
    for round in 0..12_u64 {
        let promised = run_and_kill(&path, Duration::from_millis(20 + round * 37 % 150));
        let db = Database::open_with(&path, key(1), OpenMode::ReadWrite).unwrap();
        let found = db.read(records::count).unwrap();
        assert!(found >= promised, "{found} of {promised} committed records");
        assert_eq!(found % BATCH, 0, "a batch is there as a whole or not at all");
        let told: u64 = db
            .read(|view| {
                let all = retrievals::list(view)?;
                Ok::<_, StoreError>(all.iter().map(|one| one.counts.new).sum())
            })
            .unwrap();
        assert_eq!(told, found);
        assert!(db.check().unwrap().is_whole());
    }
}

/// Starts the child, kills it some time after its first commit, and gives the last number that it said.
fn run_and_kill(path: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--ignored",
            "--exact",
            "tests::crash::write_until_killed",
            "--nocapture",
        ])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let first = lines.find_map(|line| number(&line)).unwrap();
    std::thread::sleep(after);
    kill(&mut child);
    lines.filter_map(|line| number(&line)).last().unwrap_or(first)
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn number(line: &str) -> Option<u64> {
    line.strip_prefix("committed ")?.parse().ok()
}
