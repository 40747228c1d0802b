//! From a row to records, or to the reason why it is set aside.

mod bound;
mod single;
mod survey;
mod value;

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use vault_store::{NewRecord, RecordKind, Sha256};

use super::{
    Choices,
    importer::{Doubt, Importer, Layout},
};
use bound::{Bound, BoundRecord};
pub(super) use single::about_others;
pub(super) use survey::LOOKED_AT;
use survey::Survey;
use value::Context;

/// What a row is.
#[derive(Debug, Clone, PartialEq)]
pub enum RowRead {
    /// One record.
    Record(Box<NewRecord>),
    /// Several records, for example an order and what was paid for it.
    Records(Vec<NewRecord>),
    /// Says what other rows say already: a total, the header once more, blanks. Counted, and no record is made of it.
    Contained,
    /// It cannot be read: why, and the row as text without what it says of others, at most [`LONGEST_ASIDE`] bytes.
    Aside(AsideReason, String),
}

/// The longest text of a row that is set aside, in bytes.
pub const LONGEST_ASIDE: usize = 300;
/// What intake takes, in bytes.
const LONGEST_LINE: usize = 2048;
const LONGEST_KEY: usize = 200;

/// Why a row is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AsideReason {
    /// No date where there has to be one.
    NoDate,
    /// A date that is none, or in a form that the layout does not have.
    BadDate,
    /// It ends before it starts.
    EndsFirst,
    /// No amount where there has to be one.
    NoAmount,
    /// An amount that is no number.
    BadAmount,
    /// An amount larger than any work is paid.
    LargeAmount,
    /// No currency beside an amount.
    NoCurrency,
    /// A currency that is no code of three letters.
    BadCurrency,
    /// A distance, a duration or a rating that is no number, or beyond what there is.
    BadNumber,
    /// Fewer or more cells than the header has.
    Width,
    /// The platform's own id is in the file twice.
    Twice,
    /// A text that is too long.
    TooLong,
}

impl AsideReason {
    /// The reason, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoDate => "Date is missing",
            Self::BadDate => "Date cannot be read",
            Self::EndsFirst => "Ends before it starts",
            Self::NoAmount => "Amount is missing",
            Self::BadAmount => "Amount cannot be read",
            Self::LargeAmount => "Amount is too large",
            Self::NoCurrency => "Currency is missing",
            Self::BadCurrency => "Currency cannot be read",
            Self::BadNumber => "Number cannot be read",
            Self::Width => "Has other columns than the header",
            Self::Twice => "Same row twice in this file",
            Self::TooLong => "A text is too long",
        }
    }

    /// The word by which it is kept.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoDate => "no-date",
            Self::BadDate => "bad-date",
            Self::EndsFirst => "ends-first",
            Self::NoAmount => "no-amount",
            Self::BadAmount => "bad-amount",
            Self::LargeAmount => "large-amount",
            Self::NoCurrency => "no-currency",
            Self::BadCurrency => "bad-currency",
            Self::BadNumber => "bad-number",
            Self::Width => "width",
            Self::Twice => "twice",
            Self::TooLong => "too-long",
        }
    }
}

/// Reads the rows of one file, in their order.
pub(super) struct Rows {
    bound: Bound,
    context: Context,
    header: Vec<String>,
    /// A text has as many cells as its header; a sheet leaves out what is empty at the end.
    strict: bool,
    /// How often a content was there: two equal tips are two.
    times: HashMap<u64, u32>,
    known: HashSet<u64>,
    counter: Option<u64>,
    as_of: Option<OffsetDateTime>,
    survey: Survey,
    days_doubtful: bool,
}

impl Rows {
    pub(super) fn new(
        importer: &Importer,
        layout: &Layout,
        header: Vec<String>,
        choices: &Choices,
        strict: bool,
    ) -> Self {
        Self {
            bound: Bound::new(layout, &header),
            context: Context::new(importer, choices),
            header,
            strict,
            times: HashMap::new(),
            known: HashSet::new(),
            counter: None,
            as_of: None,
            survey: Survey::default(),
            days_doubtful: false,
        }
    }

    /// Whether the first rows have to be looked at before any is read.
    pub(super) fn leaves_open(&mut self) -> bool {
        self.bound.leaves_open()
    }

    /// Looks at a row for what the file leaves open.
    pub(super) fn look(&mut self, cells: &[&str]) {
        self.survey.look(&mut self.bound, &self.context, cells);
    }

    /// Ends the look.
    pub(super) fn settle(&mut self) {
        self.days_doubtful = self.bound.settle(&std::mem::take(&mut self.survey));
    }

    /// Whether a day may be a month in this file.
    pub(super) fn days_doubtful(&self) -> bool {
        self.days_doubtful
    }

    /// Numbers of the columns that speak of others.
    pub(super) fn people(&self) -> &[usize] {
        &self.bound.people
    }

    pub(super) fn counter(&self) -> Option<u64> {
        self.counter
    }

