//! Checking a whole database: every page, every index, every reference.

use rusqlite::Connection;

use crate::diagnosis::lost_pages;
use crate::{Database, StoreError};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Records that can be read.
    pub records: u64,
    /// Records that cannot be read.
    pub unreadable: u64,
    /// Pages of 4096 bytes, counted from 1, whose authentication code does not fit.
    pub damaged_pages: Vec<u32>,
    /// Faults in tables and indexes.
    pub faults: u64,
    /// References to rows that are not there.
    pub dangling: u64,
}

impl CheckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.unreadable == 0 && self.damaged_pages.is_empty() && self.faults == 0 && self.dangling == 0
    }
}

impl Database {
    /// Checks every page, table, index and reference. Takes a while for a large vault.
    ///
    /// # Errors
    /// Only what keeps the check itself from going on, not what it finds.
    pub fn check(&self) -> Result<CheckReport, StoreError> {
        let damaged_pages = lost_pages(&self.conn)?;
        let faults = count_faults(&self.conn, "PRAGMA integrity_check(1000)", "ok");
        let dangling = count_faults(&self.conn, "PRAGMA foreign_key_check", "");
        let (records, unreadable) = count_records(&self.conn);
        Ok(CheckReport {
            records,
            unreadable,
            damaged_pages,
            faults,
            dangling,
        })
    }
}

/// Lines of a check that are not its word for "nothing found"; a check that cannot go on is a fault itself.
fn count_faults(conn: &Connection, pragma: &str, fine: &str) -> u64 {
    let Ok(mut statement) = conn.prepare(pragma) else {
        return 1;
    };
    let Ok(mut rows) = statement.query([]) else {
        return 1;
    };
    let mut faults = 0;
    loop {
        match rows.next() {
            Ok(Some(row)) => faults += u64::from(row.get::<_, String>(0).map_or(true, |line| line != fine)),
            Ok(None) => return faults,
            Err(_) => return faults + 1,
        }
    }
}

/// Records that can be read and that cannot. Row numbers come from an index, so that a damaged page of the table costs
/// only its own records.
fn count_records(conn: &Connection) -> (u64, u64) {
    let (mut readable, mut unreadable) = (0, 0);
    let (Ok(mut numbers), Ok(mut row)) = (
        conn.prepare("SELECT seq FROM records INDEXED BY records_by_start ORDER BY start_ms"),
        conn.prepare("SELECT sum(length(content) + length(extra) + coalesce(length(text), 0)) FROM records WHERE seq = ?1"),
    ) else {
        return (0, 1);
    };
    let Ok(mut found) = numbers.query([]) else {
        return (0, 1);
    };
    loop {
        match found.next() {
            Ok(Some(number)) => match number
                .get::<_, i64>(0)
                .and_then(|seq| row.query_row([seq], |_| Ok(())))
            {
                Ok(()) => readable += 1,
                Err(_) => unreadable += 1,
            },
            Ok(None) => return (readable, unreadable),
            Err(_) => return (readable, unreadable + 1),
        }
    }
}
