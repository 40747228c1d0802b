//! The backpack: everything in a space, packed into one encrypted file, checked, and brought back.
//!
//! Packing reads one state of the space over a connection of its own, writes a draft beside the target, opens it again, compares it with
//! what was read, and only then gives it its name. Bringing back reads the file three times: once to know that all of it is sound, once for
//! the original documents, once for the records that point to them; nothing is written before the first reading has ended well.
//!
//! What travels and what does not:
//!
//! * Records, their earlier states, retrievals, original documents and the persona come back as they were, under the same ids. What the
//!   space has in another form stays: of two contents of a record the one that was retrieved later is shown, the other is kept as a version.
//! * A connection comes back stopped, until the person signs in again; only a full backpack brings its secrets.
//! * Consent does not travel: a grant comes back as history, ended. An app comes back as one that the person has to look at first, with
//!   tokens of its own.
//! * The log goes on where the log of the backpack ends if the space has none, or has a part of the same; else the log of the
//!   backpack is kept as an original document of the person's own entries, so that the chain of the space stays whole.
//! * Cooperatives come back as they were packed where this vault packed them or is made of the backpack: whoever else says that a key was
//!   compared, it was not compared here. Then everything that gives a right waits: keys are unchecked, services are not offered. What is
//!   here stays, and another key for a known cooperative waits for the person like any changed key.
//! * Transfers come back as history, with receipts that hold. Drafts stay behind, and so do answers, which may hold a token. One that was
//!   on its way may have arrived, and nothing leads to sending it again. What came in comes with the package that its sender signed.
//! * The key that signs transfers is in a full backpack only. A vault that has one keeps it, with its name; one without makes a new one at
//!   its first use, and says whose is lost until the new one was given away. Logos stay behind: pictures of others are read where they are
//!   fetched.
//! * What guards this computer (locking, the confirmed recovery kit) stays as it is here. The vault's issuer key is in a full
//!   backpack only, and only a vault that is made of it takes it over; a vault that is there keeps its own.

mod check;
mod contents;
mod draft;
mod error;
pub(crate) mod gigs;
mod inspect;
mod job;
mod layout;
mod lines;
mod pack;
mod page;
mod plan;
mod reading;
mod restore;
mod sum;
mod table;
#[cfg(test)]
mod tests;
mod wire;

pub use ::backpack::{
    Identities, Keys, LockError, LockKind, Locks, Passphrase as LockPassphrase, Recipients, WorkFactor,
};
pub use check::{BackpackReport, Compared, SignedBy, verify_backpack, verify_to_move};
pub use error::BackpackError;
pub use inspect::can_be_entries;
pub use job::{PackProgress, PackStep, Stop};
pub use pack::{PackReport, PackRequest};
pub use plan::PackPlan;
pub use restore::{LogOutcome, RestoreReport};

/// The name of the program in `backpack.json`.
const SOFTWARE: &str = concat!("Satchel ", env!("CARGO_PKG_VERSION"));
