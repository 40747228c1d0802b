//! `projects`: what somebody who builds a platform or an app keeps here about it, and whether it is under test.

use rusqlite::{OptionalExtension, Row};
use time::OffsetDateTime;

use crate::ids::{ConsumerId, ProjectId};
use crate::sql::Millis;
use crate::{SecretValue, StoreError, Tx, View};

pub(crate) const V4: &str = "CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    webpage TEXT NOT NULL DEFAULT '',
    logo BLOB,
    live INTEGER NOT NULL,
    platform TEXT UNIQUE,
    token BLOB,
    consumer TEXT UNIQUE,
    created_at INTEGER NOT NULL
) STRICT";

/// A project: one party that may be a platform, an app, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its identifier.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// What it is, in a sentence; empty until it is written.
    pub description: String,
    /// The address of its page; empty until it is written.
    pub webpage: String,
    /// Its picture, as it was chosen: PNG or JPEG.
    pub logo: Option<Vec<u8>>,
    /// Whether it can be connected. Otherwise it is under test: its platform is in no list, and its app sees nothing.
    pub live: bool,
    /// The id of its platform, whose description is in `connectors`.
    pub platform: Option<String>,
    /// The token that its platform is asked with in a test.
    pub token: Option<SecretValue>,
    /// Its app.
    pub consumer: Option<ConsumerId>,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

const COLUMNS: &str = "id, name, description, webpage, logo, live, platform, token, consumer, created_at";

/// All of them, in the order in which they were made.
///
/// # Errors
/// The database could not be read.
pub fn list(view: &View<'_>) -> Result<Vec<Project>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM projects ORDER BY created_at, id");
    let mut statement = view.conn().prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
///
/// # Errors
/// The database could not be read.
pub fn get(view: &View<'_>, id: ProjectId) -> Result<Option<Project>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM projects WHERE id = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// The one that an app belongs to.
///
/// # Errors
/// The database could not be read.
pub fn of_consumer(view: &View<'_>, consumer: ConsumerId) -> Result<Option<Project>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM projects WHERE consumer = ?1");
    Ok(view
        .conn()
        .prepare_cached(&sql)?
        .query_row([consumer], read)
        .optional()?)
}

/// The ids of the platforms that are under test.
///
/// # Errors
/// The database could not be read.
pub fn platforms_under_test(view: &View<'_>) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT platform FROM projects WHERE platform IS NOT NULL AND live = 0";
    let mut statement = view.conn().prepare_cached(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds one.
///
/// # Errors
/// [`StoreError::Rule`] if another has its id, platform or app; the database could not be written.
pub fn insert(tx: &Tx<'_>, project: &Project) -> Result<(), StoreError> {
    let sql = format!("INSERT INTO projects ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    write(tx, &sql, project)?;
    Ok(())
}

/// Replaces what is kept of one.
///
/// # Errors
/// [`StoreError::NoSuchRow`], [`StoreError::Rule`] if another has its platform or app; the database could not be written.
pub fn update(tx: &Tx<'_>, project: &Project) -> Result<(), StoreError> {
    let sql = "UPDATE projects SET name = ?2, description = ?3, webpage = ?4, logo = ?5, live = ?6, platform = ?7, token = ?8, \
               consumer = ?9, created_at = ?10 WHERE id = ?1";
    if write(tx, sql, project)? == 0 {
        return Err(StoreError::NoSuchRow);
    }
    Ok(())
}

fn write(tx: &Tx<'_>, sql: &str, project: &Project) -> Result<usize, StoreError> {
    Ok(tx.conn().prepare_cached(sql)?.execute((
        project.id,
        &project.name,
        &project.description,
        &project.webpage,
        &project.logo,
        project.live,
        &project.platform,
        &project.token,
        project.consumer,
        Millis(project.created_at),
    ))?)
}

/// Removes one; whether there was one.
///
/// # Errors
/// The database could not be written.
pub fn delete(tx: &Tx<'_>, id: ProjectId) -> Result<bool, StoreError> {
    Ok(tx
        .conn()
        .prepare_cached("DELETE FROM projects WHERE id = ?1")?
        .execute([id])?
        > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        webpage: row.get(3)?,
        logo: row.get(4)?,
        live: row.get(5)?,
        platform: row.get(6)?,
        token: row.get(7)?,
        consumer: row.get(8)?,
        created_at: row.get::<_, Millis>(9)?.0,
    })
}
