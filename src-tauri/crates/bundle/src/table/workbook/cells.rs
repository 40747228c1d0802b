//! Cells: their kinds and their places.

/// What the text of a cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum CellKind {
    /// A number, or a date by its style.
    #[default]
    Number,
    /// The number of a text in the list of the workbook.
    Shared,
    /// The text itself.
    Text,
    Truth,
    /// `#DIV/0!` and the like.
    Error,
}

impl CellKind {
    pub(super) fn of(word: Option<&str>) -> Self {
        match word {
            Some("s") => Self::Shared,
            Some("b") => Self::Truth,
            Some("e") => Self::Error,
            Some("str" | "inlineStr" | "d") => Self::Text,
            Some(_) | None => Self::Number,
        }
    }
}

/// The column of `BC12`, from 0.
pub(super) fn column_of(place: &str) -> Option<usize> {
    let mut column = 0_usize;
    for letter in place.bytes().take_while(u8::is_ascii_alphabetic) {
        let value = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(value)?;
        if column > 20_000 {
            return Some(column);
        }
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!(column_of("A1"), Some(0));
        assert_eq!(column_of("AB7"), Some(27));
        assert_eq!(column_of("7"), None);
        assert!(column_of("ZZZZZZZZZZZZZZZZ1").unwrap() > 2000);
    }
}
