//! The rules of a layout, bound to the columns of one file.

use std::collections::HashMap;

use vault_core::disclosure::is_about_others;
use vault_store::{Currency, RecordKind};

use super::{
    super::importer::{
        Decimal, KeyRule, Layout, LengthUnit, RecordRule, SpanUnit, TimeRule, TypeRule, normal, zone_of,
    },
    value::Context,
};

/// A layout and where its columns are.
pub(super) struct Bound {
    pub(super) records: Vec<BoundRecord>,
    pub(super) people: Vec<usize>,
    pub(super) counter: Option<usize>,
}

/// A rule for a record; columns are numbers.
pub(super) struct BoundRecord {
    pub(super) kind: RecordKind,
    pub(super) when: Option<usize>,
    pub(super) key: Option<BoundKey>,
    pub(super) identity: Vec<String>,
    pub(super) start: Option<BoundTime>,
    pub(super) end: Option<BoundTime>,
    pub(super) undated: bool,
    type_name: Option<BoundType>,
    pub(super) title: Vec<usize>,
    pub(super) status: Vec<usize>,
    pub(super) text: Vec<usize>,
    pub(super) distance: Option<(Vec<usize>, LengthUnit)>,
    pub(super) duration: Option<(Vec<usize>, SpanUnit)>,
    pub(super) amount: Option<BoundMoney>,
    pub(super) rating: Option<(Vec<usize>, i32, i32)>,
    pub(super) work: Option<BoundKey>,
    pub(super) extra: Vec<(String, usize)>,
    pub(super) people: Vec<(String, usize)>,
}

pub(super) struct BoundKey {
    pub(super) prefix: String,
    pub(super) columns: Vec<usize>,
    /// Whether the file has all of its columns.
    pub(super) whole: bool,
}

pub(super) struct BoundTime {
    pub(super) columns: Vec<usize>,
    pub(super) local: Vec<usize>,
    pub(super) formats: Vec<String>,
    pub(super) zone: Zone,
    pub(super) zone_column: Option<usize>,
}

/// What a time without an offset means.
pub(super) enum Zone {
    Utc,
    Local,
    Named(jiff::tz::TimeZone),
}

pub(super) struct BoundMoney {
    pub(super) columns: Vec<usize>,
    pub(super) currency_columns: Vec<usize>,
    pub(super) currency: Option<Currency>,
    pub(super) decimal: Decimal,
    pub(super) negate: bool,
    pub(super) optional: bool,
}

enum BoundType {
    Fixed(String),
    Mapped {
        columns: Vec<usize>,
        exact: HashMap<String, String>,
        patterns: Vec<(String, String)>,
        otherwise: Option<String>,
    },
}

/// Where the columns of a header are.
struct Columns<'h> {
    places: HashMap<String, usize>,
    header: &'h [String],
}

impl<'h> Columns<'h> {
    fn new(header: &'h [String]) -> Self {
        let places = header
            .iter()
            .enumerate()
            .map(|(at, name)| (normal(name), at))
            .collect();
        Self { places, header }
    }

    fn one(&self, name: &str) -> Option<usize> {
        self.places
            .get(&normal(name))
            .copied()
            .filter(|at| *at < self.header.len())
    }

    fn all(&self, names: &[String]) -> Vec<usize> {
        names.iter().filter_map(|name| self.one(name)).collect()
    }

    fn key(&self, rule: &KeyRule) -> BoundKey {
        let columns = self.all(&rule.columns);
        BoundKey {
            prefix: rule.prefix.clone(),
            whole: columns.len() == rule.columns.len(),
            columns,
        }
    }

    fn time(&self, rule: &TimeRule) -> BoundTime {
        BoundTime {
            columns: self.all(&rule.columns),
            local: self.all(&rule.local),
            formats: rule.formats.clone(),
            zone: match rule.zone.as_str() {
                "utc" => Zone::Utc,
                "local" => Zone::Local,
                // It was looked up when the file was read.
                name => zone_of(name).map_or(Zone::Local, Zone::Named),
            },
            zone_column: rule.zone_column.as_ref().and_then(|name| self.one(name)),
        }
    }

