//! The recovery kit: a code on paper, the age identity that it stands for, and the file that holds both.

mod code;
mod identity;
mod kit;
mod luhn;

pub use self::code::{GroupMismatch, RecoveryCode, RecoveryCodeError};
pub use self::identity::{RecoveryIdentity, RecoveryIdentityError, RecoveryKey};
pub use self::kit::{RecoveryFileError, parse_recovery_file};

pub(crate) use self::luhn::symbol_at;
