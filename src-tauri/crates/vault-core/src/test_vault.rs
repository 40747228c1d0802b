//! A vault for the tests of this crate: in a folder of its own, on a clock that the test moves, with keys that cost little to derive.

use std::sync::{Arc, LazyLock};

use tempfile::TempDir;
use time::OffsetDateTime;
use vault_crypto::{KdfParams, Passphrase, RecoveryCode, Signer};

use crate::{CreateOptions, LockedVault, SpaceHandle, VaultHandle, clock::ManualClock};

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";

/// Making a key takes seconds; the tests of a process share one.
pub(crate) static SIGNER: LazyLock<Arc<Signer>> = LazyLock::new(|| Arc::new(Signer::generate().unwrap()));

/// What opens the vault.
pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.into())
}

pub(crate) struct TestVault {
    pub(crate) vault: VaultHandle,
    pub(crate) space: SpaceHandle,
    pub(crate) locked: LockedVault,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) code: RecoveryCode,
    pub(crate) folder: TempDir,
}

impl TestVault {
    /// A vault with nothing in it, open since `now`.
    pub(crate) async fn new(now: OffsetDateTime) -> Self {
        Self::with(Arc::clone(&SIGNER), now, false).await
    }

    /// The same, with a key that is the test's, and marked as made up or not.
    pub(crate) async fn with(issuer: Arc<Signer>, now: OffsetDateTime, made_up: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Arc::new(ManualClock::new(now));
        let options = CreateOptions {
            kdf: KdfParams {
                m_kib: 64,
                t: 1,
                p: 1,
            },
            issuer: Some(issuer),
            made_up,
            ..CreateOptions::default()
        };
        let (locked, vault, code) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &passphrase(),
            &options,
            Arc::clone(&clock) as Arc<dyn crate::Clock>,
        )
        .unwrap();
        let space = vault.first_space().await.unwrap();
        Self {
            vault,
            space,
            locked,
            clock,
            code,
            folder,
        }
    }
}