    pub(super) fn as_of(&self) -> Option<OffsetDateTime> {
        self.as_of
    }

    /// Reads a row.
    pub(super) fn read(&mut self, number: u64, cells: &[&str]) -> RowRead {
        if cells.iter().all(|cell| cell.trim().is_empty()) || self.is_header(cells) {
            return RowRead::Contained;
        }
        let width = self.header.len();
        let fits = !self.strict
            || cells.len() >= width && cells.iter().skip(width).all(|cell| cell.trim().is_empty());
        if !fits {
            return self.aside(AsideReason::Width, cells);
        }
        match self.records(number, cells) {
            Err(reason) => self.aside(reason, cells),
            Ok(mut records) => {
                self.count(cells);
                for moment in records
                    .iter()
                    .flat_map(|record| [record.start, record.end])
                    .flatten()
                {
                    self.as_of = self.as_of.max(Some(moment));
                }
                match records.len() {
                    0 => RowRead::Contained,
                    1 => records
                        .pop()
                        .map_or(RowRead::Contained, |record| RowRead::Record(Box::new(record))),
                    _ => RowRead::Records(records),
                }
            }
        }
    }

    fn is_header(&self, cells: &[&str]) -> bool {
        cells.len() >= 2 && cells.len() <= self.header.len() && {
            let mut pairs = cells.iter().zip(&self.header);
            pairs.all(|(cell, name)| cell.trim() == name.split('#').next().unwrap_or(name).trim())
        }
    }

    fn count(&mut self, cells: &[&str]) {
        let counted = self.bound.counter.and_then(|at| cells.get(at));
        if let Some(number) = counted.and_then(|text| text.trim().parse().ok()) {
            self.counter = self.counter.max(Some(number));
        }
    }

    fn records(&mut self, number: u64, cells: &[&str]) -> Result<Vec<NewRecord>, AsideReason> {
        let mut made = Vec::with_capacity(self.bound.records.len());
        for rule in &self.bound.records {
            if let Some(draft) = self.context.draft(rule, cells)? {
                made.push(draft);
            }
        }
        // Nothing is counted before all of a row is known to be good.
        let keys: Vec<String> = made.iter().map(|draft| self.context.key(draft)).collect();
        let own: Vec<u64> = made
            .iter()
            .zip(&keys)
            .filter(|(draft, _)| draft.is_own_key)
            .map(|(_, key)| short(key))
            .collect();
        if own.iter().any(|key| self.known.contains(key)) {
            return Err(AsideReason::Twice);
        }
        self.known.extend(own);
        let mut records = Vec::with_capacity(made.len());
        for (draft, key) in made.into_iter().zip(keys) {
            let mut record = draft.record;
            record.path = format!("row {number}");
            record.source_key = if draft.is_own_key {
                key
            } else {
                let times = self.times.entry(short(&key)).or_insert(0);
                *times += 1;
                format!("{key}#{times}")
            };
            records.push(record);
        }
        Ok(records)
    }

    fn aside(&self, reason: AsideReason, cells: &[&str]) -> RowRead {
        let mut text = String::new();
        let shown = cells
            .iter()
            .enumerate()
            .filter(|(at, _)| !self.bound.people.contains(at));
        for (at, (_, cell)) in shown.enumerate() {
            if at > 0 {
                text.push(';');
            }
            text.extend(
                cell.chars()
                    .map(|symbol| if symbol.is_control() { ' ' } else { symbol }),
            );
            if text.len() > LONGEST_ASIDE {
                break;
            }
        }
        text.truncate(text.floor_char_boundary(LONGEST_ASIDE));
        RowRead::Aside(reason, text)
    }
}

/// A record whose key is not made yet.
struct Draft {
    record: NewRecord,
    is_own_key: bool,
    /// What the row is known by where it has no id: texts as the file writes them, whatever zone is chosen.
    identity: String,
}

