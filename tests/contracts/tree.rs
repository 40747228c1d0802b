//! The tree of architecture section 3: nothing lies where it does not belong.

use std::collections::BTreeSet;

use crate::source::tracked;

/// What the top level may hold. Names that begin with a dot are free.
const TOP: [&str; 18] = [
    "Cargo.toml",
    "Cargo.lock",
    "src-tauri",
    "ui",
    "assets",
    "tests",
    "tauri.conf.json",
    "README.md",
    "LICENSE",
    "ARCHITECTURE.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "NOTICE.md",
    "rustfmt.toml",
    "clippy.toml",
    "deny.toml",
];

/// What `src-tauri` may hold.
const SHELL: [&str; 5] = ["build.rs", "capabilities", "src", "crates", "xtask"];

/// What `assets` may hold.
const ASSETS: [&str; 10] = [
    "icons", "fonts", "demo", "letters", "licences", "apps", "client", "errors", "package", "relay",
];

/// The endings that a repository of sources, pictures and fixtures has.
const ENDINGS: [&str; 35] = [
    "rs", "toml", "lock", "json", "md", "ts", "svelte", "css", "html", "js", "mjs", "py", "svg", "png",
    "ico", "icns", "txt", "pem", "key", "bin", "sig", "b64", "yaml", "backpack", "sha256", "db", "xml",
    "desktop", "nsh", "woff2", "hex", "csv", "zip", "ndjson", "jq",
];

#[test]
fn the_top_level_holds_what_the_architecture_names_and_nothing_else() {
    let names = level("");
    for name in &names {
        assert!(
            name.starts_with('.') || TOP.contains(&name.as_str()),
            "{name} does not belong to the top level"
        );
    }
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "src-tauri",
        "ui",
        "assets",
        "tests",
        "tauri.conf.json",
        "README.md",
        "LICENSE",
    ] {
        assert!(names.contains(name), "{name} is missing");
    }
}

#[test]
fn the_folders_hold_what_the_architecture_names() {
    for (folder, allowed) in [
        ("src-tauri/", &SHELL[..]),
        ("assets/", &ASSETS),
        ("tests/", &["contracts", "e2e", "apps"]),
    ] {
        for name in level(folder) {
            assert!(
                allowed.contains(&name.as_str()),
                "{folder}{name} does not belong there"
            );
        }
    }
    let crates: BTreeSet<String> = level("src-tauri/crates/");
    let packages = crate::crates::packages();
    assert!(
        crates.iter().all(|name| packages.contains_key(name)),
        "every folder of crates is a crate of that name: {crates:?}"
    );
    assert_eq!(
        level("tests/"),
        BTreeSet::from(["apps", "contracts", "e2e"].map(str::to_owned))
    );
}

#[test]
fn nothing_that_a_build_makes_is_kept() {
    for path in tracked() {
        for made in ["target/", "node_modules/", "ui/dist/", "/gen/", "screenshots/"] {
            assert!(
                !path.starts_with(made) && !path.contains(&format!("/{made}")),
                "{path}"
            );
        }
        let name = path.rsplit('/').next().unwrap();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let plain = ending.is_empty() || name.starts_with('.') || ENDINGS.contains(&ending);
        assert!(plain, "{path}: is this a source?");
    }
}

#[test]
fn no_name_says_nothing() {
    for path in tracked() {
        let name = path.rsplit('/').next().unwrap().to_lowercase();
        for empty in ["manager", "helper", "util", "misc", "stuff"] {
            assert!(
                !name.contains(empty) || path.contains("/tests/"),
                "{path}: a name says what lives there"
            );
        }
    }
}

fn level(folder: &str) -> BTreeSet<String> {
    let below = tracked()
        .into_iter()
        .filter_map(|path| path.strip_prefix(folder).map(str::to_owned));
    below
        .map(|path| path.split('/').next().unwrap().to_owned())
        .collect()
}
