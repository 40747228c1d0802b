//! P5's chain: how a verify address and the calls of an app's server are signed with two shared secrets (specification 2.6).
//!
//! MD5 is what the protocol says. It is no protection by itself: tokens are random and long, and whoever makes the secrets should make
//! them so too.

use std::fmt;

use md5::{Digest as _, Md5};

use crate::secret::Secret;

/// The two secrets that a host and an app's server share. Not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Chain {
    /// REQ, the app's `op_reqtoken`.
    request: Secret,
    /// RES, the app's `op_restoken`; without one the app's server has nothing to prove itself by but the token.
    response: Option<Secret>,
}

impl Chain {
    /// A chain of these secrets; an app without `reqtoken` signs with the empty text.
    pub fn new(request: Option<&str>, response: Option<&str>) -> Self {
        let secret = |text: &str| Secret::new(text.to_owned());
        Self {
            request: secret(request.unwrap_or_default()),
            response: response.filter(|text| !text.is_empty()).map(secret),
        }
    }

    /// SIGN: `md5(address + REQ)`.
    pub fn sign(&self, address: &str) -> String {
        md5_hex(&[address, self.request.expose()])
    }

    /// Whether a signature that came with an address is ours, compared in constant time. Upper case is another text.
    pub fn is_signed(&self, address: &str, presented: &str) -> bool {
        Secret::new(self.sign(address)).is(presented)
    }

    /// What the app's server sends as `x-token` with a call to an address: `md5(md5(address + REQ) + RES)`; nothing without a RES.
    ///
    /// It is the same for the verify address U and for the notify address N.
    pub fn proof(&self, address: &str) -> Option<String> {
        let response = self.response.as_ref()?;
        Some(md5_hex(&[&self.sign(address), response.expose()]))
    }

    /// Whether a call to an address has proven that it is the app's server. Without a RES nothing has to be proven.
    pub fn is_proven(&self, address: &str, presented: Option<&str>) -> bool {
        self.proof(address)
            .is_none_or(|proof| Secret::new(proof).is(presented.unwrap_or_default()))
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[chain]")
    }
}

/// MD5 of the texts one behind another, in lower-case hexadecimal digits.
fn md5_hex(parts: &[&str]) -> String {
    let mut digest = Md5::new();
    for part in parts {
        digest.update(part.as_bytes());
    }
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1321, appendix A.5.
    #[test]
    fn the_digests_are_those_of_the_standard() {
        for (text, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ] {
            assert_eq!(md5_hex(&[text]), digest);
        }
        assert_eq!(md5_hex(&["message", " ", "digest"]), md5_hex(&["message digest"]));
    }

    /// The values of `printf %s ... | md5sum`.
    #[test]
    fn signatures_and_proofs_are_chained() {
        let chain = Chain::new(Some("req"), Some("res"));
        let address = "http://127.0.0.1:8200/verify/?token=T";
        let sign = chain.sign(address);
        assert_eq!(sign, "142f4ca4991774712bb4514c06cd30e5");
        assert_eq!(
            chain.proof(address).as_deref(),
            Some("1e09d67fe8b8a611dc093328954f76d0")
        );
        assert!(chain.is_signed(address, &sign));
        assert!(chain.is_proven(address, Some("1e09d67fe8b8a611dc093328954f76d0")));
        for wrong in ["", "x", &sign.to_uppercase(), sign.split_at(1).1] {
            assert!(!chain.is_signed(address, wrong), "{wrong}");
            assert!(!chain.is_proven(address, Some(wrong)), "{wrong}");
        }
        assert!(!chain.is_proven(address, None));
        assert!(!chain.is_proven(
            "http://127.0.0.1:8200/verify/?token=U",
            Some("1e09d67fe8b8a611dc093328954f76d0")
        ));
    }

    #[test]
    fn without_secrets_the_token_is_the_proof() {
        let chain = Chain::new(None, Some(""));
        assert_eq!(chain.sign("a"), md5_hex(&["a"]));
        assert!(chain.is_proven("a", None));
    }

    #[test]
    fn secrets_are_not_printed() {
        let chain = Chain::new(Some("canary"), Some("canary"));
        assert_eq!(format!("{chain:?}"), "[chain]");
    }
}
