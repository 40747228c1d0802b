//! Any text is a connector or a mistake with a line of it; a filter of any text ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_connect::check_connector;

fuzz_target!(|text: &str| {
    if let Err(fault) = check_connector(text, true) {
        assert!(fault.line >= 1 && fault.line <= text.lines().count() + 2);
    }
    let filter = format!("connector = 1\nid = \"x\"\nname = \"X\"\n[oauth]\nbase = \"https://x.example\"\nauthorize = \"a\"\ntoken = \"t\"\nclient = \"own\"\nscope = [{{ name = \"a\", words = \"a\" }}]\n[[request]]\npath = \"l\"\nscope = \"a\"\nmap = '''\n{text}'''\n");
    let _ = check_connector(&filter, true);
});
