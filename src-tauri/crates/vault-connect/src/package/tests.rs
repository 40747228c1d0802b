//! Packages that are whole, and packages that are not.

use std::io::{Cursor, Write as _};

use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Package, PackageError, media_type};

const PAGE: (&str, &[u8]) = ("index.html", b"<!doctype html><title>Mile Log</title>");
const PLAIN: &str = r#"{"name":"Mile Log","url":"/index.html"}"#;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn signed_manifest() -> String {
    let key = hex(key().verifying_key().as_bytes());
    format!(r#"{{"name":"Mile Log","url":"/index.html","vault":{{"key":"{key}"}}}}"#)
}

fn sums(files: &[(&str, &[u8])]) -> String {
    let line = |(path, bytes): &(&str, &[u8])| format!("{}  {path}\n", hex(&Sha256::digest(bytes)));
    files.iter().map(line).collect()
}

/// Two files with the sums and the signature that a test wants.
fn signed_with(sums: &str, signature: &[u8]) -> Result<Package, PackageError> {
    let manifest = signed_manifest();
    Package::read(&zip(&[
        ("openplatform.json", manifest.as_bytes()),
        PAGE,
        ("SHA256SUMS", sums.as_bytes()),
        ("SHA256SUMS.sig", signature),
    ]))
}

fn genuine_sums() -> String {
    sums(&[("openplatform.json", signed_manifest().as_bytes()), PAGE])
}

fn sign(sums: &str) -> Vec<u8> {
    key().sign(sums.as_bytes()).to_bytes().to_vec()
}

fn refused(files: &[(&str, &[u8])]) -> PackageError {
    let mut all = vec![("openplatform.json", PLAIN.as_bytes()), PAGE];
    all.extend(files);
    Package::read(&zip(&all)).unwrap_err()
}

#[test]
fn a_package_without_signature_is_read_and_nobody_vouches_for_it() {
    let package = Package::read(&zip(&[
        ("openplatform.json", PLAIN.as_bytes()),
        PAGE,
        ("img/A-1_b.svg", b"<svg/>"),
        ("LICENSE", b"MIT"),
        ("data/inner.zip", b"just bytes"),
    ]))
    .unwrap();
    assert_eq!(
        (package.manifest.name.as_str(), package.key_pin.as_str()),
        ("Mile Log", "")
    );
    let paths: Vec<&str> = package.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "LICENSE",
            "data/inner.zip",
            "img/A-1_b.svg",
            "index.html",
            "openplatform.json"
        ]
    );
}

#[test]
fn a_signed_package_has_the_fingerprint_of_its_key() {
    let sums = genuine_sums();
    let package = signed_with(&sums, &sign(&sums)).unwrap();
    assert_eq!(
        package.key_pin,
        hex(&Sha256::digest(key().verifying_key().as_bytes()))
    );
    assert_eq!(package.files.len(), 2, "the sums are no part of the app");
    // As `sha256sum -b ./*` writes it.
    let sums = sums.replace("  ", " *./");
    assert!(signed_with(&sums, &sign(&sums)).is_ok());
}

#[test]
fn a_signature_that_is_not_whole_is_an_error() {
    let genuine = genuine_sums();
    let other = SigningKey::from_bytes(&[8; 32])
        .sign(genuine.as_bytes())
        .to_bytes();
    let page_only = sums(&[PAGE]);
    let more = format!("{genuine}{}", sums(&[("gone.js", b"x")]));
    let twice = format!("{genuine}{}", sums(&[PAGE]));
    let changed = genuine.replacen(genuine.split_at(8).0, "00000000", 1);
    let no_sum = format!("{genuine}hello\n");
    for (what, sums, signature, path) in [
        ("another key", &genuine, other.to_vec(), "SHA256SUMS.sig"),
        ("another text", &more, sign(&genuine), "SHA256SUMS.sig"),
        (
            "63 bytes",
            &genuine,
            sign(&genuine)[..63].to_vec(),
            "SHA256SUMS.sig",
        ),
        (
            "a file that is not listed",
            &page_only,
            sign(&page_only),
            "openplatform.json",
        ),
        ("a line without a file", &more, sign(&more), "SHA256SUMS"),
        ("a file listed twice", &twice, sign(&twice), "SHA256SUMS"),
        ("another sum", &changed, sign(&changed), "openplatform.json"),
        ("a line that is no sum", &no_sum, sign(&no_sum), "SHA256SUMS"),
    ] {
        let error = signed_with(sums, &signature).unwrap_err();
        assert!(error.is_of_signature(), "{what}: {error}");
        assert!(
            error.to_string().starts_with(&format!("{path}: ")),
            "{what}: {error}"
        );
    }
    let manifest = signed_manifest();
    for (what, description, extra) in [
        ("a key and nothing else", manifest.as_str(), vec![]),
        (
            "no signature",
            &manifest,
            vec![("SHA256SUMS", genuine.as_bytes())],
        ),
        ("no sums", &manifest, vec![("SHA256SUMS.sig", [0; 64].as_slice())]),
        (
            "sums without a key",
            PLAIN,
            vec![("SHA256SUMS", genuine.as_bytes())],
        ),
    ] {
        let mut files = vec![("openplatform.json", description.as_bytes()), PAGE];
        files.extend(extra);
        assert!(
            Package::read(&zip(&files)).unwrap_err().is_of_signature(),
            "{what}"
        );
    }
}

