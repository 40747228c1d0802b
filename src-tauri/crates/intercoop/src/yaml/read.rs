//! Reads one document into a tree, with limits.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};
use thiserror::Error;

use super::limits::{MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES};
use super::lines::{is_old_break, single_quoted};
use super::scalar::{Meaning, Scalar, resolve};

/// One document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Document {
    /// Its root.
    pub(crate) root: Node,
    /// Whether a tag stands anywhere in it.
    pub(crate) has_tag: bool,
}

/// A value of the tree. Nothing is lost: a mapping keeps the same key twice, and a merge as the key that it is written as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Node {
    /// One value.
    Scalar(Scalar),
    /// Values in their order.
    List(Vec<Self>),
    /// Keys and values in their order.
    Map(Vec<(Self, Self)>),
}

/// Why a text is no YAML that can be taken. It names places and rules, never what stands in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum YamlError {
    /// Not YAML.
    #[error("invalid syntax at line {line}, column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// More than one document.
    #[error("expected a single document in the text")]
    SeveralDocuments,
    /// A tag that no safe reader knows.
    #[error("the tag at line {line} is not allowed")]
    ForbiddenTag {
        /// Line, from 1.
        line: usize,
    },
    /// A scalar that nothing can be made of.
    #[error("{what} at line {line}")]
    Scalar {
        /// What is wrong with it.
        what: &'static str,
        /// Line, from 1.
        line: usize,
    },
    /// A character that YAML does not allow, or that readers disagree about.
    #[error("the character U+{0:04X} is not allowed unescaped")]
    Character(u32),
    /// A block of lines whose last one has no end: YAML 1.1 and 1.2 disagree whether it has one all the same.
    #[error("the last line of the text has no end")]
    OpenBlock,
    /// An anchor with a sign in its name that ends it for YAML 1.1.
    #[error("an anchor has a name of other signs than letters, digits, '_' and '-'")]
    Anchor,
    /// More than the limits allow.
    #[error("the text is too large or too deeply nested")]
    TooLarge,
    /// An alias inside the value that it stands for.
    #[error("a value contains itself")]
    Recursive,
}

impl Node {
    /// The scalar, if it is one.
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The text, if it is one to upstream.
    pub(crate) fn text(&self) -> Option<&str> {
        self.scalar()
            .filter(|scalar| scalar.meaning == Meaning::Text)
            .map(|scalar| scalar.text.as_str())
    }

    /// The value of a key of a mapping. Of the same key twice it is the last one, as to upstream.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        let mut from_the_end = entries.iter().rev();
        from_the_end
            .find(|(known, _)| known.text() == Some(key))
            .map(|(_, value)| value)
    }

    fn size(&self) -> usize {
        match self {
            Self::Scalar(_) => 1,
            Self::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Map(entries) => {
                let sizes = entries.iter().map(|(key, value)| key.size() + value.size());
                1 + sizes.sum::<usize>()
            }
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Scalar(_) => 0,
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Map(entries) => {
                let depths = entries.iter().map(|(key, value)| key.depth().max(value.depth()));
                1 + depths.max().unwrap_or(0)
            }
        }
    }
}

/// Reads a text that has exactly one document, or none: that is null.
///
/// # Errors
/// [`YamlError`] with the place.
pub(crate) fn read(text: &str) -> Result<Document, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(YamlError::TooLarge);
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if let Some(c) = text.chars().find(|c| !is_agreed(*c)) {
        return Err(YamlError::Character(c.into()));
    }
    Reading::new(text).document(text.ends_with(['\n', '\r']))
}

/// Whether YAML allows the character, and YAML 1.1 and 1.2 take it for the same.
fn is_agreed(c: char) -> bool {
    let printable = matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..);
    printable && c != '\u{FEFF}'
}

/// Takes the place of the characters of scalars.
const STRUCK_OUT: char = 'x';

/// Whether an anchor or an alias outside of scalars has a name of which YAML 1.1 would take a part only.
fn has_odd_anchor(chars: &[char]) -> bool {
    let is_end = |c: &char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
    chars.iter().enumerate().any(|(at, c)| {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let begins = before.is_none_or(|before| is_end(before) || matches!(before, ':' | '-' | '?'));
        let mut name = chars.iter().skip(at + 1).take_while(|c| !is_end(c));
        matches!(c, '&' | '*')
            && begins
            && name.any(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))
    })
}

struct Reading<'text> {
    /// The source. See [`Reading::folded`].
    chars: Vec<char>,
    parser: Parser<'text, StrInput<'text>>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    aliases: usize,
    has_tag: bool,
    line: usize,
    /// Whether the last scalar was a block.
    after_block: bool,
    /// Characters of the last event.
    span: std::ops::Range<usize>,
    /// Whether there is an anchor, or an alias.
    has_anchor: bool,
    /// Whether the last event begins with a bracket.
    at_bracket: bool,
    /// How many brackets are open.
    brackets: usize,
}

