//! What is checked is one command, the same for people and for machines; and the repository tells nothing of where it was written.

use crate::source::{read, tracked};

#[test]
fn continuous_integration_runs_the_command_that_people_run() {
    let script = read(".ci/run");
    let commands: Vec<&str> = script
        .lines()
        .map(str::trim)
        .filter(|line| {
            !line.is_empty()
                && !line.starts_with('#')
                && !line.starts_with("set ")
                && !line.starts_with("cd ")
        })
        .collect();
    assert_eq!(commands, ["cargo xtask test"]);
    assert!(
        read("README.md").contains("cargo xtask test"),
        "and it is the one in the README"
    );
    assert!(read(".cargo/config.toml").contains("xtask = \"run"));
}

#[test]
fn xtask_tests_everything() {
    let steps = read("src-tauri/xtask/src/test.rs");
    for step in [
        "\"fmt\", \"--all\", \"--check\"",
        "\"test\", \"--workspace\", \"--locked\"",
        "\"clippy\"",
        "\"--all-targets\"",
        "\"-D\"",
        "\"warnings\"",
        "\"deny\"",
    ] {
        assert!(steps.contains(step), "{step}");
    }
}

/// Where packages come from: the public registries, and nowhere else.
#[test]
fn packages_come_from_the_public_registries() {
    for lock in tracked().iter().filter(|path| path.ends_with("Cargo.lock")) {
        for line in read(lock).lines().filter(|line| line.starts_with("source = ")) {
            assert_eq!(
                line, "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
                "{lock}"
            );
        }
    }
    for lock in tracked()
        .iter()
        .filter(|path| path.ends_with("package-lock.json"))
    {
        for line in read(lock).lines().filter(|line| line.contains("\"resolved\"")) {
            assert!(line.contains("\"https://registry.npmjs.org/"), "{lock}: {line}");
        }
    }
    for config in tracked()
        .iter()
        .filter(|path| path.ends_with(".cargo/config.toml") || path.ends_with(".npmrc"))
    {
        for word in ["[source", "[registries", "registry=", "replace-with"] {
            assert!(!read(config).contains(word), "{config}: {word}");
        }
    }
}

#[test]
fn no_file_tells_of_the_place_where_it_was_written() {
    // Put together here, so that this file does not hold them itself.
    let places = [
        "/wo|rk/main",
        "/wo|rk/shared",
        "/ro|ot/",
        "/tmp/br|ief",
        "/ho|me/user",
        "ho|st.docker.internal",
        "local|host:4873",
    ]
    .map(whole);
    let words = [
        "shared/archi|tecture.md",
        "sub|agent",
        "lang|uage model",
        "chat|bot",
        "co-auth|ored-by",
        "gene|rated with",
        "issue #|2",
    ]
    .map(whole);
    for path in tracked() {
        let Ok(text) = std::fs::read_to_string(crate::source::root().join(&path)) else {
            continue;
        };
        let text = text.to_lowercase();
        for word in places.iter().chain(&words) {
            assert!(!text.contains(word.as_str()), "{path}: {word}");
        }
    }
}

fn whole(parts: &str) -> String {
    parts.replace('|', "")
}
