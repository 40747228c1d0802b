//! What a person types into the search field: words, amounts, days, currencies, types, platforms, ids; all have to fit.

use rusqlite::types::Value;
use time::{Date, Month};

use super::filter::Condition;
use crate::ids::RecordId;
use crate::sql::Day;
use crate::table::record_labels;
use crate::table::records_fts::quoted;
use crate::{Currency, StoreError, View};

/// Most words of a query that count.
const MAX_WORDS: usize = 16;

/// Longest query that counts, in characters.
const MAX_QUERY: usize = 300;

/// Exponents of the currencies there are: yen, euro, dinar, and those that exist in computers only.
const EXPONENTS: [u32; 4] = [0, 2, 3, 8];

const MATCH: &str = "r.seq IN (SELECT rowid FROM records_fts WHERE records_fts MATCH ?)";

impl Condition {
    /// Requires what was typed. Words that can only be words are looked up together; one that may also be an amount, a
    /// day, a currency, a type, a status or a platform fits if either does.
    pub(super) fn add_typed(&mut self, view: &View<'_>, typed: &str) -> Result<(), StoreError> {
        let short: String = typed.chars().take(MAX_QUERY).collect();
        if let Ok(id) = short.trim().parse::<RecordId>() {
            self.add("r.id = ?", id.as_uuid().as_bytes().to_vec());
            return Ok(());
        }
        let mut together = Vec::new();
        for word in short.split_whitespace().take(MAX_WORDS) {
            let Some(expression) = quoted(word) else { continue };
            let others = other_meanings(view, word)?;
            if others.is_empty() {
                together.push(expression);
            } else {
                self.add_either(expression, others);
            }
        }
        if together.is_empty() && self.values.is_empty() {
            self.require("0");
        }
        if !together.is_empty() {
            self.add(MATCH, together.join(" "));
        }
        Ok(())
    }

    fn add_either(&mut self, expression: String, others: Vec<(&'static str, Vec<Value>)>) {
        let name = self.bind(expression);
        let mut either = MATCH.replace('?', &name);
        for (sql, values) in others {
            either.push_str(" OR ");
            let mut parts = sql.split('?');
            either.push_str(parts.next().unwrap_or_default());
            for (part, value) in parts.zip(values) {
                let name = self.bind(value);
                either.push_str(&name);
                either.push_str(part);
            }
        }
        self.require(&either);
    }
}

/// What else a word may mean, as conditions.
fn other_meanings(view: &View<'_>, word: &str) -> Result<Vec<(&'static str, Vec<Value>)>, StoreError> {
    let mut meanings = Vec::new();
    if let Some((first, last)) = days(word) {
        meanings.push(("r.day BETWEEN ? AND ?", vec![first.into(), last.into()]));
    }
    for (exponent, least, most) in amounts(word) {
        let values = vec![
            exponent.into(),
            least.into(),
            most.into(),
            (-most).into(),
            (-least).into(),
        ];
        meanings.push((
            "r.exponent = ? AND (r.amount_minor BETWEEN ? AND ? OR r.amount_minor BETWEEN ? AND ?)",
            values,
        ));
    }
    if let Ok(currency) = word.parse::<Currency>() {
        meanings.push(("r.currency = ?", vec![currency.as_str().to_owned().into()]));
    }
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let labels = record_labels::beginning(view, &escaped)?;
    if labels != "[]" {
        meanings.push((
            "r.type IN (SELECT value FROM json_each(?)) OR r.status IN (SELECT value FROM json_each(?))",
            vec![labels.clone().into(), labels.into()],
        ));
    }
    let platforms = platforms(view, &escaped)?;
    if platforms != "[]" {
        meanings.push((
            "r.connection IN (SELECT value FROM json_each(?))",
            vec![platforms.into()],
        ));
    }
    Ok(meanings)
}

/// The connections whose platform has a word that begins so, as a JSON list of row numbers.
fn platforms(view: &View<'_>, escaped: &str) -> Result<String, StoreError> {
    let sql = "SELECT json_group_array(seq) FROM connections \
               WHERE (' ' || platform || ' ' || name) LIKE '% ' || ?1 || '%' ESCAPE '\\'";
    Ok(view
        .conn()
        .prepare_cached(sql)?
        .query_row([escaped], |row| row.get(0))?)
}

/// `6.75`, `6,75` or `1,234.50` as the ranges of minor units that are written so, for every exponent that has as many decimals.
fn amounts(word: &str) -> Vec<(i64, i64, i64)> {
    const CURRENCY_SIGNS: [char; 4] = ['€', '$', '£', '¥'];
    let word = word
        .trim_start_matches(['-', '+', '−'])
        .trim_matches(CURRENCY_SIGNS)
        .trim_start_matches(['-', '+', '−']);
    let mut found = ranges(word);
    found.extend(ungrouped(word).map(|plain| ranges(&plain)).unwrap_or_default());
    found
}

/// `1,234.50`, `1.234,50`, `1.234` or `1.234.567` without the signs between thousands.
fn ungrouped(word: &str) -> Option<String> {
    let is_sign = |symbol: char| matches!(symbol, '.' | ',' | '\'' | '’');
    let sign = word.chars().find(|symbol| is_sign(*symbol))?;
    let (whole, decimals) = match word.rsplit_once(is_sign) {
        Some((whole, decimals)) if !word.ends_with(&format!("{sign}{decimals}")) => (whole, decimals),
        _ => (word, ""),
    };
    let mut groups = whole.split(sign);
    let begins = groups.next().is_some_and(|first| matches!(first.len(), 1..=3));
    let goes_on = groups.clone().count() > 0 && groups.all(|group| group.len() == 3);
    (begins && goes_on).then(|| format!("{}.{decimals}", whole.replace(sign, "")))
}

fn ranges(word: &str) -> Vec<(i64, i64, i64)> {
    let (whole, decimals) = word.split_once(['.', ',']).unwrap_or((word, ""));
    let digits = format!("{whole}{decimals}");
    if whole.is_empty() || digits.len() > 15 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Vec::new();
    }
    let Ok(number) = digits.parse::<i64>() else {
        return Vec::new();
    };
    let typed = u32::try_from(decimals.len()).unwrap_or(u32::MAX);
    // A whole number stands for itself, not for everything that begins with it.
    let room = |scale: i64| if decimals.is_empty() { 0 } else { scale - 1 };
    EXPONENTS
        .into_iter()
        .filter(|exponent| *exponent >= typed)
        .filter_map(|exponent| {
            let scale = 10_i64.checked_pow(exponent - typed)?;
            let least = number.checked_mul(scale)?;
            Some((i64::from(exponent), least, least.checked_add(room(scale))?))
        })
        .collect()
}

