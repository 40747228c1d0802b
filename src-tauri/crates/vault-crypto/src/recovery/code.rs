//! The recovery code: 225 random bits in nine groups that a person can copy by hand.

use std::fmt;

use rand::RngCore;
use rand::rngs::OsRng;
use secrecy::SecretString;
use thiserror::Error;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::identity::RecoveryIdentity;
use super::luhn::{check, index_of, symbol_at};
use crate::derive::expand_into;

const GROUPS: usize = 9;
const DATA_PER_GROUP: usize = 5;
const GROUP: usize = DATA_PER_GROUP + 1;
const DATA: usize = GROUPS * DATA_PER_GROUP;
const SYMBOLS: usize = GROUPS * GROUP;
const MAX_TYPED_BYTES: usize = 512;
const RECOVERY: &str = "satchel recovery v1";

/// A recovery code: nine groups of five symbols and a check symbol.
///
/// The X25519 secret of its age identity is HKDF-SHA-256 (no salt, info `satchel recovery v1`) of the 54 symbols as
/// they are printed, in ASCII capitals and without separators.
pub struct RecoveryCode(Box<Zeroizing<[u8; DATA]>>);

/// Why a typed text is not a recovery code. Positions count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecoveryCodeError {
    /// A group does not fit its check symbol: something in it was mistyped.
    #[error("group {} of the recovery code is mistyped", index + 1)]
    Group {
        /// Which group, 0 to 8.
        index: usize,
    },
    /// A character that no recovery code contains (0, 1, I and O among them).
    #[error("character {} of the recovery code does not occur in recovery codes", index + 1)]
    Symbol {
        /// Which symbol, separators not counted.
        index: usize,
        /// Which group it falls into.
        group: usize,
    },
    /// Not 54 symbols.
    #[error("the recovery code has {found} characters and not 54")]
    Length {
        /// How many symbols there are.
        found: usize,
    },
}

/// The first place at which a group that was typed for confirmation differs from the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("character {} of the group is not the one of the recovery code", position + 1)]
pub struct GroupMismatch {
    /// Which character of the group, 0 to 5; where something is missing or too much, the place at which it begins.
    pub position: usize,
}

impl RecoveryCode {
    /// A random code.
    #[must_use]
    pub fn generate() -> Self {
        let mut indices = Box::new(Zeroizing::new([0; DATA]));
        OsRng.fill_bytes(indices.as_mut_slice());
        for index in indices.iter_mut() {
            *index &= 31;
        }
        Self(indices)
    }

    /// Reads a code as a person types it: small or capital letters, blanks and hyphens anywhere.
    ///
    /// # Errors
    /// [`RecoveryCodeError`] names the place, never what was typed there.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        if typed.len() > MAX_TYPED_BYTES {
            return Err(RecoveryCodeError::Length {
                found: typed.chars().count(),
            });
        }
        let symbols = read_symbols(typed)?;
        let mut indices = Box::new(Zeroizing::new([0; DATA]));
        let groups = symbols
            .chunks_exact(GROUP)
            .zip(indices.chunks_exact_mut(DATA_PER_GROUP));
        for (index, (typed, kept)) in groups.enumerate() {
            let Some((last, data)) = typed.split_last() else {
                continue;
            };
            if check(data) != *last {
                return Err(RecoveryCodeError::Group { index });
            }
            kept.copy_from_slice(data);
        }
        Ok(Self(indices))
    }

    /// The nine groups of six symbols, wiped on drop.
    #[must_use]
    pub fn groups(&self) -> Zeroizing<[String; GROUPS]> {
        let mut groups = Zeroizing::new(std::array::from_fn(|_| String::with_capacity(GROUP)));
        for (text, data) in groups.iter_mut().zip(self.0.chunks_exact(DATA_PER_GROUP)) {
            text.extend(data.iter().map(|index| symbol_at(*index)));
            text.push(symbol_at(check(data)));
        }
        groups
    }

    /// The whole code on one line, groups joined by hyphens.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.joined("-")
    }

    /// Compares what a person typed to confirm one group (0 to 8) with that group.
    ///
    /// # Errors
    /// [`GroupMismatch`] with the first place that differs.
    pub fn confirm_group(&self, index: usize, typed: &str) -> Result<(), GroupMismatch> {
        let groups = self.groups();
        let mut right = groups.get(index).map(String::as_str).unwrap_or_default().chars();
        let mut typed = typed.chars().filter(|symbol| !is_separator(*symbol));
        for position in 0..GROUP {
            if typed.next().map(|symbol| symbol.to_ascii_uppercase()) != right.next() {
                return Err(GroupMismatch { position });
            }
        }
        if typed.next().is_some() {
            Err(GroupMismatch { position: GROUP })
        } else {
            Ok(())
        }
    }

    /// The age identity that the code stands for.
    #[must_use]
    pub fn identity(&self) -> RecoveryIdentity {
        let mut secret = Zeroizing::new([0; 32]);
        expand_into(self.joined("").as_bytes(), RECOVERY, &mut secret);
        RecoveryIdentity::from_secret(&secret)
    }

    /// The identity as age writes it, `AGE-SECRET-KEY-1…`.
    #[must_use]
    pub fn to_age_identity_string(&self) -> SecretString {
        self.identity().to_age_identity_string()
    }

    /// The public key, `age1…`.
    #[must_use]
    pub fn recipient(&self) -> String {
        self.identity().recipient()
    }

    fn joined(&self, separator: &str) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(SYMBOLS + GROUPS * separator.len()));
        for (index, group) in self.groups().iter().enumerate() {
            if index > 0 {
                text.push_str(separator);
            }
            text.push_str(group);
        }
        text
    }
}

