//! The backpack: a person’s data in one encrypted file that opens without Satchel.
//!
//! A backpack is an [age](https://age-encryption.org/v1) file around a zstd frame around a POSIX tar, so
//! `age -d FILE | zstd -d | tar x` opens it. The tar holds, in this order: `backpack.json` (the [`Manifest`]),
//! `backpack.sig` (its signature), `README.txt`, `index.html`, then everything else sorted by path.
//!
//! This crate knows the container and nothing of records or vaults. It does no I/O of its own: it writes into
//! a [`std::io::Write`] and reads from a [`std::io::Read`]; signing and checking signatures are closures of
//! the caller. Writing a file atomically (temporary file, fsync, rename) is the caller’s part.
//!
//! * Writing: [`Packing::write`], which asks a [`Contents`] for every entry twice.
//! * Checking: [`verify`].
//! * Restoring: [`verify`] first, then [`Reader::open`] and [`Reader::next_entry`] on the same bytes.

mod apart;
mod archive;
mod contents;
mod csv;
mod digest;
mod error;
mod fault;
mod limits;
mod lock;
mod manifest;
mod meter;
pub mod page;
mod path;
mod progress;
mod read;
mod readme;
mod seal;
mod unpack;
mod verify;
mod write;

pub use contents::{Contents, Item};
pub use csv::csv_text;
pub use digest::{Sha256, Sha256Error};
pub use error::{ReadError, Refusal};
pub use limits::Limits;
pub use lock::{Identities, Keys, LockError, LockKind, Locks, Passphrase, Recipients, WorkFactor, lock_kind};
pub use manifest::{FORMAT, Listed, Manifest, ManifestError, Marks, VERSION};
pub use path::{EntryPath, MANIFEST, PAGE, PATH_BYTES, PathProblem, README, SIGNATURE};
pub use progress::{OnProgress, Progress, Step};
pub use read::{Entry, Fingerprint, Reader, Report, Signed};
pub use readme::readme;
pub use unpack::Unpacked;
pub use verify::verify;
pub use write::{Packing, WriteError, Written};
