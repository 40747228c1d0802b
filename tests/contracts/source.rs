//! The files of the repository, as text.

use std::{fs, path::Path, process::Command};

/// A file of the repository.
pub(crate) struct Source {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// Its whole text.
    pub(crate) text: String,
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A JSON file.
pub(crate) fn json(path: &str) -> serde_json::Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths that git keeps; without git, as in an unpacked archive, all that are there.
pub(crate) fn tracked() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output();
    match listed {
        Ok(output) if output.status.success() => {
            let names = String::from_utf8(output.stdout).unwrap();
            names
                .split('\0')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        }
        _ => below("."),
    }
}

/// Every file below a folder with an ending, except what a build made.
pub(crate) fn sources(folder: &str, ending: &str) -> Vec<Source> {
    let found: Vec<Source> = below(folder)
        .into_iter()
        .filter(|path| path.ends_with(ending))
        .map(|path| Source {
            text: read(&path),
            path,
        })
        .collect();
    assert!(!found.is_empty(), "there are {ending} files in {folder}");
    found
}

/// Our own Rust files that become part of the program: no tests, no examples, no tools.
pub(crate) fn product() -> Vec<Source> {
    let mut all = sources("src-tauri/src", ".rs");
    all.extend(
        sources("src-tauri/crates", ".rs")
            .into_iter()
            .filter(|source| is_product(&source.path)),
    );
    all
}

fn is_product(path: &str) -> bool {
    path.contains("/src/")
        && !["/tests/", "/fuzz/", "/examples/", "/benches/"]
            .iter()
            .any(|part| path.contains(part))
        && !path.ends_with("/tests.rs")
}

impl Source {
    /// The code that runs: without comments and without test modules. Strings stay.
    pub(crate) fn code(&self) -> String {
        without_tests(&without_comments(&self.text))
    }
}

/// Text without `//` and `/* */`, strings kept as they are.
pub(crate) fn without_comments(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            let length = token(rest, first);
            out.push_str(&rest[..length]);
            length
        };
        rest = &rest[taken..];
    }
    out
}

/// How long the string, character or symbol at the beginning is.
fn token(rest: &str, first: char) -> usize {
    match first {
        '"' => string_end(rest, 1),
        'r' if rest.starts_with("r#\"") => rest[3..].find("\"#").map_or(rest.len(), |end| end + 5),
        '\'' if rest.starts_with("'\"'") || rest.starts_with("'/'") => 3,
        '\'' if rest.starts_with("'\\") => rest[2..].find('\'').map_or(rest.len(), |end| end + 3),
        _ => first.len_utf8(),
    }
}

fn string_end(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, symbol) in rest[from..].char_indices() {
        match symbol {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return from + at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Code without `#[cfg(test)] mod … { … }`.
fn without_tests(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        let block = &rest[at..];
        let (open, end) = (block.find('{'), block.find(';'));
        let length = match (open, end) {
            (Some(open), Some(end)) if open < end => block_end(block, open),
            (Some(open), None) => block_end(block, open),
            (_, Some(end)) => end + 1,
            (None, None) => block.len(),
        };
        rest = &block[length..];
    }
    out + rest
}

/// Where the block that opens at `open` is closed again.
fn block_end(code: &str, open: usize) -> usize {
    let (mut depth, mut at) = (0_usize, open);
    while let Some(first) = code[at..].chars().next() {
        match first {
            '{' => depth += 1,
            '}' if depth == 1 => return at + 1,
            '}' => depth -= 1,
            _ => {}
        }
        at += if matches!(first, '"' | 'r' | '\'') {
            token(&code[at..], first)
        } else {
            first.len_utf8()
        };
    }
    code.len()
}

/// Whether `code` has `word` with no letter, digit or `_` on either side.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    let part = |symbol: char| symbol.is_alphanumeric() || symbol == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(part)
            && !code[at + word.len()..].chars().next().is_some_and(part)
    })
}

fn below(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let made = ["target", "node_modules", "dist", ".git", "gen", "screenshots"]
                .iter()
                .any(|name| path.ends_with(name));
            match path.is_dir() {
                true if !made => folders.push(path),
                false => found.push(relative(&path)),
                true => {}
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let path: &Path = path.strip_prefix(root()).unwrap_or(path);
    path.to_str().unwrap().trim_start_matches("./").to_owned()
}

#[test]
fn comments_and_tests_are_left_out_and_strings_stay() {
    let source = Source {
        path: String::new(),
        text: r##"
            //! SELECT in a comment
            fn a() { let x = "// no comment"; let y = '"'; /* gone */ let z = r#"raw " // kept"#; }
            #[cfg(test)]
            mod tests { fn unseen() { let brace = "}"; let other = '}'; } }
            #[cfg(test)] mod elsewhere;
            fn b() {}
        "##
        .to_owned(),
    };
    let code = source.code();
    for kept in ["// no comment", "raw \" // kept", "fn a()", "fn b()"] {
        assert!(code.contains(kept), "{kept}: {code}");
    }
    for gone in ["SELECT", "gone", "unseen", "elsewhere"] {
        assert!(!code.contains(gone), "{gone}: {code}");
    }
    assert!(has_word("a rsa::b", "rsa") && !has_word("parsable rsa_key", "rsa"));
}
