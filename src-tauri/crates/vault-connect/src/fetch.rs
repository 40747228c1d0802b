//! Fetching: every list of a platform, page by page, raw bytes and records together.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Notify;
use url::Url;
use vault_core::{SpaceHandle, VaultError, connections::DeleteData, intake::RawDocument};
use vault_store::{
    Assurance, ConnectionId, NewRecord, RetrievalId,
    connections::ConnectionState,
    retrievals::{IntakeCounts, RetrievalKind, RetrievalOutcome},
};

use crate::{
    Connect, ConnectError,
    connector::{Resource, below},
    http::HttpError,
    oauth::OAuthError,
    session::{self, Session},
};

/// How many items are asked for at once.
const PAGE: usize = 500;
/// A page of that many items is far smaller; beyond this the platform misbehaves.
const PAGE_LIMIT: usize = 16 * 1024 * 1024;
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

/// One page of a list.
#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next: Option<String>,
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
            .begin_retrieval(id, RetrievalKind::Fetch, session.connector.source)
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
                    .set_connection_state(id, session::standing(&connection), None)
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
        };
        for resource in session.connector.resources {
            if !granted.iter().any(|scope| scope == resource.scope) {
                continue;
            }
            match self.list(space, session, resource, &mut reading, stop).await {
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
        resource: &Resource,
        reading: &mut Reading,
        stop: &Stop,
    ) -> Result<(), ConnectError> {
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES {
            if stop.is_set() {
                return Err(ConnectError::Cancelled);
            }
            let mut url = below(&session.base, resource.path)?;
            url.query_pairs_mut().append_pair("limit", &PAGE.to_string());
            if let Some(cursor) = &cursor {
                url.query_pairs_mut().append_pair("cursor", cursor);
            }
            let locator = format!("/{}?{}", resource.path, url.query().unwrap_or_default());
            let bytes = self.page(session, url, stop).await?;
            let page: Page = serde_json::from_slice(&bytes).map_err(|_| ConnectError::BadAnswer)?;
            let records = read(resource, &page)?;
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
            match page.next {
                // The same cursor again would never end.
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                Some(_) => return Err(ConnectError::BadAnswer),
                None => return Ok(()),
            }
        }
        Err(ConnectError::BadAnswer)
    }

    /// One page; a session that ended is renewed once. Only waiting for a page can be stopped: a renewal that is cut short could lose
    /// the token that replaces the old one.
    async fn page(&self, session: &mut Session, url: Url, stop: &Stop) -> Result<Vec<u8>, ConnectError> {
        let token = session.bearer().await?;
        match self.get(&url, &token, stop).await {
            Err(ConnectError::Http(HttpError::Status(401))) => {
                let token = session.renew().await?;
                self.get(&url, &token, stop).await
            }
            answer => answer,
        }
    }

    async fn get(&self, url: &Url, token: &SecretString, stop: &Stop) -> Result<Vec<u8>, ConnectError> {
        let answer = self
            .http
            .get(url.clone(), Some(token.expose_secret()), PAGE_LIMIT);
        tokio::select! {
            bytes = answer => Ok(bytes?),
            () = stop.stopped() => Err(ConnectError::Cancelled),
        }
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
        let now = space.vault().clock().now();
        let (ended, code, state, next) = match &outcome {
            Ok(reading) if reading.closed => (
                RetrievalOutcome::Done,
                "CON-450",
                ConnectionState::LessGranted,
                None,
            ),
            Ok(_) => (RetrievalOutcome::Done, "", session.standing(), None),
            Err(error) => {
                let (code, state, wait) = standing(error);
                let ended = if matches!(error, ConnectError::Cancelled) {
                    RetrievalOutcome::Stopped
                } else {
                    RetrievalOutcome::Failed
                };
                (ended, code, state, wait.map(|wait| now + wait))
            }
        };
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
}

struct Reading {
    retrieval: RetrievalId,
    position: u32,
    counts: IntakeCounts,
    /// Whether the platform refused a list that it had granted.
    closed: bool,
}

/// The records of a page. An item of an unknown layout makes the whole page unknown: nothing is guessed.
fn read(resource: &Resource, page: &Page) -> Result<Vec<NewRecord>, ConnectError> {
    let mut records = Vec::with_capacity(page.items.len());
    for (index, item) in page.items.iter().enumerate() {
        let mut record = (resource.read)(item).ok_or(ConnectError::BadAnswer)?;
        record.path = format!("$.items[{index}]");
        records.push(record);
    }
    Ok(records)
}

/// What a failure means for the connection: the code of its words, the state, and how long to wait.
fn standing(error: &ConnectError) -> (&'static str, ConnectionState, Option<Duration>) {
    const LATER: Duration = Duration::from_secs(15 * 60);
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever is left means that no usable answer came"
    )]
    match error {
        ConnectError::OAuth(OAuthError::ClientRefused) => ("CON-405", ConnectionState::AuthLost, None),
        ConnectError::OAuth(OAuthError::SessionEnded)
        | ConnectError::NoSession
        | ConnectError::Http(HttpError::Status(401)) => ("CON-401", ConnectionState::AuthLost, None),
        ConnectError::Http(HttpError::Status(410)) => ("CON-411", ConnectionState::Gone, None),
        ConnectError::Http(HttpError::Busy { retry_after })
        | ConnectError::OAuth(OAuthError::Http(HttpError::Busy { retry_after })) => {
            let wait = retry_after.map_or(LATER, |seconds| Duration::from_secs(seconds.min(24 * 3600)));
            ("CON-429", ConnectionState::PlatformBusy, Some(wait))
        }
        ConnectError::BadAnswer
        | ConnectError::OAuth(OAuthError::Nonsense)
        | ConnectError::Http(HttpError::TooLarge { .. } | HttpError::Status(400..=499)) => {
            ("CON-420", ConnectionState::UnknownFormat, None)
        }
        ConnectError::Cancelled => ("SYS-711", ConnectionState::Stopped, None),
        ConnectError::Vault(VaultError::DiskFull) => ("VLT-130", ConnectionState::Working, None),
        ConnectError::Vault(_) => ("VLT-132", ConnectionState::Working, None),
        _ => ("CON-503", ConnectionState::PlatformDown, Some(LATER)),
    }
}
