//! Who can open a backpack: one passphrase, or the holders of age keys. Never both, because age allows a
//! passphrase only alone.

use std::fmt;
use std::io::{BufReader, Read};
use std::str::FromStr;

use age::{scrypt, x25519};
use secrecy::{ExposeSecret, SecretString};

use crate::limits::RECIPIENTS;
use crate::{ReadError, seal};

/// Most work that is done for a passphrase, as a power of two of scrypt rounds: 1 GiB of memory.
const MAX_WORK: u8 = 20;

/// A lock or a key that cannot be used. No text holds what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// No passphrase.
    #[error("The passphrase is empty.")]
    EmptyPassphrase,
    /// A line break or another control character, which cannot be typed into the `age` tool.
    #[error("The passphrase holds a line break or another character that cannot be typed.")]
    UntypablePassphrase,
    /// No recipient.
    #[error("There is nobody to lock the backpack for.")]
    NoRecipients,
    /// More than 500 recipients.
    #[error("A backpack can be locked for at most 500 keys.")]
    TooManyRecipients,
    /// A private key was given where a public one belongs.
    #[error("This is a private key. A backpack is locked for a public key, which starts with age1.")]
    PrivateKeyAsRecipient,
    /// An SSH key, a plug-in’s or another kind that stays outside the format.
    #[error("This kind of key is not supported. A public key starts with age1 and has 62 characters.")]
    UnsupportedRecipient,
    /// Looks like a public key, but is mistyped.
    #[error("This public key is not complete or has a typing error.")]
    MistypedRecipient,
    /// No private key in the text.
    #[error("There is no key in this file. A key is a line that starts with AGE-SECRET-KEY-1.")]
    NoIdentities,
    /// A line of the key file that is neither a comment nor a usable key.
    #[error("Line {line} of the key file is not a key that Satchel can use.")]
    BadIdentity {
        /// Its number, from 1.
        line: usize,
    },
    /// A work factor outside 1 to 20.
    #[error("The work factor must be between 1 and 20.")]
    WorkFactor,
}

/// How a backpack is locked.
#[derive(Debug)]
pub enum Locks {
    /// For whoever knows a passphrase.
    Passphrase(Passphrase),
    /// For the holders of one or more keys.
    Recipients(Recipients),
}

/// How a backpack can be opened.
#[derive(Debug)]
pub enum Keys {
    /// With a passphrase.
    Passphrase(SecretString),
    /// With private keys.
    Identities(Identities),
}

/// Which of the [`Keys`] a file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockKind {
    /// A passphrase.
    Passphrase,
    /// A private key.
    Identity,
}

/// Looks at the first bytes of a file to know what to ask the person for.
///
/// # Errors
/// [`ReadError::NotABackpack`] if it is no age file, [`ReadError::HeaderDamaged`], [`ReadError::Source`].
pub fn lock_kind(source: impl Read) -> Result<LockKind, ReadError> {
    let decryptor = seal::header(BufReader::new(source))?;
    Ok(if decryptor.is_scrypt() {
        LockKind::Passphrase
    } else {
        LockKind::Identity
    })
}

/// The work that a passphrase costs, as a power of two of scrypt rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// Another amount of work than the default, from 1 to 20. Less than the default is for tests.
    ///
    /// # Errors
    /// [`LockError::WorkFactor`] outside these bounds.
    pub fn new(log_rounds: u8) -> Result<Self, LockError> {
        if (1..=MAX_WORK).contains(&log_rounds) {
            Ok(Self(log_rounds))
        } else {
            Err(LockError::WorkFactor)
        }
    }
}

impl Default for WorkFactor {
    /// 18, the default of the `age` tool: about a second and 256 MiB.
    fn default() -> Self {
        Self(18)
    }
}

/// A passphrase to lock with.
pub struct Passphrase {
    secret: SecretString,
    work: WorkFactor,
}

