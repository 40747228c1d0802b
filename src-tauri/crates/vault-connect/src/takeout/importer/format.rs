//! The format of importer files, version 1: TOML in, a checked [`Importer`] out, or the line and the cause.
//!
//! A file has `importer = 1`, `id`, `platform` (the same as `id` unless it says another), `name`, and where wanted `nulls` (texts that mean
//! nothing, beside the empty one) and `zone` (of times on the wall). Then one `[[layout]]` per layout of a file:
//!
//! - `id`, `what` (what its rows are, in a word), `words` (the layout, for people), `needs` (columns that all have to be there: they are the
//!   fingerprint), `lacks` (columns of which none may be there), `knows` (further columns that are documented), `people` (columns that speak of others), `counter` (a column that counts the
//!   person's work), or `left_out` (`gps-trail`, `not-work`) for a file that is known and not read;
//! - one or more `[[layout.record]]`: what a row becomes. See [`RecordRule`].
//!
//! Names of columns are compared without case and without blanks at their ends; the second of two columns of one name is `name#2`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use vault_core::disclosure::is_about_others;
use vault_store::{Currency, RecordKind};

use super::number::Decimal;

/// The newest version of the format that is read.
const VERSION: i64 = 1;
/// The longest file, in bytes.
const MAX_FILE: usize = 256 * 1024;
/// The most layouts, records of a row, and columns of a layout.
const MOST_LAYOUTS: usize = 200;
const MOST_RECORDS: usize = 8;
const MOST_COLUMNS: usize = 2_000;

/// A mistake in an importer file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {cause}")]
pub struct ImporterFault {
    /// The line, from 1; 0 where it is about the whole file.
    pub line: usize,
    /// What is wrong, in words.
    pub cause: String,
}

/// How the files of a platform are read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Importer {
    importer: i64,
    /// Lower-case letters, digits and hyphens.
    pub id: String,
    /// Id of the platform.
    #[serde(default)]
    pub platform: String,
    /// The platform's name.
    pub name: String,
    #[serde(default = "nulls")]
    pub(in crate::takeout) nulls: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) zone: Option<String>,
    #[serde(default)]
    pub(in crate::takeout) layout: Vec<Layout>,
}

/// A layout of a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct Layout {
    pub(in crate::takeout) id: String,
    pub(in crate::takeout) what: String,
    pub(in crate::takeout) words: String,
    pub(in crate::takeout) needs: Vec<String>,
    /// Columns that another layout has, and this one has not.
    #[serde(default)]
    pub(in crate::takeout) lacks: Vec<String>,
    /// The digest of all names of the header, where a file with other columns beside these is none of this layout.
    #[serde(default)]
    pub(in crate::takeout) header: Option<String>,
    #[serde(default)]
    pub(in crate::takeout) knows: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) people: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) counter: Option<String>,
    #[serde(default)]
    pub(in crate::takeout) left_out: Option<LeftOut>,
    #[serde(default)]
    pub(in crate::takeout) record: Vec<RecordRule>,
}

/// Why a file that is known is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOut {
    /// A trail of places, second by second.
    GpsTrail,
    /// Pictures, films and papers.
    Photos,
    /// A header and no row, or nothing at all.
    Nothing,
    /// It says nothing about work.
    NotWork,
    /// Bytes of a kind that holds no table.
    NoTable,
    /// The rest of the bundle is of another platform; no importer says this of its own files.
    #[serde(skip)]
    OtherPlatform,
}

impl LeftOut {
    /// The reason, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::GpsTrail => "A trail of places, second by second: more than any work needs to be shown.",
            Self::Photos => "Pictures and papers, perhaps of your identity card.",
            Self::Nothing => "There is nothing in it.",
            Self::NotWork => "It says nothing about your work.",
            Self::NoTable => "It is no table.",
            Self::OtherPlatform => "It is from another platform. Import it by itself.",
        }
    }
}

