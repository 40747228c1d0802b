//! What one row cannot tell and the file can: whether `05/06/2021` begins with the day or the month, and what the comma of `1,234` is.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    bound::{Bound, BoundMoney, BoundTime},
    value::Context,
};
use crate::takeout::importer::{Decimal, Written};

/// Rows that are looked at before the first is read.
pub(in crate::takeout) const LOOKED_AT: u64 = 50_000;
/// How many different texts are tried: days repeat.
const MOST_TEXTS: usize = 4_096;

/// What the first rows of a file show.
#[derive(Default)]
pub(super) struct Survey {
    /// The texts under rules with the same formats.
    days: BTreeMap<Vec<String>, BTreeSet<String>>,
    point: bool,
    comma: bool,
}

impl Bound {
    fn times(&mut self) -> impl Iterator<Item = &mut BoundTime> {
        self.records
            .iter_mut()
            .flat_map(|record| record.start.iter_mut().chain(record.end.iter_mut()))
            .filter(|rule| rule.formats.iter().filter(|format| is_pattern(format)).count() > 1)
    }

    fn sums(&mut self) -> impl Iterator<Item = &mut BoundMoney> {
        self.records
            .iter_mut()
            .filter_map(|record| record.amount.as_mut())
            .filter(|rule| rule.decimal == Decimal::Auto)
    }

    /// Whether a rule leaves something to the file.
    pub(super) fn leaves_open(&mut self) -> bool {
        self.times().next().is_some() || self.sums().next().is_some()
    }

    /// Settles what was left open. Whether a day may still be a month.
    pub(super) fn settle(&mut self, survey: &Survey) -> bool {
        let decimal = survey.decimal();
        self.sums().for_each(|rule| rule.decimal = decimal);
        let mut doubtful = false;
        for rule in self.times() {
            if let Some(texts) = survey.days.get(&rule.formats) {
                doubtful |= settle(&mut rule.formats, texts);
            }
        }
        doubtful
    }
}

impl Survey {
    /// Looks at a row.
    pub(super) fn look(&mut self, bound: &mut Bound, context: &Context, cells: &[&str]) {
        for rule in bound.times() {
            let texts = self.days.entry(rule.formats.clone()).or_default();
            for column in rule.columns.iter().chain(&rule.local) {
                if texts.len() < MOST_TEXTS
                    && let Some(text) = context.owned(&[*column], cells)
                {
                    texts.insert(text);
                }
            }
        }
        for rule in bound.sums() {
            for column in &rule.columns {
                if let Some(text) = context.text(&[*column], cells) {
                    self.sum(text);
                }
            }
        }
    }

    /// A sign before any number of digits but three separates decimals, and so does the last of two different ones. One that stands there
    /// twice separates thousands.
    fn sum(&mut self, text: &str) {
        let Some(at) = text.rfind(['.', ',']) else {
            return;
        };
        let (before, after) = text.split_at(at);
        let is_point = after.starts_with('.');
        let (sign, other) = if is_point { ('.', ',') } else { (',', '.') };
        let digits = after.chars().skip(1).take_while(char::is_ascii_digit).count();
        if before.contains(sign) {
            self.point |= !is_point;
            self.comma |= is_point;
        } else if before.contains(other) || digits != 3 {
            self.point |= is_point;
            self.comma |= !is_point;
        }
    }

    const fn decimal(&self) -> Decimal {
        match (self.point, self.comma) {
            (true, false) => Decimal::Point,
            (false, true) => Decimal::Comma,
            (false, false) | (true, true) => Decimal::Auto,
        }
    }
}

/// Days that two patterns read in different ways if any do.
const PROBES: [&str; 4] = ["01/02/2003", "01/02/03", "01-02-2003", "01.02.2003"];

/// Keeps the pattern that reads most of the texts, and of the others those that never read a text in another way. Whether another reads as
/// many, so that only the order of the formats decided.
fn settle(formats: &mut Vec<String>, texts: &BTreeSet<String>) -> bool {
    let read = |format: &String, text: &str| Written::read(text, std::slice::from_ref(format));
    let count = |format: &String| texts.iter().filter(|text| read(format, text).is_some()).count();
    // Of equals the first: `max_by_key` gives the last.
    let patterns = formats.iter().rev().filter(|format| is_pattern(format));
    let Some(best) = patterns.max_by_key(|format| count(format)).cloned() else {
        return false;
    };
    let is_rival = |format: &String| {
        is_pattern(format)
            && PROBES.into_iter().any(|text| {
                let (one, other) = (read(&best, text), read(format, text));
                one.is_some() && other.is_some() && one != other
            })
    };
    let most = count(&best);
    let mut doubtful = false;
    let rivals: BTreeSet<String> = formats
        .iter()
        .filter(|format| is_rival(format))
        .cloned()
        .collect();
    for rival in &rivals {
        let differs = |text: &String| read(&best, text) != read(rival, text);
        doubtful |= count(rival) == most && texts.iter().any(differs);
    }
    formats.retain(|format| !rivals.contains(format));
    doubtful
}

fn is_pattern(format: &str) -> bool {
    format.starts_with('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(texts: &[&str]) -> (Vec<String>, bool) {
        let mut formats = ["%m/%d/%Y", "%d/%m/%Y", "iso"].map(str::to_owned).to_vec();
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let doubtful = settle(&mut formats, &texts);
        (formats, doubtful)
    }

    #[test]
    fn a_file_has_one_order_of_day_and_month() {
        let day_first = (vec!["%d/%m/%Y".to_owned(), "iso".to_owned()], false);
        let month_first = (vec!["%m/%d/%Y".to_owned(), "iso".to_owned()], false);
        assert_eq!(settled(&["05/06/2021", "13/06/2021"]), day_first);
        assert_eq!(settled(&["05/06/2021", "06/13/2021", "2021-06-05"]), month_first);
        assert_eq!(settled(&["05/06/2021"]), (month_first.0, true));
        assert!(!settled(&["05/05/2021"]).1, "both say the same");
    }

    #[test]
    fn a_file_has_one_sign_before_its_decimals() {
        let decimal = |texts: &[&str]| {
            let mut survey = Survey::default();
            texts.iter().for_each(|text| survey.sum(text));
            survey.decimal()
        };
        for (texts, expected) in [
            (&["1,234", "12,50"][..], Decimal::Comma),
            (&["1,234", "12.50"], Decimal::Point),
            (&["1.234", "7"], Decimal::Auto),
            (&["1.234.567"], Decimal::Comma),
            (&["1,234.50", "3,400"], Decimal::Point),
            (&["1.234,50 €"], Decimal::Comma),
            (&["1.5", "1,5"], Decimal::Auto),
        ] {
            assert_eq!(decimal(texts), expected, "{texts:?}");
        }
    }
}
