//! The one way out. Every byte that leaves the vault for somebody else passes through here: a [`DisclosureRequest`] is covered by a grant
//! of the person or becomes a question, an answer is computed under the grant, and it is logged in the transaction that hands it out.
//!
//! ```text
//! DisclosureRequest ─► ask ─► Granted ────────────────┐
//!                       │                             ▼
//!                       └─► Question ─► allow ─► policy: Approved ─► release (answer + log entry) ─► delivered / failed
//!                                    └► refuse
//! ```

mod activity;
mod agreed;
mod ask;
mod choices;
mod coarse;
mod consumers;
mod decide;
mod document;
mod ending;
mod erasure;
mod format;
mod grants;
mod heads;
mod leaf;
mod lessening;
mod likeness;
mod log;
mod log_file;
mod narrowing;
mod notify;
mod plan;
mod policy;
mod preview;
mod prompt;
mod question;
mod questions;
mod receipt;
mod release;
mod report;
mod request;
mod review;
mod rules;
mod scope_words;
mod sights;
mod sources;
mod table;
mod transfer;
pub mod v1;

pub use activity::{ActivityEntry, ActivityFilter, ActivityItem, ActivityPage, ActivityResult};
pub use ask::{Asked, QUESTION_LIFE};
pub use choices::{DetailChoice, PeriodChoice};
pub use coarse::{Coarseness, is_about_others};
pub use consumers::{ConsumerAsk, SharedPlatform};
pub use decide::{Decision, Duration};
pub use erasure::{EraseLetter, EraseOf, ErasureView, MonthClock, SharedKind};
pub use grants::GrantView;
pub use heads::LogCheck;
pub use leaf::{Directory, Leaf, expand};
pub use log_file::LogForm;
pub use narrowing::Narrowing;
pub use notify::{DeliveryEnd, Outgoing, Trial};
pub use preview::{Column, Preview};
pub use prompt::{ConsentPrompt, Script, ScriptedPrompt};
pub use question::{Question, ScopeLine, destination_words, identity_words};
pub use questions::Outcome;
pub use receipt::{PolicyText, Receipt, verify_receipt};
pub use request::{Destination, DisclosureRequest, Identity, Recipient, RequestedScope, is_quiet};
pub use review::Attention;
pub use rules::RefusalRule;
pub use scope_words::{grant_words, granted_words, label, words};
pub use sights::{Seers, Sight};
pub use sources::Source;

pub(crate) use ask::{ask, ask_anew};
pub(crate) use consumers::{CONSUMER_FACE, connection_changed};
pub(crate) use ending::{
    APP_FACE, app_party, close_app, end_for_lock, field_edited, sweep, tell_hidden, withdraw_questions,
};
pub(crate) use erasure::can_ask as can_ask_to_erase;
pub(crate) use format::number;
pub(crate) use grants::revoke_where;
pub(crate) use lessening::keep_scopes;
pub(crate) use likeness::{check as check_name, form as name_form, is_plain as is_plain_name, is_plain_text};
pub(crate) use log::{
    append as append_log, entry as log_entry, kind_words, saved as log_saved, tell as tell_logged,
};
pub(crate) use policy::{Approved, Need, approve_by, standing};
pub(crate) use questions::{Opening, PartyKey, Questions};
pub(crate) use receipt::payload as receipt_payload;
pub(crate) use release::{Prepared, outcome as log_outcome, release};
pub(crate) use request::leaves;
pub(crate) use rules::forget_party as forget_rules;
pub(crate) use transfer::{AgreedTransfer, release_transfer};
pub(crate) use v1::{
    profile::released as released_profile,
    summary::{Period as WorkPeriod, periods as work_periods},
};

#[cfg(test)]
mod tests;
