//! A Tauri window with one empty page: what the web engine costs by itself, for `cargo xtask bench`.

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            let page = "about:blank".parse()?;
            tauri::WebviewWindowBuilder::new(app, "bare", tauri::WebviewUrl::External(page))
                .title("Bare window")
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
