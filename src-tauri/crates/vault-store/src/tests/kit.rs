//! What the tests share: a space in a temporary folder, made-up connections and records.

use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::key::KeyPragma;
use crate::table::connections::{self, Connection, ConnectionState, ConnectionWay};
use crate::table::records::{self, Intake};
use crate::table::retrieval_documents::{self, NewDocument};
use crate::table::retrievals::{self, Retrieval, RetrievalKind};
use crate::{
    Amount, Assurance, ConnectionId, Database, NewRecord, RatingValue, RecordKind, RetrievalId, StoreError,
};

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-21 06:00:00.123 UTC);

/// A space in a folder that goes with it.
pub(super) struct Space {
    pub(super) db: Database,
    pub(super) folder: TempDir,
}

impl std::ops::Deref for Space {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

impl Space {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Database::create_with(&folder.path().join("space.db"), key(1)).unwrap();
        Self { db, folder }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("space.db")
    }

    pub(super) fn connection(&self, platform: &str) -> ConnectionId {
        let connection = connection(platform);
        self.write(|tx| connections::insert(tx, &connection)).unwrap();
        connection.id
    }

    /// Takes records in as one document of one retrieval.
    pub(super) fn take(
        &self,
        connection: ConnectionId,
        kind: RetrievalKind,
        bytes: &[u8],
        new: &[NewRecord],
    ) -> Intake {
        let retrieval = Retrieval::begin(connection, kind, "test/1", NOW);
        self.write(|tx| {
            retrievals::insert(tx, &retrieval)?;
            take_into(tx, retrieval.id, bytes, new)
        })
        .unwrap()
    }

    pub(super) fn fetch(&self, connection: ConnectionId, new: &[NewRecord]) -> Intake {
        self.take(
            connection,
            RetrievalKind::Fetch,
            format!("{new:?}").as_bytes(),
            new,
        )
    }

    /// Runs SQL that Satchel itself never runs.
    pub(super) fn raw(&self, sql: &str) {
        self.db.conn.execute_batch(sql).unwrap();
    }
}

pub(super) fn take_into(
    tx: &crate::Tx<'_>,
    retrieval: RetrievalId,
    bytes: &[u8],
    new: &[NewRecord],
) -> Result<Intake, StoreError> {
    let document = NewDocument {
        bytes,
        media_type: "application/json",
        locator: "/v1/gigs",
        position: 0,
        received_at: NOW,
        assurance: Assurance::Fetched,
        as_of: None,
    };
    let stored = retrieval_documents::store(tx, retrieval, &document)?;
    let intake = records::intake(tx, &stored, new)?;
    retrievals::advance(tx, retrieval, intake.counts, None)?;
    Ok(intake)
}

pub(super) fn key(seed: u8) -> KeyPragma {
    KeyPragma::from_hex(&format!("{seed:02x}").repeat(32))
}

pub(super) fn connection(platform: &str) -> Connection {
    Connection {
        id: ConnectionId::new(),
        platform: platform.to_owned(),
        name: platform.to_uppercase(),
        way: ConnectionWay::Link,
        state: ConnectionState::Working,
        state_since: NOW,
        account: "me@example.org".to_owned(),
        detail: json!({"granted": ["gigs"]}).as_object().unwrap().clone(),
        created_at: NOW,
        last_fetch_at: None,
        next_try_at: Some(NOW + Duration::HOUR),
    }
}

pub(super) fn euros(minor: i64) -> Amount {
    Amount {
        minor,
        currency: "EUR".parse().unwrap(),
        exponent: 2,
    }
}

/// A record of a kind that begins so many days after 1 September 2026, a Tuesday.
pub(super) fn record(kind: RecordKind, key: &str, day: i64) -> NewRecord {
    let start = datetime!(2026-09-01 18:30 +2) + Duration::days(day);
    NewRecord::new(kind, key, Some(start))
}

pub(super) fn gig(key: &str, day: i64) -> NewRecord {
    let mut new = record(RecordKind::Work, key, day);
    new.end = new.start.map(|start| start + Duration::minutes(20));
    new.type_name = Some("delivery".into());
    new.title = Some(format!("Order {key}"));
    new.status = Some("completed".into());
    new.distance_m = Some(2310);
    new.duration_s = Some(1200);
    new.amount = Some(euros(675));
    new.path = format!("$.gigs[{key}]");
    new.extra = json!({"order": key, "night": false}).as_object().unwrap().clone();
    new
}

pub(super) fn payment(key: &str, day: i64, type_name: &str, minor: i64) -> NewRecord {
    let mut new = record(RecordKind::Payment, key, day);
    new.type_name = Some(type_name.into());
    new.amount = Some(euros(minor));
    new
}

pub(super) fn rating(key: &str, day: i64, name: &str, value: f64, max: f64) -> NewRecord {
    let mut new = record(RecordKind::Rating, key, day);
    new.rating = Some(RatingValue {
        name: name.into(),
        value,
        min: 1.0,
        max,
    });
    new
}
