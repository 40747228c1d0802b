//! The encrypted database of a space: opening, migrations, tables.
//!
//! Only this crate speaks SQL. Every function that reads takes a [`View`], every function that writes takes a [`Tx`].

mod ids;
mod money;
mod record;
mod scope;
mod sha256;

pub use ids::{AppId, ConnectionId, DisclosureId, GrantId, NotAnId, RecordId, RequestId, RetrievalId};
pub use money::{Amount, Currency, NotACurrency};
pub use record::{Assurance, NewRecord, Provenance, RatingValue, Record, RecordKind};
pub use scope::{NotAScope, Operation, Scope};
pub use sha256::{NotADigest, Sha256};
