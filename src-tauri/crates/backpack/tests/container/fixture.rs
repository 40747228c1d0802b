//! A backpack of every released version of the format opens for ever.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use backpack::{
    Fingerprint, Identities, Keys, Limits, Locks, Marks, Packing, Reader, Recipients, Sha256, Signed, verify,
};

use crate::common::{CREATED, Memory, go_on};
use crate::sample;

/// The hashes of `key.pem`, `backpack.json` and `backpack.sig` of the fixture, as `sha256sum` writes them.
const PINS: &str = include_str!("../fixtures/v1.sha256");

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn keys() -> Keys {
    let file = std::fs::read_to_string(fixture("v1.identity.txt")).unwrap();
    Keys::Identities(Identities::parse(&file).unwrap())
}

fn pins(signed: &Signed<'_>) -> String {
    let line = |bytes: &[u8], name: &str| format!("{}  {name}\n", Sha256::of(bytes));
    line(signed.key.as_bytes(), "key.pem")
        + &line(signed.message, "backpack.json")
        + &line(signed.signature, "backpack.sig")
}

/// Knows this one signature.
fn pinned(signed: &Signed<'_>) -> Option<Fingerprint> {
    (pins(signed) == PINS).then(|| Fingerprint("the key of the fixture".to_owned()))
}

/// Checks the RSA-PSS signature with the command that README.txt gives.
fn openssl(signed: &Signed<'_>) -> Option<Fingerprint> {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("key.pem", signed.key.as_bytes()),
        ("backpack.json", signed.message),
        ("backpack.sig", signed.signature),
    ];
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let line = "openssl dgst -sha256 -sigopt rsa_padding_mode:pss -verify key.pem -signature backpack.sig backpack.json";
    let status = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder.path())
        .output()
        .unwrap()
        .status;
    status
        .success()
        .then(|| Fingerprint("checked by openssl".to_owned()))
}

#[test]
fn its_signature_is_what_openssl_accepts() {
    let bytes = std::fs::read(fixture("v1.backpack")).unwrap();
    assert!(verify(&bytes[..], &keys(), &Limits::default(), openssl, &mut go_on).is_ok());
}

#[test]
fn version_1_opens() {
    let bytes = std::fs::read(fixture("v1.backpack")).unwrap();
    let report = verify(&bytes[..], &keys(), &Limits::default(), pinned, &mut go_on).unwrap();
    assert_eq!(report.manifest.created, CREATED);
    assert_eq!(report.manifest.space, "Personal");
    assert_eq!(report.manifest.counts["work"], 1000);
    assert!(report.manifest.made_up && !report.manifest.full);

    let mut reader = Reader::open(&bytes[..], &keys(), &Limits::default(), pinned).unwrap();
    let mut found = BTreeMap::new();
    while let Some(mut entry) = reader.next_entry().unwrap() {
        let mut body = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut body).unwrap();
        found.insert(entry.listed().path.to_string(), body);
    }
    assert!(
        found
            .remove("README.txt")
            .unwrap()
            .starts_with(b"SATCHEL BACKPACK, VERSION 1")
    );
    assert!(
        found
            .remove("index.html")
            .unwrap()
            .starts_with(b"<!doctype html>")
    );
    assert_eq!(found, Memory::sample().0);
}

/// Makes the fixture of the version that is written. A released fixture is never made again.
#[test]
#[ignore = "writes the fixture; run it once for each version of the format"]
fn make_the_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line: &str| {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    run("openssl genrsa -out private.pem 3072 && openssl rsa -in private.pem -pubout -out public.pem");
    let sign = |message: &[u8]| {
        std::fs::write(folder.path().join("backpack.json"), message)?;
        run(
            "openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sign private.pem \
             -out backpack.sig backpack.json",
        );
        std::fs::read(folder.path().join("backpack.sig"))
    };
    let public = std::fs::read_to_string(folder.path().join("public.pem")).unwrap();
    let identity = age::x25519::Identity::generate();
    let locks = Locks::Recipients(Recipients::parse([identity.to_public().to_string()]).unwrap());
    let mut bytes = Vec::new();
    Packing {
        locks: &locks,
        space: "Personal",
        software: "Satchel 0.1.0",
        created: CREATED,
        counts: BTreeMap::from([("work".to_owned(), 1000)]),
        marks: Marks {
            made_up: true,
            full: false,
        },
        signing_key: &public,
        page: &sample::page(""),
    }
    .write(&mut Memory::sample(), sign, &mut go_on, &mut bytes)
    .unwrap();
    let secret = secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    std::fs::write(fixture("v1.backpack"), bytes).unwrap();
    std::fs::write(
        fixture("v1.identity.txt"),
        format!("# opens v1.backpack, and nothing else\n{secret}\n"),
    )
    .unwrap();
    let mut found = String::new();
    let note = |signed: &Signed<'_>| {
        found = pins(signed);
        Some(Fingerprint(String::new()))
    };
    verify(
        &std::fs::read(fixture("v1.backpack")).unwrap()[..],
        &keys(),
        &Limits::default(),
        note,
        &mut go_on,
    )
    .unwrap();
    std::fs::write(fixture("v1.sha256"), found).unwrap();
}
