//! Numbers as files write them, exactly: whole digits and a power of ten, never floating point.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The sign before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::takeout) enum Decimal {
    /// The last of `.` and `,`; a lone comma before exactly three digits separates thousands.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// `digits` divided by ten to the power of `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::takeout) struct Number {
    digits: i128,
    scale: u32,
}

/// The most digits of a number, and the most decimals: a spreadsheet writes 17.
const MOST_DIGITS: usize = 24;
const MOST_SCALE: i32 = 30;

impl Number {
    /// Reads `1,234.50`, `1.234,50`, `(12.00)`, `-€3`, `12.00 SEK`, `1.2E-3`.
    pub(in crate::takeout) fn read(text: &str, decimal: Decimal) -> Option<Self> {
        let text = text.trim();
        let (text, mut negative) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inside) => (inside, true),
            None => (text, false),
        };
        let mut plain = String::with_capacity(text.len());
        let mut power = 0_i32;
        let bare = without_currency(text)?;
        let text = bare.trim();
        for (at, symbol) in text.char_indices() {
            let rest = text.get(at + symbol.len_utf8()..).unwrap_or_default();
            match symbol {
                '0'..='9' | '.' | ',' => plain.push(symbol),
                // In front, or at the end as bookkeepers write it.
                '-' | '\u{2212}' if !negative && (plain.is_empty() || rest.is_empty()) => negative = true,
                '+' if plain.is_empty() => {}
                'e' | 'E' if plain.ends_with(|last: char| last.is_ascii_digit()) && is_power(rest) => {
                    power = rest.parse().ok()?;
                    break;
                }
                '\'' | '\u{2019}' => plain.push(GROUP),
                _ if symbol.is_whitespace() && plain.is_empty() => {}
                _ if symbol.is_whitespace() && rest.starts_with(|next: char| next.is_ascii_digit()) => {
                    plain.push(GROUP)
                }
                _ if symbol.is_whitespace() => {}
                _ => return None,
            }
        }
        let (whole, fraction) = parts(&plain, decimal)?;
        if whole.is_empty() && fraction.is_empty() || whole.len() + fraction.len() > MOST_DIGITS {
            return None;
        }
        let digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()? - power;
        if scale.abs() > MOST_SCALE {
            return None;
        }
        let digits = if negative { -digits } else { digits };
        if scale < 0 {
            let digits = digits.checked_mul(10_i128.checked_pow(scale.unsigned_abs())?)?;
            return Some(Self { digits, scale: 0 });
        }
        Some(Self {
            digits,
            scale: scale.unsigned_abs(),
        })
    }

    /// The number times `up` divided by `down`, rounded to a whole one, halves to the even one; and whether nothing was lost.
    pub(in crate::takeout) fn whole(self, up: i128, down: i128) -> Option<(i128, bool)> {
        let top = self.digits.checked_mul(up)?;
        let bottom = 10_i128.checked_pow(self.scale)?.checked_mul(down)?;
        let (quotient, rest) = (top.checked_div_euclid(bottom)?, top.checked_rem_euclid(bottom)?);
        let twice = rest.checked_mul(2)?;
        let more = twice > bottom || twice == bottom && quotient.rem_euclid(2) == 1;
        Some((quotient + i128::from(more), rest == 0))
    }

    /// The number with so many decimals as a whole one.
    pub(in crate::takeout) fn minor(self, exponent: u8) -> Option<(i64, bool)> {
        let (minor, exact) = self.whole(10_i128.checked_pow(u32::from(exponent))?, 1)?;
        Some((i64::try_from(minor).ok()?, exact))
    }
}

/// A blank or an apostrophe between thousands.
const GROUP: char = '_';

/// The number without the currency beside it: a code of three letters, a sign, a short word. `k` and `M` are none: they would be thousands.
fn without_currency(text: &str) -> Option<Cow<'_, str>> {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b" .,+-eE".contains(&byte))
    {
        return Some(Cow::Borrowed(text));
    }
    let mut out = text.to_owned();
    for word in [
        "US $", "AU $", "C $", "A$", "R$", "kr.", "kr", "zł", "Kč", "Ft", "lei", "лв",
    ] {
        out = out.replacen(word, "", 1);
    }
    for sign in ['$', '€', '£', '¥', '₹', '₩', '₺', '₴', '₽', '₫', '₱', '₦'] {
        out = out.replacen(sign, "", 1);
    }
    let code: String = out.chars().filter(char::is_ascii_uppercase).collect();
    if code.len() == 3 {
        out = out.replacen(&code, "", 1);
    }
    let left = out
        .chars()
        .any(|symbol| symbol.is_alphabetic() && !matches!(symbol, 'e' | 'E'));
    (!left).then_some(Cow::Owned(out))
}

