//! `cargo xtask test`: everything that CI runs, cheapest first.

use crate::{
    setup,
    shell::{Failure, Outcome, cargo, has, program, root, step},
};

/// What the tests that open the app's windows are named by; no other test is.
const IN_WINDOWS: &str = "window::";

pub(crate) fn test(arguments: &[String]) -> Outcome {
    let fast = match arguments {
        [] => false,
        [flag] if flag == "--fast" => true,
        _ => return Err(Failure::new("usage: cargo xtask test [--fast]")),
    };
    setup::everything()?;
    step("formatting", cargo().args(["fmt", "--all", "--check"]))?;
    pages()?;
    lints()?;
    let tests = |of: &[&str]| {
        let mut tests = cargo();
        tests
            .args(["test", "--workspace", "--locked", "--no-fail-fast"])
            .args(of);
        tests
    };
    let unseen = step("tests", &mut tests(&["--", "--skip", IN_WINDOWS]));
    if !fast {
        // One after the other: a desktop that waits for the processor loses keys and focus.
        step(
            "tests in windows",
            &mut tests(&["--test", "e2e", "--", "--test-threads=1", IN_WINDOWS]),
        )?;
    }
    unseen?;
    println!("\nEverything passed.");
    Ok(())
}

/// The pages: types, lints, tests, and the build that the app embeds.
pub(crate) fn pages() -> Outcome {
    let npm = |script: &str| {
        let mut command = program("npm");
        command
            .args(["run", "--silent", script])
            .current_dir(root().join("ui"));
        command
    };
    step("pages: types", &mut npm("check"))?;
    step("pages: tests", &mut npm("test"))?;
    build_pages()
}

/// Builds the pages into `ui/dist`.
pub(crate) fn build_pages() -> Outcome {
    let mut build = program("npm");
    build
        .args(["run", "--silent", "build"])
        .current_dir(root().join("ui"));
    step("pages: build", &mut build)
}

fn lints() -> Outcome {
    step(
        "lints",
        cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]),
    )?;
    if has("cargo-deny") {
        return step(
            "licences and sources",
            cargo().args(["deny", "check", "bans", "licenses", "sources"]),
        );
    }
    println!(
        "\n    (cargo-deny is not installed: licences and registries are looked at by the contract tests alone)"
    );
    Ok(())
}
