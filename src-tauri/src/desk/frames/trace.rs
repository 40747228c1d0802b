//! What passed between an app and the host, for developers. Kept in memory while developer mode is on, and only so much of it.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use openplatform::message::Mark;
use time::OffsetDateTime;

/// Messages that are kept, at most.
pub(crate) const KEPT: usize = 500;
/// Of the text of a message so much is kept, in characters.
const KEPT_TEXT: usize = 4_000;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToHost,
    ToApp,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It went out.
    Sent,
    /// It was answered.
    Answered,
    /// It was acted on.
    Acted,
    /// The person is asked.
    Asked,
    /// It had no effect, and why.
    Dropped(&'static str),
}

/// A message that passed.
#[derive(Clone)]
pub(crate) struct Passed {
    /// Counts from 1 without gaps.
    pub(crate) number: u32,
    pub(crate) at: OffsetDateTime,
    pub(crate) way: Way,
    pub(crate) mark: Option<Mark>,
    /// The type; empty if it could not be read.
    pub(crate) kind: String,
    /// Size in bytes; not known of those that were dropped before anybody read them.
    pub(crate) bytes: Option<usize>,
    /// How many they were; more than one only of those.
    pub(crate) count: usize,
    pub(crate) fate: Fate,
    text: String,
}

/// The messages of one window.
#[derive(Default)]
pub(crate) struct Trace(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    on: bool,
    last: u32,
    passed: VecDeque<Passed>,
}

impl Trace {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to keep messages, or forgets them all.
    pub(crate) fn follow(&self, on: bool) {
        let mut kept = self.kept();
        kept.on = on;
        if !on {
            kept.passed.clear();
        }
    }

    /// Notes a message.
    pub(crate) fn note(&self, way: Way, mark: Option<Mark>, kind: &str, text: &str, fate: Fate) {
        self.put(way, mark, kind, Some(text), 1, fate);
    }

    /// Notes that messages were dropped before anybody read them.
    pub(crate) fn dropped(&self, count: usize, why: &'static str) {
        self.put(Way::ToHost, None, "", None, count, Fate::Dropped(why));
    }

    fn put(&self, way: Way, mark: Option<Mark>, kind: &str, text: Option<&str>, count: usize, fate: Fate) {
        let mut kept = self.kept();
        if !kept.on {
            return;
        }
        kept.last = kept.last.wrapping_add(1);
        let passed = Passed {
            number: kept.last,
            at: OffsetDateTime::now_utc(),
            way,
            mark,
            kind: kind.to_owned(),
            bytes: text.map(str::len),
            count,
            fate,
            text: text.unwrap_or_default().chars().take(KEPT_TEXT).collect(),
        };
        if kept.passed.len() == KEPT {
            kept.passed.pop_front();
        }
        kept.passed.push_back(passed);
    }

    /// The messages after a number, oldest first.
    pub(crate) fn after(&self, number: u32) -> Vec<Passed> {
        let kept = self.kept();
        let newer = kept.passed.iter().filter(|passed| passed.number > number);
        newer.cloned().collect()
    }

    /// The text of a message, as far as it was kept.
    pub(crate) fn text(&self, number: u32) -> Option<String> {
        let kept = self.kept();
        let found = kept.passed.iter().find(|passed| passed.number == number);
        found.map(|passed| passed.text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_newest_and_nothing_while_it_is_off() {
        let trace = Trace::default();
        let note = |text: &str| trace.note(Way::ToHost, Some(Mark::OpenPlatform), "log", text, Fate::Acted);
        note("before");
        assert!(trace.after(0).is_empty());
        trace.follow(true);
        for number in 0..KEPT + 10 {
            note(&number.to_string());
        }
        let all = trace.after(0);
        assert_eq!((all.len(), all[0].number), (KEPT, 11));
        assert_eq!(trace.after(505).len(), 5);
        assert_eq!(trace.text(510).as_deref(), Some("509"));
        assert_eq!(trace.text(1), None);
        note(&"x".repeat(KEPT_TEXT * 2));
        assert_eq!(trace.text(511).map(|text| text.len()), Some(KEPT_TEXT));
        assert_eq!(trace.after(510)[0].bytes, Some(KEPT_TEXT * 2));
        trace.follow(false);
        assert!(trace.after(0).is_empty() && trace.text(511).is_none());
    }
}
