//! Installing what is missing: system packages, npm packages, the WebDriver bridge.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::shell::{Failure, Outcome, cargo, has, program, root, step, succeeds, tools};

/// What building the app needs.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "perl",
    "file",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libxdo-dev",
    "libsecret-1-dev",
];

/// What the tests and the demonstration need besides: a display, a bus, a Secret Service, the stock tools that open a backpack.
const TESTS: &[&str] = &[
    "xvfb",
    "dbus-x11",
    "gnome-keyring",
    "webkit2gtk-driver",
    "openbox",
    "xdotool",
    "x11-utils",
    "imagemagick",
    "age",
    "zstd",
    "jq",
    "openssl",
    "python3",
    "python3-dev",
    "python3-venv",
    "xdg-utils",
];

/// The mail server of the tests, from PyPI.
const MAIL_SERVER: &str = "aiosmtpd==1.4.6";

/// The other side of Intercoop, from PyPI. It needs old versions of what others need new, so it has an environment of its own; its web
/// framework brings a program that says whether it is there.
const COOPERATIVE: &str = "intercoop==0.2.2";

/// What consumers of Rokwire tokens read them with, from PyPI.
const TOKEN_READERS: [&str; 3] = ["PyJWT==2.15.1", "jwcrypto==1.6.1", "cryptography==50.0.2"];

/// Makes requests of every kind that the document of the data API allows, and of many that it does not; from PyPI.
const DOCUMENT_CHECK: &str = "schemathesis==4.32.5";

const TAURI_DRIVER: &str = "2.1.0";

pub(crate) fn everything() -> Outcome {
    system_packages(BUILD)?;
    system_packages(TESTS)?;
    npm_packages()?;
    app_frameworks()?;
    python_package("python", MAIL_SERVER, "aiosmtpd")?;
    python_package("intercoop", COOPERATIVE, "flask")?;
    python_libraries("rokwire", &TOKEN_READERS, "import jwt, jwcrypto, cryptography")?;
    python_package("schemathesis", DOCUMENT_CHECK, "schemathesis")?;
    tauri_driver()
}

/// A Python package in an environment of the project, and its program there.
pub(crate) fn python_package(
    environment: &str,
    requirement: &str,
    program_name: &str,
) -> Result<PathBuf, Failure> {
    let environment = tools().join(environment);
    let binary = environment.join("bin").join(program_name);
    if !succeeds(program(&binary).arg("--version")) {
        python_install(&environment, &[requirement])?;
    }
    Ok(binary)
}

/// Python libraries in an environment of the project, and its interpreter there. `proof` is a line that works when they are installed.
pub(crate) fn python_libraries(
    environment: &str,
    requirements: &[&str],
    proof: &str,
) -> Result<PathBuf, Failure> {
    let environment = tools().join(environment);
    let python = environment.join("bin/python");
    if !succeeds(program(&python).args(["-c", proof])) {
        python_install(&environment, requirements)?;
    }
    Ok(python)
}

fn python_install(environment: &Path, requirements: &[&str]) -> Outcome {
    system_packages(&["python3-venv"])?;
    step(
        "python environment",
        program("python3").args(["-m", "venv"]).arg(environment),
    )?;
    step(
        &format!("install {}", requirements.join(" ")),
        program(environment.join("bin/pip"))
            .args(["install", "--quiet"])
            .args(requirements),
    )
}

/// What `run` needs where there is a display.
pub(crate) fn for_building() -> Outcome {
    system_packages(BUILD)?;
    npm_packages()
}

/// Installs Debian packages that are not there yet.
pub(crate) fn system_packages(names: &[&str]) -> Outcome {
    if !has("dpkg-query") {
        println!(
            "This is no Debian or Ubuntu: install what matches {} yourself.",
            names.join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = names.iter().copied().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Missing system packages: {}", missing.join(" "));
    step("apt-get update", as_root("apt-get").args(["update", "-qq"]))?;
    step(
        "apt-get install",
        as_root("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&missing),
    )
}

pub(crate) fn installed(package: &str) -> bool {
    let output = program("dpkg-query")
        .args(["-W", "-f=${db:Status-Status}", package])
        .output();
    output.is_ok_and(|output| output.stdout == b"installed")
}

pub(crate) fn as_root(name: &str) -> std::process::Command {
    let is_root = program("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root || !has("sudo") {
        return program(name);
    }
    let mut command = program("sudo");
    command.args(["--preserve-env=DEBIAN_FRONTEND", name]);
    command
}

/// Installs the npm packages of the pages when the lock file is newer than what is installed.
pub(crate) fn npm_packages() -> Outcome {
    if !has("npm") {
        return Err(Failure::new(
            "Node.js with npm is needed: install it, then run this again",
        ));
    }
    let lock = root().join("ui/package-lock.json");
    let mark = root().join("ui/node_modules/.package-lock.json");
    if modified(&mark) >= modified(&lock) && mark.exists() {
        return Ok(());
    }
    step(
        "npm ci",
        program("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(root().join("ui")),
    )
}

/// Installs the frameworks of the tests' app servers into the project's own tools, as their lock file says.
pub(crate) fn app_frameworks() -> Outcome {
    let (from, to) = (root().join("tests/apps/backends"), tools().join("backends"));
    let (lock, mark) = (
        from.join("package-lock.json"),
        to.join("node_modules/.package-lock.json"),
    );
    if mark.exists() && modified(&mark) >= modified(&lock) {
        return Ok(());
    }
    fs::create_dir_all(&to)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name))?;
    }
    step(
        "npm ci (app frameworks)",
        program("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&to),
    )
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path)
        .and_then(|data| data.modified())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Installs the WebDriver bridge of Tauri into the project's own tools folder.
pub(crate) fn tauri_driver() -> Outcome {
    let binary = tools().join("bin/tauri-driver");
    if succeeds(program(&binary).arg("--help")) {
        return Ok(());
    }
    step(
        "install tauri-driver",
        cargo()
            .args([
                "install",
                "tauri-driver",
                "--version",
                TAURI_DRIVER,
                "--locked",
                "--root",
            ])
            .arg(tools())
            .env("CARGO_TARGET_DIR", root().join("target/tools-build")),
    )
}
