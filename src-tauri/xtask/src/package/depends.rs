//! What the Debian package depends on: what the settings name, and the libraries that the built programs were linked with.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::shell::Failure;

/// The packages to depend on. A library that the programs are linked with comes with the lowest version that will do; one that the settings
/// name is loaded at run time, so that no tool can find it.
pub(super) fn with_libraries(
    settings: &Value,
    folder: &Path,
    programs: &[PathBuf],
) -> Result<Vec<String>, Failure> {
    let named = settings
        .pointer("/bundle/linux/deb/depends")
        .and_then(Value::as_array)
        .ok_or_else(|| Failure::new("tauri.conf.json names no packages to depend on"))?
        .iter()
        .filter_map(Value::as_str);
    Ok(merge(&linked(folder, programs)?, named))
}

/// What `dpkg-shlibdeps` says of the programs. It wants to stand in a source package.
fn linked(folder: &Path, programs: &[PathBuf]) -> Result<String, Failure> {
    let source = folder.join("source/debian");
    fs::create_dir_all(&source)?;
    fs::write(
        source.join("control"),
        "Source: satchel\n\nPackage: satchel\nArchitecture: any\n",
    )?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.arg("-O").current_dir(folder.join("source"));
    for program in programs {
        command.arg("-e").arg(program);
    }
    let output = command
        .output()
        .map_err(|error| Failure::new(format!("dpkg-shlibdeps: {error}")))?;
    let words = String::from_utf8_lossy(&output.stdout);
    words
        .trim()
        .strip_prefix("shlibs:Depends=")
        .map(str::to_owned)
        .ok_or_else(|| {
            Failure::new(format!(
                "dpkg-shlibdeps: {}",
                String::from_utf8_lossy(&output.stderr)
            ))
        })
}

fn merge<'a>(linked: &str, named: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = linked
        .split(',')
        .map(|entry| entry.trim().to_owned())
        .filter(|entry| !entry.is_empty())
        .collect();
    for entry in named {
        if !all.iter().any(|other| package(other) == package(entry)) {
            all.push(entry.to_owned());
        }
    }
    all.sort();
    all
}

fn package(entry: &str) -> &str {
    entry.split_whitespace().next().unwrap_or(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_named_once_with_its_version() {
        let all = merge(
            "libgtk-3-0 (>= 3.21.5), libc6 (>= 2.36)",
            ["libgtk-3-0", "xdg-utils"].into_iter(),
        );
        assert_eq!(all, ["libc6 (>= 2.36)", "libgtk-3-0 (>= 3.21.5)", "xdg-utils"]);
    }
}
