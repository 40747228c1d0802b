//! Which records are meant: the filter of the grid, the narrowing of a grant.

use rusqlite::types::Value;
use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use crate::ids::ConnectionId;
use crate::record::RecordKind;
use crate::sql::{Day, millis};
use crate::{StoreError, View};

/// Conditions that records meet, all of them at once; a default one lets everything through.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordFilter {
    /// Words, each by its beginning, amounts (`6.75`), days (`2026-11-20`, `2026-11`), currencies, platforms, or a record id;
    /// all have to fit. Empty for any.
    pub text: String,
    /// Id of the platform.
    pub platform: Option<String>,
    /// Only these connections; an empty list lets nothing through.
    pub connections: Option<Vec<ConnectionId>>,
    /// Only these kinds; empty for all.
    pub kinds: Vec<RecordKind>,
    /// The platform's type.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    /// First day, by the clock of the place where it happened.
    pub from: Option<Date>,
    /// Last day, inclusive.
    pub to: Option<Date>,
    /// Smallest amount in minor units.
    pub min_minor: Option<i64>,
    /// Largest amount in minor units.
    pub max_minor: Option<i64>,
}

impl std::fmt::Debug for RecordFilter {
    /// What the person searches for is left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordFilter")
            .field("kinds", &self.kinds)
            .finish_non_exhaustive()
    }
}

/// Offsets reach from −26 to +26 hours at most, so local days reach this far beyond UTC days.
const REACH: Duration = Duration::hours(26);

/// A condition in SQL over `records r`, with the values of its parameters `?1`…
#[derive(Clone)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Condition {
    /// What the filter lets through.
    pub(super) fn of(view: &View<'_>, filter: &RecordFilter) -> Result<Self, StoreError> {
        let mut condition = Self {
            sql: "1".to_owned(),
            values: Vec::new(),
        };
        if !filter.text.trim().is_empty() {
            condition.add_typed(view, &filter.text)?;
        }
        if let Some(platform) = &filter.platform {
            condition.add(
                "r.connection IN (SELECT seq FROM connections WHERE platform = ?)",
                platform.clone(),
            );
        }
        if let Some(connections) = &filter.connections {
            condition.add(
                "r.connection IN (SELECT seq FROM connections WHERE id IN (SELECT value FROM json_each(?)))",
                json_list(connections.iter().map(ToString::to_string)),
            );
        }
        if !filter.kinds.is_empty() {
            condition.add(
                "r.kind IN (SELECT value FROM json_each(?))",
                json_list(filter.kinds.iter().map(|kind| kind.as_str().to_owned())),
            );
        }
        if let Some(type_name) = &filter.type_name {
            condition.add("r.type = ?", type_name.clone());
        }
        condition.add_days(filter);
        if let Some(least) = filter.min_minor {
            condition.add("r.amount_minor >= ?", least);
        }
        if let Some(most) = filter.max_minor {
            condition.add("r.amount_minor <= ?", most);
        }
        Ok(condition)
    }

    /// Adds a condition that has one parameter, written `?`.
    pub(super) fn add(&mut self, sql: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        let numbered = sql.replacen('?', &format!("?{}", self.values.len()), 1);
        self.require(&numbered);
    }

    /// Adds a condition without parameters.
    pub(super) fn require(&mut self, sql: &str) {
        self.sql.push_str(" AND (");
        self.sql.push_str(sql);
        self.sql.push(')');
    }

    /// Adds a value and gives the name of its parameter.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// The day decides; the instant only lets the index leave out what is far away.
    fn add_days(&mut self, filter: &RecordFilter) {
        if let Some(from) = filter.from {
            self.add("r.day >= ?", day(from));
            self.add(
                "r.start_ms >= ?",
                millis(from.midnight().assume_utc().saturating_sub(REACH)),
            );
        }
        if let Some(to) = filter.to {
            self.add("r.day <= ?", day(to));
            self.add(
                "r.start_ms <= ?",
                millis(to.midnight().assume_utc().saturating_add(REACH + Duration::DAY)),
            );
        }
    }
}

fn day(date: Date) -> i64 {
    i64::from(Day(date).number())
}

fn json_list(words: impl Iterator<Item = String>) -> String {
    serde_json::Value::from_iter(words).to_string()
}
