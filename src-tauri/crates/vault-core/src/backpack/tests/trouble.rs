//! What goes wrong: wrong keys, damage, a stop, a lock, a kill, a place that cannot be. Nothing is changed and nothing is left.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use secrecy::SecretString;
use time::Duration;
use vault_store::retrievals::RetrievalKind;

use super::{
    super::{BackpackError, Keys, PackRequest, PackStep, Stop, verify_backpack},
    kit::{World, all_records, everything, gig, keys, locks, somebody, take},
};
use crate::{LockReason, VaultError};

fn go_on(_: super::super::PackProgress) -> std::ops::ControlFlow<()> {
    std::ops::ControlFlow::Continue(())
}

#[tokio::test]
async fn the_wrong_key_and_damage_change_nothing() {
    let world = World::full().await;
    let packed = world.pack("a.backpack", false).await;
    let whole = std::fs::read(&packed.file).unwrap();
    let other = World::elsewhere().await;
    let before = everything(&other.space).await;
    let wrong = Keys::Passphrase(SecretString::from("not this one"));
    let (_, not_mine, _) = somebody();
    for keys in [wrong, not_mine] {
        let refused = other
            .space
            .restore(&packed.file, keys, Stop::default(), |_| {})
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Some("BPK-502"));
    }
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let len = whole.len();
    for (bytes, codes) in [
        (flipped(len / 3), &["BPK-501"][..]),
        (flipped(len - 40), &["BPK-501", "BPK-503"]),
        (whole[..len - 1].to_vec(), &["BPK-503"]),
        (whole[..len / 2].to_vec(), &["BPK-503"]),
        (Vec::new(), &["BPK-506", "BPK-503"]),
        (b"PK\x03\x04 something else".to_vec(), &["BPK-506"]),
    ] {
        let file = other.file("damaged.backpack");
        std::fs::write(&file, bytes).unwrap();
        let refused = other
            .space
            .restore(&file, keys(), Stop::default(), |_| {})
            .await
            .unwrap_err();
        assert!(
            codes.contains(&refused.code().unwrap()),
            "{refused}: {:?}",
            refused.code()
        );
        let refused = verify_backpack(&file, &keys(), &mut go_on).unwrap_err();
        assert!(codes.contains(&refused.code().unwrap()), "{refused}");
    }
    let missing = other
        .space
        .restore(&other.file("none"), keys(), Stop::default(), |_| {})
        .await;
    assert_eq!(missing.unwrap_err().code(), Some("BPK-510"));
    let folder = verify_backpack(other.folder.path(), &keys(), &mut go_on).unwrap_err();
    assert_eq!(folder.code(), Some("BPK-506"));
    assert_eq!(everything(&other.space).await, before);
}

#[tokio::test]
async fn a_stop_at_any_step_leaves_no_file_and_the_earlier_one_whole() {
    let world = World::full().await;
    world.pack("a.backpack", false).await;
    let earlier = std::fs::read(world.file("a.backpack")).unwrap();
    let log = everything(&world.space).await.log.len();
    for step in [PackStep::Measuring, PackStep::Packing, PackStep::Checking] {
        let stop = Stop::default();
        let at = stop.clone();
        let request = PackRequest {
            path: world.file("a.backpack"),
            locks: locks(),
            full: false,
        };
        let watch = move |told: super::super::PackProgress| {
            if told.step == step && told.done > 10_000 {
                at.stop();
            }
        };
        let outcome = world.space.pack(request, stop, watch).await;
        assert!(
            matches!(outcome, Err(BackpackError::Vault(VaultError::Cancelled))),
            "{step:?}: {outcome:?}"
        );
        assert_eq!(world.files(), ["a.backpack"]);
        assert_eq!(std::fs::read(world.file("a.backpack")).unwrap(), earlier);
    }
    assert_eq!(everything(&world.space).await.log.len(), log);
    assert_eq!(world.space.pack_plan().await.unwrap().earlier.len(), 1);
}

