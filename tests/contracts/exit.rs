//! The single exit (architecture 1 and 7): what reads records, raw documents or the persona is called only by disclosure, by the backpack, and by
//! what the person's own window and terminal show. There is no second path for a value to leave.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, has_word, product, sources};

/// The tables that hold what the person would not want to leave unasked.
const TABLES: [(&str, &str); 4] = [
    ("records", "src-tauri/crates/vault-store/src/table/records/"),
    ("persona", "src-tauri/crates/vault-store/src/table/persona.rs"),
    (
        "raw_documents",
        "src-tauri/crates/vault-store/src/table/raw_documents.rs",
    ),
    (
        "record_versions",
        "src-tauri/crates/vault-store/src/table/record_versions.rs",
    ),
];

const CORE: &str = "src-tauri/crates/vault-core/src/";

/// Where the core may read these tables, and why.
const READERS: [(&str, &str); 8] = [
    (
        "disclosure/",
        "the one door: policy, grant and log stand in front of it",
    ),
    (
        "backpack/",
        "the person carries everything away; written to the same log",
    ),
    ("records.rs", "what the main window and the terminal show"),
    ("overview.rs", "what the main window and the terminal show"),
    ("persona.rs", "what the main window and the terminal show"),
    (
        "cooperatives/fields.rs",
        "what a cooperative would get, for the person who is asked; the text that is made of it leaves through disclosure",
    ),
    (
        "imports/",
        "what is there, what is missing and what a file would change, for the main window and the terminal",
    ),
    (
        "apps/opening.rs",
        "when a shared field was edited last, for the revision that an app is told; never what it says",
    ),
];

/// Where disclosure itself may read these tables, and what stands in front of it there.
const DOOR: [(&str, &str); 7] = [
    (
        "v1/",
        "an answer is computed under an approval, which only policy can make",
    ),
    (
        "notify/data.rs",
        "a message to a consumer app is computed under an approval, which only policy can make",
    ),
    ("preview.rs", "what would leave, for the person who is asked"),
    ("document.rs", "the same as bytes, for its digest"),
    (
        "coarse.rs",
        "it only takes away: which members there are, and the work whose words go from what belongs to it",
    ),
    (
        "erasure.rs",
        "the person's own name, in a letter or a report that they send themselves",
    ),
    (
        "sources.rs",
        "how much each connection has, for the person who is asked",
    ),
];

/// Files of the core whose calls hand these values to whoever holds a handle.
const SHOWN_BY: [&str; 5] = [
    "records.rs",
    "overview.rs",
    "persona.rs",
    "imports/looking.rs",
    "imports/completeness.rs",
];

/// Who may make these calls, and what for. Nobody else outside the core may.
const CALLERS: [(&str, &str); 13] = [
    ("src-tauri/src/commands/records.rs", "the main window's pages"),
    ("src-tauri/src/commands/connections.rs", "the main window's pages"),
    (
        "src-tauri/src/commands/settings.rs",
        "the main window's profile page",
    ),
    (
        "src-tauri/src/view/",
        "what the main window's pages show, put into words",
    ),
    (
        "src-tauri/src/commands/imports",
        "the main window's pages of imports",
    ),
    ("src-tauri/src/cli/imports.rs", "the person's terminal"),
    (
        "src-tauri/src/desk/watched.rs",
        "which files of the watched folder are imported already, by their digests",
    ),
    (
        "src-tauri/crates/vault-connect/src/takeout/job/",
        "where an import stands, to go on with it; it reads files and sends nothing",
    ),
    ("src-tauri/src/cli/records.rs", "the person's terminal"),
    ("src-tauri/src/cli/persona.rs", "the person's terminal"),
    ("src-tauri/src/cli/vault.rs", "counts of the check"),
    ("src-tauri/src/commands/vault.rs", "counts of the check"),
    (
        "src-tauri/src/commands/sharing.rs",
        "the main window's Activity page",
    ),
];

