//! Formats that live for ever: a fixture of every released version is kept, and a test opens it.

use crate::source::{read, root, sources};

/// Each format: where the number of its newest version stands, its fixtures by version, and the folder of the tests that open them.
const FORMATS: [Format; 4] = [
    Format {
        version: (
            "src-tauri/crates/vault-crypto/src/header/codec.rs",
            "const VERSION: u16 = ",
        ),
        fixture: |version| format!("src-tauri/crates/vault-crypto/tests/fixtures/header-v{version}.bin"),
        tests: "src-tauri/crates/vault-crypto/tests",
    },
    Format {
        version: (
            "src-tauri/crates/vault-store/src/migrations.rs",
            "const VERSIONS: &[&[&str]] = ",
        ),
        fixture: |version| format!("src-tauri/crates/vault-store/tests/fixtures/space-v{version}.db"),
        tests: "src-tauri/crates/vault-store",
    },
    Format {
        version: ("src-tauri/crates/backpack/src/manifest.rs", "VERSION"),
        fixture: |version| format!("src-tauri/crates/backpack/tests/fixtures/v{version}.backpack"),
        tests: "src-tauri/crates/backpack/tests",
    },
    Format {
        version: ("src-tauri/crates/intercoop/src/receipt.rs", "VERSION"),
        fixture: |version| format!("src-tauri/crates/intercoop/tests/fixtures/receipt-v{version}.json"),
        tests: "src-tauri/crates/intercoop/src",
    },
];

struct Format {
    version: (&'static str, &'static str),
    fixture: fn(u32) -> String,
    tests: &'static str,
}

#[test]
fn every_version_has_a_fixture_and_a_test_that_opens_it() {
    for format in FORMATS {
        let newest = newest(&format);
        assert!(newest >= 1);
        for version in 1..=newest {
            let fixture = (format.fixture)(version);
            let size = std::fs::metadata(root().join(&fixture))
                .unwrap_or_else(|error| panic!("{fixture}: {error}"))
                .len();
            assert!(size > 100, "{fixture} has {size} bytes");
            let name = fixture.rsplit('/').next().unwrap();
            let opened = sources(format.tests, ".rs")
                .into_iter()
                .any(|source| source.text.contains(name) && source.text.contains("#[test]"));
            assert!(opened, "no test in {} opens {name}", format.tests);
        }
    }
}

/// The newest version, as the code states it.
fn newest(format: &Format) -> u32 {
    let (file, mark) = format.version;
    let code = crate::source::without_comments(&read(file));
    let statement = code
        .split(';')
        .find(|part| {
            part.rfind(mark)
                .is_some_and(|at| part[at..].contains('=') && !part[at..].contains("let "))
        })
        .unwrap_or_else(|| panic!("{file}: {mark}"));
    let value = statement.rsplit_once('=').unwrap().1.trim();
    match value.strip_prefix("&[") {
        Some(list) => list
            .split(',')
            .filter(|item| !item.trim().trim_end_matches(']').trim().is_empty())
            .count() as u32,
        None => value
            .parse()
            .unwrap_or_else(|error| panic!("{file}: {value}: {error}")),
    }
}
