//! Writing the bytes of an entry, and why that fails.

use std::io::{self, Write};

use serde::Serialize;
use vault_store::StoreError;

use crate::{VaultError, backpack::BackpackError};

/// Why an entry could not be written: the target's error goes back to the target, the other is kept aside.
pub(in crate::backpack) enum Halt {
    Target(io::Error),
    Own(BackpackError),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Target(error)
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Own(error.into())
    }
}

impl From<BackpackError> for Halt {
    fn from(error: BackpackError) -> Self {
        Self::Own(error)
    }
}

/// A value as one line; `line` is the buffer.
pub(super) fn write_line(
    out: &mut dyn Write,
    line: &mut Vec<u8>,
    value: &impl Serialize,
) -> Result<(), Halt> {
    line.clear();
    serde_json::to_writer(&mut *line, value).map_err(|_| unwritable())?;
    line.push(b'\n');
    Ok(out.write_all(line)?)
}

/// A value as JSON for people.
pub(super) fn pretty(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Halt> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|_| unwritable())?;
    bytes.push(b'\n');
    Ok(out.write_all(&bytes)?)
}

/// A defect of the program: what is written here can be written.
pub(super) fn unwritable() -> BackpackError {
    VaultError::Internal("an entry of the backpack could not be written").into()
}
