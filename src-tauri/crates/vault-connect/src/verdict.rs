//! What the end of a fetch means for its connection.

use std::time::Duration;

use vault_core::VaultError;
use vault_store::{connections::ConnectionState, retrievals::RetrievalOutcome};

use crate::{ConnectError, endpoint::EndpointError, http::HttpError, oauth::OAuthError};

/// When a platform is asked again that did not know the person: what it says has to hold on another day.
const NEXT_DAY: Duration = Duration::from_secs(24 * 3600);

/// The end of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// How the try ended.
    pub(crate) ended: RetrievalOutcome,
    /// The code of its words; empty when there is nothing to say.
    pub(crate) code: &'static str,
    /// What can be said of the connection from now on.
    pub(crate) state: ConnectionState,
    /// What it leaves behind for the next one.
    pub(crate) after: After,
}

/// What a fetch leaves behind for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// Nothing.
    Well,
    /// A failure that may pass, and after how long the platform wants to be asked again.
    Passes(Option<Duration>),
    /// Something for the person.
    Stays,
}

impl Verdict {
    /// All came in that the person allowed; `closed` if the platform refused a part of it.
    pub(crate) fn done(standing: ConnectionState, closed: bool) -> Self {
        let (code, state) = if closed {
            ("CON-450", ConnectionState::LessGranted)
        } else {
            ("", standing)
        };
        Self {
            ended: RetrievalOutcome::Done,
            code,
            state,
            after: After::Well,
        }
    }

    /// Something ended it early.
    pub(crate) fn of(error: &ConnectError) -> Self {
        let (code, state, after) = standing(error);
        Self {
            ended: if matches!(error, ConnectError::Cancelled) {
                RetrievalOutcome::Stopped
            } else {
                RetrievalOutcome::Failed
            },
            code,
            state,
            after,
        }
    }
}

/// What a failure means for the connection: the code of its words, the state, and whether it may pass.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "whatever is left means that no usable answer came"
)]
fn standing(error: &ConnectError) -> (&'static str, ConnectionState, After) {
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
        ConnectError::Endpoint(error) => endpoint(error),
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

/// The reactions of `spec/gigdata.md` 14.6.
fn endpoint(error: &EndpointError) -> (&'static str, ConnectionState, After) {
    match error {
        EndpointError::TokenRefused => ("CON-417", ConnectionState::AuthLost, After::Stays),
        EndpointError::Refused => ("CON-418", ConnectionState::AuthLost, After::Stays),
        EndpointError::UnknownPerson { suspended: true } => ("CON-414", ConnectionState::Gone, After::Stays),
        EndpointError::UnknownPerson { suspended: false } => (
            "CON-413",
            ConnectionState::PlatformDown,
            After::Passes(Some(NEXT_DAY)),
        ),
        EndpointError::Malformed(_) => ("CON-420", ConnectionState::UnknownFormat, After::Passes(None)),
        EndpointError::Unusable(_) => ("CON-503", ConnectionState::PlatformDown, After::Passes(None)),
    }
}
