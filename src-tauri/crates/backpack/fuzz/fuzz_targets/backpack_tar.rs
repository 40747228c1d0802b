//! Any bytes as the archive below encryption and compression. Check sums are mended first, so that the input
//! gets past them; whatever is then accepted must be exactly what the list of contents says.
#![no_main]

use std::io::Read;

use backpack::{Fingerprint, Limits, Reader, Sha256};
use libfuzzer_sys::fuzz_target;

/// A list over two empty files and one of three bytes.
const MANIFEST: &[u8] = br#"{"format":"satchel-backpack","version":1,"created":"2026-11-22T10:00:00Z",
"space":"s","software":"f","counts":{},"signing_key":"k","entries":[
{"path":"README.txt","bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
{"path":"index.html","bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
{"path":"raw/abc","bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]}"#;

fuzz_target!(|bytes: &[u8]| {
    let (&kind, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let mut tar = if kind & 1 == 0 { beginning() } else { Vec::new() };
    tar.extend_from_slice(bytes);
    tar.chunks_exact_mut(512).for_each(mend);
    let accept = |_: &backpack::Signed<'_>| Some(Fingerprint(String::new()));
    let Ok(mut reader) = Reader::from_tar(&tar[..], &Limits::default(), accept) else {
        return;
    };
    while let Ok(Some(mut entry)) = reader.next_entry() {
        let mut body = Vec::new();
        if entry.read_to_end(&mut body).is_ok() {
            assert_eq!(body.len() as u64, entry.listed().bytes);
            assert_eq!(Sha256::of(&body), entry.listed().sha256);
        }
    }
    if let Ok(report) = reader.finish() {
        assert!(tar.len() as u64 >= report.manifest.total_bytes());
    }
});

/// Manifest and signature, so that most inputs reach the entries.
fn beginning() -> Vec<u8> {
    [file("backpack.json", MANIFEST), file("backpack.sig", b"")].concat()
}

fn file(path: &str, body: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..path.len()].copy_from_slice(path.as_bytes());
    block[124..135].copy_from_slice(format!("{:011o}", body.len()).as_bytes());
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    block.extend_from_slice(body);
    block.resize(block.len().next_multiple_of(512), 0);
    block
}

fn mend(block: &mut [u8]) {
    if &block[257..262] == b"ustar" {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}
