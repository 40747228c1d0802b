//! Fetching: every list of a platform, page by page, raw bytes and records together.

mod pages;
mod windows;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secrecy::ExposeSecret as _;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use vault_core::{SpaceHandle, VaultError, connections::DeleteData, intake::RawDocument};
use vault_store::{
    Assurance, ConnectionId, NewRecord, RetrievalId,
    connections::{Connection, ConnectionState, ConnectionWay},
    retrievals::{IntakeCounts, RetrievalKind},
};

use crate::{
    Connect, ConnectError,
    connector::{Asked, Connector, Request, connector_in},
    endpoint::EndpointSession,
    graphql,
    http::HttpError,
    mapping::{Limits, MappingError},
    schedule::{Ending, next_run},
    session::{self, Session},
    source::Source,
    verdict::{After, Verdict},
};
use pages::{Place, Question};
use windows::{Span, spans};

/// A page of a list is far smaller; beyond this the platform misbehaves.
const PAGE_LIMIT: usize = 16 * 1024 * 1024;
/// The member of a connection's detail that counts the fetches that failed in a row.
const FAILURES: &str = "failures";
/// No honest list has more pages.
const PAGES: u32 = 10_000;

/// Lets the person stop a fetch. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Stopping>);

#[derive(Debug, Default)]
struct Stopping {
    set: AtomicBool,
    told: Notify,
}

impl Stop {
    /// Stops the fetch, also while it waits for a page. Whole pages that came in before stay.
    pub fn stop(&self) {
        self.0.set.store(true, Ordering::SeqCst);
        self.0.told.notify_waiters();
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.set.load(Ordering::SeqCst)
    }

    async fn stopped(&self) {
        loop {
            // Listened for before looking, so that nothing falls in between.
            let told = self.0.told.notified();
            if self.is_set() {
                return;
            }
            told.await;
        }
    }
}

/// What a fetch brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// The retrieval.
    pub retrieval: RetrievalId,
    /// What came in.
    pub counts: IntakeCounts,
}

/// What became of a connection's access at its platform when the connection ended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The platform was told, and ended it.
    Told,
    /// The platform could not be told.
    NotTold,
    /// An endpoint has no way to take a token back: the person ends it at the platform.
    NoWay,
}

impl Connect {
    /// Fetches all that a connection may read. One fetch of a connection runs at a time: a second one would use up the refresh token of
    /// the first.
    ///
    /// # Errors
    /// What ended the fetch early. What came in before stays, and the state of the connection says what is true.
    pub async fn fetch(
        &self,
        space: &SpaceHandle,
        id: ConnectionId,
        stop: &Stop,
    ) -> Result<Fetched, ConnectError> {
        let _running = self.begin(id)?;
        let connection = space.connection(id).await?;
        let mut source = Source::open(space, &self.http, connection).await?;
        let retrieval = space
            .begin_retrieval(id, RetrievalKind::Fetch, source.reader())
            .await?;
        space
            .set_connection_state(id, ConnectionState::Fetching, None)
            .await?;
        let outcome = match &mut source {
            Source::Account(session) => self.lists(space, session, retrieval, stop).await,
            Source::Endpoint(session) => self.whole(space, session, retrieval, stop).await,
        };
        self.close(space, &source, retrieval, outcome).await
    }

    /// Ends what an earlier run of the program left unfinished in a space, so that no connection says that it fetches when nothing does.
    /// Only whoever holds the vault may call this, before the first fetch.
    ///
    /// # Errors
    /// The database could not be written.
    pub async fn settle(space: &SpaceHandle) -> Result<(), VaultError> {
        for id in space.end_interrupted().await? {
            let connection = space.connection(id).await?;
            if connection.state == ConnectionState::Fetching {
                space
                    .set_connection_state(id, settled(space, &connection).await, None)
                    .await?;
            }
        }
        Ok(())
    }

    /// Ends a connection: the session at the platform, then its secrets here, and the records when the person wants that. Apps that see
    /// something of it are told.
    ///
    /// # Errors
    /// The vault refused. A platform that does not answer is no error: the keys are deleted here all the same.
    pub async fn disconnect(
        &self,
        space: &SpaceHandle,
        id: ConnectionId,
        data: DeleteData,
    ) -> Result<Revocation, ConnectError> {
        let connection = space.connection(id).await?;
        let revocation = if connection.way == ConnectionWay::Email {
            Revocation::NoWay
        } else {
            match Session::open(space, &self.http, connection).await {
                Ok(session) if session.revoke().await.is_ok() => Revocation::Told,
                Ok(_) | Err(_) => Revocation::NotTold,
            }
        };
        space.end_connection(id, data).await?;
        Ok(revocation)
    }

