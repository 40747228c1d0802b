//! Filling templates, with everything escaped that is not HTML already.

use std::fmt::Write;

/// HTML that is safe to put into a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Html(pub(crate) String);

impl From<&str> for Html {
    /// Escapes a text for element content and quoted attributes.
    fn from(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' | '<' | '>' | '"' | '\'' => {
                    // Writing to a String cannot fail.
                    let _ = write!(html, "&#{};", u32::from(character));
                }
                _ => html.push(character),
            }
        }
        Self(html)
    }
}

/// Puts values in the places of a template that are written `{{name}}`. A value is put in once and not looked at again, so that one cannot
/// stand for another.
pub(crate) fn fill(template: &str, values: &[(&str, Html)]) -> Html {
    let mut html = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        html.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        html.push_str(value.map(|(_, value)| value.0.as_str()).unwrap_or_default());
        rest = after;
    }
    html.push_str(rest);
    Html(html)
}

/// A template with its values; texts are escaped.
macro_rules! html {
    ($template:expr, $($name:literal => $value:expr),+) => {
        $crate::pages::html::fill($template, &[$(($name, $crate::pages::html::Html::from($value))),+])
    };
}
pub(crate) use html;

#[cfg(test)]
mod tests {
    use super::Html;
    use proptest::prelude::*;

    #[test]
    fn texts_are_escaped_and_never_filled_again() {
        let page = html!("<p>{{a}}|{{b}}|{{c}}</p>", "a" => "<b> {{b}} & \"'", "b" => Html("<i>".to_owned()));
        assert_eq!(page.0, "<p>&#60;b&#62; {{b}} &#38; &#34;&#39;|<i>|</p>");
    }

    proptest! {
        #[test]
        fn no_text_opens_a_tag_or_ends_an_attribute(text in any::<String>()) {
            prop_assert!(!Html::from(text.as_str()).0.contains(['<', '>', '"', '\'']));
        }
    }
}
