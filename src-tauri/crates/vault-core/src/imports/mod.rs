//! Imports: files that the person gave, taken in batch by batch. Each batch is one transaction with its raw bytes, its records, its rows set
//! aside and the place to go on from, so that a crash or a lock loses nothing and the sums are true at every moment.

mod account;
mod batch;
mod begin;
mod completeness;
mod ending;
mod fixing;
mod kept;
mod looking;
mod mappings;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use batch::{ImportBatch, ImportRow};
pub use begin::{NewImport, NewImportFile};
pub use completeness::{Balance, Coverage, Covered, Gap, GapKind, MonthCovered};
pub use ending::UNDO_DAYS;
pub use fixing::FixedRow;
pub use kept::{KeptAside, KeptRows};
pub use looking::ImportProgress;
pub use mappings::LONGEST_MAPPING;

pub(crate) use ending::pause_interrupted;

use vault_store::{
    ImportId,
    imports::{self, Import},
};

use crate::{VaultError, VaultEvent, vault::Turn};

fn import(view: &vault_store::View<'_>, id: ImportId) -> Result<Import, VaultError> {
    imports::get(view, id)?.ok_or(VaultError::NoSuch("import"))
}

fn changed(turn: &Turn<'_>, import: ImportId) {
    turn.tell(VaultEvent::ImportChanged {
        space: turn.space.info.id,
        import,
    });
}
