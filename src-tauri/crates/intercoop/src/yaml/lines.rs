//! Single-quoted scalars with the two line breaks that only YAML 1.1 knows. Upstream's emitter writes them raw, so a person whose
//! address was pasted from a document sends them.

/// Whether YAML 1.1 takes the character for a line break, and YAML 1.2 for any other.
pub(super) fn is_old_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// What YAML 1.1 reads between the quotes of a single-quoted scalar; `source` has the quotes. Blanks around a line break go,
/// one line feed is a space, further breaks stay, and an old break stays itself.
pub(super) fn single_quoted(source: &[char]) -> Option<String> {
    let inner = source.strip_prefix(&['\''])?.strip_suffix(&['\''])?;
    let mut out = String::new();
    let mut chars = inner.iter().copied().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            // Two of them are one; one alone ends the scalar, which cannot be here.
            (chars.next() == Some('\'')).then_some(())?;
            out.push('\'');
        } else if is_blank(c) || is_break(c) {
            let mut run = vec![c];
            while let Some(next) = chars.next_if(|next| is_blank(*next) || is_break(*next)) {
                run.push(next);
            }
            fold(&run, &mut out);
        } else {
            out.push(c);
        }
    }
    Some(out)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r') || is_old_break(c)
}

/// A run of blanks and breaks.
fn fold(run: &[char], out: &mut String) {
    let text: String = run
        .iter()
        .collect::<String>()
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    let breaks: String = text.chars().filter(|c| is_break(*c)).collect();
    match breaks.strip_prefix('\n') {
        None if breaks.is_empty() => out.push_str(&text),
        None => out.push_str(&breaks),
        Some("") => out.push(' '),
        Some(rest) => out.push_str(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What upstream's loader makes of them.
    #[test]
    fn lines_are_folded_as_upstream_folds_them() {
        for (source, text) in [
            ("''", ""),
            ("'it''s'", "it's"),
            ("'a  b'", "a  b"),
            ("'a\u{2028}  b'", "a\u{2028}b"),
            ("'a  \u{2029}\tb'", "a\u{2029}b"),
            ("'\u{2028}  '", "\u{2028}"),
            ("'a\n  b'", "a b"),
            ("'a\r\n\n  b'", "a\nb"),
            ("'a\n\u{2028}b'", "a\u{2028}b"),
            ("'a\u{2028}\nb'", "a\u{2028}\nb"),
        ] {
            let source: Vec<char> = source.chars().collect();
            assert_eq!(single_quoted(&source).as_deref(), Some(text), "{source:?}");
        }
        for source in ["", "'", "a", "'a'b'"] {
            let source: Vec<char> = source.chars().collect();
            assert_eq!(single_quoted(&source), None);
        }
    }
}
