//! Reading a list page by page.

use axum::{Json, http::StatusCode};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gigdata::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{Scope, data::Listed, fields::Fields, problem::Problem};

/// Items of a page, when nothing else is asked.
const USUAL: usize = 100;
/// Most items of a page; asking for more gives so many.
const MOST: usize = 500;

const BAD_LIMIT: Problem = Problem::bad("invalid_limit", "The limit is a whole number from 1.");
const BAD_CURSOR: Problem = Problem::bad("invalid_cursor", "The cursor is not one that this list gave out.");
const BAD_TIME: Problem = Problem::bad("invalid_time", "updated_since is a date and time.");

/// An item could not be written.
pub(crate) const UNWRITABLE: Problem = Problem::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "server_error",
    "Something went wrong here.",
);

/// A page: its items, the cursor of the next one, and how many items all pages have together.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    items: Vec<Value>,
    next: Option<String>,
    total: usize,
}

/// The page that a query asks for: `limit`, `cursor`, `updated_since` (items changed at that moment or later).
pub(crate) fn page<T: Listed>(scope: Scope, items: &[T], query: &str) -> Result<Json<Page>, Problem> {
    let fields = Fields::parse(query.as_bytes());
    let limit = limit(&fields)?;
    let first = match fields.one("updated_since") {
        Some(since) => {
            let since = since.parse::<Timestamp>().map_err(|_| BAD_TIME)?.get();
            items.partition_point(|item| item.updated_at() < since)
        }
        None => 0,
    };
    let start = match fields.one("cursor") {
        Some(cursor) => position(scope, cursor)
            .filter(|at| (first..=items.len()).contains(at))
            .ok_or(BAD_CURSOR)?,
        None => first,
    };
    let end = items.len().min(start + limit);
    let shown = items.get(start..end).unwrap_or_default();
    let shown = shown
        .iter()
        .map(serde_json::to_value)
        .collect::<Result<_, _>>()
        .map_err(|_| UNWRITABLE)?;
    let next = (end < items.len()).then(|| cursor(scope, end));
    Ok(Json(Page {
        items: shown,
        next,
        total: items.len() - first,
    }))
}

fn limit(fields: &Fields) -> Result<usize, Problem> {
    let Some(limit) = fields.one("limit") else {
        return Ok(USUAL);
    };
    let limit: usize = limit.parse().map_err(|_| BAD_LIMIT)?;
    if limit == 0 {
        Err(BAD_LIMIT)
    } else {
        Ok(limit.min(MOST))
    }
}

/// A cursor names its list, so that one of another list is refused.
fn cursor(scope: Scope, position: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{scope} {position}"))
}

fn position(scope: Scope, cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix(scope.as_str())?.strip_prefix(' ')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{cursor, page, position};
    use crate::{Scope, data::History};
    use proptest::prelude::*;
    use std::sync::LazyLock;
    use time::macros::date;

    static HISTORY: LazyLock<History> =
        LazyLock::new(|| History::new(&crate::ACCOUNTS[0], 1, 10, date!(2026 - 11 - 24)));

    #[test]
    fn a_cursor_belongs_to_its_list() {
        assert_eq!(position(Scope::Gigs, &cursor(Scope::Gigs, 17)), Some(17));
        assert_eq!(position(Scope::Payments, &cursor(Scope::Gigs, 17)), None);
    }

    #[test]
    fn a_cursor_beyond_the_list_is_refused() {
        let query = |at| format!("cursor={}", cursor(Scope::Gigs, at));
        assert!(page(Scope::Gigs, &HISTORY.gigs, &query(10)).is_ok());
        assert_eq!(
            page(Scope::Gigs, &HISTORY.gigs, &query(11)).unwrap_err(),
            super::BAD_CURSOR
        );
    }

    proptest! {
        #[test]
        fn any_query_is_a_page_or_refused(query in "((limit|cursor|updated_since)=[ -~]{0,30}&?){0,4}") {
            let _ = page(Scope::Gigs, &HISTORY.gigs, &query);
        }

        #[test]
        fn any_cursor_is_a_position_or_refused(text in "\\PC{0,40}") {
            let _ = position(Scope::Gigs, &text);
        }
    }
}
