//! Base64 as upstream's decoder takes it: padding is required, and what is no letter of the alphabet is skipped
//! (specification 1.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use thiserror::Error;

/// Why a text is no Base64. The words are those of upstream's decoder, because they are part of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Base64Error {
    /// The padding is missing or short.
    #[error("Incorrect padding")]
    Padding,
    /// One letter too many.
    #[error(
        "Invalid base64-encoded string: number of data characters ({0}) cannot be 1 more than a multiple of 4"
    )]
    Length(usize),
}

/// With padding, on one line, in the alphabet for addresses.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes)
}

/// Both alphabets; other characters, line ends too, are skipped; what follows a complete padding is not looked at.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Base64Error> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut letters, mut pads, mut rest) = (0_usize, 0_usize, 0_u8);
    for byte in text.bytes() {
        if byte == b'=' {
            // Padding counts only where it can end a group.
            if letters % 4 >= 2 {
                pads += 1;
                if letters % 4 + pads >= 4 {
                    return Ok(bytes);
                }
            }
            continue;
        }
        let Some(value) = value(byte) else {
            continue;
        };
        pads = 0;
        match letters % 4 {
            0 => rest = value,
            1 => {
                bytes.push(rest << 2 | value >> 4);
                rest = value & 0x0F;
            }
            2 => {
                bytes.push(rest << 4 | value >> 2);
                rest = value & 0x03;
            }
            _ => bytes.push(rest << 6 | value),
        }
        letters += 1;
    }
    match letters % 4 {
        0 => Ok(bytes),
        1 => Err(Base64Error::Length(letters)),
        _ => Err(Base64Error::Padding),
    }
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What `base64.urlsafe_b64decode` of CPython 3.11 makes of them.
    #[test]
    fn leniency_is_that_of_upstream() {
        for (text, bytes) in [
            ("", Ok(&b""[..])),
            ("YWI=", Ok(b"ab")),
            ("Y\nW I=", Ok(b"ab")),
            ("YéWI=", Ok(b"ab")),
            ("-_-_", Ok(&[0xFB, 0xFF, 0xBF])),
            ("+/+/", Ok(&[0xFB, 0xFF, 0xBF])),
            ("YQ==YQ==", Ok(b"a")),
            ("YQ=x=", Ok(b"a\x0C")),
            ("Y=Q==", Ok(b"a")),
            ("Y==Q=", Err(Base64Error::Padding)),
            ("YQ=Q=", Ok(b"a\x04")),
            ("YWJj=YQ==", Ok(b"abca")),
            ("=YWI=", Ok(b"ab")),
            ("====", Ok(b"")),
            ("YWI", Err(Base64Error::Padding)),
            ("YQ", Err(Base64Error::Padding)),
            ("YQ=", Err(Base64Error::Padding)),
            ("Y", Err(Base64Error::Length(1))),
            ("Y===", Err(Base64Error::Length(1))),
            ("YWJjZ", Err(Base64Error::Length(5))),
        ] {
            assert_eq!(decode(text).as_deref(), bytes.as_ref().copied(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn any_text_is_decoded_or_refused(text in any::<String>(), likely in "[A-c=_+ ]{0,20}") {
            let _ = (decode(&text), decode(&likely));
        }
    }
}
