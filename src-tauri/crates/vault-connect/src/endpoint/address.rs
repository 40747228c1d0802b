//! Whose data is asked for: an address, and why it is believed to be the person's.

use thiserror::Error;

/// Longest address (RFC 5321 section 4.5.3.1.3, without the brackets).
const LONGEST: usize = 254;

/// The text is no address of e-mail. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an e-mail address")]
pub struct NotAnAddress;

/// An address of which something says that it is the person's. No question goes out for any other: the type cannot be made without a proof.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedAddress {
    text: String,
    proof: Proof,
}

/// What says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// The person.
    Word,
}

impl VerifiedAddress {
    /// An address that the person says is theirs. It opens nothing by itself: the token at the platform has to be theirs too.
    ///
    /// # Errors
    /// [`NotAnAddress`].
    pub fn on_the_persons_word(text: &str) -> Result<Self, NotAnAddress> {
        Ok(Self {
            text: read(text)?,
            proof: Proof::Word,
        })
    }

    /// The address, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The proof, as the connection remembers it.
    pub(crate) const fn proof(&self) -> &'static str {
        match self.proof {
            Proof::Word => "word",
        }
    }
}

/// Not the address.
impl std::fmt::Debug for VerifiedAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedAddress")
            .field("proof", &self.proof)
            .finish_non_exhaustive()
    }
}

fn read(text: &str) -> Result<String, NotAnAddress> {
    let text = text.trim().to_lowercase();
    let (name, place) = text.rsplit_once('@').ok_or(NotAnAddress)?;
    let odd = |symbol: char| symbol.is_control() || symbol.is_whitespace() || symbol == '@';
    let good = !name.is_empty()
        && !place.is_empty()
        && text.len() <= LONGEST
        && !name.contains(odd)
        && !place.contains(odd)
        && !place.starts_with('.')
        && !place.ends_with('.');
    if good { Ok(text) } else { Err(NotAnAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_in_lower_case_and_other_texts_are_not() {
        let address = VerifiedAddress::on_the_persons_word(" Ana.Ruiz+work@Post.Example\n").unwrap();
        assert_eq!(address.as_str(), "ana.ruiz+work@post.example");
        assert!(!format!("{address:?}").contains("ana"));
        let long = format!("{}@post.example", "a".repeat(250));
        for text in [
            "",
            "ana",
            "@post.example",
            "ana@",
            "a@b@c",
            "ana ruiz@post.example",
            "ana@post\n.example",
            "ana@.example",
            "ana@example.",
            &long,
        ] {
            assert_eq!(
                VerifiedAddress::on_the_persons_word(text),
                Err(NotAnAddress),
                "{text}"
            );
        }
    }
}
