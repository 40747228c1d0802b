//! The connections of a question: how much each has of what is asked for, and whether something is missing.

use std::collections::BTreeSet;

use vault_store::{
    ConnectionId, RecordKind, Scope, View,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    records::{self, RecordFilter},
};

use super::{
    format::{counted, short_day},
    leaf::Leaf,
    request::Detail,
    scope_words::joined,
};
use crate::{VaultError, money};

/// A connection to share from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The connection.
    pub connection: ConnectionId,
    /// The platform's name.
    pub name: String,
    /// How much there is, and whether something is missing.
    pub second: String,
}

/// The connections that may be shared from, each with how much it has of what is asked for.
pub(super) fn sources(view: &View<'_>, scopes: &[Scope], detail: &Detail) -> Result<Vec<Source>, VaultError> {
    let asked = Asked::of(scopes);
    let months = records::coverage(view, &RecordFilter::default())?;
    let allowed = |connection: &Connection| {
        let most = detail.narrowing.connections.as_ref();
        most.is_none_or(|most| most.contains(&connection.id))
    };
    let mut sources = Vec::new();
    for connection in connections::list(view)?.into_iter().filter(allowed) {
        let covered: Vec<&str> = months
            .iter()
            .filter(|row| row.connection == connection.id)
            .map(|row| row.month.as_str())
            .collect();
        let amount = amount(view, &connection, &asked)?;
        let second = match standing(&connection, &covered) {
            Some(standing) => format!("{amount}, {standing}"),
            None => amount,
        };
        sources.push(Source {
            connection: connection.id,
            name: connection.name,
            second,
        });
    }
    Ok(sources)
}

struct Asked {
    money: bool,
    kinds: Vec<RecordKind>,
}

impl Asked {
    fn of(scopes: &[Scope]) -> Self {
        let leaves: Vec<Leaf> = scopes.iter().filter_map(Leaf::of).collect();
        Self {
            money: leaves.contains(&Leaf::Summary) || leaves.contains(&Leaf::Records(RecordKind::Payment)),
            kinds: leaves.iter().filter_map(Leaf::kind).collect(),
        }
    }
}

/// The sum that was earned where money is asked for, else the number of records.
fn amount(view: &View<'_>, connection: &Connection, asked: &Asked) -> Result<String, VaultError> {
    let filter = RecordFilter {
        connections: Some(vec![connection.id]),
        ..RecordFilter::default()
    };
    if asked.money {
        let totals = records::totals(view, &filter)?;
        let sums: Vec<String> = totals.sums.iter().map(|sum| money::words(sum.amount)).collect();
        if !sums.is_empty() {
            let sums: Vec<&str> = sums.iter().map(String::as_str).collect();
            return Ok(joined(&sums));
        }
    }
    let filter = RecordFilter {
        kinds: asked.kinds.clone(),
        ..filter
    };
    let count = records::totals(view, &filter)?.count;
    Ok(match count {
        0 => "nothing yet".to_owned(),
        count => counted(count, "record", "records"),
    })
}

/// Whether something is missing, so that nobody shares a misleading sum.
fn standing(connection: &Connection, covered: &[&str]) -> Option<String> {
    if connection.way == ConnectionWay::Own || covered.is_empty() {
        return None;
    }
    let gaps = missing_months(covered);
    if gaps > 0 {
        return Some(format!("{} missing", counted(gaps, "month", "months")));
    }
    match (connection.state, connection.last_fetch_at) {
        (
            ConnectionState::Working
            | ConnectionState::File
            | ConnectionState::Typed
            | ConnectionState::Fetching,
            _,
        ) => Some("no gaps".to_owned()),
        (_, Some(last)) => Some(format!("nothing since {}", short_day(last.date()))),
        (_, None) => Some("not finished".to_owned()),
    }
}

/// Months without data between the first and the last that have some.
fn missing_months(covered: &[&str]) -> u64 {
    let number = |month: &&str| -> Option<i64> {
        let (year, month) = month.split_once('-')?;
        Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()?)
    };
    let numbers: BTreeSet<i64> = covered.iter().filter_map(number).collect();
    let span = numbers
        .last()
        .zip(numbers.first())
        .map_or(0, |(last, first)| last - first + 1);
    u64::try_from(span)
        .unwrap_or(0)
        .saturating_sub(numbers.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_months_lie_between() {
        assert_eq!(missing_months(&["2026-01", "2026-02"]), 0);
        assert_eq!(missing_months(&["2025-11", "2026-02"]), 2);
        assert_eq!(missing_months(&[]), 0);
    }
}
