//! A vault that files are taken into.

use std::{path::PathBuf, sync::Arc};

use tempfile::TempDir;
use vault_connect::{
    Connect, Stop,
    takeout::job::{self, Check, Ended, ImportError, Question},
};
use vault_core::{CreateOptions, LockReason, LockedVault, SpaceHandle, VaultHandle, clock::SystemClock};
use vault_crypto::{KdfParams, Passphrase};
use vault_store::{ImportId, import_files::ImportSums};

const PASSPHRASE: &str = "ocean-lamp-ticket-forest-nine";

pub(super) struct Vault {
    locked: LockedVault,
    pub(super) open: VaultHandle,
    pub(super) space: SpaceHandle,
    _folder: TempDir,
}

impl Vault {
    pub(super) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let kdf = KdfParams {
            m_kib: 64,
            t: 1,
            p: 1,
        };
        let options = CreateOptions {
            kdf,
            ..CreateOptions::default()
        };
        let (locked, open, _) = LockedVault::create(
            &folder.path().join("Test.satchel"),
            &Passphrase::new(PASSPHRASE.into()),
            &options,
            Arc::new(SystemClock),
        )
        .unwrap();
        let space = open.first_space().await.unwrap();
        Self {
            locked,
            open,
            space,
            _folder: folder,
        }
    }

    pub(super) async fn look(&self, place: PathBuf) -> Result<Check, ImportError> {
        self.ask(Question {
            places: vec![place],
            ..Question::default()
        })
        .await
    }

    pub(super) async fn ask(&self, question: Question) -> Result<Check, ImportError> {
        job::check(&self.space, ImportId::new(), question, Stop::default(), |_| ()).await
    }

    pub(super) async fn take(&self, place: PathBuf) -> (Check, ImportSums) {
        let check = self.look(place).await.unwrap();
        let sums = self.bring(&check).await;
        (check, sums)
    }

    pub(super) async fn bring(&self, check: &Check) -> ImportSums {
        let id = job::begin(&self.space, check).await.unwrap();
        let ended = job::run(&self.space, id, None, Stop::default()).await.unwrap();
        assert_eq!(ended, Ended::Done);
        self.sums(id).await
    }

    pub(super) async fn sums(&self, id: ImportId) -> ImportSums {
        let sums = self.space.import(id).await.unwrap().sums;
        assert_eq!(
            sums.new + sums.had + sums.changed + sums.contained + sums.aside,
            sums.read
        );
        sums
    }

    pub(super) async fn said(&self) -> String {
        self.space.said_digest().await.unwrap().to_string()
    }

    /// What a crash leaves is what a lock leaves: the database, at its last transaction.
    pub(super) async fn back(&mut self) {
        self.open.lock(LockReason::Slept).await;
        self.open = self.locked.unlock(&Passphrase::new(PASSPHRASE.into())).unwrap();
        self.space = self.open.first_space().await.unwrap();
        Connect::settle(&self.space).await.unwrap();
    }
}

/// A file of US payments; row `n` is worth `n` cents.
pub(super) fn payments(from: u32, to: u32) -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n",
    );
    for row in from..to {
        let (day, hour, minute) = (row / 1440 % 28 + 1, row / 60 % 24, row % 60);
        writeln!(
            text,
            "Phoenix,t-{row},{}.{:02},USD,fare,driver_payment_fares,2024-03-{day:02} {hour:02}:{minute:02}:00",
            row / 100,
            row % 100
        )
        .unwrap();
    }
    text
}
