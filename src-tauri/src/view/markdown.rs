//! What apps write in Markdown, as the pages draw it: words and where links lead, never markup.

use openplatform::markdown::{self, Block, Inline};
use serde::Serialize;
use specta::Type;

/// A part of a text that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum MarkBlock {
    Heading {
        level: u8,
        words: Vec<MarkInline>,
    },
    Paragraph {
        words: Vec<MarkInline>,
    },
    List {
        first: Option<u32>,
        items: Vec<Vec<MarkBlock>>,
    },
    Quote {
        blocks: Vec<MarkBlock>,
    },
    Code {
        text: String,
    },
    Rule,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum MarkInline {
    Text {
        text: String,
    },
    Strong {
        words: Vec<MarkInline>,
    },
    Emphasis {
        words: Vec<MarkInline>,
    },
    Code {
        text: String,
    },
    /// A link with the host that it leads to.
    Link {
        to: String,
        host: String,
        words: Vec<MarkInline>,
    },
    Break,
}

/// Reads a text of an app.
pub(crate) fn read(text: &str) -> Vec<MarkBlock> {
    markdown::read(text).into_iter().map(block).collect()
}

fn block(block: Block) -> MarkBlock {
    match block {
        Block::Heading { level, words } => MarkBlock::Heading {
            level,
            words: inlines(words),
        },
        Block::Paragraph(words) => MarkBlock::Paragraph {
            words: inlines(words),
        },
        Block::List { first, items } => MarkBlock::List {
            first: first.map(|first| u32::try_from(first).unwrap_or(1)),
            items: items
                .into_iter()
                .map(|item| item.into_iter().map(self::block).collect())
                .collect(),
        },
        Block::Quote(blocks) => MarkBlock::Quote {
            blocks: blocks.into_iter().map(self::block).collect(),
        },
        Block::Code(text) => MarkBlock::Code { text },
        Block::Rule => MarkBlock::Rule,
    }
}

fn inlines(words: Vec<Inline>) -> Vec<MarkInline> {
    let one = |part| match part {
        Inline::Text(text) => MarkInline::Text { text },
        Inline::Strong(words) => MarkInline::Strong {
            words: inlines(words),
        },
        Inline::Emphasis(words) => MarkInline::Emphasis {
            words: inlines(words),
        },
        Inline::Code(text) => MarkInline::Code { text },
        Inline::Link { to, words } => MarkInline::Link {
            host: to.host_str().unwrap_or_default().to_owned(),
            to: to.into(),
            words: inlines(words),
        },
        Inline::Break => MarkInline::Break,
    };
    words.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_where_it_leads() {
        let blocks = read("[hours](https://a.example/x)");
        let link = MarkInline::Link {
            to: "https://a.example/x".into(),
            host: "a.example".into(),
            words: vec![MarkInline::Text { text: "hours".into() }],
        };
        assert_eq!(blocks, [MarkBlock::Paragraph { words: vec![link] }]);
    }
}