impl Passphrase {
    /// Takes a passphrase that a person can type into the `age` tool.
    ///
    /// # Errors
    /// [`LockError::EmptyPassphrase`], [`LockError::UntypablePassphrase`].
    pub fn new(secret: SecretString) -> Result<Self, LockError> {
        let text = secret.expose_secret();
        if text.is_empty() {
            return Err(LockError::EmptyPassphrase);
        }
        if text.chars().any(char::is_control) {
            return Err(LockError::UntypablePassphrase);
        }
        Ok(Self {
            secret,
            work: WorkFactor::default(),
        })
    }

    /// The same passphrase with another amount of work.
    #[must_use]
    pub fn with_work(self, work: WorkFactor) -> Self {
        Self { work, ..self }
    }

    pub(crate) fn recipient(&self) -> scrypt::Recipient {
        let mut recipient = scrypt::Recipient::new(self.secret.clone());
        recipient.set_work_factor(self.work.0);
        recipient
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passphrase")
            .field("work", &self.work)
            .finish_non_exhaustive()
    }
}

/// One or more public keys to lock for, each once.
pub struct Recipients(Vec<x25519::Recipient>);

impl Recipients {
    /// Reads public keys as `age-keygen` writes them (`age1…`). The same key twice counts once.
    ///
    /// # Errors
    /// What is wrong with the first key that cannot be used, or their number.
    pub fn parse<T: AsRef<str>>(keys: impl IntoIterator<Item = T>) -> Result<Self, LockError> {
        let mut recipients: Vec<x25519::Recipient> = Vec::new();
        for key in keys {
            let recipient = parse_recipient(key.as_ref().trim())?;
            if !recipients
                .iter()
                .any(|known| known.to_string() == recipient.to_string())
            {
                recipients.push(recipient);
            }
        }
        match recipients.len() {
            0 => Err(LockError::NoRecipients),
            1..=RECIPIENTS => Ok(Self(recipients)),
            _ => Err(LockError::TooManyRecipients),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn age::Recipient> {
        self.0.iter().map(|recipient| recipient as &dyn age::Recipient)
    }
}

impl Locks {
    /// The lock together with a key that opens it, to read back what was written. A passphrase is its own key. For recipients, whose private
    /// keys are elsewhere, a key is added that exists only in what is returned: once it is dropped, nobody has it.
    pub fn with_proof(self) -> (Self, Keys) {
        match self {
            Self::Passphrase(passphrase) => {
                let keys = Keys::Passphrase(passphrase.secret.clone());
                (Self::Passphrase(passphrase), keys)
            }
            Self::Recipients(Recipients(mut recipients)) => {
                let once = x25519::Identity::generate();
                recipients.push(once.to_public());
                let keys = Keys::Identities(Identities(vec![once]));
                (Self::Recipients(Recipients(recipients)), keys)
            }
        }
    }
}

impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipients({})", self.0.len())
    }
}

/// One or more private keys to open with.
pub struct Identities(Vec<x25519::Identity>);

impl Identities {
    /// Reads a key file as `age-keygen` or Satchel’s recovery kit writes it: lines that start with `#` are
    /// comments, every other line is an `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// [`LockError::BadIdentity`] with the number of the line, or [`LockError::NoIdentities`].
    pub fn parse(file: &str) -> Result<Self, LockError> {
        let identities = file
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(line, text)| x25519::Identity::from_str(text).map_err(|_| LockError::BadIdentity { line }))
            .collect::<Result<Vec<_>, _>>()?;
        if identities.is_empty() {
            Err(LockError::NoIdentities)
        } else {
            Ok(Self(identities))
        }
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identities({})", self.0.len())
    }
}

impl Keys {
    pub(crate) fn kind(&self) -> LockKind {
        match self {
            Self::Passphrase(_) => LockKind::Passphrase,
            Self::Identities(_) => LockKind::Identity,
        }
    }

