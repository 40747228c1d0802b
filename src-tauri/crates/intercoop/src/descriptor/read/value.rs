//! A value of a descriptor with its path, and what it is read as.

use crate::descriptor::translated::FALLBACK;
use crate::descriptor::{DescriptorError, Note, Problem, Translated};
use crate::shown::is_shown;
use crate::yaml::Node;

/// Longest texts of three kinds, in characters: a name, a description, a page. Line breaks stand in the last two only.
pub(super) const LINE: usize = 200;
pub(super) const PARAGRAPH: usize = 3000;
pub(super) const PAGE: usize = 20_000;
/// How many languages a text may have.
const MAX_LANGUAGES: usize = 32;
/// How many odd things are noted.
const MAX_NOTES: usize = 100;
/// Longest part of a path, in characters.
const MAX_PART: usize = 64;

/// Collects what is odd.
pub(super) struct Reader {
    pub(super) notes: Vec<Note>,
}

/// A value and where it stands.
pub(super) struct Value<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
}

/// The entries of a mapping, each key once.
pub(super) struct Mapping<'a> {
    path: String,
    entries: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Value<'a> {
    pub(super) fn root(node: &'a Node) -> Self {
        Self {
            node,
            path: String::new(),
        }
    }

    pub(super) fn error(&self, problem: impl Into<Problem>) -> DescriptorError {
        DescriptorError::new(&self.path, problem)
    }

    pub(super) fn mapping(&self) -> Result<Mapping<'a>, DescriptorError> {
        let Node::Map(entries) = self.node else {
            return Err(self.error(Problem::NotAMapping));
        };
        let mut read: Vec<(&str, Value<'_>)> = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            let key = key.text().ok_or_else(|| self.error(Problem::Unusual))?;
            let path = below(&self.path, key);
            if read.iter().any(|(known, _)| *known == key) {
                return Err(DescriptorError::new(&path, Problem::Twice));
            }
            read.push((key, Self { node, path }));
        }
        Ok(Mapping {
            path: self.path.clone(),
            entries: read,
        })
    }

    /// The text without blanks around it, which folded blocks leave.
    pub(super) fn text(&self, max_chars: usize) -> Result<String, DescriptorError> {
        let text = self.node.text().ok_or_else(|| self.error(Problem::NotAText))?;
        let text = text.trim();
        let shown = |c: char| is_shown(c) || max_chars > LINE && matches!(c, '\n' | '\t' | '\r');
        let fits = !text.is_empty() && text.chars().count() <= max_chars && text.chars().all(shown);
        if fits {
            Ok(text.to_owned())
        } else {
            Err(self.error(Problem::Text))
        }
    }
}

impl<'a> Mapping<'a> {
    pub(super) fn entries(&self) -> &[(&'a str, Value<'a>)] {
        &self.entries
    }

    /// The value of a key. Null is as good as absent.
    pub(super) fn optional(&self, key: &str) -> Option<Value<'a>> {
        let (_, value) = self.entries.iter().find(|(known, _)| *known == key)?;
        let is_null = value
            .node
            .scalar()
            .is_some_and(|scalar| scalar.meaning == crate::yaml::Meaning::Null);
        (!is_null).then(|| Value {
            node: value.node,
            path: value.path.clone(),
        })
    }

    pub(super) fn needed(&self, key: &str) -> Result<Value<'a>, DescriptorError> {
        self.optional(key)
            .ok_or_else(|| DescriptorError::new(&below(&self.path, key), Problem::Missing))
    }
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { notes: Vec::new() }
    }

    /// What the schema wants and can be done without.
    pub(super) fn wanted<T>(
        &mut self,
        mapping: &Mapping<'_>,
        key: &str,
        read: impl FnOnce(&mut Self, &Value<'_>) -> Result<T, DescriptorError>,
    ) -> Result<Option<T>, DescriptorError> {
        match mapping.optional(key) {
            Some(value) => read(self, &value).map(Some),
            None => {
                self.note(Note::Missing(below(&mapping.path, key)));
                Ok(None)
            }
        }
    }

    /// A value, or a mapping of language codes to values.
    pub(super) fn translated<T>(
        &mut self,
        value: &Value<'_>,
        read: impl Fn(&Value<'_>) -> Result<T, DescriptorError>,
    ) -> Result<Translated<T>, DescriptorError> {
        if !matches!(value.node, Node::Map(_)) {
            return read(value).map(Translated::Plain);
        }
        let mapping = value.mapping()?;
        match mapping.entries.len() {
            0 => return Err(value.error(Problem::Missing)),
            1..=MAX_LANGUAGES => {}
            _ => return Err(value.error(Problem::TooMany)),
        }
        let mut values = Vec::new();
        for (code, value) in &mapping.entries {
            if !is_language(code) {
                return Err(value.error(Problem::Language));
            }
            values.push(((*code).to_owned(), read(value)?));
        }
        if !values.iter().any(|(code, _)| code == FALLBACK) {
            self.note(Note::NoSpanish(value.path.clone()));
        }
        Ok(Translated::ByLanguage(values))
    }

    pub(super) fn unknown(&mut self, mapping: &Mapping<'_>, known: &[&str]) {
        for (key, value) in &mapping.entries {
            if !known.contains(key) {
                self.note(Note::UnknownKey(value.path.clone()));
            }
        }
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(note);
        }
    }
}

/// Two or three letters, perhaps with a region: `ca`, `ast`, `ca_ES`.
fn is_language(code: &str) -> bool {
    let (language, region) = match code.split_once(['_', '-']) {
        Some((language, region)) => (language, Some(region)),
        None => (code, None),
    };
    let is_region =
        |region: &str| (2..=8).contains(&region.len()) && region.bytes().all(|b| b.is_ascii_alphanumeric());
    (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && region.is_none_or(is_region)
}

fn below(path: &str, key: &str) -> String {
    let key: String = key.chars().filter(|c| !c.is_control()).take(MAX_PART).collect();
    if path.is_empty() {
        key
    } else {
        format!("{path}.{key}")
    }
}