impl<'text> Reading<'text> {
    fn new(text: &'text str) -> Self {
        Self {
            chars: text.chars().collect(),
            parser: Parser::new_from_str(text),
            anchors: HashMap::new(),
            nodes: 0,
            aliases: 0,
            has_tag: false,
            line: 0,
            after_block: false,
            span: 0..0,
            has_anchor: false,
            at_bracket: false,
            brackets: 0,
        }
    }

    fn document(mut self, is_ended: bool) -> Result<Document, YamlError> {
        let mut root = None;
        while let Some(event) = self.next()? {
            match event {
                Event::Nothing | Event::StreamStart | Event::DocumentEnd | Event::StreamEnd => {}
                Event::DocumentStart(_) if root.is_some() => return Err(YamlError::SeveralDocuments),
                Event::DocumentStart(_) => {
                    let first = self.some()?;
                    root = Some(self.node(first, 0)?);
                }
                Event::Alias(_)
                | Event::Scalar(..)
                | Event::SequenceStart(..)
                | Event::SequenceEnd
                | Event::MappingStart(..)
                | Event::MappingEnd => return Err(self.syntax()),
            }
        }
        if let Some(c) = self.chars.iter().find(|c| is_old_break(**c)) {
            return Err(YamlError::Character((*c).into()));
        }
        if self.after_block && !is_ended {
            return Err(YamlError::OpenBlock);
        }
        if self.has_anchor && has_odd_anchor(&self.chars) {
            return Err(YamlError::Anchor);
        }
        Ok(Document {
            root: root.unwrap_or(Node::Scalar(Scalar {
                text: String::new(),
                meaning: Meaning::Null,
            })),
            has_tag: self.has_tag,
        })
    }

