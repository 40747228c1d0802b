//! `cargo xtask package`: the installable package of this system.

use crate::{
    setup,
    shell::{Outcome, program, root, step},
    test::build_pages,
};

pub(crate) fn package() -> Outcome {
    setup::for_building()?;
    build_pages()?;
    // The Tauri command ships its binary in the npm package of the pages.
    let tauri = root().join("ui/node_modules/.bin/tauri");
    step("bundle", program(tauri).args(["build", "--ci", "--", "--locked"]))?;
    println!("\nThe package is in target/release/bundle.");
    Ok(())
}
