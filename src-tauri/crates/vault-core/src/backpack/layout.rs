//! Where everything lies in a backpack.

use std::{collections::HashSet, fmt::Display, str::FromStr};

use ::backpack::EntryPath;
use vault_store::{IncomingId, Sha256, TransferId, connections::Connection};

use crate::VaultError;

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The persona with Satchel's field names.
    Persona,
    /// The persona with Intercoop's field names; made of the other.
    PersonaYaml,
    /// A file of a connection, and the name of its folder.
    Platform(String, PlatformPart),
    /// An original document.
    Raw(Sha256),
    /// The person's cooperatives.
    Memberships,
    /// Cooperatives whose key is known, and the vault as one of them.
    Cooperatives,
    /// A file of a transfer that left.
    Transfer(TransferId, TransferPart),
    /// What somebody sent here.
    Incoming(IncomingId),
    Grants,
    /// Requests to recipients that they erase what they have.
    Erasures,
    /// Requests that platforms hand over data, and how files of the person's own are read.
    Requests,
    Receipts,
    Disclosures,
    Log,
    Settings,
    Apps,
    AppSecrets,
    /// The private key of the vault; only in a full backpack.
    Keys,
}

/// A file in the folder of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransferPart {
    /// The receipt as it is kept: `satchel-cli transfer verify` takes it as it is.
    Receipt,
    /// All else that is kept.
    Transfer,
}

impl TransferPart {
    const ALL: [Self; 2] = [Self::Receipt, Self::Transfer];

    fn name(self) -> &'static str {
        match self {
            Self::Receipt => "receipt.json",
            Self::Transfer => "transfer.json",
        }
    }
}

/// A file in the folder of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlatformPart {
    /// Normalised data with the names of Open Platforms.
    Data,
    Documents,
    Connection,
    Table,
    Records,
    Retrievals,
    Secrets,
    Versions,
}

impl PlatformPart {
    const ALL: [Self; 8] = [
        Self::Data,
        Self::Documents,
        Self::Connection,
        Self::Table,
        Self::Records,
        Self::Retrievals,
        Self::Secrets,
        Self::Versions,
    ];

    /// What every folder has; secrets only a full backpack.
    pub(super) fn of_backpack(full: bool) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |part| full || *part != Self::Secrets)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Data => "data.json",
            Self::Documents => "documents.ndjson",
            Self::Connection => "platform.json",
            Self::Table => "records.csv",
            Self::Records => "records.ndjson",
            Self::Retrievals => "retrievals.ndjson",
            Self::Secrets => "secrets.json",
            Self::Versions => "versions.ndjson",
        }
    }
}

impl Part {
    /// The path of the entry.
    pub(super) fn path(&self) -> Result<EntryPath, VaultError> {
        let path = match self {
            Self::Persona => "persona.json".to_owned(),
            Self::PersonaYaml => "persona.yaml".to_owned(),
            Self::Platform(folder, part) => format!("platforms/{folder}/{}", part.name()),
            Self::Raw(sha256) => format!("raw/{sha256}"),
            Self::Memberships => "memberships.json".to_owned(),
            Self::Cooperatives => "cooperatives.json".to_owned(),
            Self::Transfer(id, part) => format!("transfers/{id}/{}", part.name()),
            Self::Incoming(id) => format!("incoming/{id}.json"),
            Self::Grants => "grants.json".to_owned(),
            Self::Erasures => "erasures.json".to_owned(),
            Self::Requests => "requests.json".to_owned(),
            Self::Receipts => "receipts.json".to_owned(),
            Self::Disclosures => "disclosures.ndjson".to_owned(),
            Self::Log => "log.json".to_owned(),
            Self::Settings => "settings.json".to_owned(),
            Self::Apps => "apps.json".to_owned(),
            Self::AppSecrets => "app_secrets.json".to_owned(),
            Self::Keys => "keys.json".to_owned(),
        };
        EntryPath::new(path).map_err(|_| VaultError::Internal("a path of the backpack broke a rule"))
    }

    /// The part that a path names; `None` for one that this version does not know.
    pub(super) fn of(path: &EntryPath) -> Option<Self> {
        let mut steps = path.as_str().split('/');
        let part = match (steps.next()?, steps.next(), steps.next()) {
            ("persona.json", None, _) => Self::Persona,
            ("persona.yaml", None, _) => Self::PersonaYaml,
            ("memberships.json", None, _) => Self::Memberships,
            ("cooperatives.json", None, _) => Self::Cooperatives,
            ("grants.json", None, _) => Self::Grants,
            ("erasures.json", None, _) => Self::Erasures,
            ("requests.json", None, _) => Self::Requests,
            ("receipts.json", None, _) => Self::Receipts,
            ("disclosures.ndjson", None, _) => Self::Disclosures,
            ("log.json", None, _) => Self::Log,
            ("settings.json", None, _) => Self::Settings,
            ("apps.json", None, _) => Self::Apps,
            ("app_secrets.json", None, _) => Self::AppSecrets,
            ("keys.json", None, _) => Self::Keys,
            ("raw", Some(digest), None) => Self::Raw(digest.parse().ok()?),
            ("platforms", Some(folder), Some(file)) => {
                let part = PlatformPart::ALL.into_iter().find(|part| part.name() == file)?;
                Self::Platform(folder.to_owned(), part)
            }
            ("transfers", Some(id), Some(file)) => {
                let part = TransferPart::ALL.into_iter().find(|part| part.name() == file)?;
                Self::Transfer(spelt(id)?, part)
            }
            ("incoming", Some(file), None) => Self::Incoming(spelt(file.strip_suffix(".json")?)?),
            _ => return None,
        };
        steps.next().is_none().then_some(part)
    }
}

