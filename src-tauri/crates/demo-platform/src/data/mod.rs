//! The made-up people and their history.

mod accounts;
mod calendar;
mod feedback;
mod gigs;
mod history;
mod payments;
mod plan;
mod praise;
pub(crate) mod records;
mod standing;
mod words;

pub use accounts::{ACCOUNTS, Account};
pub(crate) use calendar::local_date;
pub(crate) use history::History;
pub(crate) use records::Listed;
