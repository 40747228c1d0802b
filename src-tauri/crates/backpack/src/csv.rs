//! Text that is safe in a spreadsheet cell.

use std::borrow::Cow;

/// Makes a text harmless as a cell of a CSV file that a spreadsheet opens: what a program could take for a
/// formula gets an apostrophe in front. A plain number stays a number. Quoting is the CSV writer’s part.
///
/// Formulas start with `=`, `+`, `-` or `@`, also in their full-width forms, and some programs look behind
/// leading white space; a leading tab, line feed or carriage return can move the text into another cell.
pub fn csv_text(text: &str) -> Cow<'_, str> {
    let starts_a_formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−');
    let dangerous = text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(starts_a_formula);
    if dangerous && !is_plain_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// `[+-]digits[.digits][e[+-]digits]`, nothing else.
fn is_plain_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_neutralised() {
        for text in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\nx",
            "  =HYPERLINK(\"http://x\")",
            "＝1",
            "-",
            "-1-1",
            "+1.2.3",
            "-1e",
            "−5",
        ] {
            assert_eq!(csv_text(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn numbers_and_ordinary_text_stay() {
        for text in [
            "",
            "-12.50",
            "+46",
            "-3e-7",
            "0",
            "Delivery",
            "a=b",
            "2026-11-22",
            "'x",
        ] {
            assert!(
                matches!(csv_text(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_but_a_number_starts_like_a_formula(text in "[ \\t\\r\\n=+@0-9.eE-]{0,12}|\\PC{0,12}") {
            let cell = csv_text(&text);
            prop_assert!(cell.ends_with(&text));
            let formula = cell.trim_start().starts_with(['=', '+', '-', '@']);
            prop_assert!(!formula || cell.parse::<f64>().is_ok(), "{cell:?}");
        }
    }
}