/// What a row becomes. Lists of columns: the first that is not empty counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct RecordRule {
    /// `work`, `payment`, `rating`, `review`, `achievement`, `restriction`.
    pub(in crate::takeout) kind: RecordKind,
    /// The record is made only where this column says something, and not `0`.
    #[serde(default)]
    pub(in crate::takeout) when: Option<String>,
    /// The platform's own id: a word, and columns. Where one is empty, and without it, the row is known by its content.
    #[serde(default)]
    pub(in crate::takeout) key: Option<KeyRule>,
    /// Members that a row is known by (`start`, `end`, `type`, `title`, `status`, `amount`, or those of `extra`); all unless they are named.
    #[serde(default)]
    pub(in crate::takeout) identity: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) start: Option<TimeRule>,
    #[serde(default)]
    pub(in crate::takeout) end: Option<TimeRule>,
    /// Rows without a date are taken, too.
    #[serde(default)]
    pub(in crate::takeout) undated: bool,
    #[serde(rename = "type", default)]
    pub(in crate::takeout) type_name: Option<TypeRule>,
    #[serde(default)]
    pub(in crate::takeout) title: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) status: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) text: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) distance: Option<LengthRule>,
    #[serde(default)]
    pub(in crate::takeout) duration: Option<SpanRule>,
    #[serde(default)]
    pub(in crate::takeout) amount: Option<MoneyRule>,
    #[serde(default)]
    pub(in crate::takeout) rating: Option<RatingRule>,
    /// The key of the work that it belongs to.
    #[serde(default)]
    pub(in crate::takeout) work: Option<KeyRule>,
    /// Further members, by their names, and the columns that they are in.
    #[serde(default)]
    pub(in crate::takeout) extra: BTreeMap<String, String>,
    /// The same for what speaks of others: their names say so (`buyer_name`), by which disclosure keeps them back.
    #[serde(default)]
    pub(in crate::takeout) people: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct KeyRule {
    pub(in crate::takeout) prefix: String,
    pub(in crate::takeout) columns: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct TimeRule {
    pub(in crate::takeout) columns: Vec<String>,
    /// Columns that say the same moment as the clock on the wall showed it: they give the offset.
    #[serde(default)]
    pub(in crate::takeout) local: Vec<String>,
    #[serde(default = "iso")]
    pub(in crate::takeout) formats: Vec<String>,
    /// `utc`, `local`, or the name of a zone: what a text without an offset means.
    #[serde(default = "local")]
    pub(in crate::takeout) zone: String,
    /// A column with the name of the zone.
    #[serde(default)]
    pub(in crate::takeout) zone_column: Option<String>,
}

/// A word, or a column and what its words mean.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(in crate::takeout) enum TypeRule {
    Fixed(String),
    Mapped(TypeMap),
}

