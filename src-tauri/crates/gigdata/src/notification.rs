//! What an app is told: the message of `spec/gigdata.md` 6.3.

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use crate::PlatformData;

/// A message to an app about one person's connection to one platform.
///
/// As JSON all members are always there, null when absent, in the order of `spec/gigdata.md` 6.3. Two rules hold by construction: a message
/// holds data only in the state [`Synced`](ConnectionState::Synced), so that no app gets data before its connection is made (12: P3), and
/// its reason follows from its state.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    platform_id: Uuid,
    platform_name: String,
    platform_connection_state: ConnectionState,
    user_id: Uuid,
    updated: i64,
    platform_data: Option<PlatformData>,
    app_secret: String,
    reason: Reason,
}

/// Whom and what a message is about.
#[derive(Clone)]
pub struct Subject {
    /// The platform.
    pub platform_id: Uuid,
    /// Its name for people.
    pub platform_name: String,
    /// The person's account id with this app.
    pub user_id: Uuid,
    /// The secret that the app knows us by; receivers of 2019 and 2020 know no other proof.
    pub app_secret: String,
    /// When the message is sent, in seconds since 1970.
    pub updated: i64,
}

/// The state of a connection in the words of the wire (`spec/gigdata.md` 1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum ConnectionState {
    /// The person was sent to the platform to agree there.
    AwaitingOAuthAuthentication,
    /// The person was sent a mail to show that the address is theirs.
    AwaitingEmailVerification,
    /// Connected, and nothing was fetched yet.
    Connected,
    /// Connected, and there is data.
    Synced,
    /// There is no connection that this app may see.
    Removed,
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Reason {
    /// Something about the connection or its data changed, or the app asked.
    DataUpdate,
    /// The connection has ended for this app.
    ConnectionDeleted,
}

impl Notification {
    /// Makes a message. `data` counts in the state [`Synced`](ConnectionState::Synced) only.
    #[must_use]
    pub fn new(subject: Subject, state: ConnectionState, data: Option<PlatformData>) -> Self {
        Self {
            platform_id: subject.platform_id,
            platform_name: subject.platform_name,
            platform_connection_state: state,
            user_id: subject.user_id,
            updated: subject.updated,
            platform_data: data.filter(|_| state == ConnectionState::Synced),
            app_secret: subject.app_secret,
            reason: state.reason(),
        }
    }

    /// The state that the message tells.
    #[must_use]
    pub const fn state(&self) -> ConnectionState {
        self.platform_connection_state
    }

    /// The data that the message holds.
    #[must_use]
    pub const fn data(&self) -> Option<&PlatformData> {
        self.platform_data.as_ref()
    }

    /// The body of the request.
    ///
    /// # Errors
    /// Never for values that the types can hold; the writer's signature has one.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

impl ConnectionState {
    /// All of them, in the order of a connection's life.
    pub const ALL: [Self; 5] = [
        Self::AwaitingOAuthAuthentication,
        Self::AwaitingEmailVerification,
        Self::Connected,
        Self::Synced,
        Self::Removed,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingOAuthAuthentication => "AwaitingOAuthAuthentication",
            Self::AwaitingEmailVerification => "AwaitingEmailVerification",
            Self::Connected => "Connected",
            Self::Synced => "Synced",
            Self::Removed => "Removed",
        }
    }

    /// Why a message with this state is sent (`spec/gigdata.md` 6.2).
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Removed => Reason::ConnectionDeleted,
            Self::AwaitingOAuthAuthentication
            | Self::AwaitingEmailVerification
            | Self::Connected
            | Self::Synced => Reason::DataUpdate,
        }
    }
}

/// Neither the secret nor anything about the person.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("state", &self.platform_connection_state)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Neither the secret nor anything about the person.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("platform_id", &self.platform_id)
            .finish_non_exhaustive()
    }
}
