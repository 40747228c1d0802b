//! What a key is against the one that was pinned.

use super::PubKey;

/// How a shown key relates to the pinned one. Whoever holds another key is another party until the person says otherwise (8.3,
/// *Service Registration*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyChange {
    /// The same key for the same algorithm, in whatever form it was written.
    Same,
    /// The same key, to be used with another algorithm.
    Algorithm,
    /// Another key.
    Key,
}

impl PubKey {
    /// What `shown` changes if it took the place of this key.
    pub fn change_to(&self, shown: &Self) -> KeyChange {
        if self.spki != shown.spki {
            KeyChange::Key
        } else if self.alg != shown.alg {
            KeyChange::Algorithm
        } else {
            KeyChange::Same
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Alg;

    const RSA_SPKI: &str = include_str!("../../tests/fixtures/rsa_spki.pem");
    const RSA_PKCS1: &str = include_str!("../../tests/fixtures/rsa_pkcs1.pem");
    const P256: &str = include_str!("../../tests/fixtures/p256.pem");

    #[test]
    fn a_key_in_another_form_is_the_same_and_another_use_is_not() {
        let pinned = PubKey::from_pem(RSA_SPKI, Alg::Rs256).unwrap();
        let other_form = PubKey::from_pem(RSA_PKCS1, Alg::Rs256).unwrap();
        let other_use = PubKey::from_pem(RSA_SPKI, Alg::Ps256).unwrap();
        let other_key = PubKey::from_pem(P256, Alg::Es256).unwrap();
        assert_eq!(pinned.change_to(&other_form), KeyChange::Same);
        assert_eq!(pinned.change_to(&other_use), KeyChange::Algorithm);
        assert_eq!(pinned.change_to(&other_key), KeyChange::Key);
    }
}
