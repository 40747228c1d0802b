//! Events on stdout, as the contract names them: one JSON object a line.

use std::collections::HashMap;

use serde_json::{Value, json};
use vault_core::{
    SpaceHandle, VaultError, VaultEvent, VaultHandle,
    disclosure::{ActivityFilter, ActivityItem, ActivityResult},
};
use vault_crypto::SpaceId;
use vault_store::DisclosureId;

use crate::cli::{failure::Failure, grants, log};

/// How many lines of the log are looked through for the one that changed.
const RECENT: u32 = 50;

/// What was told of a line of the log: the answers handed out, and what came of it.
type Told = HashMap<DisclosureId, (u64, ActivityResult)>;

/// Writes events, and remembers what was told of the log.
pub(super) struct Events {
    vault: VaultHandle,
    logs: HashMap<SpaceId, Told>,
}

impl Events {
    /// Begins with the logs as they are: what is in them is not told again.
    pub(super) async fn from_here(vault: &VaultHandle) -> Result<Self, Failure> {
        let mut logs = HashMap::new();
        for info in vault.spaces().await? {
            let lines = recent(&vault.space(info.id).await?).await?;
            logs.insert(info.id, lines.iter().map(key).collect());
        }
        Ok(Self {
            vault: vault.clone(),
            logs,
        })
    }

    pub(super) async fn tell(&mut self, event: &VaultEvent) -> Result<(), Failure> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other event is written as it is"
        )]
        match event {
            VaultEvent::ConsentRequested { space, request } => {
                let asked = self.vault.space(*space).await?.question(*request).await;
                // One that was answered meanwhile is no question any more.
                if let Ok(asked) = asked {
                    write("consent_requested", *space, grants::question(&asked));
                }
            }
            VaultEvent::Logged { space } => self.disclosed(*space).await?,
            other => println!("{}", serde_json::to_value(other).unwrap_or_default()),
        }
        Ok(())
    }

    /// Tells the lines of the log that are new or came further, oldest first.
    async fn disclosed(&mut self, id: SpaceId) -> Result<(), Failure> {
        let lines = recent(&self.vault.space(id).await?).await?;
        let told = self.logs.entry(id).or_default();
        for item in lines.iter().rev() {
            let (entry, state) = key(item);
            if told.insert(entry, state) != Some(state) {
                write("disclosed", id, log::line(item));
            }
        }
        Ok(())
    }
}

async fn recent(space: &SpaceHandle) -> Result<Vec<ActivityItem>, VaultError> {
    Ok(space.activity(ActivityFilter::default(), 0, RECENT).await?.items)
}

fn key(item: &ActivityItem) -> (DisclosureId, (u64, ActivityResult)) {
    (item.entry.id, (item.released.answers, item.result))
}

fn write(event: &str, space: SpaceId, mut value: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert("event".into(), json!(event));
        members.insert("space".into(), json!(space));
    }
    println!("{value}");
}