/// Calls of disclosure and the backpack that show values to the person or write them into a file of theirs, and who may make each.
const PERSONS_OWN: [(&str, &[&str]); 6] = [
    ("preview", &["src-tauri/src/commands/consent.rs"]),
    (
        "pack",
        &[
            "src-tauri/src/commands/backpack.rs",
            "src-tauri/src/cli/backpack.rs",
        ],
    ),
    (
        "export_log",
        &["src-tauri/src/commands/sharing.rs", "src-tauri/src/cli/log.rs"],
    ),
    ("erasure_letter", &["src-tauri/src/commands/rights.rs"]),
    (
        "data_request_letter",
        &[
            "src-tauri/src/commands/requests.rs",
            "src-tauri/src/cli/requests.rs",
        ],
    ),
    ("write_report", &["src-tauri/src/commands/rights.rs"]),
];

#[test]
fn only_disclosure_the_backpack_and_the_persons_own_pages_read_records_and_persona() {
    let readers = table_readers();
    let mut seen = BTreeSet::new();
    for source in product().iter().filter(|source| source.path.starts_with(CORE)) {
        let called = calls_of_tables(source, &readers);
        let file = &source.path[CORE.len()..];
        let reader = READERS
            .iter()
            .find(|(place, _)| file == *place || (place.ends_with('/') && file.starts_with(place)));
        match reader {
            Some((place, _)) if !called.is_empty() => drop(seen.insert(*place)),
            _ => assert!(
                called.is_empty(),
                "{} reads {called:?}: a value leaves only through disclosure",
                source.path
            ),
        }
        if let Some(file) = file.strip_prefix("disclosure/").filter(|_| !called.is_empty()) {
            assert!(
                DOOR.iter().any(|(place, _)| file.starts_with(place)),
                "{} reads {called:?} without an approval",
                source.path
            );
        }
    }
    for place in [
        "disclosure/",
        "records.rs",
        "overview.rs",
        "persona.rs",
        "backpack/",
    ] {
        assert!(seen.contains(place), "the search finds the reads of {place}");
    }
}

#[test]
fn nobody_but_the_core_holds_a_database() {
    for source in product() {
        let inside =
            source.path.starts_with(CORE) || source.path.starts_with("src-tauri/crates/vault-store/");
        let code = source.code();
        let names = code.contains("vault_store")
            && ["Database", "View", "Tx"]
                .iter()
                .any(|name| has_word(&imports(&code), name));
        assert!(
            inside || !names,
            "{} takes a database into its hands",
            source.path
        );
        let key = ["derive_database_key", "derive_raw_store_key", "derive_seal_key"]
            .iter()
            .find(|key| has_word(&code, key));
        let may = inside || source.path.starts_with("src-tauri/crates/vault-crypto/");
        assert!(may || key.is_none(), "{} derives a key: {key:?}", source.path);
    }
    for source in sources(CORE.trim_end_matches('/'), ".rs") {
        let code = source.code();
        let hands_out = code.split("pub use").skip(1).any(|rest| {
            let import = rest.split(';').next().unwrap();
            import.contains("vault_store")
                && (["Database", "View", "Tx"]
                    .iter()
                    .any(|name| has_word(import, name))
                    || TABLES.iter().any(|(table, _)| has_word(import, table)))
        });
        assert!(!hands_out, "{} hands the tables on", source.path);
    }
}

#[test]
fn only_the_persons_own_window_and_terminal_call_what_shows_values() {
    let shown = shown_by_core();
    assert!(shown.len() >= 8, "{shown:?}");
    let mut seen = BTreeSet::new();
    for source in product()
        .iter()
        .filter(|source| !source.path.starts_with("src-tauri/crates/vault-core/"))
    {
        if source.path.starts_with("src-tauri/crates/vault-store/") {
            continue;
        }
        let code = source.code();
        for method in shown.iter().filter(|method| calls(&code, method)) {
            let caller = CALLERS.iter().find(|(place, _)| source.path.starts_with(place));
            let caller = caller.unwrap_or_else(|| {
                panic!(
                    "{} calls {method}: a value leaves only through disclosure",
                    source.path
                )
            });
            seen.insert(caller.0);
        }
    }
    for place in [
        "src-tauri/src/commands/records.rs",
        "src-tauri/src/cli/records.rs",
        "src-tauri/src/cli/persona.rs",
    ] {
        assert!(seen.contains(place), "the search finds the calls of {place}");
    }
}

