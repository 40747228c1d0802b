//! `cargo xtask run`: the app in a window, or the demonstration where there is no display.

use std::env;

use crate::{
    setup,
    shell::{Outcome, cargo, step},
    test::build_pages,
};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if has_display() {
        setup::for_building()?;
        build_pages()?;
        return step(
            "satchel",
            cargo().args(["run", "--bin", "satchel", "--"]).args(arguments),
        );
    }
    println!("There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).");
    println!(
        "The demonstration runs in a real window under Xvfb instead; its screenshots go to ./screenshots."
    );
    setup::everything()?;
    build_pages()?;
    step(
        "demonstration",
        cargo().env("SATCHEL_SCREENSHOTS", "screenshots").args([
            "test",
            "--test",
            "e2e",
            "--",
            "--nocapture",
            "--test-threads=1",
            "window::journey",
        ]),
    )
}

/// Writes the bindings that the pages import. The test compares them; with the variable set it writes them.
pub(crate) fn bindings() -> Outcome {
    step(
        "bindings",
        cargo()
            .env("SATCHEL_WRITE_BINDINGS", "1")
            .args(["test", "--lib", "bindings"]),
    )
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
