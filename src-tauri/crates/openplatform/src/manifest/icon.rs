//! Icons: a manifest may give an image or the name of a Font Awesome symbol, depending on its age (specification 1.2).

/// Longest address of an image, in characters.
const MAX_ADDRESS: usize = 500;
/// Longest image inside the manifest, in bytes.
const MAX_DATA: usize = 64 * 1024;

/// What to draw for an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Icon {
    /// Address of an image on the web. Fetching it tells its server that somebody looks.
    Address(String),
    /// A raster image written into the manifest as a `data:` URL.
    Embedded(String),
    /// Class names such as `fa-check-circle far`, of letters, digits, hyphens and one blank.
    Symbol(String),
}

impl Default for Icon {
    /// Upstream's rocket.
    fn default() -> Self {
        Self::Symbol("fa-rocket fa".into())
    }
}

impl Icon {
    /// Reads any of the forms; what is none of them is the rocket.
    pub(super) fn read(text: Option<&str>) -> Self {
        let text = text.unwrap_or_default().trim();
        if is_web_address(text) && text.chars().count() <= MAX_ADDRESS {
            Self::Address(text.to_owned())
        } else if is_embedded_raster(text) {
            Self::Embedded(text.to_owned())
        } else {
            symbol(text).map(Self::Symbol).unwrap_or_default()
        }
    }
}

fn is_web_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// SVG is left out: it can hold scripts and references.
fn is_embedded_raster(text: &str) -> bool {
    let kinds = ["png", "jpeg", "gif", "webp", "x-icon", "vnd.microsoft.icon"];
    let fits = |kind: &&str| text.starts_with(&format!("data:image/{kind};base64,"));
    text.len() <= MAX_DATA && kinds.iter().any(fits)
}

/// Upstream's rule: no `fa-` in the value gets it in front, no blank gets the style ` fa` behind.
fn symbol(text: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let fits = !text.is_empty() && text.len() <= 60 && text.split(' ').count() <= 2;
    if !fits || !text.chars().all(is_plain) {
        return None;
    }
    let is_pair = text
        .split(' ')
        .any(|word| word.contains("fa-") || word.contains("ti-") || word.contains("tic-"));
    let name = if is_pair {
        text.to_owned()
    } else {
        format!("fa-{text}")
    };
    Some(if name.contains(' ') {
        name
    } else {
        format!("{name} fa")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol_of(text: &str) -> String {
        match Icon::read(Some(text)) {
            Icon::Symbol(name) => name,
            other @ (Icon::Address(_) | Icon::Embedded(_)) => panic!("{other:?}"),
        }
    }

    #[test]
    fn names_become_classes() {
        assert_eq!(symbol_of("vial"), "fa-vial fa");
        assert_eq!(symbol_of("check-circle far"), "fa-check-circle far");
        assert_eq!(symbol_of("fa-user"), "fa-user fa");
        assert_eq!(symbol_of("ti ti-rocket"), "ti ti-rocket");
    }

    #[test]
    fn images_are_addresses_or_raster_data() {
        assert_eq!(
            Icon::read(Some("https://a.example/i.png")),
            Icon::Address("https://a.example/i.png".into())
        );
        let data = "data:image/png;base64,AAAA";
        assert_eq!(Icon::read(Some(data)), Icon::Embedded(data.into()));
    }

    #[test]
    fn everything_else_is_the_rocket() {
        let long = format!("https://a.example/{}", "i".repeat(MAX_ADDRESS));
        let icons = [
            None,
            Some(""),
            Some("javascript:alert(1)"),
            Some("data:image/svg+xml,<svg/>"),
            Some("a\" onload="),
            Some("ñ"),
            Some(long.as_str()),
        ];
        for text in icons {
            assert_eq!(Icon::read(text), Icon::default(), "{text:?}");
        }
    }
}
