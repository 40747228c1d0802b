//! The life of a vault's header: made, opened, changed, attacked.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

use std::sync::OnceLock;

use vault_crypto::{
    CryptoError, Header, KdfError, KdfParams, KeyringError, KeyringSecret, Passphrase, RecoverError,
    RecoveryCode, RecoveryKey, Signer, SpaceId, SpaceKey, UnlockError, VaultKey, parse_recovery_file,
    verify_pss_sha256,
};

const CHEAP: KdfParams = KdfParams {
    m_kib: 64,
    t: 1,
    p: 1,
};
const NOW: i64 = 1_795_521_600;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn issuer() -> &'static Signer {
    static ISSUER: OnceLock<Signer> = OnceLock::new();
    ISSUER.get_or_init(|| Signer::from_pkcs8_pem(include_str!("fixtures/rsa3072.pem")).unwrap())
}

fn vault() -> (Header, VaultKey) {
    Header::create_with_issuer(&passphrase("ocean lamp"), CHEAP, 49_817, NOW, issuer()).unwrap()
}

fn same(one: &VaultKey, other: &VaultKey) -> bool {
    one.as_bytes() == other.as_bytes()
}

/// Through the file and back.
fn stored(header: &Header) -> Header {
    Header::decode(&header.encode()).unwrap()
}

#[test]
fn passphrase_opens_and_another_does_not() {
    let (header, key) = vault();
    let header = stored(&header);
    assert!(same(&header.unlock(&passphrase("ocean lamp")).unwrap(), &key));
    for wrong in ["", "ocean lamp ", "Ocean lamp"] {
        assert_eq!(
            header.unlock(&passphrase(wrong)).unwrap_err(),
            UnlockError::WrongPassphrase
        );
    }
    assert_eq!(
        (header.port(), header.created(), header.revision(), header.kdf()),
        (49_817, NOW, 1, CHEAP)
    );
}

#[test]
fn create_makes_its_own_issuer_key_that_signs() {
    let (header, key) = Header::create(&passphrase("ocean lamp"), CHEAP, 0, NOW).unwrap();
    let made = stored(&header).issuer(&key).unwrap();
    let signature = made.sign_pss_sha256(b"log head").unwrap();
    assert_eq!(signature.len(), 384);
    assert_eq!(
        verify_pss_sha256(made.public_key_pem(), b"log head", &signature),
        Ok(())
    );
    assert_ne!(made.public_key_pem(), issuer().public_key_pem());
}

#[test]
fn unreasonable_costs_are_refused_before_any_work() {
    let dear = KdfParams {
        m_kib: u32::MAX,
        t: 1,
        p: 1,
    };
    let refused = Header::create(&passphrase("x"), dear, 0, NOW).unwrap_err();
    assert_eq!(refused, CryptoError::Kdf(KdfError::TooExpensive));
    let (mut header, key) = vault();
    let before = header.encode();
    let refused = header
        .change_passphrase(&key, &passphrase("x"), dear)
        .unwrap_err();
    assert_eq!(refused, CryptoError::Kdf(KdfError::TooExpensive));
    assert_eq!(header.encode(), before);
}

#[test]
fn vaults_and_their_keys_differ() {
    let ((one, key), (other, other_key)) = (vault(), vault());
    assert_ne!(one.vault_id(), other.vault_id());
    assert!(!same(&key, &other_key));
    assert_eq!(one.issuer(&other_key).unwrap_err(), CryptoError::WrongVaultKey);
}

#[test]
fn changed_passphrase_opens_and_the_earlier_one_does_not() {
    let (mut header, key) = vault();
    let id = SpaceId::generate();
    header
        .add_space(&key, id, &SpaceKey::generate(), "Personal", false, NOW)
        .unwrap();
    let costlier = KdfParams { t: 2, ..CHEAP };
    header
        .change_passphrase(&key, &passphrase("amber canoe"), costlier)
        .unwrap();
    let header = stored(&header);
    assert_eq!(
        header.unlock(&passphrase("ocean lamp")).unwrap_err(),
        UnlockError::WrongPassphrase
    );
    let opened = header.unlock(&passphrase("amber canoe")).unwrap();
    assert!(same(&opened, &key));
    assert_eq!(header.kdf(), costlier);
    assert_eq!(header.spaces(&opened).unwrap()[0].id, id);
}

#[test]
fn recovery_code_and_its_identity_open() {
    let (mut header, key) = vault();
    let code = RecoveryCode::generate();
    let recipient = code.recipient();
    let file = code.kit_file_text("Personal", NOW);
    let code = RecoveryKey::from(code);
    assert_eq!(header.recover(&code).unwrap_err(), RecoverError::NoRecovery);
    assert_eq!(
        (header.has_recovery(), header.recovery_recipient()),
        (false, None)
    );

    let RecoveryKey::Code(the_code) = &code else {
        panic!("made from a code")
    };
    header.set_recovery(&key, the_code).unwrap();
    let header = stored(&header);
    assert_eq!(
        (header.has_recovery(), header.recovery_recipient()),
        (true, Some(recipient))
    );
    assert!(same(&header.recover(&code).unwrap(), &key));
    assert!(same(
        &header.recover(&parse_recovery_file(&file).unwrap()).unwrap(),
        &key
    ));
    assert!(same(&header.recover(&code.identity().into()).unwrap(), &key));
    let stranger = RecoveryCode::generate().into();
    assert_eq!(header.recover(&stranger).unwrap_err(), RecoverError::WrongKit);
}

