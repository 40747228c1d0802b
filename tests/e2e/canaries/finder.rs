//! Finds words and bytes in a file, however they are written: UTF-8, UTF-16, hexadecimal, base64.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

/// Shorter pieces would be found by chance.
const SHORTEST: usize = 6;

/// What must not be found.
#[derive(Default)]
pub(crate) struct Canaries {
    needles: Vec<(String, Vec<u8>)>,
}

impl Canaries {
    /// A text, in every encoding. Case does not matter for its letters.
    pub(crate) fn text(&mut self, text: &str) {
        if text.len() < SHORTEST {
            return;
        }
        self.encodings(text, text.as_bytes());
        for (name, end) in [("UTF-16LE", true), ("UTF-16BE", false)] {
            let wide = text.encode_utf16().flat_map(|unit| {
                if end {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            });
            self.needle(format!("{text} in {name}"), wide.collect());
        }
    }

    /// Bytes, in every encoding; `name` is said when they are found.
    pub(crate) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.encodings(name, bytes);
        let numbers: Vec<String> = bytes.iter().take(8).map(u8::to_string).collect();
        self.needle(format!("{name} as numbers"), numbers.join(", ").into_bytes());
    }

    /// The names of what is found.
    pub(crate) fn found_in(&self, content: &[u8]) -> Vec<&str> {
        let content = content.to_ascii_lowercase();
        let found = |needle: &[u8]| memchr(&content, needle);
        let mut names: Vec<&str> = self
            .needles
            .iter()
            .filter(|(_, needle)| found(needle))
            .map(|(name, _)| name.as_str())
            .collect();
        names.dedup();
        names
    }

    fn encodings(&mut self, name: &str, bytes: &[u8]) {
        self.needle(name.to_owned(), bytes.to_vec());
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.needle(format!("{name} in hexadecimal"), hex.into_bytes());
        // Inside a longer text the same bytes have one of three forms; the first and last symbols depend on their neighbours.
        for shift in 0..3_usize {
            let shifted = [&b"\0\0"[..shift], bytes].concat();
            for (kind, engine) in [
                ("base64", &BASE64_STANDARD_NO_PAD),
                ("base64url", &BASE64_URL_SAFE_NO_PAD),
            ] {
                let text = engine.encode(&shifted);
                let begin = (shift * 8).div_ceil(6);
                let end = (shifted.len() * 8) / 6;
                self.needle(format!("{name} in {kind}"), text.as_bytes()[begin..end].to_vec());
            }
        }
    }

    fn needle(&mut self, name: String, bytes: Vec<u8>) {
        if bytes.len() >= SHORTEST {
            self.needles.push((name, bytes.to_ascii_lowercase()));
        }
    }
}

/// Whether `content` holds `needle`.
fn memchr(content: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut from = 0;
    while let Some(at) = content[from..].iter().position(|byte| *byte == first) {
        let at = from + at;
        if content[at..].starts_with(needle) {
            return true;
        }
        from = at + 1;
    }
    false
}

#[test]
fn every_encoding_is_found_at_every_place() {
    let mut canaries = Canaries::default();
    canaries.text("Ñandubay 42");
    canaries.bytes("key", &[7, 200, 33, 90, 1, 2, 3, 4, 5, 6]);
    assert!(
        canaries
            .found_in(b"nothing of it is here, not even nandubay 42")
            .is_empty()
    );
    for filling in ["", "a", "ab", "abc"] {
        let words = format!("{filling}Ñandubay 42{filling}");
        let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let hex: String = words.bytes().map(|byte| format!("{byte:02X}")).collect();
        let key = [filling.as_bytes(), &[7, 200, 33, 90, 1, 2, 3, 4, 5, 6]].concat();
        for content in [
            words.clone().into_bytes(),
            wide,
            hex.into_bytes(),
            BASE64_STANDARD_NO_PAD.encode(&words).into_bytes(),
            BASE64_URL_SAFE_NO_PAD.encode(&words).into_bytes(),
            key.clone(),
            BASE64_URL_SAFE_NO_PAD.encode(&key).into_bytes(),
            format!("{key:?}").into_bytes(),
        ] {
            assert!(!canaries.found_in(&content).is_empty(), "{filling}: {content:?}");
        }
    }
}
