//! Killed while a platform is fetched: every page is in the vault with all its records, or not at all, and the next fetch brings the rest.

use std::collections::BTreeMap;

use serde_json::json;
use time::OffsetDateTime;
use vault_store::{Record, RetrievalId};

use super::{Moments, copy_folder, time};
use crate::support::{Home, Opened, PASSPHRASE, platform::Platform};

const KILLS: u32 = 50;

/// Gigs of the account; what belongs to them makes it some five records each.
const GIGS: u32 = 1_200;

/// After how many kills one is followed by a fetch to the end.
const FETCH_ON: u32 = 10;

/// What one page brought: its digest, and its records by id.
type Pages = BTreeMap<String, BTreeMap<String, Record>>;

#[test]
fn a_kill_during_a_fetch_leaves_whole_pages() {
    let home = Home::with_vault();
    let platform = Platform::start(&home, GIGS);
    let linked = link_without_fetching(&home, &platform);
    let empty = home.path("empty.satchel");
    copy_folder(&home.vault(), &empty);
    let (_, span) = time(|| home.ok(&["connection", "fetch", &linked]));
    let whole = pages(&Opened::open(&home.vault(), PASSPHRASE).unwrap());
    assert!(whole.len() > 8, "{}", whole.len());

    let mut moments = Moments::new(3, span);
    let (mut kills, mut ends) = (0, BTreeMap::<usize, u32>::new());
    while kills < KILLS {
        copy_folder(&empty, &home.vault());
        if !moments.strike(home.start(&["connection", "fetch", &linked])) {
            continue;
        }
        kills += 1;
        *ends.entry(look(&home, &whole)).or_default() += 1;
        if kills % FETCH_ON == 0 {
            home.ok(&["connection", "fetch", &linked]);
            assert_eq!(look(&home, &whole), whole.len(), "the next fetch brings the rest");
        }
    }
    println!(
        "{KILLS} kills during a fetch of {} pages; pages there afterwards, and how often: {ends:?}",
        whole.len()
    );
    assert!(
        ends.keys().any(|count| (1..whole.len()).contains(count)),
        "some kills came in the middle"
    );
}

/// Links the account while the platform gives no data. Returns the id of the connection.
fn link_without_fetching(home: &Home, platform: &Platform) -> String {
    platform.set_fault(Some("server-error"));
    platform.try_connect(home, "lucia", "allow").refused(1, "CON-503");
    platform.set_fault(None);
    let connections = home.ok(&["connection", "list"]);
    assert_eq!(home.ok(&["records", "list"]), json!([]));
    connections[0]["id"].as_str().unwrap().to_owned()
}

/// Opens the vault, and compares it with the whole. Returns how many pages are there.
fn look(home: &Home, whole: &Pages) -> usize {
    let opened = Opened::open(&home.vault(), PASSPHRASE).unwrap();
    opened.assert_whole();
    let found = pages(&opened);
    for (digest, records) in &found {
        assert!(
            whole.get(digest) == Some(records),
            "a page is there with all its records: {digest}"
        );
    }
    found.len()
}

/// All records, by the page that brought them. When they were fetched, and by which try, is left out: that differs from try to try.
fn pages(opened: &Opened) -> Pages {
    let mut pages = Pages::new();
    let no_try: RetrievalId = "018f0000-0000-7000-8000-000000000000".parse().unwrap();
    for mut record in opened.records() {
        record.provenance.retrieval = no_try;
        record.provenance.retrieved_at = OffsetDateTime::UNIX_EPOCH;
        pages
            .entry(record.provenance.sha256.to_string())
            .or_default()
            .insert(record.id.to_string(), record);
    }
    pages
}
