//! Frame, limits and mutations of the header.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::{Passphrase, RecoveryCode, SecondFactor, Signer, SpaceKey};

const CHEAP: KdfParams = KdfParams {
    m_kib: 64,
    t: 1,
    p: 1,
};

/// A header with every part filled.
fn full() -> &'static Header {
    static FULL: OnceLock<Header> = OnceLock::new();
    FULL.get_or_init(|| {
        let issuer = Signer::from_pkcs8_pem(include_str!("../../../tests/fixtures/rsa3072.pem")).unwrap();
        let passphrase = Passphrase::new("ocean lamp".to_owned());
        let (mut header, key) = Header::create_with_issuer(&passphrase, CHEAP, 49_817, 5, &issuer).unwrap();
        header.set_recovery(&key, &RecoveryCode::generate()).unwrap();
        let _ = header.enable_keyring(&key).unwrap();
        let mut factor = SecondFactor::generate(7);
        let _ = factor.renew_codes();
        header.set_second_factor(&key, Some(&factor)).unwrap();
        for name in ["Personal", "Demo"] {
            header
                .add_space(&key, SpaceId::generate(), &SpaceKey::generate(), name, false, 6)
                .unwrap();
        }
        header
    })
}

/// The whole header with other bytes in its body, framed correctly.
fn reframed(change: impl FnOnce(&mut Vec<u8>)) -> Result<Header, HeaderError> {
    let mut body = full().encode_body();
    change(&mut body);
    Header::decode(&frame(VERSION, &body))
}

#[test]
fn round_trips_byte_for_byte() {
    let bytes = full().encode();
    let read = Header::decode(&bytes).unwrap();
    assert!(read == *full());
    assert_eq!(read.encode(), bytes);
    assert!(bytes.len() < 4096, "{}", bytes.len());
}

#[test]
fn without_a_second_factor_it_stays_readable_for_earlier_programs() {
    let mut header = full().clone();
    header.second_factor = None;
    let bytes = header.encode();
    assert_eq!(bytes[8..10], WITHOUT_SECOND_FACTOR.to_be_bytes());
    assert!(Header::decode(&bytes).unwrap() == header);
    assert_eq!(full().encode()[8..10], VERSION.to_be_bytes());
    // The part belongs to version 2: neither version takes the body of the other.
    let with = full().encode_body();
    assert_eq!(
        Header::decode(&frame(WITHOUT_SECOND_FACTOR, &with)).err(),
        Some(HeaderError::Malformed)
    );
    assert_eq!(
        Header::decode(&frame(VERSION, &header.encode_body())).err(),
        Some(HeaderError::Malformed)
    );
}

#[test]
fn a_second_factor_of_another_vault_does_not_fit_in() {
    let passphrase = Passphrase::new("ocean lamp".to_owned());
    let issuer = Signer::from_pkcs8_pem(include_str!("../../../tests/fixtures/rsa3072.pem")).unwrap();
    let (mut other, key) = Header::create_with_issuer(&passphrase, CHEAP, 1, 5, &issuer).unwrap();
    other.second_factor.clone_from(&full().second_factor);
    assert!(other.second_factor(&key).is_err());
    assert!(other.unlock(&passphrase).is_err());
}

#[test]
fn largest_header_stays_under_its_limit() {
    let mut header = full().clone();
    let wrapped = vec![0; MAX_RECOVERY_BYTES];
    header.recovery.as_mut().unwrap().wrapped = wrapped;
    header.issuer = vec![0; MAX_ISSUER_BYTES];
    header.second_factor = Some(vec![0; MAX_SECOND_FACTOR_BYTES]);
    header.spaces = (0..MAX_SPACES)
        .map(|_| SealedSpace {
            id: SpaceId::generate(),
            sealed: vec![0; MAX_SPACE_BYTES],
        })
        .collect();
    let bytes = header.encode();
    assert!(bytes.len() <= Header::MAX_BYTES, "{}", bytes.len());
    assert!(Header::decode(&bytes).unwrap() == header);
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = full().encode();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Header::decode(&changed).is_err(), "bit {bit}");
    }
}

#[test]
fn every_cut_is_called_truncated() {
    let bytes = full().encode();
    for length in 0..bytes.len() {
        assert_eq!(
            Header::decode(&bytes[..length]).err(),
            Some(HeaderError::Truncated),
            "{length}"
        );
    }
}

