//! Numbers of the wire format: integers stay integers, decimals keep their digits.

use std::fmt;

use serde::Serialize;

/// A finite JSON number.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Number(serde_json::Number);

impl Number {
    /// A decimal number; `None` for infinities and not-a-number, which JSON cannot hold.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        serde_json::Number::from_f64(value).map(Self)
    }

    /// An amount of money in whole units: 675 with exponent 2 is `6.75`, 5000 with exponent 0 is `5000`. An amount without a fraction is an
    /// integer, as the published schema has it. Exact up to fifteen digits.
    #[must_use]
    pub fn from_minor(minor: i64, exponent: u8) -> Self {
        match 10_i64.checked_pow(u32::from(exponent)) {
            Some(unit) if minor % unit == 0 => Self::from(minor / unit),
            _ => Self::decimal(minor, exponent),
        }
    }

    /// The value as a floating-point number; the largest integers lose their last digits.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        self.0.as_f64().unwrap_or_default()
    }

    /// The value, if it is an integer that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    pub(crate) const fn from_json(number: serde_json::Number) -> Self {
        Self(number)
    }

    /// Reads a number as JSON writes it, as some platforms send numbers in quotes.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text.trim()).ok().map(Self)
    }

    fn decimal(minor: i64, exponent: u8) -> Self {
        let digits = format!("{minor}e-{exponent}");
        digits
            .parse()
            .ok()
            .and_then(Self::from_f64)
            .unwrap_or_else(|| Self::from(0))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn minor_units_become_whole_units_without_rounding() {
        for (minor, exponent, text) in [
            (675, 2, "6.75"),
            (-135, 2, "-1.35"),
            (500_000, 2, "5000"),
            (5000, 0, "5000"),
            (1, 3, "0.001"),
            (10, 2, "0.1"),
            (0, 2, "0"),
            (999_999_999_999_999, 2, "9999999999999.99"),
        ] {
            assert_eq!(Number::from_minor(minor, exponent).to_string(), text);
        }
    }

    #[test]
    fn an_exponent_beyond_all_currencies_is_no_overflow() {
        assert!(Number::from_minor(i64::MAX, 255).as_f64() < 1e-200);
    }
}
