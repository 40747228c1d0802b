//! Writes HTML. Only literals of this program pass unescaped.

use std::io::{self, Write};

/// A writer for which markup and data are different types.
pub struct Html<'w> {
    out: &'w mut dyn Write,
}

impl<'w> Html<'w> {
    /// Writes into `out`.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out }
    }

    /// Markup of this program.
    ///
    /// # Errors
    /// What the writer returned.
    pub fn raw(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// Data, escaped for text and for quoted attributes.
    ///
    /// # Errors
    /// What the writer returned.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        let mut utf8 = [0; 4];
        text.chars().try_for_each(|c| match escaped(c) {
            Some(entity) => self.out.write_all(entity.as_bytes()),
            None => self.out.write_all(c.encode_utf8(&mut utf8).as_bytes()),
        })
    }

    /// Data of another script or direction, which must not disturb what stands around it. What is longer than
    /// `most` characters is cut.
    ///
    /// # Errors
    /// What the writer returned.
    pub fn data(&mut self, text: &str, most: usize) -> io::Result<()> {
        self.raw("<bdi>")?;
        match text.char_indices().nth(most) {
            Some((end, _)) => {
                self.text(text.get(..end).unwrap_or_default())?;
                self.raw("…")?;
            }
            None => self.text(text)?,
        }
        self.raw("</bdi>")
    }

    /// A coordinate with one decimal.
    pub(crate) fn point(&mut self, value: f64) -> io::Result<()> {
        let value = if value.is_finite() { value } else { 0.0 };
        write!(self.out, "{value:.1}")
    }

    /// An attribute with a coordinate.
    pub(crate) fn at(&mut self, name: &'static str, value: f64) -> io::Result<()> {
        self.raw(" ")?;
        self.raw(name)?;
        self.raw("=\"")?;
        self.point(value)?;
        self.raw("\"")
    }
}

fn escaped(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        '\n' | '\t' => None,
        c if c.is_control() => Some("\u{FFFD}"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Html<'_>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut Html::new(&mut out)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn data_never_becomes_markup() {
        assert_eq!(
            written(|h| h.text("<b a=\"1\" c='2'>&\0</b>")),
            "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;\u{FFFD}&lt;/b&gt;"
        );
    }

    #[test]
    fn long_data_is_cut_at_a_character() {
        assert_eq!(written(|h| h.data("aéb", 2)), "<bdi>aé…</bdi>");
        assert_eq!(written(|h| h.data("aé", 2)), "<bdi>aé</bdi>");
    }

    #[test]
    fn a_coordinate_is_always_a_number() {
        assert_eq!(written(|h| h.at("x", f64::NAN)), " x=\"0.0\"");
        assert_eq!(written(|h| h.at("x", 1.26)), " x=\"1.3\"");
    }
}
