//! Embeds the pages and generates the window permissions.

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    // The embedding macro wants the folder to exist even where only Rust is being checked.
    fs::create_dir_all(Path::new("ui/dist"))?;
    tauri_build::try_build(tauri_build::Attributes::new())?;
    Ok(())
}
