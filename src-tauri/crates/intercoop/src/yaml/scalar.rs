//! What a scalar means to upstream: the resolver of PyYAML and the constructors of yamlns (specification 1.5).

use time::{Date, Month, Time};

/// A scalar as it stands in the text. `Debug` shows its kind, never its text.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// What is between the quotes, or the plain text.
    pub(crate) text: String,
    /// What upstream makes of it.
    pub(crate) meaning: Meaning,
}

/// The type that upstream gives a scalar, with the value where it is another than the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A text: quoted, or plain and nothing else.
    Text,
    /// Nothing, said so.
    Null,
    /// A truth value: `yes`, `No`, `on` …
    Flag(bool),
    /// A whole number; `012` is ten and `12:30` is 750.
    Whole(i128),
    /// A number with a point. Upstream keeps its digits.
    Decimal,
    /// A date, or a date with a time.
    Date,
    /// Bytes, by a tag only.
    Bytes,
}

impl std::fmt::Debug for Meaning {
    /// The kind, without the value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "Text",
            Self::Null => "Null",
            Self::Flag(_) => "Flag",
            Self::Whole(_) => "Whole",
            Self::Decimal => "Decimal",
            Self::Date => "Date",
            Self::Bytes => "Bytes",
        })
    }
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.meaning.fmt(f)
    }
}

/// The meaning of a plain scalar.
///
/// # Errors
/// What upstream cannot construct, in words: a number without digits, an impossible date, `=` and `<<` as values.
pub(super) fn resolve(text: &str) -> Result<Meaning, &'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Meaning::Null),
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(Meaning::Flag(true));
        }
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(Meaning::Flag(false));
        }
        "=" => return Err("'=' stands for a default value"),
        "<<" => return Err("'<<' stands for a merge"),
        _ => {}
    }
    if is_decimal(text) {
        return Ok(Meaning::Decimal);
    }
    if is_sexagesimal_fraction(text) {
        return Err("a number of base 60 has a fraction");
    }
    if let Some(number) = whole(text) {
        return number.map(Meaning::Whole);
    }
    if let Some(date) = date(text) {
        return date.map(|()| Meaning::Date);
    }
    Ok(Meaning::Text)
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    text.bytes().all(fits)
}

fn digit_or_line(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn starts_with_digit(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

fn is_decimal(text: &str) -> bool {
    if matches!(unsigned(text), ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    // A sign stands only before digits: `-.5` is a text.
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|digits| !digits.is_empty() && all(digits, |b| b.is_ascii_digit()))
    });
    let mantissa_fits = match mantissa.strip_prefix('.') {
        Some(digits) => starts_with_digit(digits) && all(digits, digit_or_line),
        None => unsigned(mantissa).split_once('.').is_some_and(|(whole, part)| {
            starts_with_digit(whole) && all(whole, digit_or_line) && all(part, digit_or_line)
        }),
    };
    exponent_fits && mantissa_fits
}

/// Parts of base 60 after the first, each below 60.
fn are_sixtieths(parts: &str) -> bool {
    parts.split(':').all(|part| match part.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    })
}

fn is_sexagesimal_fraction(text: &str) -> bool {
    unsigned(text).split_once(':').is_some_and(|(first, rest)| {
        rest.split_once('.').is_some_and(|(parts, fraction)| {
            starts_with_digit(first)
                && all(first, digit_or_line)
                && are_sixtieths(parts)
                && all(fraction, digit_or_line)
        })
    })
}

