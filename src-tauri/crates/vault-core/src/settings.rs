//! Settings of a space: a closed list of keys, each with its form and its default.

use std::str::FromStr;

use serde_json::Value;
use vault_store::{SecretValue, View, sealed, settings as table};

use crate::{SpaceHandle, VaultError, VaultEvent, vault::Turn};

/// What a setting accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `true` or `false`.
    Flag,
    /// A whole number in a range, or `never`.
    Minutes(u32, u32),
    /// A whole number in a range, and the range in words.
    Number(u32, u32, &'static str),
    /// A colour, as `#` and six hexadecimal digits.
    Colour,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A line of text, or nothing.
    Line,
    /// A port of a server.
    Port,
}

/// The longest line, in bytes.
const LONGEST: usize = 255;

/// The name under which the password of the mail server is kept.
const MAIL_PASSWORD: &str = "mail_password";

macro_rules! settings {
    ($($variant:ident = $key:literal, $form:expr, $default:expr, $label:literal;)*) => {
        /// A setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Setting {
            $(
                #[doc = $label]
                $variant,
            )*
        }

        impl Setting {
            /// Every setting.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The key, as the terminal knows it.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            const fn form(self) -> Form {
                match self { $(Self::$variant => $form,)* }
            }

            /// The value that holds unless another was chosen, as text.
            #[must_use]
            pub const fn default(self) -> &'static str {
                match self { $(Self::$variant => $default,)* }
            }
        }
    };
}

settings! {
    LockIdleMinutes = "lock.idle_minutes", Form::Minutes(1, 240), "10", "Minutes without use after which the vault locks, or `never`.";
    LockOnSleep = "lock.on_sleep", Form::Flag, "true", "Whether sleep and the screen lock lock the vault.";
    LockOnClose = "lock.on_close", Form::Flag, "true", "Whether closing the window locks the vault.";
    Theme = "appearance.theme", Form::Word(&["system", "light", "dark"]), "system", "Light, dark, or as the system.";
    Accent = "appearance.accent", Form::Colour, "#A8431F", "The colour that apps are told.";
    Background = "appearance.background", Form::Word(&["none", "linen", "waves", "dots"]), "none", "The background that apps are told.";
    Status = "person.status", Form::Number(0, 4, "a whole number from 0 to 4"), "0", "How the person says they are, as OpenPlatform counts it.";
    StatusText = "person.status_text", Form::Line, "", "The same in words.";
    Notifications = "apps.notifications", Form::Flag, "true", "Whether what apps tell is kept and shown.";
    Sounds = "sounds.on", Form::Flag, "true", "Whether apps may make sounds.";
    Volume = "sounds.volume", Form::Number(0, 100, "a whole number from 0 to 100"), "50", "How loud, in percent.";
    SingleKeys = "keyboard.single_keys", Form::Flag, "true", "Whether single letters are shortcuts.";
    ForgetClipboard = "clipboard.forget", Form::Flag, "true", "Whether what was copied is forgotten after a minute.";
    FetchMetered = "fetch.on_metered", Form::Flag, "false", "Whether fetches by themselves go on while the network is metered.";
    DeveloperMode = "developer.mode", Form::Flag, "false", "Whether the developer page shows its tools.";
    MailHost = "mail.host", Form::Line, "", "The mail server, by its name; empty where none is set up.";
    MailPort = "mail.port", Form::Port, "587", "The port of the mail server.";
    MailSecurity = "mail.security", Form::Word(&["starttls", "tls", "none"]), "starttls", "How the way to the mail server is encrypted.";
    MailUser = "mail.user", Form::Line, "", "The user name at the mail server; empty where it asks for none.";
    MailFrom = "mail.from", Form::Line, "", "The address that mails come from.";
    MailAuthority = "mail.ca_file", Form::Line, "", "A file with the certificate authority of an own mail server, in PEM.";
    ImportFolder = "import.folder", Form::Line, "", "The folder that is watched for files of platforms; empty for none.";
    RecoveryConfirmed = "recovery.confirmed", Form::Flag, "false", "Whether the person has shown that the recovery kit is kept.";
}

