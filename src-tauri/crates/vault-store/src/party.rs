//! Who asks and who receives, and through which face of the vault.

use serde::{Deserialize, Serialize};

use crate::sql::words;

words! {
    /// What kind of recipient a party is.
    PartyKind {
        /// An installed app.
        App = "app",
        /// A registered service of Rokwire Core.
        Service = "service",
        /// A consumer of the Gigdata API.
        Consumer = "consumer",
        /// A cooperative.
        Cooperative = "cooperative",
        /// A platform that data comes from.
        Platform = "platform",
        /// The person's own backpack.
        Backpack = "backpack",
        /// The person, at the screen or the terminal.
        Person = "person",
    }
}

words! {
    /// The protocol through which something was asked.
    Face {
        /// OpenPlatform host API and bridge.
        OpenPlatform = "openplatform",
        /// Gigdata API.
        Gigdata = "gigdata",
        /// Rokwire Core.
        Core = "core",
        /// Intercoop.
        Intercoop = "intercoop",
        /// The vault's own `/v1`.
        Vault = "vault",
        /// A backpack.
        Backpack = "backpack",
        /// Satchel's own window or command line.
        Own = "own",
    }
}

/// Somebody outside the vault.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Party {
    /// What kind of recipient.
    pub kind: PartyKind,
    /// Its identifier, unique within the kind.
    pub id: String,
    /// Its name as shown to the person.
    pub name: String,
}
