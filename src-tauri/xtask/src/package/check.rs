//! `cargo xtask package --check`: installs, upgrades and removes the Debian package on this machine, with a vault that must outlive it.

mod machine;
mod person;
mod repack;
mod window;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

use super::PROGRAMS;
use crate::{
    display::Display,
    setup,
    shell::{Failure, Outcome},
};
use machine::Installed;
use person::Person;

/// What the check needs besides the package's own dependencies.
const TOOLS: &[&str] = &[
    "xvfb",
    "dbus",
    "xdotool",
    "imagemagick",
    "desktop-file-utils",
    "appstream",
];

/// Checks the package in `bundles`; the screenshots go to `pictures`.
pub(super) fn check(bundles: &Path, pictures: &Path) -> Outcome {
    machine::must_not_have_it()?;
    setup::system_packages(TOOLS)?;
    let folder = Scratch::make()?;
    let package = folder.path.join("satchel.deb");
    fs::copy(newest(bundles)?, &package)?;
    say("look into the package");
    repack::must_be_clean(&package, &folder.path.join("control"))?;
    let installed = Installed::install(&package)?;
    installed.must_present_itself()?;
    outlives(&installed, &package, &folder.path, pictures)?;
    machine::must_not_have_it()?;
    println!("\nThe package installs, upgrades and goes; the vault stays.");
    Ok(())
}

/// One vault through the life of the package.
fn outlives(installed: &Installed, package: &Path, folder: &Path, pictures: &Path) -> Outcome {
    let first = installed.version()?;
    let person = Person::new(&folder.join("home"))?;
    let display = Display::start()?;
    let program = PathBuf::from("/usr/bin").join(PROGRAMS[1]);

    say(&format!("version {first}: help, a vault, the window"));
    person.asks_for_help(&program)?;
    person.makes_a_vault(&program)?;
    let records = person.records(&program)?;
    drop(person.starts_the_app(&display, &pictures.join("installed.png"))?);

    say("upgrade");
    let aside = folder.join("satchel-cli");
    fs::copy(&program, &aside)?;
    let second = format!("{first}+check1");
    let upgrade = repack::with_version(package, &folder.join("repacked"), &second)?;
    let before = person.everything()?;
    installed.upgrade(&upgrade)?;
    must(installed.version()? == second, "the upgrade is installed")?;
    must(
        person.everything()? == before,
        "the upgrade changed no byte in the home folder",
    )?;
    must(
        person.records(&program)? == records,
        "the vault opens after the upgrade, with the same records",
    )?;
    let mut app = person.starts_the_app(&display, &pictures.join("upgraded.png"))?;
    person.unlocks_in(&mut app, &pictures.join("unlocked.png"))?;
    drop(app);

    say("remove, install once more, purge");
    let before = person.everything()?;
    let files = installed.files()?;
    installed.remove()?;
    must(
        person.everything()? == before,
        "removing changed no byte in the home folder",
    )?;
    installed.upgrade(&upgrade)?;
    installed.purge()?;
    must(
        person.everything()? == before,
        "purging changed no byte in the home folder",
    )?;
    let left: Vec<_> = files.iter().filter(|file| file.exists()).collect();
    must(
        left.is_empty(),
        &format!("no file of the package is left {left:?}"),
    )?;
    must(
        person.records(&aside)? == records,
        "the vault opens with a program that was kept aside, with the same records",
    )
}

/// The package that was bundled last.
fn newest(bundles: &Path) -> Result<PathBuf, Failure> {
    let mut all: Vec<PathBuf> = fs::read_dir(bundles)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .collect();
    all.sort_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    all.pop()
        .ok_or_else(|| Failure::new(format!("there is no package in {}", bundles.display())))
}

/// A folder of this check that everybody may read: apt reads packages as another user.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn make() -> Result<Self, Failure> {
        let path = env::temp_dir().join(format!("satchel-package-check-{}", process::id()));
        fs::create_dir(&path)?;
        Ok(Self { path })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn say(what: &str) {
    println!("\n==> {what}");
}

/// States a fact, and fails when it is none.
fn must(holds: bool, fact: &str) -> Outcome {
    if holds {
        println!("    ok: {fact}");
        return Ok(());
    }
    Err(Failure::new(format!("this does not hold: {fact}")))
}
