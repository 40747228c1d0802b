//! Signed packages: `SHA256SUMS` lists every other file with its sum, in the form of `sha256sum`; `SHA256SUMS.sig` is the Ed25519
//! signature over it, 64 bytes; the key is the member `vault.key` of the description. Who holds that key may replace the package.

use std::collections::HashMap;

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::{PackageFile, error::PackageError};

const SUMS: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.sig";

/// Whether a path is one of the two files of the signature.
pub(super) fn is_part(path: &str) -> bool {
    path == SUMS || path == SIGNATURE
}

/// Checks the signature, where there is one. Returns the fingerprint of the key; empty for a package that names no key and has no
/// signature. One that has a part of it is an error: it was changed by somebody who could not sign it.
pub(super) fn check(files: &[PackageFile], key: Option<&[u8; 32]>) -> Result<String, PackageError> {
    let part = |name: &str| files.iter().find(|file| file.path == name);
    let (sums, signature, key) = match (part(SUMS), part(SIGNATURE), key) {
        (None, None, None) => return Ok(String::new()),
        (Some(sums), Some(signature), Some(key)) => (sums, signature, key),
        (_, _, None) => {
            return Err(wrong(
                "openplatform.json",
                "the package is signed, and `vault.key` is missing",
            ));
        }
        (None, _, Some(_)) => {
            return Err(wrong(
                SUMS,
                "the description names a key, and this file is missing",
            ));
        }
        (Some(_), None, Some(_)) => {
            return Err(wrong(
                SIGNATURE,
                "the description names a key, and this file is missing",
            ));
        }
    };
    let signed =
        Signature::from_slice(&signature.bytes).map_err(|_| wrong(SIGNATURE, "a signature has 64 bytes"))?;
    let verifying = VerifyingKey::from_bytes(key)
        .map_err(|_| wrong("openplatform.json", "`vault.key` is not an Ed25519 key"))?;
    verifying
        .verify_strict(&sums.bytes, &signed)
        .map_err(|_| wrong(SIGNATURE, "it is not the signature of SHA256SUMS by this key"))?;
    compare(files, &sums.bytes)?;
    Ok(hex(&Sha256::digest(key)))
}

/// Every file is listed once with its sum, and every line of the list is a file.
fn compare(files: &[PackageFile], sums: &[u8]) -> Result<(), PackageError> {
    let bad = || wrong(SUMS, "a line is not a sum, two spaces and a path");
    let text = std::str::from_utf8(sums).map_err(|_| bad())?;
    let mut listed = HashMap::new();
    for line in text.lines() {
        let (sum, rest) = line.split_at_checked(64).ok_or_else(bad)?;
        let path = rest
            .strip_prefix("  ")
            .or_else(|| rest.strip_prefix(" *"))
            .ok_or_else(bad)?;
        let path = path.strip_prefix("./").unwrap_or(path);
        if listed.insert(path, sum).is_some() {
            return Err(wrong(SUMS, "it lists a file twice"));
        }
    }
    for file in files.iter().filter(|file| !is_part(&file.path)) {
        let sum = listed
            .remove(file.path.as_str())
            .ok_or_else(|| wrong(&file.path, "it is not listed in SHA256SUMS"))?;
        if !sum.eq_ignore_ascii_case(&hex(&Sha256::digest(&file.bytes))) {
            return Err(wrong(&file.path, "it has another sum than SHA256SUMS says"));
        }
    }
    if listed.is_empty() {
        Ok(())
    } else {
        Err(wrong(SUMS, "it lists a file that is not in the package"))
    }
}

fn wrong(path: &str, why: &'static str) -> PackageError {
    PackageError::Signature {
        path: path.to_owned(),
        why,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
