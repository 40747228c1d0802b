//! Numbers, names and kinds as words.

use vault_store::{ConnectionId, RecordKind};

/// `4,212`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `one` to `nine` in letters, larger numbers in digits.
pub(crate) fn spelled(value: u64) -> String {
    let word = match value {
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        6 => "six",
        7 => "seven",
        8 => "eight",
        9 => "nine",
        _ => return number(value),
    };
    word.to_owned()
}

/// `1 record`, `4,212 records`.
pub(crate) fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The same with its first letter large.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A type as its platform writes it, made readable: `two_drop_offs` is "Two drop offs".
pub(crate) fn type_words(type_name: &str) -> String {
    let plain: Vec<&str> = type_name
        .split(['_', '-', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    sentence_case(&plain.join(" "))
}

/// One record of a kind.
pub(crate) fn kind_words(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Work => "Gig",
        RecordKind::Payment => "Payment",
        RecordKind::Rating => "Rating",
        RecordKind::Review => "Review",
        RecordKind::Achievement => "Achievement",
        RecordKind::Restriction => "Restriction",
    }
}

/// Two letters for a name: of its first two words, or of its only one.
pub(crate) fn letters(name: &str) -> String {
    let mut words = name.split_whitespace();
    match (words.next(), words.next()) {
        (Some(first), Some(second)) => {
            let two = first.chars().take(1).chain(second.chars().take(1));
            two.flat_map(char::to_uppercase).collect()
        }
        (Some(only), None) => only.chars().take(2).collect(),
        _ => "?".into(),
    }
}

/// Groups of four of the beginning of a digest in hexadecimal, for reading aloud.
pub(crate) fn fingerprint(hex: &str) -> String {
    let symbols: Vec<char> = hex.chars().take(16).collect();
    let groups: Vec<String> = symbols.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

/// Reads an id that came from a page.
pub(crate) fn connection_id(text: &str) -> Result<ConnectionId, crate::error::AppError> {
    text.parse().map_err(|_| crate::error::AppError::new("SYS-713"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        for (value, text) in [
            (0, "0"),
            (12, "12"),
            (999, "999"),
            (4_212, "4,212"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            (count(1, "gig", "gigs"), count(2, "gig", "gigs")),
            ("1 gig".into(), "2 gigs".into())
        );
        assert_eq!((spelled(4), spelled(12)), ("four".into(), "12".into()));
    }

    #[test]
    fn names_have_two_letters() {
        for (name, two) in [
            ("Uber Eats", "UE"),
            ("Upwork", "Up"),
            ("Llum Verda SCCL", "LV"),
            ("", "?"),
            ("É", "É"),
        ] {
            assert_eq!(letters(name), two);
        }
    }

    #[test]
    fn lists_end_with_and() {
        let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        assert_eq!(list(&words("")), "");
        assert_eq!(list(&words("gigs")), "gigs");
        assert_eq!(
            list(&words("gigs payments reviews")),
            "gigs, payments and reviews"
        );
        assert_eq!(type_words("two_drop-offs"), "Two drop offs");
    }
}
