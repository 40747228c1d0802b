//! The life of a vault: made, locked, opened, changed, recovered, damaged, repaired, deleted.
#![expect(clippy::unwrap_used, reason = "a failing test should say where")]

mod header;
mod safe_copy;
mod second_factor;

use std::{fs, path::PathBuf, sync::Arc};

use tempfile::TempDir;
use vault_core::{
    CreateOptions, LockReason, LockedVault, VaultError, VaultEvent, VaultHandle, clock::SystemClock,
    own_entries::OwnEntry,
};
use vault_crypto::{KdfParams, Passphrase, RecoveryCode, RecoveryKey};
use vault_store::RecordKind;

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";
const OTHER: &str = "winter-table-rocket-blue-seven";

struct World {
    folder: TempDir,
    locked: LockedVault,
    vault: VaultHandle,
    code: RecoveryCode,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (locked, vault, code) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &passphrase(PASSPHRASE),
            &fast(),
            Arc::new(SystemClock),
        )
        .unwrap();
        Self {
            folder,
            locked,
            vault,
            code,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("Test.satchel").join(name)
    }

    fn database(&self) -> PathBuf {
        let files = fs::read_dir(self.path("spaces"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path());
        files
            .into_iter()
            .find(|path| path.extension().is_some_and(|ending| ending == "db"))
            .unwrap()
    }

    /// The space with one entry in it, and its digest.
    async fn filled(&self) -> vault_store::Sha256 {
        let space = self.vault.first_space().await.unwrap();
        let mut entry = OwnEntry::new(RecordKind::Work, time::OffsetDateTime::now_utc());
        entry.title = Some("A gig of my own".into());
        space.add_own_entry(entry).await.unwrap();
        space.make_safe_copy().await.unwrap();
        space.records_digest().await.unwrap()
    }
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn fast() -> CreateOptions {
    CreateOptions {
        kdf: KdfParams {
            m_kib: 64,
            t: 1,
            p: 1,
        },
        ..CreateOptions::default()
    }
}

async fn digest(vault: &VaultHandle) -> vault_store::Sha256 {
    vault.first_space().await.unwrap().records_digest().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_locks_opens_and_changes_its_passphrase() {
    let world = World::new();
    let before = world.filled().await;
    let mut events = world.vault.events();

    // Held by this process, and unlocked once.
    let again = LockedVault::open(world.locked.dir(), Arc::new(SystemClock));
    assert!(matches!(again, Err(VaultError::Busy)));
    assert!(matches!(
        world.locked.unlock(&passphrase(PASSPHRASE)),
        Err(VaultError::Busy)
    ));

    world.vault.lock(LockReason::Away).await;
    let mut reasons = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let VaultEvent::Locked { reason } = event {
            reasons.push(reason);
        }
    }
    assert_eq!(reasons, [LockReason::Away]);
    assert!(matches!(world.vault.spaces().await, Err(VaultError::Locked)));

    assert!(matches!(
        world.locked.unlock(&passphrase(OTHER)),
        Err(VaultError::WrongKey)
    ));
    let vault = world.locked.unlock(&passphrase(PASSPHRASE)).unwrap();
    assert_eq!(digest(&vault).await, before);

    let wrong = vault
        .change_passphrase(passphrase(OTHER), passphrase(OTHER))
        .await;
    assert!(matches!(wrong, Err(VaultError::WrongKey)));
    let weak = vault
        .change_passphrase(passphrase(PASSPHRASE), passphrase("123456"))
        .await;
    assert!(matches!(weak, Err(VaultError::WeakPassphrase)));
    vault
        .change_passphrase(passphrase(PASSPHRASE), passphrase(OTHER))
        .await
        .unwrap();
    vault.lock(LockReason::You).await;
    assert!(matches!(
        world.locked.unlock(&passphrase(PASSPHRASE)),
        Err(VaultError::WrongKey)
    ));
    let vault = world.locked.unlock(&passphrase(OTHER)).unwrap();
    assert_eq!(digest(&vault).await, before);
    vault.lock(LockReason::You).await;
    world.locked.clone().delete().unwrap();
    assert!(!world.path("").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn kit_and_keyring_open_the_vault_until_they_are_replaced() {
    let world = World::new();
    let before = world.filled().await;
    let secret = world.vault.enable_keyring(passphrase(PASSPHRASE)).await.unwrap();
    assert!(world.vault.enable_keyring(passphrase(OTHER)).await.is_err());
    world.vault.lock(LockReason::You).await;

    let vault = world.locked.unlock_with_keyring(&secret).unwrap();
    assert_eq!(digest(&vault).await, before);
    vault.disable_keyring().await.unwrap();
    vault.lock(LockReason::You).await;
    assert!(matches!(
        world.locked.unlock_with_keyring(&secret),
        Err(VaultError::NoKeyring)
    ));

    let old = RecoveryKey::from(RecoveryCode::parse(&world.code.to_text()).unwrap());
    let vault = world.locked.recover(&old, &passphrase(OTHER)).unwrap();
    assert_eq!(digest(&vault).await, before);
    vault.make_recovery_code().await.unwrap();
    vault.lock(LockReason::You).await;
    assert!(matches!(
        world.locked.recover(&old, &passphrase(PASSPHRASE)),
        Err(VaultError::WrongRecovery)
    ));
    world
        .locked
        .unlock(&passphrase(OTHER))
        .unwrap()
        .lock(LockReason::You)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_told_apart_and_repaired_from_the_safe_copy() {
    let world = World::new();
    let before = world.filled().await;
    world.vault.lock(LockReason::You).await;
    let pass = passphrase(PASSPHRASE);

    // One flipped bit in the header.
    let header = fs::read(world.path("vault.header")).unwrap();
    let mut flipped = header.clone();
    flipped[40] ^= 1;
    fs::write(world.path("vault.header"), &flipped).unwrap();
    assert!(matches!(world.locked.unlock(&pass), Err(VaultError::Header(_))));
    assert!(matches!(
        world.locked.repair(&passphrase(OTHER)),
        Err(VaultError::WrongKey)
    ));
    assert_eq!(
        fs::read(world.path("vault.header")).unwrap(),
        flipped,
        "a wrong passphrase repairs nothing"
    );
    assert!(world.locked.repair(&pass).unwrap().header);
    assert_eq!(fs::read(world.path("vault.header")).unwrap(), header);

    // A database that lost its end.
    let database = world.database();
    let whole = fs::read(&database).unwrap();
    fs::write(&database, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(world.locked.unlock(&pass), Err(VaultError::Store(_))));
    let report = world.locked.repair(&pass).unwrap();
    assert_eq!((report.header, report.spaces), (false, 1));
    let vault = world.locked.unlock(&pass).unwrap();
    assert_eq!(digest(&vault).await, before);
    vault.lock(LockReason::You).await;

    // What was damaged is kept.
    let kept: Vec<_> = fs::read_dir(world.path("spaces"))
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().contains(".damaged-"))
        .collect();
    assert!(!kept.is_empty());

    // Without a safe copy nothing is touched.
    fs::write(&database, b"nothing").unwrap();
    fs::remove_file(database.with_extension("safe-copy")).unwrap();
    assert!(matches!(world.locked.repair(&pass), Err(VaultError::NoSafeCopy)));
    assert_eq!(fs::read(&database).unwrap(), b"nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn spaces_are_apart_and_a_removed_one_is_gone() {
    let world = World::new();
    let first = world.vault.first_space().await.unwrap();
    let second = world.vault.add_space("Second trade", true).await.unwrap();
    second
        .add_own_entry(OwnEntry::new(RecordKind::Work, time::OffsetDateTime::now_utc()))
        .await
        .unwrap();
    assert_eq!(first.record_count().await.unwrap(), 0);
    assert_eq!(second.record_count().await.unwrap(), 1);
    world
        .vault
        .rename_space(second.id(), "Night shifts")
        .await
        .unwrap();
    assert!(world.vault.add_space("  ", false).await.is_err());

    // Names and the mark survive the lock, and no name is on the disk in clear.
    world.vault.lock(LockReason::You).await;
    let header = fs::read(world.path("vault.header")).unwrap();
    assert!(!header.windows(5).any(|part| part == b"Night"));
    let vault = world.locked.unlock(&passphrase(PASSPHRASE)).unwrap();
    let spaces = vault.spaces().await.unwrap();
    assert_eq!(
        spaces.iter().map(|space| space.name.as_str()).collect::<Vec<_>>(),
        ["Personal", "Night shifts"]
    );
    assert!(spaces[1].made_up);

    vault.remove_space(spaces[1].id).await.unwrap();
    assert!(matches!(
        vault.remove_space(spaces[0].id).await,
        Err(VaultError::LastSpace)
    ));
    assert!(matches!(
        vault.space(spaces[1].id).await,
        Err(VaultError::NoSuchSpace)
    ));
    assert_eq!(
        fs::read_dir(world.path("spaces"))
            .unwrap()
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|e| e == "db"))
            .count(),
        1
    );
    vault.lock(LockReason::You).await;
}

#[test]
fn creation_refuses_what_is_weak_or_taken() {
    let world = World::new();
    let dir = world.folder.path().join("Test.satchel");
    let clock = Arc::new(SystemClock);
    let taken = LockedVault::create(&dir, &passphrase(PASSPHRASE), &fast(), clock.clone());
    assert!(matches!(taken, Err(VaultError::AlreadyThere)));
    let weak = LockedVault::create(
        &world.folder.path().join("b"),
        &passphrase("qwerty"),
        &fast(),
        clock.clone(),
    );
    assert!(matches!(weak, Err(VaultError::WeakPassphrase)));
    assert!(!world.folder.path().join("b").exists());
    assert!(matches!(
        LockedVault::open(&world.folder.path().join("c"), clock),
        Err(VaultError::NotFound)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_ends_before_it_begins_is_refused() {
    let world = World::new();
    let space = world.vault.first_space().await.unwrap();
    let start = time::OffsetDateTime::now_utc();
    let mut entry = OwnEntry::new(RecordKind::Work, start);
    entry.end = Some(start - time::Duration::minutes(1));
    assert!(matches!(
        space.add_own_entry(entry.clone()).await,
        Err(VaultError::Invalid { field: "end", .. })
    ));
    assert_eq!(space.record_count().await.unwrap(), 0);
    entry.end = Some(start);
    space.add_own_entry(entry).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_is_closed_when_the_last_handle_is_gone() {
    let World {
        locked,
        vault,
        folder: _folder,
        ..
    } = World::new();
    let space = vault.first_space().await.unwrap();
    drop(vault);
    assert!(
        space.record_count().await.is_ok(),
        "a space's handle keeps it open"
    );
    drop(space);
    locked
        .unlock(&passphrase(PASSPHRASE))
        .expect("nobody holds the folder any more");
}
