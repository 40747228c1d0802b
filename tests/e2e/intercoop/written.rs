//! What this vault writes upstream's reader reads, whatever was typed.

use intercoop::{
    field::Field,
    payload::{self, PayloadFields, Value as Written},
};
use serde_json::{Value, json};

use crate::support::{Home, cooperative::Cooperative};

/// Values in all.
const VALUES: usize = 20_000;
/// Fields that a text can stand in.
const TEXTS: [Field; 8] = [
    Field::Name,
    Field::Nif,
    Field::Address,
    Field::City,
    Field::State,
    Field::PostalCode,
    Field::Country,
    Field::Lang,
];
/// Plain scalars that YAML 1.1 takes for something else, and what else trips readers.
const TRAPS: [&str; 40] = [
    "NO",
    "no",
    "yes",
    "on",
    "off",
    "y",
    "null",
    "~",
    "",
    "08001",
    "012",
    "0888",
    "12:30",
    "12:30:45",
    "1e3",
    "5e+3",
    "1.5",
    ".inf",
    ".nan",
    "0x1F",
    "0b11",
    "0o17",
    "1_000",
    "2020-01-02",
    "2020-01-02T03:04:05Z",
    "=",
    "<<",
    "-",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a # b",
    "# a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
];
/// Signs that have a meaning somewhere, or none anywhere.
const SIGNS: [char; 27] = [
    'a',
    'Z',
    '0',
    ' ',
    '\t',
    '\n',
    '\r',
    '"',
    '\'',
    '\\',
    ':',
    '#',
    '-',
    '{',
    '[',
    ',',
    '|',
    '>',
    'ñ',
    'Ж',
    '漢',
    '\u{1F600}',
    '\u{85}',
    '\u{a0}',
    '\u{2028}',
    '\u{feff}',
    '\u{7f}',
];

/// The same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn text(&mut self) -> String {
        if self.below(3) == 0 {
            return TRAPS[self.below(TRAPS.len())].to_owned();
        }
        (0..self.below(24))
            .map(|_| SIGNS[self.below(SIGNS.len())])
            .collect()
    }
}

#[test]
fn what_the_vault_writes_upstreams_reader_reads() {
    let home = Home::new();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    let mut numbers = Numbers(2026);
    let (mut written, mut texts) = (Vec::new(), Vec::new());
    while written.len() * TEXTS.len() < VALUES {
        let (mut fields, mut wanted) = (PayloadFields::new(), json!({}));
        for field in TEXTS {
            let text = numbers.text();
            wanted[field.name()] = json!(text);
            fields.set(field, Written::Text(text));
        }
        texts.push(payload::write(&fields));
        written.push(wanted);
    }
    for (texts, wanted) in texts.chunks(250).zip(written.chunks(250)) {
        let read: Vec<Value> = cooperative.read(texts);
        assert_eq!(read, wanted);
    }
}
