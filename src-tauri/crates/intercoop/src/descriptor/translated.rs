//! A value in one or several languages (specification 3.1, 6).

/// The language that every translated value has to have, and that is taken when no preferred one is there.
pub(super) const FALLBACK: &str = "es";

/// A value that is the same in every language, or one for each of some.
///
/// Only what the schema calls translatable is read as this: upstream translates whatever mapping has a key that looks like a
/// language, a service called `es` too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Translated<T> {
    /// The same for all.
    Plain(T),
    /// By language code, in the order of the descriptor; never empty.
    ByLanguage(Vec<(String, T)>),
}

impl<T> Translated<T> {
    /// The value for somebody who prefers `languages`, the best first. Codes compare exactly. Without any of them it is the
    /// Spanish one, and without that the first.
    pub fn for_languages(&self, languages: &[&str]) -> Option<&T> {
        let values = match self {
            Self::Plain(value) => return Some(value),
            Self::ByLanguage(values) => values,
        };
        let of = |code: &str| values.iter().find(|(known, _)| known == code);
        languages
            .iter()
            .find_map(|code| of(code))
            .or_else(|| of(FALLBACK))
            .or_else(|| values.first())
            .map(|(_, value)| value)
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        let (plain, translated) = match self {
            Self::Plain(value) => (Some(value), [].as_slice()),
            Self::ByLanguage(values) => (None, values.as_slice()),
        };
        plain.into_iter().chain(translated.iter().map(|(_, value)| value))
    }
}