fn is_power(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits before and after the decimal sign.
fn parts(plain: &str, decimal: Decimal) -> Option<(String, String)> {
    let sign = match decimal {
        Decimal::Point => '.',
        Decimal::Comma => ',',
        Decimal::Auto => found(plain),
    };
    let other = if sign == '.' { ',' } else { '.' };
    let (whole, fraction) = match plain.rsplit_once(sign) {
        Some((whole, fraction)) => (whole, fraction),
        None => (plain, ""),
    };
    if fraction.contains(other) || whole.contains(sign) {
        return None;
    }
    // Thousands come in threes, after the first, and are all set apart in one way.
    if whole.contains(other) && whole.contains(GROUP) || fraction.contains(GROUP) {
        return None;
    }
    let mut groups = whole.split([other, GROUP]);
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some((digits, fraction.to_owned()))
}

fn found(plain: &str) -> char {
    match (plain.rfind('.'), plain.rfind(',')) {
        (Some(point), Some(comma)) if comma > point => ',',
        (Some(_), Some(_)) | (None, None) => '.',
        // `1.234.567`
        (Some(_), None) if plain.matches('.').count() > 1 => ',',
        (Some(_), None) => '.',
        (None, Some(comma)) => {
            let after = plain.len() - comma - 1;
            if plain.matches(',').count() == 1 && after != 3 {
                ','
            } else {
                '.'
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cents(text: &str, decimal: Decimal) -> Option<i64> {
        Number::read(text, decimal)?.minor(2).map(|(minor, _)| minor)
    }

    #[test]
    fn amounts_are_exact() {
        for (text, decimal, expected) in [
            ("1,234.50", Decimal::Auto, Some(123_450)),
            ("1.234,50", Decimal::Auto, Some(123_450)),
            ("12,5", Decimal::Auto, Some(1250)),
            ("1,234", Decimal::Auto, Some(123_400)),
            ("1,234", Decimal::Comma, Some(123)),
            ("1.234.567", Decimal::Auto, Some(123_456_700)),
            ("(12.00)", Decimal::Point, Some(-1200)),
            ("-€3", Decimal::Auto, Some(-300)),
            ("€ -3.10", Decimal::Auto, Some(-310)),
            ("12.00 SEK", Decimal::Auto, Some(1200)),
            ("1\u{a0}234,50", Decimal::Comma, Some(123_450)),
            ("0.1E2", Decimal::Point, Some(1000)),
            ("12.340000000000002", Decimal::Point, Some(1234)),
            ("0.125", Decimal::Point, Some(12)),
            ("0.375", Decimal::Point, Some(38)),
            ("-0.125", Decimal::Point, Some(-12)),
            ("", Decimal::Auto, None),
            ("-", Decimal::Auto, None),
            ("1.2.3,4,5", Decimal::Auto, None),
            ("1 234 567,50", Decimal::Auto, Some(123_456_750)),
            ("1'234.50", Decimal::Auto, Some(123_450)),
            ("12.00-", Decimal::Auto, Some(-1200)),
            ("kr 12,50", Decimal::Auto, Some(1250)),
            ("12,50 zł", Decimal::Auto, Some(1250)),
            ("US $12.50", Decimal::Auto, Some(1250)),
            ("12-5", Decimal::Auto, None),
            ("12 50", Decimal::Auto, None),
            ("1.2k", Decimal::Auto, None),
            ("12 M", Decimal::Auto, None),
            ("A12", Decimal::Auto, None),
            ("12 apples", Decimal::Auto, None),
            ("1,23,4.5", Decimal::Auto, None),
            ("99999999999999999999999999", Decimal::Auto, None),
            ("1e99", Decimal::Auto, None),
        ] {
            assert_eq!(cents(text, decimal), expected, "{text}");
        }
        assert_eq!(
            Number::read("1200", Decimal::Auto).unwrap().minor(0),
            Some((1200, true))
        );
        assert_eq!(
            Number::read("1.2345", Decimal::Point).unwrap().minor(3),
            Some((1234, false))
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            for decimal in [Decimal::Auto, Decimal::Point, Decimal::Comma] {
                let _ = Number::read(&text, decimal).and_then(|number| number.minor(2));
            }
        }

        #[test]
        fn what_is_written_is_read(minor in -10_000_000_000_i64..10_000_000_000) {
            let text = format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
            prop_assert_eq!(cents(&text, Decimal::Auto), Some(minor));
            prop_assert_eq!(cents(&text.replace('.', ","), Decimal::Auto), Some(minor));
        }
    }
}
