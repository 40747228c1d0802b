//! What is known of imports, and what a file would change before anything of it is stored.

use vault_store::{
    ImportId, NewRecord,
    import_asides::{self, Aside},
    import_files::{self, ImportFile, ImportSums},
    imports::{self, Import},
    records::{self, Became, RecordFilter, Sum},
};

use super::{Account, import};
use crate::{SpaceHandle, VaultError};

/// Rows set aside that a look at an import shows.
const LATEST: u32 = 8;

/// An import and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProgress {
    /// The import.
    pub import: Import,
    /// The account's name.
    pub account: String,
    /// Its files, in order.
    pub files: Vec<ImportFile>,
    /// Their sums together.
    pub sums: ImportSums,
    /// How many rows were set aside for each reason.
    pub reasons: Vec<(String, u64)>,
    /// The rows that were set aside last.
    pub latest: Vec<Aside>,
}

impl SpaceHandle {
    /// All imports, latest first, and where each stands.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn imports(&self) -> Result<Vec<ImportProgress>, VaultError> {
        self.read(|db| {
            db.read(|view| {
                let all = imports::list(view)?.into_iter();
                all.map(|import| progress(view, import)).collect()
            })
        })
        .await
    }

    /// One import.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn import(&self, id: ImportId) -> Result<ImportProgress, VaultError> {
        self.read(move |db| db.read(|view| progress(view, import(view, id)?)))
            .await
    }

    /// Rows of an import that were set aside, by file and row.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn import_asides(
        &self,
        id: ImportId,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Aside>, VaultError> {
        self.read(move |db| Ok(db.read(|view| import_asides::page(view, id, offset, limit))?))
            .await
    }

    /// What would become of records of a file that knows up to `as_of`, without storing anything. An account that is not there has none.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn foresee_import(
        &self,
        account: Account,
        as_of: Option<time::OffsetDateTime>,
        records: Vec<NewRecord>,
    ) -> Result<Vec<Became>, VaultError> {
        self.read(move |db| {
            db.read(|view| {
                let Some(connection) = account.find(view)? else {
                    return Ok(vec![Became::New; records.len()]);
                };
                let as_of = as_of.unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
                Ok(records::foresee(view, connection.id, as_of, &records)?)
            })
        })
        .await
    }

    /// The earnings of a platform in the vault, per currency.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn platform_sums(&self, platform: &str) -> Result<Vec<Sum>, VaultError> {
        let filter = RecordFilter {
            platform: Some(platform.to_owned()),
            ..Default::default()
        };
        Ok(self.record_totals(filter).await?.sums)
    }

    /// The names of the accounts at a platform, for the choice whose file it is.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn accounts_at(&self, platform: &str) -> Result<Vec<String>, VaultError> {
        let all = self.connections().await?.into_iter();
        Ok(all
            .filter(|connection| connection.platform == platform)
            .map(|connection| connection.account)
            .collect())
    }
}

fn progress(view: &vault_store::View<'_>, import: Import) -> Result<ImportProgress, VaultError> {
    let files = import_files::list(view, import.id)?;
    let mut sums = ImportSums::default();
    for file in &files {
        sums += file.sums;
    }
    let connection = vault_store::connections::get(view, import.connection)?;
    Ok(ImportProgress {
        account: connection.map(|one| one.account).unwrap_or_default(),
        reasons: import_asides::reasons(view, import.id)?,
        latest: import_asides::latest(view, import.id, LATEST)?,
        files,
        sums,
        import,
    })
}
