//! Money as people type it, brought to minor units without floating point.

use vault_store::{Amount, Currency};

use crate::VaultError;

/// Reads an amount such as `12.50`, `12,5` or `-3` in the minor units of `currency`.
///
/// # Errors
/// [`VaultError::Invalid`] when it is no number, or has more decimals than the currency.
pub fn parse_amount(text: &str, currency: Currency) -> Result<Amount, VaultError> {
    let invalid = |why| VaultError::Invalid { field: "amount", why };
    let exponent = exponent(currency);
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !only_digits(whole) || !only_digits(fraction) {
        return Err(invalid("a number such as 12.50"));
    }
    if fraction.len() > usize::from(exponent) {
        return Err(invalid("fewer decimals: the currency has not so many"));
    }
    let padded = format!("{whole}{fraction:0<width$}", width = usize::from(exponent));
    let minor: i64 = padded.parse().map_err(|_| invalid("a smaller number"))?;
    Ok(Amount {
        minor: if negative { -minor } else { minor },
        currency,
        exponent,
    })
}

/// How many decimals a currency has (ISO 4217).
#[must_use]
pub fn exponent(currency: Currency) -> u8 {
    match currency.as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minor(text: &str, currency: &str) -> Option<i64> {
        parse_amount(text, currency.parse().unwrap())
            .ok()
            .map(|amount| amount.minor)
    }

    #[test]
    fn what_people_type_is_exact() {
        assert_eq!(minor("12.50", "EUR"), Some(1250));
        assert_eq!(minor("12,5", "EUR"), Some(1250));
        assert_eq!(minor("-0.05", "EUR"), Some(-5));
        assert_eq!(minor("1200", "JPY"), Some(1200));
        assert_eq!(minor("1.234", "TND"), Some(1234));
        for bad in [
            "",
            "-",
            ".",
            "1.234",
            "1e3",
            "12 50",
            "0x1",
            "99999999999999999999",
        ] {
            assert_eq!(minor(bad, "EUR"), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,40}") {
            let _ = parse_amount(&text, "EUR".parse().unwrap());
        }

        #[test]
        fn printing_and_reading_give_the_same(minor in -1_000_000_000_i64..1_000_000_000) {
            let amount = Amount { minor, currency: "EUR".parse().unwrap(), exponent: 2 };
            prop_assert_eq!(parse_amount(&amount.decimal(), amount.currency).unwrap(), amount);
        }
    }
}
