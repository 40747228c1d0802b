//! The vault as a whole: its folder, its locked and unlocked form, and the actor that owns the keys.

mod actor;
mod handle;
mod locked;
mod place;
mod safe_copy;
mod second_factor;
mod snapshot;
mod space;

pub(crate) use actor::{OpenVault, Turn};
pub use handle::VaultHandle;
pub use locked::{CreateOptions, LockedVault, RepairReport, VaultFacts};
pub use second_factor::{SecondFactorSetup, SecondFactorState};
pub(crate) use snapshot::{Outing, Snapshot};
pub use space::{SpaceHandle, SpaceInfo};
