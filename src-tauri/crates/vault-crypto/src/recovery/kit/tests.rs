//! What counts as a recovery kit's file.

use proptest::prelude::*;

use super::*;

const NOON: i64 = 1_795_521_600;

fn kit() -> (RecoveryCode, Zeroizing<String>) {
    let code = RecoveryCode::generate();
    let text = code.kit_file_text("Personal", NOON);
    (code, text)
}

fn error(text: &str) -> RecoveryFileError {
    parse_recovery_file(text).unwrap_err()
}

#[test]
fn kit_is_read_back_with_its_code() {
    let (code, text) = kit();
    let key = parse_recovery_file(&text).unwrap();
    assert!(matches!(&key, RecoveryKey::Code(read) if read.to_text() == code.to_text()));
    assert_eq!(key.recipient(), code.recipient());
}

#[test]
fn kit_is_an_identity_file_of_age() {
    let (code, text) = kit();
    assert!(text.starts_with("# Satchel recovery kit\n"));
    assert!(text.contains("\n# Vault: Personal\n# Made on: 2026-11-24\n"));
    let mut recipients = Vec::new();
    age::IdentityFile::from_buffer(text.as_bytes())
        .unwrap()
        .write_recipients_file(&mut recipients)
        .unwrap();
    assert_eq!(String::from_utf8(recipients).unwrap(), code.recipient() + "\n");
}

#[test]
fn name_cannot_break_out_of_its_comment() {
    let code = RecoveryCode::generate();
    let text = code.kit_file_text("A\nAGE-SECRET-KEY-1QQ\r\u{85}\u{2028}", NOON);
    assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), 1);
    assert_eq!(parse_recovery_file(&text).unwrap().recipient(), code.recipient());
}

#[test]
fn code_alone_is_enough() {
    let code = RecoveryCode::generate();
    let line = code.to_text();
    let several = line.replacen('-', "\n", 4);
    for text in [
        line.to_string(),
        format!("\u{feff}{}\r\n", *line),
        several,
        format!("# Code: {}", *line),
    ] {
        assert_eq!(
            parse_recovery_file(&text).unwrap().recipient(),
            code.recipient(),
            "{text}"
        );
    }
}

#[test]
fn identity_alone_is_enough() {
    let code = RecoveryCode::generate();
    let text = format!(
        "# made by age-keygen\n{}\n",
        code.to_age_identity_string().expose_secret()
    );
    let key = parse_recovery_file(&text).unwrap();
    assert!(matches!(key, RecoveryKey::Identity(_)));
    assert_eq!(key.recipient(), code.recipient());
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let (_, one) = kit();
    let (other_code, other) = kit();
    assert_eq!(error(&format!("{}{}", *one, *other)), RecoveryFileError::Several);
    let mixed = format!(
        "# Code: {}\n{}",
        *other_code.to_text(),
        one.lines().last().unwrap()
    );
    assert_eq!(error(&mixed), RecoveryFileError::Several);
    let two_codes = format!(
        "{}\n# Code: {}",
        *RecoveryCode::generate().to_text(),
        *other_code.to_text()
    );
    assert_eq!(error(&two_codes), RecoveryFileError::Several);
}

#[test]
fn code_and_identity_are_each_other_s_spare() {
    let (code, text) = kit();
    let identity_spoiled = text.trim_end().to_owned() + "X";
    assert!(matches!(
        parse_recovery_file(&identity_spoiled),
        Ok(RecoveryKey::Code(_))
    ));
    let code_spoiled = text.replace("# Code: ", "# Code: X");
    let key = parse_recovery_file(&code_spoiled).unwrap();
    assert!(matches!(key, RecoveryKey::Identity(_)));
    assert_eq!(key.recipient(), code.recipient());
    let both = text.replace("# Code: ", "# Code: X").trim_end().to_owned() + "X";
    assert_eq!(error(&both), RecoveryFileError::Identity(RecoveryIdentityError));
}

#[test]
fn failures_name_their_cause() {
    assert_eq!(error(""), RecoveryFileError::Empty);
    assert_eq!(error("# Satchel recovery kit\n\n"), RecoveryFileError::Empty);
    assert_eq!(error(&"#".repeat(MAX_BYTES + 1)), RecoveryFileError::TooLarge);
    assert_eq!(
        error("AGE-SECRET-KEY-1QQQ"),
        RecoveryFileError::Identity(RecoveryIdentityError)
    );
    assert!(matches!(error("my notes"), RecoveryFileError::Code(_)));
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "(?s).{0,300}") {
        let _ = parse_recovery_file(&text);
    }

    #[test]
    fn kit_with_one_changed_character_never_opens_as_another(place in 0_usize..900, wrong in any::<char>()) {
        let (code, text) = kit();
        let changed: String =
            text.chars().enumerate().map(|(at, old)| if at == place { wrong } else { old }).collect();
        if let Ok(key) = parse_recovery_file(&changed) {
            prop_assert_eq!(key.recipient(), code.recipient());
        }
    }
}
