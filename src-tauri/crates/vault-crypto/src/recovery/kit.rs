//! The file of a recovery kit: written for people and for stock `age`, read back in either form.

use secrecy::ExposeSecret;
use thiserror::Error;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::code::{RecoveryCode, RecoveryCodeError};
use super::identity::{RecoveryIdentityError, RecoveryKey};

const MAX_BYTES: usize = 16 * 1024;
/// A kit has two; the rest of a file that has this many is not looked at.
const MAX_CANDIDATES: usize = 16;
const CODE_LABEL: &str = "Code:";
const IDENTITY_PREFIX: &str = "AGE-SECRET-KEY-";

/// Why a file is not a recovery kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecoveryFileError {
    /// More than 16 KiB.
    #[error("the file is too large for a recovery kit")]
    TooLarge,
    /// Neither a code nor an identity in it.
    #[error("the file holds neither a recovery code nor an age identity")]
    Empty,
    /// Codes or identities of different kits.
    #[error("the file holds more than one recovery kit")]
    Several,
    /// The code is mistyped.
    #[error(transparent)]
    Code(#[from] RecoveryCodeError),
    /// The identity is mistyped.
    #[error(transparent)]
    Identity(#[from] RecoveryIdentityError),
}

impl RecoveryCode {
    /// The text of the kit's file: comment lines with the code, then the identity, so that `age -d -i FILE` opens a
    /// backpack made for the kit. `created` is in seconds since 1970; control characters of the vault's name are left
    /// out.
    #[must_use]
    pub fn kit_file_text(&self, vault_name: &str, created: i64) -> Zeroizing<String> {
        let name: String = vault_name
            .chars()
            .filter(|symbol| !symbol.is_control())
            .take(200)
            .collect();
        let identity = self.identity().to_age_identity_string();
        let parts = [
            "# Satchel recovery kit",
            "\n#\n# Vault: ",
            &name,
            "\n# Made on: ",
            &date(created),
            "\n#\n# It opens the vault when the passphrase is lost. Whoever has this file can open the vault:\n",
            "# keep it away from the computer that holds the vault.\n#\n",
            "# To type in by hand; the last character of each group is a check:\n# ",
            CODE_LABEL,
            " ",
            &self.to_text(),
            "\n#\n# The last line opens, without Satchel, a backpack that was made for this kit:\n",
            "#   age -d -i THIS-FILE backpack | zstd -d | tar x\n",
            "# Public key: ",
            &self.recipient(),
            "\n",
            identity.expose_secret(),
            "\n",
        ];
        let mut text = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
        for part in parts {
            text.push_str(part);
        }
        text
    }
}

/// Reads the kit's file, or one that holds only the code (on one line or on several) or only the identity.
///
/// Code and identity are each other's spare: a mistyped one counts only if the other is not there. All that can be
/// read must be the same kit.
///
/// # Errors
/// [`RecoveryFileError`] names the cause, never what stands in the file.
pub fn parse_recovery_file(text: &str) -> Result<RecoveryKey, RecoveryFileError> {
    if text.len() > MAX_BYTES {
        return Err(RecoveryFileError::TooLarge);
    }
    let mut chosen: Option<RecoveryKey> = None;
    let mut mistake = RecoveryFileError::Empty;
    for candidate in candidates(text) {
        match (candidate, &chosen) {
            (Ok(key), Some(first)) if key.recipient() != first.recipient() => {
                return Err(RecoveryFileError::Several);
            }
            (Ok(key @ RecoveryKey::Code(_)), _) | (Ok(key), None) => chosen = Some(key),
            (Ok(RecoveryKey::Identity(_)), Some(_)) => {}
            (Err(cause), _) => mistake = cause,
        }
    }
    chosen.ok_or(mistake)
}

/// Everything in the file that stands where a code or an identity should, at most [`MAX_CANDIDATES`] of it.
fn candidates(text: &str) -> Vec<Result<RecoveryKey, RecoveryFileError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut loose = Zeroizing::new(String::with_capacity(text.len()));
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix('#') {
            found.extend(comment.trim().strip_prefix(CODE_LABEL).map(read_code));
        } else if starts_like_an_identity(line) {
            found.push(
                line.parse()
                    .map(RecoveryKey::Identity)
                    .map_err(RecoveryFileError::Identity),
            );
        } else {
            loose.push_str(line);
        }
        if found.len() >= MAX_CANDIDATES {
            return found;
        }
    }
    if !loose.is_empty() {
        found.push(read_code(&loose));
    }
    found
}

fn read_code(typed: &str) -> Result<RecoveryKey, RecoveryFileError> {
    Ok(RecoveryKey::Code(RecoveryCode::parse(typed)?))
}

fn starts_like_an_identity(line: &str) -> bool {
    line.get(..IDENTITY_PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(IDENTITY_PREFIX))
}

/// The day in UTC, `2026-11-24`; empty if no calendar reaches so far.
fn date(unix: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix)
        .map(|time| time.date().to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
