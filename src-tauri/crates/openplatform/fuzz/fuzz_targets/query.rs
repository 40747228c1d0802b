//! Any text as the query of a list; what is read keeps its limits, and no item comes twice or from nowhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use openplatform::query::{ListQuery, MAX_LIMIT};
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Some(query) = ListQuery::parse(text) else {
        return;
    };
    assert!((1..=MAX_LIMIT).contains(&query.limit()) && query.page() >= 1);
    let items = vec![
        json!({"id": "a", "name": "Ana", "n": 1, "on": true}),
        json!({"id": "b", "name": "ñ", "n": 2.5, "on": false}),
        json!({"id": "c"}),
    ];
    let shaped = query.shaped(items);
    let mut ids: Vec<&str> = shaped.iter().filter_map(|item| item["id"].as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["a", "b", "c"]);
    let page = query.paged(&shaped);
    assert!(page["items"].as_array().is_some_and(|items| items.len() <= 3));
    for name in ["q", "name", "modified", "removed"] {
        let _ = (query.words(name), query.flag(name), query.span(name));
        if let Some(filter) = query.texts(name) {
            assert!(!filter.passes(None));
            let _ = filter.passes(Some("Ana"));
        }
    }
    let _: Value = page;
});
