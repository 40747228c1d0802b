//! Mappings: from the JSON of a platform to records, as a jq filter that always ends.
//!
//! A connector's filter is a subset of jq (`filter.rs`): no recursion, no loops other than over what is there, nothing that reads a clock,
//! a file or the environment, and nothing that hides a failure. What is left is metered (`meter.rs`): steps, time and the size of what it
//! makes are bounded, so that a connector from anybody can be run on an answer from anybody.

mod filter;
mod meter;
mod values;
mod words;

use std::time::Duration;

use serde_json::Value;
use thiserror::Error;
use vault_store::NewRecord;

pub(crate) use filter::Fault;

/// The longest filter, in bytes.
pub(crate) const MAX_FILTER: usize = 8 * 1024;
/// The parser and the interpreter go down once per level of a filter; this is enough for the deepest that is let through.
const STACK: usize = 64 * 1024 * 1024;

/// What a mapping of one answer may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Steps: one per operation and per value that an operation looks at or makes.
    pub(crate) steps: u64,
    /// Time for the whole answer.
    pub(crate) time: Duration,
    /// Records that one answer may give.
    pub(crate) records: usize,
}

impl Default for Limits {
    /// Room for an answer of 16 MiB, several times over.
    fn default() -> Self {
        Self {
            steps: 100_000_000,
            time: Duration::from_secs(30),
            records: 100_000,
        }
    }
}

/// Why an answer was not read. The texts quote nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum MappingError {
    /// The list of items is not where the connector says.
    #[error("there is no list of items")]
    NoItems,
    /// The filter refused an item, or made something that is no record of it.
    #[error("an item has an unknown layout")]
    UnknownLayout,
    /// The filter wanted more steps, time or records than it may have.
    #[error("the mapping does not come to an end")]
    TooMuch,
    /// The filter itself is not one; it was checked when the connector was read.
    #[error("the filter is not valid")]
    NotAFilter,
}

/// What is read from an answer, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// Where the list of items is, member by member; nothing when the answer as a whole is the one item.
    pub(crate) items: Option<Vec<String>>,
    /// The filter: an item in, records out. `$page` is the whole answer.
    pub(crate) filter: String,
}

impl Mapping {
    /// The records of an answer, each with its path. It runs on a thread of its own, whose stack is as deep as filters go.
    pub(crate) fn read(&self, page: &Value, limits: Limits) -> Result<Vec<NewRecord>, MappingError> {
        on_deep_stack(|| self.run(page, limits)).unwrap_or(Err(MappingError::NotAFilter))
    }

    fn run(&self, page: &Value, limits: Limits) -> Result<Vec<NewRecord>, MappingError> {
        let meter = meter::Meter::new(limits);
        let filter = filter::compile(&self.filter).map_err(|_| MappingError::NotAFilter)?;
        let whole = values::from_json(page);
        let mut records = Vec::new();
        for (path, item) in self.places(page)? {
            for made in filter.run(&whole, values::from_json(item), &meter) {
                let mut record = words::record(values::to_json(&made?)?)?;
                if records.len() >= limits.records {
                    return Err(MappingError::TooMuch);
                }
                record.path.clone_from(&path);
                records.push(record);
            }
        }
        Ok(records)
    }

    /// Every item and its JSON path.
    fn places<'a>(&self, page: &'a Value) -> Result<Vec<(String, &'a Value)>, MappingError> {
        let Some(members) = &self.items else {
            return Ok(vec![("$".into(), page)]);
        };
        let list = at(page, members)
            .and_then(Value::as_array)
            .ok_or(MappingError::NoItems)?;
        let root: String = std::iter::once("$")
            .chain(members.iter().flat_map(|name| [".", name]))
            .collect();
        Ok(list
            .iter()
            .enumerate()
            .map(|(index, item)| (format!("{root}[{index}]"), item))
            .collect())
    }
}

/// Checks a filter without running it.
pub(crate) fn check(filter: &str) -> Result<(), Fault> {
    on_deep_stack(|| filter::compile(filter).map(drop)).unwrap_or(Err(Fault::whole("it cannot be read")))
}

/// What is at a place of a document, member by member.
pub(crate) fn at<'a>(document: &'a Value, members: &[String]) -> Option<&'a Value> {
    members.iter().try_fold(document, |value, name| value.get(name))
}

/// `None` when no thread could be started, or the one that was ended badly.
fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("mapping".into())
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        thread.ok()?.join().ok()
    })
}

#[cfg(test)]
mod tests;
