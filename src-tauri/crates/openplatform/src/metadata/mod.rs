//! Metadata: what a host tells an app about itself, the app and the person.
//!
//! All answers are made of the same [`Facts`]: the answer to the *message* `verify` ([`message_reply`], the superset of
//! specification 3.5 that every client of P2 to P4 understands), the answer to a GET of the verify *URL*
//! ([`verify_answer`], 5.1 and, for P5, 2.6), and the lists ([`users_answer`], [`apps_answer`], [`meta_answer`], 5.3 to 5.5). Where the documents and the code of upstream use different names, both are sent.
//!
//! Everything personal in [`Facts`] must already have been released for this app; this module only writes it down.

mod answer;
mod chained;
mod facts;
mod lists;
mod object;
mod portable;
mod profile;
#[cfg(test)]
mod tests;

pub use answer::{message_reply, verify_answer};
pub use chained::session_answer;
pub use facts::{
    AppFacts, AppsLevel, Counts, DateFormat, DisclosedProfile, Display, Endpoints, Facts, Listed, Mode,
    NumberFormat, Opening, OwnObjects, Preferences, Settings, Status, TimeFormat, UserApp, Window,
};
pub use lists::{apps_answer, meta_answer, users_answer};
pub use portable::{portable, with_own};
