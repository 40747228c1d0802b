//! Numbers, amounts and dates in words.

use time::{Date, OffsetDateTime};

use super::rows::{Assurance, Money, Score};

/// `4,212`.
pub(crate) fn count(number: u64) -> String {
    group(&number.to_string())
}

/// `one` to `twelve`, then digits.
pub(crate) fn small_count(number: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(number).map_or_else(
        || count(u64::try_from(number).unwrap_or(u64::MAX)),
        |word| (*word).to_owned(),
    )
}

/// The beginning of a text that has more than `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// No currency: the number alone.
pub(crate) const PLAIN: &str = "";

/// `€1,234.50`, `SEK 99.00`, with a true minus sign.
pub(crate) fn money(amount: &Money) -> String {
    amount_of(amount.minor.into(), &amount.currency, amount.exponent)
}

/// The same for a sum.
pub(crate) fn amount_of(minor: i128, currency: &str, exponent: u8) -> String {
    let exponent = usize::from(exponent.min(6));
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = exponent + 1);
    let (whole, fraction) = digits
        .split_at_checked(digits.len() - exponent)
        .unwrap_or((&digits, ""));
    let sign = if minor < 0 { "−" } else { "" };
    let symbol = symbol(currency);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{symbol}{}{point}{fraction}", group(whole))
}

/// `22 Nov 2026`.
pub(crate) fn day(date: Date) -> String {
    format!("{} {:.3} {}", date.day(), date.month(), date.year())
}

/// `22 Nov 2026, 19:42` in the offset of the moment.
pub(crate) fn moment(when: OffsetDateTime) -> String {
    format!("{}, {:02}:{:02}", day(when.date()), when.hour(), when.minute())
}

/// `November 2026`.
pub(crate) fn month_and_year(date: Date) -> String {
    format!("{} {}", date.month(), date.year())
}

/// `3.4 km`, below one kilometre `800 m`.
pub(crate) fn distance(metres: u64) -> String {
    if metres < 1_000 {
        return format!("{metres} m");
    }
    let tenths = metres.saturating_add(50) / 100;
    format!("{}.{} km", count(tenths / 10), tenths % 10)
}

/// `24 min`, `2 h 05`.
pub(crate) fn duration(seconds: u64) -> String {
    let minutes = seconds.saturating_add(30) / 60;
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02}", count(minutes / 60), minutes % 60)
    }
}

/// `97 %` on a scale of 0 to 100, else `4.8 of 5`.
pub(crate) fn score(score: Score) -> String {
    if score.min == 0.0 && score.max == 100.0 {
        format!("{} %", decimal(score.value))
    } else {
        format!("{} of {}", decimal(score.value), decimal(score.max))
    }
}

/// Where a value lies on its scale, from 0 to 1.
pub(crate) fn share(score: Score) -> f64 {
    let share = (score.value - score.min) / (score.max - score.min);
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// At most two decimals, without trailing zeros.
pub(crate) fn decimal(value: f64) -> String {
    if !value.is_finite() || value.abs() >= 1e15 {
        return "?".to_owned();
    }
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').replace('-', "−")
}

/// How a record came here.
pub(crate) fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Signed => "signed by the platform",
        Assurance::Fetched => "fetched from the platform",
        Assurance::Imported => "from a file",
        Assurance::Typed => "own entry",
    }
}

fn symbol(currency: &str) -> String {
    match currency {
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "USD" => "$".to_owned(),
        PLAIN => String::new(),
        other => format!("{}\u{a0}", other.chars().take(8).collect::<String>()),
    }
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn amounts() {
        for (minor, currency, exponent, text) in [
            (801_807, "EUR", 2, "€8,018.07"),
            (-5, "USD", 2, "−$0.05"),
            (1_234, "JPY", 0, "JPY\u{a0}1,234"),
            (0, "GBP", 2, "£0.00"),
            (i64::MIN, "EUR", 3, "−€9,223,372,036,854,775.808"),
        ] {
            assert_eq!(
                money(&Money {
                    minor,
                    currency: currency.to_owned(),
                    exponent
                }),
                text
            );
        }
    }

    #[test]
    fn numbers_and_times() {
        assert_eq!(count(4_212), "4,212");
        assert_eq!(count(999), "999");
        assert_eq!(small_count(4), "four");
        assert_eq!(small_count(13), "13");
        assert_eq!(day(date!(2026 - 11 - 02)), "2 Nov 2026");
        assert_eq!(moment(datetime!(2026-11-02 09:05 +01:00)), "2 Nov 2026, 09:05");
        assert_eq!(distance(3_449), "3.4 km");
        assert_eq!(distance(999), "999 m");
        assert_eq!(duration(1_440), "24 min");
        assert_eq!(duration(7_500), "2 h 05");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut("Uber Eats", 9), "Uber Eats");
        assert_eq!(cut("Uber Eats", 6), "Uber …");
    }

    #[test]
    fn scores_keep_their_scale() {
        let on = |value, min, max| score(Score { value, min, max });
        assert_eq!(on(97.0, 0.0, 100.0), "97 %");
        assert_eq!(on(4.80, 1.0, 5.0), "4.8 of 5");
        assert_eq!(on(f64::NAN, 1.0, 5.0), "? of 5");
        assert_eq!(
            share(Score {
                value: 3.0,
                min: 1.0,
                max: 5.0
            }),
            0.5
        );
        assert_eq!(
            share(Score {
                value: 3.0,
                min: 1.0,
                max: 1.0
            }),
            0.0
        );
    }
}
