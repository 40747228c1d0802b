//! What is asked of a data API, and how a list goes on.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::mapping::Mapping;

/// How a platform tells whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) path: String,
    pub(crate) scope: String,
    pub(crate) asked: Asked,
    /// Where in the answer what never changes about the account is.
    pub(crate) id: Vec<String>,
    /// Where names for people are; the first that is there counts.
    pub(crate) name: Vec<Vec<String>>,
}

/// A request of the data API, and the records in its answers.
///
/// In the values of `query` and of GraphQL variables, `{account}` stands for the account's id, `{from}` and `{to}` for the bounds of the
/// window of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) path: String,
    /// The scope that opens it.
    pub(crate) scope: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) asked: Asked,
    pub(crate) pages: Pages,
    /// The pieces of time that are asked for one after the other, where the platform gives no more at once.
    pub(crate) window: Option<Window>,
    pub(crate) mapping: Mapping,
}

/// How a request is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// By GET.
    Plain,
    /// By POST of a GraphQL query with its variables, in JSON (GraphQL over HTTP, section 5.4).
    GraphQl {
        query: String,
        variables: Map<String, Value>,
    },
}

/// How a list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pages {
    /// It does not.
    One,
    /// The answer names the next page; `more` says whether there is one, where the name alone does not.
    Cursor {
        parameter: String,
        next: Vec<String>,
        more: Option<Vec<String>>,
    },
    /// The answer holds the address of the next page, at the same platform.
    Link { next: Vec<String> },
    /// By the number of items before. The last page has fewer than `size` items, or reaches `total`, where the answer says one.
    Offset {
        parameter: String,
        size_parameter: String,
        size: u32,
        total: Option<Vec<String>>,
    },
    /// By the number of the page, from 1; an empty page is behind the last: a page may have fewer than `size` items and not be the last.
    Number {
        parameter: String,
        size_parameter: String,
        size: u32,
    },
}

/// Pieces of time. They begin at the same moments in every fetch, so that what is long past is asked for and answered alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// The length of a piece, in days.
    pub(crate) days: u32,
    /// How many days before now the first piece begins at the latest.
    pub(crate) back: u32,
    /// How its bounds are written.
    pub(crate) form: TimeForm,
}

/// How a platform writes a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TimeForm {
    /// Seconds since 1970.
    Unix,
    /// `2026-11-28T00:00:00.000Z`.
    Moment,
    /// `20261128`.
    CompactDay,
}
