//! Public keys as a JSON Web Key Set (RFC 7517): the answer of `GET /tps/auth-keys` (specification 5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::traits::PublicKeyParts as _;
use serde::Serialize;

use super::{Material, PubKey};

/// The keys that tokens are signed with: one, and a second one while tokens of the one before are alive (9 row 28).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

/// One key. `kid` is the computed id of [`PubKey`], `use` is always `sig`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    #[serde(flatten)]
    material: JwkMaterial,
    r#use: &'static str,
    alg: &'static str,
    kid: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
enum JwkMaterial {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: &'static str, x: String, y: String },
}

impl JwkSet {
    /// The set of some keys; those that verify nothing here have no place in it.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a PubKey>) -> Self {
        Self {
            keys: keys.into_iter().filter_map(Jwk::of).collect(),
        }
    }

    /// The keys.
    pub fn iter(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter()
    }
}

impl Jwk {
    fn of(key: &PubKey) -> Option<Self> {
        let material = match &key.material {
            Material::Rsa(rsa) => JwkMaterial::Rsa {
                n: URL_SAFE_NO_PAD.encode(rsa.n().to_bytes_be()),
                e: URL_SAFE_NO_PAD.encode(rsa.e().to_bytes_be()),
            },
            Material::P256(point) => {
                let point = point.to_encoded_point(false);
                JwkMaterial::Ec {
                    crv: "P-256",
                    x: URL_SAFE_NO_PAD.encode(point.x()?),
                    y: URL_SAFE_NO_PAD.encode(point.y()?),
                }
            }
            Material::Other => return None,
        };
        Some(Self {
            material,
            r#use: "sig",
            alg: key.alg.as_str(),
            kid: key.kid.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::key::Alg;

    fn set(pem: &str, alg: Alg) -> Value {
        serde_json::to_value(JwkSet::of([&PubKey::from_pem(pem, alg).unwrap()])).unwrap()
    }

    #[test]
    fn a_set_has_the_members_of_upstream() {
        let set = set(include_str!("../../tests/fixtures/rsa_spki.pem"), Alg::Rs256);
        let key = set["keys"][0].as_object().unwrap();
        let mut names: Vec<&str> = key.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&key["kty"], &key["e"]), (&json!("RSA"), &json!("AQAB")));
        assert_eq!(key["n"].as_str().unwrap().len(), 342);
    }

    #[test]
    fn points_have_two_coordinates_and_unusable_keys_none() {
        let ec = set(include_str!("../../tests/fixtures/p256.pem"), Alg::Es256);
        for member in ["x", "y"] {
            assert_eq!(ec["keys"][0][member].as_str().unwrap().len(), 43);
        }
        let other = set(include_str!("../../tests/fixtures/ed25519.pem"), Alg::EdDsa);
        assert_eq!(other, json!({ "keys": [] }));
    }
}
