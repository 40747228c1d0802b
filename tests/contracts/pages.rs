//! The seam between pages and program: one file of the pages speaks with Tauri.

use crate::source::{Source, sources};

const CLIENT: &str = "ui/src/ipc/client.ts";

#[test]
fn one_file_imports_tauri() {
    let importers: Vec<String> = pages()
        .into_iter()
        .filter(|source| imports(&source.text, "@tauri-apps/"))
        .map(|source| source.path)
        .collect();
    let others: Vec<&String> = importers
        .iter()
        .filter(|path| !path.starts_with("ui/src/ipc/bindings/"))
        .collect();
    assert_eq!(
        others,
        [CLIENT],
        "the generated bindings import it too, and only the client imports them"
    );
    for source in pages() {
        let may = source.path == CLIENT || source.path.starts_with("ui/src/ipc/");
        assert!(
            may || !imports(&source.text, "ipc/bindings"),
            "{} imports the bindings",
            source.path
        );
        assert!(
            source.path.starts_with("ui/src/ipc/") || !source.text.contains("__TAURI"),
            "{} reaches past the client",
            source.path
        );
    }
}

#[test]
fn pages_load_nothing_from_elsewhere() {
    for source in pages()
        .into_iter()
        .filter(|source| !source.path.ends_with(".test.ts") && !source.path.contains("/fake/"))
    {
        for way in [
            "fetch(",
            "XMLHttpRequest",
            "new WebSocket",
            "EventSource(",
            "sendBeacon",
            "eval(",
            "new Function(",
        ] {
            let found = source.text.match_indices(way).any(|(at, _)| {
                let before = &source.text[..at];
                let named = before.chars().next_back().is_some_and(|symbol| {
                    symbol.is_alphanumeric() || symbol == '_' || matches!(symbol, '.' | '#')
                });
                // A method of that name is declared, not called.
                !named && !before.ends_with("async ")
            });
            assert!(!found, "{}: {way}", source.path);
        }
        assert!(
            !source.text.contains("localStorage") && !source.text.contains("document.cookie"),
            "{} keeps something outside of the vault",
            source.path
        );
    }
}

fn pages() -> Vec<Source> {
    let mut all = sources("ui/src", ".ts");
    all.extend(sources("ui/src", ".svelte"));
    all
}

/// Whether a module is imported whose name holds `name`.
fn imports(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let from = [
            "from \"",
            "from '",
            "import(\"",
            "import('",
            "import \"",
            "import '",
        ]
        .iter()
        .find_map(|mark| line.split_once(mark));
        from.is_some_and(|(_, module)| module.split(['"', '\'']).next().unwrap().contains(name))
    })
}
