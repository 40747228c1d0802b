//! The recovery kit while it is shown: in memory only, until the person confirms it or puts it off.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::seq::SliceRandom as _;
use time::OffsetDateTime;
use vault_crypto::RecoveryCode;
use zeroize::Zeroizing;

use crate::{
    error::{Answer, AppError},
    view::{
        time::stamp,
        vault::{GroupCheck, RecoveryKit},
    },
};

/// How many groups a code has.
const GROUPS: u8 = 9;

/// The place of the kit that is shown.
#[derive(Default)]
pub(crate) struct Kit(Mutex<Option<Shown>>);

struct Shown {
    code: RecoveryCode,
    vault_name: String,
    created: OffsetDateTime,
    /// The two groups to type back, counted from 1.
    confirm: (u8, u8),
}

impl Kit {
    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a kit and returns what the page needs of it.
    pub(crate) fn show(
        &self,
        code: RecoveryCode,
        vault_name: String,
        created: OffsetDateTime,
    ) -> RecoveryKit {
        let confirm = two_groups();
        let kit = RecoveryKit {
            groups: code.groups().to_vec(),
            vault_name: vault_name.clone(),
            created_at: stamp(created),
            confirm,
        };
        *self.shown() = Some(Shown {
            code,
            vault_name,
            created,
            confirm,
        });
        kit
    }

    /// The text of the file, and the name that is proposed for it.
    pub(crate) fn file(&self) -> Answer<(Zeroizing<String>, String)> {
        let shown = self.shown();
        let kit = shown.as_ref().ok_or_else(none_shown)?;
        let text = kit
            .code
            .kit_file_text(&kit.vault_name, kit.created.unix_timestamp());
        Ok((
            text,
            format!("Satchel recovery kit of {}.pdf", kit.vault_name.replace('/', "-")),
        ))
    }

    /// Whether a kit is shown.
    pub(crate) fn is_shown(&self) -> Answer<()> {
        self.shown().as_ref().map(|_| ()).ok_or_else(none_shown)
    }

    /// Compares the two groups that were typed back; when both are right, the kit is shown no more.
    pub(crate) fn confirm(&self, typed: [&str; 2]) -> Answer<GroupCheck> {
        let mut shown = self.shown();
        let kit = shown.as_ref().ok_or_else(none_shown)?;
        for (group, typed) in [kit.confirm.0, kit.confirm.1].into_iter().zip(typed) {
            if let Err(mismatch) = kit
                .code
                .confirm_group(usize::from(group.saturating_sub(1)), typed)
            {
                return Ok(GroupCheck::wrong(group, mismatch));
            }
        }
        *shown = None;
        Ok(GroupCheck::RIGHT)
    }

    /// Forgets the kit.
    pub(crate) fn forget(&self) {
        *self.shown() = None;
    }
}

fn none_shown() -> AppError {
    AppError::new("VLT-108")
}

/// Two different groups, the earlier one first.
fn two_groups() -> (u8, u8) {
    let mut groups: Vec<u8> = (1..=GROUPS).collect();
    groups.shuffle(&mut rand::thread_rng());
    match groups.as_slice() {
        [one, other, ..] => (*one.min(other), *one.max(other)),
        _ => (1, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_is_gone_once_it_was_confirmed() {
        let kit = Kit::default();
        let shown = kit.show(
            RecoveryCode::generate(),
            "Personal".into(),
            OffsetDateTime::UNIX_EPOCH,
        );
        let group = |number: u8| shown.groups[usize::from(number) - 1].clone();
        let (one, other) = shown.confirm;
        assert!(one < other && (1..=9).contains(&one) && other <= 9);
        let wrong = kit.confirm([&group(one), "222222"]).unwrap();
        assert_eq!(
            (wrong.ok, wrong.wrong_group),
            (group(other) == "222222", Some(other))
        );
        assert!(kit.file().unwrap().0.contains(&group(one)));
        assert!(
            kit.confirm([&group(one).to_lowercase(), &group(other)])
                .unwrap()
                .ok
        );
        assert_eq!(kit.file().unwrap_err().code, "VLT-108");
    }
}