/// The first 64 bits of the digest of a key.
fn short(key: &str) -> u64 {
    let digest = Sha256::of(key.as_bytes());
    digest
        .as_bytes()
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

impl Context {
    /// The key of a draft: the platform's own, or the digest of what it is known by.
    fn key(&self, draft: &Draft) -> String {
        if draft.is_own_key {
            return draft.record.source_key.clone();
        }
        let digest = Sha256::of(draft.identity.as_bytes()).to_string();
        format!(
            "{}:{}",
            draft.record.kind.as_str(),
            digest.get(..32).unwrap_or_default()
        )
    }

    fn draft(&self, rule: &BoundRecord, cells: &[&str]) -> Result<Option<Draft>, AsideReason> {
        if let Some(when) = rule.when
            && self.text(&[when], cells).is_none_or(value::is_zero)
        {
            return Ok(None);
        }
        let type_name = match rule.type_of(self, cells) {
            Some(word) if word == "contained" => return Ok(None),
            word => word,
        };
        let start = rule
            .start
            .as_ref()
            .map(|time| self.moment(time, cells))
            .transpose()?
            .flatten();
        let mut end = rule
            .end
            .as_ref()
            .map(|time| self.moment(time, cells))
            .transpose()?
            .flatten();
        // The clock that showed the start shows the end, too.
        if let (Some(start), Some(end)) = (&start, &mut end)
            && start.offset_said
            && end.doubt == Some(Doubt::Zone)
        {
            end.at = end.civil.assume_offset(start.at.offset());
            end.doubt = None;
        }
        if start.is_none() && !rule.undated {
            return Err(AsideReason::NoDate);
        }
        if let (Some(start), Some(end)) = (&start, &end)
            && end.at < start.at
        {
            return Err(AsideReason::EndsFirst);
        }
        let mut record = NewRecord::new(rule.kind, "", start.as_ref().map(|start| start.at));
        record.end = end.as_ref().map(|end| end.at);
        record.type_name = type_name;
        record.title = self.owned(&rule.title, cells);
        record.status = self.owned(&rule.status, cells);
        record.text = self.owned(&rule.text, cells);
        record.distance_m = rule
            .distance
            .as_ref()
            .map(|rule| self.distance(rule, cells))
            .transpose()?
            .flatten();
        record.duration_s = rule
            .duration
            .as_ref()
            .map(|rule| self.duration(rule, cells))
            .transpose()?
            .flatten();
        record.rating = rule
            .rating
            .as_ref()
            .map(|rule| self.rating(rule, cells))
            .transpose()?
            .flatten();
        if record.kind == RecordKind::Rating && record.rating.is_none() {
            return Err(AsideReason::BadNumber);
        }
        let mut exact = None;
        if let Some(money) = &rule.amount
            && let Some(amount) = self.amount(money, cells)?
        {
            record.amount = Some(amount.amount);
            exact = amount.written;
        }
        record.work_key = rule.work.as_ref().and_then(|rule| self.own_key(rule, cells));
        for (name, at) in &rule.extra {
            if let Some(text) = self.text(&[*at], cells) {
                record.extra.insert(name.clone(), Value::from(text));
            }
        }
        let own = rule.key.as_ref().and_then(|rule| self.own_key(rule, cells));
        let identity = match &own {
            Some(_) => String::new(),
            None => identity(rule, &record, start.as_ref(), end.as_ref()),
        };
        if let Some(doubt) = [&start, &end]
            .into_iter()
            .flatten()
            .find_map(|moment| moment.doubt)
        {
            record.extra.insert("clock".to_owned(), doubt.word().into());
        }
        if let Some(written) = exact {
            record
                .extra
                .insert("amount_as_written".to_owned(), written.into());
        }
        if !self.without_people {
            for (name, at) in &rule.people {
                if let Some(text) = self.text(&[*at], cells) {
                    record.extra.insert(name.clone(), Value::from(text));
                }
            }
        }
        let long = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > LONGEST_LINE);
        let extra: usize = record
            .extra
            .values()
            .filter_map(Value::as_str)
            .map(str::len)
            .sum();
        if long(&record.title) || long(&record.status) || long(&record.type_name) || extra > 64 * LONGEST_LINE
        {
            return Err(AsideReason::TooLong);
        }
        if own.as_ref().is_some_and(|key| key.len() > LONGEST_KEY) {
            return Err(AsideReason::TooLong);
        }
        let is_own_key = own.is_some();
        record.source_key = own.unwrap_or_default();
        Ok(Some(Draft {
            record,
            is_own_key,
            identity,
        }))
    }
}

/// What a row without an id is known by: names and texts, with signs between them that tables do not have.
fn identity(
    rule: &BoundRecord,
    record: &NewRecord,
    start: Option<&value::Moment>,
    end: Option<&value::Moment>,
) -> String {
    let mut text = String::with_capacity(256);
    let mut add = |name: &str, value: &dyn fmt::Display| {
        if rule.identifies(name) {
            text.push_str(&format!("{name}\u{1f}{value}\u{1e}"));
        }
    };
    for (name, moment) in [("start", start), ("end", end)] {
        if let Some(moment) = moment {
            add(name, &moment.civil);
        }
    }
    for (name, words) in [
        ("type", &record.type_name),
        ("title", &record.title),
        ("status", &record.status),
        ("text", &record.text),
        ("work", &record.work_key),
    ] {
        if let Some(words) = words {
            add(name, words);
        }
    }
    if let Some(amount) = record.amount {
        add(
            "amount",
            &format_args!("{} {}", amount.decimal(), amount.currency),
        );
    }
    if let Some(rating) = &record.rating {
        add("rating", &rating.value);
    }
    for (name, count) in [("distance", record.distance_m), ("duration", record.duration_s)] {
        if let Some(count) = count {
            add(name, &count);
        }
    }
    for (name, words) in &record.extra {
        if let Some(words) = words.as_str() {
            add(name, &words);
        }
    }
    text
}
