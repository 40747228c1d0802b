//! Metadata: what a host tells an app about itself, the app and the person.
//!
//! Two answers are made of the same [`Facts`]: the answer to the *message* `verify` ([`message_reply`], the superset of
//! specification 3.5 that every client of P2 to P4 understands) and the answer to a GET of the verify *URL*
//! ([`verify_answer`], 5.1). Where the documents and the code of upstream use different names, both are sent.
//!
//! Everything personal in [`Facts`] must already have been released for this app; this module only writes it down.

mod answer;
mod facts;
mod object;
mod profile;
#[cfg(test)]
mod tests;

pub use answer::{message_reply, verify_answer};
pub use facts::{
    AppFacts, Counts, DateFormat, DisclosedProfile, Display, Endpoints, Facts, Mode, NumberFormat, Opening,
    OwnObjects, Preferences, Settings, Status, TimeFormat, UserApp, Window,
};