    fn members<'m>(
        &self,
        members: impl IntoIterator<Item = (&'m String, &'m String)>,
    ) -> Vec<(String, usize)> {
        members
            .into_iter()
            .filter_map(|(name, column)| Some((name.clone(), self.one(column)?)))
            .collect()
    }

    fn type_rule(&self, rule: &TypeRule) -> BoundType {
        match rule {
            TypeRule::Fixed(word) => BoundType::Fixed(word.clone()),
            TypeRule::Mapped(rule) => {
                let (patterns, exact): (Vec<_>, Vec<_>) = rule
                    .map
                    .iter()
                    .map(|(from, to)| (from.to_lowercase(), to.clone()))
                    .partition(|(from, _)| from.contains('*'));
                let mut patterns = patterns;
                patterns.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
                BoundType::Mapped {
                    columns: self.all(&rule.columns),
                    exact: exact.into_iter().collect(),
                    patterns,
                    otherwise: rule.otherwise.clone(),
                }
            }
        }
    }

    fn bind(&self, rule: &RecordRule) -> BoundRecord {
        BoundRecord {
            kind: rule.kind,
            when: rule.when.as_ref().and_then(|name| self.one(name)),
            key: rule.key.as_ref().map(|rule| self.key(rule)),
            identity: rule.identity.clone(),
            start: rule.start.as_ref().map(|rule| self.time(rule)),
            end: rule.end.as_ref().map(|rule| self.time(rule)),
            undated: rule.undated,
            type_name: rule.type_name.as_ref().map(|rule| self.type_rule(rule)),
            title: self.all(&rule.title),
            status: self.all(&rule.status),
            text: self.all(&rule.text),
            distance: rule
                .distance
                .as_ref()
                .map(|rule| (self.all(&rule.columns), rule.unit)),
            duration: rule
                .duration
                .as_ref()
                .map(|rule| (self.all(&rule.columns), rule.unit)),
            amount: rule.amount.as_ref().map(|rule| BoundMoney {
                columns: self.all(&rule.columns),
                currency_columns: self.all(&rule.currency_columns),
                currency: rule.currency.as_ref().and_then(|code| code.parse().ok()),
                decimal: rule.decimal,
                negate: rule.negate,
                optional: rule.optional,
            }),
            rating: rule
                .rating
                .as_ref()
                .map(|rule| (self.all(&rule.columns), rule.min, rule.max)),
            work: rule.work.as_ref().map(|rule| self.key(rule)),
            extra: self.members(&rule.extra),
            people: self.members(&rule.people),
        }
    }
}

impl Bound {
    pub(super) fn new(layout: &Layout, header: &[String]) -> Self {
        let columns = Columns::new(header);
        let mut people = columns.all(&layout.people);
        for rule in &layout.record {
            people.extend(rule.people.values().filter_map(|name| columns.one(name)));
        }
        // A column that nobody knows may speak of others, too: its name says so.
        let known = layout.columns();
        let unknown = header
            .iter()
            .enumerate()
            .filter(|(_, name)| !known.contains(&normal(name)));
        people.extend(
            unknown
                .filter(|(_, name)| is_about_others(name))
                .map(|(at, _)| at),
        );
        people.sort_unstable();
        people.dedup();
        Self {
            records: layout.record.iter().map(|rule| columns.bind(rule)).collect(),
            people,
            counter: layout.counter.as_ref().and_then(|name| columns.one(name)),
        }
    }
}

impl BoundRecord {
    pub(super) fn identifies(&self, name: &str) -> bool {
        self.identity.is_empty() || self.identity.iter().any(|known| known == name)
    }

    /// The type of a record.
    pub(super) fn type_of(&self, context: &Context, cells: &[&str]) -> Option<String> {
        match self.type_name.as_ref()? {
            BoundType::Fixed(word) => Some(word.clone()),
            BoundType::Mapped {
                columns,
                exact,
                patterns,
                otherwise,
            } => {
                // Every column is asked: the second may know what the first does not.
                let words: Vec<String> = columns
                    .iter()
                    .filter_map(|at| context.text(&[*at], cells))
                    .map(|text| {
                        text.split_whitespace()
                            .collect::<Vec<_>>()
                            .join(" ")
                            .to_lowercase()
                    })
                    .collect();
                let known = words.iter().find_map(|word| exact.get(word)).or_else(|| {
                    let fits = |from: &str| words.iter().any(|word| fits(word, from));
                    patterns.iter().find(|(from, _)| fits(from)).map(|(_, to)| to)
                });
                known
                    .or(otherwise.as_ref())
                    .cloned()
                    .or_else(|| words.into_iter().next())
            }
        }
    }
}

/// `*fee*`, `payout*`, `*tip`.
fn fits(word: &str, pattern: &str) -> bool {
    let inner = pattern.trim_matches('*');
    match (pattern.starts_with('*'), pattern.ends_with('*')) {
        (true, true) => word.contains(inner),
        (true, false) => word.ends_with(inner),
        (false, true) => word.starts_with(inner),
        (false, false) => word == inner,
    }
}
