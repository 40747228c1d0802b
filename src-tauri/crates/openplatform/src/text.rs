//! Foreign text made safe to show: one line, no direction tricks, no longer than the protocol allows.

/// Turns white space into blanks and drops control characters and characters that reorder or hide text.
///
/// A name from a manifest stands beside our own words in a consent window; it must not be able to turn them round.
pub(crate) fn one_line(text: &str) -> String {
    let shown: String = text.chars().filter_map(visible).collect();
    shown.trim().to_owned()
}

/// Truncates to `max` characters, the last three being `...` (specification 1.1, "clip").
pub(crate) fn clip(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(max.saturating_sub(3)).collect();
    kept.push_str("...");
    kept
}

/// A character as it may be shown; nothing for one that reorders or hides text.
pub(crate) fn visible(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => None,
        '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_keeps_the_limit() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdefg", 6), "abc...");
        assert_eq!(clip("ñandú y más", 6), "ñan...");
    }

    #[test]
    fn direction_tricks_are_dropped() {
        assert_eq!(one_line(" a\u{202E}b\nc\u{0007} "), "ab c");
    }

    #[test]
    fn joiners_of_scripts_and_emoji_stay() {
        assert_eq!(one_line("👩\u{200D}🔧"), "👩\u{200D}🔧");
    }
}
