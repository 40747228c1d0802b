//! `cargo xtask package`: the installable packages of this system.

mod check;
mod depends;
mod formats;
#[cfg(test)]
mod icons;
mod notices;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    setup,
    shell::{Failure, Outcome, program, root, step},
    test::build_pages,
};
use formats::Format;

/// The programs that a package installs.
const PROGRAMS: [&str; 2] = ["satchel", "satchel-cli"];

pub(crate) fn package(arguments: &[String]) -> Outcome {
    let wanted = Wanted::read(arguments)?;
    setup::for_building()?;
    if !wanted.built {
        build()?;
    }
    let folder = root().join("target/package");
    fs::create_dir_all(&folder)?;
    let additions = folder.join("bundle.json");
    fs::write(
        &additions,
        additions_to_bundle(&folder, &wanted.formats)?.to_string(),
    )?;
    for format in &wanted.formats {
        step(
            &format!("bundle {}", format.name()),
            tauri()
                .args(["bundle", "--ci", "--bundles", format.name(), "--config"])
                .arg(&additions),
        )?;
    }
    if wanted.check {
        check::check(&bundles().join("deb"), &folder)?;
    }
    println!("\nThe packages are in {}.", bundles().display());
    Ok(())
}

fn build() -> Outcome {
    build_pages()?;
    step(
        "build the programs",
        tauri().args(["build", "--no-bundle", "--ci", "--", "--locked"]),
    )
}

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    formats: Vec<Format>,
    /// The programs were built before; only the packages are made.
    built: bool,
    /// The Debian package is tried out on this machine.
    check: bool,
}

impl Wanted {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut wanted = Self::default();
        for argument in arguments {
            match argument.as_str() {
                "--built" => wanted.built = true,
                "--check" => wanted.check = true,
                "all" => wanted.formats.extend(possible()),
                name => wanted.formats.push(Format::parse(name)?),
            }
        }
        if wanted.formats.is_empty() || (wanted.check && !wanted.formats.contains(&Format::Deb)) {
            wanted.formats.push(Format::Deb);
        }
        Ok(wanted)
    }
}

/// The formats that can be made here; says why the others cannot.
fn possible() -> Vec<Format> {
    let mut formats = Vec::new();
    for format in Format::ALL {
        match format.obstacle() {
            None => formats.push(format),
            Some(why) => println!("Left out: {} {why}.", format.name()),
        }
    }
    formats
}

/// What the settings in `tauri.conf.json` cannot know before the programs are built: the libraries that they turned out to need, and the
/// notices of the libraries that are inside.
fn additions_to_bundle(folder: &Path, formats: &[Format]) -> Result<Value, Failure> {
    let notices = folder.join("third-party-licences.txt");
    fs::write(&notices, notices::collect()?)?;
    let files = json!({ "/usr/share/doc/satchel/third-party-licences.txt": notices });
    let mut linux =
        json!({ "deb": { "files": files }, "rpm": { "files": files }, "appimage": { "files": files } });
    if formats.contains(&Format::Deb) {
        let programs = PROGRAMS.map(|name| root().join("target/release").join(name));
        let depends = depends::with_libraries(&settings()?, folder, &programs)?;
        println!("    Depends: {}", depends.join(", "));
        if let Some(deb) = linux.get_mut("deb").and_then(Value::as_object_mut) {
            deb.insert("depends".into(), json!(depends));
        }
    }
    Ok(json!({ "bundle": { "linux": linux } }))
}

fn settings() -> Result<Value, Failure> {
    let text = fs::read_to_string(root().join("tauri.conf.json"))?;
    serde_json::from_str(&text).map_err(|error| Failure::new(format!("tauri.conf.json: {error}")))
}

/// The Tauri command, which ships its binary in the npm package of the pages.
fn tauri() -> std::process::Command {
    program(root().join("ui/node_modules/.bin/tauri"))
}

fn bundles() -> PathBuf {
    root().join("target/release/bundle")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_needs_the_deb() {
        let read = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            Wanted::read(&words)
        };
        let wanted = |formats: &[Format], built, check| Wanted {
            formats: formats.to_vec(),
            built,
            check,
        };
        assert_eq!(read(&[]).unwrap(), wanted(&[Format::Deb], false, false));
        assert_eq!(read(&["rpm"]).unwrap(), wanted(&[Format::Rpm], false, false));
        assert_eq!(
            read(&["rpm", "--built", "--check"]).unwrap(),
            wanted(&[Format::Rpm, Format::Deb], true, true)
        );
        assert!(read(&["--chek"]).is_err());
    }

    #[test]
    fn the_store_page_names_the_version_that_is_built() {
        let page =
            fs::read_to_string(root().join("assets/package/org.satchel.Satchel.metainfo.xml")).unwrap();
        let newest = page.split("<release version=\"").nth(1).unwrap();
        assert!(
            newest.starts_with(concat!(env!("CARGO_PKG_VERSION"), "\"")),
            "{newest}"
        );
    }

    #[test]
    fn no_package_runs_a_script_where_the_person_has_data() {
        let settings = settings().unwrap().to_string();
        for script in [
            "preInstallScript",
            "postInstallScript",
            "preRemoveScript",
            "postRemoveScript",
        ] {
            assert!(!settings.contains(script), "{script}");
        }
    }
}
