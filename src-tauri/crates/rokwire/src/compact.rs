//! A token in its three parts, read without believing any of it: for showing people what it says. Who wants to rely on a token checks it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

/// The longest text that is looked at, in bytes.
pub const MAX_COMPACT_BYTES: usize = 16 * 1024;

/// A text in the compact form of RFC 7515, section 3.1.
#[derive(Clone, PartialEq, Eq)]
pub struct Compact {
    header: String,
    payload: String,
    signed: String,
    signature: Vec<u8>,
}

/// Not three parts of base64url without padding, the first two of them text, or longer than [`MAX_COMPACT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is not a token of three parts")]
pub struct NotCompact;

impl Compact {
    /// Takes a text apart. White space around it is left out, as it comes along with copying.
    ///
    /// # Errors
    /// [`NotCompact`].
    pub fn read(text: &str) -> Result<Self, NotCompact> {
        let text = text.trim();
        if text.len() > MAX_COMPACT_BYTES {
            return Err(NotCompact);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(NotCompact);
        };
        Ok(Self {
            header: decoded(header)?,
            payload: decoded(payload)?,
            signed: format!("{header}.{payload}"),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| NotCompact)?,
        })
    }

    /// What the first part says, as text.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// What the second part says, as text.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// What the signature is over.
    #[must_use]
    pub fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    /// The signature; empty where there is none.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl std::fmt::Debug for Compact {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Compact(..)")
    }
}

fn decoded(part: &str) -> Result<String, NotCompact> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| NotCompact)?;
    String::from_utf8(bytes).map_err(|_| NotCompact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(header: &str, payload: &str, signature: &[u8]) -> String {
        let [header, payload] = [header, payload].map(|text| URL_SAFE_NO_PAD.encode(text));
        format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn three_parts_are_read_and_what_is_signed_is_as_it_was_written() {
        let text = token(r#"{"alg":"RS256"}"#, r#"{"iss":"x"}"#, b"sig");
        let read = Compact::read(&format!(" {text}\n")).unwrap();
        assert_eq!(read.header(), r#"{"alg":"RS256"}"#);
        assert_eq!(read.payload(), r#"{"iss":"x"}"#);
        assert_eq!(read.signature(), b"sig");
        let signed = text.rsplit_once('.').unwrap().0;
        assert_eq!(read.signed(), signed.as_bytes());
        assert_eq!(format!("{read:?}"), "Compact(..)");
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = token("{}", &"x".repeat(MAX_COMPACT_BYTES), b"");
        let padded = format!("{}=.e30.", URL_SAFE_NO_PAD.encode("{} "));
        let binary = format!("{}.e30.", URL_SAFE_NO_PAD.encode([0xff, 0xfe]));
        for text in [
            "",
            "e30.e30",
            "e30.e30.e30.e30",
            "e3 0.e30.",
            "e30.+/.",
            &long,
            &padded,
            &binary,
        ] {
            assert_eq!(Compact::read(text), Err(NotCompact), "{} bytes", text.len());
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in any::<String>()) {
            let _ = Compact::read(&text);
        }

        #[test]
        fn every_token_comes_back_as_it_was_written(
            header in ".{0,40}", payload in ".{0,80}", signature in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let read = Compact::read(&token(&header, &payload, &signature)).unwrap();
            prop_assert_eq!(read.header(), header);
            prop_assert_eq!(read.payload(), payload);
            prop_assert_eq!(read.signature(), signature);
        }
    }
}
