//! What left the vault, refusals included.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ActivityResult {
    Shared,
    Refused,
    NotAnswered,
    Failed,
    Stopped,
    Saved,
    Installed,
    Pending,
}

/// The sign beside a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Glyph {
    Left,
    Refused,
    Arrived,
    Packed,
    Stopped,
    Failed,
}

/// One row of the log.
#[derive(Clone, Serialize, Type)]
pub(crate) struct ActivityRow {
    pub(crate) id: String,
    pub(crate) at: String,
    pub(crate) party: String,
    pub(crate) what: String,
    pub(crate) result: ActivityResult,
    pub(crate) words: String,
    pub(crate) glyph: Glyph,
}
