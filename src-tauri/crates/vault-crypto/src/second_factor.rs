//! The second factor: one-time codes of an authenticator (RFC 6238: SHA-1, six digits, 30 seconds, one step either way) and recovery
//! codes for when it is lost.
//!
//! It guards acts of an open vault: export, change of keys, removal. It is no lock of the file: its secret lies in the vault.

use std::fmt;

use rand::RngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::recovery::symbol_at;

const SECRET_BYTES: usize = 20;
const HASH_BYTES: usize = 32;
/// How many recovery codes there are at first.
pub const RECOVERY_CODES: usize = 10;
/// How many symbols a recovery code has; each is one of 32, so it is worth 80 bits.
const CODE_SYMBOLS: usize = 16;
/// The name under which an authenticator shows its codes.
const ISSUER: &str = "Satchel";

/// The secret of the authenticator, the digests of the recovery codes that were not used, and the last step of which a code was taken.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    secret: Zeroizing<[u8; SECRET_BYTES]>,
    created: i64,
    last_step: u64,
    codes: Vec<[u8; HASH_BYTES]>,
}

/// Recovery codes, to be shown once.
pub struct RecoveryCodes(Vec<Zeroizing<String>>);

impl SecondFactor {
    /// A new secret, at `now_unix` seconds since 1970. It has no recovery codes yet.
    #[must_use]
    pub fn generate(now_unix: i64) -> Self {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        OsRng.fill_bytes(secret.as_mut_slice());
        Self {
            secret,
            created: now_unix,
            last_step: 0,
            codes: Vec::new(),
        }
    }

    /// When it was made, in seconds since 1970.
    #[must_use]
    pub const fn created(&self) -> i64 {
        self.created
    }

    /// How many recovery codes were not used.
    #[must_use]
    pub fn codes_left(&self) -> usize {
        self.codes.len()
    }

    /// The secret for an authenticator that takes no picture: base32.
    #[must_use]
    pub fn secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.secret().to_base32())
    }

    /// The secret as an `otpauth://totp/…` address, for the picture that an authenticator reads. `account` is the name beside the code.
    #[must_use]
    pub fn uri(&self, account: &str) -> Zeroizing<String> {
        // A colon would part the name from the issuer.
        let account: String = account
            .chars()
            .filter(|letter| *letter != ':' && !letter.is_control())
            .collect();
        let account = if account.trim().is_empty() {
            "vault"
        } else {
            account.trim()
        };
        let totp = self
            .builder()
            .with_account_name(account)
            .with_issuer(Some(ISSUER));
        Zeroizing::new(totp.build_noncompliant().to_url().unwrap_or_default())
    }

    /// Takes a code of the authenticator, or a recovery code. Each works once: a code of a step that is not after the last one is refused,
    /// and a recovery code is gone. Returns whether it was right; nothing changes when it was not.
    pub fn take(&mut self, code: &str, now_unix: i64) -> bool {
        let code = spelled(code);
        if code.len() != CODE_SYMBOLS {
            let Some(step) = self.step_of(&code, now_unix) else {
                return false;
            };
            self.last_step = step;
            return true;
        }
        let digest = digest(&code);
        let mut found = None;
        for (at, known) in self.codes.iter().enumerate() {
            if bool::from(known.ct_eq(&digest)) {
                found = Some(at);
            }
        }
        found.map(|at| self.codes.remove(at)).is_some()
    }

    /// Makes recovery codes; earlier ones stop working.
    pub fn renew_codes(&mut self) -> RecoveryCodes {
        let codes: Vec<Zeroizing<String>> = (0..RECOVERY_CODES).map(|_| random_code()).collect();
        self.codes = codes.iter().map(|code| digest(&spelled(code))).collect();
        RecoveryCodes(codes)
    }

    fn step_of(&self, code: &str, now_unix: i64) -> Option<u64> {
        let now = u64::try_from(now_unix).ok()?;
        let step = self.totp().check(code, now)?;
        (step > self.last_step).then_some(step)
    }

    fn secret(&self) -> Secret {
        Secret::new_stack(*self.secret)
    }

    /// What RFC 6238 and every authenticator take for granted.
    fn builder(&self) -> Builder {
        Builder::new().with_secret(self.secret())
    }

    fn totp(&self) -> Totp {
        self.builder().build_noncompliant()
    }

    /// Secret (20), created (8), last step (8), then a digest (32) for each recovery code. Numbers are big-endian.
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::MAX_BYTES));
        bytes.extend_from_slice(self.secret.as_slice());
        bytes.extend_from_slice(&self.created.to_be_bytes());
        bytes.extend_from_slice(&self.last_step.to_be_bytes());
        self.codes.iter().for_each(|code| bytes.extend_from_slice(code));
        bytes
    }

    /// The most bytes that [`SecondFactor::to_bytes`] gives.
    pub(crate) const MAX_BYTES: usize = SECRET_BYTES + 8 + 8 + RECOVERY_CODES * HASH_BYTES;

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (secret, rest) = bytes.split_first_chunk::<SECRET_BYTES>()?;
        let (created, rest) = rest.split_first_chunk::<8>()?;
        let (last_step, rest) = rest.split_first_chunk::<8>()?;
        let (codes, left) = rest.as_chunks::<HASH_BYTES>();
        (left.is_empty() && codes.len() <= RECOVERY_CODES).then(|| Self {
            secret: Zeroizing::new(*secret),
            created: i64::from_be_bytes(*created),
            last_step: u64::from_be_bytes(*last_step),
            codes: codes.to_vec(),
        })
    }
}

