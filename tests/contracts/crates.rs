//! Which crate may use what: the table and the direction of architecture section 4.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

use crate::source::root;

/// What each of our crates may use of ours. Arrows never point up.
const OURS: [(&str, &[&str]); 14] = [
    ("bundle", &[]),
    ("gigdata", &[]),
    ("openplatform", &[]),
    ("intercoop", &[]),
    ("rokwire", &[]),
    ("backpack", &[]),
    ("vault-crypto", &[]),
    ("vault-store", &["vault-crypto"]),
    (
        "vault-core",
        &[
            "vault-store",
            "vault-crypto",
            "gigdata",
            "openplatform",
            "intercoop",
            "rokwire",
            "backpack",
        ],
    ),
    (
        "vault-connect",
        &[
            "bundle",
            "vault-core",
            "vault-store",
            "vault-crypto",
            "gigdata",
            "openplatform",
            "intercoop",
            "rokwire",
        ],
    ),
    (
        "vault-gateway",
        &[
            "vault-connect",
            "vault-core",
            "vault-store",
            "vault-crypto",
            "gigdata",
            "openplatform",
            "intercoop",
            "rokwire",
        ],
    ),
    ("demo-platform", &["gigdata"]),
    (
        "satchel",
        &[
            "backpack",
            "demo-platform",
            "gigdata",
            "intercoop",
            "openplatform",
            "rokwire",
            "vault-connect",
            "vault-core",
            "vault-crypto",
            "vault-gateway",
            "vault-store",
        ],
    ),
    ("xtask", &[]),
];

/// Who alone may use a crate of others.
const OTHERS: [(&str, &[&str]); 35] = [
    ("tauri*", &["satchel"]),
    ("webkit2gtk", &["satchel"]),
    ("gtk", &["satchel"]),
    ("wry", &[]),
    ("keyring", &["satchel"]),
    ("keyring-core", &["satchel"]),
    ("zbus", &["satchel"]),
    ("clap", &["satchel"]),
    ("rpassword", &["satchel"]),
    ("specta*", &["satchel"]),
    ("axum", &["vault-gateway", "demo-platform"]),
    ("reqwest", &["vault-connect"]),
    ("oauth2", &["vault-connect"]),
    ("lettre", &["vault-connect"]),
    ("jaq*", &["vault-connect"]),
    ("hyper*", &["vault-connect"]),
    ("zip", &["bundle", "vault-connect"]),
    ("calamine", &["bundle"]),
    ("quick-xml", &["bundle"]),
    ("tar", &["backpack", "bundle"]),
    ("rusqlite", &["vault-store"]),
    ("libsqlite3-sys", &[]),
    ("sqlx", &[]),
    ("argon2", &["vault-crypto"]),
    ("zxcvbn", &["vault-crypto"]),
    ("chacha20poly1305", &["vault-crypto"]),
    ("aes-gcm", &["vault-crypto"]),
    ("hkdf", &["vault-crypto"]),
    ("age", &["vault-crypto", "backpack"]),
    ("rsa", &["vault-crypto", "intercoop", "rokwire"]),
    ("p256", &["vault-crypto", "rokwire"]),
    ("openssl", &[]),
    ("anyhow", &[]),
    ("eyre", &[]),
    ("native-tls", &[]),
];

/// Crates that do no input or output: none of these may be theirs, in any form.
const PURE: [&str; 6] = [
    "gigdata",
    "openplatform",
    "intercoop",
    "rokwire",
    "backpack",
    "vault-crypto",
];
/// What they use all the same.
const ALL_THE_SAME: [(&str, &str); 1] = [
    // No input or output: a backpack is compressed and locked while its next entries are made.
    ("src-tauri/crates/backpack/src/apart.rs", "std::thread"),
];
const ASYNC_AND_NETWORK: [&str; 8] = [
    "tokio*", "futures*", "hyper*", "reqwest", "axum", "async-*", "mio", "socket2",
];

#[test]
fn our_crates_use_each_other_in_one_direction_only() {
    let allowed: BTreeMap<&str, &[&str]> = OURS.into_iter().collect();
    let packages = packages();
    let names: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        allowed.keys().copied().collect(),
        "every crate of ours has its line in the table"
    );
    for (package, uses) in &packages {
        let ours: Vec<&String> = uses.iter().filter(|name| names.contains(name.as_str())).collect();
        for used in ours {
            assert!(
                allowed[package.as_str()].contains(&used.as_str()),
                "{package} may not use {used}"
            );
        }
    }
}

#[test]
fn each_outside_crate_is_used_only_where_it_belongs() {
    for (package, uses) in packages() {
        for used in uses {
            let Some((_, places)) = OTHERS.iter().find(|(pattern, _)| fits(pattern, &used)) else {
                continue;
            };
            assert!(
                places.contains(&package.as_str()),
                "{package} may not use {used}; only {places:?} may"
            );
        }
    }
}

#[test]
fn protocol_crates_and_cryptography_do_no_input_or_output() {
    for (package, uses) in packages()
        .into_iter()
        .filter(|(package, _)| PURE.contains(&package.as_str()))
    {
        for used in uses {
            assert!(
                !ASYNC_AND_NETWORK.iter().any(|pattern| fits(pattern, &used)),
                "{package} may not use {used}"
            );
        }
    }
    for name in PURE {
        for source in crate::source::sources(&format!("src-tauri/crates/{name}/src"), ".rs") {
            let code = source.code();
            for way in [
                "std::fs",
                "std::net",
                "std::process",
                "std::thread",
                "std::env",
                "fs::",
                "SystemTime::now",
                "Instant::now",
                "now_utc",
                "async fn",
            ] {
                let allowed = ALL_THE_SAME.contains(&(source.path.as_str(), way));
                assert!(allowed || !code.contains(way), "{}: {way}", source.path);
            }
        }
    }
}

#[test]
fn all_crates_share_edition_compiler_and_licence() {
    for package in metadata(&["--no-deps", "--offline"])["packages"]
        .as_array()
        .unwrap()
    {
        let name = package["name"].as_str().unwrap();
        assert_eq!(
            (&package["edition"], &package["rust_version"]),
            (&"2024".into(), &"1.95".into()),
            "{name}"
        );
        assert_eq!(package["license"], "Apache-2.0", "{name}");
        assert_eq!(
            package["publish"],
            Value::Array(Vec::new()),
            "{name} is not for a registry"
        );
        assert!(
            package["features"]
                .as_object()
                .unwrap()
                .keys()
                .all(|feature| ["default", "bundled-ui"].contains(&feature.as_str())),
            "{name}"
        );
    }
}

/// What each of our crates uses in the program itself: not for its tests, but for its build too.
pub(crate) fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata(&["--no-deps", "--offline"]);
    let packages = metadata["packages"].as_array().unwrap();
    let uses = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let real = dependencies.filter(|dependency| dependency["kind"] != "dev");
        real.map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap().to_owned(), uses(package)))
        .collect()
}

/// What `cargo metadata` says.
pub(crate) fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}
