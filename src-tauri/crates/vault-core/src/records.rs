//! What the person's own window and terminal read of the records. Nobody else is handed a value by this file.

use serde::Serialize;
use vault_store::{
    Record, RecordId, Sha256, connections, raw_documents,
    records::{self, Counted, Cursor, RecordFilter, RecordTotals, Sort},
    retrieval_documents, retrievals,
};

use crate::{SpaceHandle, VaultError};

/// The largest raw document of which a single row is shown; larger ones are only exported.
const RAW_LIMIT: u64 = 64 * 1024 * 1024;

/// A page of the grid, with the line of sums above it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsPage {
    /// The records of the page.
    pub records: Vec<Record>,
    /// All that the filter lets through, as numbers.
    pub totals: RecordTotals,
}

/// What the filter menus offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterOptions {
    /// Platforms by id.
    pub platforms: Vec<Counted<String>>,
    /// Kinds of record.
    pub kinds: Vec<Counted<vault_store::RecordKind>>,
    /// Types of work, payment and so on.
    pub types: Vec<Counted<String>>,
    /// Months, such as `2026-11`.
    pub months: Vec<Counted<String>>,
}

/// One record with all that is known of it.
#[derive(Clone, PartialEq)]
pub struct RecordDetail {
    /// The record.
    pub record: Record,
    /// The platform's name for people.
    pub platform_name: String,
    /// Payments, ratings and reviews that belong to it.
    pub belonging: Vec<Record>,
    /// Work of the same connection on the same day, by start.
    pub same_day: Vec<Record>,
    /// Where in the retrieval its document was, such as the path of a request.
    pub locator: String,
    /// The row of the raw document that it was read from.
    pub raw: Option<serde_json::Value>,
    /// Whether the raw document still has the digest of the provenance.
    pub unchanged: bool,
}

impl std::fmt::Debug for RecordDetail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RecordDetail")
            .field("record", &self.record)
            .field("unchanged", &self.unchanged)
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// One record.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn record(&self, id: RecordId) -> Result<Record, VaultError> {
        self.read(move |db| {
            db.read(|view| records::get(view, id))?
                .ok_or(VaultError::NoSuch("record"))
        })
        .await
    }

    /// A page of the grid.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn records_page(
        &self,
        filter: RecordFilter,
        sort: Sort,
        offset: u64,
        limit: u32,
    ) -> Result<RecordsPage, VaultError> {
        self.read(move |db| {
            db.read(|view| {
                let records = records::page(view, &filter, sort, offset, limit)?;
                Ok(RecordsPage {
                    records,
                    totals: records::totals(view, &filter)?,
                })
            })
        })
        .await
    }

    /// A page by keyset, oldest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn records_after(
        &self,
        filter: RecordFilter,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<(Vec<Record>, Option<Cursor>), VaultError> {
        self.read(move |db| Ok(db.read(|view| records::after(view, &filter, cursor, limit))?))
            .await
    }

    /// Sums and counts of what a filter lets through.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn record_totals(&self, filter: RecordFilter) -> Result<RecordTotals, VaultError> {
        self.read(move |db| Ok(db.read(|view| records::totals(view, &filter))?))
            .await
    }

    /// How many records there are.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn record_count(&self) -> Result<u64, VaultError> {
        self.read(|db| Ok(db.read(records::count)?)).await
    }

    /// A digest of all records: equal for spaces that hold equal records.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn records_digest(&self) -> Result<Sha256, VaultError> {
        self.read(|db| Ok(db.read(records::digest)?)).await
    }

    /// A digest of what all records say, whoever brought them: equal for spaces in which the same files ended.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn said_digest(&self) -> Result<Sha256, VaultError> {
        self.read(|db| Ok(db.read(records::said)?)).await
    }

    /// What the filter menus offer.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn filter_options(&self) -> Result<FilterOptions, VaultError> {
        self.read(|db| {
            db.read(|view| {
                let all = RecordFilter::default();
                Ok(FilterOptions {
                    platforms: records::by_platform(view, &all)?,
                    kinds: records::by_kind(view, &all)?,
                    types: records::by_type(view, &all)?,
                    months: records::by_month(view, &all)?,
                })
            })
        })
        .await
    }

    /// One record with where it came from, its raw row, and what belongs to it.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn record_detail(&self, id: RecordId) -> Result<RecordDetail, VaultError> {
        self.read(move |db| db.read(|view| detail(view, id))).await
    }

    /// Reads every page of the database once and says whether it is whole.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read at all.
    pub async fn check(&self) -> Result<vault_store::CheckReport, VaultError> {
        self.read(|db| Ok(db.check()?)).await
    }
}

fn detail(view: &vault_store::View<'_>, id: RecordId) -> Result<RecordDetail, VaultError> {
    let record = records::get(view, id)?.ok_or(VaultError::NoSuch("record"))?;
    let connection = connections::get(view, record.connection)?;
    let sha256 = record.provenance.sha256;
    let small = raw_documents::info(view, sha256)?.is_some_and(|info| info.size <= RAW_LIMIT);
    let bytes = if small {
        raw_documents::bytes(view, sha256)?
    } else {
        None
    };
    let work_day = record.start.date();
    Ok(RecordDetail {
        platform_name: connection
            .map(|connection| connection.name)
            .unwrap_or_else(|| record.platform.clone()),
        belonging: records::belonging_to(view, id)?,
        same_day: records::work_on_day(view, record.connection, work_day)?,
        locator: retrieval_documents::locator(view, record.provenance.retrieval, sha256)?.unwrap_or_default(),
        unchanged: bytes.as_ref().is_some_and(|bytes| Sha256::of(bytes) == sha256),
        raw: bytes
            .as_deref()
            .and_then(|bytes| raw_row(bytes, &record.provenance.path)),
        record,
    })
}

/// The part of a JSON document that a path such as `$.items[3]` names.
fn raw_row(bytes: &[u8], path: &str) -> Option<serde_json::Value> {
    let mut value: &serde_json::Value = &serde_json::from_slice(bytes).ok()?;
    for step in path.strip_prefix('$')?.split('.').filter(|step| !step.is_empty()) {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.strip_suffix(']')?.parse::<usize>().ok()),
            None => (step, None),
        };
        value = value.get(name)?;
        if let Some(index) = index {
            value = value.get(index)?;
        }
    }
    Some(value.clone())
}

impl SpaceHandle {
    /// How a retrieval went, for the provenance of its records.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn retrieval(&self, id: vault_store::RetrievalId) -> Result<retrievals::Retrieval, VaultError> {
        self.read(move |db| {
            db.read(|view| retrievals::get(view, id))?
                .ok_or(VaultError::NoSuch("retrieval"))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_names_a_part() {
        let bytes = br#"{"items":[{"id":"a"},{"id":"b"}],"entry":{"x":1}}"#;
        assert_eq!(raw_row(bytes, "$.items[1]"), Some(json!({"id": "b"})));
        assert_eq!(raw_row(bytes, "$.entry"), Some(json!({"x": 1})));
        for absent in ["$.items[2]", "$.nothing", "items", "$.items[x", ""] {
            assert_eq!(raw_row(bytes, absent), None, "{absent}");
        }
    }
}
