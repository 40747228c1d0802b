//! Markdown that apps write for people, as a small tree: words and their emphasis, lists, links that say where they lead. Markup of pages,
//! pictures, and addresses other than https and http have no form in it, so nothing of an app can come back to life on the other side.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use url::Url;

use crate::text::visible;

/// The longest text that is read, in bytes; what is behind is left out.
pub const MAX_BYTES: usize = 64 * 1024;
/// The deepest nesting that is kept; what is deeper becomes plain words.
pub const MAX_DEPTH: usize = 8;
/// The most pieces that are kept.
pub const MAX_PIECES: usize = 4000;

/// A part of a text that stands by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 for the largest, up to 6.
        level: u8,
        /// What it says.
        words: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list.
    List {
        /// The number of its first item, where items are numbered.
        first: Option<u64>,
        /// Its items.
        items: Vec<Vec<Block>>,
    },
    /// Something that somebody else says.
    Quote(Vec<Block>),
    /// Lines as they are.
    Code(String),
    /// A line across.
    Rule,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Words that matter.
    Strong(Vec<Inline>),
    /// Words that are stressed.
    Emphasis(Vec<Inline>),
    /// Words of a machine.
    Code(String),
    /// A link, only to https and http.
    Link {
        /// Where it leads.
        to: Url,
        /// What it says.
        words: Vec<Inline>,
    },
    /// The line ends here.
    Break,
}

/// Reads a text.
pub fn read(text: &str) -> Vec<Block> {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let mut reader = Reader {
        open: vec![Open::new(Kind::Root)],
        pieces: 0,
        ignored: 0,
    };
    for event in Parser::new_ext(text, Options::empty()) {
        reader.take(event);
    }
    reader.finish()
}

/// What is open, with what it holds so far.
struct Open {
    kind: Kind,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
    code: String,
}

enum Kind {
    Root,
    Paragraph,
    Heading(u8),
    List(Option<u64>),
    Item,
    Quote,
    Code,
    Strong,
    Emphasis,
    Link(Option<Url>),
    /// A picture: its words stay.
    Picture,
}

impl Open {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            blocks: Vec::new(),
            inlines: Vec::new(),
            items: Vec::new(),
            code: String::new(),
        }
    }

    /// Words that stand beside blocks, as in a tight list, are a paragraph of their own.
    fn close_words(&mut self) {
        if !self.inlines.is_empty() {
            let words = std::mem::take(&mut self.inlines);
            self.blocks.push(Block::Paragraph(words));
        }
    }
}

struct Reader {
    open: Vec<Open>,
    pieces: usize,
    /// How many things are open that are left out: their ends close nothing.
    ignored: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.words(&text),
            Event::Code(text) => self.inline(Inline::Code(clean(&text))),
            Event::SoftBreak => self.words(" "),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            // Markup of pages is left out; the forms behind it are turned off.
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, .. } => Kind::Heading(number(level)),
            Tag::BlockQuote(_) => Kind::Quote,
            Tag::CodeBlock(_) => Kind::Code,
            Tag::List(first) => Kind::List(first),
            Tag::Item => Kind::Item,
            Tag::Emphasis => Kind::Emphasis,
            Tag::Strong => Kind::Strong,
            Tag::Link { dest_url, .. } => Kind::Link(address(&dest_url)),
            Tag::Image { .. } => Kind::Picture,
            Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {
                self.ignored += 1;
                return;
            }
        };
        // A list of the depth that is kept still gets its items.
        if self.open.len() > 2 * MAX_DEPTH || self.ignored > 0 {
            self.ignored += 1;
            return;
        }
        if let Some(top) = self.open.last_mut()
            && matches!(
                kind,
                Kind::Paragraph | Kind::Heading(_) | Kind::List(_) | Kind::Quote | Kind::Code
            )
        {
            top.close_words();
        }
        self.open.push(Open::new(kind));
    }

    fn end(&mut self, _end: TagEnd) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        if self.open.len() < 2 {
            return;
        }
        let Some(mut done) = self.open.pop() else { return };
        match done.kind {
            Kind::Root => {}
            Kind::Paragraph => self.block(Block::Paragraph(done.inlines)),
            Kind::Heading(level) => self.block(Block::Heading {
                level,
                words: done.inlines,
            }),
            Kind::List(first) => self.block(Block::List {
                first,
                items: done.items,
            }),
            Kind::Item => {
                done.close_words();
                if let Some(list) = self.open.last_mut() {
                    list.items.push(done.blocks);
                }
            }
            Kind::Quote => {
                done.close_words();
                self.block(Block::Quote(done.blocks));
            }
            Kind::Code => self.block(Block::Code(done.code)),
            Kind::Strong => self.inline(Inline::Strong(done.inlines)),
            Kind::Emphasis => self.inline(Inline::Emphasis(done.inlines)),
            Kind::Link(Some(to)) => self.inline(Inline::Link {
                to,
                words: done.inlines,
            }),
            // An address of another kind: the words stay.
            Kind::Link(None) | Kind::Picture => {
                if let Some(top) = self.open.last_mut() {
                    top.inlines.extend(done.inlines);
                }
            }
        }
    }

    fn words(&mut self, text: &str) {
        let Some(top) = self.open.last_mut() else { return };
        if let Kind::Code = top.kind {
            let lines = text.chars().filter(|c| *c == '\n' || visible(*c) == Some(*c));
            top.code.extend(lines);
            return;
        }
        let text = clean(text);
        if let Some(Inline::Text(before)) = top.inlines.last_mut() {
            before.push_str(&text);
        } else {
            self.inline(Inline::Text(text));
        }
    }

    fn inline(&mut self, inline: Inline) {
        if self.room()
            && let Some(top) = self.open.last_mut()
        {
            top.inlines.push(inline);
        }
    }

    fn block(&mut self, block: Block) {
        if self.room()
            && let Some(top) = self.open.last_mut()
        {
            top.close_words();
            top.blocks.push(block);
        }
    }

    fn room(&mut self) -> bool {
        self.pieces += 1;
        self.pieces <= MAX_PIECES
    }

    fn finish(mut self) -> Vec<Block> {
        let mut root = self.open.swap_remove(0);
        root.close_words();
        root.blocks
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Addresses that a browser may be sent to, without a name or password in them.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    (plain && matches!(url.scheme(), "https" | "http")).then_some(url)
}

