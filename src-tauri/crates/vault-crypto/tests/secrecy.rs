//! Nothing secret can be printed: every type and every error is formatted and searched for canaries.
#![expect(
    clippy::indexing_slicing,
    reason = "helpers of tests stop at the first surprise"
)]

use std::error::Error;
use std::fmt::Debug;

use secrecy::ExposeSecret;
use vault_crypto::{
    CryptoError, Header, IdError, KdfError, KdfParams, KeyringSecret, Passphrase, RecoveryCode,
    RecoveryIdentity, RecoveryKey, SecondFactor, Signer, SignerError, SpaceId, SpaceKey, Token, envelope,
    parse_recovery_file, strength, suggest_passphrase, verify_pss_sha256,
};

const CHEAP: KdfParams = KdfParams {
    m_kib: 64,
    t: 1,
    p: 1,
};
const PASSPHRASE: &str = "CanaryPassphrase";
const NAME: &str = "CanaryName";
const KEY: &str = include_str!("fixtures/rsa3072.pem");

/// What was printed, and what must not be in it.
#[derive(Default)]
struct Watch {
    printed: String,
    canaries: Vec<String>,
}

impl Watch {
    fn print(&mut self, thing: impl Debug) {
        self.printed += &format!("{thing:?}\n{thing:#?}\n");
    }

    fn print_error(&mut self, error: impl Error) {
        self.printed += &format!("{error}\n");
        let mut cause = error.source();
        while let Some(inner) = cause {
            self.printed += &format!("{inner}\n");
            cause = inner.source();
        }
        self.print(error);
    }

    fn text(&mut self, canary: &str) {
        self.canaries.push(canary.to_owned());
    }

    /// As hexadecimal digits of either case and as a list of numbers.
    fn bytes(&mut self, canary: &[u8]) {
        let start = &canary[..6];
        self.canaries
            .push(start.iter().map(|byte| format!("{byte:02x}")).collect());
        self.canaries
            .push(start.iter().map(|byte| format!("{byte:02X}")).collect());
        self.canaries
            .push(start.iter().map(u8::to_string).collect::<Vec<_>>().join(", "));
        self.canaries
            .push(start.iter().map(|byte| format!("    {byte},\n")).collect());
    }

    fn assert_silent(&self) {
        for canary in &self.canaries {
            assert!(
                !self.printed.contains(canary.as_str()),
                "{canary:?} was printed:\n{}",
                self.printed
            );
        }
    }
}

#[test]
fn the_watch_finds_what_is_printed() {
    let mut watch = Watch::default();
    watch.print([1_u8, 2, 3, 4, 5, 6, 7]);
    watch.print("CanaryName");
    watch.text(NAME);
    watch.bytes(&[1, 2, 3, 4, 5, 6]);
    let found = watch
        .canaries
        .iter()
        .filter(|canary| watch.printed.contains(canary.as_str()))
        .count();
    assert_eq!(found, 3, "{:?}", watch.canaries);
}

#[test]
fn no_key_and_no_name_is_printed() {
    let mut watch = Watch::default();
    let issuer = Signer::from_pkcs8_pem(KEY).unwrap();
    let passphrase = Passphrase::new(PASSPHRASE.to_owned());
    let (mut header, vault_key) = Header::create_with_issuer(&passphrase, CHEAP, 1, 2, &issuer).unwrap();
    let space_key = SpaceKey::generate();
    header
        .add_space(&vault_key, SpaceId::generate(), &space_key, NAME, true, 3)
        .unwrap();
    let secret = header.enable_keyring(&vault_key).unwrap();
    let entries = header.spaces(&vault_key).unwrap();
    let database = space_key.derive_database_key();

    watch.text(PASSPHRASE);
    watch.text(NAME);
    watch.text(&secret.to_text());
    watch.text(&database.to_pragma());
    watch.text(KEY.lines().nth(3).unwrap());
    watch.bytes(vault_key.as_bytes());
    watch.bytes(space_key.as_bytes());
    watch.bytes(database.as_bytes());
    watch.bytes(space_key.derive_raw_store_key().as_bytes());
    watch.bytes(space_key.derive_search_salt().as_bytes());
    watch.bytes(space_key.derive_seal_key().as_bytes());

    watch.print((
        &header,
        &vault_key,
        &space_key,
        &secret,
        &entries,
        &database,
        &passphrase,
        &issuer,
    ));
    watch.print((
        space_key.derive_raw_store_key(),
        space_key.derive_search_salt(),
        space_key.derive_seal_key(),
    ));
    watch.print(strength(PASSPHRASE, &[NAME]));
    watch.print((header.vault_id(), header.space_ids(), header.kdf()));
    watch.assert_silent();
}