/// The whole number that `text` is to upstream, or `None` if it is none.
fn whole(text: &str) -> Option<Result<i128, &'static str>> {
    let body = unsigned(text);
    let number = if let Some(digits) = body.strip_prefix("0b") {
        written(digits, 2, |b| matches!(b, b'0' | b'1' | b'_'))
    } else if let Some(digits) = body.strip_prefix("0x") {
        written(digits, 16, |b| b.is_ascii_hexdigit() || b == b'_')
    } else if body == "0" {
        Some(Ok(0))
    } else if let Some(digits) = body.strip_prefix('0') {
        let octal = written(digits, 8, |b| matches!(b, b'0'..=b'7' | b'_'));
        // `0_` is a zero: the digit before counts too.
        octal.map(|_| number(&format!("0{digits}"), 8))
    } else if starts_with_digit(body) {
        match body.split_once(':') {
            None => written(body, 10, digit_or_line),
            Some((first, rest)) if all(first, digit_or_line) && are_sixtieths(rest) => {
                Some(sexagesimal(first, rest))
            }
            Some(_) => None,
        }
    } else {
        None
    };
    let sign = if text.starts_with('-') { -1 } else { 1 };
    number.map(|number| number.map(|number| sign * number))
}

fn written(digits: &str, base: u32, fits: impl Fn(u8) -> bool) -> Option<Result<i128, &'static str>> {
    (!digits.is_empty() && all(digits, fits)).then(|| number(digits, base))
}

/// Never below zero, so that a sign can be put before it.
fn number(digits: &str, base: u32) -> Result<i128, &'static str> {
    let digits = digits.replace('_', "");
    if digits.is_empty() {
        return Err("a number has no digits");
    }
    i128::from_str_radix(&digits, base).map_err(|_| TOO_LARGE)
}

const TOO_LARGE: &str = "a number is too large";

fn sexagesimal(first: &str, rest: &str) -> Result<i128, &'static str> {
    rest.split(':').try_fold(number(first, 10)?, |sum, part| {
        let part = number(part, 10)?;
        sum.checked_mul(60)
            .and_then(|sum| sum.checked_add(part))
            .ok_or(TOO_LARGE)
    })
}

/// Whether `text` is a date to upstream, and one that exists.
fn date(text: &str) -> Option<Result<(), &'static str>> {
    let (day, rest) = match text.find(|c: char| !c.is_ascii_digit() && c != '-') {
        Some(at) => text.split_at_checked(at)?,
        None => (text, ""),
    };
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let lengths = (year.len(), month.len(), day.len());
    let exists = exists(year, month, day);
    if rest.is_empty() {
        return (lengths == (4, 2, 2)).then_some(exists);
    }
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let clock = rest.strip_prefix(['T', 't']).or_else(|| {
        let clock = rest.trim_start_matches([' ', '\t']);
        (clock.len() < rest.len()).then_some(clock)
    })?;
    let time = time_of_day(clock)?;
    fits.then_some(exists.and(time))
}

const NO_SUCH_DATE: &str = "a date or a time does not exist";

fn exists(year: &str, month: &str, day: &str) -> Result<(), &'static str> {
    let parsed = || {
        let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
        let year: i32 = year.parse().ok()?;
        (year > 0).then_some(())?;
        Date::from_calendar_date(year, month, day.parse().ok()?).ok()
    };
    parsed().map(|_| ()).ok_or(NO_SUCH_DATE)
}

/// `hh:mm:ss`, a fraction, a zone.
fn time_of_day(text: &str) -> Option<Result<(), &'static str>> {
    let (clock, zone) = match text.find(|c: char| !c.is_ascii_digit() && c != ':') {
        Some(at) => text.split_at_checked(at)?,
        None => (text, ""),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else {
        return None;
    };
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || second.len() != 2 {
        return None;
    }
    let zone = match zone.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => zone,
    };
    let zone = zone_exists(zone)?;
    let parsed = || {
        let time = (hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?);
        Time::from_hms(time.0, time.1, time.2).ok()
    };
    Some(parsed().map(|_| ()).ok_or(NO_SUCH_DATE).and(zone))
}

