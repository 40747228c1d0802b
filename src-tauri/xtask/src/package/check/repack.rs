//! The package file itself: what is in it, and the same content under a higher version.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::must;
use crate::shell::{Failure, Outcome, program, step};

/// What must be in the package.
const FILES: &[&str] = &[
    "/usr/bin/satchel",
    "/usr/bin/satchel-cli",
    "/usr/share/applications/Satchel.desktop",
    "/usr/share/doc/satchel/copyright",
    "/usr/share/doc/satchel/third-party-licences.txt",
    "/usr/share/icons/hicolor/16x16/apps/satchel.png",
    "/usr/share/icons/hicolor/24x24/apps/satchel.png",
    "/usr/share/icons/hicolor/32x32/apps/satchel.png",
    "/usr/share/icons/hicolor/48x48/apps/satchel.png",
    "/usr/share/icons/hicolor/64x64/apps/satchel.png",
    "/usr/share/icons/hicolor/128x128/apps/satchel.png",
    "/usr/share/icons/hicolor/256x256/apps/satchel.png",
    "/usr/share/icons/hicolor/512x512/apps/satchel.png",
    "/usr/share/icons/hicolor/scalable/apps/satchel.svg",
    "/usr/share/icons/hicolor/symbolic/apps/satchel-symbolic.svg",
    "/usr/share/metainfo/org.satchel.Satchel.metainfo.xml",
];

/// No maintainer script, so that nothing of ours runs as root; all files named above; nothing outside `/usr`.
pub(super) fn must_be_clean(package: &Path, scratch: &Path) -> Outcome {
    step("control", program("dpkg-deb").arg("--field").arg(package))?;
    step(
        "unpack control",
        program("dpkg-deb").arg("--control").args([package, scratch]),
    )?;
    let mut control: Vec<String> = fs::read_dir(scratch)?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    control.sort();
    must(
        control == ["control", "md5sums"],
        &format!("the package brings no maintainer script {control:?}"),
    )?;
    let paths = paths(package)?;
    for file in FILES {
        must(paths.iter().any(|path| path == file), file)?;
    }
    let strays: Vec<&String> = paths.iter().filter(|path| !is_ours(path)).collect();
    must(
        strays.is_empty(),
        &format!("nothing lies outside /usr {strays:?}"),
    )
}

fn is_ours(path: &str) -> bool {
    path == "/" || path == "/usr" || path.starts_with("/usr/")
}

/// The absolute paths in a package, without the slash that ends a folder.
fn paths(package: &Path) -> Result<Vec<String>, Failure> {
    let output = program("sh")
        .args(["-c", "dpkg-deb --fsys-tarfile \"$1\" | tar --list", "sh"])
        .arg(package)
        .output()?;
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(list
        .lines()
        .map(|line| format!("/{}", line.trim_start_matches('.').trim_matches('/')))
        .collect())
}

/// The same package under another version, without compiling anything.
pub(super) fn with_version(package: &Path, scratch: &Path, version: &str) -> Result<PathBuf, Failure> {
    step(
        "unpack",
        program("dpkg-deb").arg("--raw-extract").args([package, scratch]),
    )?;
    let control = scratch.join("DEBIAN/control");
    fs::write(&control, renamed(&fs::read_to_string(&control)?, version))?;
    let upgrade = scratch.with_extension("deb");
    step(
        &format!("pack as {version}"),
        program("dpkg-deb")
            .args(["--root-owner-group", "-Zgzip", "--build"])
            .args([scratch, &upgrade]),
    )?;
    Ok(upgrade)
}

fn renamed(control: &str, version: &str) -> String {
    control
        .lines()
        .map(|line| {
            if line.starts_with("Version:") {
                format!("Version: {version}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_changes() {
        let control = "Package: satchel\nVersion: 0.1.0\nDescription: a\n b\n";
        assert_eq!(
            renamed(control, "0.2.0"),
            "Package: satchel\nVersion: 0.2.0\nDescription: a\n b\n"
        );
    }

    #[test]
    fn a_file_elsewhere_is_a_stray() {
        assert!(is_ours("/usr/bin/satchel"));
        assert!(!is_ours("/etc/satchel"));
        assert!(!is_ours("/usrlocal"));
    }
}
