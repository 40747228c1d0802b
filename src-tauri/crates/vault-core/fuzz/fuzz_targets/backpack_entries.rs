//! Any bytes as entries of a backpack, one after the other. Each piece begins with the number of its path and ends with a zero byte. What is
//! taken is taken again, and so is every beginning of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault_core::backpack::can_be_entries;

/// In the order in which they lie in a backpack.
const PATHS: [&str; 24] = [
    "app_secrets.json",
    "apps.json",
    "cooperatives.json",
    "disclosures.ndjson",
    "erasures.json",
    "grants.json",
    "incoming/0193a000-0000-4000-8000-000000000001.json",
    "incoming/0193a000-0000-4000-8000-000000000002.json",
    "keys.json",
    "log.json",
    "memberships.json",
    "persona.json",
    "platforms/demo/documents.ndjson",
    "platforms/demo/platform.json",
    "platforms/demo/records.ndjson",
    "platforms/demo/retrievals.ndjson",
    "platforms/demo/secrets.json",
    "platforms/demo/versions.ndjson",
    "receipts.json",
    "settings.json",
    "transfers/0193a000-0000-7000-8000-000000000001/receipt.json",
    "transfers/0193a000-0000-7000-8000-000000000001/transfer.json",
    "transfers/0193a000-0000-7000-8000-000000000002/receipt.json",
    "transfers/0193a000-0000-7000-8000-000000000002/transfer.json",
];

fuzz_target!(|bytes: &[u8]| {
    let entries: Vec<(&str, &[u8])> = bytes
        .split(|byte| *byte == 0)
        .filter_map(|piece| {
            let (which, body) = piece.split_first()?;
            Some((PATHS[usize::from(*which) % PATHS.len()], body))
        })
        .collect();
    if can_be_entries(&entries) {
        for end in 0..entries.len() {
            assert!(can_be_entries(&entries[..end]));
        }
    }
});
