//! A flipped bit or a missing end is always noticed, wherever it is.

use crate::common::{Memory, check_all, key, pack, passphrase};
use backpack::{Keys, ReadError};
use proptest::prelude::*;

/// One backpack for each kind of lock.
fn backpacks() -> Vec<(Vec<u8>, Keys)> {
    let (secret, secret_key) = passphrase();
    let (public, private, _) = key();
    vec![
        (pack(&mut Memory::sample(), &secret).0, secret_key),
        (pack(&mut Memory::sample(), &public).0, private),
    ]
}

/// Where the encrypted data begins: behind the line of the header’s MAC.
fn payload(bytes: &[u8]) -> usize {
    let mac = bytes.windows(4).position(|four| four == b"\n---").unwrap() + 1;
    mac + bytes[mac..].iter().position(|byte| *byte == b'\n').unwrap() + 1
}

#[test]
fn a_changed_chunk_is_told_apart_from_a_missing_end() {
    let chunk = 64 * 1024 + 16;
    for (bytes, keys) in backpacks() {
        let start = payload(&bytes) + 16;
        let mut changed = bytes.clone();
        changed[start + chunk + 5] ^= 1;
        assert!(matches!(check_all(&changed, &keys), Err(ReadError::Changed)));
        for length in [
            start + chunk,
            start + chunk + 100,
            start + 2 * chunk,
            bytes.len() - 1,
        ] {
            let result = check_all(&bytes[..length], &keys);
            assert!(matches!(result, Err(ReadError::CutShort)), "{length}: {result:?}");
        }
        let longer = [&bytes[..], b"more"].concat();
        assert!(matches!(
            check_all(&longer, &keys),
            Err(ReadError::CutShort | ReadError::Changed)
        ));
    }
}

#[test]
fn every_byte_of_the_header_counts() {
    for (bytes, keys) in backpacks() {
        for at in 0..payload(&bytes) + 16 {
            for bit in [0, 5] {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                assert!(check_all(&changed, &keys).is_err(), "byte {at}, bit {bit}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_flipped_bit_is_noticed(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        for (mut bytes, keys) in backpacks() {
            let place = place.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert!(check_all(&bytes, &keys).is_err());
        }
    }

    #[test]
    fn a_missing_end_is_noticed(place in any::<prop::sample::Index>()) {
        for (bytes, keys) in backpacks() {
            let length = place.index(bytes.len());
            prop_assert!(check_all(&bytes[..length], &keys).is_err());
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        for (_, keys) in backpacks().into_iter().take(1) {
            prop_assert!(check_all(&bytes, &keys).is_err());
        }
        let tar = backpack::Reader::from_tar(&bytes[..], &backpack::Limits::default(), crate::common::check);
        prop_assert!(tar.is_err());
    }
}
