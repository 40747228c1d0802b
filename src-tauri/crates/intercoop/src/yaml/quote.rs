//! Double-quoted scalars that YAML 1.1, YAML 1.2 and Symfony read alike (specification 1.5).

use std::fmt::Write as _;

/// A text in double quotes, on one line.
pub(crate) fn quoted(text: &str) -> String {
    between_quotes(text, escape)
}

/// The same in ASCII, for answers: without a charset, upstream's client guesses the encoding (specification 4.4).
pub(crate) fn quoted_ascii(text: &str) -> String {
    between_quotes(text, |out, c| match c {
        c if c.is_ascii() => escape(out, c),
        c if u32::from(c) <= 0xFFFF => hex(out, 'u', 4, c),
        c => hex(out, 'U', 8, c),
    })
}

fn between_quotes(text: &str, each: impl Fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    text.chars().for_each(|c| each(&mut out, c));
    out.push('"');
    out
}

/// Characters outside the basic plane stay raw: libyaml cannot read them as surrogate pairs.
fn escape(out: &mut String, c: char) {
    match c {
        '\\' | '"' => out.extend(['\\', c]),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{A0}' => hex(out, 'x', 2, c),
        '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => hex(out, 'u', 4, c),
        c => out.push(c),
    }
}

fn hex(out: &mut String, mark: char, width: usize, c: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\{mark}{:0width$X}", u32::from(c));
}