#[test]
fn later_kit_replaces_the_earlier_one() {
    let (mut header, key) = vault();
    let (first, second) = (RecoveryCode::generate(), RecoveryCode::generate());
    header.set_recovery(&key, &first).unwrap();
    header.set_recovery(&key, &second).unwrap();
    assert_eq!(header.recover(&first.into()).unwrap_err(), RecoverError::WrongKit);
    assert!(same(&header.recover(&second.into()).unwrap(), &key));
}

#[test]
fn keyring_secret_opens_until_it_is_switched_off() {
    let (mut header, key) = vault();
    assert!(!header.has_keyring());
    let secret = header.enable_keyring(&key).unwrap();
    let kept = KeyringSecret::parse(&secret.to_text()).unwrap();
    assert!(same(&stored(&header).unlock_with_keyring(&kept).unwrap(), &key));
    assert!(header.has_keyring());

    let later = header.enable_keyring(&key).unwrap();
    assert_eq!(
        header.unlock_with_keyring(&kept).unwrap_err(),
        KeyringError::WrongSecret
    );
    assert!(same(&header.unlock_with_keyring(&later).unwrap(), &key));

    header.disable_keyring();
    assert_eq!(
        header.unlock_with_keyring(&later).unwrap_err(),
        KeyringError::NotEnabled
    );
    assert!(same(
        &stored(&header).unlock(&passphrase("ocean lamp")).unwrap(),
        &key
    ));
    assert!(KeyringSecret::parse("somebody else’s password").is_err());
}

#[test]
fn spaces_are_added_renamed_and_removed() {
    let (mut header, key) = vault();
    let (personal, demo) = (SpaceId::generate(), SpaceId::generate());
    let space_key = SpaceKey::generate();
    header
        .add_space(&key, personal, &space_key, "Personal", false, NOW)
        .unwrap();
    header
        .add_space(&key, demo, &SpaceKey::generate(), "Made-up data", true, NOW + 1)
        .unwrap();
    header.rename_space(&key, personal, "Ana’s work").unwrap();

    let header_read = stored(&header);
    assert_eq!(header_read.space_ids(), [personal, demo]);
    let spaces = header_read.spaces(&key).unwrap();
    let seen: Vec<_> = spaces
        .iter()
        .map(|space| (space.id, space.name.as_str(), space.made_up, space.created))
        .collect();
    assert_eq!(
        seen,
        [
            (personal, "Ana’s work", false, NOW),
            (demo, "Made-up data", true, NOW + 1)
        ]
    );
    assert_eq!(spaces[0].key.as_bytes(), space_key.as_bytes());

    header.remove_space(personal).unwrap();
    assert_eq!(header.space_ids(), [demo]);
    assert_eq!(header.remove_space(personal), Err(CryptoError::NoSuchSpace));
    assert_eq!(
        header.rename_space(&key, personal, "x"),
        Err(CryptoError::NoSuchSpace)
    );
}

#[test]
fn list_of_spaces_keeps_its_rules() {
    let (mut header, key) = vault();
    let id = SpaceId::generate();
    header
        .add_space(&key, id, &SpaceKey::generate(), "Personal", false, NOW)
        .unwrap();
    let mut add = |id, name| header.add_space(&key, id, &SpaceKey::generate(), name, false, NOW);
    assert_eq!(add(id, "Again"), Err(CryptoError::SpaceExists));
    assert_eq!(add(SpaceId::generate(), "a\nb"), Err(CryptoError::SpaceName));
    for _ in 1..64 {
        add(SpaceId::generate(), "One more").unwrap();
    }
    assert_eq!(
        add(SpaceId::generate(), "Too many"),
        Err(CryptoError::TooManySpaces { limit: 64 })
    );
    assert_eq!(stored(&header).spaces(&key).unwrap().len(), 64);
}

