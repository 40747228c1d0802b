//! The token of each person.

use subtle::ConstantTimeEq;

use crate::{ACCOUNTS, Account, dice::Origin};

/// A person's token, which is the same for the same seed.
pub(crate) fn of(seed: u64, account: &'static Account) -> String {
    Origin {
        seed,
        account: account.id,
    }
    .guid("platform token")
}

/// Whose token it is.
pub(super) fn owner(seed: u64, token: &str) -> Option<&'static Account> {
    let is_theirs = |account: &&'static Account| of(seed, account).as_bytes().ct_eq(token.as_bytes()).into();
    ACCOUNTS.iter().find(is_theirs)
}
