//! Migrations happen as a whole or not at all.

use rusqlite::Connection;

use super::kit::Space;
use crate::migrations::{apply, current, run, version};
use crate::table;

const NOTES: &str = "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, note TEXT NOT NULL) STRICT";
const FILLED: &str = "INSERT INTO notes (note) SELECT kind FROM records";

fn tables(conn: &Connection) -> i64 {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'notes'";
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_migration_that_fails_leaves_the_version_before() {
    let space = Space::new();
    let now = current();
    let broken: &[&[&str]] = &[
        table::V1,
        table::V2,
        table::V3,
        table::V4,
        table::V5,
        table::V6,
        table::V7,
        table::V8,
        table::V9,
        &[NOTES, FILLED],
        &["DROP TABLE no_such_table"],
    ];
    assert!(apply(&space.conn, broken).is_err());
    assert_eq!((version(&space.conn).unwrap(), tables(&space.conn)), (now, 0));
    assert!(space.check().unwrap().is_whole());

    let next: &[&[&str]] = &[
        table::V1,
        table::V2,
        table::V3,
        table::V4,
        table::V5,
        table::V6,
        table::V7,
        table::V8,
        table::V9,
        &[NOTES, FILLED],
    ];
    apply(&space.conn, next).unwrap();
    assert_eq!((version(&space.conn).unwrap(), tables(&space.conn)), (now + 1, 1));
    apply(&space.conn, next).unwrap();
    run(&space.conn).unwrap();
    assert_eq!(
        version(&space.conn).unwrap(),
        now + 1,
        "a newer file is left alone"
    );
}