#[tokio::test]
async fn work_that_nobody_waits_for_stops() {
    let world = World::full().await;
    let seen = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&seen);
    let request = PackRequest {
        path: world.file("a.backpack"),
        locks: locks(),
        full: false,
    };
    let pack = world.space.pack(request, Stop::default(), move |_| {
        told.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(std::time::Duration::from_millis(5));
    });
    let waited = tokio::time::timeout(std::time::Duration::from_millis(60), pack).await;
    assert!(waited.is_err());
    for _ in 0..600 {
        if world.files().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(world.files().is_empty(), "{:?}", world.files());
    let count = seen.load(Ordering::SeqCst);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(seen.load(Ordering::SeqCst), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_ends_it_and_no_key_is_left() {
    for step in [PackStep::Measuring, PackStep::Packing, PackStep::Checking] {
        let world = World::full().await;
        let (reached, mut wait) = tokio::sync::mpsc::unbounded_channel();
        let request = PackRequest {
            path: world.file("a.backpack"),
            locks: locks(),
            full: true,
        };
        let space = world.space.clone();
        let packing = tokio::spawn(async move {
            let watch = move |told: super::super::PackProgress| {
                if told.step == step {
                    let _ = reached.send(());
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
            };
            space.pack(request, Stop::default(), watch).await
        });
        wait.recv().await.unwrap();
        world.vault.lock(LockReason::You).await;
        let outcome = packing.await.unwrap();
        assert!(
            matches!(outcome, Err(BackpackError::Vault(VaultError::Locked))),
            "{step:?}: {outcome:?}"
        );
        assert!(world.files().is_empty());
        // The vault opens again at once: nobody holds it.
        let passphrase = vault_crypto::Passphrase::new("ocean-lamp-ticket-forest-nine".into());
        assert!(world.locked.unlock(&passphrase).is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_meanwhile_is_not_in_it() {
    let world = World::full().await;
    let before = world.space.records_digest().await.unwrap();
    let connection = everything(&world.space).await.connections[0].id;
    let (reached, mut wait) = tokio::sync::mpsc::unbounded_channel();
    let request = PackRequest {
        path: world.file("a.backpack"),
        locks: locks(),
        full: false,
    };
    let space = world.space.clone();
    let packing = tokio::spawn(async move {
        let watch = move |_| {
            let _ = reached.send(());
            std::thread::sleep(std::time::Duration::from_millis(2));
        };
        space.pack(request, Stop::default(), watch).await
    });
    for round in 0..4 {
        wait.recv().await.unwrap();
        world.clock.advance(Duration::SECOND);
        let bytes = format!("meanwhile {round}").into_bytes();
        let mut changed = gig(round);
        changed.title = Some(format!("Meanwhile {round}"));
        take(
            &world.space,
            connection,
            RetrievalKind::Fetch,
            bytes,
            vec![gig(20_000 + round), changed],
        )
        .await;
    }
    let packed = packing.await.unwrap().unwrap();
    assert_ne!(world.space.records_digest().await.unwrap(), before);
    let other = World::elsewhere().await;
    other.restore(&packed).await.unwrap();
    assert_eq!(other.space.records_digest().await.unwrap(), before);
    assert_eq!(all_records(&other.space).await.len() as u64, packed.records);
}

#[tokio::test]
async fn what_a_killed_packing_left_is_cleaned_away() {
    let world = World::full().await;
    std::fs::write(world.file(".00112233445566aa.satchel-part"), b"half").unwrap();
    world.pack("a.backpack", false).await;
    assert_eq!(world.files(), ["a.backpack"]);
}

#[tokio::test]
async fn a_place_that_cannot_be_is_told_before_any_work() {
    let world = World::full().await;
    let inside = world.file("Test.satchel").join("spaces/x.db");
    let missing = world.file("no/such/folder/a.backpack");
    for path in [inside, missing, world.folder.path().to_path_buf()] {
        let request = PackRequest {
            path,
            locks: locks(),
            full: false,
        };
        let outcome = world.space.pack(request, Stop::default(), |_| {}).await;
        assert!(
            matches!(outcome, Err(BackpackError::Vault(VaultError::Invalid { .. }))),
            "{outcome:?}"
        );
    }
    assert!(world.files().is_empty());
    let log = everything(&world.space).await.log;
    assert!(
        log.iter()
            .all(|entry| entry.kind != vault_store::disclosures::DisclosureKind::Saved)
    );
}