/// `2026-11-20`, `2026-11`, `20.11.2026`, `20/11/2026` as first and last day.
fn days(word: &str) -> Option<(i64, i64)> {
    let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
    if !parts
        .iter()
        .all(|part| matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let (first, last) = match parts.as_slice() {
        [year, month] if year.len() == 4 => {
            let first = date(year, month, "1")?;
            (first, first.replace_day(first.month().length(first.year())).ok()?)
        }
        [year, month, day] if year.len() == 4 => (date(year, month, day)?, date(year, month, day)?),
        [day, month, year] if year.len() == 4 => (date(year, month, day)?, date(year, month, day)?),
        _ => return None,
    };
    Some((Day(first).number().into(), Day(last).number().into()))
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_ranges_of_minor_units() {
        assert!(amounts("6.75").contains(&(2, 675, 675)));
        assert!(amounts("6,7").contains(&(2, 670, 679)));
        assert!(amounts("6").contains(&(2, 600, 600)) && amounts("6").contains(&(0, 6, 6)));
        assert!(amounts("€12.5").contains(&(2, 1250, 1259)));
        for word in ["1234.50", "1,234.50", "1.234,50", "-€1’234.50", "1'234,50€"] {
            assert!(amounts(word).contains(&(2, 123_450, 123_450)), "{word}");
        }
        assert!(amounts("1.234").contains(&(2, 123_400, 123_400)));
        assert!(amounts("1.234.567").contains(&(2, 123_456_700, 123_456_700)));
        for word in [
            "",
            ".",
            "6.7.5",
            "1,23.50",
            "1.2345.678",
            ",123.4",
            "6a",
            "1e5",
            "99999999999999999",
            "-",
        ] {
            assert!(amounts(word).is_empty(), "{word}");
        }
    }

    #[test]
    fn days_are_read_in_the_usual_ways() {
        let day = |year, month, day| {
            let date = Date::from_calendar_date(year, month, day).unwrap();
            i64::from(Day(date).number())
        };
        let twentieth = day(2026, Month::November, 20);
        for word in ["2026-11-20", "20.11.2026", "20/11/2026"] {
            assert_eq!(days(word), Some((twentieth, twentieth)), "{word}");
        }
        assert_eq!(
            days("2026-02"),
            Some((day(2026, Month::February, 1), day(2026, Month::February, 28)))
        );
        for word in [
            "2026",
            "2026-13",
            "2026-02-30",
            "6.75",
            "1-2-3",
            "a-b",
            "2026-11-20-1",
            "--",
        ] {
            assert_eq!(days(word), None, "{word}");
        }
    }
}
