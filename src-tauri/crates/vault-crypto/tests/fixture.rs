//! The released headers open in every way, with the keys it had when it was released.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

use vault_crypto::{
    Header, KdfParams, KeyringSecret, Passphrase, RecoveryCode, RecoveryKey, UnlockError, VaultKey,
    parse_recovery_file, verify_pss_sha256,
};

const HEADER: &[u8] = include_bytes!("fixtures/header-v1.bin");
/// The same vault, with a second factor.
const HEADER_2: &[u8] = include_bytes!("fixtures/header-v2.bin");
const SECRET: &str = "XRTTMXOW54UIGTFMHGGUGMR67MRQSUOC";
const RECOVERY_CODE: &str = "T2K3-4KQZ-ZEH2-GK4X";
const KIT: &str = include_str!("fixtures/kit-v1.txt");
const PASSPHRASE: &str = "Ocean-lämp 7";
const CODE: &str = "23456J-789ABA-CDEFG2-HJKLMQ-NPQRSF-TUVWX7-YZ234Z-56789S-ABCDEJ";
const RECIPIENT: &str = "age1rlwuf0cwqxu4ryw3pnzkux3mpd40620z9nvjzyk0dyuxr8hxf4hqtdlppw";
const KEYRING: &str = "XOWQRrRryGSEnPZS1BzfPER_xJ-C27En3LYtfgJKa-s";
const MADE: i64 = 1_795_521_600;
const PERSONAL: &str = "x'9ff2082540a14f0e44a3a14389d73acdfbf11bb25d3aaafea96195cdf720e6fd'";
const TRIAL: &str = "x'91a066ca59f36749d803dfe8941bc940f41b769ada548645fc75e923ea204245'";

fn header() -> Header {
    Header::decode(HEADER).expect("the released header decodes")
}

fn assert_opens_both_spaces(key: &VaultKey) {
    let spaces = header().spaces(key).unwrap();
    let seen: Vec<_> = spaces
        .iter()
        .map(|space| {
            (
                space.id.to_string(),
                space.name.as_str(),
                space.made_up,
                space.created,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                "5f0c7a1e-8f5b-4d0e-9b3a-6c2d1e0f4a77".to_owned(),
                "Personal",
                false,
                MADE + 1
            ),
            (
                "0b9f3c52-1d7e-4a60-8c25-7e4f9a1b3d08".to_owned(),
                "Ana’s trial",
                true,
                MADE + 3600
            ),
        ]
    );
    let keys: Vec<_> = spaces
        .iter()
        .map(|space| space.key.derive_database_key().to_pragma())
        .collect();
    assert_eq!([keys[0].as_str(), keys[1].as_str()], [PERSONAL, TRIAL]);
}

#[test]
fn what_is_in_clear_reads_as_it_was() {
    let header = header();
    assert_eq!(
        header.vault_id().to_string(),
        "4ecba8a1-c581-4f1d-9f06-78fdb421aa1e"
    );
    assert_eq!(
        (header.created(), header.revision(), header.port()),
        (MADE, 5, 49_817)
    );
    assert_eq!(header.kdf(), KdfParams::default());
    assert_eq!(header.recovery_recipient().as_deref(), Some(RECIPIENT));
    assert!(header.has_keyring());
    assert_eq!(header.encode(), HEADER);
}

#[test]
fn passphrase_opens() {
    let key = header().unlock(&Passphrase::new(PASSPHRASE.to_owned())).unwrap();
    assert_opens_both_spaces(&key);
    let wrong = header().unlock(&Passphrase::new("Ocean-lamp 7".to_owned()));
    assert_eq!(wrong.unwrap_err(), UnlockError::WrongPassphrase);
}

#[test]
fn recovery_code_and_kit_file_open() {
    let code = RecoveryCode::parse(CODE).unwrap();
    assert_eq!(code.kit_file_text("Personal", MADE).as_str(), KIT);
    for key in [RecoveryKey::from(code), parse_recovery_file(KIT).unwrap()] {
        assert_opens_both_spaces(&header().recover(&key).unwrap());
    }
}

#[test]
fn keyring_secret_opens() {
    let secret = KeyringSecret::parse(KEYRING).unwrap();
    assert_opens_both_spaces(&header().unlock_with_keyring(&secret).unwrap());
}

#[test]
fn issuer_key_signs() {
    let key = header()
        .unlock_with_keyring(&KeyringSecret::parse(KEYRING).unwrap())
        .unwrap();
    let issuer = header().issuer(&key).unwrap();
    assert_eq!(issuer.public_key_pem(), include_str!("fixtures/rsa3072.pub.pem"));
    let signature = issuer.sign_pss_sha256(b"head").unwrap();
    assert_eq!(
        verify_pss_sha256(issuer.public_key_pem(), b"head", &signature),
        Ok(())
    );
}

#[test]
fn second_factor_of_version_2_is_there() {
    let mut header = Header::decode(HEADER_2).expect("the released header decodes");
    assert_eq!(header.encode(), HEADER_2);
    let key = header.unlock(&Passphrase::new(PASSPHRASE.to_owned())).unwrap();
    let mut factor = header.second_factor(&key).unwrap().unwrap();
    assert_eq!(factor.secret_text().as_str(), SECRET);
    assert_eq!((factor.created(), factor.codes_left()), (MADE + 100, 10));
    assert!(factor.take(RECOVERY_CODE, MADE) && factor.codes_left() == 9);
    header.set_second_factor(&key, None).unwrap();
    assert!(!header.has_second_factor());
    assert_opens_both_spaces(&header.unlock(&Passphrase::new(PASSPHRASE.to_owned())).unwrap());
}
