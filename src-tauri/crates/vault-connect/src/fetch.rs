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
    connections::{Connection, ConnectionState},
    retrievals::{IntakeCounts, RetrievalKind, RetrievalOutcome},
};

use crate::{
    Connect, ConnectError,
    connector::{Asked, Connector, Request, connector_in},
    graphql,
    http::HttpError,
    mapping::{Limits, MappingError},
    oauth::OAuthError,
    schedule::{Ending, next_run},
    session::{self, Session},
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

    fn is_set(&self) -> bool {
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
        let mut session = Session::open(space, &self.http, id).await?;
        let retrieval = space
            .begin_retrieval(id, RetrievalKind::Fetch, &session.connector.source)
            .await?;
        space
            .set_connection_state(id, ConnectionState::Fetching, None)
            .await?;
        let outcome = self.lists(space, &mut session, retrieval, stop).await;
        self.close(space, &session, retrieval, outcome).await
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

    /// Ends a connection: the session at the platform, then its secrets here, and the records when the person wants that. Returns whether
    /// the platform was told.
    ///
    /// # Errors
    /// The vault refused. A platform that does not answer is no error: the keys are deleted here all the same.
    pub async fn disconnect(
        &self,
        space: &SpaceHandle,
        id: ConnectionId,
        data: DeleteData,
    ) -> Result<bool, ConnectError> {
        let told = match Session::open(space, &self.http, id).await {
            Ok(session) => session.revoke().await.is_ok(),
            Err(_) => false,
        };
        space.end_connection(id, data).await?;
        Ok(told)
    }

    async fn lists(
        &self,
        space: &SpaceHandle,
        session: &mut Session,
        retrieval: RetrievalId,
        stop: &Stop,
    ) -> Result<Reading, ConnectError> {
        let granted = session.granted();
        let mut reading = Reading {
            retrieval,
            position: 0,
            counts: IntakeCounts::default(),
            closed: false,
            last_request: None,
        };
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
        session: &Session,
        retrieval: RetrievalId,
        outcome: Result<Reading, ConnectError>,
    ) -> Result<Fetched, ConnectError> {
        let id = session.connection.id;
        let (ended, code, state, ending) = match &outcome {
            Ok(reading) if reading.closed => (
                RetrievalOutcome::Done,
                "CON-450",
                ConnectionState::LessGranted,
                After::Well,
            ),
            Ok(_) => (RetrievalOutcome::Done, "", session.standing(), After::Well),
            Err(error) => {
                let (code, state, after) = standing(error);
                let ended = if matches!(error, ConnectError::Cancelled) {
                    RetrievalOutcome::Stopped
                } else {
                    RetrievalOutcome::Failed
                };
                (ended, code, state, after)
            }
        };
        let next = self.next(space, session, ending).await?;
        // In this order: a sudden end in between leaves an unfinished try, which the next start ends, and never a connection that says
        // that it fetches.
        space.set_connection_state(id, state, next).await?;
        space.finish_retrieval(retrieval, ended, code).await?;
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
        session: &Session,
        after: After,
    ) -> Result<Option<OffsetDateTime>, ConnectError> {
        let mut connection = space.connection(session.connection.id).await?;
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
            connection.detail.insert(FAILURES.into(), in_a_row.into());
            space.update_connection(connection).await?;
        }
        let ending = match after {
            After::Well => Ending::Whole,
            After::Stays => Ending::Final,
            After::Passes(retry_after) => Ending::Failed {
                in_a_row: u32::try_from(in_a_row).unwrap_or(u32::MAX),
                retry_after,
            },
        };
        let interval = Duration::from_secs(session.connector.interval.into());
        Ok(next_run(
            ending,
            interval,
            space.vault().clock().now(),
            (self.random)(),
        ))
    }
}

/// What a fetch leaves behind for the next one.
#[derive(Debug, Clone, Copy)]
enum After {
    /// Nothing.
    Well,
    /// A failure that may pass, and after how long the platform wants to be asked again.
    Passes(Option<Duration>),
    /// Something for the person.
    Stays,
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
    match connector_in(space, &connection.platform).await {
        Ok(connector) => session::standing(&connector, connection),
        Err(_) => ConnectionState::LessGranted,
    }
}

/// What a failure means for the connection: the code of its words, the state, and whether it may pass.
fn standing(error: &ConnectError) -> (&'static str, ConnectionState, After) {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever is left means that no usable answer came"
    )]
    match error {
        ConnectError::OAuth(OAuthError::ClientRefused) => {
            ("CON-405", ConnectionState::AuthLost, After::Stays)
        }
        ConnectError::OAuth(OAuthError::SessionEnded)
        | ConnectError::NoSession
        | ConnectError::Http(HttpError::Status(401)) => ("CON-401", ConnectionState::AuthLost, After::Stays),
        ConnectError::Http(HttpError::Status(410)) => ("CON-411", ConnectionState::Gone, After::Stays),
        ConnectError::Http(HttpError::Busy { retry_after })
        | ConnectError::OAuth(OAuthError::Http(HttpError::Busy { retry_after })) => {
            let named = retry_after.map(Duration::from_secs);
            ("CON-429", ConnectionState::PlatformBusy, After::Passes(named))
        }
        ConnectError::BadAnswer
        | ConnectError::OAuth(OAuthError::Nonsense)
        | ConnectError::Http(HttpError::TooLarge { .. } | HttpError::Status(400..=499)) => {
            ("CON-420", ConnectionState::UnknownFormat, After::Passes(None))
        }
        ConnectError::Cancelled => ("SYS-711", ConnectionState::Stopped, After::Stays),
        ConnectError::Vault(VaultError::DiskFull) => {
            ("VLT-130", ConnectionState::Working, After::Passes(None))
        }
        ConnectError::Vault(_) => ("VLT-132", ConnectionState::Working, After::Passes(None)),
        _ => ("CON-503", ConnectionState::PlatformDown, After::Passes(None)),
    }
}
