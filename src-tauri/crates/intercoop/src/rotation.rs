//! A new key, announced by the old one (specification 9).
//!
//! The new descriptor names the fingerprint of the key before it, and carries a last line `rotation`: a signature by that key
//! over the descriptor's text without that line. Without it the other side compares fingerprints by hand.

use thiserror::Error;

use crate::base64_text;
use crate::descriptor::DescriptorError;
use crate::key::PeerKey;
use crate::yaml;

const LINE: &str = "rotation: ";

/// Why a change of keys is not proven.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RotationError {
    /// The descriptor itself is wrong.
    #[error(transparent)]
    Descriptor(#[from] DescriptorError),
    /// It announces no change, or not in the one way there is.
    #[error("the descriptor does not announce a change of keys")]
    NotAnnounced,
    /// It has no key to change to.
    #[error("the descriptor has no key")]
    NoKey,
    /// It names another key than the one that is known.
    #[error("the descriptor names another key as the one before")]
    OtherKey,
    /// The key that is known did not sign it.
    #[error("the known key did not sign the change")]
    BadSignature,
}

/// The text with its announcement. `text` is a descriptor that names the previous key; `signature` is RSASSA-PSS with SHA-256,
/// MGF1 with SHA-256 and 32 bytes of salt over its bytes, by that key.
pub fn announce(text: &str, signature: &[u8]) -> String {
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{end}{LINE}{}\n", base64_text::encode(signature))
}

/// Checks that `known`, the key that was pinned, signed the change to the key of this descriptor, and gives that key.
///
/// # Errors
/// [`RotationError`]. With any of them the new key is unproven and has to be compared by hand.
pub fn verify(text: &str, known: &PeerKey) -> Result<PeerKey, RotationError> {
    let (descriptor, _) = crate::descriptor::read(text)?;
    let previous = descriptor.previous_key.ok_or(RotationError::NotAnnounced)?;
    let (signed, signature) = split(text).ok_or(RotationError::NotAnnounced)?;
    let key = descriptor.key.ok_or(RotationError::NoKey)?;
    if previous != known.fingerprint() {
        return Err(RotationError::OtherKey);
    }
    known
        .verify_strong(signed.as_bytes(), &signature)
        .map_err(|_| RotationError::BadSignature)?;
    Ok(key)
}

/// The text without its line, and the signature. There is exactly one such line, and it is what YAML reads too.
fn split(text: &str) -> Option<(String, Vec<u8>)> {
    let is_line = |line: &&str| line.starts_with(LINE);
    let mut found = text.split_inclusive('\n').filter(is_line);
    let (line, None) = (found.next()?, found.next()) else {
        return None;
    };
    let value = line.strip_prefix(LINE)?.trim_end();
    let document = yaml::read(text).ok()?;
    if document.root.get("rotation")?.scalar()?.text != value {
        return None;
    }
    let signed = text.split_inclusive('\n').filter(|line| !is_line(line)).collect();
    Some((signed, base64_text::decode(value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{OTHERS, OURS};
    use proptest::prelude::*;

    /// A descriptor with the other key that names ours as the one before.
    fn text() -> String {
        format!(
            "intercoopVersion: \"1.0\"\npeerid: acme\nname: Acme\npublickey: |\n  {}\npreviousKeySha256: \"{}\"\n",
            OTHERS.pem().trim_end().replace('\n', "\n  "),
            OURS.public().fingerprint()
        )
    }

    fn announced() -> String {
        announce(&text(), &OURS.sign_strong(&text()))
    }

    #[test]
    fn the_old_key_vouches_for_the_new_one() {
        let announced = announced();
        assert_eq!(verify(&announced, &OURS.public()), Ok(OTHERS.public()));
        let first = announced.lines().last().unwrap().to_owned() + "\n" + &text();
        assert_eq!(
            verify(&first, &OURS.public()),
            Ok(OTHERS.public()),
            "the place of the line does not matter"
        );
        assert_eq!(announce("a: b", b"x"), "a: b\nrotation: eA==\n");
    }

    #[test]
    fn anything_else_is_unproven() {
        let announced = announced();
        let line = announced.lines().last().unwrap();
        for (text, error) in [
            (text(), RotationError::NotAnnounced),
            (format!("{}rotation: Y\n", text()), RotationError::NotAnnounced),
            (
                announced.replace("previousKeySha256", "previous"),
                RotationError::NotAnnounced,
            ),
            (
                announced.replace("rotation: ", "rotation: x"),
                RotationError::BadSignature,
            ),
            (
                announced.replace("rotation: ", "rotation:  "),
                RotationError::NotAnnounced,
            ),
            (announced.replace("publickey", "other"), RotationError::NoKey),
            (announced.replace("Acme", "Acne"), RotationError::BadSignature),
            (announced.replace("Acme", "Acme "), RotationError::BadSignature),
            (
                announce(&text(), &OTHERS.sign_strong(&text())),
                RotationError::BadSignature,
            ),
            (
                announce(&text(), &OURS.sign(&text())),
                RotationError::BadSignature,
            ),
        ] {
            assert_eq!(verify(&text, &OURS.public()), Err(error), "{text}");
        }
        let twice = format!("{announced}{line}\n");
        assert!(matches!(
            verify(&twice, &OURS.public()),
            Err(RotationError::Descriptor(_))
        ));
        assert_eq!(verify(&announced, &OTHERS.public()), Err(RotationError::OtherKey));
    }

    proptest! {
        #[test]
        fn any_text_is_unproven(text in any::<String>()) {
            prop_assert!(verify(&text, &OURS.public()).is_err());
            let _ = split(&text);
        }
    }
}
