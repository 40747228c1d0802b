//! The vault: one actor that owns the keys, one way in (intake), one way out (disclosure).
//!
//! Everything that stores or releases a person's data goes through [`VaultHandle`] and [`SpaceHandle`]. They are cheap to clone and
//! hold no key: the keys and the connections live on the actor's own thread and are dropped there at lock.

pub mod addresses;
pub mod apps;
pub mod backpack;
pub mod callers;
pub mod clock;
pub mod connections;
pub mod consumers;
pub mod cooperatives;
pub mod core_apps;
pub mod data_requests;
pub mod disclosure;
mod error;
mod events;
pub mod external_ids;
pub mod imports;
pub mod intake;
mod issuer;
mod key_vault;
pub mod memberships;
pub mod money;
mod month_clock;
pub mod overview;
pub mod own_entries;
pub mod persona;
pub mod projects;
pub mod record_table;
pub mod records;
pub mod services;
pub mod settings;
#[cfg(test)]
mod test_vault;
pub mod vault;

pub use clock::Clock;
pub use error::{KnownName, VaultError};
pub use events::{LockReason, VaultEvent};
pub use key_vault::{KeyVault, KeyVaultError, MemoryKeyVault};
pub use vault::{
    CreateOptions, LockedVault, SecondFactorSetup, SecondFactorState, SpaceHandle, SpaceInfo, VaultHandle,
};
