//! `alg`: the signature algorithms of Rokwire, and which keys fit them.

use std::fmt;
use std::str::FromStr;

use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use thiserror::Error;

/// id-ecPublicKey, RFC 5480.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-Ed25519, RFC 8410.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// secp256r1, secp384r1, secp521r1, RFC 5480.
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// A name from JWA (RFC 7518, RFC 8037) that Rokwire knows (specification 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alg {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// Ed25519.
    EdDsa,
}

/// A name that is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an algorithm is one of RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA")]
pub struct BadAlg;

/// What kind of key an algorithm takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Rsa,
    Ec {
        curve: ObjectIdentifier,
        point_bytes: usize,
    },
    Ed25519,
}

const ALL: [Alg; 10] = [
    Alg::Rs256,
    Alg::Rs384,
    Alg::Rs512,
    Alg::Ps256,
    Alg::Ps384,
    Alg::Ps512,
    Alg::Es256,
    Alg::Es384,
    Alg::Es512,
    Alg::EdDsa,
];

impl Alg {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The kind of key; EC points are uncompressed (one byte and two coordinates).
    pub(super) fn family(self) -> Family {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => Family::Rsa,
            Self::Es256 => Family::Ec {
                curve: P256,
                point_bytes: 65,
            },
            Self::Es384 => Family::Ec {
                curve: P384,
                point_bytes: 97,
            },
            Self::Es512 => Family::Ec {
                curve: P521,
                point_bytes: 133,
            },
            Self::EdDsa => Family::Ed25519,
        }
    }

    /// Whether a SubjectPublicKeyInfo holds a key that this algorithm takes.
    pub(super) fn fits(self, info: &SubjectPublicKeyInfoRef<'_>) -> bool {
        let point = info.subject_public_key.as_bytes().unwrap_or_default();
        match self.family() {
            Family::Rsa => info.algorithm.oid == rsa::pkcs1::ALGORITHM_OID,
            Family::Ec { curve, point_bytes } => {
                let is_curve = info.algorithm.parameters_oid().is_ok_and(|oid| oid == curve);
                info.algorithm.oid == EC
                    && is_curve
                    && point.len() == point_bytes
                    && point.first() == Some(&4)
            }
            Family::Ed25519 => info.algorithm.oid == ED25519 && point.len() == 32,
        }
    }
}

impl FromStr for Alg {
    type Err = BadAlg;

    fn from_str(text: &str) -> Result<Self, BadAlg> {
        ALL.into_iter().find(|alg| alg.as_str() == text).ok_or(BadAlg)
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