    fn next(&mut self) -> Result<Option<Event<'text>>, YamlError> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                self.span = span.start.index()..span.end.index();
                let first = self.chars.get(span.start.index());
                self.at_bracket = matches!(first, Some('[' | '{'));
                Ok(Some(event))
            }
            // The parser's own words may repeat a piece of the text.
            Some(Err(error)) => Err(YamlError::Syntax {
                line: error.marker().line(),
                column: error.marker().col() + 1,
            }),
        }
    }

    fn some(&mut self) -> Result<Event<'text>, YamlError> {
        self.next()?.ok_or_else(|| self.syntax())
    }

    fn syntax(&self) -> YamlError {
        YamlError::Syntax {
            line: self.line,
            column: 1,
        }
    }

    fn node(&mut self, event: Event<'text>, depth: usize) -> Result<Node, YamlError> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err(YamlError::TooLarge);
        }
        let brackets = self.brackets;
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, Node::Scalar(self.scalar(&text, style, tag.as_deref())?))
            }
            Event::SequenceStart(anchor, tag) => {
                self.brackets += usize::from(self.at_bracket);
                self.tag(tag.as_deref(), &["seq", "omap", "pairs"])?;
                (anchor, self.list(depth)?)
            }
            Event::MappingStart(anchor, tag) => {
                self.brackets += usize::from(self.at_bracket);
                self.tag(tag.as_deref(), &["map", "set", "omap"])?;
                (anchor, self.map(depth)?)
            }
            Event::Alias(anchor) => return self.alias(anchor, depth),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err(self.syntax()),
        };
        self.brackets = brackets;
        if anchor != 0 {
            self.has_anchor = true;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, depth: usize) -> Result<Node, YamlError> {
        self.aliases += 1;
        self.has_anchor = true;
        let node = self.anchors.get(&anchor).ok_or(YamlError::Recursive)?;
        self.nodes += node.size();
        if self.aliases > MAX_ALIASES || self.nodes > MAX_NODES || depth + node.depth() > MAX_DEPTH {
            return Err(YamlError::TooLarge);
        }
        Ok(node.clone())
    }

    fn list(&mut self, depth: usize) -> Result<Node, YamlError> {
        let mut items = Vec::new();
        loop {
            let event = self.some()?;
            if event == Event::SequenceEnd {
                return Ok(Node::List(items));
            }
            items.push(self.node(event, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<Node, YamlError> {
        let mut entries = Vec::new();
        loop {
            let event = self.some()?;
            if event == Event::MappingEnd {
                return Ok(Node::Map(entries));
            }
            let key = self.key(event, depth)?;
            let event = self.some()?;
            entries.push((key, self.node(event, depth + 1)?));
        }
    }

    /// A merge and a default value are keys to upstream, though no values.
    fn key(&mut self, event: Event<'text>, depth: usize) -> Result<Node, YamlError> {
        if let Event::Scalar(text, ScalarStyle::Plain, 0, None) = &event
            && matches!(&**text, "<<" | "=")
        {
            self.nodes += 1;
            return Ok(Node::Scalar(Scalar {
                text: text.to_string(),
                // No text: neither a field nor a name.
                meaning: Meaning::Null,
            }));
        }
        self.node(event, depth + 1)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Scalar, YamlError> {
        self.after_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let failed = |what| YamlError::Scalar {
            what,
            line: self.line,
        };
        if style == ScalarStyle::Plain && self.brackets > 0 && text.starts_with('?') {
            // The mark of a key to YAML 1.1, whatever follows it.
            return Err(failed("a question mark begins a value in brackets"));
        }
        let plain = || resolve(text).map_err(failed);
        let meaning = match tag {
            None if style == ScalarStyle::Plain => plain()?,
            None => Meaning::Text,
            Some(tag) => {
                let name = self.known(tag)?;
                self.has_tag = true;
                match name {
                    "" => plain()?,
                    "str" => Meaning::Text,
                    "binary" => Meaning::Bytes,
                    "null" | "bool" | "int" | "float" | "timestamp" => {
                        let meaning = resolve(text).map_err(|what| YamlError::Scalar {
                            what,
                            line: self.line,
                        })?;
                        let fits = kind(meaning) == name;
                        fits.then_some(meaning).ok_or(YamlError::Scalar {
                            what: "a value is not what its tag says",
                            line: self.line,
                        })?
                    }
                    _ => return Err(YamlError::ForbiddenTag { line: self.line }),
                }
            }
        };
        Ok(Scalar {
            text: self.folded(style).unwrap_or_else(|| text.to_owned()),
            meaning,
        })
    }

    /// The text of a scalar with old line breaks, if it is one in which they are known to be upstream's. What is dealt with is
    /// struck out of the source, so that the rest can be looked through at the end.
    fn folded(&mut self, style: ScalarStyle) -> Option<String> {
        let source = self.chars.get_mut(self.span.clone())?;
        if matches!(source.first(), Some('&' | '!')) {
            // An anchor or a tag is before it, and has to be looked at.
            return None;
        }
        let has_old_breaks = style == ScalarStyle::SingleQuoted && source.iter().any(|c| is_old_break(*c));
        let text = has_old_breaks.then(|| single_quoted(source)).flatten();
        for c in source {
            if text.is_some() || !is_old_break(*c) {
                *c = STRUCK_OUT;
            }
        }
        text
    }

    fn tag(&mut self, tag: Option<&Tag>, allowed: &[&str]) -> Result<(), YamlError> {
        let Some(tag) = tag else {
            return Ok(());
        };
        let name = self.known(tag)?;
        if !name.is_empty() && !allowed.contains(&name) {
            return Err(YamlError::ForbiddenTag { line: self.line });
        }
        self.has_tag = true;
        Ok(())
    }

    /// The name of a tag of YAML's own; empty for `!` alone.
    fn known<'tag>(&self, tag: &'tag Tag) -> Result<&'tag str, YamlError> {
        let full = tag.suffix.strip_prefix("tag:yaml.org,2002:");
        match (tag.handle.as_str(), full) {
            ("", Some(name)) => Ok(name),
            ("tag:yaml.org,2002:", _) => Ok(&tag.suffix),
            ("!" | "", None) if tag.suffix.is_empty() || tag.suffix == "!" => Ok(""),
            _ => Err(YamlError::ForbiddenTag { line: self.line }),
        }
    }
}

fn kind(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Text => "str",
        Meaning::Null => "null",
        Meaning::Flag(_) => "bool",
        Meaning::Whole(_) => "int",
        Meaning::Decimal => "float",
        Meaning::Date => "timestamp",
        Meaning::Bytes => "binary",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text_of(text: &str) -> String {
        let document = read(text).unwrap();
        document.root.get("a").unwrap().scalar().unwrap().text.clone()
    }

    #[test]
    fn every_style_has_its_text() {
        for (yaml, text) in [
            ("a: plain  text", "plain  text"),
            ("a: two\n  lines", "two lines"),
            ("a: x &b?c", "x &b?c"),
            ("b: [&x_1-a c, *x_1-a]\na: x &b?c", "x &b?c"),
            ("a: ?x", "?x"),
            ("b: [c]\na: ?x", "?x"),
            ("a: 'it''s'", "it's"),
            ("a: 'two\n\n  lines'", "two\nlines"),
            (
                "a: \"\\u00e9\\U0001F600\\x41\\n\\L\\_\\/\"",
                "é😀A\n\u{2028}\u{a0}/",
            ),
            ("a: 'one\u{2028}  two\n  three'", "one\u{2028}two three"),
            ("'\u{2029}b': c\na: x", "x"),
            ("a: |\n  one\n   two\n", "one\n two\n"),
            ("a: |-\n  one\n\n  two\n", "one\n\ntwo"),
            ("a: >\n  one\n  two\n", "one two\n"),
            ("a: one\r\nb: 2\r\n", "one"),
            ("\u{FEFF}a: x", "x"),
            ("{\"a\":\"x\"}", "x"),
            ("---\na: x\n...\n", "x"),
            ("%YAML 1.1\n---\na: x\n", "x"),
        ] {
            assert_eq!(text_of(yaml), text, "{yaml}");
        }
    }

    #[test]
    fn quotes_make_a_text() {
        for (yaml, meaning) in [
            ("a: NO", Meaning::Flag(false)),
            ("a: \"NO\"", Meaning::Text),
            ("a: 'NO'", Meaning::Text),
            ("a: |-\n  NO\n", Meaning::Text),
            ("a: 012", Meaning::Whole(10)),
            ("a: !!str 012", Meaning::Text),
            ("a: !!int '012'", Meaning::Whole(10)),
            ("a: !!binary YQ==", Meaning::Bytes),
            ("a:", Meaning::Null),
        ] {
            let document = read(yaml).unwrap();
            assert!(
                document.root.get("a").unwrap().scalar().unwrap().meaning == meaning,
                "{yaml}"
            );
            assert_eq!(document.has_tag, yaml.contains('!'), "{yaml}");
        }
    }

    #[test]
    fn an_alias_is_a_copy() {
        let document = read("a: &x\n- 1\n- b\nb: *x\n").unwrap();
        assert_eq!(document.root.get("a"), document.root.get("b"));
        assert!(matches!(document.root.get("b"), Some(Node::List(items)) if items.len() == 2));
    }

    #[test]
    fn nothing_is_null_and_the_last_key_counts() {
        for text in ["", "\n", "# only a comment", "---", "~"] {
            let root = read(text).unwrap().root;
            assert!(root.scalar().unwrap().meaning == Meaning::Null, "{text}");
        }
        assert_eq!(text_of("a: x\na: y"), "y");
        assert_eq!(read("<<: x").unwrap().root.get("<<"), None);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "[".repeat(20_000);
        let bomb = format!("a: &a [{}]\nb: [{}]", "x,".repeat(2000), "*a,".repeat(30));
        let many = format!("- &a x\n{}", "- *a\n".repeat(MAX_ALIASES + 1));
        for text in [
            "a: [",
            "a: 'x",
            "a: b: c",
            "a\n---\nb",
            "*a",
            "a: !x 1",
            "a: !!python/object:os.system x",
            "a: !!int x",
            "a: =",
            "a: <<",
            "a: \u{1}",
            "a: \u{7f}",
            "a: \u{85}",
            "a: \u{2028}b",
            "a: \"x\u{2028}b\"",
            "a: |\n  x\u{2029}b\n",
            "a: 'x\u{2028}b' #\u{2028}",
            "a: 'x\u{2028}b'\nb: \u{2029}x",
            "a: \u{feff}",
            "a: \"\\ud83d\\ude00\"",
            "&a [*a]",
            "a: 2020-13-01",
            "a: &x?y z",
            "a: &x y\nb: *x?\n",
            "a: &x y\n*x: c\n",
            "a: [?x]",
            "a: {b: c, ?\"d\": e}",
            "a: |\n  x",
            "a:\n- >-\n  x\n  ",
            &deep,
            &bomb,
            &many,
            &" ".repeat(MAX_BYTES + 1),
        ] {
            assert!(
                read(text).is_err(),
                "{}",
                text.chars().take(40).collect::<String>()
            );
        }
    }

    #[test]
    fn a_reason_does_not_repeat_the_text() {
        for text in [
            "canary: 'x",
            "a: !canary x",
            "*canary",
            "a: \"\\canary\"",
            "canary: [",
            "@canary",
        ] {
            let reason = read(text).unwrap_err().to_string();
            assert!(!reason.contains("canary"), "{reason}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), likely in "[-a&*!:{}\\[\\]|> '\"\n0-9<=%#,?\t]{0,60}") {
            let _ = (read(&text), read(&likely));
        }

        #[test]
        fn what_is_quoted_comes_back(text in any::<String>()) {
            for quoted in [super::super::quoted(&text), super::super::quoted_ascii(&text)] {
                prop_assert_eq!(text_of(&format!("a: {quoted}\n")), text.clone());
            }
        }
    }
}
