//! The one way in: raw bytes first, then the records that were read from them, in one transaction.

use vault_store::{
    Assurance, ConnectionId, NewRecord, RetrievalId, connections,
    records::{self, Intake},
    retrieval_documents::{self, NewDocument},
    retrievals::{self, Retrieval, RetrievalKind, RetrievalOutcome},
};

use crate::{SpaceHandle, VaultError, VaultEvent, disclosure::connection_changed, vault::Turn};

/// Raw bytes as a source gave them, and where they were.
pub struct RawDocument {
    /// The bytes, unchanged.
    pub bytes: Vec<u8>,
    /// Their media type.
    pub media_type: String,
    /// The path of the request, or the name of the file. Without secrets.
    pub locator: String,
    /// Its place within the retrieval, from 0.
    pub position: u32,
    /// How far what it says can be trusted.
    pub assurance: Assurance,
}

impl std::fmt::Debug for RawDocument {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RawDocument")
            .field("size", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// Begins a retrieval for a connection. `source` names the reader and its version, such as `oauth:demo/1`.
    ///
    /// # Errors
    /// No such connection, or the database could not be written.
    pub async fn begin_retrieval(
        &self,
        connection: ConnectionId,
        kind: RetrievalKind,
        source: &str,
    ) -> Result<RetrievalId, VaultError> {
        let source = source.to_owned();
        self.write(move |turn| begin(turn, connection, kind, &source))
            .await
    }

    /// Takes one document and the records that were read from it. The same bytes twice change nothing.
    ///
    /// # Errors
    /// The database could not be written; then nothing of the batch is in it.
    pub async fn intake(
        &self,
        retrieval: RetrievalId,
        document: RawDocument,
        records: Vec<NewRecord>,
    ) -> Result<Intake, VaultError> {
        self.write(move |turn| take(turn, retrieval, &document, &records))
            .await
    }

    /// Ends a retrieval. `code` explains a failure, such as `CON-503`.
    ///
    /// # Errors
    /// No such retrieval, or the database could not be written.
    pub async fn finish_retrieval(
        &self,
        id: RetrievalId,
        outcome: RetrievalOutcome,
        code: &'static str,
    ) -> Result<Retrieval, VaultError> {
        self.write(move |turn| finish(turn, id, outcome, code)).await
    }

    /// Ends what an earlier run of the program left unfinished, so that no connection says that it fetches when nothing does. Returns
    /// the connections concerned.
    ///
    /// # Errors
    /// The database could not be written.
    pub async fn end_interrupted(&self) -> Result<Vec<ConnectionId>, VaultError> {
        self.write(|turn| {
            crate::imports::pause_interrupted(turn)?;
            let interrupted = turn.space.db.read(retrievals::running)?;
            for retrieval in &interrupted {
                finish(turn, retrieval.id, RetrievalOutcome::Stopped, "SYS-711")?;
            }
            Ok(interrupted
                .into_iter()
                .map(|retrieval| retrieval.connection)
                .collect())
        })
        .await
    }

    /// Tells the watchers how far long work has come.
    pub fn report_progress(&self, job: &'static str, id: &str, done: u64, total: Option<u64>) {
        self.vault().tell(VaultEvent::Progress {
            space: self.id(),
            job,
            id: id.to_owned(),
            done,
            total,
        });
    }
}

pub(crate) fn begin(
    turn: &mut Turn<'_>,
    connection: ConnectionId,
    kind: RetrievalKind,
    source: &str,
) -> Result<RetrievalId, VaultError> {
    let retrieval = Retrieval::begin(connection, kind, source, turn.now());
    turn.space.db.write(|tx| {
        connections::get(tx, connection)?.ok_or(VaultError::NoSuch("connection"))?;
        retrievals::insert(tx, &retrieval)?;
        Ok::<_, VaultError>(())
    })?;
    Ok(retrieval.id)
}

pub(crate) fn take(
    turn: &mut Turn<'_>,
    retrieval: RetrievalId,
    document: &RawDocument,
    records: &[NewRecord],
) -> Result<Intake, VaultError> {
    let received_at = turn.now();
    let new = NewDocument {
        bytes: &document.bytes,
        media_type: &document.media_type,
        locator: &document.locator,
        position: document.position,
        received_at,
        assurance: document.assurance,
        as_of: None,
    };
    let intake = turn.space.db.write(|tx| {
        let stored = retrieval_documents::store(tx, retrieval, &new)?;
        let intake = records::intake(tx, &stored, records)?;
        retrievals::advance(tx, retrieval, intake.counts, None)?;
        Ok::<_, VaultError>(intake)
    })?;
    if intake.counts.new + intake.counts.changed > 0 {
        turn.tell(VaultEvent::RecordsChanged {
            space: turn.space.info.id,
        });
    }
    Ok(intake)
}

pub(crate) fn finish(
    turn: &mut Turn<'_>,
    id: RetrievalId,
    outcome: RetrievalOutcome,
    code: &str,
) -> Result<Retrieval, VaultError> {
    let now = turn.now();
    let retrieval = turn.space.db.write(|tx| {
        let before = retrievals::get(tx, id)?.ok_or(VaultError::NoSuch("retrieval"))?;
        let connection = connections::get(tx, before.connection)?;
        retrievals::finish(tx, id, now, outcome, code)?;
        // Apps are told what changed, and once that there is data at all (spec 14.4).
        if let Some(connection) = connection {
            let first = connection.last_fetch_at.is_none() && outcome == RetrievalOutcome::Done;
            if first || before.counts.new + before.counts.changed > 0 {
                connection_changed(tx, &connection, now)?;
            }
        }
        retrievals::get(tx, id)?.ok_or(VaultError::NoSuch("retrieval"))
    })?;
    turn.tell(VaultEvent::RetrievalFinished {
        space: turn.space.info.id,
        connection: retrieval.connection,
        retrieval: id,
        complete: outcome == RetrievalOutcome::Done,
    });
    Ok(retrieval)
}