    async fn lists(
        &self,
        space: &SpaceHandle,
        session: &mut Session,
        retrieval: RetrievalId,
        stop: &Stop,
    ) -> Result<Reading, ConnectError> {
        let granted = session.granted();
        let mut reading = Reading::begin(retrieval);
        let connector = Arc::clone(&session.connector);
        for request in &connector.requests {
            if !granted.contains(&request.scope) {
                continue;
            }
            match self.list(space, session, request, &mut reading, stop).await {
                // The session is good, but not for this list any more: the others are read all the same.
                Err(ConnectError::Http(HttpError::Status(403))) => reading.closed = true,
                read => read?,
            }
        }
        Ok(reading)
    }

    /// Everything behind an address. An answer that cannot be read is kept as well: it may be read later.
    async fn whole(
        &self,
        space: &SpaceHandle,
        session: &EndpointSession,
        retrieval: RetrievalId,
        stop: &Stop,
    ) -> Result<Reading, ConnectError> {
        if stop.is_set() {
            return Err(ConnectError::Cancelled);
        }
        let now = space.vault().clock().now();
        let answered = tokio::select! {
            answered = session.ask(&self.http, now) => answered?,
            () = stop.stopped() => return Err(ConnectError::Cancelled),
        };
        let (records, unread) = match answered.records {
            Ok(records) => (records, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut reading = Reading::begin(retrieval);
        if !answered.document.bytes.is_empty() {
            let intake = space.intake(retrieval, answered.document, records).await?;
            reading.counts = intake.counts;
        }
        let id = session.connection.id.to_string();
        space.report_progress("fetch", &id, reading.counts.read(), None);
        unread.map_or(Ok(reading), |error| Err(error.into()))
    }

    async fn list(
        &self,
        space: &SpaceHandle,
        session: &mut Session,
        request: &Request,
        reading: &mut Reading,
        stop: &Stop,
    ) -> Result<(), ConnectError> {
        let now = space.vault().clock().now();
        for span in spans(request.window, now) {
            self.piece(space, session, request, span, reading, stop).await?;
        }
        Ok(())
    }

    /// A list, or the piece of one that lies in a span of time.
    async fn piece(
        &self,
        space: &SpaceHandle,
        session: &mut Session,
        request: &Request,
        span: Option<Span>,
        reading: &mut Reading,
        stop: &Stop,
    ) -> Result<(), ConnectError> {
        let mut place = Place::default();
        for _ in 0..PAGES {
            if stop.is_set() {
                return Err(ConnectError::Cancelled);
            }
            reading.pace(&session.connector, stop).await?;
            let question = pages::question(session, request, span, &place)?;
            let locator = question.locator(request);
            let from = question.url.clone();
            let Some(bytes) = self.page(session, request, question, stop).await? else {
                return Ok(());
            };
            let (page, records) = read(request, &bytes).await?;
            let seen = records.first().map(|record| record.source_key.clone());
            let document = RawDocument {
                bytes,
                media_type: "application/json".into(),
                locator,
                position: reading.position,
                assurance: Assurance::Fetched,
            };
            reading.position += 1;
            reading.counts += space.intake(reading.retrieval, document, records).await?.counts;
            let id = session.connection.id.to_string();
            space.report_progress("fetch", &id, reading.counts.read(), None);
            match place.next(request, &page, seen, &from)? {
                Some(next) => place = next,
                None => return Ok(()),
            }
        }
        Err(ConnectError::BadAnswer)
    }

    /// One page; nothing where the platform says that there is nothing. A session that ended is renewed once. Only waiting for a page can
    /// be stopped: a renewal that is cut short could lose the token that replaces the old one.
    async fn page(
        &self,
        session: &mut Session,
        request: &Request,
        question: Question,
        stop: &Stop,
    ) -> Result<Option<Vec<u8>>, ConnectError> {
        let token = session.bearer().await?;
        match self
            .put(session, request, &question, token.expose_secret(), stop)
            .await
        {
            Err(ConnectError::Http(HttpError::Status(401))) => {
                let token = session.renew().await?;
                self.put(session, request, &question, token.expose_secret(), stop)
                    .await
            }
            answer => answer,
        }
    }

    /// Puts a question once.
    async fn put(
        &self,
        session: &Session,
        request: &Request,
        question: &Question,
        token: &str,
        stop: &Stop,
    ) -> Result<Option<Vec<u8>>, ConnectError> {
        let Question { url, json } = question.clone();
        let link = session.connector.link()?;
        let client = link.client_header(&session.client);
        let client = client.as_ref().map(|(name, value)| (*name, value));
        let answer = self.http.ask(url, json, &link.auth, token, client, PAGE_LIMIT);
        let bytes = tokio::select! {
            bytes = answer => bytes?,
            () = stop.stopped() => return Err(ConnectError::Cancelled),
        };
        if let (Some(bytes), Asked::GraphQl { .. }) = (&bytes, &request.asked) {
            let answer = serde_json::from_slice(bytes).map_err(|_| ConnectError::BadAnswer)?;
            graphql::refused(&answer)?;
        }
        Ok(bytes)
    }

    /// Says how the fetch ended, in the log of tries and as the state of the connection.
    async fn close(
        &self,
        space: &SpaceHandle,
        source: &Source,
        retrieval: RetrievalId,
        outcome: Result<Reading, ConnectError>,
    ) -> Result<Fetched, ConnectError> {
        let id = source.connection().id;
        let now = space.vault().clock().now();
        let verdict = match &outcome {
            Ok(reading) => Verdict::done(source.standing(), reading.closed),
            Err(error) => Verdict::of(error),
        };
        source.note(space, &outcome, now).await?;
        let next = self.next(space, source, verdict.after).await?;
        // In this order: a sudden end in between leaves an unfinished try, which the next start ends, and never a connection that says
        // that it fetches.
        space.end_fetching(id, verdict.state, next).await?;
        space
            .finish_retrieval(retrieval, verdict.ended, verdict.code)
            .await?;
        let counts = outcome?.counts;
        if counts.new + counts.changed > 0 {
            // A copy that could not be made is made after the next fetch; the fetch itself is whole.
            if let Err(error) = space.make_safe_copy().await {
                tracing::warn!(%error, "no safe copy was made");
            }
        }
        Ok(Fetched { retrieval, counts })
    }

    /// When the connection is fetched next without anybody asking. How often it failed in a row is kept with it.
    async fn next(
        &self,
        space: &SpaceHandle,
        source: &Source,
        after: After,
    ) -> Result<Option<OffsetDateTime>, ConnectError> {
        let id = source.connection().id;
        let connection = space.connection(id).await?;
        let before = connection
            .detail
            .get(FAILURES)
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let in_a_row = match after {
            After::Passes(_) => before.saturating_add(1),
            After::Well | After::Stays => 0,
        };
        if in_a_row != before {
            let counted = (FAILURES, Some(in_a_row.into()));
            space.note_connection(id, vec![counted]).await?;
        }
        let ending = match after {
            After::Well => Ending::Whole,
            After::Stays => Ending::Final,
            After::Passes(retry_after) => Ending::Failed {
                in_a_row: u32::try_from(in_a_row).unwrap_or(u32::MAX),
                retry_after,
            },
        };
        Ok(next_run(
            ending,
            source.interval(),
            space.vault().clock().now(),
            (self.random)(),
        ))
    }
}

struct Reading {
    retrieval: RetrievalId,
    position: u32,
    counts: IntakeCounts,
    /// Whether the platform refused a list that it had granted.
    closed: bool,
    last_request: Option<Instant>,
}

impl Reading {
    fn begin(retrieval: RetrievalId) -> Self {
        Self {
            retrieval,
            position: 0,
            counts: IntakeCounts::default(),
            closed: false,
            last_request: None,
        }
    }

    /// Waits until the platform may be asked again.
    async fn pace(&mut self, connector: &Connector, stop: &Stop) -> Result<(), ConnectError> {
        if let (Some(rate), Some(last)) = (connector.requests_per_second, self.last_request) {
            tokio::select! {
                () = sleep_until(last + Duration::from_secs(1) / rate) => {}
                () = stop.stopped() => return Err(ConnectError::Cancelled),
            }
        }
        self.last_request = Some(Instant::now());
        Ok(())
    }
}

/// A page and its records. An item of an unknown layout makes the whole page unknown: nothing is guessed.
async fn read(request: &Request, bytes: &[u8]) -> Result<(Value, Vec<NewRecord>), ConnectError> {
    let page: Value = serde_json::from_slice(bytes).map_err(|_| ConnectError::BadAnswer)?;
    let mapping = request.mapping.clone();
    let mapped = tokio::task::spawn_blocking(move || {
        let records = mapping.read(&page, Limits::default());
        records.map(|records| (page, records))
    });
    mapped
        .await
        .unwrap_or(Err(MappingError::NotAFilter))
        .map_err(|error| {
            tracing::info!(%error, "an answer was not read");
            ConnectError::BadAnswer
        })
}

/// The state of a connection whose fetch was cut off.
async fn settled(space: &SpaceHandle, connection: &Connection) -> ConnectionState {
    if connection.way == ConnectionWay::Email {
        return ConnectionState::Working;
    }
    match connector_in(space, &connection.platform).await {
        Ok(connector) => session::standing(&connector, connection),
        Err(_) => ConnectionState::LessGranted,
    }
}
