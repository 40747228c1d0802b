//! Any text as the first page of an app.
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use vault_connect::Library;

fuzz_target!(|text: &str| {
    let page = Url::parse("https://a.example/start").expect("a fixed address");
    assert!(Library::found_in(&page, text).len() <= 50);
});
