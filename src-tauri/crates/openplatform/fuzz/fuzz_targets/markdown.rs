//! Any text as Markdown; what is read has addresses that a browser may be sent to, and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openplatform::markdown::{Block, Inline, read};

fuzz_target!(|text: &str| {
    read(text).iter().for_each(block);
});

fn block(block: &Block) {
    match block {
        Block::Heading { level, words } => {
            assert!((1..=6).contains(level));
            words.iter().for_each(inline);
        }
        Block::Paragraph(words) => words.iter().for_each(inline),
        Block::List { items, .. } => items.iter().flatten().for_each(self::block),
        Block::Quote(inner) => inner.iter().for_each(self::block),
        Block::Code(_) | Block::Rule => {}
    }
}

fn inline(part: &Inline) {
    match part {
        Inline::Strong(words) | Inline::Emphasis(words) => words.iter().for_each(inline),
        Inline::Link { to, words } => {
            assert!(matches!(to.scheme(), "http" | "https"));
            words.iter().for_each(inline);
        }
        Inline::Text(_) | Inline::Code(_) | Inline::Break => {}
    }
}