/// What the words of columns mean. `contained` is a row that other rows say already; `*` at either end stands for anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct TypeMap {
    pub(in crate::takeout) columns: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) map: BTreeMap<String, String>,
    #[serde(default)]
    pub(in crate::takeout) otherwise: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct LengthRule {
    pub(in crate::takeout) columns: Vec<String>,
    pub(in crate::takeout) unit: LengthUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(in crate::takeout) enum LengthUnit {
    #[serde(rename = "m")]
    Metre,
    #[serde(rename = "km")]
    Kilometre,
    #[serde(rename = "mi")]
    Mile,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct SpanRule {
    pub(in crate::takeout) columns: Vec<String>,
    pub(in crate::takeout) unit: SpanUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(in crate::takeout) enum SpanUnit {
    #[serde(rename = "ms")]
    Millisecond,
    #[serde(rename = "s")]
    Second,
    #[serde(rename = "min")]
    Minute,
    #[serde(rename = "h")]
    Hour,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct MoneyRule {
    pub(in crate::takeout) columns: Vec<String>,
    #[serde(default)]
    pub(in crate::takeout) currency_columns: Vec<String>,
    /// The currency where no column says one.
    #[serde(default)]
    pub(in crate::takeout) currency: Option<String>,
    #[serde(default)]
    pub(in crate::takeout) decimal: Decimal,
    /// What the file writes as a positive number is money that went.
    #[serde(default)]
    pub(in crate::takeout) negate: bool,
    /// The record is good without it.
    #[serde(default)]
    pub(in crate::takeout) optional: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::takeout) struct RatingRule {
    pub(in crate::takeout) columns: Vec<String>,
    pub(in crate::takeout) min: i32,
    pub(in crate::takeout) max: i32,
}

fn nulls() -> Vec<String> {
    ["\\N", "NULL", "null"].map(str::to_owned).to_vec()
}

fn iso() -> Vec<String> {
    vec!["iso".to_owned()]
}

fn local() -> String {
    "local".to_owned()
}

impl Importer {
    /// Reads and checks an importer file.
    ///
    /// # Errors
    /// The first mistake, with its line.
    pub fn read(text: &str) -> Result<Self, ImporterFault> {
        if text.len() > MAX_FILE {
            return Err(whole(&format!("the file is larger than {MAX_FILE} bytes")));
        }
        let mut importer: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = text.as_bytes().iter().take(at);
            ImporterFault {
                line: 1 + before.filter(|byte| **byte == b'\n').count(),
                cause: error
                    .message()
                    .lines()
                    .next()
                    .unwrap_or("it is not TOML")
                    .to_owned(),
            }
        })?;
        if importer.platform.is_empty() {
            importer.platform.clone_from(&importer.id);
        }
        importer.check()?;
        Ok(importer)
    }

    pub(in crate::takeout) fn layout(&self, id: &str) -> Option<&Layout> {
        self.layout.iter().find(|layout| layout.id == id)
    }

    fn check(&self) -> Result<(), ImporterFault> {
        if self.importer != VERSION {
            return Err(whole("only importer = 1 is known; a newer Satchel may read it"));
        }
        for id in [&self.id, &self.platform]
            .into_iter()
            .chain(self.layout.iter().map(|layout| &layout.id))
        {
            if !is_id(id) {
                return Err(whole(&format!(
                    "an id is lower-case letters, digits and hyphens, at most 40: {}",
                    cut(id)
                )));
            }
        }
        line(&self.name, "name")?;
        if self.layout.is_empty() || self.layout.len() > MOST_LAYOUTS {
            return Err(whole("an importer has 1 to 200 layouts"));
        }
        if let Some(zone) = &self.zone {
            zone_of(zone)?;
        }
        let mut known = BTreeSet::new();
        for layout in &self.layout {
            if !known.insert(&layout.id) {
                return Err(whole(&format!("two layouts are called {}", layout.id)));
            }
            layout
                .check()
                .map_err(|fault| whole(&format!("{}: {}", layout.id, fault.cause)))?;
        }
        Ok(())
    }
}

impl Layout {
    /// The names of all columns that are known.
    pub(in crate::takeout) fn columns(&self) -> BTreeSet<String> {
        self.needs
            .iter()
            .chain(&self.knows)
            .map(|name| normal(name))
            .collect()
    }

    fn check(&self) -> Result<(), ImporterFault> {
        line(&self.what, "what")?;
        line(&self.words, "words")?;
        if self.needs.is_empty() || self.needs.len() + self.knows.len() > MOST_COLUMNS {
            return Err(whole("a layout needs at least one column, and at most 2000"));
        }
        if self.left_out.is_some() != self.record.is_empty() || self.record.len() > MOST_RECORDS {
            return Err(whole("a layout has 1 to 8 records, or is left out"));
        }
        let known = self.columns();
        let mut used: Vec<&String> = self.people.iter().chain(&self.counter).collect();
        for record in &self.record {
            record.check()?;
            used.extend(record.columns());
        }
        match used.into_iter().find(|name| !known.contains(&normal(name))) {
            Some(name) => Err(whole(&format!(
                "the column {} is not one of the layout",
                cut(name)
            ))),
            None => Ok(()),
        }
    }
}

impl RecordRule {
    /// Every column that it reads.
    pub(in crate::takeout) fn columns(&self) -> Vec<&String> {
        let mut all: Vec<&String> = Vec::new();
        all.extend(&self.when);
        all.extend(self.key.iter().chain(&self.work).flat_map(|rule| &rule.columns));
        for rule in self.start.iter().chain(&self.end) {
            all.extend(rule.columns.iter().chain(&rule.local).chain(&rule.zone_column));
        }
        if let Some(TypeRule::Mapped(map)) = &self.type_name {
            all.extend(&map.columns);
        }
        all.extend(self.title.iter().chain(&self.status).chain(&self.text));
        all.extend(self.distance.iter().flat_map(|rule| &rule.columns));
        all.extend(self.duration.iter().flat_map(|rule| &rule.columns));
        all.extend(self.rating.iter().flat_map(|rule| &rule.columns));
        all.extend(
            self.amount
                .iter()
                .flat_map(|rule| rule.columns.iter().chain(&rule.currency_columns)),
        );
        all.extend(self.extra.values().chain(self.people.values()));
        all
    }

    fn check(&self) -> Result<(), ImporterFault> {
        for rule in self.start.iter().chain(&self.end) {
            if !matches!(rule.zone.as_str(), "utc" | "local") {
                zone_of(&rule.zone)?;
            }
            if rule.columns.is_empty() || rule.formats.is_empty() {
                return Err(whole("a time has columns and formats"));
            }
        }
        if self.start.is_none() && !self.undated {
            return Err(whole("a record has a start, or is undated"));
        }
        if let Some(currency) = self.amount.as_ref().and_then(|rule| rule.currency.as_ref())
            && currency.parse::<Currency>().is_err()
        {
            return Err(whole("a currency is three capital letters"));
        }
        if let Some(name) = self.people.keys().find(|name| !is_about_others(name)) {
            return Err(whole(&format!(
                "the name {} does not say that it speaks of somebody else",
                cut(name)
            )));
        }
        if self.rating.as_ref().is_some_and(|rule| rule.min >= rule.max) {
            return Err(whole("a rating goes from min to a larger max"));
        }
        let named = self.extra.keys().chain(self.people.keys());
        if let Some(name) = named.into_iter().find(|name| name.len() > 80 || name.is_empty()) {
            return Err(whole(&format!(
                "a member has a name of at most 80 bytes: {}",
                cut(name)
            )));
        }
        Ok(())
    }
}

/// The name of a column as it is compared.
pub(in crate::takeout) fn normal(name: &str) -> String {
    let name = name.trim_start_matches('\u{feff}');
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// A zone by its name (IANA).
pub(in crate::takeout) fn zone_of(name: &str) -> Result<TimeZone, ImporterFault> {
    TimeZone::get(name).map_err(|_| whole(&format!("there is no time zone {}", cut(name))))
}

fn is_id(id: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&id.len()) && id.bytes().all(letter)
}

fn line(text: &str, what: &str) -> Result<(), ImporterFault> {
    if text.trim().is_empty() || text.len() > 200 || text.chars().any(char::is_control) {
        return Err(whole(&format!(
            "{what} is a line of text, not empty and at most 200 bytes long"
        )));
    }
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars()
        .filter(|symbol| !symbol.is_control())
        .take(60)
        .collect()
}

pub(super) fn whole(cause: &str) -> ImporterFault {
    ImporterFault {
        line: 0,
        cause: cause.to_owned(),
    }
}