fn clean(text: &str) -> String {
    text.chars().filter_map(visible).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.into())
    }

    #[test]
    fn the_usual_forms_are_read() {
        let blocks = read(
            "# Hours\n\nAdds *up* your **hours**, see [the page](https://a.example/x).\n\n- one\n- two\n\n> quoted\n\n```\na <b>\n```\n\n---\n\n3. three",
        );
        assert_eq!(
            blocks,
            [
                Block::Heading {
                    level: 1,
                    words: vec![text("Hours")]
                },
                Block::Paragraph(vec![
                    text("Adds "),
                    Inline::Emphasis(vec![text("up")]),
                    text(" your "),
                    Inline::Strong(vec![text("hours")]),
                    text(", see "),
                    Inline::Link {
                        to: "https://a.example/x".parse().unwrap(),
                        words: vec![text("the page")]
                    },
                    text("."),
                ]),
                Block::List {
                    first: None,
                    items: vec![
                        vec![Block::Paragraph(vec![text("one")])],
                        vec![Block::Paragraph(vec![text("two")])]
                    ]
                },
                Block::Quote(vec![Block::Paragraph(vec![text("quoted")])]),
                Block::Code("a <b>\n".into()),
                Block::Rule,
                Block::List {
                    first: Some(3),
                    items: vec![vec![Block::Paragraph(vec![text("three")])]]
                },
            ]
        );
    }

    #[test]
    fn nothing_of_a_page_comes_through() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<iframe src=https://evil.example></iframe>",
            "<a href='javascript:alert(1)'>x</a>",
        ] {
            let shown = format!("{:?}", read(hostile));
            assert!(
                !shown.contains('<') && !shown.contains("Link"),
                "{hostile}: {shown}"
            );
        }
        for link in [
            "[x](javascript:alert(1))",
            "[x](data:text/html,x)",
            "[x](file:///etc/passwd)",
            "[x](tauri://localhost)",
            "[x](https://u:p@a.example/)",
            "[x](/relative)",
            "![x](https://a.example/canary.png)",
        ] {
            assert_eq!(
                read(link),
                [Block::Paragraph(vec![text("x")])],
                "{link}: only its words stay"
            );
        }
        assert_eq!(read("a\u{202E}b"), [Block::Paragraph(vec![text("ab")])]);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = ">".repeat(500) + " x";
        assert!(depth(&read(&deep)) <= 2 * MAX_DEPTH + 1);
        let many = "a\n\n".repeat(20_000);
        assert!(read(&many).len() <= MAX_PIECES);
    }

    fn depth(blocks: &[Block]) -> usize {
        let of = |block: &Block| match block {
            Block::Quote(inner) => 1 + depth(inner),
            Block::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or(0),
            Block::Heading { .. } | Block::Paragraph(_) | Block::Code(_) | Block::Rule => 1,
        };
        blocks.iter().map(of).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_its_limits(text in any::<String>()) {
            prop_assert!(depth(&read(&text)) <= 2 * MAX_DEPTH + 1);
        }

        #[test]
        fn marks_are_read_within_their_limits(text in "[-#>*_`\\[\\]()!<a1. \n]{0,300}") {
            let blocks = read(&text);
            prop_assert!(depth(&blocks) <= 2 * MAX_DEPTH + 1);
        }
    }
}