/// An id that is spelt as this program spells it, so that no two paths are of one thing.
fn spelt<I: FromStr + Display>(text: &str) -> Option<I> {
    text.parse().ok().filter(|id: &I| id.to_string() == text)
}

/// A folder name for each connection, in their order: the platform's id, with a number where a platform has several.
pub(super) fn folders(connections: &[Connection]) -> Vec<String> {
    let mut taken = HashSet::new();
    connections
        .iter()
        .map(|connection| {
            let plain = plain_name(&connection.platform);
            let free = std::iter::once(plain.clone())
                .chain((2_u32..).map(|number| format!("{plain}-{number}")))
                .find(|name| !taken.contains(name))
                .unwrap_or(plain);
            taken.insert(free.clone());
            free
        })
        .collect()
}

/// Letters, digits, `-`, `_` and dots within; everything else becomes `-`.
fn plain_name(platform: &str) -> String {
    let plain: String = platform
        .chars()
        .take(60)
        .map(|symbol| {
            if symbol.is_ascii_alphanumeric() || "-_.".contains(symbol) {
                symbol
            } else {
                '-'
            }
        })
        .collect();
    let plain = plain.to_ascii_lowercase();
    let plain = plain.trim_matches('.');
    if plain.is_empty() {
        "platform".to_owned()
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Map;
    use time::OffsetDateTime;
    use vault_store::{
        ConnectionId,
        connections::{ConnectionState, ConnectionWay},
    };

    use super::*;

    fn connection(platform: &str) -> Connection {
        Connection {
            id: ConnectionId::new(),
            platform: platform.to_owned(),
            name: String::new(),
            way: ConnectionWay::File,
            state: ConnectionState::File,
            state_since: OffsetDateTime::UNIX_EPOCH,
            account: String::new(),
            detail: Map::new(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            last_fetch_at: None,
            next_try_at: None,
        }
    }

    #[test]
    fn every_part_is_found_again_by_its_path() {
        let platform = PlatformPart::of_backpack(true).map(|part| Part::Platform("demo-2".into(), part));
        let others = [
            Part::Persona,
            Part::PersonaYaml,
            Part::Raw(Sha256::of(b"x")),
            Part::Memberships,
            Part::Cooperatives,
            Part::Transfer(TransferId::new(), TransferPart::Receipt),
            Part::Transfer(TransferId::new(), TransferPart::Transfer),
            Part::Incoming(IncomingId::new()),
            Part::Grants,
            Part::Erasures,
            Part::Requests,
            Part::Receipts,
            Part::Disclosures,
            Part::Log,
            Part::Settings,
            Part::Apps,
            Part::AppSecrets,
            Part::Keys,
        ];
        for part in platform.chain(others) {
            assert_eq!(Part::of(&part.path().unwrap()), Some(part));
        }
        assert_eq!(PlatformPart::of_backpack(false).count(), 7);
    }

    #[test]
    fn other_paths_are_no_part() {
        for path in [
            "raw/abc",
            "raw",
            "persona.json/x",
            "platforms/demo",
            "platforms/demo/x",
            "transfers/1",
            "transfers/1/transfer.json",
            "transfers/0193A000-0000-7000-8000-000000000001/transfer.json",
            "transfers/0193a000-0000-7000-8000-000000000001/answer.json",
            "transfers/0193a000-0000-7000-8000-000000000001/transfer.json/x",
            "incoming/0193a000-0000-7000-8000-000000000001",
            "incoming/0193A000-0000-7000-8000-000000000001.json",
            "incoming/0193a000-0000-7000-8000-000000000001.json/x",
        ] {
            assert_eq!(Part::of(&EntryPath::new(path).unwrap()), None, "{path}");
        }
    }

    #[test]
    fn several_accounts_have_several_folders() {
        let names = ["demo", "own", "demo", "demo-2", "../x", "", "ü"].map(connection);
        assert_eq!(
            folders(&names),
            ["demo", "own", "demo-2", "demo-2-2", "-x", "platform", "-"]
        );
    }

    proptest! {
        #[test]
        fn every_platform_has_a_folder_of_its_own(names in proptest::collection::vec("\\PC{0,80}|[./a]{0,6}", 0..12)) {
            let connections: Vec<Connection> = names.iter().map(|name| connection(name)).collect();
            let folders = folders(&connections);
            let distinct: HashSet<&String> = folders.iter().collect();
            prop_assert_eq!(distinct.len(), connections.len());
            for folder in &folders {
                prop_assert!(Part::Platform(folder.clone(), PlatformPart::Table).path().is_ok());
            }
        }
    }
}
