//! Safe copies: when one is made, and that a lock does not wait for it.

use std::{
    fs::File,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use super::World;
use vault_core::{LockReason, own_entries::OwnEntry};
use vault_store::RecordKind;

impl World {
    fn copy(&self) -> PathBuf {
        self.database().with_extension("safe-copy")
    }

    fn age(&self, path: &PathBuf, age: Duration) {
        let file = File::options().append(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - age).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safe_copy_is_made_when_there_is_none_and_when_an_old_one_is_behind() {
    let world = World::new();
    let space = world.vault.first_space().await.unwrap();
    assert!(space.refresh_safe_copy().await.unwrap(), "there was none");
    assert!(!space.refresh_safe_copy().await.unwrap(), "it is fresh");

    world.age(&world.copy(), Duration::from_secs(2 * 60 * 60));
    world.age(&world.database(), Duration::from_secs(3 * 60 * 60));
    let log = world.database().with_extension("db-wal");
    world.age(&log, Duration::from_secs(3 * 60 * 60));
    assert!(!space.refresh_safe_copy().await.unwrap(), "nothing has changed");

    space
        .add_own_entry(OwnEntry::new(RecordKind::Work, time::OffsetDateTime::now_utc()))
        .await
        .unwrap();
    assert!(space.refresh_safe_copy().await.unwrap(), "an hour old and behind");
    world.vault.lock(LockReason::You).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_ask_at_once_get_one_whole_copy() {
    let world = World::new();
    world.filled().await;
    let space = world.vault.first_space().await.unwrap();
    let (one, other, third) = tokio::join!(
        space.make_safe_copy(),
        space.make_safe_copy(),
        space.refresh_safe_copy()
    );
    one.unwrap();
    other.unwrap();
    assert!(!third.unwrap());
    world.vault.lock(LockReason::You).await;
    assert!(
        space.make_safe_copy().await.is_err(),
        "a locked vault is not copied"
    );
    assert!(!world.copy().with_extension("safe-copy.part").exists());
}