/// Nothing, `Z`, or hours and perhaps minutes with a sign.
fn zone_exists(zone: &str) -> Option<Result<(), &'static str>> {
    let bare = zone.trim_start_matches([' ', '\t']);
    if zone.is_empty() || bare == "Z" {
        return Some(Ok(()));
    }
    let (hours, minutes) = match bare.strip_prefix(['-', '+'])?.split_once(':') {
        Some((hours, minutes)) => (hours, Some(minutes)),
        None => (bare.strip_prefix(['-', '+'])?, None),
    };
    let digits = |text: &str| all(text, |b| b.is_ascii_digit());
    if !(1..=2).contains(&hours.len()) || !digits(hours) {
        return None;
    }
    if minutes.is_some_and(|minutes| minutes.len() != 2 || !digits(minutes)) {
        return None;
    }
    let minutes: u32 = minutes.unwrap_or("0").parse().ok()?;
    let total = hours.parse::<u32>().ok()? * 60 + minutes;
    Some(if total < 24 * 60 {
        Ok(())
    } else {
        Err(NO_SUCH_DATE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What upstream 0.2.2 makes of them, read off its own loader.
    #[test]
    fn plain_scalars_mean_what_they_mean_to_upstream() {
        use Meaning::{Date, Decimal, Flag, Null, Text, Whole};
        for (texts, meaning) in [
            ("~ null Null NULL", Null),
            ("yes Yes YES true True TRUE on On ON", Flag(true)),
            ("no No NO false False FALSE off Off OFF", Flag(false)),
            (
                "y n Y N nULL yES 08001 0888 -08 1e3 5e+3 1.5e3 0o17 NaN 01:30 12:30:99 0:0 1:60 2020-1-2 1.2.3",
                Text,
            ),
            (
                "-.5 +.5 _1 -_1 +34-600 - + . -. 0xg 0b2 .e+3 1:2: :1 1:. 2020-01 2020-01-02x 20200-01-02 i\u{307}",
                Text,
            ),
            ("2020-01-02T 2020-01-02T1:2:3 2020-01-02T10:00:00+1:2", Text),
            ("012 +10 1_0 0b1010 0xA 1__0 0x_a 0_12", Whole(10)),
            ("-012 -0xA -10", Whole(-10)),
            ("0 -0 +0 00 0_", Whole(0)),
            ("12:30", Whole(750)),
            ("12:30:45", Whole(45045)),
            ("190:20:30", Whole(685_230)),
            ("1:5", Whole(65)),
            (
                "1.50 .5 1. 0. 1_0.5 1.5e+3 1.E-2 .inf -.INF +.Inf .nan .NAN -1.5",
                Decimal,
            ),
            (
                "2020-01-02 0001-01-01 2020-01-02T10:00:00Z 2020-1-2t1:02:03 2020-01-02T10:00:00.5-01:00",
                Date,
            ),
        ] {
            for text in texts.split(' ') {
                assert!(resolve(text) == Ok(meaning), "{text}: {:?}", resolve(text));
            }
        }
        for text in [
            "2001-01-01 1:02:03",
            "2020-01-02 10:00:00 +1",
            "2020-01-02 \t10:00:00\tZ",
        ] {
            assert!(resolve(text) == Ok(Date), "{text}");
        }
        assert!(resolve("") == Ok(Null));
        assert!(resolve("-.nan") == Ok(Text));
    }

    #[test]
    fn what_upstream_cannot_construct_is_an_error() {
        let huge = "9".repeat(40);
        for text in [
            "=",
            "<<",
            "0x_",
            "0b_",
            "12:30.5",
            "1:2.",
            "2020-13-45",
            "2021-02-29",
            "0000-01-01",
            "2020-01-02 24:00:00",
            "2020-01-02 10:00:00 +30:00",
            huge.as_str(),
        ] {
            assert!(resolve(text).is_err(), "{text}: {:?}", resolve(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_meaning_or_a_reason(text in "[-+._:0-9a-fxTZe \t]{0,30}", other in any::<String>()) {
            let _ = (resolve(&text), resolve(&other));
        }

        #[test]
        fn a_word_is_a_text(text in "[g-k][a-z]{0,20}") {
            prop_assert!(resolve(&text) == Ok(Meaning::Text));
        }
    }
}