#[test]
fn damage_is_told_from_a_strange_file() {
    let bytes = full().encode();
    let mut damaged = bytes.clone();
    damaged[100] ^= 1;
    assert_eq!(Header::decode(&damaged).err(), Some(HeaderError::Damaged));
    assert_eq!(
        Header::decode(b"SQLite format 3\0").err(),
        Some(HeaderError::NotAVault)
    );
    assert_eq!(Header::decode(b"x").err(), Some(HeaderError::NotAVault));
    let mut longer = bytes;
    longer.push(0);
    assert_eq!(Header::decode(&longer).err(), Some(HeaderError::Damaged));
}

#[test]
fn later_version_is_named_and_earlier_ones_never_were() {
    let later = frame(VERSION + 1, b"whatever a later version keeps here");
    assert_eq!(
        Header::decode(&later).err(),
        Some(HeaderError::NewerVersion {
            found: 3,
            supported: 2
        })
    );
    let larger_than_ours = frame(VERSION + 6, &vec![7; Header::MAX_BYTES]);
    assert_eq!(
        Header::decode(&larger_than_ours).err(),
        Some(HeaderError::NewerVersion {
            found: 8,
            supported: 2
        })
    );
    assert_eq!(Header::decode(&frame(0, b"")).err(), Some(HeaderError::Malformed));
}

#[test]
fn damaged_version_is_damage_and_not_a_later_version() {
    let mut bytes = full().encode();
    bytes[9] = 9;
    assert_eq!(Header::decode(&bytes).err(), Some(HeaderError::Damaged));
}

#[test]
fn nothing_may_follow_the_body() {
    assert_eq!(reframed(|body| body.push(0)).err(), Some(HeaderError::Malformed));
    let mut bytes = full().encode();
    bytes.truncate(bytes.len() - CHECKSUM_BYTES);
    bytes.extend_from_slice(b"garbage");
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    assert_eq!(Header::decode(&bytes).err(), Some(HeaderError::Malformed));
}

#[test]
fn larger_than_the_limit_is_refused() {
    assert_eq!(
        Header::decode(&frame(VERSION, &vec![0; Header::MAX_BYTES])).err(),
        Some(HeaderError::Malformed)
    );
}

#[test]
fn cost_of_the_derivation_is_limited() {
    const MEMORY: usize = 16 + 8 + 8 + 2;
    let with_memory =
        |m_kib: u32| reframed(|body| body[MEMORY..MEMORY + 4].copy_from_slice(&m_kib.to_be_bytes()));
    assert!(with_memory(1_048_576).is_ok());
    assert_eq!(with_memory(1_048_577).err(), Some(HeaderError::KdfTooExpensive));
    assert_eq!(with_memory(u32::MAX).err(), Some(HeaderError::KdfTooExpensive));
    assert_eq!(with_memory(7).err(), Some(HeaderError::Malformed));
}

#[test]
fn the_same_space_twice_is_refused() {
    let mut header = full().clone();
    let first = header.spaces[0].clone();
    header.spaces.push(first);
    assert_eq!(
        Header::decode(&header.encode()).err(),
        Some(HeaderError::Malformed)
    );
}

#[test]
fn more_spaces_than_allowed_are_refused() {
    let mut header = full().clone();
    header.spaces = (0..=MAX_SPACES)
        .map(|_| SealedSpace {
            id: SpaceId::generate(),
            sealed: vec![0; OVERHEAD],
        })
        .collect();
    assert_eq!(
        Header::decode(&header.encode()).err(),
        Some(HeaderError::Malformed)
    );
}

#[test]
fn recovery_is_there_as_a_whole_or_not_at_all() {
    for spoil in [
        |slot: &mut RecoverySlot| slot.recipient.clear(),
        |slot: &mut RecoverySlot| slot.recipient = slot.recipient.to_uppercase(),
        |slot: &mut RecoverySlot| slot.wrapped.clear(),
        |slot: &mut RecoverySlot| slot.seal.clear(),
    ] {
        let mut header = full().clone();
        spoil(header.recovery.as_mut().unwrap());
        assert_eq!(
            Header::decode(&header.encode()).err(),
            Some(HeaderError::Malformed)
        );
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Header::decode(&bytes).is_err());
    }

    #[test]
    fn arbitrary_bodies_never_panic(version in 0_u16..3, body in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(Header::decode(&frame(version, &body)).is_err());
    }

    /// Past the checksum: what is accepted is exactly what would be written.
    #[test]
    fn mutated_bodies_are_refused_or_kept_whole(
        at: proptest::sample::Index,
        cut in 0_usize..40,
        with in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut body = full().encode_body();
        let at = at.index(body.len());
        let end = (at + cut).min(body.len());
        body.splice(at..end, with);
        let bytes = frame(VERSION, &body);
        if let Ok(header) = Header::decode(&bytes) {
            prop_assert_eq!(header.encode(), bytes);
        }
    }
}