#[test]
fn no_code_token_or_suggestion_is_printed() {
    let mut watch = Watch::default();
    let code = RecoveryCode::generate();
    let identity = code.identity();
    let token = Token::generate();
    let suggestion = suggest_passphrase();

    code.groups().iter().for_each(|group| watch.text(group));
    watch.text(identity.to_age_identity_string().expose_secret());
    watch.text("AGE-SECRET-KEY");
    watch.text(&token.to_text());
    watch.text(suggestion.expose_secret());

    watch.print((&code, &identity, &token, &suggestion));
    let mut factor = SecondFactor::generate(0);
    let codes = factor.renew_codes();
    codes.iter().for_each(|code| watch.text(code));
    watch.text(&factor.secret_text());
    watch.print((&factor, &codes));
    watch.print((RecoveryKey::Code(code), RecoveryKey::Identity(identity)));
    watch.assert_silent();
}

#[test]
fn no_error_repeats_what_it_was_given() {
    let mut watch = Watch::default();
    watch.text("Canary");
    watch.text("CANARY");

    let typed = "CANARY-CANARY-CANARY-CANARY-CANARY-CANARY-CANARY-CANARY-CANARY";
    let right =
        RecoveryCode::parse("23456J-789ABA-CDEFG2-HJKLMQ-NPQRSF-TUVWX7-YZ234Z-56789S-ABCDEJ").unwrap();
    watch.print_error(RecoveryCode::parse(typed).unwrap_err());
    watch.print_error(RecoveryCode::parse("Canary 0").unwrap_err());
    watch.print_error(RecoveryCode::parse("CANARY").unwrap_err());
    watch.print_error(right.confirm_group(1, "CANARY").unwrap_err());
    for file in [
        "Canary",
        "",
        typed,
        "AGE-SECRET-KEY-1CANARY",
        &"Canary".repeat(10_000),
    ] {
        watch.print_error(parse_recovery_file(file).unwrap_err());
    }
    watch.print_error("AGE-SECRET-KEY-1CANARY".parse::<RecoveryIdentity>().unwrap_err());
    watch.print_error("Canary".parse::<SpaceId>().unwrap_err());
    watch.print_error(serde_json::from_str::<SpaceId>("\"Canary\"").unwrap_err());
    watch.print_error(Token::parse("Canary").unwrap_err());
    watch.print_error(KeyringSecret::parse("Canary").unwrap_err());
    watch.print_error(Signer::from_pkcs8_pem("Canary").unwrap_err());
    watch.print_error(verify_pss_sha256("Canary", b"Canary", b"Canary").unwrap_err());
    watch.print_error(Header::decode(b"Canary").unwrap_err());
    watch.print_error(
        Header::decode(&[b"SATCHEL\0".as_slice(), &[b'C'; 100], b"Canary"].concat()).unwrap_err(),
    );
    watch.print_error(envelope::open(&[0; 32], b"Canary", b"Canary").unwrap_err());
    watch.assert_silent();
}

#[test]
fn every_cause_reads_as_a_sentence_without_values() {
    let causes: [&dyn Error; 11] = [
        &CryptoError::WrongVaultKey,
        &CryptoError::AlteredSpace,
        &CryptoError::TooManySpaces { limit: 64 },
        &CryptoError::SpaceExists,
        &CryptoError::NoSuchSpace,
        &CryptoError::SpaceName,
        &CryptoError::RecoveryWrap,
        &CryptoError::Kdf(KdfError::OutOfMemory),
        &CryptoError::Signer(SignerError::Sealed(envelope::EnvelopeError::UnknownVersion {
            found: 9,
        })),
        &KdfError::PassphraseTooLong,
        &IdError,
    ];
    for cause in causes {
        let text = cause.to_string();
        assert!(
            text.len() > 20 && !text.ends_with('.') && !text.contains("Error"),
            "{text}"
        );
    }
}