#[test]
fn what_writes_or_shows_values_is_called_for_the_person_only() {
    for (method, places) in PERSONS_OWN {
        let callers: BTreeSet<String> = product()
            .into_iter()
            .filter(|source| !INSIDE.iter().any(|place| source.path.starts_with(place)))
            .filter(|source| calls(&source.code(), method))
            .map(|source| source.path)
            .collect();
        let expected: BTreeSet<String> = places.iter().map(|place| (*place).to_owned()).collect();
        assert_eq!(callers, expected, "{method}");
    }
}

/// Crates that make these calls of their own.
const INSIDE: [&str; 2] = ["src-tauri/crates/vault-core/", "src-tauri/crates/backpack/"];

#[test]
fn every_way_to_read_is_found() {
    let readers = table_readers();
    let found = |code: &str| {
        let source = Source {
            path: String::new(),
            text: code.to_owned(),
        };
        !calls_of_tables(&source, &readers).is_empty()
    };
    for code in [
        "fn a(view: &View<'_>) { records::get(view, id) }",
        "use vault_store::{View, records as kept}; fn a(view: &View<'_>) { kept::each(view, f) }",
        "use vault_store::records::{self as kept, Sort}; fn a(view: &View<'_>) { kept::page(view, f) }",
        "use vault_store::records::*; fn a(view: &View<'_>) { each(view, f) }",
        "use vault_store::records::each; fn a(view: &View<'_>) { each(view, f) }",
        "use vault_store::records::{Sort, each}; fn a(view: &View<'_>) { each(view, f) }",
        "use vault_store::records::{each as walk}; fn a(view: &View<'_>) { walk(view, f) }",
        "fn a(view: &View<'_>) { let walk = vault_store::raw_documents::bytes; walk(view, x) }",
        "use crate::persona::Persona; fn a(view: &View<'_>) { Persona::read(view) }",
        "use crate::persona::Persona as Whole; fn a(view: &View<'_>) { Whole::read(view) }",
    ] {
        assert!(found(code), "{code}");
    }
    for code in [
        "fn a(tx: &Tx<'_>) { records::intake(tx, &stored, new) }",
        "use vault_store::records::RecordFilter; fn a() { RecordFilter::default() }",
        "fn a(view: &View<'_>) { connections::list(view) }",
    ] {
        assert!(!found(code), "{code}");
    }
    assert!(calls("SpaceHandle::preview(&space, id)", "preview") && calls("space.preview(id)", "preview"));
    assert!(!calls("fn preview(id: u8) {}", "preview"));
}

#[test]
fn the_gateway_and_the_connectors_never_name_a_record() {
    for source in product() {
        let gateway = source.path.starts_with("src-tauri/crates/vault-gateway/");
        if gateway {
            for name in ["Record", "RecordKind", "PersonaField", "records", "persona"] {
                assert!(
                    !has_word(&imports(&source.code()), name),
                    "{} imports {name}",
                    source.path
                );
            }
        }
        if source.path.starts_with("src-tauri/crates/vault-connect/") {
            for name in ["Record", "Persona", "PersonaField"] {
                assert!(
                    !has_word(&imports(&source.code()), name),
                    "{} imports {name}",
                    source.path
                );
            }
        }
    }
}

/// The functions of each table that read it.
fn table_readers() -> BTreeMap<&'static str, BTreeSet<String>> {
    let all = product();
    let readers = |place: &str| -> BTreeSet<String> {
        let files = all.iter().filter(|source| source.path.starts_with(place));
        files
            .flat_map(|source| functions(&source.code(), "pub fn "))
            .filter(|(_, signature)| signature.contains("View<'_>"))
            .map(|(name, _)| name)
            .collect()
    };
    let found: BTreeMap<_, _> = TABLES
        .into_iter()
        .map(|(table, place)| (table, readers(place)))
        .collect();
    for (table, name) in [
        ("records", "get"),
        ("records", "page"),
        ("records", "each"),
        ("persona", "list"),
        ("raw_documents", "bytes"),
    ] {
        assert!(
            found[table].contains(name),
            "the search finds {table}::{name}: {found:?}"
        );
    }
    found.into_iter().chain([persona_reader()]).collect()
}

