//! The package on this machine: put there by `apt-get`, taken away again whatever happens.

use std::path::{Path, PathBuf};

use super::{super::PROGRAMS, must};
use crate::{
    setup::{as_root, installed},
    shell::{Failure, Outcome, program, step, succeeds},
};

const PACKAGE: &str = "satchel";

/// The check would take away an installation that somebody uses.
pub(super) fn must_not_have_it() -> Outcome {
    let programs = PROGRAMS.map(|name| Path::new("/usr/bin").join(name));
    must(
        !installed(PACKAGE) && !programs.iter().any(|path| path.exists()),
        "Satchel is not installed on this machine",
    )
}

/// The installed package. Dropped, it is purged: a check that fails leaves nothing behind.
pub(super) struct Installed;

impl Installed {
    pub(super) fn install(package: &Path) -> Result<Self, Failure> {
        let this = Self;
        this.upgrade(package)?;
        Ok(this)
    }

    pub(super) fn upgrade(&self, package: &Path) -> Outcome {
        step(
            &format!("apt-get install {}", package.display()),
            apt().args(["install", "--no-install-recommends"]).arg(package),
        )?;
        must(
            succeeds(program("dpkg").args(["--verify", PACKAGE])),
            "every installed file is as it was packed",
        )
    }

    /// The menu entry and the page for software centres follow their specifications.
    pub(super) fn must_present_itself(&self) -> Outcome {
        step(
            "menu entry",
            program("desktop-file-validate").arg("/usr/share/applications/Satchel.desktop"),
        )?;
        step(
            "page for software centres",
            program("appstreamcli")
                .args(["validate", "--no-net"])
                .arg("/usr/share/metainfo/org.satchel.Satchel.metainfo.xml"),
        )
    }

    pub(super) fn version(&self) -> Result<String, Failure> {
        query(&["-W", "-f=${Version}", PACKAGE])
    }

    /// The files of the package, without folders, which others use as well.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let all = query(&["-L", PACKAGE])?;
        Ok(all
            .lines()
            .map(PathBuf::from)
            .filter(|path| path.is_file())
            .collect())
    }

    pub(super) fn remove(&self) -> Outcome {
        step("apt-get remove satchel", apt().args(["remove", PACKAGE]))
    }

    pub(super) fn purge(&self) -> Outcome {
        step("apt-get purge satchel", apt().args(["purge", PACKAGE]))
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        if installed(PACKAGE) {
            let _ = self.purge();
        }
    }
}

fn apt() -> std::process::Command {
    let mut command = as_root("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-y", "-q", "-o", "Dpkg::Use-Pty=0"]);
    command
}

fn query(arguments: &[&str]) -> Result<String, Failure> {
    let output = program("dpkg-query").args(arguments).output()?;
    if !output.status.success() {
        return Err(Failure::new(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
