//! What the vault tells those who watch it. Events carry ids and counts, never a personal value.

use serde::Serialize;
use vault_crypto::SpaceId;
use vault_store::{AppId, ConnectionId, GrantId, ImportId, MessageId, RequestId, RetrievalId};

/// Why a vault is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LockReason {
    /// The program has just started.
    Started,
    /// The person locked it.
    You,
    /// Nobody used it for the time that the person chose.
    Away,
    /// The computer went to sleep.
    Slept,
    /// The screen was locked.
    Screen,
    /// The window was closed, and the person chose that this locks.
    Window,
    /// A file of the vault was changed by another program.
    ChangedOnDisk,
}

/// Something happened in the vault.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum VaultEvent {
    /// The vault was locked; no handle of it answers any more.
    Locked {
        /// Why.
        reason: LockReason,
    },
    /// Records were added, changed or removed.
    RecordsChanged {
        /// In which space.
        space: SpaceId,
    },
    /// A connection was added, removed or came into another state.
    ConnectionsChanged {
        /// In which space.
        space: SpaceId,
    },
    /// An app was admitted, removed or changed.
    AppsChanged {
        /// In which space.
        space: SpaceId,
    },
    /// An app left a notification, which the person wants to see.
    AppNotified {
        /// In which space.
        space: SpaceId,
        /// Which app.
        app: AppId,
        /// The notification.
        message: MessageId,
    },
    /// An app's server called a service of another app, and the person did not open this way.
    ServiceWanted {
        /// In which space.
        space: SpaceId,
        /// The app that called.
        app: AppId,
        /// The app that offers services.
        target: AppId,
    },
    /// A cooperative, a transfer to one, or something that one sent changed.
    CooperativesChanged {
        /// In which space.
        space: SpaceId,
    },
    /// The persona was edited.
    PersonaChanged {
        /// In which space.
        space: SpaceId,
    },
    /// A setting was changed.
    SettingsChanged {
        /// In which space.
        space: SpaceId,
    },
    /// The list of spaces changed.
    SpacesChanged,
    /// The second factor was set up or ended, or a recovery code was used.
    SecondFactorChanged,
    /// A backpack was written.
    BackpackSaved {
        /// Of which space.
        space: SpaceId,
    },
    /// Somebody asks for data and no grant covers it: the person has to answer.
    ConsentRequested {
        /// In which space.
        space: SpaceId,
        /// The question.
        request: RequestId,
    },
    /// A question was answered, expired or withdrawn.
    ConsentResolved {
        /// In which space.
        space: SpaceId,
        /// The question.
        request: RequestId,
    },
    /// A grant was made, used up, expired or revoked.
    GrantChanged {
        /// In which space.
        space: SpaceId,
        /// The grant.
        grant: GrantId,
        /// Whether it still opens anything.
        live: bool,
    },
    /// An entry was added to the log.
    Logged {
        /// In which space.
        space: SpaceId,
    },
    /// Something waits to be sent to a consumer app.
    DeliveriesQueued {
        /// In which space.
        space: SpaceId,
    },
    /// An app that may see what a connection brings wants it fetched.
    FetchWanted {
        /// In which space.
        space: SpaceId,
        /// Which connection.
        connection: ConnectionId,
    },
    /// An import moved on or came into another state.
    ImportChanged {
        /// In which space.
        space: SpaceId,
        /// Which import.
        import: ImportId,
    },
    /// A fetch or an import ended.
    RetrievalFinished {
        /// In which space.
        space: SpaceId,
        /// For which connection.
        connection: ConnectionId,
        /// Which retrieval.
        retrieval: RetrievalId,
        /// Whether it fetched all it wanted.
        complete: bool,
    },
    /// Long work moved on.
    Progress {
        /// In which space.
        space: SpaceId,
        /// What kind of work: `fetch`, `pack`, `check` or `restore`.
        job: &'static str,
        /// The id of what is worked on.
        id: String,
        /// How much is done, in records or bytes.
        done: u64,
        /// Of how much, where that is known.
        total: Option<u64>,
    },
}
