//! What records stand on: connections and retrievals. Beside them the persona, the cooperatives and the settings.

use time::OffsetDateTime;
use vault_store::{
    SecretValue, connection_secrets,
    connections::{self, Connection, ConnectionState},
    memberships::{self, Membership},
    persona,
    retrievals::{self, Retrieval, RetrievalOutcome},
    settings,
};

use super::Bringing;
use crate::{
    VaultError,
    backpack::{BackpackError, inspect::Incoming},
    settings::Setting,
};

/// Retrievals written at once.
const BATCH: usize = 2_000;

/// The code of a retrieval that was under way when it was packed.
const STOPPED: &str = "SYS-711";

impl Bringing<'_> {
    /// Connections and retrievals that the space does not have; the number of such connections.
    pub(super) fn connections(&self) -> Result<u64, BackpackError> {
        let full = self.inspection.report.manifest.full;
        let mut added = 0;
        for folder in &self.inspection.folders {
            let Some(connection) = folder.connection.clone() else {
                continue;
            };
            added += u64::from(self.connection(folder, connection, full)?);
            for batch in folder.retrievals.chunks(BATCH) {
                self.retrievals(batch.to_vec())?;
            }
        }
        Ok(added)
    }

    /// A connection with its secrets, together or not at all: a connection without them would be stopped.
    fn connection(
        &self,
        folder: &Incoming,
        connection: Connection,
        full: bool,
    ) -> Result<bool, BackpackError> {
        let secrets: Vec<(String, SecretValue)> = if full { folder.secrets.clone() } else { Vec::new() };
        self.write(move |turn| {
            let connection = arriving(connection, full, turn.now());
            turn.space.db.write(|tx| {
                if connections::get(tx, connection.id)?.is_some() {
                    return Ok(false);
                }
                connections::insert(tx, &connection)?;
                for (name, secret) in &secrets {
                    connection_secrets::set(tx, connection.id, name, secret)?;
                }
                Ok(true)
            })
        })
    }

    fn retrievals(&self, batch: Vec<Retrieval>) -> Result<(), BackpackError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                for retrieval in batch {
                    if retrievals::get(tx, retrieval.id)?.is_none() {
                        retrievals::insert(tx, &ended(retrieval))?;
                    }
                }
                Ok(())
            })
        })
    }

    /// Fields that have no value here.
    pub(super) fn persona(&self) -> Result<u64, BackpackError> {
        let fields = self.inspection.persona.clone();
        self.write(move |turn| {
            let now = turn.now();
            turn.space.db.write(|tx| {
                let mut set = 0;
                for (field, value, at) in &fields {
                    if persona::get(tx, field.name())?.is_none() {
                        persona::set(tx, field.name(), value, at.unwrap_or(now))?;
                        set += 1;
                    }
                }
                Ok(set)
            })
        })
    }

    /// Cooperatives of which nothing is said here.
    pub(super) fn memberships(&self) -> Result<u64, BackpackError> {
        let arriving = self.inspection.memberships.clone();
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                let known = memberships::list(tx)?;
                let is_new =
                    |one: &&Membership| !known.iter().any(|known| known.cooperative == one.cooperative);
                let mut added = 0;
                for membership in arriving.iter().filter(is_new) {
                    memberships::put(tx, membership)?;
                    added += 1;
                }
                Ok(added)
            })
        })
    }

    /// Choices that were not made here, except those that guard this computer.
    pub(super) fn settings(&self) -> Result<(), BackpackError> {
        let all = &self.inspection.settings;
        let chosen: Vec<(Setting, serde_json::Value)> = all
            .iter()
            .filter_map(|(key, value)| {
                let setting: Setting = key.parse().ok().filter(|setting| travels(*setting))?;
                let text = setting.check(value.as_str()?).ok()?;
                Some((setting, text.into()))
            })
            .collect();
        self.write(move |turn| {
            turn.space.db.write(|tx| {
                for (setting, value) in &chosen {
                    if settings::get(tx, setting.key())?.is_none() {
                        settings::set(tx, setting.key(), value)?;
                    }
                }
                Ok::<_, VaultError>(())
            })
        })
    }
}

/// A connection as it arrives: nothing is fetched over it before the person signs in again, unless its secrets came along.
fn arriving(connection: Connection, full: bool, now: OffsetDateTime) -> Connection {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all that is neither quiet nor brought along with its secrets stops"
    )]
    let state = match connection.state {
        quiet @ (ConnectionState::File
        | ConnectionState::Typed
        | ConnectionState::Gone
        | ConnectionState::Stopped) => quiet,
        ConnectionState::Fetching if full => ConnectionState::Working,
        other if full => other,
        _ => ConnectionState::Stopped,
    };
    Connection {
        state_since: if state == connection.state {
            connection.state_since
        } else {
            now
        },
        state,
        next_try_at: None,
        ..connection
    }
}

/// A retrieval as it arrives: none is under way.
fn ended(retrieval: Retrieval) -> Retrieval {
    if retrieval.outcome != RetrievalOutcome::Running {
        return retrieval;
    }
    Retrieval {
        outcome: RetrievalOutcome::Stopped,
        finished_at: Some(retrieval.started_at),
        code: STOPPED.to_owned(),
        ..retrieval
    }
}

/// Whether a setting is a taste and no guard.
fn travels(setting: Setting) -> bool {
    match setting {
        Setting::Theme
        | Setting::Accent
        | Setting::Background
        | Setting::Status
        | Setting::StatusText
        | Setting::Notifications
        | Setting::Sounds
        | Setting::Volume
        | Setting::SingleKeys
        | Setting::DeveloperMode
        | Setting::FetchMetered => true,
        Setting::LockIdleMinutes
        | Setting::LockOnSleep
        | Setting::LockOnClose
        | Setting::ForgetClipboard
        | Setting::MailHost
        | Setting::MailPort
        | Setting::MailSecurity
        | Setting::MailUser
        | Setting::MailFrom
        | Setting::MailAuthority
        | Setting::ImportFolder
        | Setting::RecoveryConfirmed => false,
    }
}