/// What the core itself makes of a table for its own files: the whole persona.
fn persona_reader() -> (&'static str, BTreeSet<String>) {
    let source = Source {
        path: String::new(),
        text: crate::source::read(&format!("{CORE}persona.rs")),
    };
    let code = source.code();
    let reads: BTreeSet<String> = functions(&code, "pub(crate) fn ")
        .into_iter()
        .chain(functions(&code, "pub fn "))
        .filter(|(_, signature)| signature.contains("View<'_>"))
        .map(|(name, _)| name)
        .collect();
    assert!(reads.contains("read"), "{reads:?}");
    ("Persona", reads)
}

/// Whether a method of a handle is called, in either form.
fn calls(code: &str, method: &str) -> bool {
    let handles = ["SpaceHandle", "VaultHandle"].map(|handle| format!("{handle}::{method}"));
    code.contains(&format!(".{method}(")) || handles.iter().any(|call| has_word(code, call))
}

/// The reads of those tables in a file, by name.
fn calls_of_tables(source: &Source, readers: &BTreeMap<&str, BTreeSet<String>>) -> Vec<String> {
    let code = source.code();
    let imports = imports(&code);
    let mut found = Vec::new();
    for (table, functions) in readers {
        let all = format!("{table}::*");
        if imports.contains(&all) {
            found.push(all);
        }
        for name in names_of(table, &imports) {
            for function in functions {
                let call = format!("{name}::{function}");
                let used = has_word(&code, &call);
                // A function that is imported by its own name would be called without that of its table.
                let alone = code.contains(&format!("{table}::{{"))
                    && group(&code, table)
                        .iter()
                        .any(|item| item.split(" as ").next() == Some(function.as_str()));
                if used || alone {
                    found.push(call);
                }
            }
        }
    }
    found
}

/// The names under which a file knows a table: its own, and `as` another.
fn names_of(table: &str, imports: &str) -> Vec<String> {
    let mut names = vec![table.to_owned()];
    for mark in [format!("{table} as "), format!("{table}::{{self as ")] {
        names.extend(imports.match_indices(&mark).map(|(at, _)| {
            imports[at + mark.len()..]
                .chars()
                .take_while(|symbol| symbol.is_alphanumeric() || *symbol == '_')
                .collect::<String>()
        }));
    }
    names
}

/// What `table::{…}` imports.
fn group(code: &str, table: &str) -> Vec<String> {
    let mark = format!("{table}::{{");
    let mut items = Vec::new();
    for (at, _) in code.match_indices(&mark) {
        let inside = code[at + mark.len()..].split('}').next().unwrap();
        items.extend(inside.split(',').map(|item| item.trim().to_owned()));
    }
    items
}

/// The `use` declarations of a file.
fn imports(code: &str) -> String {
    code.split("use ")
        .skip(1)
        .map(|rest| rest.split(';').next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The public calls of the core that show values to whoever holds a handle: all of those files but what writes or checks.
fn shown_by_core() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in SHOWN_BY {
        let source = Source {
            path: file.into(),
            text: crate::source::read(&format!("{CORE}{file}")),
        };
        for (name, _) in functions(&source.code(), "pub async fn ") {
            let harmless = name.starts_with("set_")
                || ["check", "record_count", "records_digest", "retrieval"].contains(&name.as_str());
            if !harmless {
                found.insert(name);
            }
        }
    }
    found
}

/// Names and signatures of the functions that begin with `start`.
fn functions(code: &str, start: &str) -> Vec<(String, String)> {
    let declarations = code.match_indices(start).map(|(at, _)| &code[at + start.len()..]);
    declarations
        .map(|rest| {
            let name = rest
                .chars()
                .take_while(|symbol| symbol.is_alphanumeric() || *symbol == '_')
                .collect();
            let signature = rest.split('{').next().unwrap_or_default().to_owned();
            (name, signature)
        })
        .collect()
}
