//! What happens to the header and its copy when one of them cannot be written, and what a removal leaves.

use std::fs;

use super::{OTHER, PASSPHRASE, World, passphrase};
use vault_core::{CreateOptions, LockReason, LockedVault, VaultError, VaultHandle, clock::SystemClock};

/// Makes the header unwritable: where its new content would be staged lies a folder.
const HEADER_STAGED: &str = "vault.new";
/// The same for its copy.
const COPY_STAGED: &str = "vault.header.new";

async fn names(vault: &VaultHandle) -> Vec<String> {
    let spaces = vault.spaces().await.unwrap();
    spaces.into_iter().map(|space| space.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_has_not_happened() {
    let world = World::new();
    let second = world.vault.add_space("Second trade", false).await.unwrap().id();
    let written = fs::read(world.path("vault.header")).unwrap();
    let databases = fs::read_dir(world.path("spaces")).unwrap().count();

    fs::create_dir(world.path(HEADER_STAGED)).unwrap();
    assert!(world.vault.remove_space(second).await.is_err());
    assert!(world.vault.rename_space(second, "Night shifts").await.is_err());
    assert!(world.vault.add_space("Third", false).await.is_err());
    let changed = world
        .vault
        .change_passphrase(passphrase(PASSPHRASE), passphrase(OTHER))
        .await;
    assert!(changed.is_err());
    assert_eq!(fs::read(world.path("vault.header")).unwrap(), written);
    assert_eq!(
        fs::read_dir(world.path("spaces")).unwrap().count(),
        databases,
        "a space that was not made leaves no file"
    );
    fs::remove_dir(world.path(HEADER_STAGED)).unwrap();

    // The next change writes the whole header: it must not bring about what was refused before.
    assert_eq!(names(&world.vault).await, ["Personal", "Second trade"]);
    world.vault.make_recovery_code().await.unwrap();
    world.vault.lock(LockReason::You).await;
    let vault = world.locked.unlock(&passphrase(PASSPHRASE)).unwrap();
    assert_eq!(names(&vault).await, ["Personal", "Second trade"]);
    vault.lock(LockReason::You).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_follow_is_removed_and_made_again() {
    let world = World::new();
    fs::create_dir(world.path(COPY_STAGED)).unwrap();
    world
        .vault
        .change_passphrase(passphrase(PASSPHRASE), passphrase(OTHER))
        .await
        .unwrap();
    assert!(
        !world.path("vault.header.copy").exists(),
        "an older copy would still open with the passphrase that was changed"
    );
    world.vault.lock(LockReason::You).await;
    fs::remove_dir(world.path(COPY_STAGED)).unwrap();

    let vault = world.locked.unlock(&passphrase(OTHER)).unwrap();
    let [header, copy] =
        ["vault.header", "vault.header.copy"].map(|name| fs::read(world.path(name)).unwrap());
    assert!(header == copy);
    vault.lock(LockReason::You).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_was_left_behind_is_brought_level_by_the_next_unlock() {
    let world = World::new();
    let before = fs::read(world.path("vault.header.copy")).unwrap();
    world
        .vault
        .change_passphrase(passphrase(PASSPHRASE), passphrase(OTHER))
        .await
        .unwrap();
    world.vault.lock(LockReason::You).await;
    // What a program leaves that ends between the two files.
    fs::write(world.path("vault.header.copy"), &before).unwrap();

    assert!(world.locked.unlock(&passphrase(PASSPHRASE)).is_err());
    assert_eq!(
        fs::read(world.path("vault.header.copy")).unwrap(),
        before,
        "a wrong passphrase changes nothing"
    );
    let vault = world.locked.unlock(&passphrase(OTHER)).unwrap();
    vault.lock(LockReason::You).await;
    fs::remove_file(world.path("vault.header")).unwrap();
    assert!(matches!(
        world.locked.repair(&passphrase(PASSPHRASE)),
        Err(VaultError::WrongKey)
    ));
    assert!(world.locked.repair(&passphrase(OTHER)).unwrap().header);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_set_aside_outlives_a_removed_space() {
    let world = World::new();
    let second = world.vault.add_space("Second trade", false).await.unwrap();
    second.make_safe_copy().await.unwrap();
    let id = second.id();
    fs::write(world.path(&format!("spaces/{id}.db.damaged-1")), "x").unwrap();
    fs::write(world.path("vault.header.damaged-1"), "x").unwrap();
    world.vault.remove_space(id).await.unwrap();
    let left: Vec<_> = fs::read_dir(world.path("spaces"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.contains(&id.to_string()))
        .collect();
    assert_eq!(left, [""; 0]);
    assert!(!world.path("vault.header.damaged-1").exists());
    world.vault.lock(LockReason::You).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_lost_its_header_is_not_written_over() {
    let world = World::new();
    let before = world.filled().await;
    world.vault.lock(LockReason::You).await;
    let dir = world.locked.dir().to_path_buf();
    drop(world.vault);
    drop(world.locked);
    fs::remove_file(dir.join("vault.header")).unwrap();
    let clock = std::sync::Arc::new(SystemClock);
    let made = LockedVault::create(
        &dir,
        &passphrase(PASSPHRASE),
        &CreateOptions::default(),
        clock.clone(),
    );
    assert!(matches!(made, Err(VaultError::AlreadyThere)));
    let locked = LockedVault::open(&dir, clock).unwrap();
    assert!(locked.repair(&passphrase(PASSPHRASE)).unwrap().header);
    let vault = locked.unlock(&passphrase(PASSPHRASE)).unwrap();
    assert_eq!(super::digest(&vault).await, before);
    vault.lock(LockReason::You).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_vault_leaves_what_is_not_its_own() {
    let world = World::new();
    world.vault.lock(LockReason::You).await;
    fs::write(world.path("letter.txt"), "Dear aunt").unwrap();
    world.locked.clone().delete().unwrap();
    let left: Vec<_> = fs::read_dir(world.path(""))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(left, ["letter.txt"]);
}