    pub(crate) fn identities(&self) -> Vec<Box<dyn age::Identity>> {
        match self {
            Self::Passphrase(secret) => {
                let mut identity = scrypt::Identity::new(secret.clone());
                identity.set_max_work_factor(MAX_WORK);
                vec![Box::new(identity)]
            }
            Self::Identities(Identities(keys)) => keys
                .iter()
                .cloned()
                .map(|key| Box::new(key) as Box<dyn age::Identity>)
                .collect(),
        }
    }
}

fn parse_recipient(key: &str) -> Result<x25519::Recipient, LockError> {
    x25519::Recipient::from_str(key).map_err(|_| why_not_a_recipient(key))
}

fn why_not_a_recipient(key: &str) -> LockError {
    let lower = key.to_ascii_lowercase();
    if lower.starts_with("age-secret-key-") || lower.contains("private key") {
        LockError::PrivateKeyAsRecipient
    } else if lower.starts_with("age1") && lower.matches('1').count() == 1 && lower.len() < 80 {
        LockError::MistypedRecipient
    } else {
        LockError::UnsupportedRecipient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_file() -> (String, String) {
        let identity = x25519::Identity::generate();
        (
            identity.to_string().expose_secret().to_owned(),
            identity.to_public().to_string(),
        )
    }

    #[test]
    fn a_key_file_may_hold_comments_and_empty_lines() {
        let (secret, _) = key_file();
        let file = format!("# Satchel recovery kit\r\n# created: today\r\n\r\n{secret}\r\n");
        assert!(Identities::parse(&file).is_ok());
        assert_eq!(
            Identities::parse("# only a comment\n").unwrap_err(),
            LockError::NoIdentities
        );
    }

    #[test]
    fn a_bad_line_is_told_by_number_and_not_by_content() {
        let (secret, _) = key_file();
        let error = Identities::parse(&format!("# c\n{secret}\nAGE-SECRET-KEY-1CANARY\n")).unwrap_err();
        assert_eq!(error, LockError::BadIdentity { line: 3 });
        assert!(!error.to_string().contains("CANARY"));
    }

    #[test]
    fn what_is_wrong_with_a_recipient_is_said() {
        let (secret, public) = key_file();
        let mut mistyped = public.clone();
        mistyped.pop();
        for (key, problem) in [
            (secret.as_str(), LockError::PrivateKeyAsRecipient),
            (
                "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI",
                LockError::UnsupportedRecipient,
            ),
            ("age1yubikey1qwertyuiopasdfgh", LockError::UnsupportedRecipient),
            ("", LockError::UnsupportedRecipient),
            (mistyped.as_str(), LockError::MistypedRecipient),
        ] {
            assert_eq!(Recipients::parse([key]).unwrap_err(), problem);
        }
        assert_eq!(
            Recipients::parse::<&str>([]).unwrap_err(),
            LockError::NoRecipients
        );
        assert_eq!(Recipients::parse([&public, &public]).unwrap().0.len(), 1);
    }

    #[test]
    fn a_passphrase_can_be_typed_into_the_stock_tool() {
        let passphrase = |text: &str| Passphrase::new(SecretString::from(text)).map(|_| ());
        assert_eq!(passphrase(""), Err(LockError::EmptyPassphrase));
        assert_eq!(passphrase("two\nlines"), Err(LockError::UntypablePassphrase));
        assert_eq!(passphrase("correct horse, l’été"), Ok(()));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let (secret, _) = key_file();
        let printed = format!(
            "{:?} {:?} {:?}",
            Passphrase::new(SecretString::from("canary")).unwrap(),
            Keys::Passphrase(SecretString::from("canary")),
            Keys::Identities(Identities::parse(&secret).unwrap()),
        );
        assert!(
            !printed.contains("canary") && !printed.contains(&secret),
            "{printed}"
        );
    }

    #[test]
    fn work_has_bounds() {
        assert_eq!(WorkFactor::new(0), Err(LockError::WorkFactor));
        assert_eq!(WorkFactor::new(21), Err(LockError::WorkFactor));
        assert!(WorkFactor::new(20).is_ok());
    }
}
