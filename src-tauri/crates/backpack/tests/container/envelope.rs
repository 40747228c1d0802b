//! Lies in the layers around the archive: encryption, compression, and the disk below them.

use std::io::{Read, Write};

use backpack::{Keys, Limits, ReadError, verify};
use secrecy::SecretString;

use crate::attacks::listing;
use crate::common::{Memory, check, check_all, go_on, key, pack, passphrase};

/// A lock, its key, and the public key for hand-made files.
fn sealed(plain: &[u8]) -> (Vec<u8>, Keys) {
    use age::secrecy::ExposeSecret;
    let identity = age::x25519::Identity::generate();
    let bytes = crate::common::seal(plain, &identity.to_public().to_string());
    let keys = Keys::Identities(backpack::Identities::parse(identity.to_string().expose_secret()).unwrap());
    (bytes, keys)
}

fn packed(tar: &[u8]) -> Vec<u8> {
    zstd::encode_all(tar, 3).unwrap()
}

fn refused(plain: &[u8]) -> ReadError {
    let (bytes, keys) = sealed(plain);
    check_all(&bytes, &keys).unwrap_err()
}

#[test]
fn exactly_one_frame_and_nothing_behind_it() {
    let tar = listing(&[]).end();
    let frame = packed(&tar);
    let (bytes, keys) = sealed(&frame);
    assert!(check_all(&bytes, &keys).is_ok());
    let error = refused(&[&frame[..], b"hidden"].concat());
    assert!(matches!(error, ReadError::TrailingData), "{error:?}");
    let second = refused(&[&frame[..], &packed(b"")].concat());
    assert!(matches!(second, ReadError::TrailingData), "{second:?}");
    let skippable = refused(&[&b"\x50\x2A\x4D\x18\x00\x00\x00\x00"[..], &frame].concat());
    assert!(matches!(skippable, ReadError::Compression));
    assert!(matches!(
        refused(&frame[..frame.len() - 3]),
        ReadError::Compression
    ));
    assert!(matches!(refused(&tar), ReadError::Compression));
    assert!(matches!(refused(b""), ReadError::Compression));
}

#[test]
fn a_window_that_would_take_all_memory() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(&listing(&[]).end()).unwrap();
    assert!(matches!(
        refused(&encoder.finish().unwrap()),
        ReadError::Compression
    ));
}

#[test]
fn a_bomb_is_stopped_early() {
    // Honest in every other way: listed, hashed, signed.
    let zeros = vec![0; 100 << 20];
    let tar = listing(&[("raw/zeros", &zeros)]).file("raw/zeros", &zeros).end();
    let (bytes, keys) = sealed(&packed(&tar));
    assert!(bytes.len() < 100_000);
    assert!(matches!(
        check_all(&bytes, &keys),
        Err(ReadError::Bomb { ratio: 1000 })
    ));
    let generous = Limits {
        ratio: u64::MAX,
        ..Limits::default()
    };
    assert!(verify(&bytes[..], &keys, &generous, check, &mut go_on).is_ok());
    let narrow = Limits {
        ratio_free_bytes: 1 << 20,
        ..Limits::default()
    };
    assert!(matches!(
        verify(&bytes[..], &keys, &narrow, check, &mut go_on),
        Err(ReadError::Bomb { .. })
    ));
}

#[test]
fn a_bomb_behind_the_manifest_is_not_listed() {
    let zeros = vec![0; 8 << 20];
    let tar = listing(&[]).file("zeros", &zeros).end();
    assert!(matches!(refused(&packed(&tar)), ReadError::Unlisted(_)));
    let bare = [vec![0; 512], vec![0; 8 << 20]].concat();
    assert!(matches!(
        refused(&packed(&bare)),
        ReadError::TrailingData | ReadError::ManifestMissing
    ));
}

#[test]
fn the_wrong_key_or_the_wrong_kind_of_key() {
    let (secret, _) = passphrase();
    let (public, right, _) = key();
    let (_, other, _) = key();
    let (with_passphrase, _) = pack(&mut Memory::sample(), &secret);
    let (with_key, _) = pack(&mut Memory::sample(), &public);
    let wrong = Keys::Passphrase(SecretString::from("correct horse battery stable"));
    assert!(matches!(
        check_all(&with_passphrase, &wrong),
        Err(ReadError::WrongPassphrase)
    ));
    assert!(matches!(
        check_all(&with_passphrase, &right),
        Err(ReadError::NeedsPassphrase)
    ));
    assert!(matches!(
        check_all(&with_key, &wrong),
        Err(ReadError::NeedsIdentity)
    ));
    assert!(matches!(
        check_all(&with_key, &other),
        Err(ReadError::NoMatchingIdentity)
    ));
}

#[test]
fn a_passphrase_that_asks_for_absurd_work_is_refused_before_any() {
    let (secret, keys) = passphrase();
    let (bytes, _) = pack(&mut Memory::sample(), &secret);
    let line = bytes.windows(2).position(|two| two == b"->").unwrap();
    let end = line + bytes[line..].iter().position(|byte| *byte == b'\n').unwrap();
    assert_eq!(&bytes[end - 2..end], b" 4");
    let absurd = [&bytes[..end - 1], b"30", &bytes[end..]].concat();
    assert!(matches!(
        check_all(&absurd, &keys),
        Err(ReadError::TooMuchWork { required: 30 })
    ));
}

#[test]
fn other_files() {
    let (_, keys) = passphrase();
    for bytes in [
        &b""[..],
        b"PK\x03\x04 a zip file",
        b"age-encryption.org/v2\n-> X\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    ] {
        assert!(matches!(check_all(bytes, &keys), Err(ReadError::NotABackpack)));
    }
    let endless = [&b"age-encryption.org/v1\n"[..], &b"-> X\n".repeat(20_000)].concat();
    assert!(matches!(
        check_all(&endless, &keys),
        Err(ReadError::HeaderDamaged)
    ));
    let one_line = [&b"age-encryption.org/v1\n"[..], &[b'x'; 100_000]].concat();
    assert!(matches!(
        check_all(&one_line, &keys),
        Err(ReadError::HeaderDamaged)
    ));
}

#[test]
fn checking_can_be_stopped() {
    let (locks, keys) = passphrase();
    let (bytes, _) = pack(&mut Memory::sample(), &locks);
    let mut stop = |_| std::ops::ControlFlow::Break(());
    let result = verify(&bytes[..], &keys, &Limits::default(), check, &mut stop);
    assert!(matches!(result, Err(ReadError::Cancelled)));
}

#[test]
fn a_disk_that_fails_is_told_as_such() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Err(std::io::Error::other("unplugged"));
            }
            self.0.read(buf)
        }
    }
    let (locks, keys) = passphrase();
    let (bytes, _) = pack(&mut Memory::sample(), &locks);
    for length in [0, 10, 150, 5_000, bytes.len() - 10] {
        let result = verify(
            Failing(&bytes[..length]),
            &keys,
            &Limits::default(),
            check,
            &mut go_on,
        );
        assert!(
            matches!(&result, Err(ReadError::Source(error)) if error.to_string() == "unplugged"),
            "{length}: {result:?}"
        );
    }
}
