//! The state of the vault, the recovery kit, strength of a passphrase.

use serde::Serialize;
use specta::Type;
use vault_core::{LockReason, SpaceInfo};
use vault_crypto::{GroupMismatch, Hint, Level};

use super::words::{count, number};
use crate::error::AppError;

/// Why the vault is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LockCause {
    Started,
    You,
    Away,
    Slept,
    Screen,
    Window,
    ChangedOnDisk,
}

impl From<LockReason> for LockCause {
    fn from(reason: LockReason) -> Self {
        match reason {
            LockReason::Started => Self::Started,
            LockReason::You => Self::You,
            LockReason::Away => Self::Away,
            LockReason::Slept => Self::Slept,
            LockReason::Screen => Self::Screen,
            LockReason::Window => Self::Window,
            LockReason::ChangedOnDisk => Self::ChangedOnDisk,
        }
    }
}

/// Whether there is a vault, and whether it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum VaultState {
    None,
    Locked,
    Unlocked,
}

/// What can be said of quick unlock.
#[derive(Clone, Serialize, Type)]
pub(crate) struct KeyringState {
    pub(crate) enabled: bool,
    pub(crate) usable: bool,
    pub(crate) reason: Option<String>,
}

/// All that the closed and the open window need to know of the vault.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VaultStatus {
    pub(crate) state: VaultState,
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) lock_cause: LockCause,
    pub(crate) away_minutes: Option<u32>,
    pub(crate) keyring: KeyringState,
    pub(crate) has_recovery: bool,
    pub(crate) failed_attempts: u32,
    pub(crate) damage: Option<AppError>,
    pub(crate) repairable: bool,
    pub(crate) safe_copy_at: Option<String>,
    pub(crate) stitch: Vec<u8>,
    pub(crate) practice: bool,
    pub(crate) space: Option<SpaceRef>,
    pub(crate) lock_after_minutes: Option<u32>,
    pub(crate) version: String,
}

/// A space by name.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SpaceRef {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) made_up: bool,
}

impl From<&SpaceInfo> for SpaceRef {
    fn from(info: &SpaceInfo) -> Self {
        Self {
            id: info.id.to_string(),
            name: info.name.clone(),
            made_up: info.made_up,
        }
    }
}

/// The four steps of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StrengthLevel {
    Weak,
    Fair,
    Good,
    Strong,
}

/// How hard a passphrase is to guess.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Strength {
    pub(crate) level: StrengthLevel,
    #[specta(type = i32)] // a finite number
    pub(crate) guesses_log10: f64,
    pub(crate) hint: Option<String>,
}

impl From<vault_crypto::Strength> for Strength {
    fn from(judged: vault_crypto::Strength) -> Self {
        Self {
            level: match judged.level {
                Level::Weak => StrengthLevel::Weak,
                Level::Fair => StrengthLevel::Fair,
                Level::Good => StrengthLevel::Good,
                Level::Strong => StrengthLevel::Strong,
            },
            guesses_log10: judged.guesses_log10,
            hint: judged.hint.map(|hint| hint_words(hint).to_owned()),
        }
    }
}

/// A recovery kit that is shown once.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryKit {
    pub(crate) groups: Vec<String>,
    pub(crate) vault_name: String,
    pub(crate) created_at: String,
    pub(crate) confirm: (u8, u8),
}

/// What came of typing two groups back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupCheck {
    pub(crate) ok: bool,
    pub(crate) wrong_group: Option<u8>,
    pub(crate) wrong_character: Option<u8>,
}

impl GroupCheck {
    /// Both groups are right.
    pub(crate) const RIGHT: Self = Self {
        ok: true,
        wrong_group: None,
        wrong_character: None,
    };

    /// The first group that is not, and the character in it, both counted from 1.
    pub(crate) fn wrong(group: u8, mismatch: GroupMismatch) -> Self {
        let character = u8::try_from(mismatch.position)
            .ok()
            .and_then(|position| position.checked_add(1));
        // Beyond the last character something is too much: then no character is wrong by itself.
        Self {
            ok: false,
            wrong_group: Some(group),
            wrong_character: character.filter(|at| *at <= 6),
        }
    }
}

/// What a check of the whole vault found.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CheckReport {
    pub(crate) at: String,
    pub(crate) whole: bool,
    pub(crate) records: u64,
    pub(crate) unreadable: u64,
    pub(crate) words: String,
}

/// The result of a check in a sentence.
pub(crate) fn check_words(whole: bool, records: u64, unreadable: u64, spaces: usize) -> String {
    let spaces = count(spaces as u64, "space", "spaces");
    if whole {
        format!(
            "{} in {spaces} read and compared.",
            count(records, "record", "records")
        )
    } else if unreadable > 0 {
        format!(
            "{} of {} could not be read.",
            number(unreadable),
            count(records + unreadable, "record", "records")
        )
    } else {
        format!(
            "All {} can be read, but the file is damaged.",
            count(records, "record", "records")
        )
    }
}

fn hint_words(hint: Hint) -> &'static str {
    match hint {
        Hint::Longer => "Make it longer.",
        Hint::Personal => "Leave out your own name and what others know of you.",
        Hint::CommonPassword => "Many people use this one. Take words that do not belong together.",
        Hint::CommonName => "A name is guessed early. Add words that do not belong together.",
        Hint::OneWord => "One word is guessed early. Add three more.",
        Hint::Keyboard => "Rows of keys are guessed early. Use words instead.",
        Hint::Repeated => "Repeating adds little. Use different words.",
        Hint::Sequence => "Sequences such as abc or 123 add little. Use different words.",
        Hint::Date => "Dates and years are guessed early. Use words instead.",
        Hint::Disguise => "Signs in place of letters add little. Add another word.",
        Hint::MoreWords => "Add another word or two.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_says_what_it_found() {
        assert_eq!(
            check_words(true, 4_212, 0, 1),
            "4,212 records in 1 space read and compared."
        );
        assert_eq!(
            check_words(false, 4_209, 3, 1),
            "3 of 4,212 records could not be read."
        );
        assert_eq!(
            check_words(false, 1, 0, 2),
            "All 1 record can be read, but the file is damaged."
        );
    }

    #[test]
    fn places_count_from_one() {
        let check = GroupCheck::wrong(3, GroupMismatch { position: 0 });
        assert_eq!((check.wrong_group, check.wrong_character), (Some(3), Some(1)));
        assert_eq!(
            GroupCheck::wrong(3, GroupMismatch { position: 6 }).wrong_character,
            None
        );
    }
}
