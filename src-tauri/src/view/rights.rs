//! Requests to erase: the letter, and how a request stands.

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_core::disclosure::{self, ErasureView};
use vault_store::erasures;

use super::{
    activity::entry_id,
    records::mirror,
    time::{iso, stamp},
};
use crate::error::AppError;

mirror!(
    /// How a letter goes to the recipient.
    EraseWay of erasures::ErasureWay { Letter, Mail, Link }
);
mirror!(
    /// How a request to erase stands.
    EraseState of erasures::ErasureState { Waiting, Erased, Refused }
);

/// From where a recipient is asked.
#[derive(Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum EraseOf {
    /// The party of an entry of the log.
    Entry {
        /// The entry.
        id: String,
    },
    /// An app, also one that was removed.
    App {
        /// The installation.
        id: String,
    },
}

impl TryFrom<EraseOf> for disclosure::EraseOf {
    type Error = AppError;

    fn try_from(of: EraseOf) -> Result<Self, AppError> {
        match of {
            EraseOf::Entry { id } => entry_id(&id).map(Self::Entry),
            EraseOf::App { id } => id.parse().map(Self::App).map_err(|_| AppError::new("APP-305")),
        }
    }
}

/// A letter, ready to be sent by the person.
#[derive(Clone, Serialize, Type)]
pub(crate) struct EraseLetter {
    party: String,
    subject: String,
    text: String,
    email: Option<String>,
    /// The host of the page on which the recipient says how it treats data.
    page: Option<String>,
    /// Whether it can still see something.
    sees: bool,
    waiting: Option<Erasure>,
}

impl From<&disclosure::EraseLetter> for EraseLetter {
    fn from(letter: &disclosure::EraseLetter) -> Self {
        let page = letter.page.as_deref().and_then(|page| url::Url::parse(page).ok());
        Self {
            party: letter.party.name.clone(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            email: letter.email.clone(),
            page: page.and_then(|page| page.host_str().map(str::to_owned)),
            sees: letter.sees,
            waiting: letter.waiting.as_ref().map(Erasure::from),
        }
    }
}

/// A request to erase, with its month. Days are `2026-11-10`.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Erasure {
    id: String,
    way: EraseWay,
    state: EraseState,
    asked: String,
    again: Option<String>,
    due: String,
    /// Days of the month, 28 to 31.
    days: u16,
    /// Days since it was asked.
    passed: u16,
    left: u16,
    /// Days by which an answer is late.
    late: u16,
    answered: Option<String>,
}

impl From<&ErasureView> for Erasure {
    fn from(view: &ErasureView) -> Self {
        let (erasure, clock) = (&view.erasure, view.clock);
        Self {
            id: erasure.id.to_string(),
            way: erasure.way.into(),
            state: erasure.state.into(),
            asked: iso(clock.asked),
            again: erasure.asked_again_at.map(stamp),
            due: iso(clock.due),
            days: clock.days,
            passed: clock.passed,
            left: clock.left(),
            late: clock.late(),
            answered: erasure.answered_at.map(stamp),
        }
    }
}