#[test]
fn names_never_stand_in_the_file_in_clear() {
    let (mut header, key) = vault();
    header
        .add_space(
            &key,
            SpaceId::generate(),
            &SpaceKey::generate(),
            "CanaryName",
            false,
            NOW,
        )
        .unwrap();
    let bytes = header.encode();
    for secret in [b"CanaryName".as_slice(), key.as_bytes().as_slice(), b"ocean lamp"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
}

#[test]
fn every_change_raises_the_revision() {
    let (mut header, key) = vault();
    let id = SpaceId::generate();
    let mut seen = vec![header.revision()];
    header.set_port(50_000);
    seen.push(header.revision());
    header
        .add_space(&key, id, &SpaceKey::generate(), "A", false, NOW)
        .unwrap();
    seen.push(header.revision());
    header.rename_space(&key, id, "B").unwrap();
    seen.push(header.revision());
    header.remove_space(id).unwrap();
    seen.push(header.revision());
    header.set_recovery(&key, &RecoveryCode::generate()).unwrap();
    seen.push(header.revision());
    let _ = header.enable_keyring(&key).unwrap();
    seen.push(header.revision());
    header.disable_keyring();
    seen.push(header.revision());
    header.change_passphrase(&key, &passphrase("x"), CHEAP).unwrap();
    seen.push(header.revision());
    assert_eq!(seen, (1..=9).collect::<Vec<_>>());
    assert_eq!((stored(&header).revision(), stored(&header).port()), (9, 50_000));
}

#[test]
fn key_of_another_vault_changes_nothing() {
    let (mut header, _) = vault();
    let (_, stranger) = vault();
    let before = header.encode();
    let wrong = CryptoError::WrongVaultKey;
    assert_eq!(
        header.change_passphrase(&stranger, &passphrase("x"), CHEAP),
        Err(wrong)
    );
    assert_eq!(
        header.set_recovery(&stranger, &RecoveryCode::generate()),
        Err(wrong)
    );
    assert_eq!(header.enable_keyring(&stranger).unwrap_err(), wrong);
    let (id, key) = (SpaceId::generate(), SpaceKey::generate());
    assert_eq!(header.add_space(&stranger, id, &key, "A", false, NOW), Err(wrong));
    assert_eq!(header.rename_space(&stranger, id, "A"), Err(wrong));
    assert_eq!(header.spaces(&stranger).unwrap_err(), wrong);
    assert_eq!(header.encode(), before);
}

/// Replaces the first occurrence of some bytes and mends the checksum, as somebody with a hex editor would.
fn forged(header: &Header, old: &[u8], new: &[u8]) -> Header {
    use sha2::{Digest, Sha256};
    let mut bytes = header.encode();
    let at = bytes.windows(old.len()).position(|window| window == old).unwrap();
    bytes.splice(at..at + old.len(), new.iter().copied());
    let content = bytes.len() - 32;
    let checksum = Sha256::digest(&bytes[..content]);
    bytes.splice(content.., checksum);
    Header::decode(&bytes).unwrap()
}

#[test]
fn planted_recovery_recipient_is_noticed_by_every_way_in() {
    let (mut header, key) = vault();
    let code = RecoveryCode::generate();
    header.set_recovery(&key, &code).unwrap();
    let secret = header.enable_keyring(&key).unwrap();
    let thief = RecoveryCode::generate().recipient();
    let forged = forged(&header, code.recipient().as_bytes(), thief.as_bytes());
    assert_eq!(forged.recovery_recipient(), Some(thief));
    assert_eq!(
        forged.unlock(&passphrase("ocean lamp")).unwrap_err(),
        UnlockError::Altered
    );
    assert_eq!(
        forged.unlock_with_keyring(&secret).unwrap_err(),
        KeyringError::Altered
    );
    assert_eq!(forged.recover(&code.into()).unwrap_err(), RecoverError::Altered);
}

#[test]
fn entries_cannot_change_places() {
    let (mut header, key) = vault();
    let (one, other) = (SpaceId::generate(), SpaceId::generate());
    header
        .add_space(&key, one, &SpaceKey::generate(), "One", false, NOW)
        .unwrap();
    let forged = forged(&header, one.as_bytes(), other.as_bytes());
    assert_eq!(forged.space_ids(), [other]);
    assert_eq!(forged.spaces(&key).unwrap_err(), CryptoError::AlteredSpace);
    assert_eq!(
        forged.unlock(&passphrase("ocean lamp")).unwrap_err(),
        UnlockError::Altered
    );
}

#[test]
fn header_belongs_to_its_vault_id() {
    let (header, key) = vault();
    let forged = forged(
        &header,
        header.vault_id().as_bytes(),
        SpaceId::generate().as_bytes(),
    );
    assert_eq!(
        forged.unlock(&passphrase("ocean lamp")).unwrap_err(),
        UnlockError::WrongPassphrase
    );
    assert_eq!(forged.issuer(&key).unwrap_err(), CryptoError::WrongVaultKey);
}

#[test]
fn kit_s_recipient_works_with_stock_age() {
    let code = RecoveryCode::generate();
    let recipient: age::x25519::Recipient = code.recipient().parse().unwrap();
    let sealed = age::encrypt(&recipient, b"a backpack").unwrap();
    let file = code.kit_file_text("Personal", NOW);
    let identities = age::IdentityFile::from_buffer(file.as_bytes())
        .unwrap()
        .into_identities()
        .unwrap();
    let mut plain = Vec::new();
    let mut reader = age::Decryptor::new(sealed.as_slice())
        .unwrap()
        .decrypt(
            identities
                .iter()
                .map(|identity| identity.as_ref() as &dyn age::Identity),
        )
        .unwrap();
    std::io::Read::read_to_end(&mut reader, &mut plain).unwrap();
    assert_eq!(plain, b"a backpack");
}
