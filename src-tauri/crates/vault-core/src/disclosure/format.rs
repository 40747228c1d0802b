//! Dates, money and sizes as the consent window and the log write them.

use time::{Date, OffsetDateTime};
use vault_store::RatingValue;

use crate::money::grouped;

/// `8 Jun 2026`.
pub(super) fn day(date: Date) -> String {
    format!("{} {}", short_day(date), date.year())
}

/// `8 Jun`.
pub(super) fn short_day(date: Date) -> String {
    format!("{} {:.3}", date.day(), date.month())
}

/// `8 Jun 2026, 18:42`, by the clock that the time carries.
pub(super) fn moment(at: OffsetDateTime) -> String {
    format!("{}, {:02}:{:02}", day(at.date()), at.hour(), at.minute())
}

/// `8 – 14 Jun 2026`, `29 Jun – 5 Jul 2026`, `1 Jan – 31 Dec 2026`.
pub(super) fn span(from: Date, to: Date) -> String {
    if from.year() != to.year() {
        return format!("{} – {}", day(from), day(to));
    }
    if from.month() != to.month() {
        return format!("{} – {}", short_day(from), day(to));
    }
    format!("{} – {}", from.day(), day(to))
}

/// `4.5 of 5`, with the dimension where there is one.
pub(super) fn rating(rating: &RatingValue) -> String {
    let value = format!("{} of {}", number(rating.value), number(rating.max));
    if rating.name.is_empty() {
        value
    } else {
        format!("{} {value}", rating.name)
    }
}

/// A number with at most two decimals and none that are zero.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.is_empty() || short == "-0" {
        "0".to_owned()
    } else {
        short.to_owned()
    }
}

/// `1,234`.
pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// `1 row`, `24 rows`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `512 bytes`, `1.3 KB`, `2.0 MB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => counted(bytes, "byte", "bytes"),
        1_000..1_000_000 => format!("{}.{} KB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn spans_say_no_more_than_needed() {
        assert_eq!(
            span(date!(2026 - 11 - 16), date!(2026 - 11 - 22)),
            "16 – 22 Nov 2026"
        );
        assert_eq!(
            span(date!(2026 - 10 - 26), date!(2026 - 11 - 01)),
            "26 Oct – 1 Nov 2026"
        );
        assert_eq!(
            span(date!(2025 - 12 - 29), date!(2026 - 01 - 04)),
            "29 Dec 2025 – 4 Jan 2026"
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(4.5), "4.5");
        assert_eq!(number(5.0), "5");
        assert_eq!(number(100.0), "100");
        assert_eq!(number(-0.001), "0");
        assert_eq!(size(1_312), "1.3 KB");
        assert_eq!(size(1), "1 byte");
    }
}
