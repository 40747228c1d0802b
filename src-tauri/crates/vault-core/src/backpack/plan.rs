//! What a backpack would hold, before it is packed.

use time::Date;
use vault_store::{
    View, apps, backpacks,
    backpacks::PackedBackpack,
    connections, disclosures, incoming_transfers, peers, persona, raw_documents,
    records::{self, RecordFilter},
    transfers,
};

use crate::{SpaceHandle, VaultError, VaultHandle};

/// How many earlier backpacks are shown.
const EARLIER: u32 = 50;

/// What a backpack would hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackPlan {
    /// The name of the space.
    pub space: String,
    /// Whether it holds made-up data.
    pub made_up: bool,
    /// Records.
    pub records: u64,
    /// Fields of the persona that have a value.
    pub profile: u64,
    /// Entries of the log.
    pub log: u64,
    /// Original documents.
    pub files: u64,
    /// Their size in bytes, unpacked.
    pub file_bytes: u64,
    /// Installed apps.
    pub apps: u64,
    /// Connections.
    pub connections: u64,
    /// Cooperatives whose key is known.
    pub cooperatives: u64,
    /// Transfers to them and from them.
    pub transfers: u64,
    /// Platforms that the records are from, own entries included.
    pub platforms: u64,
    /// The days of the first and the last record.
    pub span: Option<(Date, Date)>,
    /// About how large the file will be, in bytes.
    pub about_bytes: u64,
    /// A name for the file.
    pub suggested_name: String,
    /// The age recipient of the recovery kit, where there is one: to offer “also for my recovery kit”.
    pub recovery_recipient: Option<String>,
    /// Backpacks that were packed, newest first.
    pub earlier: Vec<PackedBackpack>,
}

impl VaultHandle {
    /// The age recipient of the recovery kit, where there is one. A backpack for it opens with the kit.
    ///
    /// # Errors
    /// [`VaultError::Locked`].
    pub async fn recovery_recipient(&self) -> Result<Option<String>, VaultError> {
        self.run(|vault| Ok(vault.header.recovery_recipient())).await
    }
}

impl SpaceHandle {
    /// What a backpack of this space would hold.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn pack_plan(&self) -> Result<PackPlan, VaultError> {
        let recovery_recipient = self.vault().recovery_recipient().await?;
        let info = self.info().clone();
        let today = self.vault().clock().now().date();
        let plan = self
            .read(move |db| {
                db.read(|view| {
                    let mut plan = facts(view)?;
                    plan.suggested_name = file_name(&info.name, today);
                    plan.space = info.name;
                    plan.made_up = info.made_up;
                    Ok::<_, VaultError>(plan)
                })
            })
            .await?;
        Ok(PackPlan {
            recovery_recipient,
            ..plan
        })
    }
}

fn facts(view: &View<'_>) -> Result<PackPlan, VaultError> {
    let all = RecordFilter::default();
    let records = records::count(view)?;
    let (files, file_bytes) = raw_documents::totals(view)?;
    let earlier = backpacks::list(view, EARLIER)?;
    Ok(PackPlan {
        space: String::new(),
        made_up: false,
        records,
        profile: persona::list(view)?.len() as u64,
        log: disclosures::count(view)?,
        files,
        file_bytes,
        apps: apps::list(view)?.len() as u64,
        connections: connections::list(view)?.len() as u64,
        cooperatives: peers::list(view)?.len() as u64,
        transfers: (transfers::sent(view)?.len() + incoming_transfers::ids(view)?.len()) as u64,
        platforms: records::by_platform(view, &all)?.len() as u64,
        span: records::span(view, &all)?.map(|(first, last)| (first.date(), last.date())),
        about_bytes: about(records, file_bytes, earlier.first()),
        suggested_name: String::new(),
        recovery_recipient: None,
        earlier,
    })
}

/// As large as the last one in proportion; without one, from what records and originals usually come to.
fn about(records: u64, file_bytes: u64, last: Option<&PackedBackpack>) -> u64 {
    const FIXED: u64 = 20_000;
    match last {
        Some(last) if last.records > 0 => {
            let growing = u128::from(last.bytes.saturating_sub(FIXED)) * u128::from(records);
            let scaled = u64::try_from(growing / u128::from(last.records)).unwrap_or(u64::MAX);
            scaled.saturating_add(FIXED)
        }
        _ => FIXED + records.saturating_mul(100) + file_bytes / 8,
    }
}

/// `Personal 2026-11-24.backpack`, with nothing in it that a file system refuses.
fn file_name(space: &str, today: Date) -> String {
    let plain: String = space
        .chars()
        .take(60)
        .map(|symbol| {
            if symbol.is_control() || "/\\:*?\"<>|".contains(symbol) {
                '-'
            } else {
                symbol
            }
        })
        .collect();
    let plain = plain.trim_matches(['.', ' ']);
    let plain = if plain.is_empty() { "Backpack" } else { plain };
    format!("{plain} {today}.backpack")
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};
    use vault_store::Sha256;

    use super::*;

    #[test]
    fn a_name_is_one_for_every_file_system() {
        let today = date!(2026 - 11 - 24);
        assert_eq!(file_name("Personal", today), "Personal 2026-11-24.backpack");
        assert_eq!(file_name("../a:b", today), "-a-b 2026-11-24.backpack");
        assert_eq!(file_name(" . ", today), "Backpack 2026-11-24.backpack");
    }

    #[test]
    fn the_size_follows_the_last_backpack() {
        let last = PackedBackpack {
            at: datetime!(2026-11-24 10:00 UTC),
            file: String::new(),
            bytes: 120_000,
            records: 1_000,
            sha256: Sha256::of(b""),
            proved: true,
        };
        assert_eq!(about(2_000, 0, Some(&last)), 220_000);
        assert_eq!(about(0, 0, None), 20_000);
    }
}
