//! The header `Authorization` of a signed request.

use std::collections::BTreeSet;
use std::fmt;

use super::error::SignatureError;

/// Longest header that is read, in bytes; a signature of 4096 bits takes 700.
pub const MAX_AUTHORIZATION_BYTES: usize = 4096;
/// Most headers that a signature covers.
const MAX_COVERED: usize = 16;
const SCHEME: &str = "Signature ";

/// What the header says. Nothing of it is checked yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    pub(super) key_id: String,
    pub(super) algorithm: String,
    pub(super) covered: Vec<String>,
    pub(super) signature: String,
}

impl Authorization {
    /// Reads the value of the header. Upstream drops quotes wherever they stand, and falls over a part without `=`; here each member
    /// stands once, quoted, and in the order that it likes. `extensions` may be there if it is empty.
    ///
    /// # Errors
    /// [`SignatureError::Malformed`].
    pub fn parse(value: &str) -> Result<Self, SignatureError> {
        if value.len() > MAX_AUTHORIZATION_BYTES {
            return Err(SignatureError::Malformed);
        }
        let members = value.strip_prefix(SCHEME).ok_or(SignatureError::Malformed)?;
        let mut read = [None, None, None, None, None];
        for member in members.split(',') {
            let (name, quoted) = member.split_once('=').ok_or(SignatureError::Malformed)?;
            let at = NAMES.iter().position(|known| *known == name);
            let place = at
                .and_then(|at| read.get_mut(at))
                .ok_or(SignatureError::Malformed)?;
            let text = unquoted(quoted).ok_or(SignatureError::Malformed)?;
            if place.replace(text).is_some() {
                return Err(SignatureError::Malformed);
            }
        }
        let [
            Some(key_id),
            Some(algorithm),
            Some(headers),
            Some(signature),
            extensions,
        ] = read
        else {
            return Err(SignatureError::Malformed);
        };
        if extensions.is_some_and(|text| !text.is_empty()) || key_id.is_empty() || signature.is_empty() {
            return Err(SignatureError::Malformed);
        }
        Ok(Self {
            key_id: key_id.to_owned(),
            algorithm: algorithm.to_owned(),
            covered: covered(headers).ok_or(SignatureError::Malformed)?,
            signature: signature.to_owned(),
        })
    }

    /// The key that the signer names: its `kid`; the oldest libraries write the id of their service.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Writes the header.
    pub(super) fn to_text(&self) -> String {
        format!(
            r#"{SCHEME}keyId="{}",algorithm="{}",headers="{}",signature="{}""#,
            self.key_id,
            self.algorithm,
            self.covered.join(" "),
            self.signature
        )
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[signature of a request]")
    }
}

const NAMES: [&str; 5] = ["keyId", "algorithm", "headers", "signature", "extensions"];

fn unquoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = |b: u8| (b.is_ascii_graphic() || b == b' ') && b != b'"';
    inner.bytes().all(is_plain).then_some(inner)
}

/// Names in small letters, one blank between them, each once.
fn covered(text: &str) -> Option<Vec<String>> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let names: Vec<&str> = text.split(' ').collect();
    let distinct: BTreeSet<&&str> = names.iter().collect();
    let fits = names.len() <= MAX_COVERED && distinct.len() == names.len() && names.iter().all(is_name);
    fits.then(|| names.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str =
        r#"Signature keyId="SHA256:AA=",algorithm="RS256",headers="request-line host date",signature="c2ln""#;

    #[test]
    fn a_header_is_written_as_it_was_read() {
        let read = Authorization::parse(GOOD).unwrap();
        assert_eq!(read.key_id(), "SHA256:AA=");
        assert_eq!(read.covered, ["request-line", "host", "date"]);
        assert_eq!(read.to_text(), GOOD);
        assert_eq!(format!("{read:?}"), "[signature of a request]");
        let extended = format!(r#"{GOOD},extensions="""#);
        assert_eq!(Authorization::parse(&extended), Ok(read));
    }

    #[test]
    fn everything_else_is_malformed() {
        let without = |text: &str| GOOD.replace(text, "");
        for text in [
            "",
            "Signature",
            "Signature ",
            "Signature foo",
            "Bearer x",
            &GOOD.replace("Signature", "signature"),
            &GOOD.replace("Signature ", "Signature  "),
            &GOOD.replace(",algorithm", ", algorithm"),
            &GOOD.replace("keyId", "keyid"),
            &GOOD.replace("\"RS256\"", "RS256"),
            &GOOD.replace("RS256", "RS\"256"),
            &GOOD.replace("host", "Host"),
            &GOOD.replace("host", "date"),
            &GOOD.replace("host date", "host  date"),
            &GOOD.replace("request-line host date", ""),
            &without(r#"keyId="SHA256:AA=","#),
            &without(r#"algorithm="RS256","#),
            &without(r#",signature="c2ln""#),
            &GOOD.replace("c2ln", ""),
            &format!(r#"{GOOD},signature="c2ln""#),
            &format!(r#"{GOOD},extensions="x""#),
            &format!(r#"{GOOD},created="1""#),
            &format!("{GOOD},"),
            &format!("{GOOD} "),
            &GOOD.replace("c2ln", &"a".repeat(MAX_AUTHORIZATION_BYTES)),
        ] {
            assert_eq!(
                Authorization::parse(text),
                Err(SignatureError::Malformed),
                "{text:.90}"
            );
        }
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in any::<String>(), rest in "[a-zA-Z=\", -]{0,80}") {
            for text in [text, format!("Signature {rest}"), format!("{GOOD},{rest}")] {
                if let Ok(read) = Authorization::parse(&text) {
                    prop_assert_eq!(Authorization::parse(&read.to_text()), Ok(read));
                }
            }
        }
    }
}
