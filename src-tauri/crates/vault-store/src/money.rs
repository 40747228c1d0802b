//! Money in minor units of a currency, without floating point.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A currency code of three capital letters (ISO 4217).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// A text that is not three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a currency code")]
pub struct NotACurrency;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units: cents for an exponent of 2. Negative for money that went the other way.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
    /// How many decimal digits the minor unit has, at most [`Amount::MAX_EXPONENT`].
    pub exponent: u8,
}

impl Amount {
    /// The largest exponent intake accepts.
    pub const MAX_EXPONENT: u8 = 8;

    /// The largest amount intake accepts, in minor units and either sign; sums of a million records stay within 64 bits.
    pub const MAX_MINOR: u64 = 9_000_000_000_000;

    /// The number with a decimal point and without the currency, for example `6.75` or `-12`.
    #[must_use]
    pub fn decimal(&self) -> String {
        let digits = format!(
            "{:0width$}",
            self.minor.unsigned_abs(),
            width = usize::from(self.exponent) + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.exponent));
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }
}

impl Currency {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Self, NotACurrency> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| NotACurrency)?;
        if code.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(code))
        } else {
            Err(NotACurrency)
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = NotACurrency;

    fn try_from(text: String) -> Result<Self, NotACurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(minor: i64, exponent: u8) -> String {
        Amount {
            minor,
            currency: "EUR".parse().unwrap(),
            exponent,
        }
        .decimal()
    }

    #[test]
    fn decimals_follow_the_exponent() {
        assert_eq!(decimal(675, 2), "6.75");
        assert_eq!(decimal(5, 2), "0.05");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(675, 0), "675");
        assert_eq!(decimal(0, 3), "0.000");
        assert_eq!(decimal(i64::MIN, 8), "-92233720368.54775808");
    }

    #[test]
    fn only_three_capital_letters_are_a_currency() {
        assert_eq!("EUR".parse::<Currency>().unwrap().to_string(), "EUR");
        for bad in ["eur", "EU", "EURO", "E1R", "", "ÄB"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }
}
