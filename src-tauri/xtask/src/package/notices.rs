//! The notices of the libraries inside the programs: who wrote them, under which licence, and its text, word for word.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::shell::{Failure, cargo, program, root};

/// C libraries that a crate carries along and compiles in: crate, licence file below its folder, name.
const CARRIED: [(&str, &str, &str); 3] = [
    ("openssl-src", "openssl/LICENSE.txt", "OpenSSL"),
    ("sqlcipher-src", "sqlcipher/LICENSE-sqlcipher", "SQLCipher"),
    ("zstd-sys", "zstd/LICENSE", "Zstandard"),
];

/// Beginnings of the names of files that carry a licence or a notice.
const FILES: [&str; 6] = [
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];

/// One library and where its source lies.
struct Library {
    name: String,
    licence: String,
    folder: PathBuf,
}

/// The whole text. Libraries with the same licence text share it.
pub(super) fn collect() -> Result<String, Failure> {
    let mut libraries = crates()?;
    libraries.extend(page_packages()?);
    let mut overview = String::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for library in &libraries {
        overview.push_str(&format!("  {}: {}\n", library.name, library.licence));
        for text in licence_texts(&library.folder)? {
            texts.entry(text).or_default().insert(library.name.clone());
        }
        for (owner, file, name) in CARRIED {
            if library.name.starts_with(&format!("{owner} ")) {
                let text = fs::read_to_string(library.folder.join(file))?;
                overview.push_str(&format!("  {name} (in {})\n", library.name));
                texts.entry(text).or_default().insert(name.to_owned());
            }
        }
    }
    Ok(compose(&overview, &texts))
}

fn compose(overview: &str, texts: &BTreeMap<String, BTreeSet<String>>) -> String {
    let rule = "-".repeat(80);
    let mut all = format!(
        "Satchel contains these libraries. Their licence texts and notices follow.\n\n{overview}  Rust standard library: MIT OR Apache-2.0\n"
    );
    for (text, names) in texts {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        all.push_str(&format!(
            "\n{rule}\n{}\n{rule}\n\n{}\n",
            names.join(", "),
            text.trim_end()
        ));
    }
    all
}

/// The crates that the app is built from on this system, and those that only lend their C source to the build.
fn crates() -> Result<Vec<Library>, Failure> {
    let output = cargo()
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
        ])
        .arg(host()?)
        .output()?;
    let data: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    let inside = reachable(&data);
    let packages = data.get("packages").and_then(Value::as_array);
    let mut all: Vec<Library> = packages
        .into_iter()
        .flatten()
        .filter(|package| package.get("source").is_some_and(Value::is_string))
        .filter(|package| inside.contains(text(package, "id")) || is_lender(text(package, "name")))
        .map(|package| Library {
            name: format!("{} {}", text(package, "name"), text(package, "version")),
            licence: text(package, "license").to_owned(),
            folder: Path::new(text(package, "manifest_path")).with_file_name(""),
        })
        .collect();
    if all.is_empty() {
        return Err(Failure::new("cargo metadata names no libraries"));
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

fn is_lender(name: &str) -> bool {
    CARRIED.iter().any(|(owner, _, _)| *owner == name)
}

/// The ids of all packages that the app reaches by normal dependencies: no build tools, no tests.
fn reachable(data: &Value) -> BTreeSet<&str> {
    let nodes = data.pointer("/resolve/nodes").and_then(Value::as_array);
    let normal: BTreeMap<&str, Vec<&str>> = nodes
        .into_iter()
        .flatten()
        .map(|node| (text(node, "id"), normal_dependencies(node)))
        .collect();
    let mut open: Vec<&str> = data
        .pointer("/resolve/root")
        .and_then(Value::as_str)
        .into_iter()
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(normal.get(id).into_iter().flatten());
        }
    }
    seen
}

fn normal_dependencies(node: &Value) -> Vec<&str> {
    let is_normal = |kind: &Value| kind.get("kind").is_some_and(Value::is_null);
    let dependencies = node.get("deps").and_then(Value::as_array);
    dependencies
        .into_iter()
        .flatten()
        .filter(|dependency| {
            let kinds = dependency.get("dep_kinds").and_then(Value::as_array);
            kinds.is_some_and(|kinds| kinds.iter().any(is_normal))
        })
        .map(|dependency| text(dependency, "pkg"))
        .collect()
}

/// The npm packages whose code or fonts end up in the pages. Svelte is a tool of the build, but its runtime is inside too.
fn page_packages() -> Result<Vec<Library>, Failure> {
    let pages = root().join("ui");
    let output = program("npm")
        .args(["ls", "--omit=dev", "--all", "--parseable"])
        .current_dir(&pages)
        .output()?;
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut folders: Vec<PathBuf> = listed
        .lines()
        .map(PathBuf::from)
        .filter(|folder| *folder != pages)
        .collect();
    folders.push(pages.join("node_modules/svelte"));
    folders.into_iter().map(page_package).collect()
}

fn page_package(folder: PathBuf) -> Result<Library, Failure> {
    let manifest = fs::read(folder.join("package.json"))?;
    let manifest: Value = serde_json::from_slice(&manifest)
        .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    Ok(Library {
        name: format!("{} {}", text(&manifest, "name"), text(&manifest, "version")),
        licence: text(&manifest, "license").to_owned(),
        folder,
    })
}

fn licence_texts(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file() && is_licence(path))
        .collect();
    paths.sort();
    Ok(paths
        .into_iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect())
}

fn is_licence(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    FILES.iter().any(|start| name.starts_with(start))
}

/// The system that is built for, as the compiler names it.
fn host() -> Result<String, Failure> {
    let output = program("rustc").arg("-vV").output()?;
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    words
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("rustc does not say which system it builds for"))
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_normal_dependencies_are_inside() {
        let edge = |to: &str, kind: Value| json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] });
        let data = json!({ "resolve": { "root": "app", "nodes": [
            { "id": "app", "deps": [edge("used", Value::Null), edge("tool", json!("build")), edge("test", json!("dev"))] },
            { "id": "used", "deps": [edge("deep", Value::Null), edge("app", Value::Null)] },
        ] } });
        assert_eq!(reachable(&data), BTreeSet::from(["app", "used", "deep"]));
    }

    #[test]
    fn the_notices_name_what_must_be_named() {
        let all = collect().unwrap();
        for name in [
            "OpenSSL",
            "SQLCipher",
            "Zstandard",
            "tauri 2.",
            "svelte ",
            "hanken-grotesk",
        ] {
            assert!(all.contains(name), "{name}");
        }
        assert!(!all.contains("proptest "), "tools of the tests are not inside");
    }
}
