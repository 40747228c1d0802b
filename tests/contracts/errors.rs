//! The error list: every code that the program says has its three sentences, and every code of the list is said somewhere.

use std::collections::BTreeSet;

use satchel::error::AppError;

use crate::source::{json, product, sources};

const LIST: &str = "assets/errors/en.json";
const FAMILIES: [&str; 8] = ["VLT", "CON", "IMP", "APP", "COP", "BPK", "LOG", "SYS"];

#[test]
fn every_code_that_is_said_is_in_the_list() {
    let listed = listed();
    for source in product() {
        for code in codes(&source.code()) {
            assert!(
                listed.contains(&code),
                "{}: {code} has no words in {LIST}",
                source.path
            );
        }
    }
    for ending in [".ts", ".svelte"] {
        for source in sources("ui/src", ending)
            .into_iter()
            .filter(|source| !source.path.ends_with(".test.ts"))
        {
            for code in codes(&source.text) {
                assert!(
                    listed.contains(&code),
                    "{}: {code} has no words in {LIST}",
                    source.path
                );
            }
        }
    }
}

#[test]
fn every_code_of_the_list_is_said_somewhere() {
    let mut said: BTreeSet<String> = product()
        .iter()
        .flat_map(|source| codes(&source.code()))
        .collect();
    for ending in [".ts", ".svelte"] {
        let pages = sources("ui/src", ending)
            .into_iter()
            .filter(|source| !source.path.contains("/fake/") && !source.path.ends_with(".test.ts"));
        said.extend(pages.flat_map(|source| codes(&source.text)));
    }
    let unsaid: Vec<&String> = listed()
        .iter()
        .filter(|code| !said.contains(*code))
        .cloned()
        .collect::<Vec<_>>()
        .leak()
        .iter()
        .collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
}

#[test]
fn every_message_has_three_parts_and_holds_no_value() {
    for error in AppError::all() {
        for part in [&error.title, &error.safe, &error.todo] {
            let sentence = part.ends_with('.') && part.chars().next().is_some_and(char::is_uppercase);
            assert!(sentence, "{}: {part}", error.code);
            assert!(!part.contains(['{', '}', '\'', '!']), "{}: {part}", error.code);
        }
        let words = error.to_string();
        assert!(
            words.starts_with(&error.title) && words.contains(&error.safe) && words.ends_with(&error.todo),
            "{words}"
        );
    }
    assert_eq!(AppError::all().len(), listed().len());
}

fn listed() -> BTreeSet<String> {
    let list = json(LIST);
    let codes: BTreeSet<String> = list.as_object().unwrap().keys().cloned().collect();
    assert!(codes.len() > 40);
    codes
}

/// The codes in a text, such as `VLT-101`.
fn codes(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for family in FAMILIES {
        for (at, _) in text.match_indices(&format!("{family}-")) {
            let number: String = text[at + 4..].chars().take_while(char::is_ascii_digit).collect();
            if number.len() == 3 {
                found.insert(format!("{family}-{number}"));
            }
        }
    }
    found
}
