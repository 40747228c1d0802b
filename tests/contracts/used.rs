//! The tools that the product is said to be made with are its direct dependencies, and its code uses them.

use crate::{
    crates::packages,
    source::{has_word, product},
};

const TOOLS: [&[&str]; 10] = [
    &["tauri"],
    &["tokio"],
    &["rusqlite"],
    &["keyring", "keyring-core"],
    &["reqwest"],
    &["oauth2"],
    &["serde"],
    &["rsa"],
    &["age"],
    &["tracing"],
];

#[test]
fn no_crate_depends_on_what_it_does_not_use() {
    let mut sources = product();
    sources.extend(crate::source::sources("src-tauri/xtask/src", ".rs"));
    sources.push(crate::source::Source {
        path: "src-tauri/src/build.rs".into(),
        text: crate::source::read("src-tauri/build.rs"),
    });
    let mut unused = Vec::new();
    for (package, uses) in packages() {
        let folder = folder(&package);
        let code: String = sources
            .iter()
            .filter(|source| source.path.starts_with(&folder))
            .map(crate::source::Source::code)
            .collect();
        for name in uses {
            if !has_word(&code, &in_code(&name)) {
                unused.push(format!("{package} depends on {name} and does not use it"));
            }
        }
    }
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn every_tool_is_a_direct_dependency_in_use() {
    let packages = packages();
    let sources = product();
    for names in TOOLS {
        let users: Vec<&String> = packages
            .iter()
            .filter(|(_, uses)| names.iter().any(|name| uses.contains(*name)))
            .map(|(package, _)| package)
            .collect();
        assert!(
            !users.is_empty(),
            "{names:?} is a direct dependency of none of our crates"
        );
        for user in users {
            let folder = folder(user);
            let used = sources
                .iter()
                .filter(|source| source.path.starts_with(&folder))
                .any(|source| names.iter().any(|name| names_crate(&source.code(), name)));
            assert!(used, "{user} depends on {names:?} and does not use it");
        }
    }
}

fn folder(package: &str) -> String {
    match package {
        "satchel" => "src-tauri/src/".into(),
        "xtask" => "src-tauri/xtask/src/".into(),
        other => format!("src-tauri/crates/{other}/src/"),
    }
}

/// The name that a package has in code.
fn in_code(package: &str) -> String {
    match package {
        // The one library of ours whose name is not that of its package.
        "md-5" => "md5".into(),
        other => other.replace('-', "_"),
    }
}

/// Whether the code names something of the crate: `use name…` or `name::…`.
fn names_crate(code: &str, name: &str) -> bool {
    let name = in_code(name);
    code.lines().any(|line| {
        has_word(line, &name)
            && (line.contains(&format!("{name}::")) || line.contains(&format!("use {name}")))
    })
}
