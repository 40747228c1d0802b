//! `records.csv`: records as a table for a spreadsheet.

use std::io::{self, Write};

use vault_store::{ConnectionId, View, records};

use super::contents::{Halt, of};
use crate::record_table::{COLUMNS, row};

/// Writes all records of a connection, oldest first.
pub(super) fn write(view: &View<'_>, connection: ConnectionId, out: impl Write) -> Result<(), Halt> {
    let mut table = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    table.write_record(COLUMNS).map_err(cause)?;
    records::each(view, &of(connection), |record| {
        table
            .write_record(row(&record))
            .map_err(|error| Halt::Target(cause(error)))
    })?;
    Ok(table.flush()?)
}

/// The error of the target inside one of the table writer.
fn cause(error: csv::Error) -> io::Error {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's enum is open")]
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("a row could not be written"),
    }
}
