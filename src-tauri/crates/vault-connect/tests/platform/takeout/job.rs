//! From files into a vault: what a look says happens, in any order, and a stop, a lock or a crash loses nothing.

use std::fs;

use bundle::BundleError;
use serde_json::Value;
use vault_connect::{
    Stop,
    takeout::{
        TakeoutError,
        job::{self, Ended, ImportError, Question},
    },
};
use vault_core::VaultEvent;
use vault_store::{ImportId, imports::ImportState};

use super::{
    kit::{Place, zip_of},
    layouts::specs,
    maker::make,
    vault::{Vault, payments},
};

fn total(expected: &Value, name: &str) -> u64 {
    expected[name].as_u64().unwrap()
}

/// Every layout of the catalogue, into two vaults in opposite orders, one of them twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_layout_comes_into_a_vault_in_any_order() {
    let place = Place::new();
    let mut files = Vec::new();
    for (at, spec) in specs().iter().enumerate() {
        let made = make(spec);
        let path = place.file(&format!("{at}/{}", made.name), &made.bytes);
        files.push((format!("{}/{}", spec.importer, spec.layout), path, made.expected));
    }
    let (one, other) = (Vault::new().await, Vault::new().await);
    for (what, path, expected) in &files {
        let (check, sums) = one.take(path.clone()).await;
        assert_eq!(check.sums(), sums, "{what}: what was foreseen happened");
        assert_eq!(sums.read, total(expected, "rows"), "{what}");
        assert_eq!(sums.aside, total(expected, "aside"), "{what}");
        assert_eq!(sums.contained, total(expected, "contained"), "{what}");
    }
    for (_, path, _) in files.iter().rev() {
        other.take(path.clone()).await;
    }
    assert_eq!(one.said().await, other.said().await);
    let before = one.said().await;
    for (what, path, _) in &files {
        let (_, sums) = one.take(path.clone()).await;
        assert_eq!((sums.new, sums.changed), (0, 0), "{what}: again");
    }
    assert_eq!(one.said().await, before);
    // And away again, all of it.
    for import in one.space.imports().await.unwrap() {
        one.space.undo_import(import.import.id).await.unwrap();
    }
    assert_eq!(one.space.record_count().await.unwrap(), 0);
    assert!(one.space.connections().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_and_a_lock_between_batches_lose_nothing() {
    let place = Place::new();
    let path = place.file(
        "uber.zip",
        &zip_of(&[("Driver/driver_payments-0.csv", payments(0, 9_000).as_bytes())]),
    );
    let whole = Vault::new().await;
    whole.take(path.clone()).await;

    let mut vault = Vault::new().await;
    let check = vault.look(path.clone()).await.unwrap();
    assert_eq!(
        vault.space.record_count().await.unwrap(),
        0,
        "a look stores nothing"
    );
    assert!(vault.space.imports().await.unwrap().is_empty());
    let id = job::begin(&vault.space, &check).await.unwrap();
    // Stopped as soon as the first batch is told of.
    let (mut events, stop) = (vault.open.events(), Stop::default());
    let stopper = stop.clone();
    let watching = tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            if matches!(event, VaultEvent::ImportChanged { .. }) {
                return stopper.stop();
            }
        }
    });
    let ended = job::run(&vault.space, id, None, stop).await.unwrap();
    watching.await.unwrap();
    assert_eq!(ended, Ended::Paused);
    let first = vault.sums(id).await;
    assert!(first.read > 0 && first.read < 9_000, "{first:?}");
    vault.back().await;
    let found = vault.space.import(id).await.unwrap();
    assert_eq!(found.import.state, ImportState::Paused);
    assert_eq!(found.sums, first, "what came in stays in");
    vault.space.continue_import(id).await.unwrap();
    // Locked while it runs: the batch under way ends, and the rest waits.
    let mut events = vault.open.events();
    let running = tokio::spawn({
        let space = vault.space.clone();
        async move { job::run(&space, id, None, Stop::default()).await }
    });
    while !matches!(events.recv().await, Ok(VaultEvent::ImportChanged { .. })) {}
    vault.back().await;
    let _ = running.await.unwrap();
    let second = vault.sums(id).await;
    assert!(second.read > first.read, "{second:?}");
    if vault.space.import(id).await.unwrap().import.state != ImportState::Done {
        vault.space.continue_import(id).await.unwrap();
        let ended = job::run(&vault.space, id, None, Stop::default()).await.unwrap();
        assert_eq!(ended, Ended::Done);
    }
    let sums = vault.sums(id).await;
    assert_eq!((sums.read, sums.new), (9_000, 9_000));
    assert_eq!(vault.said().await, whole.said().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_gone_or_others_are_said_so() {
    let place = Place::new();
    let path = place.file("payments.csv", payments(0, 50).as_bytes());
    let vault = Vault::new().await;
    let check = vault.look(path.clone()).await.unwrap();
    let id = job::begin(&vault.space, &check).await.unwrap();
    fs::write(&path, payments(0, 60)).unwrap();
    let changed = job::run(&vault.space, id, None, Stop::default()).await;
    assert!(matches!(
        changed,
        Err(ImportError::Takeout(TakeoutError::Files(BundleError::Changed)))
    ));
    let import = vault.space.import(id).await.unwrap().import;
    assert_eq!(
        (import.state, import.code.as_str()),
        (ImportState::Failed, "IMP-206")
    );
    fs::remove_file(&path).unwrap();
    vault.space.continue_import(id).await.unwrap();
    let gone = job::run(&vault.space, id, None, Stop::default()).await;
    assert!(matches!(
        gone,
        Err(ImportError::Takeout(TakeoutError::Files(
            BundleError::NotReadable
        )))
    ));
    // Back where it was, it goes on.
    fs::write(&path, payments(0, 50)).unwrap();
    vault.space.continue_import(id).await.unwrap();
    job::run(&vault.space, id, None, Stop::default()).await.unwrap();
    assert_eq!(vault.sums(id).await.new, 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nothing_is_known_of_is_not_imported() {
    let place = Place::new();
    let path = place.file("list.csv", b"Apples,Pears\n1,2\n3,4\n");
    let vault = Vault::new().await;
    let check = vault.look(path).await.unwrap();
    assert_eq!(check.findings().unknown.len(), 1);
    let refused = job::begin(&vault.space, &check).await;
    assert!(matches!(refused, Err(ImportError::Unknown)));
    assert!(vault.space.imports().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_known_and_hold_nothing_are_told_from_unknown_ones() {
    const PAYMENTS: &str =
        "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";
    const PEOPLE: &str = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
                          Ann,Lee,https://people.example/ann,,Acme,Dev,05 Mar 2024\n";
    for (name, text) in [
        ("empty.csv", ""),
        ("payments.csv", PAYMENTS),
        ("Connections.csv", PEOPLE),
    ] {
        let place = Place::new();
        let path = place.file(name, text.as_bytes());
        let vault = Vault::new().await;
        let check = vault.look(path).await.unwrap();
        assert!(!check.files[0].taken, "{name}");
        let refused = job::begin(&vault.space, &check).await;
        assert!(matches!(refused, Err(ImportError::Nothing)), "{name}");
        assert!(vault.space.imports().await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_is_no_payment_is_found_too() {
    const RIDES: &str = "City,Product Type,Trip or Order Status,Request Time,Begin Trip Time,Begin Trip Lat,Begin Trip Lng,\
        Begin Trip Address,Dropoff Time,Dropoff Lat,Dropoff Lng,Dropoff Address,Distance (miles),Fare Amount,Fare Currency\n\
        Tokyo,UberX,COMPLETED,2018-04-05 05:52:02 +0000 UTC,2018-04-05 05:59:02 +0000 UTC,35.1,139.1,A,\
        2018-04-05 06:10:00 +0000 UTC,35.2,139.2,B,3.1,1500,JPY\n";
    const TRIPS: &str = "request_time,begintrip_time,begintrip_latitude,begintrip_longitude,dropoff_time,dropoff_latitude,\
        dropoff_longitude,status,currency,fare_profile,fare,distance,duration,surge_multiplier\n\
        2018-04-05 05:52:02,2018-04-05 05:59:02,48.1,2.1,2018-04-05 06:20:00,48.2,2.2,completed,EUR,std,12.34,5.5,1200,1.0\n";
    let place = Place::new();
    let paths = vec![
        place.file("rides.csv", RIDES.as_bytes()),
        place.file("trips.csv", TRIPS.as_bytes()),
    ];
    let vault = Vault::new().await;
    let question = Question {
        places: paths,
        ..Question::default()
    };
    let check = job::check(&vault.space, ImportId::new(), question, Stop::default(), |_| ())
        .await
        .unwrap();
    let money = check.findings().money;
    let of = |code: &str| money[&code.parse().unwrap()];
    assert_eq!((of("JPY").charges, of("JPY").payments), (1500, 0));
    assert_eq!((of("EUR").work, of("EUR").payments), (1234, 0));
}