impl ZeroizeOnDrop for SecondFactor {}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor")
            .field("codes_left", &self.codes.len())
            .finish_non_exhaustive()
    }
}

impl RecoveryCodes {
    /// The codes, each in four groups of four symbols.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|code| code.as_str())
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecoveryCodes({})", self.0.len())
    }
}

/// As people type it: blanks and hyphens do not count, letters are capital.
fn spelled(code: &str) -> Zeroizing<String> {
    let letters = code
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-');
    Zeroizing::new(letters.map(|letter| letter.to_ascii_uppercase()).collect())
}

fn digest(code: &str) -> [u8; HASH_BYTES] {
    Sha256::digest(code.as_bytes()).into()
}

fn random_code() -> Zeroizing<String> {
    let mut bytes = [0; CODE_SYMBOLS];
    OsRng.fill_bytes(&mut bytes);
    let mut code = Zeroizing::new(String::with_capacity(CODE_SYMBOLS + 3));
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at.is_multiple_of(4) {
            code.push('-');
        }
        code.push(symbol_at(*byte));
    }
    bytes.zeroize();
    code
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn of_the_rfc() -> SecondFactor {
        SecondFactor {
            secret: Zeroizing::new(*b"12345678901234567890"),
            created: 0,
            last_step: 0,
            codes: Vec::new(),
        }
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // Appendix B has eight digits; an authenticator shows the last six.
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let mut factor = of_the_rfc();
            assert!(factor.take(code, now), "{now}");
            assert!(!factor.take(code, now), "each works once");
            let (left, right) = code.split_at(3);
            assert!(of_the_rfc().take(&format!(" {left} {right} "), now));
        }
    }

    #[test]
    fn a_code_is_good_one_step_either_way() {
        for (now, good) in [
            (0, true),
            (29, true),
            (59, true),
            (89, true),
            (90, false),
            (149, false),
        ] {
            assert_eq!(of_the_rfc().take("287082", now), good, "{now}");
        }
        assert!(!of_the_rfc().take("287082", -1));
        let mut factor = of_the_rfc();
        assert!(factor.take("081804", 1_111_111_109));
        assert!(
            !factor.take("287082", 59),
            "a clock that was put back brings no code back"
        );
    }

    #[test]
    fn a_recovery_code_works_once_however_it_is_typed() {
        let mut factor = SecondFactor::generate(5);
        let codes = factor.renew_codes();
        let codes: Vec<&str> = codes.iter().collect();
        assert_eq!(codes.len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| code.len() == 19));
        assert!(factor.take(&codes[3].to_ascii_lowercase().replace('-', " "), 5));
        assert!(!factor.take(codes[3], 5));
        assert_eq!(factor.codes_left(), 9);
        let _ = factor.renew_codes();
        assert!(!factor.take(codes[4], 5), "earlier ones stop working");
    }

    #[test]
    fn an_authenticator_is_told_all_it_needs() {
        let factor = of_the_rfc();
        let uri = factor.uri("Marta: personal\n");
        assert_eq!(
            uri.as_str(),
            "otpauth://totp/Satchel:Marta%20personal?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Satchel"
        );
        assert_eq!(factor.secret_text().as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(factor.uri(" :").starts_with("otpauth://totp/Satchel:vault?"));
        assert!(!format!("{factor:?}").contains("GEZD") && !format!("{factor:?}").contains("1234567"));
    }

    #[test]
    fn it_round_trips() {
        let mut factor = SecondFactor::generate(1_795_521_600);
        assert!(SecondFactor::from_bytes(&factor.to_bytes()).as_ref() == Some(&factor));
        let _ = factor.renew_codes();
        let bytes = factor.to_bytes();
        assert_eq!(bytes.len(), SecondFactor::MAX_BYTES);
        assert!(SecondFactor::from_bytes(&bytes).as_ref() == Some(&factor));
        assert!(SecondFactor::from_bytes(&bytes[1..]).is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_a_code_or_not(code in any::<String>(), now in any::<i64>()) {
            let mut factor = of_the_rfc();
            let _ = factor.renew_codes();
            let before = factor.clone();
            if !factor.take(&code, now) {
                prop_assert!(factor == before);
            }
        }

        #[test]
        fn any_bytes_are_one_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Some(factor) = SecondFactor::from_bytes(&bytes) {
                prop_assert!(*factor.to_bytes() == bytes);
            }
        }
    }
}
