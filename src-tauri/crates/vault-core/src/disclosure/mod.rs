//! The one way out.

use crate::{VaultError, vault::Turn};

/// Questions that somebody waits for.
#[derive(Debug, Default)]
pub(crate) struct Questions;

/// Brings what is open in a space to an end before the vault locks.
pub(crate) fn end_for_lock(_turn: &mut Turn<'_>) -> Result<(), VaultError> {
    Ok(())
}
