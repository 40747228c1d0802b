//! Money as people type and read it, without floating point.

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

/// `€1,234.50`, `-€3.00`, `12.00 PLN`.
#[must_use]
pub fn words(amount: Amount) -> String {
    let decimal = amount.decimal();
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", decimal.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = grouped(whole);
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    match amount.currency.as_str() {
        "EUR" => format!("{sign}€{text}"),
        "GBP" => format!("{sign}£{text}"),
        "USD" => format!("{sign}${text}"),
        code => format!("{sign}{text} {code}"),
    }
}

/// Digits with a comma before every three.
pub(crate) fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount in the minor unit that its currency has (ISO 4217).
#[must_use]
pub fn amount(minor: i64, currency: Currency) -> Amount {
    Amount {
        minor,
        currency,
        exponent: exponent(currency),
    }
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

    fn amount(minor: i64, currency: &str, exponent: u8) -> Amount {
        Amount {
            minor,
            currency: currency.parse().unwrap(),
            exponent,
        }
    }

    #[test]
    fn money_has_its_sign_and_groups() {
        assert_eq!(words(amount(395_392, "EUR", 2)), "€3,953.92");
        assert_eq!(words(amount(-300, "USD", 2)), "-$3.00");
        assert_eq!(words(amount(1_234_567, "JPY", 0)), "1,234,567 JPY");
        assert_eq!(words(amount(5, "GBP", 2)), "£0.05");
    }
}
