//! The vault of a test: quick to make, with a clock that stands until it is moved.

use std::sync::{Arc, LazyLock};

use tempfile::TempDir;
use time::OffsetDateTime;
use vault_crypto::{KdfParams, Passphrase, Signer};

use crate::{CreateOptions, LockedVault, RecoveryCode, VaultHandle, clock::ManualClock};

/// What opens it.
const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";

static ISSUER: LazyLock<Arc<Signer>> = LazyLock::new(|| Arc::new(Signer::generate().unwrap()));

/// A vault, and the folder that it lies in.
pub(crate) struct Made {
    pub(crate) locked: LockedVault,
    pub(crate) vault: VaultHandle,
    pub(crate) code: RecoveryCode,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
}

impl Made {
    /// A vault at a time, with the issuer key of all tests that need none of their own.
    pub(crate) fn at(now: OffsetDateTime) -> Self {
        Self::with(now, issuer(), false)
    }

    /// A vault with an issuer key, of a person or made up.
    pub(crate) fn with(now: OffsetDateTime, issuer: Arc<Signer>, made_up: bool) -> Self {
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
        Self {
            locked,
            vault,
            code,
            clock,
            folder,
        }
    }
}

/// The issuer key of tests that need none of their own: making one takes seconds.
pub(crate) fn issuer() -> Arc<Signer> {
    Arc::clone(&ISSUER)
}

/// What opens it, as it is asked for.
pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.into())
}
