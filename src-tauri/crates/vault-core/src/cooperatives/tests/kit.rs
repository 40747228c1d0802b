//! A vault on a clock that stands still, and a cooperative with a key of its own.

use std::sync::{Arc, LazyLock};

use intercoop::{envelope, key::PeerKey, payload};
use time::{OffsetDateTime, macros::datetime};
use vault_crypto::Signer;

use crate::{
    cooperatives::{NewPeer, PeerSource},
    persona::PersonaField,
};

pub(super) use crate::test_vault::TestVault as World;

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-28 09:00 UTC);
/// Stands in the person's name; it must never be in the log or in an error.
pub(super) const CANARY: &str = "Canaria7731";

/// Making a key takes seconds; the tests of a process share two.
static OWN: LazyLock<String> =
    LazyLock::new(|| Signer::generate().unwrap().to_pkcs8_pem().unwrap().to_string());
static OTHER: LazyLock<String> =
    LazyLock::new(|| Signer::generate().unwrap().to_pkcs8_pem().unwrap().to_string());
const THEIRS: &str = include_str!("../../../../vault-crypto/tests/fixtures/rsa3072.pem");

pub(crate) fn theirs() -> Signer {
    Signer::from_pkcs8_pem(THEIRS).unwrap()
}

pub(crate) fn other() -> Signer {
    Signer::from_pkcs8_pem(&OTHER).unwrap()
}

impl World {
    /// A vault with a profile and a key of its own for cooperatives.
    pub(super) async fn of_anna() -> Self {
        let world = Self::with(Arc::new(other()), NOW, false).await;
        world
            .space
            .keep_peer_key(Signer::from_pkcs8_pem(&OWN).unwrap())
            .await
            .unwrap();
        for (field, value) in [
            (PersonaField::FirstName, "Anna"),
            (PersonaField::LastName, CANARY),
            (PersonaField::TaxId, "12345678Z"),
            (PersonaField::ZipCode, "08001"),
            (PersonaField::Language, "ca"),
        ] {
            world.space.set_persona(field, value).await.unwrap();
        }
        world
    }

    /// Adds the cooperative, with its key compared or not.
    pub(super) async fn add(&self, text: String, compared: bool) {
        let new = NewPeer {
            descriptor: text,
            came: PeerSource::Text,
            address: String::new(),
            logo: None,
            compared,
        };
        self.space.add_peer(new).await.unwrap();
    }

    pub(super) async fn own_id(&self) -> String {
        self.space.own_peer().await.unwrap().id
    }
}

/// The descriptor of Llum Verda.
pub(crate) fn descriptor(key: &Signer) -> String {
    descriptor_at(key, "https://api.llumverda.example/intercoop")
}

pub(super) fn descriptor_at(key: &Signer, target: &str) -> String {
    let pem: String = key
        .public_key_pem()
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    format!(
        "intercoopVersion: '1.0'\npeerVersion: 1\npeerid: llumverda\nname: Llum Verda SCCL\n\
         logo: https://llumverda.example/logo.png\n\
         description:\n  es: Electricidad verde\n  ca: Electricitat verda\n\
         url: https://llumverda.example/\nprivacyPolicyUrl: https://llumverda.example/privacy\n\
         services:\n  contract:\n    name:\n      es: Contrato\n      ca: Contracte\n    description:\n      es: Cambia\n\
         \x20   fields:\n    - originpeer\n    - name\n    - nif\n    - postalcode\n    - innerid\n\
         targetUrl: {target}\npublickey: |\n{pem}"
    )
}

/// A package as a cooperative sends it: without the second signature unless `strong`.
pub(crate) fn package(key: &Signer, text: &str, strong: bool) -> Vec<u8> {
    let first = key.sign_pkcs1v15_sha1(text.as_bytes()).unwrap();
    let package = if strong {
        envelope::write_strong(text, &first, &key.sign_pss_sha256(text.as_bytes()).unwrap())
    } else {
        envelope::write(text, &first)
    };
    package.into_bytes()
}

pub(crate) fn text(fields: &[(&str, &str)]) -> String {
    let mut payload = payload::PayloadFields::new();
    for (name, value) in fields {
        payload.set(
            payload::Key::new(name).unwrap(),
            payload::Value::Text((*value).to_owned()),
        );
    }
    payload::write(&payload)
}

pub(super) fn public(key: &Signer) -> PeerKey {
    PeerKey::from_pem(key.public_key_pem()).unwrap()
}
