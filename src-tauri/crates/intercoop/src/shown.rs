//! Which characters of somebody else's text can be shown.

/// Whether a character is neither a control character nor one that turns the direction of what follows, or joins invisibly: with
/// those a text reads as another one than it is.
pub(crate) fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}
