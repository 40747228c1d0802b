//! Rules of the code that no lint of the compiler states.

use crate::source::{Source, has_word, product, sources};

#[test]
fn no_lint_is_silenced_without_a_reason() {
    for source in all_rust() {
        let code = crate::source::without_comments(&source.text);
        let bare = spaceless(&without_strings(&code));
        for kind in [
            "#[allow(",
            "#![allow(",
            "cfg_attr(test, allow",
            "cfg_attr(not(test), allow",
        ] {
            assert!(
                !bare.contains(&spaceless(kind)),
                "{}: use `expect` with a reason",
                source.path
            );
        }
        for attribute in attributes(&code, "expect(") {
            assert!(attribute.contains("reason = \""), "{}: {attribute}", source.path);
        }
    }
}

#[test]
fn there_is_no_unsafe_code_and_no_unfinished_code() {
    for source in all_rust() {
        let code = without_strings(&crate::source::without_comments(&source.text));
        for word in ["unsafe", "todo!", "unimplemented!", "dbg!"] {
            assert!(
                !has_word(&code, word.trim_end_matches('!')) || !code.contains(word),
                "{}: {word}",
                source.path
            );
        }
    }
    let manifest = crate::source::read("Cargo.toml");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for source in sources("src-tauri", "Cargo.toml")
        .into_iter()
        .filter(|source| !source.path.contains("/fuzz/"))
    {
        assert!(
            spaceless(&source.text).contains("[lints]workspace=true"),
            "{} takes the lints of the workspace",
            source.path
        );
    }
}

#[test]
fn only_the_store_speaks_sql() {
    let mut in_store = 0;
    for source in product() {
        let code = source.code();
        let found = strings(&code).into_iter().find(|text| is_sql(text));
        if source.path.starts_with("src-tauri/crates/vault-store/") {
            in_store += usize::from(found.is_some());
        } else {
            assert!(found.is_none(), "{}: {found:?}", source.path);
            assert!(!has_word(&code, "rusqlite"), "{}", source.path);
        }
    }
    assert!(in_store > 10, "the search finds SQL where it is: {in_store}");
}

#[test]
fn every_file_says_in_its_first_line_what_lives_there() {
    for source in all_rust() {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//! ") && first.len() > 15,
            "{}: {first}",
            source.path
        );
    }
}

#[test]
fn cryptography_signs_in_one_place() {
    for source in product() {
        let code = source.code();
        for word in ["RsaPrivateKey", "SigningKey"] {
            let allowed = source.path.starts_with("src-tauri/crates/vault-crypto/");
            assert!(
                allowed || !has_word(&code, word),
                "{}: {word}; signing is vault_crypto::Signer",
                source.path
            );
        }
    }
}

#[test]
fn every_table_is_strict() {
    let mut tables = 0;
    for source in sources("src-tauri/crates/vault-store/src/table", ".rs") {
        for text in strings(&source.code()) {
            for (at, _) in text.match_indices("CREATE TABLE") {
                let statement = text[at..].split(';').next().unwrap();
                assert!(statement.contains("STRICT"), "{}: {statement}", source.path);
                tables += 1;
            }
        }
    }
    assert!(tables > 15, "{tables}");
}

/// Every Rust file of ours, tests and tools too.
fn all_rust() -> Vec<Source> {
    let mut all = sources("src-tauri", ".rs");
    all.extend(sources("tests", ".rs"));
    all
}

/// The attributes that begin with `start`, up to their end.
fn attributes<'a>(code: &'a str, start: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for mark in [format!("#[{start}"), format!("#![{start}")] {
        found.extend(code.match_indices(&mark).map(|(at, _)| {
            code[at..]
                .split_once(")]")
                .map_or(&code[at..], |(attribute, _)| attribute)
        }));
    }
    found
}

/// The string literals of code without comments.
fn strings(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(open) = rest.find('"') {
        // A quotation mark as a character is no string.
        if rest[..open].ends_with('\'') && rest[open + 1..].starts_with('\'') {
            rest = &rest[open + 2..];
            continue;
        }
        let raw = rest[..open].ends_with("r#");
        let body = &rest[open + 1..];
        let end = if raw { body.find("\"#") } else { plain_end(body) }.unwrap_or(body.len());
        found.push(&body[..end]);
        rest = body.get(end + 1..).unwrap_or_default();
    }
    found
}

fn plain_end(body: &str) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, symbol)| {
        let ends = symbol == '"' && !escaped;
        escaped = symbol == '\\' && !escaped;
        ends.then_some(at)
    })
}

fn without_strings(code: &str) -> String {
    let mut out = code.to_owned();
    for text in strings(code) {
        if text.len() > 3 {
            out = out.replace(text, "");
        }
    }
    out
}

fn is_sql(text: &str) -> bool {
    let pair = |first: &str, second: &str| has_word(text, first) && has_word(text, second);
    pair("SELECT", "FROM")
        || pair("INSERT", "INTO")
        || pair("DELETE", "FROM")
        || pair("UPDATE", "SET")
        || has_word(text, "PRAGMA")
        || pair("CREATE", "TABLE")
}

fn spaceless(text: &str) -> String {
    text.chars().filter(|symbol| !symbol.is_whitespace()).collect()
}

#[test]
fn the_search_tells_sql_from_words() {
    let code = r#"let a = "SELECT x FROM y"; let b = '"'; let c = "Select a month from the list"; let d = "say \"DELETE it\" FROM here";"#;
    let found: Vec<&str> = strings(code).into_iter().filter(|text| is_sql(text)).collect();
    assert_eq!(found, ["SELECT x FROM y", "say \\\"DELETE it\\\" FROM here"]);
}
