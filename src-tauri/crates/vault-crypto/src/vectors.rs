//! Frozen test vectors of everything that released files depend on. They were computed by other implementations
//! (argon2-cffi, libsodium, Python's hmac); a failing one means that existing vaults would no longer open.

use crate::{KdfParams, Passphrase, SpaceKey, VaultId, envelope, personal_stitch};

const PASSPHRASE: &str = "Ocean-lämp 7";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn counting<const N: usize>() -> [u8; N] {
    std::array::from_fn(|at| u8::try_from(at).unwrap_or_default())
}

fn derived(kdf: KdfParams) -> String {
    let key = kdf
        .derive(&Passphrase::new(PASSPHRASE.to_owned()), &counting())
        .unwrap();
    hex(key.as_slice())
}

#[test]
fn testvector_passphrase_to_key() {
    assert_eq!(
        derived(KdfParams::default()),
        "b2cdc2be66647829cce6a364b8abd786b689a6ebc6c6cf8189e66b7686ac99d0"
    );
    assert_eq!(
        derived(KdfParams {
            m_kib: 256,
            t: 2,
            p: 4
        }),
        "c61b3cbc32e74d8e25a532d79fe1fba9cb8bf6e968e7e6ab7f0559dea9c0319a"
    );
}

#[test]
fn testvector_purposes_of_a_space_key() {
    let space = SpaceKey::fill(|bytes| *bytes = counting());
    assert_eq!(
        hex(space.derive_database_key().as_bytes()),
        "d537ba027a4b0c7aa280698a695c40d127757bc766a47e9021f864e6ab50958d"
    );
    assert_eq!(
        hex(space.derive_raw_store_key().as_bytes()),
        "186e1c76422937d28a6048cabd47055080f6d04e7e31b0cbeadde94ac97495c5"
    );
    assert_eq!(
        hex(space.derive_search_salt().as_bytes()),
        "8c328f1dabcd667a4a265b283923d7f45e59a4fb147f63c59cfc6807c3cf0970"
    );
    assert_eq!(
        hex(space.derive_seal_key().as_bytes()),
        "2bd41aa6a5fbb5321a2bec0d655c784ac6790a3cc4d615a45afc0bdf3b73b012"
    );
}

#[test]
fn testvector_envelope() {
    let header = [vec![1], counting::<24>().to_vec()].concat();
    let body = [
        0xff, 0xe2, 0x7c, 0x1a, 0xf3, 0xa0, 0xe8, 0xda, 0x07, 0x48, 0xb7, 0x2e, 0x0d, 0xc3, 0x33, 0x3c, 0x4e,
        0x78, 0x93, 0xc4, 0x19, 0xe8, 0x8d, 0xdd,
    ];
    let sealed = [header.as_slice(), &body].concat();
    assert_eq!(
        envelope::open(&counting(), b"peer key", &sealed)
            .unwrap()
            .as_slice(),
        b"a secret"
    );
}

#[test]
fn testvector_stitch() {
    let vault: VaultId = "01234567-89ab-4cde-8f01-23456789abcd".parse().unwrap();
    assert_eq!(personal_stitch(vault), [8, 7, 4, 8, 12, 7]);
}