#[test]
fn a_key_that_every_signature_fits_is_refused() {
    // The neutral point: with a lenient check the signature of zeros fits any text.
    let mut neutral = [0_u8; 32];
    neutral[0] = 1;
    let manifest = format!(r#"{{"name":"Mile Log","vault":{{"key":"{}"}}}}"#, hex(&neutral));
    let sums = sums(&[("openplatform.json", manifest.as_bytes()), PAGE]);
    let mut forged = [0_u8; 64];
    forged[0] = 1;
    let error = Package::read(&zip(&[
        ("openplatform.json", manifest.as_bytes()),
        PAGE,
        ("SHA256SUMS", sums.as_bytes()),
        ("SHA256SUMS.sig", &forged),
    ]))
    .unwrap_err();
    assert!(error.is_of_signature(), "{error}");
}

#[test]
fn paths_lead_nowhere_else() {
    for path in [
        "../up.js",
        "a/../../up.js",
        "/etc/passwd.txt",
        "//host/a.js",
        "a\\b.js",
        "C:a.js",
        "c:/a.js",
        "a//b.js",
        "./a.js",
        "a/./b.js",
        "a/.../b.js",
        "a./b.js",
        "a b.js",
        "a%2e.js",
        "nul\0.js",
        "é.js",
        "a\u{202e}sj.js",
        "a?b.js",
        "a#b.js",
    ] {
        let error = refused(&[(path, b"x")]);
        assert!(matches!(error, PackageError::Name { .. }), "{path}: {error}");
    }
    let long = format!("{}.js", "a".repeat(300));
    assert!(matches!(refused(&[(&long, b"x")]), PackageError::Name { .. }));
}

#[test]
fn two_files_of_a_name_are_none() {
    assert_eq!(
        refused(&[("Index.HTML", b"x")]),
        PackageError::Twice("Index.HTML".into())
    );
    // The same name letter by letter, which no writer makes: made from two names of one length.
    let mut bytes = zip(&[
        ("openplatform.json", PLAIN.as_bytes()),
        PAGE,
        ("one.js", b"1"),
        ("two.js", b"2"),
    ]);
    for at in 0..bytes.len() - 6 {
        if &bytes[at..at + 6] == b"two.js" {
            bytes[at..at + 6].copy_from_slice(b"one.js");
        }
    }
    assert!(matches!(Package::read(&bytes), Err(PackageError::Twice(_))));
}

#[test]
fn only_plain_files_of_known_kinds() {
    for path in [
        "run.exe",
        "a.php",
        "Makefile",
        ".htaccess",
        "a.js.sh",
        "page.xhtml",
        "a.mht",
    ] {
        assert_eq!(refused(&[(path, b"x")]), PackageError::Kind(path.into()));
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("link.js", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert!(matches!(Package::read(&bytes), Err(PackageError::Entry { .. })));
    // A device, as a mode can say.
    let mut bytes = zip(&[("openplatform.json", PLAIN.as_bytes()), PAGE]);
    let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[entry + 5] = 3;
    bytes[entry + 40..entry + 42].copy_from_slice(&0o020_644_u16.to_le_bytes());
    assert!(matches!(Package::read(&bytes), Err(PackageError::Entry { .. })));
}

#[test]
fn encrypted_and_broken_files_are_refused() {
    let whole = zip(&[("openplatform.json", PLAIN.as_bytes()), PAGE]);
    let mut encrypted = whole.clone();
    let entry = encrypted
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    encrypted[entry + 8] |= 1;
    assert!(Package::read(&encrypted).is_err());
    let mut in_front = b"MZ and a program".to_vec();
    in_front.extend(&whole);
    assert_eq!(Package::read(&in_front), Err(PackageError::NotZip));
    for cut in 0..whole.len() {
        assert!(Package::read(&whole[..cut]).is_err(), "cut at {cut}");
    }
    assert_eq!(Package::read(b""), Err(PackageError::NotZip));
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![0_u8; 20 * 1024 * 1024];
    assert_eq!(
        refused(&[("zeros.txt", &zeros)]),
        PackageError::Bomb("zeros.txt".into())
    );
    // Many files, each below every limit of its own.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..super::MOST_FILES + 1 {
        writer.start_file(format!("{at}.txt"), stored).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(Package::read(&bytes), Err(PackageError::TooMany));
    let one = vec![0_u8; 1000 * 1000];
    let many: Vec<(String, &[u8])> = (0..70).map(|at| (format!("{at}.txt"), one.as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    assert!(matches!(refused(&many), PackageError::Bomb(_)));
    let huge = vec![0_u8; super::LARGEST_PACKAGE + 1];
    assert_eq!(Package::read(&huge), Err(PackageError::TooLarge));
}

#[test]
fn a_file_that_lies_about_its_size_is_refused() {
    let whole = zip(&[("openplatform.json", PLAIN.as_bytes()), PAGE]);
    for offset in [22, 24] {
        let mut lying = whole.clone();
        for mark in [b"PK\x01\x02", b"PK\x03\x04"] {
            let entry = lying.windows(4).position(|four| four == mark).unwrap();
            let at = entry + offset - if mark == b"PK\x03\x04" { 2 } else { 0 };
            lying[at] = lying[at].wrapping_add(1);
        }
        assert!(Package::read(&lying).is_err(), "offset {offset}");
    }
}

#[test]
fn a_description_and_its_first_page_have_to_be_there() {
    assert_eq!(Package::read(&zip(&[PAGE])), Err(PackageError::NoManifest));
    let read = |manifest: &str| Package::read(&zip(&[("openplatform.json", manifest.as_bytes()), PAGE]));
    assert!(matches!(read("{}"), Err(PackageError::Manifest(_))));
    assert!(
        read(r#"{"name":"A"}"#).is_ok(),
        "index.html is the first page unless it says another"
    );
    assert!(read(r#"{"name":"A","url":"/index.html?from=vault"}"#).is_ok());
    for url in [
        "/other.html",
        "index.html/",
        "https://evil.example/",
        "//evil.example/",
        "/../index.html",
    ] {
        let manifest = format!(r#"{{"name":"A","url":"{url}"}}"#);
        assert!(read(&manifest).is_err(), "{url}");
    }
}

#[test]
fn what_an_ending_means_is_one_thing() {
    assert_eq!(media_type("a/b.HTML"), Some("text/html; charset=utf-8"));
    assert_eq!(media_type("a.js/b"), None);
    assert_eq!(media_type("a/README"), Some("text/plain; charset=utf-8"));
}

proptest! {
    /// Whatever bytes there are: an answer, and never a path that leads out.
    #[test]
    fn any_bytes_are_a_package_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(Package::read(&bytes).is_err());
    }

    /// A whole package with bytes changed is never read as a signed one with other files.
    #[test]
    fn a_changed_signed_package_never_passes_as_another(at in 0_usize..4000, to in any::<u8>()) {
        let sums = genuine_sums();
        let manifest = signed_manifest();
        let signature = sign(&sums);
        let mut bytes = zip(&[
            ("openplatform.json", manifest.as_bytes()), PAGE,
            ("SHA256SUMS", sums.as_bytes()), ("SHA256SUMS.sig", &signature),
        ]);
        let whole = Package::read(&bytes).unwrap();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(read) = Package::read(&bytes) {
            prop_assert!(read == whole);
        }
    }

    /// Paths of any signs: what is taken is a path that an address names as it stands.
    #[test]
    fn any_path_is_plain_or_refused(path in "[a-z./\\\\: %A-Z~+@-]{1,24}") {
        if let Ok(taken) = super::names::check(path.as_bytes()) {
            prop_assert!(!taken.split('/').any(|part| part.is_empty() || part == "." || part == ".."));
            let address = url::Url::parse("http://a.localhost/").unwrap().join(&taken).unwrap();
            prop_assert_eq!(address.path(), format!("/{taken}"));
        }
    }
}