impl Setting {
    /// Brings a text into the setting's form.
    ///
    /// # Errors
    /// [`VaultError::Invalid`].
    pub fn check(self, text: &str) -> Result<String, VaultError> {
        let text = text.trim();
        let invalid = |why| VaultError::Invalid {
            field: self.key(),
            why,
        };
        match self.form() {
            Form::Flag if matches!(text, "true" | "false") => Ok(text.to_owned()),
            Form::Flag => Err(invalid("true or false")),
            Form::Minutes(..) if text == "never" => Ok(text.to_owned()),
            Form::Minutes(least, most) => match text.parse::<u32>() {
                Ok(minutes) if (least..=most).contains(&minutes) => Ok(minutes.to_string()),
                _ => Err(invalid("whole minutes from 1 to 240, or never")),
            },
            Form::Number(least, most, words) => match text.parse::<u32>() {
                Ok(number) if (least..=most).contains(&number) => Ok(number.to_string()),
                Ok(_) | Err(_) => Err(invalid(words)),
            },
            Form::Colour => match text.strip_prefix('#') {
                Some(digits)
                    if digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) =>
                {
                    Ok(text.to_owned())
                }
                Some(_) | None => Err(invalid("a colour such as #A8431F")),
            },
            Form::Word(words) if words.contains(&text) => Ok(text.to_owned()),
            Form::Word(&["system", ..]) => Err(invalid("system, light or dark")),
            Form::Word(&["none", "linen", ..]) => Err(invalid("none, linen, waves or dots")),
            Form::Word(_) => Err(invalid("starttls, tls or none")),
            Form::Line if text.len() <= LONGEST && !text.chars().any(char::is_control) => Ok(text.to_owned()),
            Form::Line => Err(invalid("one line of at most 255 bytes")),
            Form::Port => match text.parse::<u16>() {
                Ok(port) if port > 0 => Ok(port.to_string()),
                _ => Err(invalid("a port from 1 to 65535")),
            },
        }
    }
}

impl FromStr for Setting {
    type Err = VaultError;

    fn from_str(key: &str) -> Result<Self, VaultError> {
        Self::ALL
            .iter()
            .copied()
            .find(|setting| setting.key() == key)
            .ok_or(VaultError::NoSuch("setting"))
    }
}

impl SpaceHandle {
    /// The value of a setting, as text; its default when nothing was chosen.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn setting(&self, setting: Setting) -> Result<String, VaultError> {
        self.read(move |db| db.read(|view| value(view, setting))).await
    }

    /// Chooses a value.
    ///
    /// # Errors
    /// [`VaultError::Invalid`] when the text does not have the setting's form.
    pub async fn set_setting(&self, setting: Setting, text: &str) -> Result<(), VaultError> {
        let value = Value::String(setting.check(text)?);
        self.write(move |turn| {
            turn.space.db.write(|tx| table::set(tx, setting.key(), &value))?;
            turn.tell(VaultEvent::SettingsChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}

impl SpaceHandle {
    /// The password of the mail server, where there is one.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn mail_password(&self) -> Result<Option<SecretValue>, VaultError> {
        self.write(|turn| Ok(turn.space.db.read(|view| sealed::get(view, MAIL_PASSWORD))?))
            .await
    }

    /// Keeps the password of the mail server, or forgets it.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn set_mail_password(&self, password: Option<SecretValue>) -> Result<(), VaultError> {
        self.write(move |turn| {
            turn.space.db.write(|tx| match &password {
                Some(password) => sealed::set(tx, MAIL_PASSWORD, password),
                None => sealed::remove(tx, MAIL_PASSWORD).map(drop),
            })?;
            turn.tell(VaultEvent::SettingsChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}

/// The value of a setting, within a turn.
pub(crate) fn chosen(turn: &Turn<'_>, setting: Setting) -> Result<String, VaultError> {
    turn.space.db.read(|view| value(view, setting))
}

/// All settings of a space, read at once for a call that needs many of them.
pub(crate) struct Chosen(Vec<(String, Value)>);

impl Chosen {
    /// Reads them.
    pub(crate) fn read(turn: &Turn<'_>) -> Result<Self, VaultError> {
        Ok(Self(turn.space.db.read(table::list)?))
    }

    /// The value of a setting; its default when nothing was chosen.
    pub(crate) fn text(&self, setting: Setting) -> &str {
        let stored = self.0.iter().find(|(key, _)| key == setting.key());
        stored
            .and_then(|(_, value)| value.as_str())
            .unwrap_or(setting.default())
    }

    /// Whether a setting is on.
    pub(crate) fn is_on(&self, setting: Setting) -> bool {
        self.text(setting) == "true"
    }
}

fn value(view: &View<'_>, setting: Setting) -> Result<String, VaultError> {
    let stored = table::get(view, setting.key())?;
    let text = stored.as_ref().and_then(Value::as_str);
    Ok(text.unwrap_or(setting.default()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_have_the_form_of_their_setting() {
        for setting in Setting::ALL {
            assert_eq!(setting.check(setting.default()).unwrap(), setting.default());
            assert_eq!(setting.key().parse::<Setting>().unwrap(), *setting);
        }
    }

    #[test]
    fn other_forms_are_refused() {
        assert!(Setting::LockIdleMinutes.check("0").is_err());
        assert!(Setting::LockOnSleep.check("yes").is_err());
        assert!(Setting::Theme.check("blue").is_err());
        assert!(Setting::MailPort.check("0").is_err());
        assert!(Setting::MailHost.check("mail\nserver").is_err());
        assert!(Setting::MailSecurity.check("ssl").is_err());
        assert!(Setting::Volume.check("101").is_err());
        assert!(Setting::Status.check("5").is_err());
        assert!(Setting::Accent.check("red").is_err());
    }
}