impl ZeroizeOnDrop for RecoveryCode {}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// The indices of exactly 54 symbols.
fn read_symbols(typed: &str) -> Result<Zeroizing<Vec<u8>>, RecoveryCodeError> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(MAX_TYPED_BYTES));
    for (index, symbol) in typed.chars().filter(|symbol| !is_separator(*symbol)).enumerate() {
        symbols.push(index_of(symbol).ok_or(RecoveryCodeError::Symbol {
            index,
            group: index / GROUP,
        })?);
    }
    if symbols.len() == SYMBOLS {
        Ok(symbols)
    } else {
        Err(RecoveryCodeError::Length { found: symbols.len() })
    }
}

/// White space and the signs that print as a hyphen or a dash.
fn is_separator(symbol: char) -> bool {
    symbol.is_whitespace() || matches!(symbol, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;

    const TEXT: &str = "23456J-789ABA-CDEFG2-HJKLMQ-NPQRSF-TUVWX7-YZ234Z-56789S-ABCDEJ";

    fn same(one: &RecoveryCode, other: &RecoveryCode) -> bool {
        one.to_text() == other.to_text()
    }

    #[test]
    fn printed_form_round_trips() {
        let code = RecoveryCode::generate();
        assert_eq!(code.to_text().len(), 62);
        assert!(code.groups().iter().all(|group| group.len() == 6));
        for typed in [
            code.to_text().to_string(),
            code.to_text().to_lowercase(),
            code.to_text().replace('-', "  "),
        ] {
            assert!(same(&RecoveryCode::parse(&typed).unwrap(), &code));
        }
        assert!(!same(&RecoveryCode::generate(), &code));
    }

    #[test]
    fn test_vector_of_check_symbols() {
        let data: String = TEXT.split('-').flat_map(|group| group.chars().take(5)).collect();
        let indices: Vec<u8> = data.chars().map(|symbol| index_of(symbol).unwrap()).collect();
        let code = RecoveryCode(Box::new(Zeroizing::new(indices.try_into().unwrap())));
        assert_eq!(code.to_text().as_str(), TEXT);
    }

    #[test]
    fn test_vector_of_the_age_identity() {
        let code = RecoveryCode::parse(TEXT).unwrap();
        assert_eq!(
            code.to_age_identity_string().expose_secret(),
            "AGE-SECRET-KEY-165AEUSNTXEUHKRR33QA2J7ZL8J29J0RQ7D9VKAEXGDVZYL7N689SKHD5TE"
        );
        assert_eq!(
            code.recipient(),
            "age1rlwuf0cwqxu4ryw3pnzkux3mpd40620z9nvjzyk0dyuxr8hxf4hqtdlppw"
        );
    }

    #[test]
    fn mistakes_are_named_by_their_place() {
        let parse = |typed: &str| RecoveryCode::parse(typed).unwrap_err();
        assert_eq!(parse(""), RecoveryCodeError::Length { found: 0 });
        assert_eq!(
            parse(TEXT.trim_end_matches('J')),
            RecoveryCodeError::Length { found: 53 }
        );
        assert_eq!(
            parse(&format!("{TEXT}2")),
            RecoveryCodeError::Length { found: 55 }
        );
        assert_eq!(
            parse(&TEXT.replace("CDEFG", "CDEGF")),
            RecoveryCodeError::Group { index: 2 }
        );
        assert_eq!(
            parse(&TEXT.replace("ABCDEJ", "ABCDE9")),
            RecoveryCodeError::Group { index: 8 }
        );
        assert_eq!(
            parse(&TEXT.replace("HJKLM", "HJ0LM")),
            RecoveryCodeError::Symbol { index: 20, group: 3 }
        );
        assert_eq!(parse(&"2".repeat(600)), RecoveryCodeError::Length { found: 600 });
    }

    #[test]
    fn confirmation_says_which_character() {
        let code = RecoveryCode::parse(TEXT).unwrap();
        assert_eq!(code.confirm_group(2, "CDEFG2"), Ok(()));
        assert_eq!(code.confirm_group(2, " cdefg2 "), Ok(()));
        assert_eq!(
            code.confirm_group(2, "CDXFG2"),
            Err(GroupMismatch { position: 2 })
        );
        assert_eq!(code.confirm_group(2, "CDEFG"), Err(GroupMismatch { position: 5 }));
        assert_eq!(
            code.confirm_group(2, "CDEFG25"),
            Err(GroupMismatch { position: 6 })
        );
        assert_eq!(code.confirm_group(2, ""), Err(GroupMismatch { position: 0 }));
        assert_eq!(
            code.confirm_group(9, "CDEFG2"),
            Err(GroupMismatch { position: 0 })
        );
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(typed in ".{0,120}") {
            let _ = RecoveryCode::parse(&typed);
        }

        #[test]
        fn one_wrong_symbol_is_always_found(place in 0_usize..62, wrong in 0_u8..32) {
            let mut typed: Vec<char> = TEXT.chars().collect();
            prop_assume!(typed[place] != '-' && typed[place] != symbol_at(wrong));
            typed[place] = symbol_at(wrong);
            let typed: String = typed.into_iter().collect();
            prop_assert_eq!(RecoveryCode::parse(&typed).unwrap_err(), RecoveryCodeError::Group { index: place / 7 });
        }
    }
}
